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
Mask = npt.NDArray[np.uint8]
Sound = npt.NDArray[np.float32]

Operation = Literal[
    "text",
    "image",
    "storyboard",
    "schedule",
    "remix",
    "extend",
    "blend",
    "stitch",
    "edit",
    "trim",
    "resound",
]
"""What is done to make a clip. `stitch` and `trim` only cut and join and need no engine."""

Purpose = Literal["stills", "preview", "final"]
"""What a render is for: pictures of its shots, its motion in small, or the clip itself.

All three of one seed show the same thing.
"""

Lane = Literal["preview", "final", "off_peak"]
"""Which queue of an engine a render waits in. `off_peak` runs when nothing else waits."""

Transition = Literal["cut", "dissolve", "fade", "wipe", "slide"]
"""How one piece of a clip becomes the next. `fade` goes through black."""

Camera = Literal[
    "still", "pan left", "pan right", "tilt up", "tilt down", "zoom in", "zoom out",
    "orbit", "handheld", "close", "follow", "wide",
]  # fmt: skip
"""How a shot is filmed, in words that are also understood within a prompt."""

StillRole = Literal["first", "last", "frame", "reference"]
"""What a given picture is: a frame that the clip must pass through, or a look to keep."""

SourceUse = Literal["remix", "after", "before", "blend", "edit", "resound"]
"""What an engine does with a clip it starts from. `after` and `before` go on from its ends."""

RegionKind = Literal["box", "mask", "words"]


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
LINES_DEFAULT = 720
LINES = (360, 480, 540, 720, 1080)


def canvas_of(shape: Shape, *, lines: int = LINES_DEFAULT) -> Canvas:
    """Return the picture of a shape whose short side has `lines` pixels; both sides are even."""
    width, height = (round(side * lines / LINES_DEFAULT / 2) * 2 for side in CANVASES[shape])
    return Canvas(width, height)


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
class Shot:
    """One piece of a storyboard.

    `seconds` is its own length; a transition into it overlaps the shot before and makes the clip no
    shorter: the overlap is rendered beyond the end of the earlier shot. `seed` None takes the
    clip's. `cast` holds handles; empty means whoever the text names.
    """

    prompt: str
    seconds: float
    camera: Camera | None = None
    cast: tuple[str, ...] = ()
    transition: Transition = "cut"
    transition_s: float = 0.5
    seed: int | None = None


class Cue(NamedTuple):
    """A point of a prompt schedule: from `at_s` on, the clip is about `prompt`."""

    at_s: float
    prompt: str


@dataclass(frozen=True, slots=True)
class Still:
    """A given picture. `image` is uint8 [H, W, 3] RGB; `at_s` matters for the role `frame`.

    `strength` 1 keeps the picture as it is, 0 ignores it.
    """

    image: Frame
    role: StillRole = "first"
    at_s: float = 0.0
    strength: float = 1.0


class Span(NamedTuple):
    """A stretch of a clip in seconds, end not included."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Region:
    """The part of the picture that an edit may change; everything else stays bit for bit.

    `box`: left, top, right, bottom as shares 0..1. `mask`: uint8 [H, W], 255 where it changes,
    at any size. `words` name a thing in the picture that the engine finds itself.
    """

    kind: RegionKind
    box: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    mask: Mask | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A clip that a render starts from.

    `prompt` and `seed` are those it was made with; `spec` all of them, where they are known.
    `strength` 0 keeps everything, 1 keeps nothing. `keeps` says what a remix must not change.
    `master`: its private file, frames and sound, to be read while the render is made. `region`
    and `span` limit an edit.
    """

    prompt: str
    seed: int
    strength: float = 0.6
    master: Path | None = None
    use: SourceUse = "remix"
    keeps: frozenset[Literal["motion", "look"]] = frozenset()
    spec: RenderSpec | None = None
    seconds: float = 0.0
    region: Region | None = None
    span: Span | None = None


class SpokenLine(NamedTuple):
    """Words to be said. `speaker` is a handle, a subject of the prompt, or empty for a narrator."""

    text: str
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class SoundWish:
    """What is to be heard beside what the picture causes. Empty leaves it to the engine.

    `ambience` is a place or weather in words, `music` a mood, "none" for no music.
    """

    ambience: str = ""
    music: str = ""
    is_silent: bool = False
    lines: tuple[SpokenLine, ...] = ()


@dataclass(frozen=True, slots=True)
class RenderSpec:
    """Everything needed to render again: the same spec on the same engine gives the same frames.

    An engine gets one shot at a time: storyboards, stitches and trims are assembled around it.
    `style` is words to add to the prompt; `negative` names what must not be there. `blended` is the
    second clip of a blend, `source` the first. `stills_at_s`, where not empty, asks for those
    frames alone, as they are in the clip; nobody then listens.
    """

    prompt: str
    seconds: float
    shape: Shape
    seed: int
    fps: int = 24
    cast: tuple[CastMember, ...] = ()
    source: Source | None = None
    lines: int = LINES_DEFAULT
    style: str = ""
    negative: str = ""
    camera: Camera | None = None
    schedule: tuple[Cue, ...] = ()
    stills: tuple[Still, ...] = ()
    sound: SoundWish = field(default_factory=SoundWish)
    blended: Source | None = None
    purpose: Purpose = "final"
    stills_at_s: tuple[float, ...] = ()

    @property
    def canvas(self) -> Canvas:
        """Picture size in pixels."""
        return canvas_of(self.shape, lines=self.lines)

    @property
    def frames(self) -> int:
        """Number of frames, at least one."""
        return max(1, round(self.seconds * self.fps))


@dataclass(frozen=True, slots=True)
class Limits:
    """What an engine accepts. Request serializers read it, so that a wrong request never reaches
    a worker.

    `operations`: those it makes, beside `stitch` and `trim`, which need no engine. `roles` of given
    pictures, `regions` of edits, and `purposes` likewise.
    """

    shapes: tuple[Shape, ...]
    seconds_min: float
    seconds_max: float
    fps: tuple[int, ...]
    prompt_chars_max: int
    cast_max: int
    has_sound: bool
    accepts_source: bool
    operations: frozenset[Operation] = frozenset({"text"})
    lines: tuple[int, ...] = (LINES_DEFAULT,)
    roles: frozenset[StillRole] = frozenset()
    regions: frozenset[RegionKind] = frozenset()
    purposes: frozenset[Purpose] = frozenset({"final"})
    shots_max: int = 1


@dataclass(frozen=True, slots=True)
class Rendered:
    """What an engine hands back: frames to be read once, and the sound that belongs to them.

    `frames`: iterator of uint8 [H, W, 3] RGB, exactly `frame_count` of them, produced as they are
    read.
    `sound`: float32 [2, S] in -1..1 at `sample_rate_hz`, S = round(frame_count / fps *
    sample_rate_hz).
    `canvas`: size of the frames where it is not the spec's own.
    `understood`: JSON values that tell the maker what was taken from the prompt and what was not.
    `masks`: for an edit whose region is words, uint8 [H, W] per frame, 255 where it may change,
    read once, each after its frame.
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
    masks: Iterator[Mask] | None = None
