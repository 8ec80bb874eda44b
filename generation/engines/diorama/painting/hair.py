"""Hair and hats, by style."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter


def strew_stars(easel: Easel, top: float) -> None:
    """Strew golden stars over dark cloth, from `top` down."""
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


Top = Callable[[Easel, float, float, float, Colour], None]


def no_hair(easel: Easel, x: float, y: float, r: float, shade: Colour) -> None:
    """Draw nothing: a bald head, or no hat."""
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


HAIR_BACK: Mapping[str, Top] = {
    "long": _behind(
        [(-1.0, 0.6), (-1.2, -0.5), (-1.1, -1.7), (-0.3, -1.8), (0.6, -1.5), (0.7, 0.2), (0, 1.0)]
    ),
    "bob": _behind(
        [(-1.0, 0.6), (-1.22, -0.3), (-1.0, -0.95), (-0.2, -1.0), (0.5, -0.6), (0.5, 0.4), (0, 1.0)]
    ),
    "tails": _tails,
    "bun": _bun,
}


HAIR_FRONT: Mapping[str, Top] = {
    "long": _cap_of_hair,
    "bob": _cap_of_hair,
    "tails": _cap_of_hair,
    "bun": _cap_of_hair,
    "short": _cap_of_hair,
    "side": _side_part,
    "curly": _curls,
    "spiky": _spikes,
    "beard": _beard,
}


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
    strew_stars(easel, y + r * 1.5 + 0.2)


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


HATS: Mapping[str, Top] = {"toque": _toque, "cone": _cone, "helmet": _helmet, "bubble": _bubble}
