"""Checks of pictures that need no model: nothing there, nothing moves, or flashing that can harm.

What is *in* the pictures it does not see. An operator adds a classifier with weights for that.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from moderation.spec import Frames, Item, Medium, Score

Plane = npt.NDArray[np.float32]

# A frame whose luma varies less than this (of 255) shows nothing.
FLAT_STD = 3.0
# Two frames that differ less than this on average are the same picture, encoder noise included.
STILL_DIFFERENCE = 0.35
# Below this rate a flash can hide between two samples.
FLASH_RATE_MIN = 12.0

# WCAG 2.2, "general flash and red flash thresholds": a flash is a pair of opposing changes of
# relative luminance by a tenth of the maximum, the darker below 0.8; more than three within a
# second over a quarter of the (10 degree) field is unsafe. We take the whole picture for the field.
FLASH_STEP = 0.10
FLASH_DARK = 0.80
FLASH_AREA = 0.25
FLASHES_MAX = 3
# Where the sRGB curve turns from a line to a power (IEC 61966-2-1).
SRGB_KNEE = 0.04045
_GRID = (18, 32)
_MEAN = np.full((1, 3), 1 / 3, dtype=np.float32)
_LUMA = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)


class FrameChecks:
    """Blank, frozen and flashing pictures."""

    version = "frame-checks 1"
    accepts = frozenset({Medium.FRAMES})

    def score(self, item: Item) -> Sequence[Score]:
        frames = item.frames
        if frames is None or not len(frames):
            return ()
        scores = [*_blank(frames), *_frozen(frames)]
        if item.frames_per_s >= FLASH_RATE_MIN:
            scores.extend(_flashing(frames, rate=item.frames_per_s))
        return scores


def _blank(frames: Frames) -> list[Score]:
    """One score for the share of frames that show a single tone."""
    flat = sum(_spread(frame) < FLAT_STD for frame in frames) / len(frames)
    return [Score("broken.blank", flat, note=f"{flat:.0%} of the frames are blank")] if flat else []


def _spread(frame: npt.NDArray[np.uint8]) -> float:
    """Standard deviation of the mean of red, green and blue over one frame."""
    _, spread = cv2.meanStdDev(cv2.transform(frame.astype(np.float32), _MEAN))
    return float(spread[0, 0])


def _frozen(frames: Frames) -> list[Score]:
    """One score if the picture never changes from the first frame to the last."""
    if len(frames) == 1:
        return []
    luma = frames[:, ::4, ::4].mean(axis=3, dtype=np.float32)
    moving = float(np.abs(np.diff(luma, axis=0)).mean(axis=(1, 2)).max())
    return [Score("broken.frozen", 1.0, note="nothing moves")] if moving < STILL_DIFFERENCE else []


def _flashing(frames: Frames, *, rate: float) -> list[Score]:
    """One score for the most flashes in any second over a quarter of the picture.

    0.5 is the most that is safe (three); it grows by a sixth with every further one.
    """
    light = _cells(frames)
    rises, falls = _swings(light)
    window = max(1, round(rate))
    worst, at = 0, 0
    for start in range(max(1, len(light) - window + 1)):
        pairs = np.minimum(
            rises[start : start + window].sum(0), falls[start : start + window].sum(0)
        )
        # The number of flashes that at least a quarter of the cells have had.
        count = int(np.sort(pairs, axis=None)[::-1][int(pairs.size * FLASH_AREA)])
        if count > worst:
            worst, at = count, start
    if worst <= 1:
        return []
    value = min(1.0, 0.5 + (worst - FLASHES_MAX) / 6 - 0.01)
    return [Score("seizure", max(0.0, value), at_s=at / rate, note=f"{worst} flashes in a second")]


def _cells(frames: Frames) -> Plane:
    """Relative luminance of a coarse grid, float32 [T, rows, columns] in 0..1 (sRGB, WCAG 2.2)."""
    rows, columns = (min(_GRID[0], frames.shape[1]), min(_GRID[1], frames.shape[2]))
    height, width = frames.shape[1] // rows * rows, frames.shape[2] // columns * columns
    cut = frames[:, :height, :width]
    size, mean = (columns, rows), cv2.INTER_AREA
    cells = [cv2.resize(frame.astype(np.float32), size, interpolation=mean) for frame in cut]
    colour = np.stack(cells) / 255
    linear = np.where(colour <= SRGB_KNEE, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)
    plane: Plane = (linear @ _LUMA).astype(np.float32)
    return plane


def _swings(light: Plane) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Mark where each cell has completed a rise or a fall of FLASH_STEP since its last turn."""
    low, high = light[0].copy(), light[0].copy()
    rises = np.zeros(light.shape, dtype=bool)
    falls = np.zeros(light.shape, dtype=bool)
    rising = np.zeros(light.shape[1:], dtype=np.int8)  # 1 after a rise, -1 after a fall
    for index, now in enumerate(light):
        rose = (now - low >= FLASH_STEP) & (low < FLASH_DARK) & (rising != 1)
        fell = (high - now >= FLASH_STEP) & (now < FLASH_DARK) & (rising != -1)
        rises[index], falls[index] = rose, fell
        rising = np.where(rose, 1, np.where(fell, -1, rising)).astype(np.int8)
        # The extreme is counted from the last turn, so that slow ramps are one swing.
        low = np.where(rose | fell, now, np.minimum(low, now))
        high = np.where(rose | fell, now, np.maximum(high, now))
    return rises, falls
