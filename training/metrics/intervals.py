"""Figures with the doubt that belongs to them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

DRAWS = 1000


class Figure(NamedTuple):
    """A value with its 95 % interval, over `clips` values."""

    value: float
    low: float
    high: float
    clips: int

    def __str__(self) -> str:
        if self.clips == 0:
            return "none found"
        return f"{self.value:.3g} [{self.low:.3g}, {self.high:.3g}] n={self.clips}"


def mean(values: Sequence[float]) -> Figure:
    """Mean with a bootstrap interval; NaN values are left out."""
    return _bootstrap(values, lambda rows: rows.mean(-1))


def median(values: Sequence[float]) -> Figure:
    """Median with a bootstrap interval; NaN values are left out."""
    return _bootstrap(values, lambda rows: rows.median(-1).values)


def _bootstrap(values: Sequence[float], statistic: Callable[[Tensor], Tensor]) -> Figure:
    kept = torch.tensor([v for v in values if not math.isnan(v)], dtype=torch.float64)
    if not len(kept):
        return Figure(math.nan, math.nan, math.nan, 0)
    generator = torch.Generator().manual_seed(len(kept))
    picks = torch.randint(len(kept), (DRAWS, len(kept)), generator=generator)
    spread = statistic(kept[picks])
    low, high = (float(spread.quantile(q)) for q in (0.025, 0.975))
    return Figure(float(statistic(kept)), low, high, len(kept))
