"""What an engine cannot make, each fault with its field, the limit and what would work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from generation.policies.orders import WITHOUT_ENGINE
from generation.policies.texts import Text
from generation.spec import Limits, Operation, SoundWish
from generation.spec.wish import Fault, Order


def operations_of(limits: Limits) -> frozenset[Operation]:
    """Return everything that can be asked of an engine, what is only cut and joined included."""
    made = set(limits.operations)
    if limits.accepts_source:
        made.add("remix")
    # Shots are joined around the engine, so one that makes clips from words makes storyboards.
    if "text" in made and limits.shots_max > 1:
        made.add("storyboard")
    return frozenset({*made, "stitch", "trim"})


def faults_of(
    limits: Limits, order: Order, *, texts: Sequence[Text], cast: Sequence[str]
) -> list[Fault]:
    """Return everything in an order, its texts and its cast, that an engine cannot make."""
    found = list(_faults_of_cast(limits, cast))
    if order.operation in WITHOUT_ENGINE:
        return found
    found += _faults_of_kind(limits, order)
    found += _faults_of_lengths(limits, order)
    found += _faults_of_parts(limits, order)
    found += (
        Fault(
            text.field,
            "too_long",
            f"Keep it to {limits.prompt_chars_max} characters.",
            limits.prompt_chars_max,
        )
        for text in texts
        if len(text.words) > limits.prompt_chars_max
    )
    return found


def _faults_of_cast(limits: Limits, cast: Sequence[str]) -> Iterator[Fault]:
    if len(cast) > limits.cast_max:
        detail = f"Cast at most {limits.cast_max}; these are {len(cast)}."
        yield Fault("cast", "too_many", detail, limits.cast_max)


def _faults_of_kind(limits: Limits, order: Order) -> Iterator[Fault]:
    """Compare each choice with what is offered."""
    # A shot that is made again is rendered like any shot, and put in its place around the engine.
    operation = order.operation if order.parts.shot is None else "text"
    offered: Mapping[str, tuple[Any, Sequence[Any]]] = {
        "operation": (operation, sorted(operations_of(limits))),
        "shape": (order.shape, list(limits.shapes)),
        "fps": (order.fps, list(limits.fps)),
        "purpose": (order.purpose, sorted(limits.purposes)),
    }
    if order.purpose == "final":
        offered = {**offered, "lines": (order.lines, list(limits.lines))}
    for field, (value, known) in offered.items():
        if value not in known:
            detail = f"This engine offers {_listed(known)}, not {value}."
            yield Fault(field, "not_offered", detail, known)


def _listed(known: Sequence[Any]) -> str:
    return ", ".join(str(one) for one in known)


def _faults_of_lengths(limits: Limits, order: Order) -> Iterator[Fault]:
    span = [limits.seconds_min, limits.seconds_max]
    name = _name_of_length(order)
    if len(order.shots_s) > limits.shots_max and order.operation == "storyboard":
        detail = f"Make it of at most {limits.shots_max} shots."
        yield Fault("shots", "too_many", detail, limits.shots_max)
    # What an edit or new sound covers is the clip's to say: an engine may make more of it.
    least = 0.0 if order.operation in ("edit", "resound") else span[0]
    for index, seconds in enumerate(order.shots_s):
        if not least <= seconds <= span[1]:
            detail = f"This engine makes {span[0]:g} to {span[1]:g} seconds in one go."
            yield Fault(name(index), "out_of_range", detail, span)


def _name_of_length(order: Order) -> Callable[[int], str]:
    if order.operation == "storyboard":
        return lambda index: f"shots[{index}].seconds"
    if order.operation == "edit":
        return lambda _: "edit.span"
    return lambda _: "seconds"


def _faults_of_parts(limits: Limits, order: Order) -> Iterator[Fault]:
    parts = order.parts
    for index, still in enumerate(parts.stills):
        if still.role not in limits.roles:
            known = sorted(limits.roles)
            detail = f"This engine takes pictures as {_listed(known) or 'nothing'}."
            yield Fault(f"stills[{index}].role", "not_offered", detail, known)
    if parts.region is not None and parts.region.kind not in limits.regions:
        kinds = sorted(limits.regions)
        detail = f"This engine edits by {_listed(kinds) or 'time alone'}."
        yield Fault("edit.region.kind", "not_offered", detail, kinds)
    if parts.sound != SoundWish() and not limits.has_sound:
        yield Fault("sound", "not_offered", "This engine makes no sound.")
