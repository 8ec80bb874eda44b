"""Heads of beasts: eyes, muzzles, manes, horns, ears."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from generation.engines.diorama.painting import faces
from generation.engines.diorama.painting.beast_measures import Beast
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix
from generation.engines.diorama.painting.rig import Puppet

Spot = tuple[float, float]
# The dark of a panda's ears and around its eyes.
PATCH: Colour = (0.2, 0.19, 0.22)


def head(puppet: Puppet, beast: Beast) -> None:
    """Hang the head on its neck, with lids and a mouth that opens."""
    hx, hy, r = beast.head
    coat = _face_colour(puppet, beast)
    eyes = _eyes(beast)

    def draw(easel: Easel) -> None:
        _crown(easel, beast, puppet.colour)
        easel.oval(hx, hy, r * 1.03, r, coat)
        _muzzle(easel, beast, coat)
        if "panda" in beast.marks:
            for x, y, size in eyes:
                ring = (size * 1.7, size * 2.0)
                easel.oval(x, y - size * 0.2, *ring, PATCH, inside=True, angle=0.3, flat=True)
        faces.draw_cheeks(easel, [(hx - r * 0.35, hy - r * 0.35, r * 0.22)])
        faces.draw_eyes(easel, eyes, feeling=puppet.feeling)

    pivot = (hx - r * 0.45, hy - r * 0.5)
    puppet.part("head", draw, pivot=pivot)
    lid = PATCH if "panda" in beast.marks else coat
    faces.add_lids(puppet, eyes, lighter(lid, 0.08))
    mx, my = _mouth_at(beast)
    if "trunk" in beast.marks:
        _trunk(puppet, beast, coat)
    faces.add_mouth(puppet, mx, my, r * 0.24)


def _crown(easel: Easel, beast: Beast, coat: Colour) -> None:
    """Draw what is behind the face: mane, horns, ears."""
    hx, hy, r = beast.head
    if "mane" in beast.marks:
        _mane(easel, hx, hy, r, coat)
    for mark in beast.marks:
        if top := _HEAD_BACK.get(mark):
            top(easel, hx, hy, r)
    if ears := _EARS.get(beast.ears):
        ears(easel, hx, hy, r, PATCH if "panda" in beast.marks else coat)


def _face_colour(puppet: Puppet, beast: Beast) -> Colour:
    if "wool" in beast.marks:
        return 0.3, 0.27, 0.29
    if "quills" in beast.marks:
        return 0.88, 0.74, 0.58
    return puppet.colour


def _eyes(beast: Beast) -> list[tuple[float, float, float]]:
    hx, hy, r = beast.head
    size = max(r * 0.19, 0.026)
    if "frogeyes" in beast.marks:
        return [(hx - r * 0.42, hy + r * 0.82, r * 0.26), (hx + r * 0.5, hy + r * 0.82, r * 0.26)]
    return [(hx - r * 0.06, hy + r * 0.16, size), (hx + r * 0.62, hy + r * 0.16, size * 0.94)]


def _mouth_at(beast: Beast) -> tuple[float, float]:
    hx, hy, r = beast.head
    if beast.snout[0] == 0:
        return hx + r * 0.3, hy - r * 0.34
    return hx + r * 0.42 + beast.snout[0] * 0.5, hy - r * 0.36 - beast.snout[1] * 0.5


def _muzzle(easel: Easel, beast: Beast, coat: Colour) -> None:
    hx, hy, r = beast.head
    long, high = beast.snout
    mx, my = _mouth_at(beast)
    if "frogeyes" in beast.marks:
        for x in (hx - r * 0.42, hx + r * 0.5):
            easel.oval(x, hy + r * 0.8, r * 0.36, r * 0.36, coat)
        faces.draw_smile(easel, hx + r * 0.2, hy - r * 0.2, r * 0.55, feeling="happy")
        return
    if long == 0:
        return
    pale = _muzzle_colour(beast, coat)
    x, y = hx + r * 0.42, hy - r * 0.3
    easel.blob(
        [
            (x - r * 0.5, y),
            (x - r * 0.1, y + high * 1.05),
            (x + long, y + high * 0.62),
            (x + long * 1.22, y - high * 0.1),
            (x + long * 0.85, y - high * 0.9),
            (x - r * 0.2, y - high * 1.05),
        ],
        pale,
        shadow=0.12,
    )
    _NOSES["disc" if "disc" in beast.marks else "dot"](easel, (x, y), beast.snout, coat)
    faces.draw_smile(easel, mx, my, r * 0.24, feeling="calm")
    if "whiskers" in beast.marks:
        _whiskers(easel, (x, y), long, r)
    if "beard" in beast.marks:
        easel.limb([(mx, my - 0.02), (mx - 0.02, my - 0.18)], [0.08, 0.01], lighter(coat, 0.4))


def _disc_nose(easel: Easel, at: Spot, snout: Spot, coat: Colour) -> None:
    (x, y), (long, high) = at, snout
    easel.oval(x + long * 0.72, y + high * 0.05, high * 0.78, high * 0.84, lighter(coat, 0.18))
    for side in (-0.3, 0.32):
        spot = (x + long * 0.72 + high * side, y + high * 0.05)
        easel.oval(*spot, high * 0.15, high * 0.24, darker(coat, 0.5), flat=True)


def _dot_nose(easel: Easel, at: Spot, snout: Spot, _coat: Colour) -> None:
    (x, y), (long, high) = at, snout
    size = (max(high * 0.36, 0.022), max(high * 0.28, 0.018))
    easel.oval(x + long * 1.04, y + high * 0.42, *size, faces.INK, bevel=0.8)


_NOSES = {"disc": _disc_nose, "dot": _dot_nose}


def _whiskers(easel: Easel, at: Spot, long: float, r: float) -> None:
    (x, y), pale = at, (0.95, 0.93, 0.9)
    for lift in (-0.05, 0.0, 0.05):
        root = y - 0.01 + lift * 0.4
        easel.limb([(x, root), (x - r * 0.75, y + lift)], [0.008, 0.003], pale, flat=True)
        tip = (x + long + r * 0.5, y + lift)
        easel.limb([(x + long, root), tip], [0.008, 0.003], pale, flat=True)


def _muzzle_colour(beast: Beast, coat: Colour) -> Colour:
    if "muzzle" in beast.marks:
        return mix(coat, (0.95, 0.78, 0.7), 0.65)
    if {"bib", "belly", "mane"} & set(beast.marks) and "neck" not in beast.marks:
        return lighter(coat, 0.55)
    return lighter(coat, 0.16)


def _mane(easel: Easel, hx: float, hy: float, r: float, coat: Colour) -> None:
    dark = mix(coat, (0.45, 0.2, 0.08), 0.6)
    for ring, count in ((1.42, 16), (1.12, 13)):
        for index in range(count):
            turn = index / count * math.tau + ring
            easel.oval(
                hx - r * 0.12 + math.cos(turn) * r * ring,
                hy + math.sin(turn) * r * ring,
                r * 0.46,
                r * 0.3,
                lighter(dark, 0.1 * (index % 3)),
                angle=turn,
                shadow=0.15,
            )


def _trunk(puppet: Puppet, beast: Beast, coat: Colour) -> None:
    hx, hy, r = beast.head
    root = (hx + r * 0.62, hy - r * 0.1)

    def draw(easel: Easel) -> None:
        x, y = root
        easel.limb(
            [(x - r * 0.3, y - r * 0.5), (x + r * 0.35, y - r * 0.95)],
            [r * 0.2, r * 0.05],
            (0.97, 0.94, 0.86),
        )
        easel.limb(
            [
                (x - r * 0.1, y),
                (x + r * 0.42, y - r * 0.5),
                (x + r * 0.5, y - r * 1.3),
                (x + r * 0.85, y - r * 1.75),
                (x + r * 1.15, y - r * 1.6),
            ],
            [r * 0.72, r * 0.52, r * 0.36, r * 0.28, r * 0.24],
            coat,
        )

    puppet.part("trunk", draw, pivot=root, parent="head")


def _horn(
    points: list[tuple[float, float]], widths: list[float], colour: Colour
) -> Callable[[Easel, float, float, float], None]:
    def draw(easel: Easel, hx: float, hy: float, r: float) -> None:
        easel.limb([(hx + x * r, hy + y * r) for x, y in points], [w * r for w in widths], colour)

    return draw


def _horns(easel: Easel, hx: float, hy: float, r: float) -> None:
    for points in (
        [(-0.4, 0.75), (-0.75, 1.1), (-0.62, 1.45)],
        [(0.5, 0.8), (0.8, 1.1), (0.72, 1.45)],
    ):
        _horn(points, [0.3, 0.22, 0.04], (0.93, 0.87, 0.74))(easel, hx, hy, r)


def _back_horns(easel: Easel, hx: float, hy: float, r: float) -> None:
    for points in (
        [(0.3, 0.8), (0.05, 1.35), (-0.55, 1.6)],
        [(-0.2, 0.8), (-0.5, 1.3), (-1.05, 1.45)],
    ):
        _horn(points, [0.3, 0.24, 0.04], (0.82, 0.74, 0.6))(easel, hx, hy, r)


def _antlers(easel: Easel, hx: float, hy: float, r: float) -> None:
    for side in (-0.35, 0.45):
        lean = -0.35 if side < 0 else 0.4
        for points in (
            [(side, 0.8), (side + lean, 1.5), (side + lean * 0.9, 2.3)],
            [(side + lean * 0.7, 1.3), (side + lean * 2.0, 1.9)],
            [(side + lean, 1.7), (side + lean * 0.1, 2.15)],
        ):
            _horn(points, [0.2, 0.13, 0.05], (0.55, 0.4, 0.28))(easel, hx, hy, r)


def _knobs(easel: Easel, hx: float, hy: float, r: float) -> None:
    for x in (-0.3, 0.4):
        easel.limb(
            [(hx + x * r, hy + r * 0.7), (hx + x * r * 1.2, hy + r * 1.5)],
            [r * 0.24, r * 0.2],
            (0.75, 0.55, 0.3),
        )
        easel.oval(hx + x * r * 1.2, hy + r * 1.55, r * 0.2, r * 0.2, (0.3, 0.2, 0.15))


_HEAD_BACK: Mapping[str, Callable[[Easel, float, float, float], None]] = {
    "horns": _horns,
    "backhorns": _back_horns,
    "antlers": _antlers,
    "knobs": _knobs,
    "horn": _horn([(0.35, 0.8), (0.75, 2.5)], [0.42, 0.04], (0.97, 0.84, 0.5)),
}


def _ear_pair(
    outer: list[tuple[float, float]],
    inner: list[tuple[float, float]],
    far_shift: float,
    near_shift: float,
) -> Callable[[Easel, float, float, float, Colour], None]:
    """Make ears from outlines in head radii; the far one is in shadow."""

    def draw(easel: Easel, hx: float, hy: float, r: float, coat: Colour) -> None:
        for shift, shade in ((far_shift, faces.far_side(coat)), (near_shift, coat)):
            easel.blob([(hx + (x + shift) * r, hy + y * r) for x, y in outer], shade)
            if inner:
                easel.blob(
                    [(hx + (x + shift) * r, hy + y * r) for x, y in inner],
                    mix(shade, (0.95, 0.62, 0.6), 0.55),
                    bevel=0.2,
                    shadow=0.0,
                )

    return draw


_POINT = [(-0.42, 0.55), (-0.36, 1.1), (-0.2, 1.42), (0.08, 1.12), (0.24, 0.72)]


_POINT_IN = [(-0.28, 0.72), (-0.24, 1.05), (-0.17, 1.22), (0.0, 1.02), (0.08, 0.8)]


_LONG = [(-0.3, 0.6), (-0.5, 1.5), (-0.38, 2.25), (-0.08, 2.2), (0.08, 1.4), (0.1, 0.7)]


_LONG_IN = [(-0.2, 0.9), (-0.33, 1.5), (-0.27, 2.02), (-0.14, 2.0), (-0.04, 1.4), (-0.04, 0.95)]


def _ears_flop(easel: Easel, hx: float, hy: float, r: float, coat: Colour) -> None:
    dark = darker(coat, 0.3)
    easel.blob(
        [
            (hx + r * 0.4, hy + r * 0.75),
            (hx + r * 0.85, hy + r * 0.95),
            (hx + r * 1.1, hy + r * 0.45),
            (hx + r * 0.95, hy + r * 0.1),
            (hx + r * 0.7, hy + r * 0.4),
        ],
        darker(dark, 0.2),
    )
    easel.blob(
        [
            (hx - r * 0.25, hy + r * 0.92),
            (hx - r * 0.8, hy + r * 1.08),
            (hx - r * 1.2, hy + r * 0.5),
            (hx - r * 1.15, hy - r * 0.25),
            (hx - r * 0.85, hy - r * 0.35),
            (hx - r * 0.7, hy + r * 0.3),
        ],
        dark,
    )


_EARS: Mapping[str, Callable[[Easel, float, float, float, Colour], None]] = {
    "flop": _ears_flop,
    "point": _ear_pair(_POINT, _POINT_IN, 0.62, -0.28),
    "leaf": _ear_pair(
        [(-0.2, 0.7), (-0.42, 1.3), (-0.2, 1.62), (0.08, 1.2), (0.14, 0.8)], [], 0.5, -0.1
    ),
    "long": _ear_pair(_LONG, _LONG_IN, 0.45, -0.12),
    "round": _ear_pair(
        [(-0.35, 0.62), (-0.42, 1.0), (-0.08, 1.2), (0.22, 1.0), (0.16, 0.7)],
        [(-0.22, 0.76), (-0.24, 0.98), (-0.07, 1.07), (0.1, 0.96), (0.06, 0.78)],
        0.68,
        -0.42,
    ),
    "dish": _ear_pair(
        [(-0.6, 0.5), (-0.85, 1.05), (-0.4, 1.55), (0.15, 1.3), (0.15, 0.7)],
        [(-0.42, 0.65), (-0.62, 1.05), (-0.36, 1.34), (0.0, 1.18), (0.0, 0.78)],
        0.75,
        -0.3,
    ),
    "side": _ear_pair(
        [(-0.5, 0.62), (-1.1, 0.7), (-1.35, 0.42), (-1.0, 0.28), (-0.55, 0.36)], [], 0.25, 0.0
    ),
    "sail": _ear_pair(
        [(-0.2, 0.75), (-1.0, 0.95), (-1.35, 0.3), (-1.15, -0.5), (-0.7, -0.85), (-0.35, -0.4)],
        [(-0.35, 0.55), (-0.95, 0.72), (-1.18, 0.25), (-1.0, -0.35), (-0.72, -0.6), (-0.45, -0.25)],
        0.3,
        0.1,
    ),
}
