"""Meadow, forest, jungle, park, garden and farm."""

from __future__ import annotations

from generation.engines.diorama.painting import household, plants
from generation.engines.diorama.painting.backdrops.greenery import (
    GRASS,
    LEAF,
    floor_colour,
    foreground,
    green,
    grove,
    hills,
    lawn,
    tufts,
)
from generation.engines.diorama.painting.backdrops.heavens import paint_sky
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix, rgb
from generation.engines.diorama.painting.scenery import FRONT_DETAIL, Lamp, Scenery


def meadow(scenery: Scenery) -> None:
    """Paint a meadow."""
    paint_sky(scenery)
    hills(scenery, GRASS)
    grove(
        scenery,
        "far_trees",
        plants.tree,
        count=9,
        size=0.28,
        base=-0.02,
        distance=0.4,
        parallax=0.4,
        blur=0.003,
    )
    lawn(scenery, flowers=46)
    foreground(scenery, floor_colour(scenery, GRASS), flowers=scenery.weather != "snow")


def forest(scenery: Scenery) -> None:
    """Paint a forest."""
    paint_sky(scenery, clouds=2)
    for index, (count, size, distance, parallax) in enumerate(
        ((12, 0.7, 0.72, 0.2), (8, 0.95, 0.45, 0.4), (5, 1.3, 0.2, 0.64))
    ):
        tree = plants.pine if (index + int(scenery.chance.integers(2))) % 2 else plants.tree
        grove(
            scenery,
            f"trees_{index}",
            tree,
            count=count,
            size=size,
            base=-0.03 - 0.03 * index,
            distance=distance,
            parallax=parallax,
            blur=0.005 * (2 - index),
            colour=darker(LEAF, 0.18),
        )
    colour = mix(
        floor_colour(scenery, GRASS), (0.42, 0.36, 0.24), 0.34 if scenery.weather != "snow" else 0.0
    )
    easel = scenery.ground(scenery.tinted(colour, 0.4), darker(colour, 0.15), streak=0.08)
    tufts(scenery, easel, darker(green(scenery), 0.12), count=60)
    for x, seed in scenery.along(5):
        y, scale = scenery.depth_row(0.2 + 0.4 * (seed % 10) / 10)
        plants.mushroom(easel.at(x, y, 0.09 * scale), (0.8, 0.28, 0.24), seed)
    scenery.add("ground", easel, parallax=1.0)
    foreground(scenery, darker(green(scenery), 0.25), blades=20)


def jungle(scenery: Scenery) -> None:
    """Paint a jungle."""
    paint_sky(scenery, clouds=1)
    deep = rgb((44, 104, 74))
    for index, (count, distance, parallax) in enumerate(
        ((12, 0.65, 0.2), (9, 0.35, 0.45), (6, 0.1, 0.66))
    ):
        tree = plants.palm if index % 2 else plants.tree
        grove(
            scenery,
            f"trees_{index}",
            tree,
            count=count,
            size=0.8 + 0.26 * index,
            base=-0.04,
            distance=distance,
            parallax=parallax,
            blur=0.004 * (2 - index),
            colour=deep,
        )
    colour = green(scenery, rgb((82, 122, 64)))
    easel = scenery.ground(scenery.tinted(colour, 0.35), darker(colour, 0.25), streak=0.08)
    tufts(scenery, easel, deep, count=80)
    tufts(scenery, easel, deep, count=16, kind="bloom")
    scenery.add("ground", easel, parallax=1.0)
    _vines(scenery, darker(deep, 0.2))
    foreground(scenery, darker(deep, 0.2), blades=26)


def _vines(scenery: Scenery, colour: Colour) -> None:
    easel = scenery.sheet(detail=FRONT_DETAIL)
    for x, seed in scenery.along(7):
        long = 0.3 + 0.5 * ((seed % 23) / 23)
        top = scenery.stage.horizon_px / scenery.stage.unit_px + 0.08
        points = [(x, top), (x + 0.03, top - long * 0.5), (x - 0.02, top - long)]
        easel.limb(points, [0.03, 0.025, 0.015], colour)
        for k in range(6):
            y = top - long * (k + 1) / 6.5
            side = 1 if k % 2 else -1
            easel.blob(
                [
                    (x, y),
                    (x + side * 0.05, y + 0.03),
                    (x + side * 0.1, y),
                    (x + side * 0.05, y - 0.03),
                ],
                lighter(colour, 0.1),
            )
    scenery.add("vines", easel, parallax=1.4, blur=0.006, front=True)


def park(scenery: Scenery) -> None:
    """Paint a park."""
    paint_sky(scenery)
    hills(scenery, GRASS, layers=2, rise=0.12)
    grove(
        scenery,
        "trees_far",
        plants.tree,
        count=10,
        size=0.5,
        base=-0.01,
        distance=0.45,
        parallax=0.35,
        blur=0.004,
    )
    grove(
        scenery,
        "trees_near",
        plants.tree,
        count=4,
        size=0.95,
        base=-0.06,
        distance=0.12,
        parallax=0.66,
    )
    colour = floor_colour(scenery, GRASS)
    easel = scenery.ground(
        scenery.tinted(colour, 0.4), mix(colour, (0.28, 0.46, 0.25), 0.2), streak=0.05
    )
    path = mix((0.86, 0.78, 0.64), scenery.light.haze, 0.15)
    y = scenery.near
    easel.blob(
        [
            (scenery.left, y * 0.62),
            (0, y * 0.66),
            (scenery.right, y * 0.58),
            (scenery.right, y * 1.02),
            (0, y * 1.1),
            (scenery.left, y * 1.0),
        ],
        path,
        flat=True,
    )
    tufts(scenery, easel, darker(colour, 0.16), count=40)
    for x, seed in scenery.along(3, inset=0.1):
        _bench(easel.at(x, y * 0.5, 0.3), seed)
        _lamp_post(scenery, easel, x + 0.26, y * 0.42, 0.72)
    scenery.add("ground", easel, parallax=1.0)
    foreground(scenery, colour, flowers=True)


def _bench(easel: Easel, _seed: int) -> None:
    wood = (0.62, 0.43, 0.28)
    for x in (-0.42, 0.42):
        easel.limb([(x, 0.0), (x, 0.5)], [0.07, 0.07], (0.3, 0.29, 0.33))
    for y in (0.28, 0.5, 0.64):
        easel.box(0, y, 1.1, 0.09, wood, corner=0.03)


def _lamp_post(scenery: Scenery, easel: Easel, x: float, y: float, size: float) -> None:
    household.post_lamp(easel.at(x, y, size), (0.3, 0.32, 0.36))
    stage = scenery.stage
    if scenery.light.lamp > 0:
        spot = (
            stage.canvas.width / 2 + x * stage.unit_px,
            stage.horizon_px - (y + 0.9 * size) * stage.unit_px,
        )
        scenery.lamps.append(Lamp(*spot, size * 0.8 * stage.unit_px, (1.0, 0.82, 0.5), 1.0))


def garden(scenery: Scenery) -> None:
    """Paint a garden."""
    paint_sky(scenery)
    grove(
        scenery,
        "trees",
        plants.tree,
        count=8,
        size=0.6,
        base=-0.02,
        distance=0.35,
        parallax=0.4,
        blur=0.003,
    )
    easel = scenery.sheet()
    for x, _ in scenery.along(34, jitter=0.0):
        wide = (scenery.right - scenery.left) / 80
        easel.poly(
            [(x - wide, -0.06), (x - wide, 0.15), (x, 0.19), (x + wide, 0.15), (x + wide, -0.06)],
            mix((0.97, 0.95, 0.9), scenery.light.haze, 0.2),
            bevel=0.2,
        )
    for y in (0.02, 0.11):
        easel.limb(
            [(scenery.left, y), (scenery.right, y)],
            [0.025, 0.025],
            mix((0.93, 0.91, 0.86), scenery.light.haze, 0.2),
        )
    scenery.add("fence", easel, parallax=0.6)
    lawn(scenery, flowers=70)
    foreground(scenery, floor_colour(scenery, GRASS), flowers=True, blades=34)


def farm(scenery: Scenery) -> None:
    """Paint a farm with its barns."""
    paint_sky(scenery)
    hills(scenery, rgb((168, 172, 84)), layers=3, rise=0.18)
    easel = scenery.sheet(haze=0.2)
    for x, seed in scenery.along(2, inset=0.2):
        _barn(easel.at(x, -0.05, 0.6), seed)
    for x, _ in scenery.along(6):
        easel.oval(x, -0.04, 0.07, 0.06, (0.88, 0.74, 0.38))
    scenery.add("barn", easel, parallax=0.5, haze=0.15)
    lawn(scenery, flowers=10)
    foreground(scenery, mix(floor_colour(scenery, GRASS), (0.8, 0.7, 0.3), 0.3))


def _barn(easel: Easel, _seed: int) -> None:
    red = (0.72, 0.27, 0.22)
    easel.poly(
        [(-0.42, 0), (-0.42, 0.46), (-0.26, 0.68), (0, 0.8), (0.26, 0.68), (0.42, 0.46), (0.42, 0)],
        red,
    )
    easel.limb(
        [(-0.46, 0.44), (-0.27, 0.7), (0, 0.83), (0.27, 0.7), (0.46, 0.44)],
        [0.05] * 5,
        (0.93, 0.9, 0.84),
    )
    easel.box(0, 0.2, 0.34, 0.4, darker(red, 0.3))
    easel.limb([(-0.16, 0.01), (0.16, 0.39)], [0.03, 0.03], (0.93, 0.9, 0.84))
    easel.limb([(0.16, 0.01), (-0.16, 0.39)], [0.03, 0.03], (0.93, 0.9, 0.84))
    easel.oval(0, 0.58, 0.08, 0.08, (0.2, 0.16, 0.18))
