"""People and those who walk like people: a paper doll with joints, dressed for its part."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from generation.engines.diorama.painting import faces
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix
from generation.engines.diorama.painting.rig import Puppet, Rig

SKINS: tuple[Colour, ...] = (
    (0.97, 0.82, 0.70), (0.93, 0.73, 0.58), (0.82, 0.60, 0.44), (0.64, 0.44, 0.31), (0.46, 0.31, 0.23), (0.98, 0.87, 0.78),
)  # fmt: skip
HAIRS: tuple[Colour, ...] = (
    (0.18, 0.13, 0.13), (0.36, 0.22, 0.15), (0.62, 0.38, 0.18), (0.88, 0.70, 0.38), (0.70, 0.28, 0.16), (0.55, 0.53, 0.56),
)  # fmt: skip
TROUSERS: tuple[Colour, ...] = (
    (0.26, 0.32, 0.48), (0.36, 0.34, 0.38), (0.55, 0.44, 0.33), (0.24, 0.40, 0.42), (0.48, 0.28, 0.34),
)  # fmt: skip


class Doll(NamedTuple):
    """How somebody looks. `build` is head radius, shoulder half width and hip height, in heights."""

    skin: Colour
    hair: Colour
    cloth: Colour
    legs: Colour
    shoe: Colour
    style: str
    build: tuple[float, float, float]
    is_dress: bool = False
    hat: str = ""


def doll_of(subject: str, seed: int, cloth: Colour) -> Doll:
    """Choose skin, hair and clothes by `seed`; the subject decides the rest."""
    pick = [(seed >> shift) & 0xFF for shift in (0, 5, 10, 15, 20)]
    styles = {
        "woman": ("long", "bun", "bob"),
        "girl": ("tails", "bob", "long"),
        "man": ("short", "side", "curly"),
        "boy": ("short", "curly", "spiky"),
    }
    choice = styles.get(subject, ("short", "bob", "curly", "long"))
    child = subject in {"girl", "boy"}
    doll = Doll(
        skin=SKINS[pick[0] % len(SKINS)],
        hair=HAIRS[pick[1] % len(HAIRS)],
        cloth=cloth,
        legs=TROUSERS[pick[2] % len(TROUSERS)],
        shoe=darker(TROUSERS[pick[3] % len(TROUSERS)], 0.4),
        style=choice[pick[4] % len(choice)],
        build=(0.195, 0.125, 0.34) if child else (0.155, 0.125, 0.41),
        is_dress=subject in {"woman", "girl"} and pick[3] % 3 > 0,
    )
    return doll._replace(**_COSTUMES.get(subject, {}))


_COSTUMES: Mapping[str, dict[str, object]] = {
    "chef": {"hat": "toque", "cloth": (0.96, 0.95, 0.92), "style": "short", "is_dress": False},
    "wizard": {"hat": "cone", "is_dress": True, "hair": (0.9, 0.88, 0.86), "style": "beard"},
    "knight": {
        "hat": "helmet",
        "style": "none",
        "legs": (0.55, 0.57, 0.62),
        "shoe": (0.42, 0.44, 0.5),
        "is_dress": False,
    },
    "astronaut": {
        "hat": "bubble",
        "style": "short",
        "legs": (0.9, 0.9, 0.92),
        "shoe": (0.45, 0.48, 0.55),
        "is_dress": False,
        "build": (0.18, 0.15, 0.36),
    },
    "monkey": {"style": "none"},
}


def build(puppet: Puppet) -> Rig:
    """Return the puppet of a person, an ape, a robot, a ghost or a snowman."""
    special = {"robot": _robot, "ghost": _ghost, "snowman": _snowman}.get(puppet.subject)
    if special:
        special(puppet)
        return puppet.rig()
    doll = doll_of(puppet.subject, puppet.seed, puppet.colour)
    if puppet.subject == "monkey":
        doll = doll._replace(
            skin=(0.93, 0.78, 0.62),
            cloth=puppet.colour,
            legs=puppet.colour,
            shoe=(0.86, 0.68, 0.52),
            build=(0.21, 0.14, 0.30),
        )
        _monkey_tail(puppet)
    draw_doll(puppet, doll)
    return puppet.rig()


def draw_doll(puppet: Puppet, doll: Doll) -> None:
    """Draw far limbs, trunk, near limbs, head: in the order in which paper is glued."""
    _arm(puppet, doll, "far")
    _leg(puppet, doll, "far")
    _leg(puppet, doll, "near")
    puppet.part("body", lambda easel: _trunk(easel, puppet.subject, doll))
    _head(puppet, doll)
    _arm(puppet, doll, "near")


def _top(doll: Doll) -> float:
    """Height of the shoulders."""
    return 1.0 - doll.build[0] * 2.05


def _leg(puppet: Puppet, doll: Doll, side: str) -> None:
    hip = doll.build[2]
    x = 0.055 if side == "far" else -0.045
    shade = faces.far_side(doll.legs) if side == "far" else doll.legs
    if doll.is_dress:
        shade = faces.far_side(doll.skin) if side == "far" else doll.skin
    knee = hip * 0.52

    def thigh(easel: Easel) -> None:
        easel.limb([(x, hip + 0.02), (x, knee)], [0.125, 0.105], shade)

    def shin(easel: Easel) -> None:
        easel.limb([(x, knee + 0.01), (x, 0.06)], [0.105, 0.085], shade)
        easel.blob(
            [
                (x - 0.055, 0.0),
                (x - 0.055, 0.085),
                (x + 0.03, 0.09),
                (x + 0.115, 0.045),
                (x + 0.115, 0.0),
            ],
            doll.shoe if side == "near" else darker(doll.shoe, 0.25),
        )

    puppet.part(f"leg_{side}_front" if side == "far" else "leg_near_back", thigh, pivot=(x, hip))
    parent = "leg_far_front" if side == "far" else "leg_near_back"
    puppet.part(f"shin_{side}", shin, pivot=(x, knee), parent=parent)


def _arm(puppet: Puppet, doll: Doll, side: str) -> None:
    top = _top(doll) - 0.05
    x = doll.build[1] * (0.75 if side == "far" else -0.8)
    sleeve = faces.far_side(doll.cloth) if side == "far" else darker(doll.cloth, 0.06)
    hand = faces.far_side(doll.skin) if side == "far" else doll.skin
    reach = (top - 0.1) * 0.36

    def upper(easel: Easel) -> None:
        easel.limb([(x, top), (x - 0.01, top - reach)], [0.105, 0.088], sleeve)

    def lower(easel: Easel) -> None:
        easel.limb(
            [(x - 0.01, top - reach + 0.01), (x + 0.015, top - 2 * reach)], [0.085, 0.07], sleeve
        )
        easel.oval(x + 0.02, top - 2 * reach - 0.025, 0.05, 0.052, hand)

    puppet.part(f"arm_{side}", upper, pivot=(x, top))
    puppet.part(f"fore_{side}", lower, pivot=(x - 0.01, top - reach), parent=f"arm_{side}")


def _trunk(easel: Easel, subject: str, doll: Doll) -> None:
    head, half, hip = doll.build
    top = _top(doll)
    if doll.is_dress:
        low = 0.05 if subject == "wizard" else hip * 0.55
        flare = half * 2.1 if subject == "wizard" else half * 1.75
        outline = [
            (-half * 0.8, top),
            (half * 0.8, top),
            (half * 0.82, hip + 0.1),
            (flare, low),
            (0, low - 0.02),
            (-flare, low),
            (-half * 0.82, hip + 0.1),
        ]
        easel.poly(_rounded(outline), doll.cloth)
        easel.limb(
            [(-half * 0.9, hip + 0.09), (half * 0.9, hip + 0.09)],
            [0.035, 0.035],
            darker(doll.cloth, 0.3),
            inside=True,
        )
    else:
        easel.blob(
            [
                (-half, top - 0.02),
                (-half * 0.4, top + 0.035),
                (half * 0.4, top + 0.035),
                (half, top - 0.02),
                (half * 0.95, hip + 0.02),
                (half * 0.5, hip - 0.045),
                (-half * 0.5, hip - 0.045),
                (-half * 0.95, hip + 0.02),
            ],
            doll.cloth,
        )
    _DRESSING.get(subject, _shirt)(easel, doll, top)


def _rounded(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Cut every corner once, so that cloth has no sharp points."""
    result = []
    for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
        result += [
            (ax * 0.82 + bx * 0.18, ay * 0.82 + by * 0.18),
            (ax * 0.18 + bx * 0.82, ay * 0.18 + by * 0.82),
        ]
    return result


def _shirt(easel: Easel, doll: Doll, top: float) -> None:
    easel.blob([(-0.05, top + 0.03), (0.06, top + 0.03), (0.02, top - 0.045)], doll.skin, bevel=0.2)


def _jacket(easel: Easel, doll: Doll, top: float) -> None:
    for side in (-0.035, 0.055):
        for row in range(3):
            easel.oval(side, top - 0.08 - row * 0.07, 0.012, 0.012, (0.3, 0.3, 0.34), flat=True)
    easel.limb(
        [(-0.07, top + 0.02), (0.01, top - 0.03), (0.09, top + 0.02)],
        [0.035, 0.04, 0.035],
        (0.85, 0.28, 0.26),
    )


def _armour(easel: Easel, doll: Doll, top: float) -> None:
    easel.oval(
        0.01,
        top - 0.12,
        doll.build[1] * 0.85,
        0.13,
        lighter(doll.cloth, 0.2),
        inside=True,
        bevel=0.9,
    )
    easel.limb(
        [(0.01, top - 0.03), (0.01, top - 0.22)],
        [0.02, 0.02],
        darker(doll.cloth, 0.3),
        inside=True,
        flat=True,
    )


def _suit(easel: Easel, doll: Doll, top: float) -> None:
    easel.box(0.02, top - 0.13, 0.14, 0.1, (0.62, 0.66, 0.72), corner=0.02)
    for k, shade in enumerate(((0.85, 0.3, 0.28), (0.3, 0.6, 0.8), (0.95, 0.75, 0.3))):
        easel.oval(-0.02 + k * 0.04, top - 0.12, 0.013, 0.013, shade, flat=True)


def _stars(easel: Easel, doll: Doll, top: float) -> None:
    for x, y, r in (
        (-0.08, top - 0.2, 0.028),
        (0.07, top - 0.12, 0.022),
        (0.05, top - 0.36, 0.03),
        (-0.12, top - 0.45, 0.025),
        (0.15, top - 0.5, 0.03),
    ):
        spikes = [
            (
                x + math.sin(k * math.pi / 5) * r * (1 if k % 2 == 0 else 0.45),
                y + math.cos(k * math.pi / 5) * r * (1 if k % 2 == 0 else 0.45),
            )
            for k in range(10)
        ]
        easel.poly(spikes, (0.97, 0.86, 0.5), inside=True, flat=True)


def _belly(easel: Easel, doll: Doll, top: float) -> None:
    easel.oval(0.03, top - 0.16, doll.build[1] * 0.62, 0.13, doll.skin, inside=True, bevel=0.2)


_DRESSING: Mapping[str, Callable[[Easel, Doll, float], None]] = {
    "chef": _jacket, "knight": _armour, "astronaut": _suit, "wizard": _stars, "monkey": _belly,
}  # fmt: skip


def _head(puppet: Puppet, doll: Doll) -> None:
    r = doll.build[0]
    x, y = 0.015, 1.0 - r
    size = r * 0.155
    eyes = [(x - r * 0.08, y - r * 0.02, size), (x + r * 0.58, y - r * 0.02, size * 0.94)]

    def draw(easel: Easel) -> None:
        _HAIR_BACK.get(doll.style, _no_hair)(easel, x, y, r, doll.hair)
        if puppet.subject == "monkey":
            easel.oval(x - r * 0.95, y, r * 0.36, r * 0.38, doll.skin)
            easel.oval(x, y + r * 0.04, r * 1.04, r * 1.0, doll.cloth)
            easel.oval(x + r * 0.22, y - r * 0.12, r * 0.78, r * 0.8, doll.skin, bevel=0.3)
        else:
            easel.oval(x, y - r * 1.02, r * 0.34, r * 0.3, darker(doll.skin, 0.14))
            easel.oval(x, y, r * 0.96, r, doll.skin)
            easel.oval(x - r * 0.72, y - r * 0.1, r * 0.2, r * 0.25, doll.skin)
        easel.oval(
            x + r * 0.42, y - r * 0.22, r * 0.1, r * 0.085, darker(doll.skin, 0.1), shadow=0.0
        )
        faces.draw_cheeks(
            easel, [(x - r * 0.22, y - r * 0.34, r * 0.22), (x + r * 0.74, y - r * 0.34, r * 0.16)]
        )
        _HAIR_FRONT.get(doll.style, _no_hair)(easel, x, y, r, doll.hair)
        faces.draw_eyes(
            easel, eyes, feeling=puppet.feeling, lashes=doll.style in {"long", "bun", "tails"}
        )
        faces.draw_smile(easel, x + r * 0.3, y - r * 0.46, r * 0.22, feeling=puppet.feeling)
        _HATS.get(doll.hat, _no_hair)(easel, x, y, r, doll.cloth)

    puppet.part("head", draw, pivot=(x - r * 0.1, y - r * 0.9))
    faces.add_lids(puppet, eyes, doll.skin)
    faces.add_mouth(puppet, x + r * 0.3, y - r * 0.44, r * 0.22)


Top = Callable[[Easel, float, float, float, Colour], None]


def _no_hair(easel: Easel, x: float, y: float, r: float, shade: Colour) -> None:
    return


def _behind(points: list[tuple[float, float]]) -> Top:
    def draw(easel: Easel, x: float, y: float, r: float, shade: Colour) -> None:
        easel.blob([(x + px * r, y + py * r) for px, py in points], darker(shade, 0.12))

    return draw


def _tails(easel: Easel, x: float, y: float, r: float, shade: Colour) -> None:
    easel.limb(
        [(x - r * 0.8, y + r * 0.4), (x - r * 1.45, y + r * 0.1), (x - r * 1.5, y - r * 0.8)],
        [r * 0.5, r * 0.55, r * 0.1],
        shade,
    )
    easel.oval(x - r * 0.92, y + r * 0.42, r * 0.2, r * 0.2, (0.9, 0.45, 0.5))


def _bun(easel: Easel, x: float, y: float, r: float, shade: Colour) -> None:
    easel.oval(x - r * 0.55, y + r * 1.02, r * 0.45, r * 0.42, shade)


def _cap_of_hair(easel: Easel, x: float, y: float, r: float, shade: Colour) -> None:
    points = [
        (-0.98, -0.15),
        (-1.04, 0.5),
        (-0.6, 1.06),
        (0.1, 1.16),
        (0.75, 0.9),
        (0.98, 0.4),
        (0.62, 0.62),
        (0.1, 0.55),
        (-0.35, 0.62),
        (-0.66, 0.2),
        (-0.78, -0.1),
    ]
    easel.blob([(x + px * r, y + py * r) for px, py in points], shade)


def _side_part(easel: Easel, x: float, y: float, r: float, shade: Colour) -> None:
    _cap_of_hair(easel, x, y, r, shade)
    easel.blob(
        [
            (x - r * 0.3, y + r * 1.0),
            (x + r * 0.6, y + r * 1.22),
            (x + r * 1.1, y + r * 0.75),
            (x + r * 0.9, y + r * 0.48),
            (x + r * 0.3, y + r * 0.66),
        ],
        lighter(shade, 0.06),
    )


def _curls(easel: Easel, x: float, y: float, r: float, shade: Colour) -> None:
    for k in range(9):
        turn = 0.15 + k / 8 * 3.3
        easel.oval(
            x + math.cos(turn) * r * 0.86,
            y + r * 0.2 + math.sin(turn) * r * 0.86,
            r * 0.34,
            r * 0.33,
            lighter(shade, 0.05 * (k % 2)),
            shadow=0.2,
        )
    easel.oval(x + r * 0.05, y + r * 0.84, r * 0.5, r * 0.3, shade)


def _spikes(easel: Easel, x: float, y: float, r: float, shade: Colour) -> None:
    _cap_of_hair(easel, x, y, r, shade)
    for k in range(5):
        px = -0.75 + k * 0.36
        easel.poly(
            [
                (x + (px - 0.22) * r, y + r * 0.75),
                (x + (px + 0.1) * r, y + r * (1.45 - 0.1 * abs(k - 2))),
                (x + (px + 0.3) * r, y + r * 0.75),
            ],
            shade,
            shadow=0.1,
        )


def _beard(easel: Easel, x: float, y: float, r: float, shade: Colour) -> None:
    easel.blob(
        [
            (x - r * 0.62, y - r * 0.2),
            (x - r * 0.3, y - r * 0.42),
            (x + r * 0.3, y - r * 0.34),
            (x + r * 0.9, y - r * 0.3),
            (x + r * 0.8, y - r * 1.2),
            (x + r * 0.25, y - r * 2.1),
            (x - r * 0.4, y - r * 1.2),
        ],
        shade,
    )


_HAIR_BACK: Mapping[str, Top] = {
    "long": _behind([(-1.0, 0.6), (-1.2, -0.5), (-1.1, -1.7), (-0.3, -1.8), (0.6, -1.5), (0.7, 0.2), (0, 1.0)]),
    "bob": _behind([(-1.0, 0.6), (-1.22, -0.3), (-1.0, -0.95), (-0.2, -1.0), (0.5, -0.6), (0.5, 0.4), (0, 1.0)]),
    "tails": _tails, "bun": _bun,
}  # fmt: skip
_HAIR_FRONT: Mapping[str, Top] = {
    "long": _cap_of_hair, "bob": _cap_of_hair, "tails": _cap_of_hair, "bun": _cap_of_hair, "short": _cap_of_hair,
    "side": _side_part, "curly": _curls, "spiky": _spikes, "beard": _beard,
}  # fmt: skip


def _toque(easel: Easel, x: float, y: float, r: float, shade: Colour) -> None:
    for dx, dy in ((-0.55, 1.5), (0.0, 1.68), (0.55, 1.5)):
        easel.oval(x + r * dx, y + r * dy, r * 0.5, r * 0.45, (0.98, 0.97, 0.95))
    easel.box(x, y + r * 1.02, r * 1.7, r * 0.55, (0.93, 0.92, 0.9), corner=0.02)


def _cone(easel: Easel, x: float, y: float, r: float, shade: Colour) -> None:
    easel.blob(
        [
            (x - r * 0.85, y + r * 0.6),
            (x - r * 0.5, y + r * 1.4),
            (x - r * 0.45, y + r * 2.2),
            (x - r * 0.1, y + r * 1.9),
            (x + r * 0.5, y + r * 1.2),
            (x + r * 0.9, y + r * 0.6),
        ],
        shade,
    )
    easel.oval(x, y + r * 0.62, r * 1.5, r * 0.24, darker(shade, 0.15))
    _stars(easel, Doll(shade, shade, shade, shade, shade, "", (r, r, r)), y + r * 1.5 + 0.2)


def _helmet(easel: Easel, x: float, y: float, r: float, shade: Colour) -> None:
    easel.limb(
        [(x - r * 0.3, y + r * 1.0), (x - r * 0.8, y + r * 1.6), (x - r * 1.4, y + r * 1.2)],
        [r * 0.2, r * 0.5, r * 0.1],
        (0.82, 0.24, 0.26),
    )
    easel.blob(
        [
            (x - r * 1.1, y - r * 0.7),
            (x - r * 1.12, y + r * 0.6),
            (x, y + r * 1.22),
            (x + r * 1.1, y + r * 0.6),
            (x + r * 1.1, y + r * 0.22),
            (x - r * 0.4, y + r * 0.3),
            (x - r * 0.5, y - r * 0.7),
        ],
        shade,
        bevel=0.9,
    )


def _bubble(easel: Easel, x: float, y: float, r: float, shade: Colour) -> None:
    easel.oval(
        x + r * 0.1, y, r * 1.4, r * 1.4, (0.75, 0.88, 0.98), alpha=0.24, shadow=0.0, bevel=0.9
    )
    easel.limb(
        [(x - r * 0.7, y + r * 0.8), (x - r * 0.2, y + r * 1.12), (x + r * 0.4, y + r * 1.1)],
        [r * 0.06, r * 0.16, r * 0.05],
        (1, 1, 1),
        flat=True,
        alpha=0.75,
    )


_HATS: Mapping[str, Top] = {"toque": _toque, "cone": _cone, "helmet": _helmet, "bubble": _bubble}


def _monkey_tail(puppet: Puppet) -> None:
    def draw(easel: Easel) -> None:
        easel.limb(
            [(-0.08, 0.34), (-0.3, 0.28), (-0.42, 0.46), (-0.34, 0.62), (-0.25, 0.56)],
            [0.06, 0.055, 0.05, 0.045, 0.03],
            puppet.colour,
        )

    puppet.part("tail", draw, pivot=(-0.08, 0.34))


def _robot(puppet: Puppet) -> None:
    coat = puppet.colour
    steel: Colour = (0.62, 0.66, 0.72)
    doll = Doll(steel, steel, steel, steel, coat, "none", (0.2, 0.17, 0.3))
    _arm(puppet, doll, "far")
    _leg(puppet, doll, "far")
    _leg(puppet, doll, "near")

    def body(easel: Easel) -> None:
        easel.box(0, 0.43, 0.4, 0.34, coat, corner=0.06)
        easel.box(0.04, 0.45, 0.22, 0.17, lighter(coat, 0.5), corner=0.03, bevel=0.3)
        for k, shade in enumerate(((0.9, 0.35, 0.3), (0.97, 0.8, 0.35), (0.4, 0.8, 0.5))):
            easel.oval(-0.02 + k * 0.06, 0.48, 0.022, 0.022, shade)
        easel.limb([(-0.04, 0.41), (0.12, 0.41)], [0.02, 0.02], darker(coat, 0.4), flat=True)

    puppet.part("body", body)
    eyes = [(-0.04, 0.82, 0.045), (0.12, 0.82, 0.042)]

    def head(easel: Easel) -> None:
        easel.limb([(0.0, 0.94), (0.0, 1.06)], [0.025, 0.02], steel)
        easel.oval(0.0, 1.08, 0.035, 0.035, (0.95, 0.4, 0.35))
        easel.box(0.02, 0.63, 0.12, 0.08, darker(steel, 0.3))
        easel.box(0.02, 0.8, 0.44, 0.3, coat, corner=0.08)
        easel.box(0.05, 0.81, 0.33, 0.2, (0.16, 0.2, 0.26), corner=0.06, bevel=0.2)
        for x, y, r in eyes:
            easel.oval(x, y, r, r * 1.15, (0.55, 0.95, 0.95), flat=True)
            easel.oval(x - r * 0.2, y + r * 0.3, r * 0.3, r * 0.3, (1, 1, 1), flat=True)
        faces.draw_smile(easel, 0.05, 0.745, 0.04, feeling=puppet.feeling)

    puppet.part("head", head, pivot=(0.02, 0.64))
    faces.add_lids(puppet, eyes, (0.16, 0.2, 0.26))
    faces.add_mouth(puppet, 0.05, 0.765, 0.05)
    _arm(puppet, doll, "near")


def _ghost(puppet: Puppet) -> None:
    coat = mix(puppet.colour, (0.85, 0.9, 1.0), 0.3)
    puppet.part(
        "arm_far",
        lambda e: e.limb([(0.25, 0.55), (0.42, 0.5)], [0.14, 0.1], faces.far_side(coat)),
        pivot=(0.25, 0.55),
    )

    def body(easel: Easel) -> None:
        easel.blob(
            [
                (-0.34, 0.1),
                (-0.36, 0.55),
                (-0.2, 0.92),
                (0.06, 1.0),
                (0.3, 0.86),
                (0.37, 0.5),
                (0.36, 0.1),
                (0.26, 0.0),
                (0.15, 0.09),
                (0.02, 0.0),
                (-0.1, 0.09),
                (-0.24, 0.0),
            ],
            coat,
            alpha=0.94,
        )

    puppet.part("body", body)
    puppet.glow = (0.0, 0.55, 0.95, (0.4, 0.5, 0.75))
    eyes = [(-0.02, 0.68, 0.065), (0.2, 0.68, 0.06)]

    def head(easel: Easel) -> None:
        faces.draw_cheeks(easel, [])
        faces.draw_eyes(easel, eyes, feeling=puppet.feeling)
        faces.draw_smile(easel, 0.1, 0.53, 0.05, feeling=puppet.feeling)

    puppet.part("head", head, pivot=(0.06, 0.5))
    faces.add_lids(puppet, eyes, lighter(coat, 0.2))
    faces.add_mouth(puppet, 0.1, 0.55, 0.06)
    puppet.part(
        "arm_near",
        lambda e: e.limb([(-0.26, 0.52), (-0.44, 0.44)], [0.15, 0.1], coat),
        pivot=(-0.26, 0.52),
    )


def _snowman(puppet: Puppet) -> None:
    coat = puppet.colour
    twig: Colour = (0.4, 0.28, 0.2)
    puppet.part(
        "arm_far",
        lambda e: e.limb(
            [(0.2, 0.52), (0.42, 0.64), (0.5, 0.74)], [0.035, 0.03, 0.02], darker(twig, 0.2)
        ),
        pivot=(0.2, 0.52),
    )

    def body(easel: Easel) -> None:
        easel.oval(0, 0.22, 0.33, 0.26, coat)
        easel.oval(0, 0.52, 0.25, 0.21, coat)
        for y in (0.6, 0.5, 0.4):
            easel.oval(0.08, y, 0.025, 0.025, faces.INK)

    puppet.part("body", body)
    eyes = [(0.0, 0.82, 0.028), (0.14, 0.82, 0.027)]

    def head(easel: Easel) -> None:
        easel.oval(0.02, 0.79, 0.19, 0.18, coat)
        easel.limb(
            [(-0.17, 0.655), (0.03, 0.62), (0.2, 0.66)], [0.08, 0.09, 0.08], (0.82, 0.27, 0.27)
        )
        easel.limb([(-0.12, 0.63), (-0.16, 0.48)], [0.08, 0.085], (0.74, 0.22, 0.24))
        easel.limb([(0.1, 0.785), (0.3, 0.755)], [0.06, 0.012], (0.95, 0.55, 0.2))
        faces.draw_eyes(easel, eyes, feeling=puppet.feeling)
        faces.draw_smile(easel, 0.09, 0.725, 0.045, feeling=puppet.feeling)
        easel.box(0.0, 0.945, 0.4, 0.04, (0.22, 0.2, 0.24), corner=0.02)
        easel.box(0.0, 1.04, 0.25, 0.18, (0.22, 0.2, 0.24), corner=0.03)
        easel.box(0.0, 0.985, 0.25, 0.045, (0.82, 0.27, 0.27))

    puppet.part("head", head, pivot=(0.0, 0.66))
    faces.add_lids(puppet, eyes, coat)
    faces.add_mouth(puppet, 0.09, 0.735, 0.045)
    puppet.part(
        "arm_near",
        lambda e: e.limb([(-0.18, 0.5), (-0.4, 0.58), (-0.5, 0.7)], [0.035, 0.03, 0.02], twig),
        pivot=(-0.18, 0.5),
    )
