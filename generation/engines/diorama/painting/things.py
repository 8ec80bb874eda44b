"""Things and plants: one small drawing each."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix
from generation.engines.diorama.painting.rig import Puppet, Rig

_GOLD: Colour = (0.93, 0.74, 0.34)
_INK: Colour = (0.16, 0.13, 0.16)
_LEAF: Colour = (0.36, 0.58, 0.33)
_BARK: Colour = (0.47, 0.33, 0.24)
_WARM: Colour = (1.0, 0.86, 0.55)
Drawing = Callable[[Easel, Colour, int], None]


def build(puppet: Puppet) -> Rig:
    """Return the puppet of a thing or a plant: most are a single part."""
    draw = _DRAWINGS[puppet.subject]
    puppet.part("body", lambda easel: draw(easel, puppet.colour, puppet.seed))
    if add := _MOVING.get(puppet.subject):
        add(puppet)
    puppet.glow = _GLOWS.get(puppet.subject)
    return puppet.rig()


def _star_points(
    x: float, y: float, r: float, inner: float = 0.46, count: int = 5
) -> list[tuple[float, float]]:
    return [
        (
            x + math.sin(k * math.pi / count) * r * (1 if k % 2 == 0 else inner),
            y + math.cos(k * math.pi / count) * r * (1 if k % 2 == 0 else inner),
        )
        for k in range(2 * count)
    ]


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
        easel.poly(_star_points(0.0, 0.57, 0.09), coat, flat=True)
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
        easel.poly(_star_points(0, 0.5, 0.27), lighter(coat, 0.7))
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


def apple(easel: Easel, coat: Colour, _seed: int) -> None:
    """Draw an apple."""
    easel.limb([(0.0, 0.8), (0.03, 0.98)], [0.05, 0.04], _BARK)
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
    easel.blob([(0.04, 0.86), (0.18, 1.0), (0.36, 0.98), (0.22, 0.84)], _LEAF)
    easel.oval(-0.22, 0.64, 0.06, 0.1, (1, 1, 1), flat=True, alpha=0.5, angle=-0.5)


def _pumpkin(easel: Easel, coat: Colour, seed: int) -> None:
    easel.limb([(0, 0.76), (0.05, 1.0)], [0.13, 0.09], (0.42, 0.46, 0.24))
    for x, shade in ((-0.4, 0.2), (0.4, 0.2), (-0.22, 0.1), (0.22, 0.1), (0.0, 0.0)):
        easel.oval(x, 0.42, 0.24, 0.42 - abs(x) * 0.16, darker(coat, shade))
    if seed % 2:
        for x in (-0.2, 0.2):
            easel.poly([(x - 0.09, 0.46), (x + 0.09, 0.46), (x, 0.62)], _WARM, flat=True)
        easel.blob(
            [(-0.3, 0.32), (-0.1, 0.22), (0.1, 0.22), (0.3, 0.32), (0.12, 0.14), (-0.12, 0.14)],
            _WARM,
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
    easel.oval(0, 0.9, 0.09, 0.09, _GOLD)
    for x in (-0.25, 0.0, 0.25):
        easel.poly(_star_points(x, 0.38, 0.08, 0.5, 6), lighter(coat, 0.65), flat=True)


def _book(easel: Easel, coat: Colour, _seed: int) -> None:
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


def _candle(easel: Easel, coat: Colour, _seed: int) -> None:
    easel.box(0, 0.06, 0.5, 0.12, _GOLD, corner=0.05)
    easel.box(0, 0.38, 0.28, 0.6, coat, corner=0.04)
    easel.blob(
        [(-0.14, 0.68), (-0.15, 0.5), (-0.1, 0.44), (-0.07, 0.62), (0.04, 0.55), (0.14, 0.66)],
        lighter(coat, 0.4),
        shadow=0.1,
    )


def _flame(puppet: Puppet) -> None:
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
        easel.oval(x * 1.1, 0.93, 0.16, 0.11, _GOLD, angle=-x * 2)
    easel.oval(0, 0.5, 0.46, 0.46, coat)
    easel.oval(0, 0.5, 0.37, 0.37, (0.98, 0.96, 0.9), bevel=0.2)
    for k in range(12):
        turn = k * math.tau / 12
        easel.oval(math.cos(turn) * 0.3, 0.5 + math.sin(turn) * 0.3, 0.018, 0.018, _INK, flat=True)
    easel.limb([(0, 0.5), (0.14, 0.6)], [0.045, 0.03], _INK, flat=True)


def _clock_hand(puppet: Puppet) -> None:
    def hand(easel: Easel) -> None:
        easel.limb([(0, 0.5), (0, 0.79)], [0.03, 0.02], (0.8, 0.27, 0.25), flat=True)
        easel.oval(0, 0.5, 0.035, 0.035, _INK)

    puppet.part("hand", hand, pivot=(0.0, 0.5))


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
            easel.box(x + 0.037, 0.48, 0.032, 0.055, _INK, flat=True)


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
        easel.limb([(-0.51, y), (0, y - 0.06), (0.51, y)], [0.09, 0.09, 0.09], _GOLD)
    easel.oval(0, 0.78, 0.5, 0.13, (0.97, 0.94, 0.87), bevel=0.2)


def _drumsticks(puppet: Puppet) -> None:
    for name, x, side in (("stick_left", -0.1, -1), ("stick_right", 0.1, 1)):
        puppet.part(name, _stick(x, side), pivot=(x + side * 0.5, 1.2))


def _stick(x: float, side: int) -> Callable[[Easel], None]:
    def draw(easel: Easel) -> None:
        easel.limb([(x + side * 0.5, 1.2), (x, 0.9)], [0.05, 0.035], (0.8, 0.6, 0.38))
        easel.oval(x, 0.89, 0.05, 0.05, (0.9, 0.75, 0.55))

    return draw


def _umbrella(easel: Easel, coat: Colour, _seed: int) -> None:
    easel.limb([(0, 0.86), (0, 0.1), (0.05, 0.02), (0.13, 0.06)], [0.03, 0.03, 0.03, 0.03], _BARK)
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
    easel.oval(0, 1.0, 0.03, 0.04, _BARK)


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


def _cake(easel: Easel, coat: Colour, _seed: int) -> None:
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
        [(x * 0.96, y) for x, y in _star_points(0, 0.5, 0.54, 0.5)], lighter(coat, 0.2), bevel=0.8
    )
    for x in (-0.11, 0.13):
        easel.oval(x, 0.54, 0.04, 0.055, _INK, flat=True)
    easel.limb([(-0.06, 0.42), (0.01, 0.38), (0.08, 0.42)], [0.02, 0.03, 0.02], _INK, flat=True)


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


def _chair(easel: Easel, coat: Colour, _seed: int) -> None:
    for x, shade in ((-0.22, 0.3), (0.3, 0.3), (-0.3, 0.0), (0.22, 0.0)):
        easel.limb([(x, 0.45), (x * 1.05, 0.0)], [0.07, 0.055], darker(coat, shade))
    easel.limb([(-0.29, 0.45), (-0.34, 1.0)], [0.08, 0.07], coat)
    easel.box(-0.31, 0.86, 0.13, 0.26, lighter(coat, 0.2), corner=0.05)
    easel.box(0, 0.47, 0.72, 0.1, coat, corner=0.04)
    easel.box(0, 0.54, 0.62, 0.09, lighter(coat, 0.5), corner=0.045)


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


def _house(easel: Easel, coat: Colour, _seed: int) -> None:
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
    easel.oval(0.06, 0.2, 0.018, 0.018, _GOLD)
    for x in (-0.27, 0.27):
        easel.box(x, 0.36, 0.2, 0.22, (0.98, 0.97, 0.93), corner=0.02)
        easel.box(x, 0.36, 0.155, 0.175, (1.0, 0.88, 0.58), bevel=0.1)
        easel.limb([(x, 0.27), (x, 0.45)], [0.018, 0.018], (0.98, 0.97, 0.93), flat=True)
        easel.limb(
            [(x - 0.08, 0.36), (x + 0.08, 0.36)], [0.018, 0.018], (0.98, 0.97, 0.93), flat=True
        )


def tree(easel: Easel, coat: Colour, seed: int) -> None:
    """Draw a leafy tree: a crown of overlapping tufts, lighter towards the light."""
    easel.limb([(0.0, 0.0), (0.01, 0.22), (-0.01, 0.45)], [0.13, 0.08, 0.07], _BARK)
    easel.limb([(0.0, 0.3), (0.13, 0.46)], [0.05, 0.03], _BARK)
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
    easel.limb([(0, 0.0), (0, 0.24)], [0.1, 0.08], _BARK)
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
    easel.limb([(0, 0), (0.03, 0.35), (0, 0.68)], [0.05, 0.045, 0.04], _LEAF)
    easel.blob([(0.02, 0.2), (0.16, 0.36), (0.3, 0.36), (0.2, 0.22)], lighter(_LEAF, 0.1))
    easel.blob([(0.01, 0.12), (-0.12, 0.28), (-0.26, 0.28), (-0.16, 0.14)], _LEAF)
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


def _sunflower(easel: Easel, coat: Colour, _seed: int) -> None:
    easel.limb([(0, 0), (-0.02, 0.4), (0, 0.75)], [0.05, 0.045, 0.04], _LEAF)
    for side, y in ((1, 0.3), (-1, 0.42)):
        easel.blob(
            [(0, y), (side * 0.12, y + 0.12), (side * 0.28, y + 0.08), (side * 0.14, y - 0.02)],
            _LEAF,
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


_DRAWINGS: Mapping[str, Drawing] = {
    "ball": _ball, "cube": _cube, "balloon": _balloon, "apple": apple, "pumpkin": _pumpkin, "cup": cup,
    "teapot": teapot, "book": _book, "lamp": lamp, "candle": _candle, "clock": clock, "guitar": _guitar,
    "piano": _piano, "drum": _drum, "umbrella": _umbrella, "kite": _kite, "cake": _cake, "gift": _gift,
    "star": _star, "bell": _bell, "chair": _chair, "mushroom": mushroom, "house": _house, "tree": tree,
    "pine": pine, "palm": palm, "flower": flower, "sunflower": _sunflower, "cactus": cactus,
}  # fmt: skip
_MOVING: Mapping[str, Callable[[Puppet], None]] = {
    "candle": _flame, "clock": _clock_hand, "drum": _drumsticks,
}  # fmt: skip
# Where light comes out: x, y, reach in heights, and its colour.
_GLOWS: Mapping[str, tuple[float, float, float, Colour]] = {
    "lamp": (0.0, 0.78, 1.1, _WARM), "candle": (0.0, 0.82, 1.6, _WARM), "star": (0.0, 0.5, 1.2, _WARM),
    "house": (0.0, 0.36, 0.6, _WARM), "cake": (0.0, 0.95, 0.7, _WARM),
}  # fmt: skip
