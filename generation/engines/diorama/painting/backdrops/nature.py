"""Meadow, forest, jungle, park, garden, farm, mountains, desert, snowfield, castle, beach, sea, lake."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from generation.engines.diorama.painting import things
from generation.engines.diorama.painting.backdrops.heavens import paint_sky
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix, rgb
from generation.engines.diorama.painting.scenery import FRONT_DETAIL, Lamp, Scenery

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


def grove(
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


def _stone(easel: Easel, colour: Colour, seed: int) -> None:
    wide = 0.3 + 0.3 * ((seed % 17) / 17)
    easel.blob([(-wide, 0), (-wide * 0.7, 0.24), (0, 0.34), (wide * 0.8, 0.2), (wide, 0)], colour)


_TUFTS: dict[str, Callable[[Easel, Colour, int], None]] = {
    "grass": _grass,
    "bloom": _bloom,
    "stone": _stone,
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


def meadow(scenery: Scenery) -> None:
    paint_sky(scenery)
    hills(scenery, GRASS)
    grove(
        scenery,
        "far_trees",
        things.tree,
        count=9,
        size=0.28,
        base=-0.02,
        distance=0.4,
        parallax=0.4,
        blur=0.003,
    )
    lawn(scenery, flowers=46)
    foreground(scenery, floor_colour(scenery, GRASS), flowers=scenery.weather != "snow")


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


def forest(scenery: Scenery) -> None:
    paint_sky(scenery, clouds=2)
    for index, (count, size, distance, parallax) in enumerate(
        ((16, 0.7, 0.72, 0.2), (12, 0.95, 0.45, 0.4), (8, 1.3, 0.2, 0.64))
    ):
        tree = things.pine if (index + int(scenery.chance.integers(2))) % 2 else things.tree
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
        things.mushroom(easel.at(x, y, 0.09 * scale), (0.8, 0.28, 0.24), seed)
    scenery.add("ground", easel, parallax=1.0)
    foreground(scenery, darker(green(scenery), 0.25), blades=20)


def jungle(scenery: Scenery) -> None:
    paint_sky(scenery, clouds=1)
    deep = rgb((44, 104, 74))
    for index, (count, distance, parallax) in enumerate(
        ((12, 0.65, 0.2), (9, 0.35, 0.45), (6, 0.1, 0.66))
    ):
        tree = things.palm if index % 2 else things.tree
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
    paint_sky(scenery)
    hills(scenery, GRASS, layers=2, rise=0.12)
    grove(
        scenery,
        "trees_far",
        things.tree,
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
        things.tree,
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
        _lamp_post(scenery, easel, x + 0.26, y * 0.42, 0.62)
    scenery.add("ground", easel, parallax=1.0)
    foreground(scenery, colour, flowers=True)


def _bench(easel: Easel, _seed: int) -> None:
    wood = (0.62, 0.43, 0.28)
    for x in (-0.42, 0.42):
        easel.limb([(x, 0.0), (x, 0.5)], [0.07, 0.07], (0.3, 0.29, 0.33))
    for y in (0.28, 0.5, 0.64):
        easel.box(0, y, 1.1, 0.09, wood, corner=0.03)


def _lamp_post(scenery: Scenery, easel: Easel, x: float, y: float, size: float) -> None:
    things.lamp(easel.at(x, y, size), (0.3, 0.32, 0.36), 0)
    stage = scenery.stage
    if scenery.light.lamp > 0:
        spot = (
            stage.canvas.width / 2 + x * stage.unit_px,
            stage.horizon_px - (y + 0.78 * size) * stage.unit_px,
        )
        scenery.lamps.append(Lamp(*spot, size * 0.8 * stage.unit_px, (1.0, 0.82, 0.5), 1.0))


def garden(scenery: Scenery) -> None:
    paint_sky(scenery)
    grove(
        scenery,
        "trees",
        things.tree,
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
    paint_sky(scenery)
    hills(scenery, rgb((168, 172, 84)), layers=3, rise=0.18)
    easel = scenery.sheet(haze=0.2)
    for x, seed in scenery.along(2, inset=0.2):
        _barn(easel.at(x, -0.05, 0.6), seed)
    for x, seed in scenery.along(6):
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


def mountains(scenery: Scenery) -> None:
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
        scenery, "pines", things.pine, count=12, size=0.42, base=-0.03, distance=0.25, parallax=0.6
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
    snow = [(x + shift, y + high), (x + shift - wide * cap, y + high * (1 - cap) + 0.0), (x + shift - wide * cap * 0.45, y + high * (1 - cap * 1.25)), (x + shift, y + high * (1 - cap * 0.95)),
            (x + shift + wide * cap * 0.4, y + high * (1 - cap * 1.3)), (x + shift + wide * cap * 0.8, y + high * (1 - cap))]  # fmt: skip
    easel.poly(snow, SNOW, inside=True, bevel=0.2)


def desert(scenery: Scenery) -> None:
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
        things.cactus(easel.at(x, -0.05, 0.3 + 0.2 * (seed % 5) / 5), (0.4, 0.56, 0.38), seed)
    scenery.add("cacti", easel, parallax=0.62, haze=0.12)
    sand_floor(scenery, sand)
    easel = scenery.sheet(detail=FRONT_DETAIL)
    low = (scenery.stage.horizon_px - scenery.stage.canvas.height) / scenery.stage.unit_px
    for x, seed in scenery.along(5):
        _stone(easel.at(x, low - 0.05, 0.3), darker(sand, 0.35), seed)
    scenery.add("foreground", easel, parallax=1.5, blur=0.007, front=True)


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


def snowfield(scenery: Scenery) -> None:
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
        things.pine(
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
    paint_sky(scenery)
    hills(scenery, GRASS, layers=2, rise=0.3)
    easel = scenery.sheet(haze=0.15)
    stone = rgb((176, 168, 172))
    for x, _ in list(scenery.along(1, jitter=0.15)):
        _keep(easel.at(x, -0.03, 0.78), stone)
    scenery.add("castle", easel, parallax=0.4, haze=0.25, blur=0.002)
    grove(scenery, "trees", things.tree, count=6, size=0.4, base=-0.04, distance=0.2, parallax=0.6)
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


def water(
    scenery: Scenery,
    colour: Colour,
    *,
    top: float,
    bottom: float | None = None,
    name: str = "water",
    parallax: float = 0.5,
) -> None:
    """Paint and hang water from `top` down: sky colour far, own colour near, glints along the waves."""
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
    """Return the colour of open water in this light."""
    base = rgb((52, 132, 164)) if not scenery.light.is_night else rgb((46, 78, 132))
    return mix(base, scenery.light.sky[1], 0.3)


def beach(scenery: Scenery) -> None:
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
            things.palm(
                easel.at(x, scenery.near * 0.5, 0.9), green(scenery, (0.38, 0.62, 0.36)), seed
            )
    scenery.add("palms", easel, parallax=0.8)


def sea(scenery: Scenery) -> None:
    paint_sky(scenery, clouds=6)
    water(scenery, water_colour(scenery), top=0.0, parallax=0.8)
    colour = water_colour(scenery)
    easel = scenery.sheet(bevel=0.3, detail=FRONT_DETAIL)
    low = (scenery.stage.horizon_px - scenery.stage.canvas.height) / scenery.stage.unit_px
    scenery.ridge(darker(colour, 0.15), low + 0.0, 0.1, easel=easel, rough=0.6)
    scenery.add("swell", easel, parallax=1.4, blur=0.006, front=True)


def lake(scenery: Scenery) -> None:
    paint_sky(scenery)
    hills(scenery, LEAF, layers=3, rise=0.34)
    grove(
        scenery, "shore", things.pine, count=14, size=0.34, base=-0.02, distance=0.3, parallax=0.45
    )
    water(scenery, mix(water_colour(scenery), (0.3, 0.5, 0.45), 0.3), top=-0.02, parallax=0.8)
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
