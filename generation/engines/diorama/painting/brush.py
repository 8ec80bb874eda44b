"""Cut soft shapes out of paper: smooth outlines, rounded shading, contact shadows, one light."""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Plane = npt.NDArray[np.float32]
Rgba = npt.NDArray[np.uint8]
Colour = tuple[float, float, float]
Points = Sequence[tuple[float, float]]
_SHIFT = 4
_TEXTURE_SIDE = 512


class Sprite(NamedTuple):
    """A picture to be placed: premultiplied uint8 [h, w, 4], and where its frame begins.

    `px` pixels are one unit of the frame it was drawn in; the frame's y points up.
    """

    rgba: Rgba
    origin: tuple[float, float]
    px: float


@dataclass(frozen=True, slots=True)
class Finish:
    """How shapes are made: `bevel` rounds them, `grain` roughens, `gloss` polishes, `outline` inks.

    `bands` above 0 cuts the shading into that many steps; `shadow` is how dark one shape falls on
    another; `tint` multiplies (the light of the hour); `rim` is added at edges that face the light.
    """

    bevel: float = 0.5
    grain: float = 0.03
    gloss: float = 0.12
    outline: float = 0.0
    bands: int = 0
    shadow: float = 0.3
    tint: Colour = (1.0, 1.0, 1.0)
    rim: Colour = (0.0, 0.0, 0.0)
    light: tuple[float, float] = (-0.45, -0.9)
    opacity: float = 1.0


def rgb(colour: Sequence[float]) -> Colour:
    """Return 0..255 sRGB as 0..1."""
    return colour[0] / 255, colour[1] / 255, colour[2] / 255


def mix(first: Sequence[float], second: Sequence[float], share: float) -> Colour:
    """Return the colour `share` of the way from `first` to `second`."""
    a, b = ((f * (1 - share) + s * share) for f, s in zip(first[:2], second[:2], strict=True))
    return a, b, first[2] * (1 - share) + second[2] * share


def darker(colour: Sequence[float], share: float = 0.25) -> Colour:
    """Return a shade: darker and a little cooler, as paper is in its own shadow."""
    return mix(colour, (0.16, 0.10, 0.22), share)


def lighter(colour: Sequence[float], share: float = 0.3) -> Colour:
    """Return a tint: lighter and a little warmer."""
    return mix(colour, (1.0, 0.97, 0.9), share)


def smooth(points: Points, *, closed: bool = True, per: int = 10) -> npt.NDArray[np.float64]:
    """Return a curve through `points`: uniform Catmull-Rom, `per` steps for each span."""
    knots = np.asarray(points, dtype=np.float64)
    if closed:
        padded = np.vstack([knots[-1:], knots, knots[:2]])
    else:
        padded = np.vstack([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    t = np.linspace(0, 1, per, endpoint=False)[:, None]
    spans = []
    for p0, p1, p2, p3 in zip(padded[:-3], padded[1:-2], padded[2:-1], padded[3:], strict=True):
        a, b, c = 2 * p1, p2 - p0, 2 * p0 - 5 * p1 + 4 * p2 - p3
        spans.append((a + b * t + c * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3) / 2)
    curve = np.vstack(spans)
    return curve if closed else np.vstack([curve, knots[-1:]])


def _texture() -> Plane:
    """Paper: fine noise over soft fibres, mean 0, about -1..1."""
    noise = np.random.default_rng(7).standard_normal((_TEXTURE_SIDE, _TEXTURE_SIDE))
    fine = noise.astype(np.float32)
    fibre = cv2.GaussianBlur(fine, (0, 0), 2.2)
    cloud = cv2.GaussianBlur(fine, (0, 0), 14)
    mixed = fine * 0.35 + fibre / fibre.std() * 0.55 + cloud / cloud.std() * 0.5
    return np.asarray(mixed, dtype=np.float32)


TEXTURE = _texture()


def texture(height: int, width: int, *, seed: int = 0) -> Plane:
    """Return float32 [height, width] of paper texture; `seed` chooses the spot."""
    top, left = (seed * 37) % _TEXTURE_SIDE, (seed * 101) % _TEXTURE_SIDE
    rows = np.arange(top, top + height) % _TEXTURE_SIDE
    columns = np.arange(left, left + width) % _TEXTURE_SIDE
    return TEXTURE[np.ix_(rows, columns)]


@dataclass(slots=True)
class Easel:
    """A transparent sheet to draw on, in units: x right, y up, `origin` in pixels is (0, 0).

    `rgb` float32 [h, w, 3] is premultiplied by `alpha` float32 [h, w].
    """

    width: int
    height: int
    origin: tuple[float, float]
    px: float
    finish: Finish = field(default_factory=Finish)
    seed: int = 0
    rgb: Plane = field(init=False)
    alpha: Plane = field(init=False)

    def __post_init__(self) -> None:
        self.rgb = np.zeros((self.height, self.width, 3), np.float32)
        self.alpha = np.zeros((self.height, self.width), np.float32)

    def at(self, x: float, y: float, scale: float) -> Easel:
        """Return the same sheet with (x, y) as its origin and units `scale` times as large."""
        spot = copy.copy(self)
        spot.origin = (self.origin[0] + x * self.px, self.origin[1] - y * self.px)
        spot.px = self.px * scale
        return spot

    # -- shapes ------------------------------------------------------------------------------

    def blob(self, points: Points, colour: Sequence[float], **how: Any) -> None:
        """Draw a smooth closed shape through `points`."""
        self._shape(smooth(points), colour, how)

    def poly(self, points: Points, colour: Sequence[float], **how: Any) -> None:
        """Draw a shape with corners."""
        self._shape(np.asarray(points, dtype=np.float64), colour, how)

    def box(
        self,
        x: float,
        y: float,
        wide: float,
        high: float,
        colour: Sequence[float],
        *,
        corner: float = 0.0,
        **how: Any,
    ) -> None:
        """Draw a rectangle around (x, y) with rounded corners."""
        corner = min(corner, wide / 2, high / 2)
        if corner <= 0:
            a, b = wide / 2, high / 2
            self.poly(
                [(x - a, y - b), (x + a, y - b), (x + a, y + b), (x - a, y + b)], colour, **how
            )
            return
        turn = np.linspace(0, math.tau, 33)[:-1]
        along = np.cos(turn) * corner + np.sign(np.cos(turn) + 1e-9) * (wide / 2 - corner)
        up = np.sin(turn) * corner + np.sign(np.sin(turn) + 1e-9) * (high / 2 - corner)
        self._shape(np.stack([x + along, y + up], axis=1), colour, how)

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        colour: Sequence[float],
        *,
        angle: float = 0.0,
        **how: Any,
    ) -> None:
        """Draw an ellipse, turned by `angle` radians."""
        turn = np.linspace(0, math.tau, 41)[:-1]
        u, v = np.cos(turn) * rx, np.sin(turn) * ry
        c, s = math.cos(angle), math.sin(angle)
        self._shape(np.stack([x + u * c - v * s, y + u * s + v * c], axis=1), colour, how)

    def limb(
        self, points: Points, widths: Sequence[float], colour: Sequence[float], **how: Any
    ) -> None:
        """Draw a tapering tube along a smooth line; `widths` are full widths at the points."""
        middle = smooth(points, closed=False)
        spread = np.interp(np.linspace(0, 1, len(middle)), np.linspace(0, 1, len(widths)), widths)
        along = np.gradient(middle, axis=0)
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
        side = np.stack([-along[:, 1], along[:, 0]], axis=1) * (spread / 2)[:, None]
        first = _cap(middle[0], -side[0], -along[0])
        last = _cap(middle[-1], side[-1], along[-1])
        self._shape(np.vstack([middle + side, last, (middle - side)[::-1], first]), colour, how)

    # -- laying paint --------------------------------------------------------------------------

    def _shape(
        self,
        outline: npt.NDArray[np.float64],
        colour: Sequence[float],
        how: dict[str, Any],
    ) -> None:
        """`how` is what `lay` takes."""
        spots = outline * (self.px, -self.px) + self.origin
        pad = 3
        low = np.maximum(np.floor(spots.min(axis=0)).astype(int) - pad, 0)
        high = np.minimum(np.ceil(spots.max(axis=0)).astype(int) + pad, (self.width, self.height))
        if (high <= low).any():
            return
        mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
        corners = np.round((spots - low) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(mask, [corners], 255, cv2.LINE_AA, _SHIFT)
        self.lay(mask, colour, (int(low[0]), int(low[1])), **how)

    def lay(  # noqa: PLR0913 - what all shapes may ask for
        self,
        mask: npt.NDArray[np.uint8],
        colour: Sequence[float],
        at: tuple[int, int],
        *,
        bevel: float | None = None,
        alpha: float = 1.0,
        shadow: float | None = None,
        inside: bool = False,
        flat: bool = False,
    ) -> None:
        """Lay paint where uint8 `mask` is, its corner at pixel `at`."""
        left, top = at
        window = np.s_[top : top + mask.shape[0], left : left + mask.shape[1]]
        cover = mask.astype(np.float32) * np.float32(alpha / 255)
        under = self.alpha[window]
        if inside:
            cover *= under
        elif not flat:
            self._shade_below(mask, at, self.finish.shadow if shadow is None else shadow)
        paint = self._paint(
            mask, colour, at, 0.0 if flat else (self.finish.bevel if bevel is None else bevel)
        )
        keep = 1 - cover
        self.rgb[window] = self.rgb[window] * keep[..., None] + paint * cover[..., None]
        self.alpha[window] = under * keep + cover

    def _paint(
        self,
        mask: npt.NDArray[np.uint8],
        colour: Sequence[float],
        at: tuple[int, int],
        bevel: float,
    ) -> Plane:
        """Return float32 [h, w, 3]: the colour, rounded by the light and roughened by the paper."""
        height, width = mask.shape
        base = np.asarray(colour[:3], np.float32)
        light = self._rounding(mask, bevel) if bevel > 0 else np.zeros((height, width), np.float32)
        if self.finish.bands:
            light = np.round(light * self.finish.bands) / np.float32(self.finish.bands)
        if self.finish.grain > 0:
            light = light + texture(height, width, seed=self.seed + at[0] + at[1]) * np.float32(
                self.finish.grain
            )
        bright = np.clip(light, 0, 1)[..., None]
        dark = np.clip(-light, 0, 1)[..., None]
        lit = base + (np.float32(1.0) - base) * bright * np.float32(0.5)
        shade = np.float32(0.42) * base + np.asarray((0.06, 0.03, 0.11), np.float32)
        return np.asarray(lit + (shade - lit) * dark, np.float32)

    def _rounding(self, mask: npt.NDArray[np.uint8], bevel: float) -> Plane:
        """Treat the blurred mask as a height: slopes that face the light are positive."""
        height, width = mask.shape
        radius = max(1.5, 0.2 * bevel * math.sqrt(height * width) + 1.0)
        step = max(1, int(radius / 5))
        small = cv2.resize(
            mask, (max(2, width // step), max(2, height // step)), interpolation=cv2.INTER_AREA
        )
        framed = (
            cv2.copyMakeBorder(small, 6, 6, 6, 6, cv2.BORDER_CONSTANT, value=0).astype(np.float32)
            / 255
        )
        soft = cv2.GaussianBlur(framed, (0, 0), radius / step)
        across = cv2.Sobel(soft, cv2.CV_32F, 1, 0)[6:-6, 6:-6]
        down = cv2.Sobel(soft, cv2.CV_32F, 0, 1)[6:-6, 6:-6]
        lx, ly = self.finish.light
        slope = -(across * lx + down * ly) * np.float32(radius / step * 0.42 * (0.55 + bevel))
        gloss = np.clip(slope - 0.5, 0, None) * np.float32(self.finish.gloss * 6)
        slope = np.clip(slope, -0.75, 0.8) * np.float32(0.8) + gloss
        return np.asarray(cv2.resize(slope, (width, height), interpolation=cv2.INTER_LINEAR))

    def _shade_below(
        self, mask: npt.NDArray[np.uint8], at: tuple[int, int], strength: float
    ) -> None:
        """Let the new shape throw a soft shadow on what is already there."""
        if strength <= 0:
            return
        reach = max(2, int(0.035 * self.px))
        drop = max(1, reach // 2)
        framed = cv2.copyMakeBorder(mask, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
        soft = cv2.blur(cv2.blur(framed, (reach, reach)), (reach, reach))
        top, left = at[1] - reach + drop, at[0] - reach
        bottom, right = min(top + soft.shape[0], self.height), min(left + soft.shape[1], self.width)
        y, x = max(top, 0), max(left, 0)
        if bottom <= y or right <= x:
            return
        part = soft[y - top : bottom - top, x - left : right - left].astype(np.float32)
        self.rgb[y:bottom, x:right] *= (1 - part * np.float32(strength / 255))[..., None]

    # -- taking the sheet off ---------------------------------------------------------------------

    def lift(self) -> Sprite:
        """Return what was drawn, cropped, in the light of the hour; the easel is blank again."""
        found = cv2.boundingRect((self.alpha > 0.004).astype(np.uint8))
        pad = 3
        left, top = max(found[0] - pad, 0), max(found[1] - pad, 0)
        right = min(found[0] + found[2] + pad, self.width)
        bottom = min(found[1] + found[3] + pad, self.height)
        window = np.s_[top : max(bottom, top + 1), left : max(right, left + 1)]
        sheet = finished(self.rgb[window], self.alpha[window], self.finish, px=self.px)
        self.rgb[window] = 0
        self.alpha[window] = 0
        return Sprite(sheet, (self.origin[0] - left, self.origin[1] - top), self.px)


def finished(colour: Plane, alpha: Plane, finish: Finish, *, px: float) -> Rgba:
    """Apply ink, tint and rim light to a premultiplied sheet; returns uint8 [h, w, 4]."""
    if finish.outline > 0:
        colour, alpha = _inked(colour, alpha, max(1.0, finish.outline * px))
    lit = colour * np.asarray(finish.tint, np.float32)
    if max(finish.rim) > 0:
        lx, ly = finish.light
        reach = max(1.5, 0.014 * px)
        moved = np.asarray([[1, 0, -lx * reach], [0, 1, -ly * reach]], np.float32)
        away = cv2.warpAffine(alpha, moved, (alpha.shape[1], alpha.shape[0]))
        edge = cv2.GaussianBlur(np.clip(alpha - away, 0, 1), (0, 0), max(0.8, reach * 0.45)) * alpha
        lit = lit + edge[..., None] * np.asarray(finish.rim, np.float32)
    sheet = np.dstack([np.minimum(lit, alpha[..., None]), alpha]) * np.float32(finish.opacity * 255)
    return np.asarray(np.clip(sheet + 0.5, 0, 255), np.uint8)


def _inked(colour: Plane, alpha: Plane, width: float) -> tuple[Plane, Plane]:
    side = int(width) * 2 + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    grown = cv2.GaussianBlur(cv2.dilate(alpha, disc), (0, 0), 0.7)
    ink = np.asarray((0.10, 0.07, 0.12), np.float32)
    rest = np.clip(grown - alpha, 0, 1)
    return np.asarray(colour + rest[..., None] * ink, np.float32), np.maximum(grown, alpha)


def _cap(
    centre: npt.NDArray[np.float64], side: npt.NDArray[np.float64], along: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Half a circle from centre + side round to centre - side."""
    turn = np.linspace(0, math.pi, 9)[1:-1, None]
    radius = float(np.linalg.norm(side))
    return np.asarray(centre + np.cos(turn) * side + np.sin(turn) * along * radius)
