"""What a moving thing does, seen from the pixels alone: where it is, when it lands, whether it
lasts."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor

# How far, in chromaticity, a pixel may be from the actor's pigment and still be the actor. Shadows
# and shading keep chromaticity; every ground and sky of the world is farther away than this from
# the pigments in TRACKABLE.
NEAR = 0.1
TRACKABLE = ("red", "purple")
STATIC = 0.02
# A fall must be at least this fast, in picture heights per second, to count as one.
FALLING = 0.15
APART_S = 0.15
FLIGHT_FRAMES = 5
SEEN_PX = 6


class Track(NamedTuple):
    """Where one thing is: `height` [T] of its centroid above the lower edge in picture heights, NaN
    where it is not seen, and `area` [T] in pixels."""

    height: Tensor
    area: Tensor


class Flight(NamedTuple):
    """One parabola between contacts: fitted pull, and how far the path is from it, in heights."""

    pull: float
    residual: float


def track(video: Tensor, *, pigment: tuple[int, int, int]) -> Track:
    """Follow the thing of colour `pigment` (sRGB 0..255) in float32 [3, T, H, W], -1..1.

    By colour and not by change: a thing that rests on the ground half of the time would become its
    own background.
    """
    picture = ((video + 1) / 2).clamp(0, 1)
    chromaticity = picture / picture.sum(0, keepdim=True).clamp_min(0.05)
    wanted = torch.tensor(pigment, dtype=torch.float32, device=video.device)
    wanted = (wanted / wanted.sum()).view(3, 1, 1, 1)
    is_it = (chromaticity - wanted).norm(dim=0) < NEAR
    area = is_it.sum((1, 2)).float()
    rows = torch.arange(video.shape[2], device=video.device).float() + 0.5
    middle = (is_it.float().sum(2) * rows).sum(1) / area
    height = 1 - middle / video.shape[2]
    height[area < SEEN_PX] = torch.nan
    return Track(height, area)


def contacts(height: Tensor, *, fps: int) -> list[float]:
    """Find the instants at which a fall turns into a rise: where the parabolas through three frames
    before and three after meet. Sub-frame, in seconds."""
    speed = height.diff() * fps
    times: list[float] = []
    for i in range(2, len(speed) - 2):
        turns = bool((speed[i - 1] < -FALLING) & (speed[i] > speed[i - 1]) & (speed[i + 1] > 0))
        if turns and (not times or i / fps - times[-1] > APART_S):
            times.append((i + _meeting(height[i - 2 : i + 1], height[i + 1 : i + 4])) / fps)
    return times


def flights(height: Tensor, *, fps: int) -> list[Flight]:
    """Fit y = a + b t - g t^2 / 2 to every stretch of at least five frames between contacts.

    The first two frames after a contact are left out: squash moves the centroid there, not gravity.
    """
    cuts = [0, *(round(time * fps) for time in contacts(height, fps=fps)), len(height)]
    found = []
    for start, end in pairwise(cuts):
        span = height[start + 2 : end - 1]
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


def _meeting(falling: Tensor, rising: Tensor) -> float:
    """Frames after the last falling one at which the two parabolas meet, within -0.5..1.5."""
    if not bool(torch.cat([falling, rising]).isfinite().all()) or len(rising) < len(falling):
        return 0.5
    t = torch.linspace(-0.5, 1.5, 81)
    gap = _parabola(falling, t + 2) - _parabola(rising, t - 1)
    return float(t[gap.abs().argmin()])


def _parabola(points: Tensor, t: Tensor) -> Tensor:
    """The parabola through three points at t = 0, 1, 2."""
    a, b, c = points
    return a + t * (b - a) + t * (t - 1) / 2 * (c - 2 * b + a)


def _fit(span: Tensor, fps: int) -> Flight:
    t = torch.arange(len(span), dtype=torch.float64) / fps
    basis = torch.stack([torch.ones_like(t), t, -0.5 * t.square()], dim=1)
    y = span.double()
    solution = torch.linalg.lstsq(basis, y[:, None]).solution[:, 0]
    residual = (basis @ solution - y).square().mean().sqrt()
    return Flight(float(solution[2]), float(residual))
