"""Faces: eyes that blink, brows that feel, mouths that open. Shared by everything alive."""

from __future__ import annotations

from collections.abc import Sequence

from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter
from generation.engines.diorama.painting.rig import Puppet

INK: Colour = (0.12, 0.09, 0.13)
WHITE: Colour = (0.98, 0.97, 0.94)
BLUSH: Colour = (0.93, 0.45, 0.45)
Eyes = Sequence[tuple[float, float, float]]


def draw_eyes(
    easel: Easel, eyes: Eyes, *, feeling: str, ink: Colour = INK, lashes: bool = False
) -> None:
    """Draw eyes (x, y, radius) with the brows of a feeling."""
    for rank, (x, y, r) in enumerate(eyes):
        wide = 1.18 if feeling == "scared" else 1.0
        easel.oval(x, y, r * 0.98 * wide, r * 1.16 * wide, WHITE, flat=True)
        easel.oval(x + r * 0.12, y - r * 0.04, r * 0.78, r * 0.95, ink, flat=True)
        easel.oval(x - r * 0.12, y + r * 0.36, r * 0.3, r * 0.3, WHITE, flat=True)
        easel.oval(x + r * 0.36, y - r * 0.42, r * 0.15, r * 0.15, WHITE, flat=True, alpha=0.7)
        if lashes:
            easel.limb(
                [(x - r, y + r * 0.6), (x, y + r * 1.25), (x + r * 1.2, y + r * 0.8)],
                [r * 0.2, r * 0.34, r * 0.2],
                ink,
                flat=True,
            )
        _brow(easel, x, y, r, feeling=feeling, inner=1.0 if rank == 0 else -1.0)


def _brow(easel: Easel, x: float, y: float, r: float, *, feeling: str, inner: float) -> None:
    """`inner` 1 when the other eye is to the right. Angry brows fall inwards, sad ones rise."""
    tilt = {"angry": -0.5, "sad": 0.5, "scared": 0.35, "sleepy": 0.0}.get(feeling)
    if tilt is None:
        return
    low, high = y + r * (1.35 - tilt * 0.5), y + r * (1.35 + tilt * 0.5)
    ends = [(x - inner * r, low), (x + inner * r, high)]
    easel.limb(ends, [r * 0.3, r * 0.3], INK, flat=True)


def add_lids(puppet: Puppet, eyes: Eyes, skin: Colour, *, parent: str = "head") -> None:
    """Hang eyelids over the eyes: a part that is shown while blinking or asleep."""

    def lids(easel: Easel) -> None:
        for x, y, r in eyes:
            easel.oval(x, y, r * 1.16, r * 1.32, skin, bevel=0.15, shadow=0.0)
            line = [(x - r * 0.85, y - r * 0.1), (x, y - r * 0.5), (x + r * 0.85, y - r * 0.1)]
            easel.limb(line, [r * 0.2, r * 0.26, r * 0.2], INK, flat=True)

    puppet.part("lids", lids, parent=parent)


def draw_smile(easel: Easel, x: float, y: float, wide: float, *, feeling: str) -> None:
    """Draw the line of a closed mouth."""
    bend = {"sad": 0.45, "angry": 0.3, "scared": 0.1, "sleepy": -0.12}.get(feeling, -0.42)
    line = [(x - wide, y), (x, y + bend * wide), (x + wide, y)]
    easel.limb(line, [wide * 0.14, wide * 0.24, wide * 0.14], INK, flat=True)


def add_mouth(puppet: Puppet, x: float, y: float, wide: float, *, parent: str = "head") -> None:
    """Hang an open mouth: a part that is scaled by how far it opens, from its upper lip."""

    def mouth(easel: Easel) -> None:
        easel.oval(x, y - wide * 0.55, wide * 0.92, wide * 0.72, (0.34, 0.08, 0.12), flat=True)
        easel.oval(
            x, y - wide * 0.92, wide * 0.58, wide * 0.34, (0.88, 0.42, 0.44), inside=True, flat=True
        )

    puppet.part("mouth", mouth, pivot=(x, y), parent=parent)


def draw_cheeks(easel: Easel, spots: Eyes, *, strength: float = 0.35) -> None:
    """Warm the cheeks: soft flat spots (x, y, radius)."""
    for x, y, r in spots:
        for share in (1.0, 0.7, 0.42):
            easel.oval(
                x,
                y,
                r * share * 1.15,
                r * share * 0.8,
                BLUSH,
                flat=True,
                inside=True,
                alpha=strength * 0.42,
            )


def belly_of(colour: Colour) -> Colour:
    """Return the paler colour of an underside."""
    return lighter(colour, 0.5)


def far_side(colour: Colour) -> Colour:
    """Return the colour of limbs on the far side."""
    return darker(colour, 0.3)
