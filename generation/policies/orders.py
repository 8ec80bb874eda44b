"""From a wish to an order: what was left open follows from the operation and its clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from generation.spec import LINES_DEFAULT, Operation
from generation.spec.parts import Parts, Piece
from generation.spec.wish import LINES_OF_PREVIEWS, Order, SourceFacts, Wish

SECONDS_DEFAULT = 5.0
FPS_DEFAULT = 24
# Operations whose frames are, but for what is asked, those of the first clip.
ON_FOOTAGE = frozenset({"extend", "edit", "trim", "resound"})
WITHOUT_ENGINE = frozenset({"stitch", "trim"})


def operation_of(wish: Wish, *, parents: int) -> Operation:
    """Return the operation that was named, or the one that what was given amounts to."""
    if wish.operation is not None:
        return wish.operation
    if parents:
        return "remix"
    if wish.parts.shots:
        return "storyboard"
    if wish.parts.schedule:
        return "schedule"
    return "image" if wish.parts.stills else "text"


def order_of(wish: Wish, sources: Sequence[SourceFacts], *, is_reroll: bool = False) -> Order:
    """Return what a wish comes to. Total: of a wish with faults it makes the best it can."""
    operation = operation_of(wish, parents=len(sources))
    parts = wish.parts
    if operation == "stitch" and not parts.pieces:
        parts = replace(parts, pieces=tuple(Piece(index) for index in range(len(sources))))
    if operation == "extend":
        parts = replace(parts, added_s=wish.seconds or SECONDS_DEFAULT)
    seconds = _seconds(operation, wish, parts, sources)
    shots_s = _shots_s(operation, parts, seconds)
    return Order(
        operation=operation,
        purpose=wish.purpose,
        seconds=seconds,
        billed_s=_billed_s(operation, parts, seconds),
        shots_s=shots_s,
        shape=_as_source(operation, sources, "shape", wish.shape) or "portrait",
        lines=_lines(operation, wish, sources),
        fps=_as_source(operation, sources, "fps", wish.fps) or FPS_DEFAULT,
        parts=parts,
        lane=wish.lane if wish.purpose == "final" else "preview",
        is_reroll=is_reroll,
    )


def seconds_of_piece(piece: Piece, sources: Sequence[SourceFacts]) -> float:
    """Return how long a piece lasts; 0 for one of a clip that is not there."""
    if piece.span is not None:
        return max(0.0, piece.span.end_s - piece.span.start_s)
    return sources[piece.parent].seconds if 0 <= piece.parent < len(sources) else 0.0


def overlap_s(piece: Piece) -> float:
    """Return by how much a piece overlaps the one before it."""
    return 0.0 if piece.transition == "cut" else piece.transition_s


def _as_source(operation: Operation, sources: Sequence[SourceFacts], name: str, asked: Any) -> Any:
    """Return what was asked for, or else what the first clip has; footage cannot be asked to be
    other than it is.
    """
    if sources and (asked is None or operation in ON_FOOTAGE):
        return getattr(sources[0], name)
    return asked


def _lines(operation: Operation, wish: Wish, sources: Sequence[SourceFacts]) -> int:
    if wish.purpose != "final":
        return LINES_OF_PREVIEWS
    found = _as_source(operation, sources, "lines", wish.lines)
    return int(found) if found else LINES_DEFAULT


def _seconds(
    operation: Operation, wish: Wish, parts: Parts, sources: Sequence[SourceFacts]
) -> float:
    """Return the length of the finished clip."""
    if operation in WITHOUT_ENGINE:
        pieces = parts.pieces
        lost = sum(overlap_s(piece) for _, piece in pairwise(pieces))
        return max(0.0, sum(seconds_of_piece(piece, sources) for piece in pieces) - lost)
    own = sources[0].seconds if sources else SECONDS_DEFAULT
    if operation == "extend":
        return own + (parts.added_s or 0.0)
    if operation in ON_FOOTAGE:
        return own
    if wish.seconds is not None:
        return wish.seconds
    return sum(shot.seconds for shot in parts.shots) if parts.shots else own


def _billed_s(operation: Operation, parts: Parts, seconds: float) -> float:
    if operation == "extend":
        return parts.added_s or 0.0
    if operation == "edit" and parts.span is not None:
        return max(0.0, parts.span.end_s - parts.span.start_s)
    return seconds


def _shots_s(operation: Operation, parts: Parts, seconds: float) -> tuple[float, ...]:
    if operation in WITHOUT_ENGINE:
        return ()
    if operation == "storyboard":
        # What a transition overlaps is made beyond the end of the shot before it.
        tails = [0.0 if shot.transition == "cut" else shot.transition_s for shot in parts.shots[1:]]
        return tuple(
            shot.seconds + tail for shot, tail in zip(parts.shots, [*tails, 0.0], strict=True)
        )
    return (_billed_s(operation, parts, seconds),)
