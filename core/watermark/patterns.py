"""The hidden grid.

Which cell of the picture carries what, with which sign, and when the sign flips.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.watermark.codes import CODE_BITS
from core.watermark.keys import MarkKey

CELLS_PER_BIT = 61
# Half a second per sign: static parts of a picture cancel between the two halves of every second,
# and an average over time, which would reveal a constant pattern, shows nothing.
WINDOW_S = 0.5
WINDOWS = 32


class Grid(NamedTuple):
    """Cells across and down.

    All grids have 5184 cells, which are square on the canvas they are made for.
    """

    columns: int
    rows: int


PORTRAIT, LANDSCAPE, SQUARE = Grid(54, 96), Grid(96, 54), Grid(72, 72)
GRIDS = (PORTRAIT, LANDSCAPE, SQUARE)


def grid_for(width: int, height: int) -> Grid:
    """Choose the grid whose proportions are nearest to those of the picture."""
    aspect = math.log(width / height)
    return min(GRIDS, key=lambda grid: abs(aspect - math.log(grid.columns / grid.rows)))


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one key means on one grid.

    `pilot`: float32 [rows, columns], -1 or 1 in pilot cells, 0 elsewhere; the same in every marked
    clip. `cells`: intp [63, 61], flat indices of the cells that carry each code bit. `signs`:
    float32 [63, 61], their signs. `windows`: float32 [32], the sign of each half second, then from
    the start again.
    """

    grid: Grid
    pilot: npt.NDArray[np.float32]
    cells: npt.NDArray[np.intp]
    signs: npt.NDArray[np.float32]
    windows: npt.NDArray[np.float32]

    def field(self, code: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        """Lay 63 code bits over the pilot: float32 [rows, columns], -1 or 1 in every cell."""
        field = self.pilot.ravel().copy()
        field[self.cells] = self.signs * (2.0 * code.astype(np.float32) - 1.0)[:, None]
        return field.reshape(self.pilot.shape)


@lru_cache(maxsize=16)
def pattern_for(key: MarkKey, grid: Grid) -> Pattern:
    """Draw the pattern of `key` on `grid`."""
    count = grid.columns * grid.rows
    name = f"{grid.columns}x{grid.rows}"
    order = key.shuffle(f"cells {name}", count=count)
    signs = key.signs(f"signs {name}", count=count).astype(np.float32)
    carriers = order[: CODE_BITS * CELLS_PER_BIT].reshape(CODE_BITS, CELLS_PER_BIT)
    pilot = np.zeros(count, dtype=np.float32)
    rest = order[CODE_BITS * CELLS_PER_BIT :]
    pilot[rest] = signs[rest]
    halves = key.signs("windows", count=WINDOWS // 2).astype(np.float32)
    windows = np.column_stack([halves, -halves]).ravel()
    return Pattern(grid, pilot.reshape(grid.rows, grid.columns), carriers, signs[carriers], windows)
