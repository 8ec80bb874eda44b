"""Street, rooftop and station: houses with lit windows, lamps that throw pools of light."""

from __future__ import annotations

from generation.engines.diorama.painting import household, plants
from generation.engines.diorama.painting.backdrops import greenery
from generation.engines.diorama.painting.backdrops.heavens import paint_sky
from generation.engines.diorama.painting.brush import Colour, Easel, darker, lighter, mix, rgb
from generation.engines.diorama.painting.scenery import FRONT_DETAIL, Lamp, Scenery

# Plaster colours that sit together: every street draws from the same row.
FACADES: tuple[Colour, ...] = tuple(
    rgb(c)
    for c in (
        (232, 196, 150),
        (214, 140, 112),
        (158, 178, 172),
        (236, 216, 176),
        (188, 130, 128),
        (136, 152, 178),
        (222, 172, 118),
    )
)
WARM: Colour = (1.0, 0.83, 0.5)
ASPHALT: Colour = rgb((112, 112, 124))


def street(scenery: Scenery) -> None:
    """Paint a street."""
    paint_sky(scenery, clouds=3)
    skyline(scenery, base=-0.02, distance=0.68, parallax=0.18, tall=0.85)
    skyline(scenery, base=-0.03, distance=0.42, parallax=0.4, tall=0.6)
    _row_of_houses(scenery)
    _road(scenery)
    _street_lamps(scenery)


def rooftop(scenery: Scenery) -> None:
    """Paint a rooftop."""
    paint_sky(scenery, clouds=4)
    skyline(scenery, base=-0.3, distance=0.7, parallax=0.15, tall=1.0)
    skyline(scenery, base=-0.34, distance=0.45, parallax=0.35, tall=0.75)
    skyline(scenery, base=-0.36, distance=0.2, parallax=0.55, tall=0.5)
    slab = rgb((168, 148, 140))
    easel = scenery.ground(scenery.tinted(slab, 0.15), darker(slab, 0.15), streak=0.06, top=-0.06)
    for x, _ in scenery.along(3, inset=0.1):
        easel.box(x, 0.02, 0.24, 0.2, darker(slab, 0.2), corner=0.02)
        easel.oval(x, 0.05, 0.06, 0.06, darker(slab, 0.5))
    easel.box(0, -0.05, 2 * scenery.right + 2, 0.07, lighter(slab, 0.2))
    scenery.add("ground", easel, parallax=1.0)
    _string_of_lights(scenery)


def station(scenery: Scenery) -> None:
    """Paint a station."""
    paint_sky(scenery, clouds=2)
    skyline(scenery, base=-0.02, distance=0.5, parallax=0.25, tall=0.5)
    easel = scenery.sheet()
    roof = rgb((150, 84, 76))
    easel.box(0, 0.62, 2 * scenery.right + 2, 0.09, roof, corner=0.02)
    for x, _ in scenery.along(5, jitter=0.0):
        easel.limb([(x, -0.1), (x, 0.6)], [0.045, 0.045], rgb((70, 84, 92)))
        easel.limb([(x, 0.45), (x + 0.16, 0.6)], [0.025, 0.025], rgb((70, 84, 92)))
        _lamp_light(scenery, x + 0.2, 0.52, 0.3, parallax=0.7)
        easel.oval(x + 0.2, 0.54, 0.04, 0.03, (1.0, 0.93, 0.75), flat=True)
    for x, _ in scenery.along(1, jitter=0.2):
        household.clock(easel.at(x + 0.12, 0.33, 0.2), rgb((70, 84, 92)), 0)
    scenery.add("hall", easel, parallax=0.7)
    stone = rgb((178, 170, 166))
    easel = scenery.ground(scenery.tinted(stone, 0.3), darker(stone, 0.12), streak=0.05)
    easel.box(0, scenery.near * 0.3, 2 * scenery.right + 2, 0.035, rgb((236, 196, 92)), flat=True)
    for x, _ in scenery.along(12, jitter=0.0):
        easel.limb(
            [(x, 0), (x * 1.5, scenery.bottom)], [0.004, 0.008], darker(stone, 0.25), flat=True
        )
    scenery.add("ground", easel, parallax=1.0)


def skyline(
    scenery: Scenery, *, base: float, distance: float, parallax: float, tall: float
) -> None:
    """Hang a row of towers with windows that light up by the hour."""
    easel = scenery.sheet(haze=distance, bevel=0.15)
    lit = scenery.light.lamp
    for x, seed in scenery.along(9, jitter=0.4):
        wide = 0.16 + 0.12 * ((seed % 13) / 13)
        high = tall * (0.45 + 0.6 * ((seed % 37) / 37))
        wall = mix(FACADES[seed % len(FACADES)], (0.4, 0.42, 0.55), 0.5)
        easel.box(x, base + high / 2 - 0.1, wide, high + 0.2, wall, corner=0.01)
        if seed % 3 == 0:
            easel.limb(
                [(x, base + high), (x, base + high + 0.09)], [0.012, 0.008], darker(wall, 0.3)
            )
        _windows(easel, x, base, wide, high, lit=lit, seed=seed, wall=wall)
    scenery.add(
        f"skyline_{int(parallax * 100)}",
        easel,
        parallax=parallax,
        haze=distance * 0.8,
        blur=0.005 * distance,
    )


def _windows(  # noqa: PLR0913 - a grid in a wall
    easel: Easel,
    x: float,
    base: float,
    wide: float,
    high: float,
    *,
    lit: float,
    seed: int,
    wall: Colour,
) -> None:
    columns, rows = max(2, int(wide / 0.055)), max(2, int(high / 0.085))
    for row in range(rows):
        for column in range(columns):
            draw = (seed * 31 + row * 17 + column * 7) % 10
            shade = WARM if draw < 6.5 * lit else darker(wall, 0.28)
            spot = x + (column - (columns - 1) / 2) * wide / columns
            easel.box(
                spot,
                base + 0.05 + row * high / rows,
                wide / columns * 0.5,
                high / rows * 0.5,
                shade,
                flat=True,
            )


def _row_of_houses(scenery: Scenery) -> None:
    easel = scenery.sheet()
    for x, seed in scenery.along(7, jitter=0.06):
        _house(scenery, easel, x, seed)
    scenery.add("houses", easel, parallax=0.72, blur=0.0012)


def _house(scenery: Scenery, easel: Easel, x: float, seed: int) -> None:
    wide = (scenery.right - scenery.left) / 7 * 0.98
    wide = min(wide, 0.42)
    high = 0.5 + 0.32 * ((seed % 23) / 23)
    wall = FACADES[seed % len(FACADES)]
    easel.box(x, high / 2 - 0.05, wide, high + 0.1, wall, corner=0.01, bevel=0.2)
    if seed % 2:
        roof = darker(mix(wall, (0.6, 0.25, 0.2), 0.6), 0.1)
        easel.poly(
            [(x - wide * 0.55, high - 0.01), (x, high + 0.2), (x + wide * 0.55, high - 0.01)], roof
        )
    else:
        easel.box(x, high, wide * 1.06, 0.05, lighter(wall, 0.3), corner=0.01)
    lit = scenery.light.lamp
    for row in range(int((high - 0.2) / 0.15)):
        for column in (-1, 0, 1):
            on = (seed * 13 + row * 7 + column * 3) % 10 < 7 * lit
            _window(easel, x + column * wide * 0.3, 0.3 + row * 0.16, wall, on=on)
    _shop(easel, x, wide, seed, lit=lit)


def _window(easel: Easel, x: float, y: float, wall: Colour, *, on: bool) -> None:
    easel.box(x, y, 0.085, 0.11, lighter(wall, 0.5), corner=0.008, bevel=0.15)
    easel.box(x, y, 0.066, 0.09, WARM if on else (0.42, 0.5, 0.6), flat=True)
    easel.limb([(x, y - 0.045), (x, y + 0.045)], [0.008, 0.008], lighter(wall, 0.5), flat=True)
    easel.box(x, y - 0.064, 0.1, 0.014, darker(wall, 0.12), flat=True)


def _shop(easel: Easel, x: float, wide: float, seed: int, *, lit: float) -> None:
    glass = mix((0.55, 0.66, 0.72), WARM, min(1.0, lit * 1.2))
    easel.box(x - wide * 0.12, 0.08, wide * 0.55, 0.2, glass, corner=0.01, bevel=0.1)
    easel.box(
        x + wide * 0.34, 0.06, wide * 0.18, 0.26, darker(FACADES[(seed + 3) % 7], 0.4), corner=0.02
    )
    cloth = FACADES[(seed // 7) % 7]
    for k in range(6):
        spot = x - wide * 0.4 + k * wide * 0.115
        shade = lighter(cloth, 0.7) if k % 2 else mix(cloth, (0.8, 0.3, 0.25), 0.5)
        easel.blob(
            [
                (spot - wide * 0.058, 0.215),
                (spot + wide * 0.058, 0.215),
                (spot + wide * 0.065, 0.15),
                (spot, 0.138),
                (spot - wide * 0.065, 0.15),
            ],
            shade,
        )


def _lamp_light(scenery: Scenery, x: float, y: float, reach: float, *, parallax: float) -> None:
    if scenery.light.lamp <= 0:
        return
    stage = scenery.stage
    spot = (stage.canvas.width / 2 + x * stage.unit_px, stage.horizon_px - y * stage.unit_px)
    scenery.lamps.append(Lamp(*spot, reach * stage.unit_px, (1.0, 0.78, 0.45), parallax))


def _road(scenery: Scenery) -> None:
    near = scenery.near
    tar = greenery.floor_colour(scenery, ASPHALT)
    tar = darker(tar, 0.22) if scenery.is_wet else tar
    easel = scenery.ground(scenery.tinted(tar, 0.25), darker(tar, 0.12), streak=0.06)
    kerb = mix((0.74, 0.72, 0.7), scenery.light.haze, 0.15)
    easel.box(0, near * 0.13, 2 * scenery.right + 2, -near * 0.3, kerb, flat=True)
    easel.box(0, near * 0.3, 2 * scenery.right + 2, 0.025, lighter(kerb, 0.3), bevel=0.3)
    for x, _ in scenery.along(22, jitter=0.0):
        easel.limb(
            [(x, -0.0), (x * 1.06, near * 0.28)], [0.004, 0.005], darker(kerb, 0.2), flat=True
        )
    for x, _ in scenery.along(6, jitter=0.0):
        easel.poly(
            [
                (x - 0.1, near * 1.28),
                (x + 0.1, near * 1.28),
                (x + 0.115, near * 1.38),
                (x - 0.115, near * 1.38),
            ],
            (0.93, 0.9, 0.8),
            flat=True,
        )
    scenery.add("ground", easel, parallax=1.0)


def _street_lamps(scenery: Scenery) -> None:
    easel = scenery.sheet()
    y = scenery.near * 0.28
    for x, _ in scenery.along(2, jitter=0.12):
        household.post_lamp(easel.at(x, y, 0.8), rgb((58, 64, 74)))
        _lamp_light(scenery, x, y + 0.72, 0.46, parallax=0.85)
    for x, seed in scenery.along(2, jitter=0.3):
        easel.box(x, y + 0.06, 0.16, 0.1, rgb((150, 104, 78)), corner=0.02)
        plants.tree(easel.at(x, y + 0.08, 0.34), greenery.green(scenery), seed)
    scenery.add("lamps", easel, parallax=0.85)


def _string_of_lights(scenery: Scenery) -> None:
    easel = scenery.sheet(detail=FRONT_DETAIL)
    top = 0.75
    for x, _ in scenery.along(3, jitter=0.0):
        points = [(x - 0.45, top), (x, top - 0.12), (x + 0.45, top)]
        easel.limb(points, [0.008, 0.008], (0.25, 0.22, 0.26), flat=True)
        for k in range(6):
            share = (k + 0.5) / 6
            bulb = (x - 0.45 + 0.9 * share, top - 0.12 * (1 - (2 * share - 1) ** 2) - 0.03)
            easel.oval(*bulb, 0.022, 0.028, (1.0, 0.88, 0.6), bevel=0.2)
            _lamp_light(scenery, bulb[0], bulb[1], 0.14, parallax=1.1)
    scenery.add("bulbs", easel, parallax=1.1)
