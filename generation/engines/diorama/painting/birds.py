"""Birds: an egg with wings, legs and a beak, and what makes each of them itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from generation.engines.diorama.painting import faces
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix
from generation.engines.diorama.painting.rig import Puppet, Rig

_BEAK: Colour = (0.95, 0.65, 0.22)


class Bird(NamedTuple):
    """Measures in heights: leg, body place and radii, head place and radius, beak, wing."""

    leg: float
    body: tuple[float, float, float, float]
    head: tuple[float, float, float]
    beak: tuple[float, float]
    wing: float
    tilt: float = 0.25
    marks: tuple[str, ...] = ()


BIRDS: Mapping[str, Bird] = {
    "bird": Bird(
        0.14, (0.0, 0.42, 0.34, 0.27), (0.22, 0.72, 0.23), (0.15, 0.06), 0.5, 0.3, ("bib", "fan")
    ),
    "crow": Bird(
        0.16,
        (0.0, 0.44, 0.36, 0.24),
        (0.26, 0.74, 0.20),
        (0.24, 0.07),
        0.55,
        0.35,
        ("fan", "darkbeak"),
    ),
    "duck": Bird(
        0.10,
        (0.0, 0.32, 0.40, 0.24),
        (0.26, 0.72, 0.19),
        (0.18, 0.06),
        0.4,
        0.1,
        ("flat", "neck", "tuck"),
    ),
    "chicken": Bird(
        0.18,
        (0.0, 0.42, 0.36, 0.27),
        (0.24, 0.78, 0.16),
        (0.10, 0.05),
        0.36,
        0.15,
        ("comb", "neck", "tuck"),
    ),
    "rooster": Bird(
        0.22,
        (0.0, 0.46, 0.32, 0.23),
        (0.22, 0.80, 0.14),
        (0.10, 0.05),
        0.34,
        0.2,
        ("comb", "neck", "plume"),
    ),
    "owl": Bird(
        0.06, (0.0, 0.42, 0.32, 0.38), (0.0, 0.70, 0.30), (0.0, 0.08), 0.5, 0.0, ("owl", "chest")
    ),
    "penguin": Bird(
        0.05, (0.0, 0.42, 0.27, 0.38), (0.02, 0.80, 0.20), (0.13, 0.05), 0.46, 0.0, ("tux",)
    ),
    "parrot": Bird(
        0.10,
        (0.0, 0.42, 0.26, 0.30),
        (0.1, 0.74, 0.22),
        (0.12, 0.12),
        0.5,
        0.45,
        ("hook", "fan", "bright"),
    ),
    "flamingo": Bird(
        0.42,
        (0.0, 0.56, 0.26, 0.16),
        (0.22, 0.90, 0.09),
        (0.12, 0.06),
        0.34,
        0.1,
        ("longneck", "hook", "tuck"),
    ),
}


def build(puppet: Puppet) -> Rig:
    """Return the puppet of a bird."""
    bird = BIRDS[puppet.subject]
    coat = puppet.colour
    _wing(puppet, bird, "wing_far", faces.far_side(_wing_colour(bird, coat)))
    for name, x, shade in (
        ("leg_far_back", 0.07, darker(_BEAK, 0.3)),
        ("leg_near_front", -0.04, _BEAK),
    ):
        puppet.part(name, _leg(bird, x, shade), pivot=(x, bird.leg + 0.06))
    puppet.part("body", lambda easel: _body(easel, bird, coat))
    _wing(puppet, bird, "wing_near", _wing_colour(bird, coat))
    _head(puppet, bird)
    return puppet.rig()


def _wing_colour(bird: Bird, coat: Colour) -> Colour:
    return (0.25, 0.5, 0.85) if "bright" in bird.marks else darker(coat, 0.16)


def _leg(bird: Bird, x: float, shade: Colour) -> Callable[[Easel], None]:
    def draw(easel: Easel) -> None:
        easel.limb([(x, bird.leg + 0.08), (x - 0.01, 0.04)], [0.045, 0.035], shade)
        easel.blob(
            [(x - 0.05, 0.0), (x, 0.05), (x + 0.12, 0.03), (x + 0.13, 0.0), (x + 0.03, -0.01)],
            shade,
        )

    return draw


def _body(easel: Easel, bird: Bird, coat: Colour) -> None:
    x, y, rx, ry = bird.body
    _tail(easel, bird, coat)
    if {"neck", "longneck"} & set(bird.marks):
        hx, hy, r = bird.head
        bend = [
            (x + rx * 0.6, y + ry * 0.2),
            (x + rx * 0.95, y + ry * 0.9),
            (hx - r * 0.4, (y + hy) / 2 + 0.06),
            (hx, hy),
        ]
        thick = r * 1.5 if "neck" in bird.marks else 0.08
        easel.limb(
            bend if "longneck" in bird.marks else [bend[0], bend[3]],
            [thick * 1.5, thick, thick, thick],
            coat,
        )
    easel.oval(x, y, rx, ry, coat, angle=bird.tilt)
    if "tux" in bird.marks:
        easel.oval(
            x + rx * 0.26, y - ry * 0.08, rx * 0.76, ry * 0.82, faces.WHITE, inside=True, bevel=0.3
        )
    if {"bib", "chest"} & set(bird.marks):
        easel.oval(
            x + rx * 0.3,
            y - ry * 0.3,
            rx * 0.7,
            ry * 0.7,
            lighter(coat, 0.6),
            inside=True,
            bevel=0.2,
            angle=bird.tilt,
        )
    if "chest" in bird.marks:
        for row in range(3):
            for column in range(3 - row % 2):
                dx = rx * (-0.05 + 0.32 * column + 0.16 * (row % 2))
                easel.blob(
                    [
                        (x + dx - 0.03, y - 0.02 - row * 0.09),
                        (x + dx, y - 0.06 - row * 0.09),
                        (x + dx + 0.03, y - 0.02 - row * 0.09),
                    ],
                    darker(coat, 0.15),
                    flat=True,
                    inside=True,
                )


def _tail(easel: Easel, bird: Bird, coat: Colour) -> None:
    x, y, rx, ry = bird.body
    root = (x - rx * 0.7, y - ry * 0.1)
    if "plume" in bird.marks:
        for rank, (dx, dy) in enumerate(((-0.2, 0.36), (-0.34, 0.26), (-0.4, 0.1), (-0.36, -0.06))):
            shade = mix((0.12, 0.35, 0.3), coat, rank / 4)
            easel.limb(
                [
                    root,
                    (root[0] + dx * 0.7, root[1] + dy * 1.1),
                    (root[0] + dx * 1.1, root[1] + dy * 0.6),
                ],
                [0.12, 0.1, 0.02],
                shade,
            )
        return
    length = 0.34 if "fan" in bird.marks else 0.16
    for turn in (-0.07, 0.0, 0.07):
        end = (
            root[0] - length,
            root[1] - length * 0.25 + turn if "tuck" not in bird.marks else root[1] + 0.12 + turn,
        )
        easel.limb([root, end], [0.15, 0.07], darker(coat, 0.12 + turn))


def _wing(puppet: Puppet, bird: Bird, name: str, shade: Colour) -> None:
    x, y, rx, ry = bird.body
    root = (x + rx * 0.25, y + ry * 0.45)
    w = bird.wing
    if "tux" in bird.marks:
        root = (x - rx * 0.35, y + ry * 0.55)

    def draw(easel: Easel) -> None:
        rx0, ry0 = root
        outline = [
            (rx0 + 0.05, ry0),
            (rx0 - w * 0.2, ry0 + 0.07),
            (rx0 - w * 0.75, ry0 - w * 0.2),
            (rx0 - w, ry0 - w * 0.5),
            (rx0 - w * 0.55, ry0 - w * 0.52),
            (rx0 - w * 0.1, ry0 - w * 0.4),
        ]
        if "tux" in bird.marks:
            outline = [
                (rx0 + 0.04, ry0 + 0.02),
                (rx0 - 0.1, ry0 - 0.05),
                (rx0 - 0.2, ry0 - w * 0.75),
                (rx0 - 0.1, ry0 - w),
                (rx0 + 0.04, ry0 - w * 0.5),
            ]
        easel.blob(outline, shade)
        for share in (0.35, 0.6, 0.85):
            tip = (rx0 - w * (0.25 + 0.7 * share), ry0 - w * 0.5)
            easel.limb(
                [(rx0 - w * 0.15 * share, ry0 - w * 0.12), tip],
                [0.012, 0.02],
                darker(shade, 0.22),
                inside=True,
                flat=True,
            )

    puppet.part(name, draw, pivot=root)


def _head(puppet: Puppet, bird: Bird) -> None:
    hx, hy, r = bird.head
    coat = puppet.colour
    front = "owl" in bird.marks
    eyes = (
        [(hx - r * 0.36, hy + r * 0.12, r * 0.3), (hx + r * 0.4, hy + r * 0.12, r * 0.3)]
        if front
        else [(hx + r * 0.1, hy + r * 0.18, r * 0.21), (hx + r * 0.68, hy + r * 0.18, r * 0.18)]
    )

    def draw(easel: Easel) -> None:
        if "comb" in bird.marks:
            for dx, dy in ((-0.45, 0.85), (-0.05, 1.08), (0.38, 0.98)):
                easel.oval(hx + r * dx, hy + r * dy, r * 0.34, r * 0.42, (0.85, 0.2, 0.2))
            easel.oval(hx + r * 0.72, hy - r * 0.95, r * 0.22, r * 0.4, (0.85, 0.2, 0.2))
        if front:
            for side in (-1, 1):
                easel.blob(
                    [
                        (hx + side * r * 0.35, hy + r * 0.75),
                        (hx + side * r * 0.95, hy + r * 1.3),
                        (hx + side * r * 0.95, hy + r * 0.5),
                    ],
                    darker(coat, 0.2),
                )
        easel.oval(hx, hy, r * 1.02, r, coat)
        if front or "tux" in bird.marks:
            for x, y, size in eyes:
                easel.oval(
                    x,
                    y,
                    size * 1.5,
                    size * 1.55,
                    lighter(coat, 0.6) if front else faces.WHITE,
                    inside=True,
                    bevel=0.2,
                )
        _beak(easel, bird)
        faces.draw_cheeks(easel, [(hx - r * 0.2, hy - r * 0.35, r * 0.22)])
        faces.draw_eyes(easel, eyes, feeling=puppet.feeling)

    puppet.part("head", draw, pivot=(hx - r * 0.3, hy - r * 0.7))
    faces.add_lids(puppet, eyes, lighter(coat, 0.1))
    _lower_beak(puppet, bird)


def _beak(easel: Easel, bird: Bird) -> None:
    hx, hy, r = bird.head
    long, high = bird.beak
    shade = (0.27, 0.25, 0.28) if "darkbeak" in bird.marks else _BEAK
    x, y = hx + r * 0.86, hy - r * 0.08
    if long == 0:
        easel.blob([(hx - 0.05, hy - 0.02), (hx + 0.06, hy - 0.02), (hx + 0.005, hy - 0.13)], shade)
    elif "hook" in bird.marks:
        easel.blob(
            [
                (x - r * 0.2, y + high * 0.9),
                (x + long * 0.8, y + high * 0.5),
                (x + long, y - high * 0.9),
                (x + long * 0.5, y - high * 0.4),
                (x - r * 0.2, y - high * 0.6),
            ],
            mix(shade, (0.3, 0.25, 0.25), 0.25),
        )
    elif "flat" in bird.marks:
        easel.blob(
            [
                (x - r * 0.2, y + high),
                (x + long * 0.5, y + high * 0.4),
                (x + long, y + high * 0.45),
                (x + long * 1.05, y - high * 0.2),
                (x - r * 0.1, y - high * 0.5),
            ],
            shade,
        )
    else:
        easel.blob(
            [(x - r * 0.22, y + high), (x + long, y - high * 0.1), (x - r * 0.22, y - high * 0.6)],
            shade,
        )


def _lower_beak(puppet: Puppet, bird: Bird) -> None:
    """The part that opens: it turns about the corner of the beak, so it is named "jaw"."""
    hx, hy, r = bird.head
    long, high = bird.beak
    x, y = hx + r * 0.8, hy - r * 0.14
    if long == 0:
        faces.add_mouth(puppet, hx, hy - 0.12, r * 0.14)
        return

    def draw(easel: Easel) -> None:
        easel.blob(
            [(x - r * 0.1, y), (x + long * 0.75, y - high * 0.25), (x + r * 0.02, y - high * 0.75)],
            darker(_BEAK, 0.25),
        )

    puppet.part("jaw", draw, pivot=(x, y), parent="head")
