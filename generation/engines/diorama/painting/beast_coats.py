"""What makes the body of a beast its own: necks, coats, stripes, shells, tails."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from generation.engines.diorama.painting import faces
from generation.engines.diorama.painting.beast_measures import Beast
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix


def neck(easel: Easel, beast: Beast, coat: Colour, y: float) -> None:
    """Draw a long neck, with the mane or spikes that grow on it."""
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


def wool(easel: Easel, rx: float, ry: float, y: float, coat: Colour) -> None:
    """Draw a body of curls."""
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


BODY_MARKS: Mapping[str, Callable[[Easel, Beast, Colour, float], None]] = {
    "belly": _belly,
    "stripes": _stripes,
    "patches": _patches,
    "spots": _spots,
    "dots": _dots,
    "panda": _panda,
    "shell": _shell,
    "quills": _quills,
    "spikes": _back_spikes,
    "collar": _collar,
}


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


TAILS: Mapping[str, Callable[[Easel, tuple[float, float], Colour], None]] = {
    "wag": _tail_line([(0.05, -0.02), (-0.1, 0.08), (-0.2, 0.26)], [0.1, 0.08, 0.04]),
    "up": _tail_line([(0.04, 0), (-0.05, 0.07), (-0.06, 0.15)], [0.07, 0.06, 0.03]),
    "curl": _tail_line(
        [(0.04, -0.02), (-0.16, 0.02), (-0.25, 0.22), (-0.16, 0.36), (-0.09, 0.32)],
        [0.07, 0.065, 0.06, 0.055, 0.04],
    ),
    "thin": _tail_line(
        [(0.02, -0.04), (-0.16, -0.08), (-0.3, 0.04), (-0.42, 0.0)], [0.045, 0.03, 0.025, 0.015]
    ),
    "spiral": _tail_line(
        [(0.03, 0), (-0.05, 0.02), (-0.06, 0.09), (-0.01, 0.08), (-0.05, 0.02), (-0.12, 0.05)],
        [0.04, 0.035, 0.03, 0.03, 0.03, 0.02],
    ),
    "lizard": _tail_line(
        [(0.14, -0.06), (-0.18, -0.14), (-0.42, -0.12), (-0.68, 0.04)], [0.34, 0.22, 0.12, 0.02]
    ),
    "nub": _tail_line([(0.05, -0.18), (-0.14, -0.22)], [0.1, 0.02]),
    "bush": _tail_bush,
    "tuft": _tail_tuft,
    "puff": _tail_puff,
    "hair": _tail_hair,
    "arrow": _tail_arrow,
}
