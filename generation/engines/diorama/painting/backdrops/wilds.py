"""Mountains, desert, snowfield, castle, beach, sea and lake."""

from __future__ import annotations

import numpy as np

from generation.engines.diorama.painting import plants
from generation.engines.diorama.painting.backdrops.greenery import (
    GRASS,
    LEAF,
    SNOW,
    floor_colour,
    foreground,
    green,
    grove,
    hills,
    lawn,
    sand_floor,
    stone,
    tufts,
    water,
    water_colour,
)
from generation.engines.diorama.painting.backdrops.heavens import paint_sky
from generation.engines.diorama.painting.brush import Colour, Easel, darker, mix, rgb
from generation.engines.diorama.painting.scenery import FRONT_DETAIL, Scenery


def mountains(scenery: Scenery) -> None:
    """Paint the mountains."""
    paint_sky(scenery)
    rock = rgb((120, 126, 150))
    for index in range(3):
        easel = scenery.sheet(haze=0.7 - 0.3 * index, bevel=0.3)
        for x, seed in scenery.along(4 + index):
            peak = (0.95 - 0.24 * index) * (0.6 + 0.5 * ((seed % 29) / 29))
            _peak(easel, x, -0.04, peak, mix(rock, darker(rock, 0.3), index * 0.3), seed)
        scenery.add(
            f"peaks_{index}",
            easel,
            parallax=0.1 + 0.14 * index,
            haze=0.62 - 0.22 * index,
            blur=0.004 * (2 - index),
        )
    grove(
        scenery, "pines", plants.pine, count=12, size=0.42, base=-0.03, distance=0.25, parallax=0.6
    )
    colour = floor_colour(scenery, rgb((136, 146, 118)))
    easel = scenery.ground(scenery.tinted(colour, 0.4), darker(colour, 0.14), streak=0.1)
    tufts(scenery, easel, rgb((146, 144, 150)), count=26, kind="stone")
    tufts(scenery, easel, darker(floor_colour(scenery, GRASS), 0.2), count=30)
    scenery.add("ground", easel, parallax=1.0)
    foreground(scenery, floor_colour(scenery, rgb((104, 128, 92))), blades=16)


def _peak(easel: Easel, x: float, y: float, high: float, rock: Colour, seed: int) -> None:
    wide = high * 0.75
    shift = ((seed % 11) / 11 - 0.5) * 0.2 * wide
    easel.poly([(x - wide, y), (x + shift, y + high), (x + wide, y)], rock)
    easel.poly(
        [(x + shift, y + high), (x + wide, y), (x + shift * 0.5, y)],
        darker(rock, 0.18),
        flat=True,
        inside=True,
    )
    cap = 0.36
    snow = [
        (x + shift, y + high),
        (x + shift - wide * cap, y + high * (1 - cap) + 0.0),
        (x + shift - wide * cap * 0.45, y + high * (1 - cap * 1.25)),
        (x + shift, y + high * (1 - cap * 0.95)),
        (x + shift + wide * cap * 0.4, y + high * (1 - cap * 1.3)),
        (x + shift + wide * cap * 0.8, y + high * (1 - cap)),
    ]
    easel.poly(snow, SNOW, inside=True, bevel=0.2)


def desert(scenery: Scenery) -> None:
    """Paint a desert."""
    paint_sky(scenery, clouds=1)
    sand = rgb((232, 186, 122))
    for index in range(3):
        easel = scenery.sheet(haze=0.6 - 0.25 * index, bevel=0.1)
        scenery.ridge(
            mix(sand, (0.78, 0.45, 0.32), 0.5 - 0.2 * index),
            -0.03,
            0.3 - 0.08 * index,
            easel=easel,
            rough=0.3,
            octaves=2,
        )
        scenery.add(f"dunes_{index}", easel, parallax=0.12 + 0.2 * index, haze=0.5 - 0.2 * index)
    easel = scenery.sheet()
    for x, seed in scenery.along(4):
        plants.cactus(easel.at(x, -0.05, 0.3 + 0.2 * (seed % 5) / 5), (0.4, 0.56, 0.38), seed)
    scenery.add("cacti", easel, parallax=0.62, haze=0.12)
    sand_floor(scenery, sand)
    easel = scenery.sheet(detail=FRONT_DETAIL)
    low = (scenery.stage.horizon_px - scenery.stage.canvas.height) / scenery.stage.unit_px
    for x, seed in scenery.along(5):
        stone(easel.at(x, low - 0.05, 0.3), darker(sand, 0.35), seed)
    scenery.add("foreground", easel, parallax=1.5, blur=0.007, front=True)


def snowfield(scenery: Scenery) -> None:
    """Paint a snowfield."""
    paint_sky(scenery)
    for index in range(3):
        easel = scenery.sheet(haze=0.6 - 0.25 * index, bevel=0.12)
        scenery.ridge(
            mix(SNOW, (0.66, 0.76, 0.92), 0.5 - 0.16 * index),
            -0.03,
            0.34 - 0.1 * index,
            easel=easel,
        )
        scenery.add(f"drifts_{index}", easel, parallax=0.12 + 0.2 * index, haze=0.5 - 0.2 * index)
    easel = scenery.sheet(haze=0.2)
    for x, seed in scenery.along(9):
        plants.pine(
            easel.at(x, -0.04, 0.3 + 0.25 * (seed % 7) / 7),
            mix((0.36, 0.52, 0.5), SNOW, 0.45),
            seed,
        )
    scenery.add("pines", easel, parallax=0.55, haze=0.2)
    easel = scenery.ground(
        scenery.tinted(SNOW, 0.4), mix(SNOW, (0.72, 0.8, 0.95), 0.35), streak=0.03
    )
    tufts(scenery, easel, mix(SNOW, (0.7, 0.8, 0.95), 0.3), count=18, kind="stone")
    scenery.add("ground", easel, parallax=1.0)
    _drift_in_front(scenery)


def _drift_in_front(scenery: Scenery) -> None:
    easel = scenery.sheet(bevel=0.2, detail=FRONT_DETAIL)
    low = (scenery.stage.horizon_px - scenery.stage.canvas.height) / scenery.stage.unit_px
    scenery.ridge(mix(SNOW, (0.8, 0.87, 0.98), 0.4), low - 0.06, 0.13, easel=easel)
    scenery.add("foreground", easel, parallax=1.5, blur=0.008, front=True)


def castle(scenery: Scenery) -> None:
    """Paint a castle."""
    paint_sky(scenery)
    hills(scenery, GRASS, layers=2, rise=0.3)
    easel = scenery.sheet(haze=0.15)
    stone = rgb((176, 168, 172))
    for x, _ in list(scenery.along(1, jitter=0.15)):
        _keep(easel.at(x, -0.03, 0.78), stone)
    scenery.add("castle", easel, parallax=0.4, haze=0.25, blur=0.002)
    grove(scenery, "trees", plants.tree, count=6, size=0.4, base=-0.04, distance=0.2, parallax=0.6)
    lawn(scenery, flowers=24)
    foreground(scenery, floor_colour(scenery, GRASS), flowers=True)


def _keep(easel: Easel, stone: Colour) -> None:
    for x, wide, high in ((-0.5, 0.24, 0.72), (0.5, 0.24, 0.66), (0.0, 0.34, 1.0)):
        _tower(easel, x, wide, high, stone)
    easel.box(0, 0.2, 0.9, 0.4, darker(stone, 0.1))
    for k in range(7):
        easel.box(-0.42 + k * 0.14, 0.43, 0.08, 0.08, darker(stone, 0.1))
    easel.box(0, 0.13, 0.22, 0.28, (0.36, 0.25, 0.2), corner=0.1)


def _tower(easel: Easel, x: float, wide: float, high: float, stone: Colour) -> None:
    easel.box(x, high / 2, wide, high, stone, corner=0.01)
    for row in range(int(high * 9)):
        for column in range(3):
            if (row * 3 + column) % 4 == 0:
                easel.box(
                    x + (column - 1) * wide * 0.3,
                    0.08 + row * 0.11,
                    wide * 0.18,
                    0.03,
                    darker(stone, 0.14),
                    flat=True,
                )
    easel.poly(
        [(x - wide * 0.68, high), (x, high + wide * 1.35), (x + wide * 0.68, high)],
        (0.62, 0.28, 0.34),
    )
    easel.box(x, high * 0.7, wide * 0.22, 0.11, (1.0, 0.86, 0.5), corner=0.03, bevel=0.1)
    easel.limb([(x, high + wide * 1.3), (x, high + wide * 1.75)], [0.012, 0.01], (0.3, 0.25, 0.25))
    easel.poly(
        [(x, high + wide * 1.75), (x + 0.12, high + wide * 1.62), (x, high + wide * 1.5)],
        (0.93, 0.73, 0.3),
    )


def beach(scenery: Scenery) -> None:
    """Paint a beach."""
    paint_sky(scenery, clouds=4)
    water(scenery, water_colour(scenery), top=0.0, bottom=scenery.near * 0.5, parallax=0.4)
    sand = floor_colour(scenery, rgb((240, 212, 160)))
    shore = scenery.near * 0.34
    easel = scenery.ground(
        mix(sand, (0.7, 0.62, 0.5), 0.25), darker(sand, 0.04), streak=0.05, top=shore
    )
    wave = scenery.wave(rough=0.5)
    xs = np.linspace(scenery.left, scenery.right, 60)
    edge = [(float(x), shore + 0.02 * wave(float(x) * 2)) for x in xs]
    easel.limb(edge, [0.035, 0.035], (0.98, 0.98, 0.97), bevel=0.2)
    easel.limb(
        [(x, y - 0.035) for x, y in edge],
        [0.02, 0.02],
        mix(sand, (0.55, 0.6, 0.62), 0.4),
        flat=True,
        alpha=0.6,
    )
    tufts(scenery, easel, mix(sand, (0.9, 0.6, 0.55), 0.4), count=22, kind="stone")
    scenery.add("ground", easel, parallax=1.0)
    easel = scenery.sheet()
    for x, seed in scenery.along(3, inset=0.05):
        if abs(x) > 0.22:
            plants.palm(
                easel.at(x, scenery.near * 0.5, 0.9), green(scenery, (0.38, 0.62, 0.36)), seed
            )
    scenery.add("palms", easel, parallax=0.8)


def sea(scenery: Scenery) -> None:
    """Paint the open sea."""
    paint_sky(scenery, clouds=6)
    water(scenery, water_colour(scenery), top=0.0, parallax=0.8)
    colour = water_colour(scenery)
    easel = scenery.sheet(bevel=0.3, detail=FRONT_DETAIL)
    low = (scenery.stage.horizon_px - scenery.stage.canvas.height) / scenery.stage.unit_px
    scenery.ridge(darker(colour, 0.15), low + 0.0, 0.1, easel=easel, rough=0.6)
    scenery.add("swell", easel, parallax=1.4, blur=0.006, front=True)


def lake(scenery: Scenery) -> None:
    """Paint a lake."""
    paint_sky(scenery)
    hills(scenery, LEAF, layers=3, rise=0.34)
    grove(
        scenery, "shore", plants.pine, count=14, size=0.34, base=-0.02, distance=0.3, parallax=0.45
    )
    water(scenery, water_colour(scenery), top=-0.02, parallax=0.8)
    easel = scenery.sheet(detail=FRONT_DETAIL)
    low = (scenery.stage.horizon_px - scenery.stage.canvas.height) / scenery.stage.unit_px
    for x, seed in scenery.along(12):
        high = 0.3 + 0.22 * (seed % 9) / 9
        easel.limb(
            [(x, low - 0.1), (x + 0.02, low - 0.1 + high)],
            [0.018, 0.008],
            darker(green(scenery), 0.2),
        )
        easel.limb(
            [(x + 0.02, low - 0.1 + high), (x + 0.022, low + high)],
            [0.035, 0.035],
            (0.45, 0.3, 0.2),
        )
    scenery.add("reeds", easel, parallax=1.5, blur=0.005, front=True)
