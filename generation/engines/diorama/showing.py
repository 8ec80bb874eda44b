"""Show a play: frames of its acts melting into each other, one sound, one caption, masks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from generation.engines.diorama import scoring, sound, world
from generation.engines.diorama.caption import describe
from generation.engines.diorama.directing import Act, Play, surroundings_of
from generation.engines.diorama.layers import stack
from generation.engines.diorama.mounting import Mounts
from generation.engines.diorama.physics import simulate
from generation.engines.diorama.regions import Silhouettes, united
from generation.engines.diorama.scene import Motion
from generation.engines.diorama.sound.spec import Played, Score
from generation.spec import Canvas, Frame, Happening, Mask, RenderSpec, Sound, Word


@dataclass(frozen=True, slots=True)
class Show:
    """A play as it is seen and heard within its window. `frames` is read once."""

    frames: Iterator[Frame]
    frame_count: int
    sound: Sound
    sample_rate_hz: int
    words: tuple[Word, ...]
    happenings: tuple[Happening, ...]
    caption: str
    masks: Iterator[Mask] | None


@dataclass(frozen=True, slots=True)
class _Played:
    """One act with everything that is known of it before anything is drawn."""

    act: Act
    until: int
    motion: Motion
    score: Score
    played: Played


def show(play: Play, spec: RenderSpec, *, canvas: Canvas, sample_rate_hz: int = 48_000) -> Show:
    """Play all acts; frames are drawn as they are read. The same play gives the same bytes."""
    parts = _parts(play, sample_rate_hz, is_seen_only=bool(spec.stills_at_s))
    wanted = _wanted(play, spec)
    heard = _sound(play, parts, sample_rate_hz)
    mounts = Mounts(spec, canvas, frames=play.last - play.first)
    seen = _frames(play, parts, wanted, mounts) if not play.is_heard_only else iter(())
    return Show(
        frames=seen,
        frame_count=(play.last - play.first) if play.is_heard_only else len(wanted),
        sound=heard,
        sample_rate_hz=sample_rate_hz,
        words=tuple(_words(play, parts)),
        happenings=tuple(_happenings(play, parts)),
        caption=_caption(play),
        masks=_masks(play, spec, wanted),
    )


def _wanted(play: Play, spec: RenderSpec) -> Sequence[int]:
    """Return the frames to draw: all of the window, or only those of the stills."""
    if not spec.stills_at_s:
        return range(play.first, play.last)
    asked = (play.first + round(at_s * play.fps) for at_s in spec.stills_at_s)
    return [min(max(play.first, at), play.last - 1) for at in asked]


def _parts(play: Play, rate: int, *, is_seen_only: bool) -> tuple[_Played, ...]:
    ends = [act.start + play.fade for act in play.acts[1:]] + [play.frames]
    return tuple(
        _part(act, until, rate, is_seen_only=is_seen_only)
        for act, until in zip(play.acts, ends, strict=True)
    )


def _part(act: Act, until: int, rate: int, *, is_seen_only: bool) -> _Played:
    motion = simulate(act.scene)
    score = scoring.score_of(act.scene, motion)
    # Pictures alone need no more of the sound than what moves the mouths.
    heard = replace(score, events=(), beds=(), music=None) if is_seen_only else score
    return _Played(act, until, motion, score, sound.play(heard, sample_rate_hz=rate))


def _frames(
    play: Play, parts: Sequence[_Played], wanted: Sequence[int], mounts: Mounts
) -> Iterator[Frame]:
    """Yield the wanted frames: act over act, each coming in over the one before."""
    brushes: dict[int, world.Brush] = {}
    last_use = [max((at for at in wanted if at < part.until), default=0) for part in parts]
    for at in wanted:
        frame: Frame | None = None
        for number, part in enumerate(parts):
            share = _share(part.act, at, play.fade) if number else 1.0
            if share <= 0 or at >= part.until:
                continue
            if number not in brushes:
                brushes[number] = world.Brush(
                    part.act.scene, motion=part.motion, mouths=part.played.mouths
                )
            drawn = brushes[number](at)
            frame = drawn if frame is None or share >= 1 else _melted(frame, drawn, share)
        assert frame is not None  # noqa: S101 - the last act lasts to the end
        yield mounts(frame, at=at - play.first)
        for number in [number for number in brushes if at >= last_use[number]]:
            del brushes[number]


def _share(act: Act, at: int, fade: int) -> float:
    """How far an act has come in at a frame, 0..1, eased."""
    step = min(max((at - act.start + 1) / (fade + 1), 0.0), 1.0)
    return step * step * (3 - 2 * step)


def _melted(below: Frame, above: Frame, share: float) -> Frame:
    return np.asarray(cv2.addWeighted(below, 1 - share, above, share, 0), np.uint8)


def _sound(play: Play, parts: Sequence[_Played], rate: int) -> Sound:
    """Return float32 [2, S] of the window: the acts' sounds with crossfades of equal power."""
    total = np.array(parts[0].played.sound, np.float32)
    length = total.shape[1]
    for part in parts[1:]:
        begin = min(round(part.act.start / play.fps * rate), length)
        end = min(begin + round(play.fade / play.fps * rate), length)
        angle = np.linspace(0, np.pi / 2, end - begin, dtype=np.float32)
        coming = part.played.sound
        total[:, begin:end] = total[:, begin:end] * np.cos(angle) + coming[:, begin:end] * np.sin(
            angle
        )
        total[:, end:] = coming[:, end:]
    first = round(play.first / play.fps * rate)
    count = round((play.last - play.first) / play.fps * rate)
    window = total[:, first : first + count]
    missing = count - window.shape[1]
    return np.ascontiguousarray(np.pad(window, ((0, 0), (0, max(0, missing)))), np.float32)


def _ends(play: Play, parts: Sequence[_Played]) -> Iterator[tuple[_Played, float, float]]:
    """Yield each act with the part of the window, in seconds, in which it rules."""
    starts = [0, *(part.act.start for part in parts[1:]), play.frames]
    for part, begin, end in zip(parts, starts, starts[1:], strict=False):
        lower, upper = max(begin, play.first), min(end, play.last)
        if lower < upper:
            yield part, lower / play.fps, upper / play.fps


def _words(play: Play, parts: Sequence[_Played]) -> Iterator[Word]:
    shift = play.first / play.fps
    length = (play.last - play.first) / play.fps
    for part, begin, end in _ends(play, parts):
        for word in part.played.words:
            if begin <= word.start_s < end:
                start, stop = word.start_s - shift, min(word.end_s - shift, length)
                yield word._replace(start_s=round(start, 4), end_s=round(stop, 4))


def _happenings(play: Play, parts: Sequence[_Played]) -> Iterator[Happening]:
    shift = play.first / play.fps
    for part, begin, end in _ends(play, parts):
        for one in world.happenings(part.act.scene, part.motion, part.score):
            if begin <= one.at_s < end:
                yield one._replace(at_s=one.at_s - shift)


def _caption(play: Play) -> str:
    """Say what is seen: one sentence for each act of the window, in order."""
    starts = [*(act.start for act in play.acts[1:]), play.frames]
    shown = [act for act, end in zip(play.acts, starts, strict=True) if end > play.first]
    said = [describe(act.scene.brief) for act in shown if act.start < play.last]
    rest = [f"then {sentence[0].lower()}{sentence[1:]}" for sentence in said[1:]]
    return " ".join([said[0], *rest])


def _masks(play: Play, spec: RenderSpec, wanted: Sequence[int]) -> Iterator[Mask] | None:
    """Return where the edit may change each wanted frame, if it named the region in words."""
    region = spec.source.region if spec.source else None
    if play.before is None or region is None or region.kind != "words":
        return None
    return _drawn_masks(play, play.before, region.words, wanted)


def _drawn_masks(play: Play, before: Play, name: str, wanted: Sequence[int]) -> Iterator[Mask]:
    surroundings = surroundings_of(name) if play.changed == (None, None) else None
    stacks = {}
    for at in wanted:
        found = []
        for number, (side, noun) in enumerate(zip((before, play), play.changed, strict=True)):
            act = _ruling(side, at)
            key = (number, side.acts.index(act))
            if key not in stacks:
                stacks[key] = _silhouettes(act, noun)
            found.append(stacks[key].mask(at))
        everybody = united(iter(found))
        if surroundings:
            outlines = stacks[0, before.acts.index(_ruling(before, at))]
            everybody = outlines.around(everybody, part=surroundings, at=at)
        yield everybody


def _ruling(play: Play, at: int) -> Act:
    return [act for act in play.acts if act.start <= at][-1]


def _silhouettes(act: Act, noun: int | None) -> Silhouettes:
    """Return the outlines of one noun's actors (NOBODY's are none), or of everybody for None."""
    scene = act.scene
    chosen = frozenset(
        index for index, actor in enumerate(scene.actors) if noun is None or actor.noun == noun
    )
    mirror = world.mirror(scene) > 0
    return Silhouettes(stack(scene, motion=simulate(scene)), chosen, has_mirror=mirror)
