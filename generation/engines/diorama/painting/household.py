"""Things of the house and the house itself."""

from __future__ import annotations

import math

from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix
from generation.engines.diorama.painting.plants import BARK, LEAF
from generation.engines.diorama.painting.rig import Puppet

GOLD: Colour = (0.93, 0.74, 0.34)


INK: Colour = (0.16, 0.13, 0.16)


WARM: Colour = (1.0, 0.86, 0.55)


def star_points(
    x: float, y: float, r: float, inner: float = 0.46, count: int = 5
) -> list[tuple[float, float]]:
    """Return the outline of a star around (x, y)."""
    return [
        (
            x + math.sin(k * math.pi / count) * r * (1 if k % 2 == 0 else inner),
            y + math.cos(k * math.pi / count) * r * (1 if k % 2 == 0 else inner),
        )
        for k in range(2 * count)
    ]


def apple(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw an apple."""
    easel.limb([(0.0, 0.8), (0.03, 0.98)], [0.05, 0.04], BARK)
    easel.blob(
        [
            (0.0, 0.78),
            (-0.3, 0.88),
            (-0.48, 0.6),
            (-0.4, 0.22),
            (-0.16, 0.02),
            (0.0, 0.07),
            (0.16, 0.02),
            (0.4, 0.22),
            (0.48, 0.6),
            (0.3, 0.88),
        ],
        coat,
        bevel=1.0,
    )
    easel.blob([(0.04, 0.86), (0.18, 1.0), (0.36, 0.98), (0.22, 0.84)], LEAF)
    easel.oval(-0.22, 0.64, 0.06, 0.1, (1, 1, 1), flat=True, alpha=0.5, angle=-0.5)


def pumpkin(easel: Easel, coat: Colour, seed: int) -> None:
    """Draw a pumpkin."""
    easel.limb([(0, 0.76), (0.05, 1.0)], [0.13, 0.09], (0.42, 0.46, 0.24))
    for x, shade in ((-0.4, 0.2), (0.4, 0.2), (-0.22, 0.1), (0.22, 0.1), (0.0, 0.0)):
        easel.oval(x, 0.42, 0.24, 0.42 - abs(x) * 0.16, darker(coat, shade))
    if seed % 2:
        for x in (-0.2, 0.2):
            easel.poly([(x - 0.09, 0.46), (x + 0.09, 0.46), (x, 0.62)], WARM, flat=True)
        easel.blob(
            [(-0.3, 0.32), (-0.1, 0.22), (0.1, 0.22), (0.3, 0.32), (0.12, 0.14), (-0.12, 0.14)],
            WARM,
            flat=True,
        )


def cup(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw a cup."""
    easel.limb(
        [(0.34, 0.72), (0.62, 0.66), (0.58, 0.32), (0.3, 0.3)],
        [0.1, 0.1, 0.1, 0.09],
        darker(coat, 0.1),
    )
    easel.blob(
        [(-0.42, 0.9), (-0.4, 0.3), (-0.26, 0.02), (0.26, 0.02), (0.4, 0.3), (0.42, 0.9)], coat
    )
    easel.oval(0, 0.88, 0.42, 0.1, lighter(coat, 0.4))
    easel.oval(0, 0.865, 0.36, 0.075, (0.42, 0.27, 0.2), bevel=0.2)
    easel.limb(
        [(-0.4, 0.5), (0, 0.44), (0.4, 0.5)],
        [0.08, 0.08, 0.08],
        lighter(coat, 0.6),
        inside=True,
        bevel=0.1,
    )


def teapot(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw a teapot."""
    easel.limb(
        [(-0.4, 0.66), (-0.74, 0.68), (-0.7, 0.28), (-0.38, 0.24)],
        [0.09, 0.09, 0.09, 0.08],
        darker(coat, 0.12),
    )
    easel.limb([(0.4, 0.34), (0.64, 0.5), (0.74, 0.8)], [0.22, 0.14, 0.1], darker(coat, 0.06))
    easel.blob(
        [(-0.42, 0.72), (-0.56, 0.38), (-0.34, 0.03), (0.34, 0.03), (0.56, 0.38), (0.42, 0.72)],
        coat,
        bevel=0.9,
    )
    easel.oval(0, 0.75, 0.38, 0.1, lighter(coat, 0.25))
    easel.oval(0, 0.9, 0.09, 0.09, GOLD)
    for x in (-0.25, 0.0, 0.25):
        easel.poly(star_points(x, 0.38, 0.08, 0.5, 6), lighter(coat, 0.65), flat=True)


def book(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw an open book."""
    easel.box(0, 0.36, 1.24, 0.72, darker(coat, 0.1), corner=0.05)
    for side in (-1, 1):
        easel.blob(
            [
                (0, 0.1),
                (side * 0.3, 0.16),
                (side * 0.57, 0.1),
                (side * 0.57, 0.72),
                (side * 0.3, 0.78),
                (0, 0.7),
            ],
            (0.97, 0.94, 0.86),
        )
        for k in range(4):
            y = 0.6 - k * 0.11
            easel.limb(
                [(side * 0.12, y), (side * 0.47, y + 0.02)],
                [0.018, 0.018],
                (0.72, 0.68, 0.64),
                flat=True,
            )
    easel.limb([(0.08, 0.7), (0.1, 0.2)], [0.05, 0.05], (0.85, 0.3, 0.3))


def lamp(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw a street lamp."""
    dark = mix(coat, (0.2, 0.2, 0.24), 0.65)
    easel.box(0, 0.03, 0.3, 0.06, dark, corner=0.03)
    easel.limb([(0, 0.04), (0, 0.66)], [0.06, 0.045], dark)
    easel.blob(
        [(-0.13, 0.66), (-0.17, 0.9), (0.17, 0.9), (0.13, 0.66)], (1.0, 0.93, 0.72), bevel=0.2
    )
    for x in (-0.15, 0.0, 0.15):
        easel.limb([(x * 0.8, 0.66), (x, 0.9)], [0.02, 0.02], dark)
    easel.blob([(-0.22, 0.89), (0, 1.02), (0.22, 0.89)], dark)
    easel.box(0, 0.655, 0.28, 0.03, dark, corner=0.01)


def post_lamp(easel: Easel, coat: Colour) -> None:
    """Draw a tall street lamp, one unit high: the lamp of above on a slim post."""
    dark = mix(coat, (0.2, 0.2, 0.24), 0.65)
    easel.limb([(0, 0.0), (0, 0.7)], [0.05, 0.03], dark)
    easel.box(0, 0.02, 0.12, 0.05, dark, corner=0.02)
    lamp(easel.at(0, 0.56, 0.44), coat, 0)


def candle(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw a candle."""
    easel.box(0, 0.06, 0.5, 0.12, GOLD, corner=0.05)
    easel.box(0, 0.38, 0.28, 0.6, coat, corner=0.04)
    easel.blob(
        [(-0.14, 0.68), (-0.15, 0.5), (-0.1, 0.44), (-0.07, 0.62), (0.04, 0.55), (0.14, 0.66)],
        lighter(coat, 0.4),
        shadow=0.1,
    )


def flame(puppet: Puppet) -> None:
    """Hang a flame on a wick."""

    def flame(easel: Easel) -> None:
        easel.blob(
            [(0, 0.68), (-0.09, 0.78), (-0.03, 0.92), (0.01, 1.02), (0.08, 0.82)],
            (0.98, 0.62, 0.22),
            flat=True,
        )
        easel.blob(
            [(0, 0.7), (-0.045, 0.77), (0.005, 0.9), (0.045, 0.78)], (1.0, 0.94, 0.65), flat=True
        )

    puppet.part("flame", flame, pivot=(0.0, 0.69))


def clock(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw an alarm clock."""
    for x in (-0.25, 0.25):
        easel.limb([(x, 0.14), (x * 1.25, 0.0)], [0.09, 0.07], darker(coat, 0.3))
        easel.oval(x * 1.1, 0.93, 0.16, 0.11, GOLD, angle=-x * 2)
    easel.oval(0, 0.5, 0.46, 0.46, coat)
    easel.oval(0, 0.5, 0.37, 0.37, (0.98, 0.96, 0.9), bevel=0.2)
    for k in range(12):
        turn = k * math.tau / 12
        easel.oval(math.cos(turn) * 0.3, 0.5 + math.sin(turn) * 0.3, 0.018, 0.018, INK, flat=True)
    easel.limb([(0, 0.5), (0.14, 0.6)], [0.045, 0.03], INK, flat=True)


def clock_hand(puppet: Puppet) -> None:
    """Hang the hand that ticks."""

    def hand(easel: Easel) -> None:
        easel.limb([(0, 0.5), (0, 0.79)], [0.03, 0.02], (0.8, 0.27, 0.25), flat=True)
        easel.oval(0, 0.5, 0.035, 0.035, INK)

    puppet.part("hand", hand, pivot=(0.0, 0.5))


def umbrella(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw an umbrella."""
    easel.limb([(0, 0.86), (0, 0.1), (0.05, 0.02), (0.13, 0.06)], [0.03, 0.03, 0.03, 0.03], BARK)
    for k in range(5):
        x = -0.44 + k * 0.22
        shade = coat if k % 2 == 0 else lighter(coat, 0.6)
        easel.blob(
            [
                (0.0, 1.0),
                (x * 1.1 - 0.12, 0.82),
                (x - 0.12, 0.56),
                (x, 0.61),
                (x + 0.12, 0.56),
                (x * 1.1 + 0.12, 0.82),
            ],
            shade,
            shadow=0.12,
        )
    easel.oval(0, 1.0, 0.03, 0.04, BARK)


def cake(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw a cake."""
    easel.oval(0, 0.05, 0.62, 0.07, (0.95, 0.93, 0.9))
    for wide, y in ((1.0, 0.24), (0.7, 0.56)):
        easel.box(0, y, wide, 0.36, (0.92, 0.78, 0.58), corner=0.06)
        drips = [(-wide / 2, y + 0.2), (wide / 2, y + 0.2)] + [
            (wide / 2 - wide * k / 8, y + (0.0 if k % 2 else 0.09)) for k in range(9)
        ]
        easel.blob(drips, coat)
    for x in (-0.2, 0.0, 0.2):
        easel.box(x, 0.84, 0.05, 0.2, lighter(coat, 0.6), corner=0.01)
        easel.oval(x, 0.985, 0.035, 0.055, (1.0, 0.8, 0.35), flat=True)


def chair(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw a chair."""
    for x, shade in ((-0.22, 0.3), (0.3, 0.3), (-0.3, 0.0), (0.22, 0.0)):
        easel.limb([(x, 0.45), (x * 1.05, 0.0)], [0.07, 0.055], darker(coat, shade))
    easel.limb([(-0.29, 0.45), (-0.34, 1.0)], [0.08, 0.07], coat)
    easel.box(-0.31, 0.86, 0.13, 0.26, lighter(coat, 0.2), corner=0.05)
    easel.box(0, 0.47, 0.72, 0.1, coat, corner=0.04)
    easel.box(0, 0.54, 0.62, 0.09, lighter(coat, 0.5), corner=0.045)


def house(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw a house."""
    wall = mix(coat, (0.97, 0.92, 0.82), 0.72)
    easel.box(0.28, 0.86, 0.12, 0.24, (0.62, 0.4, 0.34))
    easel.box(0, 0.31, 0.84, 0.62, wall, corner=0.02)
    for k in range(5):
        easel.limb(
            [(-0.42, 0.12 + k * 0.11), (0.42, 0.12 + k * 0.11)],
            [0.008, 0.008],
            darker(wall, 0.15),
            inside=True,
            flat=True,
        )
    easel.poly([(-0.54, 0.58), (0, 1.0), (0.54, 0.58)], coat, bevel=0.4)
    for row in range(3):
        easel.limb(
            [(-0.42 + row * 0.13, 0.66 + row * 0.1), (0.42 - row * 0.13, 0.66 + row * 0.1)],
            [0.016, 0.016],
            darker(coat, 0.25),
            inside=True,
            flat=True,
        )
    easel.box(0.0, 0.19, 0.19, 0.38, darker(coat, 0.3), corner=0.04)
    easel.oval(0.06, 0.2, 0.018, 0.018, GOLD)
    for x in (-0.27, 0.27):
        easel.box(x, 0.36, 0.2, 0.22, (0.98, 0.97, 0.93), corner=0.02)
        easel.box(x, 0.36, 0.155, 0.175, (1.0, 0.88, 0.58), bevel=0.1)
        easel.limb([(x, 0.27), (x, 0.45)], [0.018, 0.018], (0.98, 0.97, 0.93), flat=True)
        easel.limb(
            [(x - 0.08, 0.36), (x + 0.08, 0.36)], [0.018, 0.018], (0.98, 0.97, 0.93), flat=True
        )
