"""Under water, on the moon, in space, above the clouds."""

from __future__ import annotations

import math

import cv2
import numpy as np

from generation.engines.diorama.painting.backdrops.heavens import (
    cloud_colour,
    paint_cloud,
    paint_sky,
    paint_stars,
)
from generation.engines.diorama.painting.brush import (
    Colour,
    Easel,
    Plane,
    darker,
    lighter,
    mix,
    rgb,
)
from generation.engines.diorama.painting.scenery import FAR_DETAIL, FRONT_DETAIL, Scenery

CORALS: tuple[Colour, ...] = tuple(
    rgb(c)
    for c in ((236, 116, 112), (244, 168, 96), (196, 110, 172), (240, 196, 110), (110, 178, 150))
)


def underwater(scenery: Scenery) -> None:
    """Paint the sea from below."""
    deep, middle, bright = rgb((10, 58, 104)), rgb((24, 118, 156)), rgb((128, 214, 214))
    if scenery.light.is_night:
        deep, middle, bright = rgb((8, 20, 56)), rgb((18, 52, 100)), rgb((60, 110, 160))
    sheet = scenery.sky()
    rows = np.linspace(0, 1, sheet.shape[0], dtype=np.float32)[:, None, None]
    upper = np.asarray(bright, np.float32) + (
        np.asarray(middle, np.float32) - np.asarray(bright, np.float32)
    ) * np.clip(rows * 2.2, 0, 1)
    sheet[:] = upper + (np.asarray(deep, np.float32) - upper) * np.clip(rows * 1.5 - 0.45, 0, 1)
    _rays(sheet, scenery)
    scenery.hang_sky(sheet, name="water")
    for index in range(2):
        easel = scenery.sheet(haze=0.6 - 0.3 * index)
        for x, seed in scenery.along(6 + index):
            _rock(
                easel.at(x, -0.1 - 0.05 * index, 0.4 + 0.35 * (seed % 7) / 7),
                mix(middle, deep, 0.5 + 0.2 * index),
                seed,
            )
        scenery.add(f"rocks_{index}", easel, parallax=0.2 + 0.3 * index, blur=0.004)
    sand = mix(rgb((222, 204, 160)), middle, 0.3)
    easel = scenery.ground(mix(sand, middle, 0.55), sand, streak=0.05, top=-0.05)
    for x, seed in scenery.along(22):
        share = 0.15 + 0.75 * ((seed % 31) / 31)
        y, scale = scenery.depth_row(share)
        _GROWTHS[seed % len(_GROWTHS)](
            easel.at(x, y, 0.34 * scale), mix(CORALS[seed % 5], middle, 0.4 - 0.35 * share), seed
        )
    scenery.add("ground", easel, parallax=1.0)
    _weeds_in_front(scenery, deep)


def _rays(sheet: Plane, scenery: Scenery) -> None:
    height, width = sheet.shape[:2]
    beams = np.zeros((height // 4, width // 4), np.float32)
    for _ in range(7):
        x = int(scenery.chance.integers(-20, beams.shape[1]))
        wide = int(scenery.chance.integers(6, 26))
        slant = int(beams.shape[0] * 0.32)
        quad = np.array(
            [
                [x, 0],
                [x + wide, 0],
                [x + wide * 2 + slant, beams.shape[0]],
                [x + slant - wide, beams.shape[0]],
            ]
        )
        cv2.fillConvexPoly(beams, quad, float(scenery.chance.uniform(0.08, 0.2)))
    soft = cv2.resize(cv2.GaussianBlur(beams, (0, 0), 4), (width, height))
    faded = np.asarray(soft * np.linspace(1, 0, height)[:, None], np.float32)
    sheet += (1 - sheet) * faded[..., None]


def _rock(easel: Easel, colour: Colour, seed: int) -> None:
    peak = 0.6 + 0.5 * ((seed % 17) / 17)
    easel.blob(
        [
            (-0.6, -0.3),
            (-0.45, peak * 0.5),
            (-0.1, peak),
            (0.25, peak * 0.75),
            (0.55, peak * 0.3),
            (0.65, -0.3),
        ],
        colour,
    )


def _fan(easel: Easel, colour: Colour, seed: int) -> None:
    for k in range(7):
        turn = math.pi / 2 + (k - 3) * 0.28
        tip = (math.cos(turn) * 0.62, math.sin(turn) * 0.8)
        easel.limb(
            [(0, 0), (tip[0] * 0.55 + 0.03, tip[1] * 0.5), tip],
            [0.1, 0.08, 0.06],
            mix(colour, lighter(colour, 0.3), k % 2),
        )


def _tubes(easel: Easel, colour: Colour, seed: int) -> None:
    for k, (x, high) in enumerate(((-0.22, 0.5), (0.0, 0.8), (0.2, 0.6), (0.36, 0.36))):
        easel.limb([(x, 0), (x, high)], [0.16, 0.19], mix(colour, lighter(colour, 0.25), k % 2))
        easel.oval(x, high + 0.03, 0.075, 0.035, darker(colour, 0.5), flat=True)


def _weed(easel: Easel, colour: Colour, seed: int) -> None:
    green = mix(rgb((58, 132, 104)), colour, 0.25)
    for k in range(4):
        x = (k - 1.5) * 0.13
        sway = 0.08 * math.sin(seed + k)
        easel.limb(
            [(x, 0), (x + sway, 0.4), (x - sway, 0.75), (x + sway, 1.05 - 0.12 * abs(k - 1.5))],
            [0.09, 0.1, 0.08, 0.02],
            mix(green, lighter(green, 0.25), k % 2),
        )


def _brain(easel: Easel, colour: Colour, seed: int) -> None:
    easel.oval(0, 0.16, 0.36, 0.26, colour, bevel=0.9)
    for k in range(4):
        easel.limb(
            [(-0.28, 0.08 + k * 0.07), (0, 0.13 + k * 0.08), (0.28, 0.08 + k * 0.07)],
            [0.02, 0.025, 0.02],
            darker(colour, 0.2),
            inside=True,
            flat=True,
        )


_GROWTHS = (_fan, _tubes, _weed, _brain, _weed)


def _weeds_in_front(scenery: Scenery, deep: Colour) -> None:
    easel = scenery.sheet(detail=FRONT_DETAIL)
    low = (scenery.stage.horizon_px - scenery.stage.canvas.height) / scenery.stage.unit_px
    for x, seed in scenery.along(9, jitter=0.5):
        _weed(easel.at(x, low - 0.12, 0.34), mix(deep, (0.1, 0.35, 0.3), 0.5), seed)
    scenery.add("foreground", easel, parallax=1.5, blur=0.007, front=True)


def _nebula(sheet: Plane, scenery: Scenery, colours: tuple[Colour, ...]) -> None:
    height, width = sheet.shape[:2]
    for colour in colours:
        noise = scenery.chance.standard_normal((height // 24 + 2, width // 24 + 2)).astype(
            np.float32
        )
        cloud = cv2.resize(
            cv2.GaussianBlur(noise, (0, 0), 1.6), (width, height), interpolation=cv2.INTER_CUBIC
        )
        veil = np.clip(cloud / max(float(cloud.std()), 1e-6) * 0.5, 0, 1)[..., None] * np.float32(
            0.34
        )
        sheet += (np.asarray(colour, np.float32) - sheet) * veil


def _night_sheet(scenery: Scenery) -> Plane:
    sheet = scenery.sky()
    rows = np.linspace(0, 1, sheet.shape[0], dtype=np.float32)[:, None, None]
    sheet[:] = (
        np.asarray(rgb((10, 12, 34)), np.float32) * (1 - rows)
        + np.asarray(rgb((34, 26, 66)), np.float32) * rows
    )
    return sheet


def moon(scenery: Scenery) -> None:
    """Paint the moon with the earth above it."""
    sheet = _night_sheet(scenery)
    paint_stars(sheet, scenery, count=420, down_to=1.1)
    scenery.glow(sheet, 0.3, 0.75, 0.3, rgb((90, 150, 220)), 0.35)
    scenery.hang_sky(sheet)
    _planet(scenery, 0.26, 0.72, 0.17, rgb((74, 132, 196)), earth=True)
    dust = rgb((172, 168, 178))
    for index in range(2):
        easel = scenery.sheet(haze=0.0, bevel=0.2, detail=FAR_DETAIL)
        scenery.ridge(
            darker(dust, 0.45 - 0.2 * index), -0.03, 0.2 - 0.07 * index, easel=easel, rough=0.6
        )
        scenery.add(f"ridge_{index}", easel, parallax=0.2 + 0.25 * index, blur=0.003)
    easel = scenery.ground(darker(dust, 0.2), dust, streak=0.08)
    for x, seed in scenery.along(12, jitter=0.5):
        y, scale = scenery.depth_row(0.1 + 1.2 * ((seed % 41) / 41))
        wide = 0.12 * scale * (0.4 + (seed % 5) / 5)
        easel.oval(x, y, wide, wide * 0.26, darker(dust, 0.35), shadow=0.0)
        easel.oval(
            x, y - wide * 0.06, wide * 0.84, wide * 0.19, darker(dust, 0.16), bevel=0.2, shadow=0.0
        )
    scenery.add("ground", easel, parallax=1.0)


def _planet(
    scenery: Scenery, x: float, y: float, r: float, colour: Colour, *, earth: bool = False
) -> None:
    easel = scenery.sheet(detail=0.7)
    easel.oval(x, y, r, r, colour, bevel=1.0)
    if earth:
        for dx, dy, size in ((-0.3, 0.3, 0.42), (0.35, -0.1, 0.36), (-0.15, -0.55, 0.3)):
            easel.blob(
                [
                    (
                        x + (dx + math.cos(k) * size * (0.8 + 0.3 * math.sin(k * 2))) * r,
                        y + (dy + math.sin(k) * size * 0.8) * r,
                    )
                    for k in range(6)
                ],
                rgb((112, 160, 96)),
                inside=True,
                bevel=0.1,
            )
        easel.limb(
            [(x - r, y + 0.1 * r), (x, y + 0.22 * r), (x + r, y)],
            [0.05 * r, 0.14 * r, 0.05 * r],
            (0.96, 0.97, 1.0),
            inside=True,
            flat=True,
            alpha=0.7,
        )
    else:
        for k in range(4):
            easel.limb(
                [
                    (x - r, y + (0.5 - 0.33 * k) * r),
                    (x, y + (0.42 - 0.33 * k) * r),
                    (x + r, y + (0.5 - 0.33 * k) * r),
                ],
                [0.1 * r, 0.16 * r, 0.1 * r],
                lighter(colour, 0.16 + 0.1 * (k % 2)),
                inside=True,
                flat=True,
            )
        easel.limb(
            [(x - 1.7 * r, y - 0.3 * r), (x, y - 0.42 * r), (x + 1.7 * r, y + 0.3 * r)],
            [0.05 * r, 0.16 * r, 0.05 * r],
            lighter(colour, 0.5),
            alpha=0.85,
        )
    scenery.add("planet", easel, parallax=0.12)


def space(scenery: Scenery) -> None:
    """Paint space: nebulae, stars, two planets."""
    sheet = _night_sheet(scenery)
    _nebula(sheet, scenery, (rgb((116, 48, 140)), rgb((34, 88, 150)), rgb((190, 80, 120))))
    paint_stars(sheet, scenery, count=520, down_to=3.0)
    scenery.hang_sky(sheet)
    side = -1 if scenery.chance.random() < 0.5 else 1
    _planet(scenery, side * 0.3, 0.72, 0.2, rgb((222, 158, 104)))
    _planet(scenery, -side * 0.36, -0.42, 0.11, rgb((126, 170, 190)), earth=True)


def sky(scenery: Scenery) -> None:
    """Paint the sky above the clouds."""
    paint_sky(scenery, clouds=5)
    colour = mix(cloud_colour(scenery), scenery.light.sky[1], 0.22)
    for index in range(3):
        easel = scenery.sheet(haze=0.5 - 0.2 * index)
        for x, seed in scenery.along(5):
            paint_cloud(
                easel,
                x,
                -0.05 - 0.16 * index + 0.05 * ((seed % 9) / 9),
                0.24 + 0.08 * index,
                mix(colour, scenery.light.sky[2], 0.3 - 0.12 * index),
                seed,
            )
        scenery.add(f"bank_{index}", easel, parallax=0.25 + 0.28 * index, blur=0.003)
    easel = scenery.sheet(detail=FRONT_DETAIL)
    low = (scenery.stage.horizon_px - scenery.stage.canvas.height) / scenery.stage.unit_px
    for x, seed in scenery.along(4):
        paint_cloud(easel, x, low + 0.02, 0.36, colour, seed)
    scenery.add("foreground", easel, parallax=1.4, blur=0.01, front=True)
