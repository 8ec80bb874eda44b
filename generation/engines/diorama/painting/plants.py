"""Plants: trees, flowers, a cactus, a mushroom."""

from __future__ import annotations

import math

from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix

LEAF: Colour = (0.36, 0.58, 0.33)


BARK: Colour = (0.47, 0.33, 0.24)


def mushroom(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw a mushroom with a spotted cap."""
    easel.blob(
        [(-0.15, 0.0), (-0.13, 0.3), (-0.17, 0.55), (0.17, 0.55), (0.13, 0.3), (0.17, 0.0)],
        (0.95, 0.9, 0.8),
    )
    easel.blob(
        [(-0.5, 0.48), (-0.42, 0.78), (0, 1.0), (0.42, 0.78), (0.5, 0.48), (0, 0.4)],
        coat,
        bevel=0.9,
    )
    for x, y, r in (
        (-0.26, 0.62, 0.07),
        (0.0, 0.8, 0.09),
        (0.26, 0.64, 0.08),
        (0.02, 0.53, 0.05),
        (-0.14, 0.82, 0.04),
    ):
        easel.oval(x, y, r, r * 0.85, (0.98, 0.95, 0.9), inside=True, bevel=0.3)


def tree(easel: Easel, coat: Colour, seed: int) -> None:
    """Draw a leafy tree: a crown of overlapping tufts, lighter towards the light."""
    easel.limb([(0.0, 0.0), (0.01, 0.22), (-0.01, 0.45)], [0.13, 0.08, 0.07], BARK)
    easel.limb([(0.0, 0.3), (0.13, 0.46)], [0.05, 0.03], BARK)
    tufts = [
        (-0.2, 0.5, 0.16),
        (0.2, 0.5, 0.16),
        (0.0, 0.48, 0.17),
        (-0.26, 0.64, 0.15),
        (0.26, 0.64, 0.15),
        (0.0, 0.64, 0.2),
        (-0.15, 0.78, 0.16),
        (0.16, 0.78, 0.15),
        (0.0, 0.88, 0.14),
    ]
    for k, (x, y, r) in enumerate(tufts):
        wobble = 0.02 * math.sin(seed + k * 2.3)
        easel.oval(
            x + wobble,
            y + wobble,
            r,
            r * 0.92,
            mix(darker(coat, 0.28), lighter(coat, 0.2), k / 8),
            shadow=0.16,
        )


def pine(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw a fir: four skirts of paper."""
    easel.limb([(0, 0.0), (0, 0.24)], [0.1, 0.08], BARK)
    for k, (y, wide, high) in enumerate(
        ((0.16, 0.33, 0.34), (0.36, 0.27, 0.3), (0.54, 0.21, 0.27), (0.7, 0.15, 0.32))
    ):
        skirt = [
            (-wide, y),
            (-wide * 0.6, y + 0.035),
            (-wide * 0.3, y - 0.015),
            (0, y + 0.03),
            (wide * 0.3, y - 0.015),
            (wide * 0.6, y + 0.035),
            (wide, y),
            (0.015, y + high),
        ]
        easel.poly(skirt, mix(darker(coat, 0.4), coat, k / 3), bevel=0.45)


def palm(easel: Easel, coat: Colour, seed: int) -> None:
    """Draw a palm with a bent trunk."""
    easel.limb([(-0.06, 0.0), (-0.02, 0.35), (0.09, 0.74)], [0.11, 0.07, 0.055], (0.6, 0.45, 0.3))
    for k in range(6):
        y = 0.1 + k * 0.11
        easel.limb(
            [(-0.09 + k * 0.022, y), (0.03 + k * 0.022, y)],
            [0.014, 0.014],
            (0.45, 0.32, 0.22),
            inside=True,
            flat=True,
        )
    for k, (dx, dy) in enumerate(
        ((-0.4, -0.1), (0.4, -0.14), (-0.36, 0.1), (0.38, 0.08), (-0.2, 0.24), (0.24, 0.22))
    ):
        middle = (0.09 + dx * 0.55, 0.76 + dy * 0.5 + 0.11)
        easel.limb(
            [(0.09, 0.75), middle, (0.09 + dx, 0.76 + dy)],
            [0.04, 0.1, 0.01],
            mix(darker(coat, 0.25), lighter(coat, 0.12), k / 5),
        )
    for x in (0.05, 0.12):
        easel.oval(x, 0.71, 0.035, 0.038, (0.42, 0.28, 0.18))


def flower(easel: Easel, coat: Colour, seed: int) -> None:
    """Draw a flower."""
    easel.limb([(0, 0), (0.03, 0.35), (0, 0.68)], [0.05, 0.045, 0.04], LEAF)
    easel.blob([(0.02, 0.2), (0.16, 0.36), (0.3, 0.36), (0.2, 0.22)], lighter(LEAF, 0.1))
    easel.blob([(0.01, 0.12), (-0.12, 0.28), (-0.26, 0.28), (-0.16, 0.14)], LEAF)
    count = 6 + seed % 3
    for k in range(count):
        turn = k * math.tau / count + 0.3
        easel.oval(
            math.cos(turn) * 0.15,
            0.76 + math.sin(turn) * 0.15,
            0.13,
            0.085,
            coat,
            angle=turn,
            shadow=0.14,
        )
    easel.oval(0, 0.76, 0.085, 0.085, (0.97, 0.8, 0.36))


def sunflower(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw a sunflower."""
    easel.limb([(0, 0), (-0.02, 0.4), (0, 0.75)], [0.05, 0.045, 0.04], LEAF)
    for side, y in ((1, 0.3), (-1, 0.42)):
        easel.blob(
            [(0, y), (side * 0.12, y + 0.12), (side * 0.28, y + 0.08), (side * 0.14, y - 0.02)],
            LEAF,
        )
    for ring, count in ((0.2, 14), (0.16, 12)):
        for k in range(count):
            turn = k * math.tau / count + ring * 4
            easel.oval(
                math.cos(turn) * ring,
                0.78 + math.sin(turn) * ring,
                0.085,
                0.035,
                lighter(coat, 0.1 if ring < 0.18 else 0.0),
                angle=turn,
                shadow=0.1,
            )
    easel.oval(0, 0.78, 0.13, 0.13, (0.36, 0.23, 0.15))


def cactus(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw a cactus with two arms."""
    easel.limb(
        [(-0.12, 0.42), (-0.32, 0.44), (-0.34, 0.68)], [0.13, 0.14, 0.12], darker(coat, 0.12)
    )
    easel.limb([(0.1, 0.3), (0.3, 0.32), (0.32, 0.56)], [0.13, 0.13, 0.11], darker(coat, 0.06))
    easel.limb([(0, 0.02), (0, 0.5), (0, 0.9)], [0.26, 0.27, 0.24], coat)
    for x in (-0.07, 0.0, 0.07):
        easel.limb(
            [(x, 0.06), (x * 1.1, 0.9)], [0.012, 0.012], darker(coat, 0.3), inside=True, flat=True
        )
    for k in range(5):
        turn = k * math.tau / 5
        easel.oval(
            math.cos(turn) * 0.05,
            0.99 + math.sin(turn) * 0.03,
            0.05,
            0.035,
            (0.93, 0.5, 0.6),
            angle=turn,
            shadow=0.1,
        )
