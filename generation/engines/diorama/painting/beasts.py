"""Four-legged animals: one body plan, a row of measures each, and what makes each of them itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from generation.engines.diorama.painting import faces
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix
from generation.engines.diorama.painting.rig import Puppet, Rig


class Beast(NamedTuple):
    """Measures in heights: leg length and width, body radii, head place and radius, snout length and half height."""

    leg: float
    limb: float
    body: tuple[float, float]
    head: tuple[float, float, float]
    snout: tuple[float, float]
    ears: str
    tail: str
    marks: tuple[str, ...] = ()


BEASTS: Mapping[str, Beast] = {
    "dog": Beast(0.27, 0.13, (0.36, 0.20), (0.36, 0.70, 0.235), (0.17, 0.10), "flop", "wag", ("belly", "collar")),
    "cat": Beast(0.25, 0.11, (0.36, 0.185), (0.36, 0.66, 0.235), (0.07, 0.07), "point", "curl", ("stripes", "whiskers")),
    "fox": Beast(0.25, 0.10, (0.37, 0.18), (0.37, 0.66, 0.22), (0.19, 0.075), "point", "bush", ("belly", "socks", "bib")),
    "wolf": Beast(0.31, 0.11, (0.38, 0.19), (0.39, 0.72, 0.20), (0.20, 0.085), "point", "bush", ("belly", "bib")),
    "lion": Beast(0.28, 0.13, (0.38, 0.20), (0.37, 0.68, 0.20), (0.12, 0.10), "round", "tuft", ("mane",)),
    "tiger": Beast(0.27, 0.13, (0.40, 0.20), (0.38, 0.68, 0.22), (0.12, 0.09), "round", "curl", ("belly", "stripes")),
    "bear": Beast(0.24, 0.17, (0.38, 0.27), (0.38, 0.70, 0.23), (0.14, 0.10), "round", "puff", ("muzzle",)),
    "panda": Beast(0.22, 0.18, (0.36, 0.28), (0.34, 0.70, 0.25), (0.10, 0.09), "round", "puff", ("panda",)),
    "rabbit": Beast(0.17, 0.12, (0.28, 0.20), (0.24, 0.50, 0.20), (0.06, 0.06), "long", "puff", ("belly", "whiskers")),
    "mouse": Beast(0.16, 0.09, (0.34, 0.22), (0.34, 0.52, 0.22), (0.16, 0.07), "dish", "thin", ("belly", "whiskers")),
    "horse": Beast(0.42, 0.09, (0.36, 0.16), (0.46, 0.86, 0.105), (0.19, 0.075), "leaf", "hair", ("neck", "horsemane", "hooves")),
    "unicorn": Beast(0.42, 0.09, (0.36, 0.16), (0.46, 0.84, 0.105), (0.19, 0.075), "leaf", "hair", ("neck", "horsemane", "hooves", "horn")),
    "cow": Beast(0.30, 0.11, (0.42, 0.22), (0.46, 0.70, 0.16), (0.15, 0.11), "side", "tuft", ("patches", "muzzle", "horns", "hooves")),
    "pig": Beast(0.20, 0.13, (0.42, 0.27), (0.40, 0.58, 0.22), (0.11, 0.10), "leaf", "spiral", ("disc", "hooves")),
    "sheep": Beast(0.24, 0.09, (0.36, 0.25), (0.38, 0.66, 0.165), (0.10, 0.09), "side", "puff", ("wool", "hooves")),
    "goat": Beast(0.30, 0.09, (0.34, 0.19), (0.36, 0.72, 0.155), (0.15, 0.085), "side", "up", ("backhorns", "beard", "hooves", "belly")),
    "deer": Beast(0.40, 0.08, (0.32, 0.15), (0.40, 0.76, 0.12), (0.14, 0.065), "leaf", "puff", ("neck", "antlers", "dots", "hooves", "belly")),
    "giraffe": Beast(0.36, 0.075, (0.25, 0.13), (0.40, 0.90, 0.085), (0.13, 0.055), "leaf", "tuft", ("neck", "spots", "knobs", "hooves")),
    "elephant": Beast(0.26, 0.18, (0.42, 0.28), (0.44, 0.64, 0.22), (0.0, 0.0), "sail", "thin", ("trunk",)),
    "dinosaur": Beast(0.22, 0.14, (0.36, 0.20), (0.58, 0.86, 0.13), (0.14, 0.085), "none", "lizard", ("neck", "spikes", "belly")),
    "dragon": Beast(0.22, 0.14, (0.36, 0.20), (0.46, 0.76, 0.17), (0.17, 0.095), "none", "arrow", ("neck", "spikes", "belly", "wings", "backhorns")),
    "frog": Beast(0.12, 0.16, (0.36, 0.24), (0.22, 0.56, 0.26), (0.0, 0.0), "none", "none", ("belly", "frogeyes")),
    "turtle": Beast(0.16, 0.17, (0.48, 0.22), (0.66, 0.46, 0.17), (0.06, 0.08), "none", "nub", ("shell",)),
    "hedgehog": Beast(0.12, 0.11, (0.44, 0.30), (0.44, 0.40, 0.21), (0.18, 0.07), "round", "none", ("quills",)),
}  # fmt: skip


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
    _head(puppet, beast)
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
        _neck(easel, beast, coat, y)
    if "wool" in beast.marks:
        _wool(easel, rx, ry, y, coat)
        return
    chest = [(-rx, y), (-rx * 0.82, y + ry * 0.62), (-rx * 0.28, y + ry * 0.84), (rx * 0.32, y + ry * 0.92), (rx * 0.82, y + ry * 0.8),
             (rx * 1.05, y + ry * 0.12), (rx * 0.8, y - ry * 0.66), (rx * 0.22, y - ry * 0.92), (-rx * 0.34, y - ry * 0.88), (-rx * 0.82, y - ry * 0.62)]  # fmt: skip
    easel.blob(chest, coat)
    for mark in beast.marks:
        if draw := _BODY_MARKS.get(mark):
            draw(easel, beast, coat, y)


def _neck(easel: Easel, beast: Beast, coat: Colour, y: float) -> None:
    rx, ry = beast.body
    hx, hy, hr = beast.head
    start, end = (rx * 0.62, y + ry * 0.3), (hx - hr * 0.15, hy - hr * 0.1)
    middle = ((start[0] + end[0]) / 2 + 0.02, (start[1] + end[1]) / 2)
    easel.limb([start, middle, end], [ry * 1.75, ry * 1.15, hr * 1.5], coat)
    if "spots" in beast.marks:
        for share in (0.25, 0.45, 0.65, 0.85):
            x = start[0] + (end[0] - start[0]) * share
            easel.blob(
                _patch(x, start[1] + (end[1] - start[1]) * share, 0.035),
                darker(coat, 0.45),
                inside=True,
            )
    if "horsemane" in beast.marks:
        mane = _mane_colour(coat)
        for share in (0.1, 0.28, 0.46, 0.64, 0.82, 1.0):
            x = start[0] + (end[0] - start[0]) * share - hr * 0.75
            top = start[1] + (end[1] - start[1]) * share + hr * 0.5
            easel.oval(x, top, hr * 0.5, hr * 0.85, mane, angle=-0.5, shadow=0.2)
    if "spikes" in beast.marks:
        for share in (0.2, 0.45, 0.7, 0.95):
            x = start[0] + (end[0] - start[0]) * share - hr * 0.8
            _spike(easel, x, start[1] + (end[1] - start[1]) * share + hr * 0.5, 0.07, coat)


def _mane_colour(coat: Colour) -> Colour:
    return (0.93, 0.6, 0.72) if sum(coat) > 2.4 else darker(coat, 0.5)


def _patch(x: float, y: float, r: float) -> list[tuple[float, float]]:
    return [
        (x - r, y),
        (x - r * 0.3, y + r * 0.9),
        (x + r * 0.9, y + r * 0.5),
        (x + r * 0.8, y - r * 0.6),
        (x - r * 0.4, y - r),
    ]


def _spike(easel: Easel, x: float, y: float, size: float, coat: Colour) -> None:
    easel.poly(
        [
            (x - size * 0.6, y - size * 0.4),
            (x + size * 0.6, y - size * 0.4),
            (x - size * 0.25, y + size),
        ],
        mix(coat, (1, 0.8, 0.3), 0.5),
    )


def _wool(easel: Easel, rx: float, ry: float, y: float, coat: Colour) -> None:
    easel.oval(0, y, rx, ry, darker(coat, 0.12))
    for ring, count in ((0.86, 13), (0.45, 7), (0.0, 1)):
        for index in range(count):
            turn = index / count * math.tau + ring
            easel.oval(
                math.cos(turn) * rx * ring,
                y + math.sin(turn) * ry * ring,
                rx * 0.33,
                ry * 0.4,
                coat,
                shadow=0.12,
            )


def _belly(easel: Easel, beast: Beast, coat: Colour, y: float) -> None:
    rx, ry = beast.body
    easel.oval(
        rx * 0.12, y - ry * 0.98, rx * 0.8, ry * 0.52, faces.belly_of(coat), inside=True, bevel=0.2
    )


def _stripes(easel: Easel, beast: Beast, coat: Colour, y: float) -> None:
    rx, ry = beast.body
    for index in range(6):
        x = rx * (-0.8 + index * 0.3)
        easel.limb(
            [(x + 0.03, y + ry * 1.1), (x, y + ry * 0.35), (x + 0.015, y - ry * 0.15)],
            [0.05, 0.04, 0.012],
            darker(coat, 0.5),
            inside=True,
            flat=True,
        )


def _patches(easel: Easel, beast: Beast, coat: Colour, y: float) -> None:
    rx, ry = beast.body
    dark = (0.2, 0.17, 0.18) if sum(coat) > 1.8 else lighter(coat, 0.7)
    for px, py, r in (
        (-0.62, 0.35, 0.15),
        (0.1, 0.5, 0.17),
        (0.68, -0.1, 0.12),
        (-0.2, -0.6, 0.11),
    ):
        easel.blob(_patch(rx * px, y + ry * py, r), dark, inside=True, bevel=0.2)


def _spots(easel: Easel, beast: Beast, coat: Colour, y: float) -> None:
    rx, ry = beast.body
    for index in range(11):
        turn, far = index * 2.4, 0.25 + 0.65 * ((index * 0.618) % 1)
        easel.blob(
            _patch(math.cos(turn) * rx * far, y + math.sin(turn) * ry * far, 0.045),
            darker(coat, 0.45),
            inside=True,
            flat=True,
        )


def _dots(easel: Easel, beast: Beast, coat: Colour, y: float) -> None:
    rx, ry = beast.body
    for index in range(9):
        x = rx * (-0.8 + 0.17 * index)
        easel.oval(
            x,
            y + ry * (0.45 + 0.28 * (index % 2)),
            0.018,
            0.018,
            lighter(coat, 0.75),
            inside=True,
            flat=True,
        )


def _panda(easel: Easel, beast: Beast, _coat: Colour, y: float) -> None:
    rx, ry = beast.body
    easel.oval(
        rx * 0.72, y + ry * 0.2, rx * 0.36, ry * 1.3, (0.2, 0.19, 0.22), inside=True, angle=0.1
    )


def _shell(easel: Easel, beast: Beast, coat: Colour, y: float) -> None:
    rx, ry = beast.body
    dome = mix(coat, (0.5, 0.34, 0.2), 0.55)
    outline = [
        (-rx * 1.02, y - ry * 0.3),
        (-rx * 0.75, y + ry * 0.95),
        (0, y + ry * 1.75),
        (rx * 0.75, y + ry * 0.95),
        (rx * 1.02, y - ry * 0.3),
    ]
    easel.blob(outline, dome, bevel=0.8)
    for x, up, r in (
        (-0.52, 0.5, 0.1),
        (0.0, 0.75, 0.13),
        (0.52, 0.5, 0.1),
        (-0.25, 0.05, 0.08),
        (0.27, 0.05, 0.08),
    ):
        hexagon = [
            (
                rx * x + math.cos(k * math.pi / 3) * r,
                y + ry * up + math.sin(k * math.pi / 3) * r * 0.9,
            )
            for k in range(6)
        ]
        easel.poly(hexagon, lighter(dome, 0.25), inside=True, bevel=0.5)
    easel.limb(
        [(-rx * 1.02, y - ry * 0.34), (0, y - ry * 0.52), (rx * 1.02, y - ry * 0.34)],
        [0.07, 0.09, 0.07],
        lighter(dome, 0.4),
    )


def _quills(easel: Easel, beast: Beast, coat: Colour, y: float) -> None:
    rx, ry = beast.body
    dark = darker(coat, 0.35)
    easel.oval(-rx * 0.1, y + ry * 0.1, rx * 0.98, ry * 1.0, dark)
    for ring in (1.05, 0.8, 0.55, 0.3):
        for index in range(17):
            turn = -0.25 + index / 16 * (math.pi + 0.5)
            x, up = -rx * 0.12 + math.cos(turn) * rx * ring, y + math.sin(turn) * ry * ring
            tip = (x - 0.07 + math.cos(turn) * 0.05, up + 0.03 + math.sin(turn) * 0.07)
            shade = mix(dark, lighter(coat, 0.35), 0.35 + 0.4 * (index % 2))
            easel.limb([(x, up), tip], [0.05, 0.01], shade, shadow=0.0, bevel=0.2)


def _back_spikes(easel: Easel, beast: Beast, coat: Colour, y: float) -> None:
    rx, ry = beast.body
    for index in range(5):
        x = rx * (-0.85 + 0.36 * index)
        _spike(easel, x, y + ry * (0.7 + 0.26 * math.sin(index / 4 * math.pi)), 0.1, coat)


def _collar(easel: Easel, beast: Beast, coat: Colour, y: float) -> None:
    rx, ry = beast.body
    band = (0.82, 0.25, 0.26) if coat[0] < 0.75 else (0.22, 0.45, 0.75)
    easel.limb(
        [(rx * 0.5, y + ry * 1.02), (rx * 0.88, y + ry * 0.52)], [0.06, 0.06], band, bevel=0.4
    )


_BODY_MARKS: Mapping[str, Callable[[Easel, Beast, Colour, float], None]] = {
    "belly": _belly, "stripes": _stripes, "patches": _patches, "spots": _spots, "dots": _dots, "panda": _panda,
    "shell": _shell, "quills": _quills, "spikes": _back_spikes, "collar": _collar,
}  # fmt: skip


def _tail(puppet: Puppet, beast: Beast) -> None:
    if beast.tail == "none":
        return
    rx, ry = beast.body
    root = (-rx * 0.9, beast.leg + ry * 1.2)
    draw = _TAILS[beast.tail]
    puppet.part("tail", lambda easel: draw(easel, root, puppet.colour), pivot=root)


def _tail_line(
    points: list[tuple[float, float]], widths: list[float]
) -> Callable[[Easel, tuple[float, float], Colour], None]:
    def draw(easel: Easel, root: tuple[float, float], coat: Colour) -> None:
        easel.limb([(root[0] + x, root[1] + y) for x, y in points], widths, coat)

    return draw


def _tail_bush(easel: Easel, root: tuple[float, float], coat: Colour) -> None:
    x, y = root
    easel.blob(
        [
            (x + 0.04, y),
            (x - 0.12, y + 0.1),
            (x - 0.34, y + 0.12),
            (x - 0.5, y + 0.3),
            (x - 0.36, y + 0.3),
            (x - 0.16, y - 0.06),
        ][::-1],
        coat,
    )
    easel.blob(
        [(x - 0.36, y + 0.14), (x - 0.52, y + 0.31), (x - 0.34, y + 0.31)], faces.WHITE, inside=True
    )


def _tail_tuft(easel: Easel, root: tuple[float, float], coat: Colour) -> None:
    x, y = root
    easel.limb(
        [(x + 0.03, y), (x - 0.13, y - 0.06), (x - 0.16, y - 0.24)], [0.05, 0.035, 0.03], coat
    )
    easel.oval(x - 0.165, y - 0.28, 0.045, 0.075, darker(coat, 0.5))


def _tail_puff(easel: Easel, root: tuple[float, float], coat: Colour) -> None:
    easel.oval(root[0] - 0.03, root[1] - 0.03, 0.085, 0.08, lighter(coat, 0.5))


def _tail_hair(easel: Easel, root: tuple[float, float], coat: Colour) -> None:
    x, y = root
    mane = _mane_colour(coat)
    for shift in (0.04, 0.0, -0.04):
        easel.limb(
            [
                (x + 0.03, y),
                (x - 0.1 + shift, y - 0.02),
                (x - 0.15 + shift, y - 0.3),
                (x - 0.12 + shift, y - 0.42),
            ],
            [0.05, 0.08, 0.06, 0.01],
            mane,
            shadow=0.15,
        )


def _tail_arrow(easel: Easel, root: tuple[float, float], coat: Colour) -> None:
    x, y = root
    easel.limb(
        [(x + 0.1, y - 0.05), (x - 0.2, y - 0.12), (x - 0.42, y + 0.02), (x - 0.55, y + 0.22)],
        [0.24, 0.15, 0.08, 0.04],
        coat,
    )
    easel.poly(
        [(x - 0.48, y + 0.2), (x - 0.6, y + 0.4), (x - 0.66, y + 0.17)],
        mix(coat, (1, 0.7, 0.3), 0.5),
    )


_TAILS: Mapping[str, Callable[[Easel, tuple[float, float], Colour], None]] = {
    "wag": _tail_line([(0.05, -0.02), (-0.1, 0.08), (-0.2, 0.26)], [0.1, 0.08, 0.04]),
    "up": _tail_line([(0.04, 0), (-0.05, 0.07), (-0.06, 0.15)], [0.07, 0.06, 0.03]),
    "curl": _tail_line([(0.04, -0.02), (-0.16, 0.02), (-0.25, 0.22), (-0.16, 0.36), (-0.09, 0.32)], [0.07, 0.065, 0.06, 0.055, 0.04]),
    "thin": _tail_line([(0.02, -0.04), (-0.16, -0.08), (-0.3, 0.04), (-0.42, 0.0)], [0.045, 0.03, 0.025, 0.015]),
    "spiral": _tail_line([(0.03, 0), (-0.05, 0.02), (-0.06, 0.09), (-0.01, 0.08), (-0.05, 0.02), (-0.12, 0.05)], [0.04, 0.035, 0.03, 0.03, 0.03, 0.02]),
    "lizard": _tail_line([(0.14, -0.06), (-0.18, -0.14), (-0.42, -0.12), (-0.68, 0.04)], [0.34, 0.22, 0.12, 0.02]),
    "nub": _tail_line([(0.05, -0.18), (-0.14, -0.22)], [0.1, 0.02]),
    "bush": _tail_bush, "tuft": _tail_tuft, "puff": _tail_puff, "hair": _tail_hair, "arrow": _tail_arrow,
}  # fmt: skip


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


def _head(puppet: Puppet, beast: Beast) -> None:
    hx, hy, r = beast.head
    coat = _face_colour(puppet, beast)
    eyes = _eyes(beast)
    ears = _EARS.get(beast.ears)

    def draw(easel: Easel) -> None:
        if "mane" in beast.marks:
            _mane(easel, hx, hy, r, puppet.colour)
        for mark in beast.marks:
            if top := _HEAD_BACK.get(mark):
                top(easel, hx, hy, r)
        if ears:
            ears(
                easel,
                hx,
                hy,
                r,
                puppet.colour
                if beast.ears != "round" or "panda" not in beast.marks
                else (0.2, 0.19, 0.22),
            )
        easel.oval(hx, hy, r * 1.03, r, coat)
        _muzzle(easel, beast, coat)
        if "panda" in beast.marks:
            for x, y, size in eyes:
                easel.oval(
                    x,
                    y - size * 0.2,
                    size * 1.7,
                    size * 2.0,
                    (0.2, 0.19, 0.22),
                    inside=True,
                    angle=0.3,
                    flat=True,
                )
        faces.draw_cheeks(easel, [(hx - r * 0.35, hy - r * 0.35, r * 0.22)])
        faces.draw_eyes(easel, eyes, feeling=puppet.feeling)

    pivot = (hx - r * 0.45, hy - r * 0.5)
    puppet.part("head", draw, pivot=pivot)
    lid = coat if "panda" not in beast.marks else (0.2, 0.19, 0.22)
    faces.add_lids(puppet, eyes, lighter(lid, 0.08))
    mx, my = _mouth_at(beast)
    if "trunk" in beast.marks:
        _trunk(puppet, beast, coat)
    faces.add_mouth(puppet, mx, my, r * 0.24)


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
    if "disc" in beast.marks:
        easel.oval(x + long * 0.72, y + high * 0.05, high * 0.78, high * 0.84, lighter(coat, 0.18))
        for side in (-0.3, 0.32):
            easel.oval(
                x + long * 0.72 + high * side,
                y + high * 0.05,
                high * 0.15,
                high * 0.24,
                darker(coat, 0.5),
                flat=True,
            )
    else:
        easel.oval(
            x + long * 1.04,
            y + high * 0.42,
            max(high * 0.36, 0.022),
            max(high * 0.28, 0.018),
            faces.INK,
            bevel=0.8,
        )
    faces.draw_smile(easel, mx, my, r * 0.24, feeling="calm")
    if "whiskers" in beast.marks:
        for lift in (-0.05, 0.0, 0.05):
            easel.limb(
                [(x, y - 0.01 + lift * 0.4), (x - r * 0.75, y + lift)],
                [0.008, 0.003],
                (0.95, 0.93, 0.9),
                flat=True,
            )
            easel.limb(
                [(x + long, y - 0.01 + lift * 0.4), (x + long + r * 0.5, y + lift)],
                [0.008, 0.003],
                (0.95, 0.93, 0.9),
                flat=True,
            )
    if "beard" in beast.marks:
        easel.limb([(mx, my - 0.02), (mx - 0.02, my - 0.18)], [0.08, 0.01], lighter(coat, 0.4))


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
    "horns": _horns, "backhorns": _back_horns, "antlers": _antlers, "knobs": _knobs,
    "horn": _horn([(0.35, 0.8), (0.75, 2.5)], [0.42, 0.04], (0.97, 0.84, 0.5)),
}  # fmt: skip


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
_EARS: Mapping[str, Callable[[Easel, float, float, float, Colour], None]] = {
    "point": _ear_pair(_POINT, _POINT_IN, 0.62, -0.28),
    "leaf": _ear_pair([(-0.2, 0.7), (-0.42, 1.3), (-0.2, 1.62), (0.08, 1.2), (0.14, 0.8)], [], 0.5, -0.1),
    "long": _ear_pair(_LONG, _LONG_IN, 0.45, -0.12),
    "round": _ear_pair([(-0.35, 0.62), (-0.42, 1.0), (-0.08, 1.2), (0.22, 1.0), (0.16, 0.7)], [(-0.22, 0.76), (-0.24, 0.98), (-0.07, 1.07), (0.1, 0.96), (0.06, 0.78)], 0.68, -0.42),
    "dish": _ear_pair([(-0.6, 0.5), (-0.85, 1.05), (-0.4, 1.55), (0.15, 1.3), (0.15, 0.7)], [(-0.42, 0.65), (-0.62, 1.05), (-0.36, 1.34), (0.0, 1.18), (0.0, 0.78)], 0.75, -0.3),
    "side": _ear_pair([(-0.5, 0.62), (-1.1, 0.7), (-1.35, 0.42), (-1.0, 0.28), (-0.55, 0.36)], [], 0.25, 0.0),
    "sail": _ear_pair([(-0.2, 0.75), (-1.0, 0.95), (-1.35, 0.3), (-1.15, -0.5), (-0.7, -0.85), (-0.35, -0.4)], [(-0.35, 0.55), (-0.95, 0.72), (-1.18, 0.25), (-1.0, -0.35), (-0.72, -0.6), (-0.45, -0.25)], 0.3, 0.1),
}  # fmt: skip


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


_EARS = {**_EARS, "flop": _ears_flop}
