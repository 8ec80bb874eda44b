"""Small pictures of a clip for the output checks: taken as its frames pass, or from its file."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.media import probing

Rgb = npt.NDArray[np.uint8]

# Flashes that harm come three a second or more: twelve looks a second find them, small ones will
# do.
PER_S = 12.0
SIDE_PX = 256


class Samples(NamedTuple):
    """uint8 [T, h, w, 3] RGB, no side above 256, `per_s` of them a second, the first at 0."""

    frames: npt.NDArray[np.uint8]
    per_s: float


class Sampler:
    """Takes samples from frames that come one by one.

    All lie in one block that is made beforehand: 110 kB each for a portrait, and no second copy.
    """

    def __init__(self, *, canvas: tuple[int, int], frame_count: int, fps: int) -> None:
        """Make room for the samples of `frame_count` frames of `canvas` (width, height)."""
        self._every_frames = max(1.0, fps / PER_S)
        self._per_s = fps / self._every_frames
        scale = min(1.0, SIDE_PX / max(canvas))
        self._size = (max(1, round(canvas[0] * scale)), max(1, round(canvas[1] * scale)))
        room = math.ceil(frame_count / self._every_frames)
        self._frames = np.empty((room, self._size[1], self._size[0], 3), dtype=np.uint8)
        self._taken = 0

    def look(self, rgb: Rgb, *, frame_index: int) -> None:
        """Take a sample of uint8 [H, W, 3] if one is due."""
        if frame_index < math.floor(self._taken * self._every_frames + 0.5):
            return
        cv2.resize(rgb, self._size, self._frames[self._taken], interpolation=cv2.INTER_AREA)
        self._taken += 1

    @property
    def samples(self) -> Samples:
        """What was taken so far."""
        return Samples(self._frames[: self._taken], self._per_s)


def of_file(path: Path) -> Samples:
    """Take the samples from a file that we made. Raises MediaError if nothing decodes."""
    frames = probing.sample_frames(path, every_s=1.0 / PER_S, long_side=SIDE_PX)
    return Samples(frames, PER_S)
