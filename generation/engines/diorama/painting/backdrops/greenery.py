"""What landscapes share: groves, hills, lawns, sand, water, the grass before the lens."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix, rgb
from generation.engines.diorama.painting.lighting import water_of
from generation.engines.diorama.painting.scenery import FRONT_DETAIL, Scenery

Tree = Callable[[Easel, Colour, int], None]


GRASS: Colour = rgb((112, 160, 84))


LEAF: Colour = rgb((88, 142, 84))


SNOW: Colour = rgb((236, 242, 250))


def green(scenery: Scenery, colour: Colour = LEAF) -> Colour:
    """Return foliage of the season: autumn turns it, snow covers it."""
    if scenery.weather == "leaves":
        return mix(colour, (0.86, 0.5, 0.18), 0.62)
    if scenery.weather == "snow":
        return mix(colour, SNOW, 0.55)
    if scenery.weather == "petals":
        return mix(colour, (0.97, 0.72, 0.8), 0.35)
    return colour


def floor_colour(scenery: Scenery, colour: Colour) -> Colour:
    """Return the colour of open ground: under snow it is white."""
    return (
        mix(colour, SNOW, 0.85)
        if scenery.weather == "snow"
        else green(scenery, colour)
        if colour is GRASS
        else colour
    )


def grove(  # noqa: PLR0913 - a row of trees at one distance
    scenery: Scenery,
    name: str,
    tree: Tree,
    *,
    count: int,
    size: float,
    base: float,
    distance: float,
    parallax: float,
    blur: float = 0.0,
    colour: Colour = LEAF,
) -> None:
    """Hang a row of trees, all at one distance."""
    easel = scenery.sheet(haze=distance)
    for x, seed in scenery.along(count):
        wobble = ((seed % 53) / 53 - 0.5) * 0.02
        shade = green(scenery, mix(colour, (0.5, 0.62, 0.3), (seed % 7) / 14))
        tree(easel.at(x, base + wobble, size * (0.8 + 0.45 * ((seed % 41) / 41))), shade, seed)
    scenery.add(name, easel, parallax=parallax, haze=distance * 0.85, blur=blur)


def hills(scenery: Scenery, colour: Colour, *, layers: int = 3, rise: float = 0.22) -> None:
    """Hang rolling hills, each nearer, lower and clearer than the one before."""
    for index in range(layers):
        near = (index + 1) / layers
        easel = scenery.sheet(haze=1 - near, bevel=0.05)
        scenery.ridge(
            green(scenery, mix(colour, darker(colour, 0.3), index % 2 * 0.4)),
            -0.02 - 0.012 * index,
            rise * (1.25 - near),
            easel=easel,
            rough=0.45,
        )
        scenery.add(
            f"hills_{index}",
            easel,
            parallax=0.1 + 0.24 * near,
            haze=0.78 - 0.5 * near,
            blur=0.004 * (1 - near),
        )


def tufts(
    scenery: Scenery, easel: Easel, colour: Colour, *, count: int, kind: str = "grass"
) -> None:
    """Strew grass, flowers or stones over the ground, larger towards the viewer."""
    for x, seed in scenery.along(count, jitter=0.5):
        share = 0.08 + 1.1 * ((seed % 101) / 101) ** 1.1
        y, scale = scenery.depth_row(share)
        _TUFTS[kind](
            easel.at(x, y, scale * 0.085),
            mix(colour, scenery.light.haze, max(0.0, 0.4 - share * 0.4)),
            seed,
        )


def _grass(easel: Easel, colour: Colour, seed: int) -> None:
    for k in range(4):
        lean = (k - 1.5) * 0.22 + ((seed >> k) % 5 - 2) * 0.05
        easel.limb(
            [
                ((k - 1.5) * 0.12, 0),
                ((k - 1.5) * 0.12 + lean * 0.5, 0.4),
                ((k - 1.5) * 0.12 + lean, 0.75),
            ],
            [0.1, 0.07, 0.01],
            mix(colour, lighter(colour, 0.3), (k % 2) * 0.8),
            flat=True,
        )


def _bloom(easel: Easel, colour: Colour, seed: int) -> None:
    petals = ((0.98, 0.95, 0.9), (0.96, 0.72, 0.3), (0.9, 0.5, 0.58), (0.72, 0.6, 0.9))[seed % 4]
    easel.limb([(0, 0), (0.03, 0.5)], [0.05, 0.04], colour, flat=True)
    for dx, dy in ((-0.12, 0.6), (0.12, 0.6), (0, 0.72), (0, 0.5)):
        easel.oval(dx, dy, 0.12, 0.1, petals, bevel=0.3, shadow=0.0)
    easel.oval(0, 0.6, 0.07, 0.07, (0.98, 0.82, 0.35), flat=True)


def stone(easel: Easel, colour: Colour, seed: int) -> None:
    """Draw a pebble."""
    wide = 0.3 + 0.3 * ((seed % 17) / 17)
    easel.blob([(-wide, 0), (-wide * 0.7, 0.24), (0, 0.34), (wide * 0.8, 0.2), (wide, 0)], colour)


_TUFTS: dict[str, Callable[[Easel, Colour, int], None]] = {
    "grass": _grass,
    "bloom": _bloom,
    "stone": stone,
}


def foreground(
    scenery: Scenery, colour: Colour, *, blades: int = 26, flowers: bool = False
) -> None:
    """Hang grass right before the lens, out of focus."""
    easel = scenery.sheet(detail=FRONT_DETAIL)
    low = (scenery.stage.horizon_px - scenery.stage.canvas.height) / scenery.stage.unit_px
    for x, seed in scenery.along(blades, jitter=0.5):
        size = 0.16 + 0.14 * ((seed % 37) / 37)
        spot = easel.at(x, low - 0.07, size)
        _grass(spot, mix(darker(colour, 0.35), colour, (seed % 5) / 8), seed)
        if flowers and seed % 5 == 0:
            _bloom(easel.at(x, low - 0.03, size * 1.05), darker(colour, 0.2), seed // 7)
    scenery.add("foreground", easel, parallax=1.5, blur=0.006, front=True)


def lawn(scenery: Scenery, *, flowers: int) -> None:
    """Paint and hang a lawn."""
    colour = floor_colour(scenery, GRASS)
    easel = scenery.ground(
        scenery.tinted(lighter(colour, 0.15), 0.45),
        mix(colour, (0.3, 0.48, 0.25), 0.25 if scenery.weather != "snow" else 0.0),
        streak=0.05,
    )
    tufts(scenery, easel, darker(colour, 0.16), count=64)
    if flowers and scenery.weather != "snow":
        tufts(scenery, easel, darker(GRASS, 0.2), count=flowers, kind="bloom")
    scenery.add("ground", easel, parallax=1.0)


def sand_floor(scenery: Scenery, sand: Colour) -> None:
    """Paint and hang rippled sand."""
    sand = floor_colour(scenery, sand)
    easel = scenery.ground(scenery.tinted(lighter(sand, 0.2), 0.3), darker(sand, 0.1), streak=0.04)
    for index in range(9):
        y = scenery.near * (0.15 + 0.15 * index)
        wave = scenery.wave(rough=0.5)
        line = [
            (float(x), y + 0.012 * wave(float(x) * 3))
            for x in np.linspace(scenery.left, scenery.right, 40)
        ]
        easel.limb(
            line, [0.008 + 0.004 * index] * 2, darker(sand, 0.12), flat=True, inside=True, alpha=0.5
        )
    tufts(scenery, easel, darker(sand, 0.2), count=16, kind="stone")
    scenery.add("ground", easel, parallax=1.0)


def water(
    scenery: Scenery,
    colour: Colour,
    *,
    top: float,
    bottom: float | None = None,
    name: str = "water",
    parallax: float = 0.5,
) -> None:
    """Hang water from `top` down: sky colour far, its own near, glints along the waves."""
    easel = scenery.ground(mix(scenery.light.sky[2], colour, 0.35), colour, streak=0.04, top=top)
    low = scenery.bottom if bottom is None else bottom
    if bottom is not None:
        easel.alpha[int((scenery.top - bottom) * easel.px) :] = 0
        easel.rgb[int((scenery.top - bottom) * easel.px) :] = 0
    for index in range(34):
        share = ((index + 0.5) / 34) ** 1.6
        y = top + (low - top) * share
        for x, seed in scenery.along(7, jitter=0.5):
            wide = (0.03 + 0.14 * share) * (0.4 + 0.8 * (seed % 19) / 19)
            glint = (
                mix(lighter(colour, 0.55), scenery.light.sun, 0.5)
                if seed % 3
                else darker(colour, 0.2)
            )
            easel.limb(
                [(x - wide, y), (x, y + 0.006 * (1 + share)), (x + wide, y)],
                [0.001, 0.004 + 0.012 * share, 0.001],
                glint,
                flat=True,
                inside=True,
                alpha=0.5,
            )
    scenery.add(name, easel, parallax=parallax)


def water_colour(scenery: Scenery) -> Colour:
    """Return the colour of open water in this light; a lake is greener than the sea."""
    return water_of(scenery.light, fresh=scenery.place == "lake")
