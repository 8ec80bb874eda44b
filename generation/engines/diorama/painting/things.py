"""Things and plants: one small drawing each."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter
from generation.engines.diorama.painting.household import (
    GOLD,
    INK,
    WARM,
    apple,
    book,
    cake,
    candle,
    chair,
    clock,
    clock_hand,
    cup,
    flame,
    house,
    lamp,
    pumpkin,
    star_points,
    teapot,
    umbrella,
)
from generation.engines.diorama.painting.plants import (
    cactus,
    flower,
    mushroom,
    palm,
    pine,
    sunflower,
    tree,
)
from generation.engines.diorama.painting.rig import Puppet, Rig

Drawing = Callable[[Easel, Colour, int], None]


def build(puppet: Puppet) -> Rig:
    """Return the puppet of a thing or a plant: most are a single part."""
    draw = _DRAWINGS[puppet.subject]
    puppet.part("body", lambda easel: draw(easel, puppet.colour, puppet.seed))
    if add := _MOVING.get(puppet.subject):
        add(puppet)
    puppet.glow = _GLOWS.get(puppet.subject)
    return puppet.rig()


def _ball(easel: Easel, coat: Colour, seed: int) -> None:
    easel.oval(0, 0.5, 0.5, 0.5, coat, bevel=1.0)
    pale = lighter(coat, 0.75)
    if seed % 2:
        easel.blob(
            [(-0.6, 0.62), (0, 0.7), (0.6, 0.62), (0.6, 0.38), (0, 0.46), (-0.6, 0.38)],
            pale,
            inside=True,
            bevel=0.1,
        )
        easel.poly(star_points(0.0, 0.57, 0.09), coat, flat=True)
    else:
        for turn in (0.3, 0.3 + math.tau / 3, 0.3 + 2 * math.tau / 3):
            c, s = math.cos(turn), math.sin(turn)
            wedge = [
                (0.0, 0.5),
                (c * 0.3 - s * 0.22, 0.5 + s * 0.3 + c * 0.22),
                (c * 0.56, 0.5 + s * 0.56),
                (c * 0.3 + s * 0.22, 0.5 + s * 0.3 - c * 0.22),
            ]
            easel.blob(wedge, pale, inside=True, bevel=0.2)
    easel.oval(-0.17, 0.73, 0.1, 0.06, (1, 1, 1), flat=True, alpha=0.55, angle=0.6)


def _cube(easel: Easel, coat: Colour, seed: int) -> None:
    easel.box(0, 0.5, 1.0, 1.0, coat, corner=0.07, bevel=0.55)
    easel.box(0, 0.5, 0.76, 0.76, lighter(coat, 0.2), corner=0.05, bevel=0.35)
    if seed % 2:
        easel.poly(star_points(0, 0.5, 0.27), lighter(coat, 0.7))
    else:
        easel.oval(0, 0.5, 0.22, 0.22, lighter(coat, 0.7))


def _balloon(easel: Easel, coat: Colour, _seed: int) -> None:
    easel.limb(
        [(0, 0.42), (0.03, 0.28), (-0.03, 0.14), (0.01, 0.0)],
        [0.012, 0.012, 0.012, 0.012],
        (0.92, 0.9, 0.86),
    )
    easel.poly([(-0.05, 0.36), (0.05, 0.36), (0, 0.44)], darker(coat, 0.15))
    easel.blob(
        [
            (0, 0.41),
            (-0.24, 0.58),
            (-0.29, 0.8),
            (-0.16, 0.97),
            (0, 1.0),
            (0.16, 0.97),
            (0.29, 0.8),
            (0.24, 0.58),
        ],
        coat,
        bevel=1.0,
    )
    easel.oval(-0.12, 0.84, 0.05, 0.09, (1, 1, 1), flat=True, alpha=0.6, angle=-0.5)


def _guitar(easel: Easel, coat: Colour, _seed: int) -> None:
    easel.box(0, 0.72, 0.07, 0.46, darker(coat, 0.5), corner=0.01)
    easel.box(0, 0.97, 0.13, 0.12, darker(coat, 0.35), corner=0.03)
    easel.blob(
        [
            (0, 0.54),
            (-0.15, 0.56),
            (-0.2, 0.44),
            (-0.14, 0.34),
            (-0.24, 0.2),
            (-0.2, 0.04),
            (0, 0.0),
            (0.2, 0.04),
            (0.24, 0.2),
            (0.14, 0.34),
            (0.2, 0.44),
            (0.15, 0.56),
        ],
        coat,
    )
    easel.oval(0, 0.36, 0.075, 0.075, darker(coat, 0.75), bevel=0.1)
    easel.box(0, 0.14, 0.18, 0.04, darker(coat, 0.5), corner=0.01)
    for x in (-0.018, 0.0, 0.018):
        easel.limb([(x, 0.14), (x, 0.96)], [0.006, 0.006], (0.96, 0.93, 0.85), flat=True)


def _piano(easel: Easel, coat: Colour, _seed: int) -> None:
    for x in (-0.6, 0.58):
        easel.box(x, 0.2, 0.1, 0.4, darker(coat, 0.2), corner=0.03)
    easel.box(0, 0.7, 1.34, 0.56, coat, corner=0.05)
    easel.box(0, 0.99, 1.42, 0.06, lighter(coat, 0.15), corner=0.03)
    easel.box(0, 0.74, 0.5, 0.26, lighter(coat, 0.1), corner=0.02, bevel=0.3)
    easel.box(0.0, 0.38, 1.42, 0.1, darker(coat, 0.1), corner=0.03)
    easel.box(0, 0.46, 1.24, 0.09, (0.97, 0.95, 0.9), bevel=0.2)
    for k in range(16):
        x = -0.58 + k * 0.077
        easel.limb([(x, 0.42), (x, 0.5)], [0.006, 0.006], (0.5, 0.48, 0.5), flat=True)
        if k % 7 not in {2, 6}:
            easel.box(x + 0.037, 0.48, 0.032, 0.055, INK, flat=True)


def _drum(easel: Easel, coat: Colour, _seed: int) -> None:
    easel.box(0, 0.4, 1.0, 0.74, coat, corner=0.08)
    for k in range(5):
        x = -0.4 + k * 0.2
        easel.limb(
            [(x - 0.08, 0.72), (x, 0.1), (x + 0.1, 0.72)],
            [0.025, 0.025, 0.025],
            lighter(coat, 0.7),
            inside=True,
            flat=True,
        )
    for y in (0.08, 0.74):
        easel.limb([(-0.51, y), (0, y - 0.06), (0.51, y)], [0.09, 0.09, 0.09], GOLD)
    easel.oval(0, 0.78, 0.5, 0.13, (0.97, 0.94, 0.87), bevel=0.2)


def _drumsticks(puppet: Puppet) -> None:
    for name, x, side in (("stick_left", -0.1, -1), ("stick_right", 0.1, 1)):
        puppet.part(name, _stick(x, side), pivot=(x + side * 0.5, 1.2))


def _stick(x: float, side: int) -> Callable[[Easel], None]:
    def draw(easel: Easel) -> None:
        easel.limb([(x + side * 0.5, 1.2), (x, 0.9)], [0.05, 0.035], (0.8, 0.6, 0.38))
        easel.oval(x, 0.89, 0.05, 0.05, (0.9, 0.75, 0.55))

    return draw


def _kite(easel: Easel, coat: Colour, _seed: int) -> None:
    easel.limb(
        [(0, 0.3), (-0.1, 0.16), (0.02, 0.06), (-0.06, -0.06)],
        [0.02, 0.02, 0.02, 0.01],
        (0.9, 0.88, 0.84),
    )
    quarters = (
        ((0, 1.0), (0.36, 0.68)),
        ((0.36, 0.68), (0, 0.28)),
        ((0, 0.28), (-0.36, 0.68)),
        ((-0.36, 0.68), (0, 1.0)),
    )
    for k, (a, b) in enumerate(quarters):
        easel.poly(
            [(0, 0.68), a, b], coat if k % 2 else lighter(coat, 0.55), bevel=0.25, shadow=0.1
        )
    for x, y in ((-0.08, 0.15), (0.0, 0.05)):
        easel.poly(
            [
                (x - 0.07, y - 0.035),
                (x + 0.07, y + 0.035),
                (x + 0.07, y - 0.035),
                (x - 0.07, y + 0.035),
            ],
            coat,
        )


def _gift(easel: Easel, coat: Colour, _seed: int) -> None:
    ribbon = (0.98, 0.9, 0.62) if coat[2] < 0.5 else (0.9, 0.4, 0.45)
    easel.box(0, 0.36, 0.86, 0.72, coat, corner=0.04)
    easel.box(0, 0.36, 0.16, 0.72, ribbon, bevel=0.2)
    easel.box(0, 0.66, 0.98, 0.2, lighter(coat, 0.12), corner=0.04)
    easel.box(0, 0.66, 0.18, 0.2, ribbon, bevel=0.2)
    for side in (-1, 1):
        easel.blob(
            [(0, 0.78), (side * 0.14, 0.98), (side * 0.34, 0.94), (side * 0.26, 0.8)], ribbon
        )
    easel.oval(0, 0.81, 0.07, 0.06, darker(ribbon, 0.12))


def _star(easel: Easel, coat: Colour, _seed: int) -> None:
    easel.poly(
        [(x * 0.96, y) for x, y in star_points(0, 0.5, 0.54, 0.5)], lighter(coat, 0.2), bevel=0.8
    )
    for x in (-0.11, 0.13):
        easel.oval(x, 0.54, 0.04, 0.055, INK, flat=True)
    easel.limb([(-0.06, 0.42), (0.01, 0.38), (0.08, 0.42)], [0.02, 0.03, 0.02], INK, flat=True)


def _bell(easel: Easel, coat: Colour, _seed: int) -> None:
    easel.oval(0, 0.1, 0.11, 0.1, darker(coat, 0.4))
    easel.blob(
        [
            (-0.46, 0.16),
            (-0.34, 0.36),
            (-0.28, 0.7),
            (0, 0.92),
            (0.28, 0.7),
            (0.34, 0.36),
            (0.46, 0.16),
            (0, 0.1),
        ],
        coat,
        bevel=0.9,
    )
    easel.limb([(-0.44, 0.2), (0, 0.14), (0.44, 0.2)], [0.07, 0.07, 0.07], darker(coat, 0.15))
    easel.poly([(-0.2, 0.98), (0.2, 0.86), (0.2, 0.98), (-0.2, 0.86)], (0.82, 0.25, 0.27))


_DRAWINGS: Mapping[str, Drawing] = {
    "ball": _ball,
    "cube": _cube,
    "balloon": _balloon,
    "apple": apple,
    "pumpkin": pumpkin,
    "cup": cup,
    "teapot": teapot,
    "book": book,
    "lamp": lamp,
    "candle": candle,
    "clock": clock,
    "guitar": _guitar,
    "piano": _piano,
    "drum": _drum,
    "umbrella": umbrella,
    "kite": _kite,
    "cake": cake,
    "gift": _gift,
    "star": _star,
    "bell": _bell,
    "chair": chair,
    "mushroom": mushroom,
    "house": house,
    "tree": tree,
    "pine": pine,
    "palm": palm,
    "flower": flower,
    "sunflower": sunflower,
    "cactus": cactus,
}


_MOVING: Mapping[str, Callable[[Puppet], None]] = {
    "candle": flame,
    "clock": clock_hand,
    "drum": _drumsticks,
}


# Where light comes out: x, y, reach in heights, and its colour.
_GLOWS: Mapping[str, tuple[float, float, float, Colour]] = {
    "lamp": (0.0, 0.78, 1.1, WARM),
    "candle": (0.0, 0.82, 1.6, WARM),
    "star": (0.0, 0.5, 1.2, WARM),
    "house": (0.0, 0.36, 0.6, WARM),
    "cake": (0.0, 0.95, 0.7, WARM),
}
