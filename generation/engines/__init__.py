"""The engine port: how a RenderSpec becomes frames and sound."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from generation.spec import Limits, Rendered, RenderSpec


class EngineError(Exception):
    """A render that an engine could not make.

    `permanent` says that this spec will fail again (bad input, out of memory at this size);
    otherwise the caller may try once more, elsewhere or later.
    """

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class Cancelled(Exception):  # noqa: N818 - not an error: somebody asked for it
    """Raised by `report` when the render was cancelled or its lease lost. Engines let it pass."""


class Report(Protocol):
    """Called by an engine as it works; feeds progress and the heartbeat."""

    def __call__(self, done: int, total: int) -> None:
        """Tell that `done` of `total` steps are finished. Raises Cancelled to stop the engine."""


class Engine(Protocol):
    """A way to turn a RenderSpec into frames and sound."""

    name: str
    limits: Limits

    def render(self, spec: RenderSpec, *, report: Report) -> Rendered:
        """Start a render and return its sound and its frames, which are made while they are read.

        The same spec gives the same frames and sound on the same hardware. `report` is called from
        the thread that reads the frames. Nothing is written to disk. Raises EngineError, here or
        while frames are read; lets Cancelled through.
        """


@runtime_checkable
class HasWeights(Protocol):
    """An engine that reads weights before its first render, and may miss them."""

    def warm(self) -> None:
        """Load the weights now, so that the first render does not wait. Raises EngineError."""

    def trouble(self) -> str:
        """Say in one line what keeps the engine from rendering, and the way out; or nothing.

        Imports no model library, fetches nothing and loads nothing.
        """
