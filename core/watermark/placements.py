"""Where a grid may lie in a picture."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from core.watermark.patterns import Grid


class Placement(NamedTuple):
    """A grid laid over a picture, in pixels of the residue maps.

    It may reach beyond their edges.
    """

    grid: Grid
    left: float
    top: float
    right: float
    bottom: float
    is_mirrored: bool = False

    def matrix(self, size: tuple[int, int]) -> npt.NDArray[np.float64]:
        """Map pixel centres of a drawing of the grid at `size` (width, height) to the picture."""
        across = (self.right - self.left) / size[0]
        down = (self.bottom - self.top) / size[1]
        start_x, step_x = self.left, across
        if self.is_mirrored:
            start_x, step_x = self.right, -across
        return np.array(
            [[step_x, 0, start_x + step_x / 2 - 0.5], [0, down, self.top + down / 2 - 0.5]]
        )

    def scale(self, size: tuple[int, int]) -> float:
        """Share of the marked picture that is in the picture at hand, by its larger side."""
        across = size[0] / (self.right - self.left)
        return max(across, size[1] / (self.bottom - self.top))

    def moved(self, *, across: float, down: float, growth: float) -> Placement:
        """Shift by cells and grow around the centre."""
        width, height = self.right - self.left, self.bottom - self.top
        centre_x = (self.left + self.right) / 2 + across * width / self.grid.columns
        centre_y = (self.top + self.bottom) / 2 + down * height / self.grid.rows
        half_x, half_y = growth * width / 2, growth * height / 2
        return self._replace(
            left=centre_x - half_x,
            top=centre_y - half_y,
            right=centre_x + half_x,
            bottom=centre_y + half_y,
        )
