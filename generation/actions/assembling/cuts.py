"""Cuts: clips made of other clips, and whatever else is joined, as one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from core.media.cutting import joins
from core.media.cutting.joins import Piece, Transition
from core.media.cutting.reels import Reel
from core.media.encoding import SOUND_RATE_HZ
from generation.actions.assembling.script import (
    Script,
    ShotFacts,
    numbered,
    shots_within,
    words_within,
)
from generation.actions.assembling.takes import Take
from generation.spec import Canvas, Happening, Rendered, Span, Word
from generation.spec.parts import Piece as AskedPiece

# What is made without an engine says so where an engine would say its name.
CUTTER = "cutting"
_ROUNDING_PX = 2


def cut_and_join(script: Script) -> tuple[Rendered, tuple[ShotFacts, ...]]:
    """Make a clip of stretches of others, in any order, with transitions between them."""
    fps, canvas = script.spec.fps, canvas_of(script)
    reels = [Reel.of(clip.master, fps=fps, canvas=canvas) for clip in script.clips]
    stretches = _stretches(script.parts.pieces, reels)
    pieces = [
        Piece(
            reels[one.clip].frames(one.start, one.stop),
            one.stop - one.start,
            reels[one.clip].sound(one.start, one.stop),
            one.transition,
            one.overlap,
        )
        for one in stretches
    ]
    words: list[Word] = []
    shots: list[ShotFacts] = []
    for one, start in zip(stretches, joins.starts_of(pieces), strict=True):
        clip, span = script.clips[one.clip], Span(one.start / fps, one.stop / fps)
        words += words_within(clip.words, span, at_s=start / fps)
        shots += shots_within(clip.shots, span, at_s=start / fps)
    captions = [script.clips[one.clip].caption for one in stretches]
    rendered = joined(pieces, fps=fps, canvas=canvas, captions=captions, words=words)
    return rendered, numbered(shots)


def canvas_of(script: Script) -> Canvas:
    """Return the size of a clip that is made of others: nothing is scaled up for nothing.

    If all have the shape that is asked for, it is at most as large as the largest of them.
    """
    wanted = script.spec.canvas
    own = [Canvas(*Reel.of(clip.master).canvas) for clip in script.clips]
    largest = max(own, key=lambda size: size.width * size.height)
    is_alike = all(
        abs(size.width * wanted.height / wanted.width - size.height) <= _ROUNDING_PX for size in own
    )
    return largest if is_alike and largest.width < wanted.width else wanted


class _Stretch(NamedTuple):
    """Frames `start` to `stop` of a clip, and how they are entered."""

    clip: int
    start: int
    stop: int
    transition: Transition
    overlap: int


def _stretches(asked: Sequence[AskedPiece], reels: Sequence[Reel]) -> list[_Stretch]:
    """Lay pieces out in frames. What follows itself without a transition is not cut at all."""
    found: list[_Stretch] = []
    for piece in asked:
        one = _stretch(piece, reels[piece.parent], before=found[-1] if found else None)
        follows = found and found[-1][:1] == one[:1] and found[-1].stop == one.start
        if follows and not one.overlap:
            found[-1] = found[-1]._replace(stop=one.stop)
        else:
            found.append(one)
    return found


def _stretch(asked: AskedPiece, reel: Reel, *, before: _Stretch | None) -> _Stretch:
    span = asked.span or Span(0.0, reel.seconds)
    start, stop = frames_of(span, reel)
    overlap = 0
    if before is not None and asked.transition != "cut":
        # What leads in and what leads out may each take half of a piece.
        most = min(before.stop - before.start, stop - start) // 2
        overlap = min(round(asked.transition_s * reel.fps), most)
    return _Stretch(asked.parent, start, stop, asked.transition if overlap else "cut", overlap)


def frames_of(span: Span, reel: Reel) -> tuple[int, int]:
    """Return the first frame of a span and the one after its last: at least one, inside."""
    start = min(max(0, round(span.start_s * reel.fps)), reel.frame_count - 1)
    return start, min(max(start + 1, round(span.end_s * reel.fps)), reel.frame_count)


def joined(
    pieces: Sequence[Piece],
    *,
    fps: int,
    canvas: Canvas,
    captions: Sequence[str],
    words: Sequence[Word],
    takes: Sequence[Take] = (),
) -> Rendered:
    """Return pieces as one clip; `takes` are those of them, in their order, that an engine made."""
    made = [take.rendered for take in takes]
    return Rendered(
        frames=joins.joined_frames(pieces),
        frame_count=joins.length_of(pieces),
        fps=fps,
        sound=joins.joined_sound(pieces, fps=fps),
        sample_rate_hz=SOUND_RATE_HZ,
        engine=made[0].engine if made else CUTTER,
        weights_digest=made[0].weights_digest if made else "",
        caption=" Then: ".join(dict.fromkeys(filter(None, captions))),
        words=tuple(sorted(words, key=lambda word: word.start_s)),
        happenings=tuple(_happenings(pieces, takes, fps)),
        understood={"shots": [dict(one.understood) for one in made]} if made else {},
        canvas=canvas,
    )


def _happenings(pieces: Sequence[Piece], takes: Sequence[Take], fps: int) -> Iterator[Happening]:
    """Put what happens in shots on the clock of the whole. Clips do not remember it."""
    starts = {
        id(piece.frames): start
        for piece, start in zip(pieces, joins.starts_of(pieces), strict=True)
    }
    for take in takes:
        start_s, end_s = starts[id(take.frames)] / fps, take.frame_count / fps
        for one in take.rendered.happenings:
            if one.at_s < end_s:
                yield one._replace(at_s=one.at_s + start_s)
