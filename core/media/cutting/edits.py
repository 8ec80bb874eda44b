"""Edits: new frames and new sound inside the old ones; what lies outside stays bit for bit."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from core.media.cutting.joins import SEAM_S, rising
from core.media.cutting.reels import Rgb, Sound
from core.media.encoding import SOUND_RATE_HZ
from core.media.errors import MediaError

Mask = npt.NDArray[np.uint8]

_CHANGES = 128
# Share of the short side over which a masked edit passes into its surroundings, inside the mask.
_FEATHER = 1 / 48


class Stencil:
    """Where a picture may change, uint8 [H, W], 255 or 0, with a soft border inside of it."""

    def __init__(self, mask: Mask) -> None:
        """Take a mask of the size of the picture."""
        self.mask = np.where(mask >= _CHANGES, 255, 0).astype(np.uint8)
        reach = max(1.0, min(mask.shape) * _FEATHER)
        # The border of the picture is no border of the edit: nothing lies beyond it.
        depth = cv2.distanceTransform(self.mask, cv2.DIST_L2, 3)
        # Only the smallest box around the mask is ever touched.
        left, top, width, height = cv2.boundingRect(self.mask)
        self._box = (slice(top, top + height), slice(left, left + width))
        self._new = np.clip(depth[self._box] / reach, 0.0, 1.0).astype(np.float32)
        self._old = 1.0 - self._new

    @classmethod
    def of_box(cls, box: tuple[float, float, float, float], *, canvas: tuple[int, int]) -> Stencil:
        """Make one from left, top, right, bottom as shares 0..1 of a canvas of width and height.

        Raises MediaError for a box without area.
        """
        width, height = canvas
        left, right = (round(np.clip(share, 0, 1) * width) for share in box[::2])
        top, bottom = (round(np.clip(share, 0, 1) * height) for share in box[1::2])
        if right <= left or bottom <= top:
            raise MediaError("The box to change has no area.")
        mask = np.zeros((height, width), dtype=np.uint8)
        mask[top:bottom, left:right] = 255
        return cls(mask)

    @classmethod
    def of_mask(cls, mask: Mask, *, canvas: tuple[int, int]) -> Stencil:
        """Make one from a mask of any size."""
        return cls(sized(mask, canvas=canvas))

    def composited(self, old: Rgb, new: Rgb) -> Rgb:
        """Return a new picture: `old` outside, `new` inside, and both at the border inside."""
        whole, box = old.copy(), self._box
        blended = cv2.blendLinear(new[box], old[box], self._new, self._old)
        whole[box] = _stencilled(old[box], np.asarray(blended, np.uint8), self.mask[box])
        return whole


def sized(mask: Mask, *, canvas: tuple[int, int]) -> Mask:
    """Bring a mask to the size of the picture; its edges stay hard."""
    if mask.shape[::-1] == canvas:
        return mask
    return np.asarray(cv2.resize(mask, canvas, interpolation=cv2.INTER_NEAREST), dtype=np.uint8)


def edited_frames(
    old: Iterator[Rgb], new: Iterator[Rgb], *, start: int, stop: int, stencil: Stencil | None
) -> Iterator[Rgb]:
    """Put `new`, exactly `stop` - `start` frames, in the place of those of `old`.

    With a stencil only where it says. All other frames are those of `old`, the same arrays.
    """
    for index, frame in enumerate(old):
        if not start <= index < stop:
            yield frame
            continue
        changed = _taken(new)
        yield changed if stencil is None else stencil.composited(frame, changed)
    _check_over(new)


def masked_frames(
    old: Iterator[Rgb], new: Iterator[Rgb], masks: Iterator[Mask], *, start: int, stop: int
) -> Iterator[Rgb]:
    """Do as `edited_frames` with a hard mask for each new frame, read after it."""
    for index, frame in enumerate(old):
        if not start <= index < stop:
            yield frame
            continue
        changed = _taken(new)
        mask = next(masks, None)
        if mask is None:
            raise MediaError("There are fewer masks than frames.")
        canvas = (frame.shape[1], frame.shape[0])
        hard = np.where(sized(mask, canvas=canvas) >= _CHANGES, 255, 0).astype(np.uint8)
        yield _stencilled(frame, changed, hard)
    _check_over(new)


def _stencilled(old: Rgb, new: Rgb, mask: Mask) -> Rgb:
    return np.asarray(cv2.copyTo(new, np.ascontiguousarray(mask), old.copy()), dtype=np.uint8)


def _taken(frames: Iterator[Rgb]) -> Rgb:
    frame = next(frames, None)
    if frame is None:
        raise MediaError("The new stretch ended before its last frame.")
    return frame


def _check_over(frames: Iterator[Rgb]) -> None:
    if next(frames, None) is not None:
        raise MediaError("The new stretch has more frames than it promised.")


def patched_sound(old: Sound, new: Sound, *, start: int) -> Sound:
    """Put `new`, float32 [2, N], over `old` from sample `start` on, through 20 ms at either end.

    The passing lies inside the new stretch: all samples outside are those of `old`. At the ends
    of the whole nothing passes.
    """
    whole = old.copy()
    stop = min(start + new.shape[1], whole.shape[1])
    inside = new[:, : stop - start].copy()
    fade = min(round(SEAM_S * SOUND_RATE_HZ), inside.shape[1] // 2)
    if fade and start > 0:
        gain = rising(fade)
        inside[:, :fade] = inside[:, :fade] * gain + old[:, start : start + fade] * gain[::-1]
    if fade and stop < whole.shape[1]:
        gain = rising(fade)[::-1]
        inside[:, -fade:] = inside[:, -fade:] * gain + old[:, stop - fade : stop] * gain[::-1]
    whole[:, start:stop] = np.clip(inside, -1.0, 1.0)
    return whole
