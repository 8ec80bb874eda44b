"""Joins: pieces of picture and sound become one, with a transition or a straight cut between them.

piece 1   ------------------++++
piece 2                     ++++--------------
                            overlap: frames of both
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from core.media.cutting.reels import Rgb, Sound, samples_of
from core.media.encoding import SOUND_RATE_HZ
from core.media.errors import MediaError

Transition = Literal["cut", "dissolve", "fade", "wipe", "slide"]

# Long enough that a cut does not click, too short to be heard as a fade.
SEAM_S = 0.020
_MIDDLE = 0.5


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a clip and how it is entered.

    `frames`: read once, exactly `frame_count` of them. `sound`: float32 [2, S] at 48 kHz, S of
    `samples_of(frame_count)`. Its first `overlap` frames are shown together with the last of the
    piece before; a cut has none.
    """

    frames: Iterator[Rgb]
    frame_count: int
    sound: Sound
    transition: Transition = "cut"
    overlap: int = 0


def starts_of(pieces: Sequence[Piece]) -> list[int]:
    """Return the frame of the whole at which each piece begins to be seen."""
    starts, end = [], 0
    for piece in pieces:
        starts.append(end - piece.overlap)
        end += piece.frame_count - piece.overlap
    return starts


def length_of(pieces: Sequence[Piece]) -> int:
    """Return how many frames the whole has. Raises MediaError for overlaps that do not fit."""
    first = next(iter(pieces), None)
    if first is None or first.overlap:
        raise MediaError("Something must come first, and nothing can lead into it.")
    for piece, following in zip_longest(pieces, pieces[1:]):
        busy = piece.overlap + (following.overlap if following else 0)
        if busy > piece.frame_count or (piece.transition == "cut" and piece.overlap):
            raise MediaError("A transition is longer than the shots it joins.")
    return sum(piece.frame_count - piece.overlap for piece in pieces)


def joined_frames(pieces: Sequence[Piece]) -> Iterator[Rgb]:
    """Read pieces one after the other, two at once in a transition, holding none of their frames.

    Raises MediaError if a piece has more or fewer frames than it says, and whatever they raise.
    """
    length_of(pieces)
    before: Iterator[Rgb] = iter(())
    for piece, following in zip_longest(pieces, pieces[1:]):
        own = iter(piece.frames)
        for step in range(piece.overlap):
            share = (step + 1) / (piece.overlap + 1)
            yield mixed(_next(before), _next(own), share=share, transition=piece.transition)
        _end(before)
        alone = piece.frame_count - piece.overlap - (following.overlap if following else 0)
        for _ in range(alone):
            yield _next(own)
        before = own
    _end(before)


def _next(frames: Iterator[Rgb]) -> Rgb:
    frame = next(frames, None)
    if frame is None:
        raise MediaError("A shot ended before its last frame.")
    return frame


def _end(frames: Iterator[Rgb]) -> None:
    """Let a source of frames finish: some report their last frame only when asked for another."""
    if any(True for _ in islice(frames, 1)):
        raise MediaError("A shot has more frames than it promised.")


def mixed(before: Rgb, after: Rgb, *, share: float, transition: Transition) -> Rgb:
    """Return one frame of a transition; `share` 0..1 says how far it has gone."""
    return _MIXES[transition](before, after, share)


def _dissolve(before: Rgb, after: Rgb, share: float) -> Rgb:
    return np.asarray(cv2.addWeighted(before, 1 - share, after, share, 0), dtype=np.uint8)


def _fade(before: Rgb, after: Rgb, share: float) -> Rgb:
    """Through black, which is reached in the middle."""
    shown, light = (before, 1 - 2 * share) if share < _MIDDLE else (after, 2 * share - 1)
    return np.asarray(cv2.convertScaleAbs(shown, alpha=light), dtype=np.uint8)


def _wipe(before: Rgb, after: Rgb, share: float) -> Rgb:
    """From the left."""
    edge = round(before.shape[1] * share)
    return np.hstack([after[:, :edge], before[:, edge:]])


def _slide(before: Rgb, after: Rgb, share: float) -> Rgb:
    """The new picture pushes the old one out to the left."""
    edge = round(before.shape[1] * share)
    return np.hstack([before[:, edge:], after[:, :edge]])


def _cut(before: Rgb, after: Rgb, share: float) -> Rgb:
    return after if share >= _MIDDLE else before


_MIXES: Mapping[Transition, Callable[[Rgb, Rgb, float], Rgb]] = {
    "cut": _cut,
    "dissolve": _dissolve,
    "fade": _fade,
    "wipe": _wipe,
    "slide": _slide,
}


def joined_sound(pieces: Sequence[Piece], *, fps: int) -> Sound:
    """Lay the sounds of pieces over each other as their frames are: float32 [2, S] at 48 kHz.

    Equal power through a transition, so that the loudness does not dip. At a cut the piece before
    has nothing left to play, and goes on for 20 ms as its own mirror image.
    """
    whole = np.zeros((2, samples_of(length_of(pieces), fps=fps)), dtype=np.float32)
    for start, piece, following in zip_longest(starts_of(pieces), pieces, pieces[1:]):
        sound = piece.sound.copy()
        if start or piece.overlap:
            fade = _fade_samples(piece, fps)
            sound[:, :fade] *= rising(fade, transition=piece.transition)[: sound.shape[1]]
        if following is not None:
            sound = _left(sound, following, fps)
        first = samples_of(start, fps=fps)
        room = whole[:, first : first + sound.shape[1]]
        room += sound[:, : room.shape[1]]
    return np.clip(whole, -1.0, 1.0)


def _left(sound: Sound, following: Piece, fps: int) -> Sound:
    """End a sound as the next piece is entered."""
    fade = min(_fade_samples(following, fps), sound.shape[1])
    falling = rising(fade, transition=following.transition)[::-1]
    if following.overlap:
        sound[:, sound.shape[1] - fade :] *= falling
        return sound
    return np.concatenate([sound, sound[:, ::-1][:, :fade] * falling], axis=1)


def _fade_samples(piece: Piece, fps: int) -> int:
    if piece.overlap:
        return samples_of(piece.overlap, fps=fps)
    return min(round(SEAM_S * SOUND_RATE_HZ), int(piece.sound.shape[1]))


def rising(samples: int, *, transition: Transition = "dissolve") -> npt.NDArray[np.float32]:
    """Return the gain of a sound that comes in: float32 [S], its mirror image is that of one that
    goes. Both squared add up to one; a fade is silent for its first half.
    """
    way = (np.arange(samples) + 0.5) / max(1, samples)
    if transition == "fade":
        way = np.clip(2 * way - 1, 0.0, 1.0)
    return np.sin(way * np.pi / 2).astype(np.float32)
