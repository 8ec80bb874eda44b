"""What is left of a clip when the picture is taken away: small maps, one per quarter second."""

from __future__ import annotations

from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt

from core.watermark.placements import Placement

# A sign lasts half a second; two bins for each, so that a clip that was cut anywhere loses little.
BIN_S = 0.25
# Four pixels for a cell of the finest grid are enough to place it within a quarter of a cell.
_SIDE_PX = 384
_PICTURE_BLUR_PX = 5.0
_FLOOR_LEVELS = 0.4
_CLIP = 2.5
# Black is 16; a dark scene is not.
_BAR_LUMA = 20
_OVERSAMPLING = 2

Maps = npt.NDArray[np.float32]


class Residues:
    """Collects frames and gives back maps in which a mark stands out and pictures do not."""

    def __init__(self) -> None:
        self._sums: dict[int, Maps] = {}
        self._brightest: npt.NDArray[np.uint8] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no frame came."""
        return not self._sums

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the maps."""
        height, width = self.maps.shape[1:]
        return width, height

    def add(self, luma: npt.NDArray[np.uint8], *, at_s: float) -> None:
        """Take in one frame, uint8 [H, W], shown at `at_s` seconds. All frames have one size."""
        height, width = luma.shape
        scale = min(1.0, _SIDE_PX / max(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(luma.astype(np.float32), size, interpolation=cv2.INTER_AREA)
        residue = _residue(np.asarray(small))
        at = int(at_s / BIN_S)
        self._sums[at] = self._sums[at] + residue if at in self._sums else residue
        reduced = cv2.resize(luma, size, interpolation=cv2.INTER_AREA)
        before = reduced if self._brightest is None else self._brightest
        self._brightest = np.asarray(cv2.max(before, reduced), dtype=np.uint8)

    @cached_property
    def maps(self) -> Maps:
        """float32 [bins, h, w], each of unit power.

        What stays the same over the whole clip is taken out: a mark changes its sign every half
        second, walls do not.
        """
        shape = next(iter(self._sums.values())).shape
        empty = np.zeros(shape, dtype=np.float32)
        stacked = np.stack([self._sums.get(at, empty) for at in range(max(self._sums) + 1)])
        if len(stacked) > 1:
            stacked -= stacked.mean(axis=0)
        power = np.sqrt(np.square(stacked).mean(axis=(1, 2), keepdims=True))
        return np.asarray(stacked / np.maximum(power, 1e-6), dtype=np.float32)

    def cells(self, placement: Placement) -> Maps:
        """Average every map over the cells of a grid: float32 [bins, rows, columns], 0 outside."""
        grid = placement.grid
        fine = (grid.columns * _OVERSAMPLING, grid.rows * _OVERSAMPLING)
        matrix = placement.matrix(fine)
        return np.stack(
            [_averaged(one, matrix, fine, (grid.columns, grid.rows)) for one in self.maps]
        )

    def picture_box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of what is not a black bar, in map pixels."""
        width, height = self.size
        if self._brightest is None:
            return 0, 0, width, height
        lit = self._brightest > _BAR_LUMA
        rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
        if rows.size == 0 or columns.size == 0:
            return 0, 0, width, height
        return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _residue(small: Maps) -> Maps:
    """Take away what varies slowly in space, and even out what is left by its local strength."""
    fine = small - cv2.GaussianBlur(small, (0, 0), _PICTURE_BLUR_PX)
    strength = cv2.GaussianBlur(fine * fine, (0, 0), _PICTURE_BLUR_PX)
    even = fine / (np.sqrt(strength) + _FLOOR_LEVELS)
    return np.asarray(np.clip(even, -_CLIP, _CLIP), dtype=np.float32)


def _averaged(
    one: Maps, matrix: npt.NDArray[np.float64], fine: tuple[int, int], size: tuple[int, int]
) -> Maps:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    placed = cv2.warpAffine(one, matrix, fine, flags=flags, borderValue=0.0)
    return np.asarray(cv2.resize(placed, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
