"""A paper doll with joints: limbs, clothes and a face, by looks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from generation.engines.diorama.painting import faces
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter
from generation.engines.diorama.painting.hair import (
    HAIR_BACK,
    HAIR_FRONT,
    HATS,
    no_hair,
    strew_stars,
)
from generation.engines.diorama.painting.rig import Puppet

SKINS: tuple[Colour, ...] = (
    (0.97, 0.82, 0.70),
    (0.93, 0.73, 0.58),
    (0.82, 0.60, 0.44),
    (0.64, 0.44, 0.31),
    (0.46, 0.31, 0.23),
    (0.98, 0.87, 0.78),
)


HAIRS: tuple[Colour, ...] = (
    (0.18, 0.13, 0.13),
    (0.36, 0.22, 0.15),
    (0.62, 0.38, 0.18),
    (0.88, 0.70, 0.38),
    (0.70, 0.28, 0.16),
    (0.55, 0.53, 0.56),
)


TROUSERS: tuple[Colour, ...] = (
    (0.26, 0.32, 0.48),
    (0.36, 0.34, 0.38),
    (0.55, 0.44, 0.33),
    (0.24, 0.40, 0.42),
    (0.48, 0.28, 0.34),
)


class Doll(NamedTuple):
    """How somebody looks. `build`: head radius, half width of shoulders, hip height."""

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


_COSTUMES: Mapping[str, dict[str, Any]] = {
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


def draw_doll(puppet: Puppet, doll: Doll) -> None:
    """Draw far limbs, trunk, near limbs, head: in the order in which paper is glued."""
    arm(puppet, doll, "far")
    leg(puppet, doll, "far")
    leg(puppet, doll, "near")
    puppet.part("body", lambda easel: _trunk(easel, puppet.subject, doll))
    _head(puppet, doll)
    arm(puppet, doll, "near")


def _top(doll: Doll) -> float:
    """Height of the shoulders."""
    return 1.0 - doll.build[0] * 2.05


def leg(puppet: Puppet, doll: Doll, side: str) -> None:
    """Hang a leg of thigh and shin; `side` is far or near."""
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


def arm(puppet: Puppet, doll: Doll, side: str) -> None:
    """Hang an arm of two parts; `side` is far or near."""
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
    _, half, hip = doll.build
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


def _starry(easel: Easel, doll: Doll, top: float) -> None:
    strew_stars(easel, top)


def _belly(easel: Easel, doll: Doll, top: float) -> None:
    easel.oval(0.03, top - 0.16, doll.build[1] * 0.62, 0.13, doll.skin, inside=True, bevel=0.2)


_DRESSING: Mapping[str, Callable[[Easel, Doll, float], None]] = {
    "chef": _jacket,
    "knight": _armour,
    "astronaut": _suit,
    "wizard": _starry,
    "monkey": _belly,
}


def _head(puppet: Puppet, doll: Doll) -> None:
    r = doll.build[0]
    x, y = 0.015, 1.0 - r
    size = r * 0.155
    eyes = [(x - r * 0.08, y - r * 0.02, size), (x + r * 0.58, y - r * 0.02, size * 0.94)]

    def draw(easel: Easel) -> None:
        HAIR_BACK.get(doll.style, no_hair)(easel, x, y, r, doll.hair)
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
        HAIR_FRONT.get(doll.style, no_hair)(easel, x, y, r, doll.hair)
        faces.draw_eyes(
            easel, eyes, feeling=puppet.feeling, lashes=doll.style in {"long", "bun", "tails"}
        )
        faces.draw_smile(easel, x + r * 0.3, y - r * 0.46, r * 0.22, feeling=puppet.feeling)
        HATS.get(doll.hat, no_hair)(easel, x, y, r, doll.cloth)

    puppet.part("head", draw, pivot=(x - r * 0.1, y - r * 0.9))
    faces.add_lids(puppet, eyes, doll.skin)
    faces.add_mouth(puppet, x + r * 0.3, y - r * 0.44, r * 0.22)
