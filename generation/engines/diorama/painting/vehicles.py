"""Vehicles: a body over wheels that turn, or wings, sails and rotors."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix
from generation.engines.diorama.painting.craft import (
    GLASS,
    LAMP,
    STEEL,
    boat,
    helicopter,
    plane,
    rocket,
    ufo,
)
from generation.engines.diorama.painting.rig import Puppet, Rig

TYRE: Colour = (0.17, 0.16, 0.19)


def build(puppet: Puppet) -> Rig:
    """Return the puppet of a vehicle."""
    _BUILDERS[puppet.subject](puppet)
    return puppet.rig()


def _wheels(puppet: Puppet, spots: list[tuple[float, float]], *, rim: Colour = STEEL) -> None:
    for index, (x, r) in enumerate(spots):
        puppet.part(f"wheel_{index}", _wheel(x, r, rim), pivot=(x, r))


def _wheel(x: float, r: float, rim: Colour) -> Callable[[Easel], None]:
    def draw(easel: Easel) -> None:
        easel.oval(x, r, r, r, TYRE, bevel=0.4)
        easel.oval(x, r, r * 0.58, r * 0.58, rim)
        for k in range(5):
            turn = k * math.tau / 5
            easel.oval(
                x + math.cos(turn) * r * 0.36,
                r + math.sin(turn) * r * 0.36,
                r * 0.1,
                r * 0.1,
                darker(rim, 0.5),
                flat=True,
            )
        easel.oval(x, r, r * 0.13, r * 0.13, darker(rim, 0.3))

    return draw


def _window(easel: Easel, points: list[tuple[float, float]]) -> None:
    easel.blob(points, GLASS, bevel=0.15)
    (ax, ay), (bx, _) = points[0], points[-1]
    easel.limb(
        [(ax + (bx - ax) * 0.25, ay + 0.03), (ax + (bx - ax) * 0.5, ay + 0.16)],
        [0.03, 0.015],
        (1, 1, 1),
        inside=True,
        flat=True,
        alpha=0.55,
    )


def _pane(easel: Easel, x: float, y: float, wide: float, high: float) -> None:
    easel.box(x, y, wide, high, GLASS, corner=min(wide, high) * 0.2, bevel=0.15)
    easel.limb(
        [(x - wide * 0.28, y - high * 0.3), (x + wide * 0.02, y + high * 0.35)],
        [0.02, 0.02],
        (1, 1, 1),
        inside=True,
        flat=True,
        alpha=0.5,
    )


def _lamps(easel: Easel, front: tuple[float, float], back: tuple[float, float], r: float) -> None:
    easel.oval(front[0], front[1], r * 0.8, r, LAMP, bevel=0.3)
    easel.oval(back[0], back[1], r * 0.5, r * 0.8, (0.9, 0.25, 0.22), bevel=0.3)


def _car(puppet: Puppet) -> None:
    coat = puppet.colour

    def body(easel: Easel) -> None:
        easel.blob(
            [(-0.62, 0.5), (-0.42, 0.96), (0.0, 1.0), (0.26, 0.94), (0.52, 0.5)],
            lighter(coat, 0.05),
        )
        _window(easel, [(-0.52, 0.52), (-0.38, 0.86), (-0.08, 0.89), (-0.06, 0.52)])
        _window(easel, [(0.0, 0.52), (0.0, 0.89), (0.2, 0.85), (0.42, 0.52)])
        easel.blob(
            [
                (-1.0, 0.3),
                (-1.02, 0.5),
                (-0.8, 0.6),
                (0.3, 0.6),
                (0.86, 0.54),
                (1.04, 0.42),
                (1.04, 0.24),
                (0.9, 0.16),
                (-0.9, 0.16),
            ],
            coat,
        )
        easel.limb(
            [(-0.98, 0.33), (1.0, 0.31)], [0.03, 0.03], lighter(coat, 0.5), inside=True, flat=True
        )
        easel.limb(
            [(-0.03, 0.56), (-0.05, 0.24)],
            [0.012, 0.012],
            darker(coat, 0.35),
            inside=True,
            flat=True,
        )
        easel.box(0.12, 0.47, 0.11, 0.03, STEEL, corner=0.015)
        for x in (-0.58, 0.6):
            easel.oval(x, 0.2, 0.25, 0.24, darker(coat, 0.75), inside=True, flat=True)
        _lamps(easel, (0.98, 0.42), (-0.99, 0.45), 0.065)

    puppet.part("body", body)
    _wheels(puppet, [(-0.58, 0.2), (0.6, 0.2)])
    puppet.glow = (1.0, 0.42, 0.5, LAMP)


def _bus(puppet: Puppet) -> None:
    coat = puppet.colour

    def body(easel: Easel) -> None:
        easel.box(0.0, 0.55, 1.96, 0.84, coat, corner=0.12)
        easel.box(0.0, 0.36, 1.94, 0.08, lighter(coat, 0.6), bevel=0.2)
        for k in range(5):
            _pane(easel, -0.76 + k * 0.34, 0.68, 0.27, 0.3)
        _pane(easel, 0.88, 0.66, 0.13, 0.36)
        for x in (-0.58, 0.56):
            easel.oval(x, 0.17, 0.21, 0.2, darker(coat, 0.75), inside=True, flat=True)
        _lamps(easel, (0.95, 0.27), (-0.96, 0.27), 0.05)

    puppet.part("body", body)
    _wheels(puppet, [(-0.58, 0.16), (0.56, 0.16)])
    puppet.glow = (0.98, 0.27, 0.4, LAMP)


def _truck(puppet: Puppet) -> None:
    coat = puppet.colour

    def body(easel: Easel) -> None:
        easel.box(-0.36, 0.6, 1.2, 0.72, mix(coat, (0.95, 0.92, 0.86), 0.7), corner=0.05)
        for k in range(4):
            easel.limb(
                [(-0.8 + k * 0.29, 0.28), (-0.8 + k * 0.29, 0.92)],
                [0.012, 0.012],
                darker(coat, 0.15),
                inside=True,
                flat=True,
                alpha=0.4,
            )
        easel.box(0.0, 0.24, 1.8, 0.12, (0.28, 0.27, 0.31), corner=0.03)
        easel.blob(
            [
                (0.28, 0.2),
                (0.28, 0.86),
                (0.55, 0.88),
                (0.7, 0.84),
                (0.82, 0.55),
                (0.98, 0.48),
                (1.0, 0.2),
            ],
            coat,
        )
        _window(easel, [(0.42, 0.52), (0.42, 0.8), (0.64, 0.78), (0.74, 0.52)])
        for x in (-0.56, 0.66):
            easel.oval(x, 0.18, 0.21, 0.2, (0.2, 0.18, 0.22), inside=True, flat=True)
        _lamps(easel, (0.96, 0.36), (-0.95, 0.26), 0.05)

    puppet.part("body", body)
    _wheels(puppet, [(-0.66, 0.17), (-0.3, 0.17), (0.66, 0.17)])
    puppet.glow = (0.98, 0.36, 0.4, LAMP)


def _tractor(puppet: Puppet) -> None:
    coat = puppet.colour

    def body(easel: Easel) -> None:
        easel.limb([(0.42, 0.6), (0.42, 0.92)], [0.06, 0.05], (0.25, 0.24, 0.27))
        easel.box(0.25, 0.5, 0.9, 0.3, coat, corner=0.08)
        easel.blob([(-0.56, 0.5), (-0.48, 1.0), (0.0, 1.0), (0.06, 0.5)], coat)
        _window(easel, [(-0.4, 0.56), (-0.37, 0.9), (-0.05, 0.9), (-0.04, 0.56)])
        for k in range(3):
            easel.limb(
                [(0.3 + k * 0.1, 0.42), (0.3 + k * 0.1, 0.58)],
                [0.025, 0.025],
                darker(coat, 0.4),
                flat=True,
            )
        easel.oval(0.68, 0.52, 0.045, 0.05, LAMP, bevel=0.3)

    puppet.part("body", body)
    _wheels(puppet, [(-0.36, 0.38), (0.46, 0.22)], rim=(0.96, 0.8, 0.35))
    puppet.glow = (0.7, 0.52, 0.4, LAMP)


def _train(puppet: Puppet) -> None:
    coat = puppet.colour

    def body(easel: Easel) -> None:
        easel.box(-1.02, 0.56, 0.9, 0.6, mix(coat, (0.95, 0.85, 0.6), 0.5), corner=0.05)
        for k in range(3):
            _pane(easel, -1.3 + k * 0.28, 0.64, 0.2, 0.26)
        easel.box(-0.53, 0.3, 0.12, 0.06, TYRE)
        easel.blob(
            [(0.82, 0.8), (0.7, 1.05), (0.76, 1.08), (0.98, 1.08), (1.04, 1.05), (0.94, 0.8)],
            (0.24, 0.23, 0.27),
        )
        easel.box(0.62, 0.58, 1.1, 0.46, coat, corner=0.2)
        for x in (0.4, 0.85):
            easel.limb([(x, 0.82), (x, 0.34)], [0.045, 0.045], (0.92, 0.74, 0.34), inside=True)
        easel.oval(0.55, 0.84, 0.11, 0.1, (0.92, 0.74, 0.34))
        easel.box(-0.12, 0.64, 0.56, 0.78, darker(coat, 0.12), corner=0.06)
        _pane(easel, -0.12, 0.78, 0.3, 0.26)
        easel.box(-0.12, 1.04, 0.7, 0.07, darker(coat, 0.35), corner=0.03)
        easel.poly([(1.1, 0.32), (1.4, 0.1), (1.1, 0.1)], (0.8, 0.27, 0.24))
        easel.oval(1.17, 0.66, 0.07, 0.08, LAMP, bevel=0.3)
        easel.box(0.3, 0.27, 1.6, 0.1, (0.26, 0.25, 0.29), corner=0.03)

    puppet.part("body", body)
    _wheels(
        puppet,
        [(-1.28, 0.14), (-0.78, 0.14), (-0.14, 0.2), (0.36, 0.2), (0.86, 0.16)],
        rim=(0.8, 0.3, 0.26),
    )
    puppet.glow = (1.2, 0.66, 0.5, LAMP)


_BUILDERS: Mapping[str, Callable[[Puppet], None]] = {
    "car": _car,
    "bus": _bus,
    "truck": _truck,
    "tractor": _tractor,
    "train": _train,
    "boat": boat,
    "plane": plane,
    "helicopter": helicopter,
    "rocket": rocket,
    "ufo": ufo,
}
