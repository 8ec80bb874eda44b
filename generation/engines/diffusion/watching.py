"""Progress and cancellation: the only thread between a model at work and the render it is for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from generation.engines import Report

if TYPE_CHECKING:
    from torch.nn import Module


class Watch:
    """Counts steps and then frames for a `Report`, and lets it stop the work in between.

    A step of a large model takes seconds, and decoding has no steps at all. So `over` asks before
    every block of the models given to it; whoever asks often pays little, for a report is thrown
    away if the last one is young.
    """

    def __init__(self, report: Report, *, steps: int, frames: int) -> None:
        self._report = report
        self._done = 0
        self._total = steps + frames

    def step(self) -> None:
        """Tell that a step is done. Raises what the report raises."""
        self._done = min(self._total, self._done + 1)
        self.ask()

    def ask(self) -> None:
        """Tell nothing new. Raises what the report raises, to stop the work here."""
        self._report(self._done, self._total)

    @contextmanager
    def over(self, models: Iterable[Module], *, whole: Iterable[Module] = ()) -> Iterator[None]:
        """Ask before each block of `models`, and before each call of those in `whole`.

        A compiled model must be in `whole`: a hook inside would break its graph.
        """
        asked = [block for model in models for block in _blocks(model)]
        hooks = [module.register_forward_pre_hook(self._before) for module in [*asked, *whole]]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _before(self, *_: Any) -> None:
        self.ask()


def _blocks(model: Module) -> Iterator[Module]:
    """The model and the members of its outer lists: its layers, not the layers of its layers."""
    yield model
    waiting = [model]
    while waiting:
        for child in waiting.pop().children():
            if type(child).__name__ == "ModuleList":
                yield from child
            else:
                waiting.append(child)
