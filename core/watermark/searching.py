"""Search for a grid that was cut, scaled, moved or mirrored.

For every size of the grid, the pilot is correlated with all its shifts at once by Fourier
transform. The sign of the mark in each quarter second is not known yet, so the squares are added.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from scipy import fft

from core.watermark.keys import MarkKey
from core.watermark.patterns import GRIDS, Grid, pattern_for
from core.watermark.placements import Placement
from core.watermark.residues import Maps, Residues

# Share of the marked picture that is still there: from a crop to 60 % to a picture within a larger
# one.
_SHARE_MIN, _SHARE_MAX = 0.6, 1.4
# At this step the cells at the edge are off by at most half a cell.
_SHARE_STEP = 0.02
_PX_PER_CELL = 2
_CANDIDATES = 3
# Three seconds are enough to find the place; all of the clip is then read there.
_BINS_MAX = 12


class _Peak(NamedTuple):
    energy: float
    placement: Placement


def candidates(residues: Residues, key: MarkKey) -> Iterator[Placement]:
    """Yield the likeliest placements: grid by grid, the one most like the picture first.

    Lazy, because a grid takes a second: who finds the mark in the first never pays for the others.
    """
    width, height = residues.size
    maps = residues.maps[:_BINS_MAX]
    steps = round(math.log(_SHARE_MAX / _SHARE_MIN) / _SHARE_STEP)
    shares = [float(share) for share in np.geomspace(_SHARE_MIN, _SHARE_MAX, steps)]
    for grid in sorted(GRIDS, key=lambda grid: _unlikeness(grid, width / height)):
        pilot = np.kron(pattern_for(key, grid).pilot, np.ones((_PX_PER_CELL, _PX_PER_CELL)))
        peaks = [
            peak
            for share in shares
            for peak in _best_shifts(maps, pilot.astype(np.float32), grid, share)
        ]
        peaks.sort(key=lambda peak: peak.energy, reverse=True)
        yield from (peak.placement for peak in peaks[:_CANDIDATES])


def _unlikeness(grid: Grid, aspect: float) -> float:
    return abs(math.log(grid.columns / grid.rows / aspect))


def _best_shifts(maps: Maps, pilot: Maps, grid: Grid, share: float) -> Iterator[_Peak]:
    """Find the shift with the most energy, both ways round, when `share` of `grid` is shown."""
    height, width = maps.shape[1:]
    cell_px = max(width / grid.columns, height / grid.rows) / share
    small = _sized(maps, width=width / cell_px, height=height / cell_px)
    shape = tuple(
        fft.next_fast_len(max(ours, theirs), real=True)
        for ours, theirs in zip(small.shape[1:], pilot.shape, strict=True)
    )
    spectrum = fft.rfft2(small, s=shape)
    for is_mirrored in (False, True):
        drawn = pilot[:, ::-1] if is_mirrored else pilot
        energy = _energy(spectrum, drawn, shape)
        down, across = np.unravel_index(int(np.argmax(energy)), energy.shape)
        left = _signed(int(across), shape[1]) * cell_px / _PX_PER_CELL
        top = _signed(int(down), shape[0]) * cell_px / _PX_PER_CELL
        right, bottom = left + grid.columns * cell_px, top + grid.rows * cell_px
        clarity = float(energy.max() / np.median(energy))
        yield _Peak(clarity, Placement(grid, left, top, right, bottom, is_mirrored))


def _sized(maps: Maps, *, width: float, height: float) -> Maps:
    size = (max(1, round(width * _PX_PER_CELL)), max(1, round(height * _PX_PER_CELL)))
    return np.stack([cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in maps])


def _energy(
    spectrum: npt.NDArray[np.complex64], pilot: Maps, shape: tuple[int, ...]
) -> npt.NDArray[np.float32]:
    """Correlate every map with every circular shift of the pilot; add the squares."""
    correlation = fft.irfft2(spectrum * np.conj(fft.rfft2(pilot, s=shape)), s=shape)
    return np.asarray(np.square(correlation).sum(axis=0), dtype=np.float32)


def _signed(shift: int, size: int) -> int:
    """Read a circular shift past the middle as a shift to the other side."""
    return shift - size if shift > size // 2 else shift
