"""The world as frozen values: what a prompt asks (Brief), what is on stage (Scene)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from generation.engines.diorama.measures import measure
from generation.spec import Canvas, CastMember

Relation = Literal["on", "under", "beside", "behind", "before", "above", "target"]
Floats = npt.NDArray[np.float64]


class Link(NamedTuple):
    """How one noun stands to another: `noun` is an index into Brief.nouns."""

    relation: Relation
    noun: int


@dataclass(frozen=True, slots=True)
class Noun:
    """One noun phrase, "two small blue cats run". None means that the prompt did not say."""

    subject: str
    count: int = 1
    colour: str | None = None
    size: str | None = None
    material: str | None = None
    feeling: str | None = None
    action: str | None = None
    link: Link | None = None
    handle: str | None = None


class Line(NamedTuple):
    """Quoted words and who says them: an index into Brief.nouns, or -1 for a voice off stage."""

    noun: int
    text: str


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything a prompt says, in the vocabulary's names. None means "not said".

    `music` is a mood, "" for "without music". `forbidden` lists negated names such as
    "rain" or "dog". `known` and `unknown` are the prompt's own words, in order.
    """

    nouns: tuple[Noun, ...] = ()
    place: str | None = None
    weather: str | None = None
    time: str | None = None
    camera: str | None = None
    style: str | None = None
    music: str | None = None
    is_silent: bool = False
    is_wet: bool = False
    lines: tuple[Line, ...] = ()
    forbidden: frozenset[str] = frozenset()
    known: tuple[str, ...] = field(default=(), compare=False)
    unknown: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Actor:
    """One thing on the stage. Lengths are in stage units; angles in radians.

    `x` 0 is the middle, `z` 0 is near and 1 far, `lift` is the height of its base above the
    ground, `height` its own height, `facing` 1 is right. `target` is another actor's index.
    """

    name: str
    subject: str
    noun: int
    colour: tuple[int, int, int]
    material: str
    feeling: str
    action: str
    height: float
    x: float
    z: float
    lift: float
    facing: int
    phase: float
    seed: int
    relation: Relation | None = None
    target: int | None = None
    handle: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A whole clip before it is played: the same scene always gives the same frames and sound.

    `brief` is complete: nothing in it is None except what nature decides (colour, size ...).
    `unit_px` pixels make one stage unit; `hue_shift` -0.5..0.5 turns the palette.
    `scrolls` says that everybody travels and the world moves past instead.

    A scene can be one act of a longer play. Then `origin` is the frame at which its own time is 0,
    `composed` the number of frames from there that its camera and lightning were made for (0: all),
    `opens_s` when its lines begin, `focus` what the camera looks at where it is not the leading
    actor (see `camera.interest`), and `bed` the brief whose surroundings are heard instead.
    """

    brief: Brief
    canvas: Canvas
    fps: int
    frames: int
    seed: int
    salt: int
    unit_px: float
    hue_shift: float
    gravity: float
    scrolls: bool
    actors: tuple[Actor, ...]
    cast: Mapping[str, CastMember] = field(default_factory=dict)
    tempo_bpm: int = 0
    origin: int = 0
    composed: int = 0
    opens_s: float = 0.0
    focus: tuple[float, float] | None = None
    bed: Brief | None = None

    @property
    def seconds(self) -> float:
        """Length of the clip."""
        return self.frames / self.fps

    @property
    def clock(self) -> Floats:
        """The scene's own time at every frame: float64 [frames], negative before its origin."""
        return (np.arange(self.frames, dtype=np.float64) - self.origin) / self.fps

    @property
    def composed_frames(self) -> int:
        """How many frames from the origin camera and lightning were made for."""
        return self.composed or self.frames - self.origin

    @property
    def half_width(self) -> float:
        """Distance from the middle to the side of the picture, in stage units."""
        return self.canvas.width / self.unit_px / 2

    @property
    def ceiling(self) -> float:
        """Height above the ground, in stage units, that heads may reach."""
        return measure(self.canvas).near_px / self.unit_px - 0.3


class Beat(NamedTuple):
    """One physical event. `frame` is the frame of contact, `at_s` the exact instant within it.

    `kind` is impact, collision, footstep, splash, flap, call, launch, turn, blow or chime;
    `x` is where, in stage units; `strength` 0..1 follows the impact speed.
    """

    at_s: float
    frame: int
    kind: str
    actor: int
    strength: float
    x: float


@dataclass(frozen=True, slots=True)
class Track:
    """How one actor moves: float64 [frames] each, in stage units and radians.

    `x`, `y` place its base (y is up from the ground), `angle` turns it about its middle
    (counter-clockwise), `turn` -1..1 is which way a flat puppet faces, `squash` scales its
    height, `stride` is the phase of the gait, `speed` units a second, `air` 1 while airborne.
    """

    x: Floats
    y: Floats
    angle: Floats
    turn: Floats
    squash: Floats
    stride: Floats
    speed: Floats
    air: Floats


@dataclass(frozen=True, slots=True)
class Motion:
    """The scene played by physics: one track for each actor, the beats in order of time.

    `scroll` float64 [frames] is how far the world has moved past, in stage units.
    """

    tracks: tuple[Track, ...]
    beats: tuple[Beat, ...]
    scroll: Floats
