"""What hangs in the sky: sun, moon, stars, clouds, an aurora."""

from __future__ import annotations

import math

import cv2
import numpy as np

from generation.engines.diorama.painting.brush import (
    Colour,
    Easel,
    Finish,
    Plane,
    darker,
    lighter,
    mix,
)
from generation.engines.diorama.painting.scenery import FAR_DETAIL, Scenery


def paint_sky(scenery: Scenery, *, clouds: int = 4) -> None:
    """Paint and hang the whole sky of the hour and the weather."""
    sheet = scenery.sky()
    light = scenery.light
    side = -1.0 if scenery.chance.random() < 0.5 else 1.0
    half = scenery.stage.canvas.width / scenery.stage.unit_px / 2
    x = side * half * float(scenery.chance.uniform(0.3, 0.6))
    high = (scenery.stage.horizon_px / scenery.stage.unit_px) * (
        0.22 if light.sun[2] < 0.75 else 0.68
    )
    if light.is_night:
        paint_stars(sheet, scenery, count=260)
        if scenery.weather == "clear" and scenery.place in {"snowfield", "mountains"}:
            _aurora(sheet, scenery)
    if not light.is_dull:
        scenery.glow(sheet, x, high, 0.5, light.sun, 0.55 if not light.is_night else 0.22)
        scenery.glow(sheet, x, high, 0.16, light.sun, 0.5)
        _disc(sheet, scenery, x, high, moon=light.is_night)
    scenery.hang_sky(sheet)
    if clouds:
        _clouds(scenery, clouds + (3 if light.is_dull else 0))


def _disc(sheet: Plane, scenery: Scenery, x: float, y: float, *, moon: bool) -> None:
    easel = scenery.sheet(bevel=0.0, detail=FAR_DETAIL)
    easel.finish = Finish(bevel=0.0, grain=0.02, shadow=0.0)
    r = 0.075 if moon else 0.095
    easel.oval(x, y, r, r, scenery.light.sun, flat=not moon)
    if moon:
        for dx, dy, size in (
            (-0.3, 0.25, 0.2),
            (0.25, -0.2, 0.26),
            (0.05, 0.5, 0.13),
            (-0.35, -0.4, 0.12),
        ):
            easel.oval(
                x + dx * r,
                y + dy * r,
                size * r,
                size * r,
                (0.82, 0.82, 0.78),
                inside=True,
                flat=True,
                alpha=0.6,
            )
    sheet *= (1 - easel.alpha)[..., None]
    sheet += easel.rgb


def paint_stars(sheet: Plane, scenery: Scenery, *, count: int, down_to: float = 1.0) -> None:
    """Strew stars of three sizes over an opaque sheet, fewer towards the horizon."""
    chance = scenery.chance
    height = int(
        min(
            (scenery.stage.horizon_px + scenery.margin_px[1]) * down_to * FAR_DETAIL, sheet.shape[0]
        )
    )
    number = int(count * scenery.width_px / (scenery.stage.canvas.width * 1.4))
    xs = chance.integers(2, sheet.shape[1] - 2, number)
    ys = (chance.random(number) ** 1.4 * (height - 4)).astype(int) + 2
    light = chance.random(number).astype(np.float32)
    scale = max(0.7, scenery.stage.unit_px * FAR_DETAIL / 420)
    for x, y, bright in zip(xs, ys, light, strict=True):
        radius = (0.5 + 1.1 * float(bright) ** 4) * scale
        reach = int(radius * 3) + 1
        y0, x0 = max(y - reach, 0), max(x - reach, 0)
        patch = sheet[y0 : y + reach + 1, x0 : x + reach + 1]
        rows = np.arange(y0, y0 + patch.shape[0], dtype=np.float32)[:, None] - y
        columns = np.arange(x0, x0 + patch.shape[1], dtype=np.float32)[None, :] - x
        shine = np.exp(-(rows**2 + columns**2) / (2 * radius**2)) * (0.35 + 0.6 * bright)
        patch += (np.asarray((1.0, 0.97, 0.9), np.float32) - patch) * shine[..., None].astype(
            np.float32
        )


def _aurora(sheet: Plane, scenery: Scenery) -> None:
    height, width = sheet.shape[:2]
    small = np.zeros((height // 8, width // 8, 3), np.float32)
    for colour, phase in (((0.25, 0.95, 0.65), 0.0), ((0.5, 0.4, 0.95), 1.3)):
        x = np.arange(small.shape[1])
        base = small.shape[0] * (
            0.2 + 0.08 * np.sin(x / 17 + phase) + 0.05 * np.sin(x / 7 + phase * 3)
        )
        rows = np.arange(small.shape[0])[:, None]
        fall = np.exp(-np.clip(rows - base, 0, None) / (small.shape[0] * 0.09)) * (rows > base - 3)
        small += (
            fall[..., None].astype(np.float32)
            * np.asarray(colour, np.float32)
            * (0.6 + 0.4 * np.sin(x / 5 + phase))[None, :, None].astype(np.float32)
        )
    soft = cv2.GaussianBlur(small, (0, 0), 2.0)
    sheet += cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC) * np.float32(0.3)
    np.clip(sheet, 0, 1, out=sheet)


def _clouds(scenery: Scenery, count: int) -> None:
    easel = scenery.sheet(haze=0.3)
    easel.finish = easel.finish.__class__(
        bevel=0.75, grain=0.02, gloss=0.0, shadow=0.0, light=easel.finish.light
    )
    top = scenery.stage.horizon_px / scenery.stage.unit_px
    for x, seed in scenery.along(count, jitter=0.45):
        y = top * (0.32 + 0.6 * ((seed % 97) / 97))
        size = 0.14 + 0.16 * ((seed % 31) / 31) * (0.6 + y / top)
        paint_cloud(easel, x, y, size, cloud_colour(scenery), seed)
    scenery.add("clouds", easel, parallax=0.1, blur=0.004)


def cloud_colour(scenery: Scenery) -> Colour:
    """Return the colour of a cloud in this light."""
    top, _, low = scenery.light.sky
    if scenery.light.is_night:
        return mix(top, (0.5, 0.55, 0.75), 0.3)
    if scenery.light.is_dull:
        return mix(low, (0.6, 0.63, 0.68), 0.5)
    return lighter(low, 0.62)


def paint_cloud(easel: Easel, x: float, y: float, size: float, colour: Colour, seed: int) -> None:
    """Paint one cloud: five to seven puffs on a flat foot."""
    foot = darker(colour, 0.06)
    puffs = 5 + seed % 3
    for k in range(puffs):
        share = (k + 0.5) / puffs
        r = size * (0.3 + 0.26 * math.sin(share * math.pi) + 0.05 * math.sin(seed + k * 1.9))
        easel.oval(
            x + size * 2.0 * (share - 0.5),
            y + r * 0.55,
            r * 1.08,
            r * 0.86,
            mix(foot, colour, math.sin(share * math.pi)),
        )
    easel.limb(
        [(x - size * 1.2, y), (x, y - size * 0.05), (x + size * 1.2, y)],
        [size * 0.3, size * 0.42, size * 0.3],
        foot,
        bevel=0.35,
    )
