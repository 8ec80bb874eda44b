"""What a render is asked for and what an engine hands back. No Django, no model library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Shape = Literal["portrait", "landscape", "square"]
Frame = npt.NDArray[np.uint8]
Sound = npt.NDArray[np.float32]


class Canvas(NamedTuple):
    """Size of a picture in pixels."""

    width: int
    height: int


# The short side is the "lines" of a clip: 720 lines portrait is 720 wide and 1280 high.
CANVASES: Mapping[Shape, Canvas] = {
    "portrait": Canvas(720, 1280),
    "landscape": Canvas(1280, 720),
    "square": Canvas(720, 720),
}


class Word(NamedTuple):
    """One spoken word, in seconds from the start of the clip."""

    text: str
    start_s: float
    end_s: float
    speaker: str


class Happening(NamedTuple):
    """Something that occurs in a clip at one instant, and that can be seen and heard there."""

    at_s: float
    kind: str
    subject: str
    strength: float


@dataclass(frozen=True, slots=True)
class CastMember:
    """A person or character who lends a likeness to this render."""

    handle: str
    name: str
    references: tuple[Path, ...] = ()
    voice_seed: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """The clip that a remix starts from. `strength` 0 keeps everything, 1 keeps nothing."""

    prompt: str
    seed: int
    strength: float = 0.6
    master: Path | None = None


@dataclass(frozen=True, slots=True)
class RenderSpec:
    """Everything needed to render again: the same spec on the same engine gives the same frames."""

    prompt: str
    seconds: float
    shape: Shape
    seed: int
    fps: int = 24
    cast: tuple[CastMember, ...] = ()
    source: Source | None = None

    @property
    def canvas(self) -> Canvas:
        """Picture size in pixels."""
        return CANVASES[self.shape]

    @property
    def frames(self) -> int:
        """Number of frames, at least one."""
        return max(1, round(self.seconds * self.fps))


@dataclass(frozen=True, slots=True)
class Limits:
    """What an engine accepts. Request serializers read it, so that a wrong request never reaches
    a worker.
    """

    shapes: tuple[Shape, ...]
    seconds_min: float
    seconds_max: float
    fps: tuple[int, ...]
    prompt_chars_max: int
    cast_max: int
    has_sound: bool
    accepts_source: bool


@dataclass(frozen=True, slots=True)
class Rendered:
    """What an engine hands back: frames to be read once, and the sound that belongs to them.

    `frames`: iterator of uint8 [H, W, 3] RGB, exactly `frame_count` of them, produced as they are
    read.
    `sound`: float32 [2, S] in -1..1 at `sample_rate_hz`, S = round(frame_count / fps *
    sample_rate_hz).
    `canvas`: size of the frames where it is not the spec's own.
    `understood`: JSON values that tell the maker what was taken from the prompt and what was not.
    """

    frames: Iterator[Frame]
    frame_count: int
    fps: int
    sound: Sound
    sample_rate_hz: int
    engine: str
    weights_digest: str
    caption: str
    words: tuple[Word, ...] = ()
    happenings: tuple[Happening, ...] = ()
    understood: Mapping[str, Any] = field(default_factory=dict)
    canvas: Canvas | None = None
