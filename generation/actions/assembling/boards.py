"""Boards: a clip of several shots, each made by the engine, with transitions between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise, zip_longest
from typing import NamedTuple

from core.media.cutting.joins import Piece
from generation.actions.assembling.cuts import joined
from generation.actions.assembling.script import Script, ShotFacts, words_within
from generation.actions.assembling.takes import Progress, take
from generation.engines import Engine, Report
from generation.spec import Cue, Limits, Rendered, RenderSpec, Shot, SoundWish, Span, Still


class Slot(NamedTuple):
    """The place of a shot in frames: its own from `start` on, the first `overlap` of them together
    with the end of the shot before, and `tail` more under the beginning of the next.
    """

    start: int
    own: int
    overlap: int
    tail: int

    def seen(self, *, fps: int) -> Span:
        """Return when it is seen, from the beginning of the transition into it."""
        return Span(self.start / fps, (self.start + self.own) / fps)


def slots_of(shots: Sequence[Shot], *, fps: int, limits: Limits) -> list[Slot]:
    """Lay shots out in frames. Roundings do not add up: each shot ends where the clock says.

    A transition never makes a shot longer than the engine can.
    """
    edges = [0, *(round(end_s * fps) for end_s in accumulate(shot.seconds for shot in shots))]
    most = int(limits.seconds_max * fps)
    slots: list[Slot] = []
    for (start, end), following in zip_longest(pairwise(edges), shots[1:]):
        own = max(1, end - start)
        tail = 0 if following is None else min(_overlap(following, fps), max(0, most - own))
        slots.append(Slot(start, own, slots[-1].tail if slots else 0, tail))
    return slots


def _overlap(shot: Shot, fps: int) -> int:
    if shot.transition == "cut":
        return 0
    return round(min(shot.transition_s, shot.seconds) * fps)


def shoot_board(
    script: Script, *, engine: Engine, report: Report
) -> tuple[Rendered, tuple[ShotFacts, ...]]:
    """Make every shot and join them."""
    spec, shots = script.spec, script.parts.shots
    slots = slots_of(shots, fps=spec.fps, limits=engine.limits)
    progress = Progress(report, [slot.own + slot.tail for slot in slots])
    specs = [spec_of_shot(script, index) for index in range(len(shots))]
    takes = [
        take(engine, one, report=progress.of(index), frames=slot.own + slot.tail)
        for index, (one, slot) in enumerate(zip(specs, slots, strict=True))
    ]
    pieces = [
        Piece(
            made.frames,
            made.frame_count,
            made.sound,
            shot.transition if slot.overlap else "cut",
            slot.overlap,
        )
        for made, shot, slot in zip(takes, shots, slots, strict=True)
    ]
    words = [
        word
        for made, slot in zip(takes, slots, strict=True)
        for word in words_within(
            made.words, Span(0.0, slot.own / spec.fps), at_s=slot.start / spec.fps
        )
    ]
    rendered = joined(
        pieces,
        fps=spec.fps,
        canvas=takes[0].rendered.canvas or spec.canvas,
        captions=[made.rendered.caption for made in takes],
        words=words,
        takes=takes,
    )
    facts = [
        ShotFacts.of(one, slot.seen(fps=spec.fps), index=index)
        for index, (one, slot) in enumerate(zip(specs, slots, strict=True))
    ]
    return rendered, tuple(facts)


def spec_of_shot(script: Script, index: int) -> RenderSpec:
    """Return what the engine is told of one shot: its own words, the look and sound of the whole.

    A shot without a seed has the clip's, so that the same things look the same in all.
    """
    spec, shots = script.spec, script.parts.shots
    shot, start_s = shots[index], sum(one.seconds for one in shots[:index])
    named = f"{shot.prompt} {' '.join(f'@{handle}' for handle in shot.cast)} ".lower()
    return replace(
        spec,
        prompt=shot.prompt,
        style=", ".join(filter(None, [_said_of_all(spec.prompt, shots), spec.style])),
        seconds=shot.seconds,
        seed=spec.seed if shot.seed is None else shot.seed,
        camera=shot.camera or spec.camera,
        cast=tuple(one for one in spec.cast if f"@{one.handle}".lower() in named),
        stills=_stills_of_shot(spec.stills, shots, index, start_s=start_s),
        schedule=tuple(
            Cue(cue.at_s - start_s, cue.prompt)
            for cue in spec.schedule
            if start_s <= cue.at_s < start_s + shot.seconds
        ),
        sound=sound_of_shot(spec.sound, index, len(shots)),
    )


def _said_of_all(prompt: str, shots: Sequence[Shot]) -> str:
    """Return what is said of the whole board, unless that only repeats its shots."""
    return "" if all(shot.prompt in prompt for shot in shots) else prompt


def _stills_of_shot(
    stills: Sequence[Still], shots: Sequence[Shot], index: int, *, start_s: float
) -> tuple[Still, ...]:
    """Give each picture to the shot in which it is due, and a reference to all."""
    end_s, is_last = start_s + shots[index].seconds, index == len(shots) - 1
    found = []
    for still in stills:
        is_here = start_s <= still.at_s < end_s or (is_last and still.at_s >= end_s)
        due = {"first": index == 0, "last": is_last, "frame": is_here}.get(still.role, True)
        if due:
            found.append(replace(still, at_s=max(0.0, still.at_s - start_s)))
    return tuple(found)


def sound_of_shot(wish: SoundWish, index: int, shots: int) -> SoundWish:
    """Spread lines that belong to no shot over all, in their order."""
    count = len(wish.lines)
    mine = (line for at, line in enumerate(wish.lines) if at * shots // count == index)
    return replace(wish, lines=tuple(mine))
