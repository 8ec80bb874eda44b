"""The protocol between the runner and a family of models. No torch here: the web process reads it.

A family knows its grid, its words and its weights; the runner knows specs, files and machines. A
`Job` is a spec in the family's own terms: pictures already on the grid, times already frames.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from generation.spec import Canvas, Frame, RenderSpec, Sound

if TYPE_CHECKING:
    from generation.engines.diffusion.options import Options
    from generation.engines.diffusion.places import Place
    from generation.engines.diffusion.watching import Watch

Clip = npt.NDArray[np.uint8]
"""uint8 [T, H, W, 3], RGB."""


class Size(NamedTuple):
    """What a model makes, on its grid."""

    width: int
    height: int
    frames: int


class Guide(NamedTuple):
    """Pictures that the clip must pass through, from frame `at` on.

    `frames`: uint8 [T, H, W, 3] of the job's size. `strength` 1 keeps them, 0 ignores them.
    """

    frames: Clip
    at: int = 0
    strength: float = 1.0


class Start(NamedTuple):
    """A clip to start from instead of noise.

    `frames`: uint8 [T, H, W, 3], as many as the job has. `sound`: float32 [2, S], or None for
    noise. `level` is how much noise is laid over it: 0 keeps it, 1 forgets it. `may_change`: bool
    [H, W]; what is not in it is held to the clip in every step. None may change everything.
    """

    frames: Clip
    sound: Sound | None
    sample_rate_hz: int
    level: float
    may_change: npt.NDArray[np.bool_] | None = None


class Shown(NamedTuple):
    """Which of a job's frames are the clip that was asked for; the rest is context and padding."""

    first: int
    frames: int


@dataclass(frozen=True, slots=True)
class Job:
    """One run of a model. `is_draft` asks for the small, quick version of the same clip."""

    text: str
    negative: str
    seed: int
    size: Size
    fps: int
    shown: Shown
    guides: tuple[Guide, ...] = ()
    start: Start | None = None
    is_draft: bool = False
    is_sound_only: bool = False


class Made(NamedTuple):
    """What a model made, whole: `shown` has not been cut out yet.

    `frames`: uint8 [H, W, 3] of the job's size, one per frame of it; none for sound alone. They are
    decoded when the first is read: of a board of many shots only one is in memory.
    `sound`: float32 [C, S], C 1 or 2, of about the same length.
    """

    frames: Iterator[Frame]
    sound: Sound
    sample_rate_hz: int
    notes: Mapping[str, Any]


class Model(Protocol):
    """Weights in memory."""

    def steps(self, job: Job) -> int:
        """Return how many sampling steps a job takes, so that progress has an end."""

    def make(self, job: Job, watch: Watch) -> Made:
        """Sample. Calls `watch.step` after each step, asks it while decoding, and lets what it
        raises through.

        The same job gives the same bytes on the same machine.
        """


@dataclass(frozen=True, slots=True)
class Licence:
    """What an operator must know before the first clip is sold. Logged once per process."""

    name: str
    notice: str
    url: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Sizes that a family can make. `side` is for drafts too; `context` frames carry a motion on.

    `lines_max` is the largest short side that the weights were made for; above it, pictures are
    made at it and enlarged.
    """

    side: int
    step: int
    context: int = 1
    lines_max: int = 1080


class Family(Protocol):
    """One kind of model: how to find, word and load it.

    `setting` names the model for an operator, `example` is a hub id. `working_bytes`: what sampling
    and decoding take beside the weights. `unused` components of a checkpoint are not loaded.
    """

    title: str
    setting: str
    example: str
    licence: Licence
    working_bytes: int
    unused: frozenset[str]

    def grid(self, *, is_draft: bool) -> Grid:
        """Return the grid of a draft or of a final clip."""

    def accepts(self, pipeline_class: str) -> bool:
        """Say whether a checkpoint's model_index.json names a pipeline of this family."""

    def text_of(self, spec: RenderSpec) -> str:
        """Word what is asked for as this family was taught to read it."""

    def load(self, folder: Path, place: Place, options: Options) -> Model:
        """Load the weights of a checkpoint folder onto a place. Imports torch.

        Raises EngineError with the way out if something is missing.
        """


@dataclass(frozen=True, slots=True)
class Cut:
    """How a job's pictures relate to the clip that is shown: what to cut, and what to enlarge to.

    Pictures are made on `made`, of which the middle `inner` is shown, enlarged to `shown`.
    """

    made: Canvas
    inner: Canvas
    shown: Canvas
    notes: Mapping[str, Any] = field(default_factory=dict)
