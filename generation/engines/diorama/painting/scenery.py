"""Paint the world around the actors on wide sheets, far to near, hazier with distance."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import cv2
import numpy as np

from generation.engines.diorama.measures import Stage
from generation.engines.diorama.painting.brush import (
    Colour,
    Easel,
    Finish,
    Plane,
    Rgba,
    finished,
    mix,
    texture,
)
from generation.engines.diorama.painting.lighting import Light

# Room around the picture for camera moves, as shares of its size.
MARGIN_X, MARGIN_Y = 0.2, 0.12
# How finely sheets are painted, in pixels of the sheet for one of the canvas.
FAR_DETAIL, NEAR_DETAIL, GROUND_DETAIL, FRONT_DETAIL = 0.5, 0.8, 0.7, 0.45
# Behind this much air there is no rim light, and half the detail is enough.
RIMLESS = 0.25


class Plate(NamedTuple):
    """One sheet of scenery: premultiplied uint8 [h, w, 4], its top left at canvas pixel `corner`.

    `parallax` 1 moves with the actors, 0 never moves, above 1 is in front of them. `front` says
    that it covers the actors. `period_px` is the distance after which it repeats, 0 if it does
    not. One canvas pixel is `detail` pixels of the sheet: what is far or out of focus is small.
    """

    name: str
    rgba: Rgba
    corner: tuple[float, float]
    parallax: float
    front: bool = False
    period_px: float = 0.0
    detail: float = 1.0


class Lamp(NamedTuple):
    """A spot of light in the scenery: canvas pixels, reach in pixels, colour, parallax."""

    x: float
    y: float
    reach: float
    colour: Colour
    parallax: float


@dataclass(slots=True)
class Scenery:
    """The place being painted. Units as on the stage: x 0 is the middle, y 0 the horizon, up.

    `left`, `right` bound what must be painted; with `period` above 0, what stands at x stands at
    x + period too.
    """

    stage: Stage
    light: Light
    finish: Finish
    chance: np.random.Generator
    place: str
    weather: str
    period: float = 0.0
    is_wet: bool = False
    plates: list[Plate] = field(default_factory=list)
    lamps: list[Lamp] = field(default_factory=list)
    width_px: int = field(init=False)
    height_px: int = field(init=False)
    margin_px: tuple[int, int] = field(init=False)

    def __post_init__(self) -> None:
        width, height = self.stage.canvas
        self.margin_px = (int(width * MARGIN_X), int(height * MARGIN_Y))
        self.width_px = width + 2 * self.margin_px[0] + int(self.period * self.stage.unit_px)
        self.height_px = height + 2 * self.margin_px[1]

    @property
    def left(self) -> float:
        """Left end of the sheets in units."""
        return -(self.stage.canvas.width / 2 + self.margin_px[0]) / self.stage.unit_px

    @property
    def right(self) -> float:
        """Right end of the sheets in units."""
        return self.left + self.width_px / self.stage.unit_px

    @property
    def near(self) -> float:
        """Height of the near edge of the acting area, below the horizon (negative)."""
        return (self.stage.horizon_px - self.stage.near_px) / self.stage.unit_px

    @property
    def top(self) -> float:
        """Top of the sheets in units."""
        return (self.stage.horizon_px + self.margin_px[1]) / self.stage.unit_px

    @property
    def bottom(self) -> float:
        """Bottom of the sheets in units (negative)."""
        return self.top - self.height_px / self.stage.unit_px

    def sheet(
        self, *, haze: float = 0.0, bevel: float | None = None, detail: float | None = None
    ) -> Easel:
        """Return a blank sheet; `haze` 0..1 mutes its finish as air does. See `Plate.detail`."""
        finish = replace(
            self.finish,
            tint=mix(self.finish.tint, (1, 1, 1), haze * 0.5),
            rim=(0.0, 0.0, 0.0) if haze > RIMLESS else self.finish.rim,
            bevel=(self.finish.bevel if bevel is None else bevel) * (1 - 0.6 * haze),
            outline=self.finish.outline * (1 - haze) * 0.6,
        )
        small = (FAR_DETAIL if haze > RIMLESS else NEAR_DETAIL) if detail is None else detail
        px = self.stage.unit_px * small
        origin = (-self.left * px, self.top * px)
        width, height = math.ceil(self.width_px * small), math.ceil(self.height_px * small)
        return Easel(width, height, origin, px, finish, seed=int(self.chance.integers(99)))

    def add(
        self,
        name: str,
        easel: Easel,
        *,
        parallax: float,
        haze: float = 0.0,
        blur: float = 0.0,
        front: bool = False,
    ) -> None:
        """Hang a painted sheet: air in front of it, out of focus by `blur` units."""
        detail = easel.px / self.stage.unit_px
        rows = np.flatnonzero(easel.alpha.max(axis=1) > 0.004)
        if rows.size == 0:
            return
        pad = int(blur * easel.px * 3) + 2
        top, bottom = max(int(rows[0]) - pad, 0), min(int(rows[-1]) + pad, easel.height)
        rgba = finished(easel.rgb[top:bottom], easel.alpha[top:bottom], easel.finish, px=easel.px)
        if haze > 0:
            rgba = _hazed(rgba, self.light.haze, haze)
        if blur * easel.px > 0.4:
            rgba = np.asarray(cv2.GaussianBlur(rgba, (0, 0), blur * easel.px), np.uint8)
        corner = (-float(self.margin_px[0]), top / detail - self.margin_px[1])
        self.plates.append(
            Plate(name, rgba, corner, parallax, front, self.period * self.stage.unit_px, detail)
        )

    def along(
        self, count: int, *, jitter: float = 0.35, inset: float = 0.0
    ) -> Iterator[tuple[float, int]]:
        """Yield (x, seed) of things in a row from left to right; repeats them after a period."""
        span = self.period or (self.right - self.left)
        slots = max(1, round(count * (span / (self.right - self.left)))) if self.period else count
        spots = []
        for index in range(slots):
            shake = float(self.chance.uniform(-jitter, jitter))
            x = self.left + inset + (index + 0.5 + shake) / slots * (span - 2 * inset)
            spots.append((x, int(self.chance.integers(1 << 20))))
        yield from spots
        if self.period:
            yield from (
                (x + self.period, seed) for x, seed in spots if x + self.period < self.right + 0.6
            )

    def wave(self, *, rough: float, octaves: int = 3) -> Callable[[float], float]:
        """Return a gentle random curve of x, -1..1, that repeats with the period."""
        span = self.period or (self.right - self.left) * 1.7
        parts = [(2**k, float(self.chance.uniform(0, math.tau)), rough**k) for k in range(octaves)]
        total = sum(weight for _, _, weight in parts)

        def height(x: float) -> float:
            turn = math.tau * x / span
            return sum(w * math.sin(n * turn * 2 + phase) for n, phase, w in parts) / total

        return height

    # -- elements that many places share ----------------------------------------------------------

    def sky(self) -> Plane:
        """Return the sky as float32 [h, w, 3], for the caller to add to and to hang."""
        top, middle, low = (np.asarray(colour, np.float32) for colour in self.light.sky)
        horizon = (self.stage.horizon_px + self.margin_px[1]) * FAR_DETAIL
        height, width = (
            math.ceil(self.height_px * FAR_DETAIL),
            math.ceil(self.width_px * FAR_DETAIL),
        )
        share = np.clip(np.arange(height, dtype=np.float32) / horizon, 0, 1)[:, None]
        curve = share**1.25
        column = np.where(
            curve < 0.55,
            top + (middle - top) * (curve / 0.55),
            middle + (low - middle) * ((curve - 0.55) / 0.45),
        )
        sheet = np.repeat(column[:, None, :], width, axis=1)
        grain = texture(height, width, seed=3)[..., None] * np.float32(0.006)
        return np.asarray(sheet + grain, np.float32)

    def glow(
        self, sheet: Plane, x: float, y: float, reach: float, colour: Colour, strength: float
    ) -> None:
        """Add soft light around a point of an opaque sheet."""
        px = self.stage.unit_px * FAR_DETAIL
        cx, cy = (x - self.left) * px, (self.top - y) * px
        rows = (np.arange(sheet.shape[0], dtype=np.float32) - cy)[:, None]
        columns = (np.arange(sheet.shape[1], dtype=np.float32) - cx)[None, :]
        width = np.float32(2 * (reach * px) ** 2)
        fall = np.exp(-(rows**2) / width) * np.exp(-(columns**2) / width) * np.float32(strength)
        sheet += (np.asarray(colour, np.float32) - sheet) * fall[..., None]

    def hang_sky(self, sheet: Plane, *, name: str = "sky") -> None:
        """Hang an opaque sheet as the last plate of all."""
        opaque = np.dstack([np.clip(sheet, 0, 1), np.ones(sheet.shape[:2], np.float32)])
        rgba = np.asarray(opaque * 255 + 0.5, np.uint8)
        corner = (-float(self.margin_px[0]), -float(self.margin_px[1]))
        self.plates.append(
            Plate(name, rgba, corner, 0.04, False, self.period * self.stage.unit_px, FAR_DETAIL)
        )

    def ridge(
        self,
        colour: Colour,
        base: float,
        rise: float,
        *,
        rough: float = 0.4,
        octaves: int = 3,
        easel: Easel,
    ) -> Callable[[float], float]:
        """Paint a line of hills or mountains; returns its outline as a function of x."""
        wave = self.wave(rough=rough, octaves=octaves)
        steps = np.linspace(self.left - 0.1, self.right + 0.1, 90)
        outline = [(float(x), base + rise * (0.5 + 0.5 * wave(float(x)))) for x in steps]
        easel.poly(
            [*outline, (self.right + 0.1, self.bottom), (self.left - 0.1, self.bottom)], colour
        )
        return lambda x: base + rise * (0.5 + 0.5 * wave(x))

    def ground(
        self,
        far: Colour,
        near: Colour,
        *,
        streak: float = 0.05,
        name: str = "ground",
        top: float = 0.0,
    ) -> Easel:
        """Paint the floor from the horizon down: haze far away, texture in perspective."""
        easel = self.sheet(bevel=0.0, detail=GROUND_DETAIL)
        start = int((self.top - top) * easel.px)
        rows = easel.height - start
        share = np.linspace(0, 1, rows, dtype=np.float32)[:, None, None]
        base = np.asarray(far, np.float32) + (
            np.asarray(near, np.float32) - np.asarray(far, np.float32)
        ) * np.sqrt(share)
        base = base * (1 - 0.22 * np.clip(share * 1.5 - 0.75, 0, 1))
        noise = (
            self._perspective_noise(rows, easel.width)[..., None]
            * np.float32(streak)
            * (0.25 + 0.75 * share)
        )
        easel.rgb[start:] = np.clip(base * (1 + noise), 0, 1)
        easel.alpha[start:] = 1.0
        return easel

    def _perspective_noise(self, rows: int, width: int) -> Plane:
        """Texture whose grain grows towards the viewer."""
        fine = texture(256, 512, seed=9)
        depth = np.linspace(0.02, 1, rows, dtype=np.float32)
        v = (255 * (1 - (1 / (1 + 4 * depth)) * 1.02)).astype(np.float32)
        x = (np.arange(width, dtype=np.float32) - width / 2)[None, :] / np.float32(GROUND_DETAIL)
        u = np.mod(x / (0.25 + 0.75 * depth[:, None]) * np.float32(0.35) + 256, 511)
        wide = np.repeat(np.clip(v * 1.2, 0, 254)[:, None], width, axis=1)
        return np.asarray(cv2.remap(fine, u.astype(np.float32), wide, cv2.INTER_LINEAR), np.float32)

    def depth_row(self, share: float) -> tuple[float, float]:
        """Return (y, scale) of what stands `share` of the way from horizon to near edge."""
        return self.near * share, 0.35 + 0.65 * share

    def tinted(self, colour: Colour, distance: float) -> Colour:
        """Return a colour seen through air: 0 near, 1 lost in haze."""
        return mix(colour, self.light.haze, distance)


def _hazed(rgba: Rgba, haze: Colour, share: float) -> Rgba:
    alpha = rgba[..., 3:].astype(np.float32)
    veil = np.asarray(haze, np.float32) * alpha
    mixed = rgba[..., :3] * np.float32(1 - share) + veil * np.float32(share)
    return np.dstack([np.clip(mixed + 0.5, 0, 255).astype(np.uint8), rgba[..., 3]])
