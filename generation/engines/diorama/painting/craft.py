"""Boats, and what flies: plane, helicopter, rocket, saucer."""

from __future__ import annotations

import math

from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter
from generation.engines.diorama.painting.rig import Puppet

GLASS: Colour = (0.68, 0.84, 0.90)


STEEL: Colour = (0.74, 0.76, 0.80)


LAMP: Colour = (1.0, 0.93, 0.7)


def boat(puppet: Puppet) -> None:
    """Draw a boat."""
    coat = puppet.colour

    def sail(easel: Easel) -> None:
        easel.limb([(0.0, 0.2), (0.0, 1.06)], [0.035, 0.025], (0.55, 0.38, 0.26))
        easel.blob([(0.03, 1.02), (0.3, 0.72), (0.46, 0.36), (0.03, 0.34)], (0.97, 0.94, 0.87))
        easel.blob(
            [(-0.03, 0.96), (-0.22, 0.66), (-0.36, 0.36), (-0.03, 0.34)], lighter(coat, 0.45)
        )
        easel.poly([(0.0, 1.06), (-0.14, 1.12), (0.0, 1.17)], coat)

    def hull(easel: Easel) -> None:
        easel.blob(
            [
                (-0.52, 0.28),
                (-0.42, 0.04),
                (-0.2, -0.06),
                (0.25, -0.06),
                (0.48, 0.06),
                (0.66, 0.32),
                (0.1, 0.25),
            ],
            coat,
        )
        easel.limb(
            [(-0.5, 0.25), (0.1, 0.22), (0.62, 0.29)], [0.045, 0.045, 0.045], lighter(coat, 0.65)
        )
        for x in (-0.2, 0.02, 0.24):
            easel.oval(x, 0.1, 0.04, 0.04, GLASS, bevel=0.2)

    puppet.part("body", sail)
    puppet.part("hull", hull)


def plane(puppet: Puppet) -> None:
    """Draw a plane."""
    coat = puppet.colour

    def body(easel: Easel) -> None:
        easel.blob([(-0.1, 0.5), (-0.5, 0.78), (-0.38, 0.82), (0.18, 0.56)], darker(coat, 0.3))
        easel.blob([(-1.0, 0.55), (-1.12, 1.0), (-0.92, 1.0), (-0.62, 0.62)], coat)
        easel.blob(
            [
                (-1.05, 0.52),
                (-0.5, 0.7),
                (0.5, 0.72),
                (0.95, 0.6),
                (1.08, 0.45),
                (0.9, 0.32),
                (0.2, 0.24),
                (-0.5, 0.3),
            ],
            (0.95, 0.94, 0.92),
        )
        easel.limb(
            [(-1.0, 0.5), (0.2, 0.42), (1.02, 0.45)],
            [0.05, 0.07, 0.03],
            coat,
            inside=True,
            flat=True,
        )
        for k in range(6):
            easel.oval(-0.45 + k * 0.19, 0.55, 0.045, 0.055, GLASS, bevel=0.2)
        easel.blob([(0.72, 0.6), (0.86, 0.62), (0.98, 0.53), (0.78, 0.52)], GLASS, bevel=0.2)
        easel.blob([(0.22, 0.4), (-0.2, 0.06), (-0.38, 0.06), (-0.2, 0.42)], coat)
        easel.blob([(-0.9, 0.52), (-1.16, 0.4), (-1.2, 0.46), (-1.0, 0.56)], darker(coat, 0.15))

    puppet.part("body", body)


def helicopter(puppet: Puppet) -> None:
    """Draw a helicopter."""
    coat = puppet.colour

    def body(easel: Easel) -> None:
        easel.limb([(-0.2, 0.52), (-1.0, 0.62)], [0.26, 0.1], coat)
        easel.blob([(-0.98, 0.58), (-1.12, 0.86), (-0.98, 0.84), (-0.86, 0.6)], darker(coat, 0.2))
        for x in (-0.22, 0.3):
            easel.limb([(x, 0.28), (x + 0.04, 0.08)], [0.03, 0.03], STEEL)
        easel.limb([(-0.45, 0.1), (0.2, 0.06), (0.62, 0.12)], [0.045, 0.045, 0.03], STEEL)
        easel.blob(
            [
                (-0.45, 0.48),
                (-0.25, 0.74),
                (0.2, 0.8),
                (0.55, 0.66),
                (0.68, 0.42),
                (0.4, 0.24),
                (-0.2, 0.24),
            ],
            coat,
        )
        easel.blob([(0.14, 0.44), (0.16, 0.72), (0.48, 0.62), (0.6, 0.42)], GLASS, bevel=0.2)
        easel.limb([(0.0, 0.76), (0.0, 0.94)], [0.06, 0.05], STEEL)

    puppet.part("body", body)
    puppet.part(
        "rotor",
        lambda e: e.limb(
            [(-0.85, 0.94), (0.0, 0.96), (0.85, 0.94)], [0.03, 0.06, 0.03], (0.3, 0.3, 0.34)
        ),
        pivot=(0.0, 0.95),
    )
    puppet.part(
        "tail_rotor",
        lambda e: e.limb([(-1.04, 0.5), (-1.04, 0.92)], [0.03, 0.03], (0.3, 0.3, 0.34)),
        pivot=(-1.04, 0.71),
    )


def rocket(puppet: Puppet) -> None:
    """Draw a rocket."""
    coat = puppet.colour
    accent: Colour = (0.85, 0.3, 0.27) if sum(coat) > 1.9 else (0.96, 0.9, 0.8)

    def flame(easel: Easel) -> None:
        easel.blob(
            [(-0.12, 0.12), (-0.17, -0.06), (0.0, -0.28), (0.17, -0.06), (0.12, 0.12)],
            (0.97, 0.55, 0.2),
            flat=True,
        )
        easel.blob(
            [(-0.06, 0.12), (-0.09, -0.02), (0.0, -0.16), (0.09, -0.02), (0.06, 0.12)],
            (1.0, 0.9, 0.55),
            flat=True,
        )

    def body(easel: Easel) -> None:
        for side in (-1, 1):
            easel.blob(
                [(side * 0.14, 0.4), (side * 0.3, 0.22), (side * 0.34, 0.02), (side * 0.15, 0.14)],
                accent,
            )
        easel.blob(
            [
                (-0.17, 0.1),
                (-0.21, 0.45),
                (-0.15, 0.78),
                (0.0, 1.02),
                (0.15, 0.78),
                (0.21, 0.45),
                (0.17, 0.1),
            ],
            coat,
        )
        easel.blob(
            [(-0.3, 0.76), (0.3, 0.76), (0.3, 1.1), (-0.3, 1.1)], accent, inside=True, bevel=0.5
        )
        easel.oval(0.0, 0.6, 0.1, 0.1, STEEL)
        easel.oval(0.0, 0.6, 0.072, 0.072, (0.35, 0.6, 0.8), bevel=0.3)
        easel.oval(-0.025, 0.63, 0.02, 0.02, (1, 1, 1), flat=True)
        easel.box(0.0, 0.11, 0.3, 0.06, (0.33, 0.32, 0.36), corner=0.02)
        easel.limb([(0.0, 0.34), (0.0, 0.04)], [0.06, 0.04], accent)

    puppet.part("flame", flame, pivot=(0.0, 0.12))
    puppet.part("body", body)


def ufo(puppet: Puppet) -> None:
    """Draw a flying saucer."""
    coat = puppet.colour

    def body(easel: Easel) -> None:
        easel.blob(
            [(-0.4, 0.52), (-0.34, 0.84), (0.0, 1.0), (0.34, 0.84), (0.4, 0.52)],
            (0.6, 0.88, 0.84),
            alpha=0.85,
        )
        easel.oval(0.03, 0.64, 0.15, 0.16, (0.5, 0.78, 0.42))
        for x in (-0.02, 0.1):
            easel.oval(x, 0.68, 0.035, 0.05, (0.1, 0.1, 0.12), flat=True)
        easel.blob(
            [
                (-0.95, 0.36),
                (-0.5, 0.56),
                (0.0, 0.6),
                (0.5, 0.56),
                (0.95, 0.36),
                (0.5, 0.22),
                (0.0, 0.16),
                (-0.5, 0.22),
            ],
            coat,
        )
        for k in range(5):
            easel.oval(
                -0.6 + 0.3 * k,
                0.36 - 0.05 * math.cos((k - 2) * 0.8),
                0.06,
                0.055,
                ((1, 0.85, 0.4), (0.5, 0.95, 0.8))[k % 2],
                bevel=0.3,
            )

    puppet.part("body", body)
    puppet.glow = (0.0, 0.2, 1.3, (0.55, 1.0, 0.85))
