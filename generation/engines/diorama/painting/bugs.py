"""Insects: bee, butterfly, ladybird."""

from __future__ import annotations

from collections.abc import Callable

from generation.engines.diorama.painting import faces
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix
from generation.engines.diorama.painting.rig import Puppet


def bee(puppet: Puppet) -> None:
    """Draw a bee."""
    coat = puppet.colour
    for name, shade in (("wing_far", (0.8, 0.86, 0.94)), ("wing_near", (0.92, 0.96, 1.0))):
        puppet.part(name, _bug_wing(shade, 0.75), pivot=(0.0, 0.66))

    def body(easel: Easel) -> None:
        easel.poly([(-0.5, 0.46), (-0.66, 0.42), (-0.5, 0.36)], faces.INK)
        easel.oval(-0.06, 0.42, 0.48, 0.32, coat)
        for x in (-0.36, -0.14, 0.08):
            easel.blob(
                [
                    (x - 0.05, 0.1),
                    (x + 0.04, 0.1),
                    (x + 0.08, 0.42),
                    (x + 0.04, 0.76),
                    (x - 0.05, 0.76),
                    (x - 0.01, 0.42),
                ],
                faces.INK,
                inside=True,
                bevel=0.2,
            )

    puppet.part("body", body)
    puppet.parts.append(puppet.parts.pop(1))
    _bug_head(puppet, 0.38, 0.48, 0.26, lighter(coat, 0.2))


def _bug_wing(shade: Colour, length: float) -> Callable[[Easel], None]:
    def draw(easel: Easel) -> None:
        easel.blob(
            [
                (0.02, 0.66),
                (-0.24, 0.66 + length * 0.4),
                (-0.28, 0.66 + length * 0.78),
                (0.02, 0.66 + length * 0.74),
                (0.1, 0.66 + length * 0.3),
            ],
            shade,
            alpha=0.8,
        )

    return draw


def _bug_head(puppet: Puppet, x: float, y: float, r: float, skin: Colour) -> None:
    eyes = [(x - r * 0.1, y + r * 0.12, r * 0.27), (x + r * 0.58, y + r * 0.12, r * 0.24)]

    def draw(easel: Easel) -> None:
        for dx in (-0.2, 0.35):
            easel.limb(
                [
                    (x + r * dx, y + r * 0.8),
                    (x + r * (dx + 0.15), y + r * 1.4),
                    (x + r * (dx + 0.4), y + r * 1.6),
                ],
                [0.03, 0.025, 0.025],
                faces.INK,
            )
            easel.oval(x + r * (dx + 0.42), y + r * 1.62, 0.035, 0.035, faces.INK)
        easel.oval(x, y, r, r, skin)
        faces.draw_cheeks(easel, [(x - r * 0.3, y - r * 0.35, r * 0.25)])
        faces.draw_eyes(easel, eyes, feeling=puppet.feeling)
        faces.draw_smile(easel, x + r * 0.3, y - r * 0.4, r * 0.24, feeling=puppet.feeling)

    puppet.part("head", draw, pivot=(x - r * 0.5, y))
    faces.add_lids(puppet, eyes, lighter(skin, 0.1))
    faces.add_mouth(puppet, x + r * 0.3, y - r * 0.36, r * 0.22)


def butterfly(puppet: Puppet) -> None:
    """Draw a butterfly."""
    coat = puppet.colour
    for name, shade in (("wing_far", faces.far_side(coat)), ("wing_near", coat)):
        puppet.part(name, _patterned_wing(shade), pivot=(0.0, 0.5))
    puppet.part(
        "body",
        lambda easel: easel.limb(
            [(-0.22, 0.3), (0.0, 0.5), (0.16, 0.66)], [0.05, 0.11, 0.1], (0.25, 0.18, 0.17)
        ),
    )
    puppet.parts.append(puppet.parts.pop(1))
    _bug_head(puppet, 0.22, 0.74, 0.13, (0.35, 0.26, 0.24))


def _patterned_wing(shade: Colour) -> Callable[[Easel], None]:
    def draw(easel: Easel) -> None:
        edge = darker(shade, 0.6)
        easel.blob(
            [(0.02, 0.52), (-0.02, 0.95), (-0.34, 1.22), (-0.62, 1.1), (-0.58, 0.74), (-0.24, 0.5)],
            edge,
        )
        easel.blob(
            [(0.0, 0.54), (-0.06, 0.9), (-0.33, 1.13), (-0.53, 1.03), (-0.5, 0.76), (-0.2, 0.54)],
            shade,
            shadow=0.0,
        )
        easel.blob(
            [(0.0, 0.5), (-0.3, 0.5), (-0.52, 0.3), (-0.42, 0.06), (-0.16, 0.14), (0.0, 0.4)], edge
        )
        easel.blob(
            [(-0.02, 0.46), (-0.28, 0.45), (-0.45, 0.29), (-0.37, 0.12), (-0.16, 0.2)],
            mix(shade, (1, 0.85, 0.5), 0.4),
            shadow=0.0,
        )
        for x, y, r in ((-0.4, 0.95, 0.06), (-0.28, 0.8, 0.045), (-0.32, 0.28, 0.05)):
            easel.oval(x, y, r, r, lighter(shade, 0.75), inside=True, flat=True)

    return draw


def ladybug(puppet: Puppet) -> None:
    """Draw a ladybird."""
    for name, x, shade in (
        ("leg_far_back", -0.25, (0.1, 0.08, 0.1)),
        ("leg_far_front", 0.25, (0.1, 0.08, 0.1)),
        ("leg_near_back", -0.1, faces.INK),
        ("leg_near_front", 0.12, faces.INK),
    ):
        puppet.part(name, _bug_leg(x, shade), pivot=(x, 0.2))
    coat = puppet.colour

    def body(easel: Easel) -> None:
        easel.blob(
            [(-0.55, 0.18), (-0.5, 0.55), (-0.1, 0.84), (0.35, 0.66), (0.46, 0.18), (0, 0.12)],
            coat,
            bevel=0.8,
        )
        easel.limb(
            [(-0.1, 0.84), (-0.02, 0.5), (-0.04, 0.14)],
            [0.02, 0.025, 0.02],
            faces.INK,
            flat=True,
            inside=True,
        )
        for x, y, r in (
            (-0.34, 0.5, 0.08),
            (-0.3, 0.27, 0.07),
            (0.2, 0.56, 0.075),
            (0.24, 0.3, 0.07),
            (-0.16, 0.68, 0.05),
        ):
            easel.oval(x, y, r, r, faces.INK, inside=True, flat=True)

    puppet.part("body", body)
    _bug_head(puppet, 0.5, 0.36, 0.22, (0.25, 0.2, 0.22))


def _bug_leg(x: float, shade: Colour) -> Callable[[Easel], None]:
    return lambda easel: easel.limb(
        [(x, 0.22), (x + 0.04, 0.1), (x + 0.02, 0.0)], [0.06, 0.05, 0.05], shade
    )
