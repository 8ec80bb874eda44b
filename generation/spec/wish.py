"""What a person asks for, before it is a render, and what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from generation.spec import LINES_DEFAULT, Operation, Purpose, Shape
from generation.spec.parts import Parts

RewriteLength = Literal["short", "medium", "long"]

VARIATIONS_MAX = 8
PARENTS_MAX = 8
# The longest clip of any plan: what is extended and stitched ends somewhere.
CLIP_SECONDS_MAX = 60.0
CLIP_SECONDS_MIN = 0.5
# Added up in binary, tenths of seconds are off by less than this; a frame lasts 33 ms and more.
TOLERANCE_S = 0.005


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for. `cast` holds handles; `seed` None lets us draw one.

    What is None follows from the operation and from the clips it is made of. `seconds` is the
    length of the clip, for an extension of what it adds. `direction` is where an extension goes on:
    "after" or "before". `lane` is "final" or "off_peak", which waits for an idle worker until
    `deadline_at`. `original_prompt` is what prompt help changed into `prompt`. `template` and
    `slots` fill in a prompt. `people` are those whose faces are in given pictures.
    """

    prompt: str = ""
    operation: Operation | None = None
    seconds: float | None = None
    shape: Shape | None = None
    lines: int | None = None
    fps: int | None = None
    seed: int | None = None
    cast: Sequence[str] = ()
    strength: float = 0.6
    engine: str = "default"
    purpose: Purpose = "final"
    variations: int = 1
    direction: str = "after"
    parts: Parts = field(default_factory=Parts)
    lane: str = "final"
    deadline_at: datetime | None = None
    original_prompt: str = ""
    template: str = ""
    slots: Sequence[tuple[str, str]] = ()
    people: Sequence[str] = ()


class SourceFacts(NamedTuple):
    """What an order needs to know of a clip that it starts from."""

    seconds: float
    shape: Shape
    lines: int
    fps: int


@dataclass(frozen=True, slots=True)
class Order:
    """A wish with nothing left open.

    `seconds`: length of the finished clip. `billed_s`: length of what is new in it. `shots_s`: the
    lengths that the engine has to make, each in one go; empty where it makes none.
    """

    operation: Operation
    purpose: Purpose
    seconds: float
    billed_s: float
    shots_s: tuple[float, ...]
    shape: Shape
    lines: int
    fps: int
    parts: Parts
    lane: str = "final"
    is_reroll: bool = False


class Fault(NamedTuple):
    """One field of a request that cannot be taken, and what would work."""

    field: str
    code: str
    detail: str
    limit: Any = None


LINES_OF_PREVIEWS = 360
LINES_OF_CLIPS = LINES_DEFAULT
