"""What is wrong with a wish whatever engine makes it, each fault with its field and a way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, get_args

from generation.policies.orders import ON_FOOTAGE, WITHOUT_ENGINE, seconds_of_piece
from generation.spec import Operation, SoundWish, Span
from generation.spec.parts import GivenRegion, Parts
from generation.spec.wish import (
    CLIP_SECONDS_MAX,
    CLIP_SECONDS_MIN,
    PARENTS_MAX,
    TOLERANCE_S,
    VARIATIONS_MAX,
    Fault,
    Order,
    SourceFacts,
    Wish,
)

TRANSITION_S_MAX = 3.0
# What a clip really lasts may be a frame off what was asked for.
LENGTH_TOLERANCE_S = 0.1
OFF_PEAK_MIN, OFF_PEAK_MAX = timedelta(hours=1), timedelta(days=7)
# How many clips each operation is made of; those of nothing else take none.
PARENTS: Mapping[str, tuple[int, int]] = {
    "remix": (1, 1),
    "extend": (1, 1),
    "blend": (2, 2),
    "stitch": (2, PARENTS_MAX),
    "edit": (1, 1),
    "trim": (1, 1),
    "resound": (1, 1),
}
# Where words alone say what to make.
_NEEDS_PROMPT = frozenset({"text", "image", "remix", "edit"})
_BY_AN_ENGINE = frozenset(get_args(Operation)) - WITHOUT_ENGINE
# Which operations each part belongs to.
_BELONGS: Mapping[str, frozenset[str]] = {
    "shots": frozenset({"storyboard"}),
    "schedule": frozenset({"schedule"}),
    "stills": frozenset({"image"}),
    "keeps": frozenset({"remix"}),
    "pieces": WITHOUT_ENGINE,
    "region": frozenset({"edit"}),
    "span": frozenset({"edit"}),
    "camera": _BY_AN_ENGINE,
    "style_code": _BY_AN_ENGINE,
    "negative": _BY_AN_ENGINE,
}
_FIELD_OF: Mapping[str, str] = {
    "region": "edit.region",
    "span": "edit.span",
    "style_code": "style",
}


def faults_of_wish(
    wish: Wish, order: Order, sources: Sequence[SourceFacts], *, now: datetime
) -> list[Fault]:
    """Return everything that contradicts itself in a wish. `order` is what it came to."""
    return [
        *_faults_of_parents(order, sources),
        *_faults_of_belonging(order),
        *_faults_of_footage(wish, order),
        *_faults_of_prompt(wish, order),
        *_faults_of_length(wish, order),
        *_faults_of_shots(order.parts),
        *_faults_of_schedule(wish, order),
        *_faults_of_stills(order),
        *_faults_of_pieces(order, sources),
        *_faults_of_edit(order, sources),
        *_faults_of_sound(order),
        *_faults_of_batch(wish, order, now=now),
    ]


def _faults_of_parents(order: Order, sources: Sequence[SourceFacts]) -> Iterator[Fault]:
    least, most = PARENTS.get(order.operation, (0, 0))
    if least <= len(sources) <= most:
        return
    if most == 0:
        yield Fault("parents", "too_many", f"A {order.operation} is made of no clips.", 0)
    elif least == most:
        clips = "one clip" if most == 1 else f"{most} clips"
        yield Fault("parents", "wrong_number", f"{_a(order.operation)} takes {clips}.", most)
    else:
        detail = f"{_a(order.operation)} takes {least} to {most} clips."
        yield Fault("parents", "wrong_number", detail, [least, most])


def _a(operation: str) -> str:
    return f"{'An' if operation[0] in 'aeiou' else 'A'} {operation}"


def _faults_of_belonging(order: Order) -> Iterator[Fault]:
    for name, operations in _BELONGS.items():
        if name == "shots" and order.parts.shot is not None:
            continue  # the other shots of the storyboard whose shot is made again
        if getattr(order.parts, name) and order.operation not in operations:
            field = _FIELD_OF.get(name, name)
            owners = sorted(operations)
            detail = f"Only for {' and '.join(owners)}; this is {_a(order.operation).lower()}."
            yield Fault(field, "not_for_operation", detail, owners)
    if order.operation in WITHOUT_ENGINE and order.purpose != "final":
        detail = "What is only cut and joined is done at once: ask for the final."
        yield Fault("purpose", "not_for_operation", detail, ["final"])


def _faults_of_footage(wish: Wish, order: Order) -> Iterator[Fault]:
    """Footage cannot be asked to be other than it is."""
    if order.operation not in ON_FOOTAGE:
        return
    asked: list[tuple[str, Any, Any]] = [("shape", wish.shape, order.shape)]
    asked.append(("fps", wish.fps, order.fps))
    if order.purpose == "final":
        asked.append(("lines", wish.lines, order.lines))
    if order.operation != "extend" and wish.seconds is not None:
        is_off = abs(wish.seconds - order.seconds) > LENGTH_TOLERANCE_S
        asked.append(("seconds", wish.seconds if is_off else None, round(order.seconds, 3)))
    for field, value, own in asked:
        if value not in (None, own):
            detail = f"{_a(order.operation)} keeps what its clip has: {own}. Leave this out."
            yield Fault(field, "not_for_operation", detail, own)


def _faults_of_prompt(wish: Wish, order: Order) -> Iterator[Fault]:
    if order.operation in _NEEDS_PROMPT and not wish.prompt.strip():
        yield Fault("prompt", "required", "Say in words what to make.")


def _faults_of_length(wish: Wish, order: Order) -> Iterator[Fault]:
    span = [CLIP_SECONDS_MIN, CLIP_SECONDS_MAX]
    if order.operation == "storyboard" and wish.seconds is not None:
        total = round(sum(shot.seconds for shot in order.parts.shots), 3)
        if abs(total - wish.seconds) > TOLERANCE_S:
            detail = (
                f"The shots last {total:g} seconds together and the clip {wish.seconds:g}. "
                "Change one of them, or leave the clip's out."
            )
            yield Fault("seconds", "does_not_add_up", detail, total)
    if not span[0] <= order.seconds <= span[1]:
        detail = f"The clip would last {order.seconds:g} seconds; it can last {span[0]:g} to "
        yield Fault("seconds", "out_of_range", f"{detail}{span[1]:g}.", span)


def _faults_of_shots(parts: Parts) -> Iterator[Fault]:
    for index, shot in enumerate(parts.shots):
        if not shot.prompt.strip():
            yield Fault(f"shots[{index}].prompt", "required", "Say what this shot shows.")
    if parts.shots and parts.shots[0].transition != "cut":
        detail = "Nothing comes before the first shot: it starts with a cut."
        yield Fault("shots[0].transition", "not_offered", detail, ["cut"])
    for index, (before, shot) in enumerate(pairwise(parts.shots), start=1):
        most = min(TRANSITION_S_MAX, before.seconds, shot.seconds)
        if shot.transition != "cut" and not 0 < shot.transition_s <= most:
            yield _too_long_transition(f"shots[{index}]", most)


def _too_long_transition(field: str, most: float) -> Fault:
    detail = f"A transition here lasts more than 0 and at most {most:g} seconds."
    return Fault(f"{field}.transition_s", "out_of_range", detail, most)


def _faults_of_schedule(wish: Wish, order: Order) -> Iterator[Fault]:
    cues = order.parts.schedule
    if order.operation == "schedule" and not cues:
        yield Fault("schedule", "required", "Give at least one change of the prompt and its time.")
    if cues and not wish.prompt.strip() and cues[0].at_s > 0:
        detail = "Say what the clip starts with: a prompt, or a change at 0 seconds."
        yield Fault("prompt", "required", detail)
    for index, cue in enumerate(cues):
        if not cue.prompt.strip():
            yield Fault(f"schedule[{index}].prompt", "required", "Say what it changes to.")
        if not 0 <= cue.at_s < order.seconds:
            detail = f"The clip lasts {order.seconds:g} seconds; a change comes before its end."
            yield Fault(f"schedule[{index}].at_s", "out_of_range", detail, [0, order.seconds])
    for index, (before, cue) in enumerate(pairwise(cues), start=1):
        if cue.at_s <= before.at_s:
            detail = f"It must come after the change before it, at {before.at_s:g} seconds."
            yield Fault(f"schedule[{index}].at_s", "out_of_order", detail, before.at_s)


def _faults_of_stills(order: Order) -> Iterator[Fault]:
    stills = order.parts.stills
    if order.operation == "image" and not stills:
        yield Fault("stills", "required", "Give at least one picture, uploaded to /references.")
    for role in ("first", "last"):
        places = [index for index, still in enumerate(stills) if still.role == role]
        if len(places) > 1:
            detail = f"A clip has one {role} frame."
            yield Fault(f"stills[{places[1]}].role", "too_many", detail, 1)
    for index, still in enumerate(stills):
        if still.role == "frame" and not 0 <= still.at_s <= order.seconds:
            detail = f"The clip lasts {order.seconds:g} seconds."
            yield Fault(f"stills[{index}].at_s", "out_of_range", detail, [0, order.seconds])


def _faults_of_pieces(order: Order, sources: Sequence[SourceFacts]) -> Iterator[Fault]:
    pieces = order.parts.pieces
    if order.operation == "trim" and not pieces:
        yield Fault("pieces", "required", "Say from when to when the pieces go that you keep.")
    for index, piece in enumerate(pieces):
        if not 0 <= piece.parent < len(sources):
            detail = f"There are {len(sources)} clips, counted from 0."
            yield Fault(f"pieces[{index}].parent", "not_found", detail, len(sources) - 1)
        elif piece.span is not None:
            within = sources[piece.parent].seconds
            yield from _faults_of_span(piece.span, f"pieces[{index}]", within=within)
    if pieces and pieces[0].transition != "cut":
        detail = "Nothing comes before the first piece: it starts with a cut."
        yield Fault("pieces[0].transition", "not_offered", detail, ["cut"])
    for index, (before, piece) in enumerate(pairwise(pieces), start=1):
        # Each of two transitions into and out of a piece may take half of it.
        most = min(seconds_of_piece(before, sources), seconds_of_piece(piece, sources)) / 2
        most = min(TRANSITION_S_MAX, most)
        if piece.transition != "cut" and not 0 < piece.transition_s <= most:
            yield _too_long_transition(f"pieces[{index}]", most)


def _faults_of_span(span: Span, field: str, *, within: float) -> Iterator[Fault]:
    if not 0 <= span.start_s < span.end_s:
        detail = "A stretch starts at 0 or later and ends after its start."
        yield Fault(f"{field}.start_s", "out_of_range", detail, [0, span.end_s])
    if span.end_s > within + TOLERANCE_S:
        detail = f"The clip lasts {within:g} seconds."
        yield Fault(f"{field}.end_s", "out_of_range", detail, within)


def _faults_of_edit(order: Order, sources: Sequence[SourceFacts]) -> Iterator[Fault]:
    parts = order.parts
    if order.operation == "edit" and parts.region is None and parts.span is None:
        detail = "Say what may change: a region of the picture, a stretch of time, or both."
        yield Fault("edit", "required", detail, ["region", "span"])
    if parts.span is not None and sources:
        yield from _faults_of_span(parts.span, "edit.span", within=sources[0].seconds)
    if parts.region is not None:
        yield from _faults_of_region(parts.region)


def _faults_of_region(region: GivenRegion) -> Iterator[Fault]:
    left, top, right, bottom = region.box
    if region.kind == "box" and not (0 <= left < right <= 1 and 0 <= top < bottom <= 1):
        detail = "A box is left, top, right, bottom, as shares of the picture from 0 to 1."
        yield Fault("edit.region.box", "out_of_range", detail, [0, 1])
    if region.kind == "mask" and not region.mask:
        detail = "Upload the mask to /references, white where the clip may change."
        yield Fault("edit.region.mask", "required", detail)
    if region.kind == "words" and not region.words.strip():
        yield Fault("edit.region.words", "required", "Name the thing to change.")


def _faults_of_sound(order: Order) -> Iterator[Fault]:
    sound = order.parts.sound
    if order.operation in WITHOUT_ENGINE and sound != SoundWish():
        detail = "Cutting keeps the sound. To change it, ask for a resound of the result."
        yield Fault("sound", "not_for_operation", detail, sorted(ON_FOOTAGE - WITHOUT_ENGINE))
    if sound.is_silent and (sound.lines or sound.music or sound.ambience):
        detail = "A silent clip has no lines, music or ambience. Leave those out, or the silence."
        yield Fault("sound.is_silent", "contradiction", detail)
    for index, line in enumerate(sound.lines):
        if not line.text.strip():
            yield Fault(f"sound.lines[{index}].text", "required", "Say what is spoken.")


def _faults_of_batch(wish: Wish, order: Order, *, now: datetime) -> Iterable[Fault]:
    if wish.variations > VARIATIONS_MAX:
        detail = f"Ask for at most {VARIATIONS_MAX} at a time."
        yield Fault("variations", "too_many", detail, VARIATIONS_MAX)
    if wish.variations > 1 and order.operation in WITHOUT_ENGINE:
        detail = "Cutting and joining leaves nothing to chance: all would be the same."
        yield Fault("variations", "not_for_operation", detail, 1)
    if wish.lane == "off_peak" and order.purpose != "final":
        detail = "Stills and previews are made at once."
        yield Fault("lane", "not_for_operation", detail, ["final"])
    yield from _faults_of_deadline(wish, now=now)


def _faults_of_deadline(wish: Wish, *, now: datetime) -> Iterator[Fault]:
    if wish.lane != "off_peak":
        if wish.deadline_at is not None:
            detail = "Only off_peak waits until a deadline."
            yield Fault("deadline_at", "not_for_operation", detail, ["off_peak"])
        return
    first, last = now + OFF_PEAK_MIN, now + OFF_PEAK_MAX
    if wish.deadline_at is None or not first <= wish.deadline_at <= last:
        detail = "Off peak, say by when you need it: between an hour and seven days from now."
        limit = [first.isoformat(), last.isoformat()]
        yield Fault("deadline_at", "out_of_range", detail, limit)
