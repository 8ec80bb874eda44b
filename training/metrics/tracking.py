"""What a moving thing does, seen from the pixels alone: where it is, when it lands, whether it
lasts."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

FOREGROUND = 0.18
STATIC = 0.02
# A fall must be at least this fast, in picture heights per second, to count as one.
FALLING = 0.10
FLIGHT_FRAMES = 5


class Track(NamedTuple):
    """One clip's moving foreground: `height` [T] of its centroid above the lower edge in picture
    heights (NaN where nothing is seen), `area` [T] in pixels."""

    height: Tensor
    area: Tensor


class Flight(NamedTuple):
    """One parabola between contacts: fitted pull, and how far the path is from it, in heights."""

    pull: float
    residual: float


def track(video: Tensor) -> Track:
    """Follow what differs from the clip's own still background in float32 [3, T, H, W], -1..1."""
    picture = (video + 1) / 2
    background = picture.median(dim=1, keepdim=True).values
    is_moving = (picture - background).abs().amax(0) > FOREGROUND
    area = is_moving.sum((1, 2)).float()
    rows = torch.arange(video.shape[2], device=video.device).float() + 0.5
    middle = (is_moving.float().sum(2) * rows).sum(1) / area
    height = 1 - middle / video.shape[2]
    height[area < 4] = torch.nan
    return Track(height, area)


def contacts(height: Tensor, *, fps: int) -> list[float]:
    """Find the instants at which a fall turns into a rise: where parabolas fitted to the frames
    before and after meet. Sub-frame, in seconds."""
    speed = height.diff() * fps
    times = []
    for i in range(2, len(speed) - 2):
        before, after = speed[i - 1], speed[i]
        turns = before < -FALLING and after > before and bool((speed[i : i + 2] > 0).any())
        if turns and (not times or i / fps - times[-1] > 0.15):
            times.append(_meeting(height, i, fps))
    return times


def flights(height: Tensor, *, fps: int) -> list[Flight]:
    """Fit y = a + b t - g t^2 / 2 to every stretch of at least five frames between contacts."""
    cuts = [0, *(round(time * fps) for time in contacts(height, fps=fps)), len(height)]
    found = []
    for start, end in pairwise(cuts):
        span = height[start + 1 : end - 1]
        if len(span) >= FLIGHT_FRAMES and bool(span.isfinite().all()):
            found.append(_fit(span, fps))
    return found


def permanence(area: Tensor) -> float:
    """Share of frames in which the thing keeps its size: half to 1.7 times the median area."""
    usual = area.median()
    if usual < 4:
        return 0.0
    return float(((area > 0.5 * usual) & (area < 1.7 * usual)).float().mean())


def flicker(video: Tensor) -> float:
    """Mean second difference in time of static pixels, in 1/255. NaN where nothing is static."""
    picture = (video + 1) / 2
    background = picture.median(dim=1, keepdim=True).values
    is_static = (picture - background).abs().amax((0, 1)) < STATIC
    if not bool(is_static.any()):
        return float("nan")
    second = picture[:, 2:] - 2 * picture[:, 1:-1] + picture[:, :-2]
    return float(second.abs().mean((0, 1))[is_static].mean() * 255)


def _meeting(height: Tensor, index: int, fps: int) -> float:
    """Intersect the line through the last falling frames with that through the first rising
    ones."""
    falling, rising = height[index - 2 : index + 1], height[index + 1 : index + 4]
    if len(rising) < 2 or not bool(torch.cat([falling, rising]).isfinite().all()):
        return index / fps
    down = float((falling[-1] - falling[0]) / 2)
    up = float(rising[1] - rising[0])
    if up - down < 1e-4:
        return index / fps
    # falling[-1] + down * t == rising[0] + up * (t - 1), t in frames after `index`
    t = float(falling[-1] - rising[0] + up) / (up - down)
    return (index + min(max(t, 0.0), 1.0)) / fps


def _fit(span: Tensor, fps: int) -> Flight:
    t = torch.arange(len(span), dtype=torch.float64) / fps
    basis = torch.stack([torch.ones_like(t), t, -0.5 * t.square()], dim=1)
    y = span.double()
    solution = torch.linalg.lstsq(basis, y[:, None]).solution[:, 0]
    residual = (basis @ solution - y).square().mean().sqrt()
    return Flight(float(solution[2]), float(residual))
