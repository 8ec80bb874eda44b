"""Backgrounds: one plate per place, time of day and variant, painted once."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

from generation.engines.pocket import vocabulary

VARIANTS = 6
# Height of the ground line that actors stand on, as a share of the picture's height from below.
GROUND = 0.2

Rgb = tuple[float, float, float]


class Palette(NamedTuple):
    """Colours of a place by day: sky above and at the horizon, far and near ground."""

    top: Rgb
    horizon: Rgb
    far: Rgb
    near: Rgb


_PALETTES = {
    "meadow": Palette(
        (0.42, 0.68, 0.92), (0.82, 0.91, 0.96), (0.56, 0.74, 0.46), (0.36, 0.58, 0.3)
    ),
    "forest": Palette((0.55, 0.72, 0.7), (0.75, 0.85, 0.72), (0.2, 0.38, 0.27), (0.25, 0.36, 0.2)),
    "street": Palette((0.62, 0.74, 0.86), (0.9, 0.88, 0.84), (0.62, 0.56, 0.56), (0.4, 0.41, 0.45)),
    "beach": Palette((0.38, 0.7, 0.93), (0.85, 0.94, 0.95), (0.2, 0.55, 0.72), (0.9, 0.8, 0.58)),
    "desert": Palette((0.56, 0.76, 0.9), (0.97, 0.9, 0.74), (0.87, 0.62, 0.38), (0.88, 0.7, 0.44)),
    "snowfield": Palette(
        (0.68, 0.8, 0.9), (0.9, 0.94, 0.97), (0.74, 0.82, 0.9), (0.92, 0.95, 0.98)
    ),
    "room": Palette((0.86, 0.76, 0.64), (0.9, 0.82, 0.72), (0.74, 0.6, 0.5), (0.6, 0.42, 0.3)),
    "moon": Palette((0.03, 0.03, 0.09), (0.1, 0.1, 0.2), (0.42, 0.42, 0.47), (0.62, 0.61, 0.63)),
}
# Light of the hour: a factor and what is mixed in, with its share.
_LIGHT: dict[str, tuple[Rgb, Rgb, float]] = {
    "day": ((1.0, 1.0, 1.0), (1.0, 1.0, 1.0), 0.0),
    "sunset": ((1.0, 0.74, 0.56), (0.98, 0.5, 0.3), 0.22),
    "night": ((0.28, 0.34, 0.52), (0.06, 0.08, 0.2), 0.25),
}


@lru_cache(maxsize=8)
def plates(height: int, width: int, device: str = "cpu") -> Tensor:
    """Paint every plate: float32 [places, times, VARIANTS, 3, height, width] in 0..1."""
    painted = [
        _lit(_place(name, variant, height, width), time)
        for name in vocabulary.PLACES
        for time in vocabulary.TIMES
        for variant in range(VARIANTS)
    ]
    shape = (len(vocabulary.PLACES), len(vocabulary.TIMES), VARIANTS, 3, height, width)
    return torch.stack(painted).reshape(shape).to(device)


@lru_cache(maxsize=2)
def light(device: str = "cpu") -> tuple[Tensor, Tensor]:
    """How the hour lights an actor: factor and addition, float32 [times, 3] each."""
    factors, additions = [], []
    for time in vocabulary.TIMES:
        factor, mixed, share = _LIGHT[time]
        # Actors keep more of their colour than the world does: a caption names it.
        kept = [0.45 + 0.55 * channel for channel in factor]
        factors.append([channel * (1 - 0.4 * share) for channel in kept])
        additions.append([channel * 0.4 * share for channel in mixed])
    return torch.tensor(factors, device=device), torch.tensor(additions, device=device)


def _place(name: str, variant: int, height: int, width: int) -> Tensor:
    palette = _PALETTES[name]
    y = 1 - (torch.arange(height) + 0.5) / height
    x = (torch.arange(width) + 0.5) / width
    horizon = GROUND + 0.16
    rise = ((y - horizon) / (1 - horizon)).clamp(0, 1)[:, None].expand(height, width)
    plate = _mix(_flat(palette.horizon), _flat(palette.top), rise)
    ridge = horizon + _ridge(name, variant, x) * 0.22
    plate = _mix(plate, _flat(palette.far), _edge(ridge[None] - y[:, None], height))
    near = _edge((GROUND + 0.07 + 0.012 * _waves(x, variant))[None] - y[:, None], height)
    shade = (0.86 + 0.3 * y / GROUND).clamp(max=1.1)[:, None].expand(height, width)
    plate = _mix(plate, _flat(palette.near) * shade, near)
    return _dress(name, variant, plate, (x[None], y[:, None]))


def _ridge(name: str, variant: int, x: Tensor) -> Tensor:
    """Silhouette of the far ground over x, about -0.3..1."""
    wave = _waves(x, variant)
    if name == "street":
        blocks = (x * 7 + variant * 0.37).floor()
        return 0.5 + 1.3 * (blocks * 12.9898 + variant).sin().mul(43758.5).frac().abs()
    if name == "forest":
        return 0.9 + 0.5 * (x * 40 + variant).sin().abs() + 0.2 * wave
    if name == "beach":
        return torch.full_like(x, -0.02)
    if name == "room":
        return torch.full_like(x, -0.3)
    return 0.25 + 0.3 * wave


def _waves(x: Tensor, variant: int) -> Tensor:
    return 0.6 * (x * 5.1 + variant * 1.7).sin() + 0.4 * (x * 11.3 + variant * 2.9).sin()


def _dress(name: str, variant: int, plate: Tensor, at: tuple[Tensor, Tensor]) -> Tensor:
    x, y = at
    if name in {"moon", "room"}:
        return _indoors_or_moon(name, variant, plate, at)
    if name == "forest":
        for tree in range(5):
            centre = (tree * 0.23 + variant * 0.11) % 1.0
            trunk = ((x - centre).abs() < 0.022) & (y > GROUND)
            plate = _mix(plate, _flat((0.3, 0.21, 0.15)), trunk.float())
    if name == "desert":
        sun = ((x - 0.2 - 0.1 * variant) ** 2 + (y - 0.82) ** 2) < 0.006
        plate = _mix(plate, _flat((1.0, 0.95, 0.75)), sun.float())
    if name == "street":
        kerb = ((y - GROUND * 0.5).abs() < 0.012) & ((x * 4 + variant * 0.3).frac() < 0.55)
        plate = _mix(plate, _flat((0.88, 0.86, 0.78)), kerb.float())
        windows = ((x * 28).frac() < 0.5) & ((y * 30).frac() < 0.5) & (y > GROUND + 0.16)
        is_house = (plate - _flat(_PALETTES["street"].far)).abs().amax(0) < 0.02
        plate = _mix(plate, _flat((0.95, 0.83, 0.55)), (windows & is_house).float())
    return plate


def _indoors_or_moon(name: str, variant: int, plate: Tensor, at: tuple[Tensor, Tensor]) -> Tensor:
    x, y = at
    if name == "moon":
        generator = torch.Generator().manual_seed(variant)
        stars = torch.rand(plate.shape[1:], generator=generator) > 0.995
        plate = _mix(plate, _flat((1.0, 1.0, 0.95)), (stars & (y > GROUND + 0.2)).float())
        earth = ((x - 0.2 - 0.1 * variant) ** 2 + (y - 0.8) ** 2) < 0.006
        return _mix(plate, _flat((0.35, 0.6, 0.85)), earth.float())
    left = 0.15 + 0.08 * variant
    window = (x > left) & (x < left + 0.28) & (y > 0.55) & (y < 0.85)
    plate = _mix(plate, _flat((0.66, 0.83, 0.93)), window.float())
    bars = window & (((x - left - 0.14).abs() < 0.01) | ((y - 0.7).abs() < 0.01))
    return _mix(plate, _flat((0.97, 0.95, 0.9)), bars.float())


def _lit(plate: Tensor, time: str) -> Tensor:
    factor, mixed, share = _LIGHT[time]
    return (plate * _flat(factor) * (1 - share) + _flat(mixed) * share).clamp(0, 1)


def _flat(colour: Rgb) -> Tensor:
    return torch.tensor(colour)[:, None, None]


def _edge(signed: Tensor, height: int) -> Tensor:
    """Coverage of a half plane, softened over one pixel."""
    return (signed * height + 0.5).clamp(0, 1)


def _mix(below: Tensor, above: Tensor, share: Tensor) -> Tensor:
    return below * (1 - share) + above * share
