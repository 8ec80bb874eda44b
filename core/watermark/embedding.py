"""Put the invisible mark into luma planes."""

from __future__ import annotations

import math
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from core.watermark import codes
from core.watermark.keys import MarkKey
from core.watermark.patterns import WINDOW_S, WINDOWS, grid_for, pattern_for

Luma = npt.NDArray[np.uint8]

# Luma levels added or taken away. The least amount is what rounding and the encoder let through in
# a flat sky; the rest grows with what already moves in the neighbourhood, where the eye is busy.
_LEVELS_MIN = 1.0
_LEVELS_MAX = 3.9
_LEVELS_PER_CONTRAST = 0.178
# Below this luma the mark fades to _DARK_RATIO: displays show steps in shadow more clearly than in
# light.
_DARK_LUMA = 56.0
_DARK_RATIO = 0.65
# Work at a quarter of the size: a cell is 13 pixels wide at 720 lines, so nothing is lost.
_REDUCTION = 4
# The change travels as uint8, 1/16 level per step around 128, because 8-bit resizing and adding are
# several times faster than float, and the mark shares its core with the engine.
_STEPS_PER_LEVEL = 16.0
_ZERO = 128.0
_FLIP_FRAMES = 2


class Embedder:
    """Marks the frames of one clip with one payload."""

    def __init__(self, key: MarkKey, *, payload: int, canvas: tuple[int, int], fps: int) -> None:
        """Prepare the field for `canvas` (width, height) once; `payload` has at most 39 bits."""
        self._canvas = canvas
        self._fps = fps
        width, height = canvas
        self._small = (max(1, width // _REDUCTION), max(1, height // _REDUCTION))
        self._pattern = pattern_for(key, grid_for(width, height))
        self._code = codes.encode(payload)

    @cached_property
    def _field(self) -> npt.NDArray[np.float32]:
        """The field at working size, its edges softened so that no cell border can be seen."""
        cells = self._pattern.field(self._code)
        field = cv2.resize(cells, self._small, interpolation=cv2.INTER_NEAREST_EXACT)
        cell_px = self._small[0] / cells.shape[1]
        softened = cv2.GaussianBlur(field, (0, 0), max(0.3, 0.22 * cell_px))
        return (_STEPS_PER_LEVEL * softened).astype(np.float32)

    def mark(self, luma: Luma, *, frame_index: int, out: Luma | None = None) -> Luma:
        """Return a marked copy of `luma`, uint8 [H, W], shown at `frame_index / fps` seconds.

        In `out` if it is given, so that no second copy is needed to put it into a picture.
        """
        change = self._strength(luma)
        change *= self._field
        change *= self._sign(frame_index)
        change += _ZERO
        steps = cv2.resize(
            cv2.convertScaleAbs(change), self._canvas, interpolation=cv2.INTER_LINEAR
        )
        offset = -_ZERO / _STEPS_PER_LEVEL
        return np.asarray(
            cv2.addWeighted(luma, 1.0, steps, 1.0 / _STEPS_PER_LEVEL, offset, out), dtype=np.uint8
        )

    def _strength(self, luma: Luma) -> npt.NDArray[np.float32]:
        """How many levels each place bears: float32 at working size.

        Nearest-neighbour reduction on purpose: averaging would smooth away the very texture that
        hides the mark.
        """
        small = cv2.resize(luma, self._small, interpolation=cv2.INTER_NEAREST).astype(np.float32)
        mean = cv2.blur(small, (9, 9))
        square = cv2.sqrBoxFilter(small, -1, (9, 9))
        contrast = np.sqrt(np.maximum(square - mean * mean, 0.0))
        levels = np.minimum(_LEVELS_MIN + _LEVELS_PER_CONTRAST * contrast, _LEVELS_MAX)
        light = np.minimum(_DARK_RATIO + (1 - _DARK_RATIO) / _DARK_LUMA * mean, 1.0)
        return np.asarray(levels * light, dtype=np.float32)

    def _sign(self, frame_index: int) -> float:
        """Sign at this frame, swung through zero at a flip instead of jumping.

        A jump could be seen as a flicker.
        """
        window_frames = WINDOW_S * self._fps
        position = frame_index / window_frames
        here = float(self._pattern.windows[math.floor(position) % WINDOWS])
        into = (position - math.floor(position)) * window_frames + 0.5
        before = float(self._pattern.windows[(math.floor(position) - 1) % WINDOWS])
        after = float(self._pattern.windows[(math.floor(position) + 1) % WINDOWS])
        left = window_frames - into
        if into < _FLIP_FRAMES and before != here and frame_index >= _FLIP_FRAMES:
            return here * into / _FLIP_FRAMES
        if left < _FLIP_FRAMES and after != here:
            return here * left / _FLIP_FRAMES
        return here
