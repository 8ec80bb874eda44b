"""What was asked of a render beside its columns, as it is kept on the row.

The same JSON is read by the worker, copied by whoever makes the thing again, and shown in the
recipe: one codec, both ways, that refuses what it does not know.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from generation.spec import (
    Camera,
    Cue,
    RegionKind,
    Shot,
    SoundWish,
    Span,
    SpokenLine,
    StillRole,
    Transition,
)

PARTS_VERSION = 1

Keep = Literal["motion", "look"]
Box = tuple[float, float, float, float]
_Kind = TypeVar("_Kind")

WHOLE_PICTURE: Box = (0.0, 0.0, 1.0, 1.0)


class GivenStill(NamedTuple):
    """A picture that was uploaded before: `reference` is its id. See `Still` for the rest."""

    reference: str
    role: StillRole = "first"
    at_s: float = 0.0
    strength: float = 1.0


class GivenRegion(NamedTuple):
    """What an edit may change. `mask` is the id of an uploaded picture, white where it changes."""

    kind: RegionKind
    box: Box = WHOLE_PICTURE
    mask: str = ""
    words: str = ""


class Piece(NamedTuple):
    """A stretch of a given clip. `parent` is its place among the render's parents.

    `span` None takes all of it. The transition leads into the piece and, unlike a shot's, overlaps
    it with the piece before, which makes the whole that much shorter: no footage is invented.
    """

    parent: int = 0
    span: Span | None = None
    transition: Transition = "cut"
    transition_s: float = 0.5


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything typed that a wish holds; what it does not mention is at its default.

    `style` is the words that the style of code `style_code` had when it was asked for. `pieces`
    are those of a stitch, a trim or a re-cut. `shot` says which of `shots`, counted from 0, an edit
    makes again. `added_s` is the length of what an extension adds; the row's is that of the whole.
    """

    shots: tuple[Shot, ...] = ()
    schedule: tuple[Cue, ...] = ()
    stills: tuple[GivenStill, ...] = ()
    sound: SoundWish = field(default_factory=SoundWish)
    camera: Camera | None = None
    style_code: str = ""
    style: str = ""
    negative: str = ""
    keeps: tuple[Keep, ...] = ()
    pieces: tuple[Piece, ...] = ()
    region: GivenRegion | None = None
    span: Span | None = None
    shot: int | None = None
    added_s: float | None = None


def to_json(parts: Parts) -> dict[str, Any]:
    """Return parts as JSON values. What is at its default is left out."""
    plain = Parts()
    written = {
        name: _written(getattr(parts, name))
        for name in Parts.__dataclass_fields__
        if getattr(parts, name) != getattr(plain, name)
    }
    return {"version": PARTS_VERSION} | written


def from_json(value: Mapping[str, Any]) -> Parts:
    """Return the parts that `to_json` wrote; an empty mapping is a render of before there were any.

    Raises ValueError for another version, an unknown name or a value that is none of its type's.
    """
    given = dict(value)
    version = given.pop("version", PARTS_VERSION)
    if version != PARTS_VERSION:
        raise ValueError(f"Parts of version {version!r} are unknown; this is {PARTS_VERSION}.")
    return Parts(**_read_each(given, _READERS))


def _written(value: Any) -> Any:
    """Write a value of ours: a record becomes a mapping, a sequence a list."""
    names = getattr(value, "_fields", None) or getattr(value, "__dataclass_fields__", None)
    if names is not None:
        return {name: _written(getattr(value, name)) for name in names}
    if isinstance(value, tuple):
        return [_written(each) for each in value]
    return value


def _read_each(value: Any, readers: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r} is no mapping.")  # noqa: TRY004 - one error for bad JSON
    if unknown := value.keys() - readers.keys():
        raise ValueError(f"Unknown: {', '.join(sorted(map(str, unknown)))}.")
    return {name: readers[name](each) for name, each in value.items()}


def _record(
    kind: Callable[..., _Kind], /, **readers: Callable[[Any], Any]
) -> Callable[[Any], _Kind]:
    def read(value: Any) -> _Kind:
        try:
            return kind(**_read_each(value, readers))
        except TypeError as error:  # a member without a default is missing
            raise ValueError(str(error)) from None

    return read


def _each(reader: Callable[[Any], _Kind]) -> Callable[[Any], tuple[_Kind, ...]]:
    def read(value: Any) -> tuple[_Kind, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            raise ValueError(f"{value!r} is no list.")  # noqa: TRY004
        return tuple(reader(each) for each in value)

    return read


def _one_of(words: Any) -> Callable[[Any], Any]:
    known = get_args(words)

    def read(value: Any) -> Any:
        if value not in known:
            raise ValueError(f"{value!r} is none of {', '.join(known)}.")
        return value

    return read


def _or_none(reader: Callable[[Any], _Kind]) -> Callable[[Any], _Kind | None]:
    return lambda value: None if value is None else reader(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text.")  # noqa: TRY004
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number.")
    return float(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{value!r} is no whole number.")  # noqa: TRY004
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false.")  # noqa: TRY004
    return value


def _box(value: Any) -> Box:
    sides = _each(_number)(value)
    if len(sides) != len(WHOLE_PICTURE):
        raise ValueError(f"{value!r} has not the four sides of a box.")
    left, top, right, bottom = sides
    return left, top, right, bottom


_TRANSITION = _one_of(Transition)
_SPAN = _record(Span, start_s=_number, end_s=_number)
_LINE = _record(SpokenLine, text=_text, speaker=_text)
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "shots": _each(
        _record(
            Shot,
            prompt=_text,
            seconds=_number,
            camera=_or_none(_one_of(Camera)),
            cast=_each(_text),
            transition=_TRANSITION,
            transition_s=_number,
            seed=_or_none(_whole),
        )
    ),
    "schedule": _each(_record(Cue, at_s=_number, prompt=_text)),
    "stills": _each(
        _record(
            GivenStill,
            reference=_text,
            role=_one_of(StillRole),
            at_s=_number,
            strength=_number,
        )
    ),
    "sound": _record(SoundWish, ambience=_text, music=_text, is_silent=_flag, lines=_each(_LINE)),
    "camera": _or_none(_one_of(Camera)),
    "style_code": _text,
    "style": _text,
    "negative": _text,
    "keeps": _each(_one_of(Keep)),
    "pieces": _each(
        _record(
            Piece,
            parent=_whole,
            span=_or_none(_SPAN),
            transition=_TRANSITION,
            transition_s=_number,
        )
    ),
    "region": _or_none(
        _record(GivenRegion, kind=_one_of(RegionKind), box=_box, mask=_text, words=_text)
    ),
    "span": _or_none(_SPAN),
    "shot": _or_none(_whole),
    "added_s": _or_none(_number),
}
