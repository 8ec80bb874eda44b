"""Living room, kitchen, cafe, library, stage: a wall, a floor, furniture, a window."""

from __future__ import annotations

import math

from generation.engines.diorama.painting import household, plants
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix, rgb
from generation.engines.diorama.painting.scenery import FAR_DETAIL, FRONT_DETAIL, Lamp, Scenery

WARM: Colour = (1.0, 0.8, 0.5)
OAK: Colour = rgb((168, 118, 78))


def room(scenery: Scenery) -> None:
    """Paint a living room."""
    wall = rgb((222, 196, 164)) if scenery.chance.random() < 0.5 else rgb((158, 178, 166))
    _wall(scenery, wall, stripes=True)
    easel = scenery.sheet(haze=0.1)
    _window(scenery, easel, -0.2, 0.62)
    _picture(easel, 0.38, 0.7, 0.2, 0.24, scenery)
    _shelf(easel, 0.42, 0.36, scenery)
    household.lamp(easel.at(-0.62, -0.06, 0.7), rgb((120, 90, 70)), 0)
    _light(scenery, -0.62, 0.5, 0.6)
    _sofa(easel, 0.3, -0.04, mix(wall, (0.3, 0.45, 0.6), 0.7))
    scenery.add("furniture", easel, parallax=0.7, blur=0.0015)
    _boards(scenery, OAK)
    _rug(scenery, rgb((178, 84, 80)))
    _plant_in_front(scenery)


def kitchen(scenery: Scenery) -> None:
    """Paint a kitchen."""
    _wall(scenery, rgb((196, 214, 206)), stripes=False)
    easel = scenery.sheet(haze=0.1)
    for row in range(4):
        for column in range(26):
            x = scenery.left + column * 0.09
            shade = rgb((236, 238, 230)) if (row + column) % 2 else rgb((206, 222, 216))
            easel.box(x, 0.26 + row * 0.09, 0.085, 0.085, shade, corner=0.01, bevel=0.3, shadow=0.0)
    _window(scenery, easel, -0.1, 0.82)
    _counter(easel, scenery)
    scenery.add("furniture", easel, parallax=0.7, blur=0.0015)
    _tiles(scenery)


def cafe(scenery: Scenery) -> None:
    """Paint a cafe."""
    _wall(scenery, rgb((120, 84, 70)), stripes=False)
    easel = scenery.sheet(haze=0.1)
    _window(scenery, easel, -0.28, 0.58)
    easel.box(0.38, 0.66, 0.46, 0.34, rgb((58, 62, 60)), corner=0.02)
    for k in range(5):
        easel.limb(
            [(0.22, 0.78 - k * 0.055), (0.36 + 0.06 * (k % 3), 0.78 - k * 0.055)],
            [0.012, 0.012],
            (0.9, 0.88, 0.8),
            flat=True,
        )
    for x, y in ((-0.55, 0.95), (0.05, 1.0), (0.55, 0.95)):
        easel.limb([(x, y + 0.5), (x, y)], [0.01, 0.01], (0.15, 0.12, 0.12), flat=True)
        easel.blob(
            [
                (x - 0.09, y - 0.06),
                (x - 0.03, y + 0.03),
                (x + 0.03, y + 0.03),
                (x + 0.09, y - 0.06),
            ],
            rgb((196, 142, 72)),
        )
        _light(scenery, x, y - 0.08, 0.45)
    _table(easel, 0.5, -0.06)
    _table(easel, -0.6, -0.05)
    scenery.add("furniture", easel, parallax=0.7, blur=0.002)
    _boards(scenery, rgb((138, 92, 64)))


def library(scenery: Scenery) -> None:
    """Paint a library."""
    _wall(scenery, rgb((96, 72, 62)), stripes=False)
    easel = scenery.sheet(haze=0.1)
    for x, _ in scenery.along(4, jitter=0.0):
        _bookcase(easel, x, scenery)
    scenery.add("bookcases", easel, parallax=0.6, blur=0.002)
    easel = scenery.sheet()
    household.lamp(easel.at(-0.45, -0.08, 0.62), rgb((70, 90, 80)), 0)
    _light(scenery, -0.45, 0.42, 0.7)
    scenery.add("lamp", easel, parallax=0.8)
    _boards(scenery, rgb((126, 84, 58)))
    _rug(scenery, rgb((74, 104, 98)))


def stage(scenery: Scenery) -> None:
    """Paint a stage."""
    _wall(scenery, rgb((58, 34, 66)), stripes=False)
    easel = scenery.sheet(haze=0.3)
    for x, seed in scenery.along(15, jitter=0.1):
        fold = mix(rgb((150, 38, 54)), rgb((96, 22, 44)), (seed % 7) / 7)
        easel.limb([(x, 1.5), (x + 0.02, 0.6), (x, -0.1)], [0.16, 0.14, 0.18], fold)
    scenery.add("curtain", easel, parallax=0.5, haze=0.1)
    _boards(scenery, rgb((164, 112, 70)))
    _spotlights(scenery)
    _side_curtains(scenery)


def _wall(scenery: Scenery, colour: Colour, *, stripes: bool) -> None:
    tint = scenery.light.tint
    lit = (
        colour[0] * (0.5 + 0.5 * tint[0]),
        colour[1] * (0.5 + 0.5 * tint[1]),
        colour[2] * (0.5 + 0.5 * tint[2]),
    )
    sheet = scenery.sky()
    sheet[:] = lit
    if scenery.light.is_night:
        sheet *= 0.62
    if stripes:
        wide = max(2, int(0.09 * scenery.stage.unit_px * FAR_DETAIL))
        for x in range(0, sheet.shape[1], 2 * wide):
            sheet[:, x : x + wide] *= 1.035
    scenery.glow(sheet, -0.3, 0.7, 0.7, (1.0, 0.9, 0.75), 0.22)
    foot = int((scenery.top - 0.0) * scenery.stage.unit_px * FAR_DETAIL)
    sheet[foot - max(2, int(0.04 * scenery.stage.unit_px * FAR_DETAIL)) : foot] = mix(
        lit, (1, 0.98, 0.94), 0.45
    )
    scenery.hang_sky(sheet, name="wall")


def _window(scenery: Scenery, easel: Easel, x: float, y: float) -> None:
    """A window with the hour's sky in it; curtains on both sides."""
    top, middle, low = scenery.light.sky
    for k in range(20):
        share = k / 19
        shade = mix(top, middle, share * 2) if share < 0.5 else mix(middle, low, share * 2 - 1)
        easel.box(x, y + 0.2475 - k * 0.026, 0.46, 0.03, shade, flat=True)
    if scenery.light.is_night:
        easel.oval(x + 0.1, y + 0.14, 0.04, 0.04, (0.97, 0.95, 0.85), flat=True)
    frame = (0.97, 0.95, 0.9)
    for bar in ([(x, y - 0.25), (x, y + 0.26)], [(x - 0.23, y), (x + 0.23, y)]):
        easel.limb(bar, [0.018, 0.018], frame, bevel=0.3)
    for side in (-1, 1):
        easel.limb(
            [(x + side * 0.235, y - 0.27), (x + side * 0.235, y + 0.28)],
            [0.035, 0.035],
            frame,
            bevel=0.4,
        )
        easel.limb(
            [(x - 0.25, y + side * 0.265), (x + 0.25, y + side * 0.265)],
            [0.035, 0.035],
            frame,
            bevel=0.4,
        )
        for fold in range(3):
            cx = x + side * (0.27 + 0.045 * fold)
            easel.limb(
                [(cx, y + 0.33), (cx + side * 0.015, y), (cx + side * 0.01, y - 0.34)],
                [0.07, 0.06, 0.075],
                mix(rgb((206, 120, 100)), rgb((226, 160, 130)), fold / 3),
            )
    easel.limb([(x - 0.42, y + 0.34), (x + 0.42, y + 0.34)], [0.022, 0.022], rgb((120, 84, 60)))


def _light(scenery: Scenery, x: float, y: float, reach: float) -> None:
    measures = scenery.stage
    spot = (
        measures.canvas.width / 2 + x * measures.unit_px,
        measures.horizon_px - y * measures.unit_px,
    )
    scenery.lamps.append(Lamp(*spot, reach * measures.unit_px, WARM, 0.75))


def _picture(easel: Easel, x: float, y: float, wide: float, high: float, scenery: Scenery) -> None:
    easel.box(x, y, wide + 0.04, high + 0.04, rgb((150, 104, 66)), corner=0.01)
    easel.box(x, y, wide, high, rgb((236, 226, 204)), bevel=0.1)
    easel.blob(
        [
            (x - wide / 2, y - high * 0.3),
            (x - wide * 0.1, y + high * 0.15),
            (x + wide * 0.2, y - high * 0.1),
            (x + wide / 2, y - high / 2),
            (x - wide / 2, y - high / 2),
        ],
        rgb((120, 156, 136)),
        inside=True,
        flat=True,
    )
    easel.oval(
        x + wide * 0.2, y + high * 0.22, 0.03, 0.03, rgb((230, 150, 90)), inside=True, flat=True
    )


def _shelf(easel: Easel, x: float, y: float, scenery: Scenery) -> None:
    easel.box(x, y, 0.4, 0.03, OAK, corner=0.006)
    _books(easel, x - 0.17, y + 0.015, 0.2, scenery)
    household.cup(easel.at(x + 0.12, y + 0.015, 0.08), rgb((210, 110, 90)), 0)


def _books(easel: Easel, left: float, y: float, wide: float, scenery: Scenery) -> None:
    x = left
    while x < left + wide:
        thick, high = (
            float(scenery.chance.uniform(0.018, 0.034)),
            float(scenery.chance.uniform(0.09, 0.135)),
        )
        shade = (
            rgb((178, 82, 70)),
            rgb((86, 116, 132)),
            rgb((206, 164, 90)),
            rgb((104, 128, 96)),
            rgb((140, 96, 124)),
            rgb((222, 208, 180)),
        )[int(scenery.chance.integers(6))]
        easel.box(
            x + thick / 2,
            y + high / 2,
            thick * 0.94,
            high,
            shade,
            corner=0.004,
            bevel=0.4,
            shadow=0.15,
        )
        x += thick


def _sofa(easel: Easel, x: float, y: float, cloth: Colour) -> None:
    easel.box(x, y + 0.24, 0.82, 0.34, darker(cloth, 0.1), corner=0.07)
    for side in (-0.19, 0.19):
        easel.box(x + side, y + 0.14, 0.36, 0.16, cloth, corner=0.05)
    for side in (-0.44, 0.44):
        easel.box(x + side, y + 0.17, 0.14, 0.3, cloth, corner=0.06)
    easel.box(x - 0.26, y + 0.27, 0.17, 0.16, rgb((230, 180, 96)), corner=0.04)


def _boards(scenery: Scenery, wood: Colour) -> None:
    easel = scenery.ground(darker(wood, 0.18), lighter(wood, 0.06), streak=0.07)
    for row in range(7):
        y = scenery.bottom * (row / 7) ** 1.5
        easel.limb(
            [(scenery.left, y), (scenery.right, y)],
            [0.004 + 0.003 * row] * 2,
            darker(wood, 0.42),
            flat=True,
            alpha=0.6,
        )
        for x, _ in scenery.along(5, jitter=0.4):
            low = scenery.bottom * ((row + 1) / 7) ** 1.5
            easel.limb(
                [(x, y), (x * 1.04, low)], [0.004, 0.006], darker(wood, 0.42), flat=True, alpha=0.6
            )
    scenery.add("ground", easel, parallax=1.0)


def _tiles(scenery: Scenery) -> None:
    easel = scenery.ground(rgb((206, 196, 184)), rgb((232, 224, 212)), streak=0.02)
    for row in range(8):
        y0, y1 = scenery.bottom * (row / 8) ** 1.5, scenery.bottom * ((row + 1) / 8) ** 1.5
        for column in range(-9, 10):
            if (row + column) % 2:
                a, b = 0.2 * (0.55 + 0.12 * row), 0.2 * (0.55 + 0.12 * (row + 1))
                easel.poly(
                    [
                        (column * a, y0),
                        ((column + 1) * a, y0),
                        ((column + 1) * b, y1),
                        (column * b, y1),
                    ],
                    rgb((150, 168, 166)),
                    flat=True,
                )
    scenery.add("ground", easel, parallax=1.0)


def _rug(scenery: Scenery, cloth: Colour) -> None:
    easel = scenery.sheet(bevel=0.15, detail=0.6)
    y = scenery.near * 0.92
    for share, shade in (
        (1.0, cloth),
        (0.86, lighter(cloth, 0.45)),
        (0.78, cloth),
        (0.4, lighter(cloth, 0.3)),
    ):
        easel.oval(0.0, y, 0.62 * share, 0.13 * share, shade, shadow=0.1)
    scenery.add("rug", easel, parallax=1.0)


def _counter(easel: Easel, scenery: Scenery) -> None:
    wood = rgb((126, 158, 150))
    easel.box(0, 0.06, 2 * scenery.right + 1, 0.3, wood)
    easel.box(0, 0.22, 2 * scenery.right + 1, 0.04, rgb((222, 204, 176)), corner=0.005)
    for x, seed in scenery.along(7, jitter=0.0):
        easel.box(x, 0.06, 0.22, 0.22, lighter(wood, 0.15), corner=0.02)
        easel.oval(x + 0.07, 0.1, 0.014, 0.014, rgb((214, 176, 96)))
        (household.teapot, household.cup, household.apple)[seed % 3](
            easel.at(x, 0.24, 0.11),
            (rgb((206, 96, 84)), rgb((232, 182, 88)), rgb((90, 132, 150)))[seed % 3],
            seed,
        )


def _table(easel: Easel, x: float, y: float) -> None:
    easel.limb([(x, y), (x, y + 0.28)], [0.05, 0.04], rgb((60, 48, 46)))
    easel.oval(x, y, 0.12, 0.03, rgb((60, 48, 46)))
    easel.oval(x, y + 0.29, 0.22, 0.045, rgb((176, 126, 84)))
    household.cup(easel.at(x - 0.05, y + 0.3, 0.08), rgb((236, 230, 216)), 0)
    plants.flower(easel.at(x + 0.07, y + 0.3, 0.16), rgb((216, 110, 120)), 1)


def _bookcase(easel: Easel, x: float, scenery: Scenery) -> None:
    easel.box(x, 0.45, 0.5, 1.1, rgb((116, 76, 52)), corner=0.01)
    for row in range(5):
        y = -0.03 + row * 0.19
        easel.box(x, y + 0.085, 0.44, 0.16, rgb((66, 44, 36)), flat=True)
        _books(easel, x - 0.2, y + 0.005, 0.38, scenery)


def _plant_in_front(scenery: Scenery) -> None:
    easel = scenery.sheet(detail=FRONT_DETAIL)
    low = (scenery.stage.horizon_px - scenery.stage.canvas.height) / scenery.stage.unit_px
    for side in (-1, 1):
        x = side * scenery.stage.canvas.width / scenery.stage.unit_px * 0.5
        for k in range(5):
            lean = (k - 2) * 0.09 - side * 0.04
            easel.blob(
                [
                    (x, low - 0.1),
                    (x + lean * 0.5 - 0.03, low + 0.12),
                    (x + lean, low + 0.22 - abs(lean)),
                    (x + lean * 0.5 + 0.03, low + 0.1),
                ],
                mix(rgb((70, 110, 80)), rgb((110, 150, 96)), k / 5),
            )
    scenery.add("foreground", easel, parallax=1.5, blur=0.007, front=True)


def _spotlights(scenery: Scenery) -> None:
    easel = scenery.sheet(bevel=0.0, detail=FRONT_DETAIL)
    for x, colour in ((-0.3, (1.0, 0.85, 0.6)), (0.25, (0.7, 0.8, 1.0))):
        low = scenery.near
        beam = [
            (x * 1.8 - 0.03, 1.4),
            (x * 1.8 + 0.03, 1.4),
            (x * 0.4 + 0.32, low),
            (x * 0.4 - 0.32, low),
        ]
        easel.poly(beam, colour, flat=True, alpha=0.16)
        easel.oval(x * 0.4, low, 0.32, 0.06, colour, flat=True, alpha=0.35)
    scenery.add("beams", easel, parallax=1.0, blur=0.012)


def _side_curtains(scenery: Scenery) -> None:
    easel = scenery.sheet(detail=FRONT_DETAIL)
    half = scenery.stage.canvas.width / scenery.stage.unit_px / 2
    for side in (-1, 1):
        for fold in range(4):
            x = side * (half * 1.2 - fold * 0.03)
            easel.limb(
                [
                    (x, scenery.top),
                    (x - side * 0.02 * fold, 0.2),
                    (x + side * 0.05, scenery.bottom),
                ],
                [0.1, 0.08, 0.06],
                mix(rgb((170, 44, 58)), rgb((112, 26, 48)), fold % 2),
            )
    for k in range(7):
        x = -half * 1.3 + k * half * 0.433
        y = scenery.stage.horizon_px / scenery.stage.unit_px
        easel.blob(
            [
                (x - 0.16, y + 0.12),
                (x + 0.16, y + 0.12),
                (x + 0.13, y - 0.05),
                (x, y - 0.05 - 0.04 * math.cos(k)),
                (x - 0.13, y - 0.05),
            ],
            rgb((182, 52, 62)),
        )
    scenery.add("proscenium", easel, parallax=1.25, blur=0.003, front=True)
