"""Subjects drawn from a few shapes each, baked once into one atlas for every subject and stride."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor

from generation.engines.pocket import vocabulary

CELL = 64
POSES = 4
SUPERSAMPLE = 3
# A sprite's base stands this share of the cell above its lower edge; turning needs the margin.
BASE = 0.18
SCALE = 0.64

TINT = (-1.0, -1.0, -1.0)
INK = (0.13, 0.11, 0.15)
PALE = (0.96, 0.93, 0.88)


class Shape(NamedTuple):
    """One shape: centre, half width and half height, turn in radians, and its paint.

    Coordinates: x -0.5..0.5, right is where the subject looks; y 0 at the ground, 1 at the top.
    `corner` 1 is an ellipse, 0 a box, between them a rounded box. `paint` TINT takes the scene's
    colour times `shade`.
    """

    x: float
    y: float
    width: float
    height: float
    turn: float = 0.0
    corner: float = 1.0
    paint: tuple[float, float, float] = TINT
    shade: float = 1.0


class Atlas(NamedTuple):
    """Every subject in every stride pose, in one picture that sampling can address.

    `picture` float32 [1, 5, rows * CELL, POSES * CELL]: fixed paint RGB premultiplied, then the
    weight that the scene's colour gets, then alpha. Rows are SUBJECTS, in order.
    `mouths` float32 [subjects, 2]: where the mouth is, in cell units from the base; NaN where none.
    """

    picture: Tensor
    mouths: Tensor


def _eye(x: float, y: float, size: float = 0.03) -> tuple[Shape, ...]:
    return (
        Shape(x, y, size * 1.5, size * 1.7, paint=PALE),
        Shape(x + size * 0.4, y, size, size * 1.2, paint=INK),
    )


def _legs(places: tuple[float, ...], length: float, pose: int) -> tuple[Shape, ...]:
    swing = math.sin(2 * math.pi * pose / POSES) * 0.45
    return tuple(
        Shape(
            x + math.sin(swing * side) * length / 2,
            length / 2,
            0.045,
            length / 2,
            turn=swing * side,
            corner=0.6,
            shade=0.72,
        )
        for x, side in zip(places, (1, -1) * len(places), strict=False)
    )


def _dog(pose: int) -> tuple[Shape, ...]:
    wag = 0.5 + 0.3 * math.cos(2 * math.pi * pose / POSES)
    return (
        Shape(-0.38, 0.52, 0.03, 0.14, turn=wag, shade=0.8),
        *_legs((-0.22, -0.14, 0.12, 0.2), 0.3, pose),
        Shape(-0.02, 0.38, 0.3, 0.17, corner=0.8),
        Shape(0.27, 0.66, 0.17, 0.16),
        Shape(0.4, 0.6, 0.1, 0.08, shade=1.12),
        Shape(0.49, 0.63, 0.03, 0.03, paint=INK),
        Shape(0.15, 0.66, 0.06, 0.15, turn=-0.25, shade=0.65),
        *_eye(0.3, 0.71),
    )


def _cat(pose: int) -> tuple[Shape, ...]:
    return (
        Shape(-0.4, 0.56, 0.035, 0.24, turn=-0.35, shade=0.8),
        *_legs((-0.2, -0.12, 0.1, 0.18), 0.26, pose),
        Shape(-0.03, 0.34, 0.28, 0.15),
        Shape(0.16, 0.78, 0.06, 0.11, turn=0.3, corner=0.1, shade=0.8),
        Shape(0.37, 0.78, 0.06, 0.11, turn=-0.3, corner=0.1, shade=0.8),
        Shape(0.26, 0.62, 0.19, 0.17),
        Shape(0.33, 0.56, 0.08, 0.06, shade=1.15),
        *_eye(0.33, 0.66),
        *_eye(0.2, 0.66),
    )


def _rabbit(pose: int) -> tuple[Shape, ...]:
    return (
        Shape(-0.28, 0.28, 0.09, 0.09, paint=PALE),
        *_legs((-0.16, 0.14), 0.18, pose),
        Shape(-0.04, 0.28, 0.24, 0.2),
        Shape(0.12, 0.84, 0.05, 0.2, turn=-0.15, shade=0.85),
        Shape(0.24, 0.84, 0.05, 0.2, turn=0.15, shade=0.95),
        Shape(0.2, 0.54, 0.16, 0.15),
        Shape(0.34, 0.52, 0.03, 0.025, paint=(0.85, 0.45, 0.5)),
        *_eye(0.25, 0.58),
    )


def _frog(pose: int) -> tuple[Shape, ...]:
    tuck = 0.04 * math.cos(2 * math.pi * pose / POSES)
    return (
        Shape(-0.26, 0.14 + tuck, 0.17, 0.13, turn=0.4, shade=0.75),
        Shape(0.26, 0.14 + tuck, 0.17, 0.13, turn=-0.4, shade=0.75),
        Shape(0.0, 0.3, 0.34, 0.26),
        Shape(0.0, 0.2, 0.22, 0.14, shade=1.2),
        Shape(-0.17, 0.58, 0.12, 0.12),
        Shape(0.17, 0.58, 0.12, 0.12),
        *_eye(-0.17, 0.6, 0.045),
        *_eye(0.17, 0.6, 0.045),
    )


def _duck(pose: int) -> tuple[Shape, ...]:
    flap = 0.3 * math.sin(2 * math.pi * pose / POSES)
    return (
        Shape(-0.04, 0.06, 0.03, 0.08, paint=(0.9, 0.55, 0.15)),
        Shape(0.06, 0.06, 0.03, 0.08, paint=(0.9, 0.55, 0.15)),
        Shape(-0.05, 0.3, 0.32, 0.2),
        Shape(-0.36, 0.42, 0.1, 0.07, turn=0.7, shade=0.85),
        Shape(0.2, 0.5, 0.07, 0.16, shade=0.95),
        Shape(0.22, 0.68, 0.14, 0.13),
        Shape(0.4, 0.66, 0.1, 0.045, paint=(0.95, 0.6, 0.15)),
        Shape(-0.1, 0.36 + 0.3 * flap, 0.19, 0.1, turn=0.3 + flap, shade=0.72),
        *_eye(0.26, 0.72),
    )


def _bird(pose: int) -> tuple[Shape, ...]:
    flap = math.sin(2 * math.pi * pose / POSES)
    return (
        Shape(-0.34, 0.34, 0.16, 0.06, turn=0.3, shade=0.7),
        Shape(0.0, 0.36, 0.24, 0.18, turn=-0.15),
        Shape(0.2, 0.52, 0.14, 0.13),
        Shape(0.37, 0.5, 0.08, 0.035, paint=(0.95, 0.7, 0.2)),
        Shape(0.04, 0.3, 0.12, 0.1, shade=1.2),
        Shape(-0.06, 0.46 + 0.14 * flap, 0.11, 0.24, turn=0.5 - 0.7 * flap, shade=0.68),
        *_eye(0.23, 0.55),
    )


def _fish(pose: int) -> tuple[Shape, ...]:
    sway = 0.35 * math.sin(2 * math.pi * pose / POSES)
    return (
        Shape(-0.35, 0.42, 0.09, 0.17, turn=0.5 + sway, corner=0.4, shade=0.75),
        Shape(-0.35, 0.28, 0.09, 0.17, turn=-0.5 + sway, corner=0.4, shade=0.75),
        Shape(0.04, 0.55, 0.14, 0.09, turn=0.3, shade=0.75),
        Shape(0.05, 0.35, 0.32, 0.2),
        Shape(0.1, 0.26, 0.2, 0.09, shade=1.2),
        Shape(-0.05, 0.35, 0.03, 0.15, paint=PALE),
        *_eye(0.24, 0.4, 0.04),
    )


def _ball(pose: int) -> tuple[Shape, ...]:
    del pose
    return (
        Shape(0.0, 0.4, 0.38, 0.38),
        Shape(0.0, 0.4, 0.36, 0.07, turn=0.5, paint=PALE),
        Shape(-0.12, 0.56, 0.09, 0.06, turn=0.6, shade=1.4),
    )


def _cube(pose: int) -> tuple[Shape, ...]:
    del pose
    return (
        Shape(0.0, 0.37, 0.36, 0.36, corner=0.12, shade=0.78),
        Shape(0.0, 0.37, 0.27, 0.27, corner=0.1, shade=1.08),
        Shape(0.0, 0.37, 0.27, 0.035, turn=0.785, corner=0.1, shade=0.7),
        Shape(0.0, 0.37, 0.27, 0.035, turn=-0.785, corner=0.1, shade=0.7),
    )


def _balloon(pose: int) -> tuple[Shape, ...]:
    del pose
    return (
        Shape(0.0, 0.17, 0.012, 0.17, corner=0.3, paint=PALE),
        Shape(0.0, 0.36, 0.05, 0.05, corner=0.2, shade=0.7),
        Shape(0.0, 0.68, 0.27, 0.32),
        Shape(-0.1, 0.8, 0.06, 0.1, turn=0.3, shade=1.45),
    )


def _car(pose: int) -> tuple[Shape, ...]:
    turn = math.pi / 2 * pose / POSES
    wheels = tuple(
        part
        for x in (-0.25, 0.25)
        for part in (
            Shape(x, 0.12, 0.12, 0.12, paint=INK),
            Shape(x, 0.12, 0.08, 0.02, turn=turn, corner=0.3, paint=(0.75, 0.75, 0.78)),
            Shape(x, 0.12, 0.02, 0.08, turn=turn, corner=0.3, paint=(0.75, 0.75, 0.78)),
        )
    )
    return (
        Shape(-0.04, 0.5, 0.25, 0.17, corner=0.5, shade=0.88),
        Shape(-0.13, 0.5, 0.1, 0.1, corner=0.3, paint=(0.7, 0.85, 0.92)),
        Shape(0.1, 0.5, 0.08, 0.1, corner=0.3, paint=(0.7, 0.85, 0.92)),
        Shape(0.0, 0.27, 0.46, 0.14, corner=0.5),
        Shape(0.43, 0.3, 0.03, 0.04, paint=(1.0, 0.92, 0.6)),
        *wheels,
    )


def _robot(pose: int) -> tuple[Shape, ...]:
    return (
        *_legs((-0.1, 0.1), 0.24, pose),
        Shape(-0.27, 0.4, 0.045, 0.15, corner=0.4, shade=0.7),
        Shape(0.27, 0.4, 0.045, 0.15, corner=0.4, shade=0.7),
        Shape(0.0, 0.4, 0.21, 0.19, corner=0.2),
        Shape(0.0, 0.4, 0.1, 0.08, corner=0.2, paint=(0.85, 0.88, 0.9)),
        Shape(0.0, 0.95, 0.015, 0.06, corner=0.2, paint=INK),
        Shape(0.0, 1.0, 0.035, 0.035, paint=(0.95, 0.4, 0.3)),
        Shape(0.0, 0.75, 0.2, 0.16, corner=0.25, shade=1.1),
        *_eye(0.1, 0.79, 0.04),
        *_eye(-0.08, 0.79, 0.04),
    )


_DRAWINGS = {
    "ball": _ball,
    "cube": _cube,
    "balloon": _balloon,
    "dog": _dog,
    "cat": _cat,
    "rabbit": _rabbit,
    "frog": _frog,
    "duck": _duck,
    "bird": _bird,
    "fish": _fish,
    "car": _car,
    "robot": _robot,
}
# Where a singer's mouth is; large, because it must survive sixteen-fold coding.
_MOUTHS = {
    "dog": (0.4, 0.55),
    "cat": (0.3, 0.54),
    "rabbit": (0.28, 0.47),
    "frog": (0.0, 0.36),
    "duck": (0.36, 0.62),
    "bird": (0.3, 0.46),
    "robot": (0.02, 0.66),
}


@lru_cache(maxsize=2)
def atlas(device: str = "cpu") -> Atlas:
    """Draw all subjects once. Deterministic; about a second of one core."""
    rows = [
        torch.cat([_paint(_DRAWINGS[name](pose)) for pose in range(POSES)], dim=2)
        for name in vocabulary.SUBJECTS
    ]
    missing = (math.nan, math.nan)
    mouths = [_MOUTHS.get(name, missing) for name in vocabulary.SUBJECTS]
    return Atlas(torch.cat(rows, dim=1)[None].to(device), torch.tensor(mouths, device=device))


def _paint(shapes: tuple[Shape, ...]) -> Tensor:
    """Paint shapes in order into one cell, float32 [5, CELL, CELL], anti-aliased by
    supersampling."""
    side = CELL * SUPERSAMPLE
    across = (torch.arange(side) + 0.5) / side
    x = ((across - 0.5) / SCALE)[None, :].expand(side, side)
    y = ((1 - across - BASE) / SCALE)[:, None].expand(side, side)
    cell = torch.zeros(5, side, side)
    for shape in shapes:
        cell = _over(cell, shape, _distance(shape, x, y))
    return torch.nn.functional.avg_pool2d(cell[None], SUPERSAMPLE)[0]


def _distance(shape: Shape, x: Tensor, y: Tensor) -> Tensor:
    """0 at the shape's centre, 1 at its edge, more outside."""
    cos, sin = math.cos(shape.turn), math.sin(shape.turn)
    dx, dy = x - shape.x, y - shape.y
    u = (dx * cos + dy * sin) / shape.width
    v = (dy * cos - dx * sin) / shape.height
    # A superellipse: exponent 2 is an ellipse, a large one a box.
    exponent = 2.0 / max(shape.corner, 0.12)
    return (u.abs() ** exponent + v.abs() ** exponent) ** (1 / exponent)


def _over(cell: Tensor, shape: Shape, distance: Tensor) -> Tensor:
    is_inside = (distance < 1).float()
    # Rounder towards the light, which comes from the upper left.
    height = torch.linspace(0.14, -0.12, cell.shape[1])[:, None]
    light = (shape.shade + height + 0.1 * (1 - distance.clamp(max=1))) * is_inside
    fixed = torch.tensor([max(channel, 0.0) for channel in shape.paint])[:, None, None]
    is_tinted = shape.paint == TINT
    paint = torch.cat(
        [
            fixed * is_inside * (1 + height) * (0 if is_tinted else 1),
            light[None] * (1 if is_tinted else 0),
            is_inside[None],
        ]
    )
    return cell * (1 - is_inside) + paint
