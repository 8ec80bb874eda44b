"""Four-legged animals: one body plan for all of them; measures and marks are elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from generation.engines.diorama.painting import faces
from generation.engines.diorama.painting.beast_coats import BODY_MARKS, TAILS, neck, wool
from generation.engines.diorama.painting.beast_heads import head
from generation.engines.diorama.painting.beast_measures import BEASTS, Beast
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix
from generation.engines.diorama.painting.rig import Puppet, Rig


def build(puppet: Puppet) -> Rig:
    """Return the puppet of a four-legged animal."""
    beast = BEASTS[puppet.subject]
    coat = puppet.colour
    _legs(puppet, beast, far=True)
    _tail(puppet, beast)
    if "wings" in beast.marks:
        _wing(puppet, beast, "wing_far", faces.far_side(mix(coat, (0.9, 0.6, 0.3), 0.35)))
    puppet.part("body", lambda easel: _body(easel, beast, coat))
    _legs(puppet, beast, far=False)
    if "wings" in beast.marks:
        _wing(puppet, beast, "wing_near", mix(coat, (0.95, 0.65, 0.3), 0.45))
    head(puppet, beast)
    return puppet.rig()


def _legs(puppet: Puppet, beast: Beast, *, far: bool) -> None:
    side = "far" if far else "near"
    shade = _leg_colour(puppet, beast)
    shade = faces.far_side(shade) if far else shade
    spread, up = beast.body[0] * 0.62, beast.leg + beast.body[1] * 0.3
    nudge = 0.1 if far else -0.02
    for name, x in ((f"{side}_back", -spread + nudge), (f"{side}_front", spread + nudge)):
        puppet.part(f"leg_{name}", _leg(beast, shade, x, up), pivot=(x, up))


def _leg_colour(puppet: Puppet, beast: Beast) -> Colour:
    if "panda" in beast.marks:
        return 0.2, 0.19, 0.22
    if "wool" in beast.marks:
        return 0.27, 0.24, 0.26
    if "quills" in beast.marks:
        return 0.86, 0.72, 0.56
    return puppet.colour


def _leg(beast: Beast, shade: Colour, x: float, up: float) -> Callable[[Easel], None]:
    wide = beast.limb

    def draw(easel: Easel) -> None:
        knee = (x + wide * 0.16, up * 0.48)
        easel.limb([(x, up), knee, (x, wide * 0.32)], [wide * 1.5, wide * 0.92, wide * 0.9], shade)
        if "hooves" in beast.marks:
            easel.box(
                x + wide * 0.08,
                wide * 0.24,
                wide * 1.05,
                wide * 0.5,
                (0.25, 0.2, 0.2),
                corner=wide * 0.15,
            )
            return
        paw = (0.24, 0.2, 0.22) if "socks" in beast.marks else lighter(shade, 0.12)
        easel.oval(x + wide * 0.22, wide * 0.36, wide * 0.72, wide * 0.38, paw)

    return draw


def _body(easel: Easel, beast: Beast, coat: Colour) -> None:
    rx, ry = beast.body
    y = beast.leg + ry * 0.86
    if "neck" in beast.marks:
        neck(easel, beast, coat, y)
    if "wool" in beast.marks:
        wool(easel, rx, ry, y, coat)
        return
    chest = [
        (-rx, y),
        (-rx * 0.82, y + ry * 0.62),
        (-rx * 0.28, y + ry * 0.84),
        (rx * 0.32, y + ry * 0.92),
        (rx * 0.82, y + ry * 0.8),
        (rx * 1.05, y + ry * 0.12),
        (rx * 0.8, y - ry * 0.66),
        (rx * 0.22, y - ry * 0.92),
        (-rx * 0.34, y - ry * 0.88),
        (-rx * 0.82, y - ry * 0.62),
    ]
    easel.blob(chest, coat)
    for mark in beast.marks:
        if draw := BODY_MARKS.get(mark):
            draw(easel, beast, coat, y)


def _tail(puppet: Puppet, beast: Beast) -> None:
    if beast.tail == "none":
        return
    rx, ry = beast.body
    root = (-rx * 0.9, beast.leg + ry * 1.2)
    draw = TAILS[beast.tail]
    puppet.part("tail", lambda easel: draw(easel, root, puppet.colour), pivot=root)


def _wing(puppet: Puppet, beast: Beast, name: str, shade: Colour) -> None:
    x, y = -0.05, beast.leg + beast.body[1] * 1.5

    def draw(easel: Easel) -> None:
        web = [
            (x, y),
            (x - 0.1, y + 0.42),
            (x - 0.5, y + 0.62),
            (x - 0.46, y + 0.38),
            (x - 0.58, y + 0.26),
            (x - 0.38, y + 0.18),
            (x - 0.36, y + 0.02),
            (x - 0.18, y + 0.04),
        ]
        easel.poly(web, shade, bevel=0.35)
        for tip in (web[2], web[4], web[6]):
            easel.limb(
                [(x - 0.1, y + 0.4), tip],
                [0.035, 0.012],
                darker(shade, 0.3),
                flat=True,
                inside=True,
            )
        easel.limb(
            [(x, y), (x - 0.1, y + 0.42), (x - 0.5, y + 0.62)],
            [0.07, 0.05, 0.02],
            darker(shade, 0.2),
        )

    puppet.part(name, draw, pivot=(x, y))
