"""Perceptual fingerprints: find a clip again after it was re-encoded, scaled or mirrored.

Frames are hashed with PDQ; a clip is an unordered bag of them, compared as vPDQ does. Source:
Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (2019), and the
vPDQ notes in ThreatExchange.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

import cv2
import numpy as np
import numpy.typing as npt
import pdqhash

from core.media import probing

# Of 256 bits. Unrelated frames lie above 100, re-encoded ones below 25; both limits are PDQ's own
# advice.
DISTANCE_MAX = 31
QUALITY_MIN = 50
# Share of one clip's frames that must be found in the other.
MATCH_RATIO = 0.8
EVERY_S = 0.5
_HASHED_SIDE_PX = 256
# Borders darker than this in every frame are bars, not picture.
_BAR_LUMA = 24
_PICTURE_MIN_RATIO = 0.3
_RECORD = struct.Struct(">f B 32s")


class FrameHash(NamedTuple):
    """256 bits as 32 bytes, PDQ's own quality 0..100, and when the frame is shown."""

    bits: bytes
    quality: int
    at_s: float


class Match(NamedTuple):
    """How much of each clip is in the other, 0..1.

    `is_dark`: only frames of low quality were left to compare. Shadows look alike, so such a match
    is a reason for a person to look, never to act.
    """

    ratio: float
    reverse_ratio: float
    is_dark: bool

    @property
    def is_match(self) -> bool:
        """Whether one clip is, for the most part, the other or a piece of it."""
        return max(self.ratio, self.reverse_ratio) >= MATCH_RATIO


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The hashes of one clip."""

    frames: tuple[FrameHash, ...]

    def to_bytes(self) -> bytes:
        """Pack for a database column, 37 bytes per frame."""
        return b"".join(
            _RECORD.pack(frame.at_s, frame.quality, frame.bits) for frame in self.frames
        )

    @classmethod
    def from_bytes(cls, packed: bytes) -> Self:
        """Unpack what `to_bytes` made."""
        records = _RECORD.iter_unpack(bytes(packed))
        return cls(tuple(FrameHash(bits, quality, at_s) for at_s, quality, bits in records))


def of_frames(frames: Iterable[npt.NDArray[np.uint8]], *, every_s: float) -> Fingerprint:
    """Hash uint8 [H, W, 3] RGB frames that lie `every_s` seconds apart."""
    return Fingerprint(
        tuple(_hashed(frame, at_s=index * every_s) for index, frame in enumerate(frames))
    )


def of_file(path: Path, *, dihedral: bool = False) -> Fingerprint:
    """Hash a video file, two frames a second, black bars trimmed.

    `dihedral` adds the mirrored, turned and flipped forms of every frame: for what comes in from
    outside, not for what is stored. Raises MediaError if there is no video.
    """
    frames = trimmed(probing.sample_frames(path, every_s=EVERY_S, long_side=2 * _HASHED_SIDE_PX))
    if not dihedral:
        return of_frames(frames, every_s=EVERY_S)
    hashes = (_all_turns(frame, at_s=index * EVERY_S) for index, frame in enumerate(frames))
    return Fingerprint(tuple(frame for turns in hashes for frame in turns))


def trimmed(frames: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Cut off borders that are black in every one of uint8 [T, H, W, 3].

    A dark clip is left as it is.
    """
    brightest = frames.max(axis=(0, 3)) > _BAR_LUMA
    rows, columns = (np.flatnonzero(brightest.any(axis=axis)) for axis in (1, 0))
    height, width = brightest.shape
    if rows.size < _PICTURE_MIN_RATIO * height or columns.size < _PICTURE_MIN_RATIO * width:
        return frames
    return frames[:, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def compare(one: Fingerprint, other: Fingerprint) -> Match:
    """Compare two bags of frames; brute force, which takes 10 ms for 200,000 pairs."""
    for is_dark in (False, True):
        left, right = _bits(one.frames, is_dark=is_dark), _bits(other.frames, is_dark=is_dark)
        if len(left) and len(right):
            near = _distances(left, right) <= DISTANCE_MAX
            return Match(float(near.any(1).mean()), float(near.any(0).mean()), is_dark)
    return Match(0.0, 0.0, is_dark=False)


def _hashed(frame: npt.NDArray[np.uint8], *, at_s: float) -> FrameHash:
    bits, quality = pdqhash.compute(_reduced(frame))
    return FrameHash(np.packbits(bits).tobytes(), int(quality), at_s)


def _all_turns(frame: npt.NDArray[np.uint8], *, at_s: float) -> list[FrameHash]:
    """Hash all eight forms for real.

    PDQ can derive seven of them from one transform, but they are then up to 32 bits off in busy
    pictures, which is as far as a match may be.
    """
    small = _reduced(frame)
    forms = (np.rot90(form, turns) for form in (small, small[:, ::-1]) for turns in range(4))
    return [_hashed(np.ascontiguousarray(form), at_s=at_s) for form in forms]


def _reduced(frame: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Shrink first: PDQ looks at 64 x 64 averages, and most of its time goes into making them."""
    scale = _HASHED_SIDE_PX / max(frame.shape[:2])
    if scale >= 1:
        return np.ascontiguousarray(frame)
    size = (max(1, round(frame.shape[1] * scale)), max(1, round(frame.shape[0] * scale)))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _bits(frames: Sequence[FrameHash], *, is_dark: bool) -> npt.NDArray[np.uint8]:
    packed = b"".join(frame.bits for frame in frames if (frame.quality < QUALITY_MIN) == is_dark)
    return np.frombuffer(packed, dtype=np.uint8).reshape(-1, 32)


def _distances(left: npt.NDArray[np.uint8], right: npt.NDArray[np.uint8]) -> npt.NDArray[np.intp]:
    differing = np.bitwise_xor(left[:, None, :], right[None, :, :])
    return np.asarray(np.bitwise_count(differing).sum(axis=2, dtype=np.intp))
