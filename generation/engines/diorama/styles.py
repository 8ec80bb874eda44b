"""The last treatment of a frame: bloom, grade, grain, and what makes neon neon and paper paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np
import numpy.typing as npt

from generation.engines.diorama.layers import Stack
from generation.engines.diorama.painting.brush import TEXTURE, Plane
from generation.engines.diorama.scene import Scene
from generation.spec import Frame

Bytes = npt.NDArray[np.uint8]
# Puppets of these styles are moved by hand: twelve pictures a second, each shown twice.
ON_TWOS = frozenset({"clay", "paper", "felt", "sketch"})
_GRAIN_TILES = 6


class Grade:
    """Treats the frames of one scene, in order; everything that can be made beforehand is."""

    def __init__(self, scene: Scene, stack: Stack) -> None:
        width, height = scene.canvas
        self.style = scene.brief.style or "diorama"
        self.scene = scene
        self.lamp = stack.light.lamp
        dark = _vignette(width, height, _VIGNETTES.get(self.style, 0.2))
        self.grain = _grain(dark, _GRAINS.get(self.style, 0.0 if self.style in _GRAINLESS else 5.0))
        self.paper = _SURFACES[self.style](width, height) if self.style in _SURFACES else None
        self.curve = _curve(self.style)

    def __call__(self, frame: Frame, *, at: int) -> Frame:
        """Return the finished frame; may reuse the memory of the given one."""
        treat = _TREATMENTS.get(self.style)
        if treat is not None:
            frame = treat(self, frame)
        if self.lamp > 0.2 or self.style == "neon":
            frame = _bloom(frame, 0.5 if self.style == "neon" else 0.22 * self.lamp)
        if self.curve is not None:
            frame = np.asarray(cv2.LUT(frame, self.curve), np.uint8)
        tile = self.grain[(at // 2 if self.style in ON_TWOS else at) % _GRAIN_TILES]
        return np.asarray(cv2.add(cv2.subtract(frame, tile[0]), tile[1]), np.uint8)


_GRAINLESS = frozenset({"pixel", "comic", "anime"})
_VIGNETTES = {
    "noir": 0.5,
    "vintage": 0.48,
    "neon": 0.34,
    "comic": 0.0,
    "pixel": 0.0,
    "anime": 0.08,
    "sketch": 0.1,
    "watercolour": 0.05,
}
_GRAINS = {"noir": 11.0, "vintage": 12.0, "felt": 7.0, "clay": 4.0}


def _vignette(width: int, height: int, strength: float) -> Plane:
    """How much darker the corners are, in bytes to subtract: cheaper than a product."""
    rows = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    fall = strength * np.clip((rows**2 * 0.8 + columns**2 * 0.7) - 0.35, 0, None)
    return np.asarray(np.clip(fall, 0, 1) * 120, np.float32)


def _grain(dark: Plane, strength: float) -> list[tuple[Bytes, Bytes]]:
    """Grain and vignette as pairs (to subtract, to add): windows of one sheet of noise."""
    height, width = dark.shape
    chance = np.random.default_rng(17)
    noise = chance.standard_normal((height + 64, width + 64)).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), 0.7)
    noise = np.asarray(soft * (strength / max(float(soft.std()), 1e-6) * 0.55), np.float32)
    tiles = []
    for _ in range(_GRAIN_TILES):
        top, left = (int(chance.integers(64)) for _ in range(2))
        window = noise[top : top + height, left : left + width]
        pair = [_three(np.clip(sign * window, 0, 40) + veil) for sign, veil in ((-1, dark), (1, 0))]
        tiles.append((pair[0], pair[1]))
    return tiles


def _three(plane: Plane) -> Bytes:
    """Repeat a grey plane for red, green and blue."""
    return np.repeat(plane.astype(np.uint8)[..., None], 3, axis=2)


def _surface(plane: Plane) -> Bytes:
    """Return a surface to be multiplied with, from float32 [h, w] around 244."""
    return _three(np.clip(plane, 190, 255))


def _tiled(width: int, height: int) -> Plane:
    tall, wide = -(-height // TEXTURE.shape[0]), -(-width // TEXTURE.shape[1])
    return np.tile(TEXTURE, (tall, wide))[:height, :width]


def _paper(width: int, height: int) -> Bytes:
    """Tooth of heavy paper."""
    return _surface(244 + _tiled(width, height) * 9)


def _wool(width: int, height: int) -> Bytes:
    """Fibres of felt, in two directions."""
    cloth = np.ascontiguousarray(_tiled(width, height))
    fibres = cloth - cv2.blur(cloth, (25, 25))
    across = cv2.blur(fibres, (1, 9)) + cv2.blur(fibres, (9, 1))
    return _surface(np.asarray(238 + across * 10, np.float32))


def _thumbprints(width: int, height: int) -> Bytes:
    """Ridges that fingers left in plasticine: waves along a slowly wandering field."""
    chance = np.random.default_rng(23)
    field = cv2.resize(
        chance.standard_normal((7, 5)).astype(np.float32),
        (width, height),
        interpolation=cv2.INTER_CUBIC,
    )
    ridges = np.sin(field * 26) * np.clip(np.sin(field * 3.1) * 2, 0, 1)
    return _surface(np.asarray(246 + ridges * 6, np.float32))


_SURFACES: Mapping[str, Callable[[int, int], Bytes]] = {
    **dict.fromkeys(("watercolour", "sketch", "paper", "vintage"), _paper),
    "felt": _wool,
    "clay": _thumbprints,
}


def _curve(style: str) -> Bytes | None:
    """A tone curve as a table [1, 256, 3], or None."""
    x = np.linspace(0, 1, 256)
    if style == "vintage":
        table = np.stack([0.08 + 0.92 * x**0.9, 0.06 + 0.86 * x, 0.1 + 0.66 * x], axis=1)
    elif style == "noir":
        hard = np.clip((x - 0.5) * 1.35 + 0.47, 0, 1)
        table = np.stack([hard] * 3, axis=1)
    elif style == "comic":
        table = np.stack([np.clip((x - 0.5) * 1.2 + 0.53, 0, 1)] * 3, axis=1)
    elif style == "watercolour":
        table = np.stack([0.14 + 0.86 * x] * 3, axis=1)
    else:
        return None
    return np.asarray(np.clip(table, 0, 1) * 255 + 0.5, np.uint8).reshape(1, 256, 3)


def _bloom(frame: Frame, strength: float) -> Frame:
    """Let bright places glow: the light above a threshold, blurred at an eighth of the size."""
    height, width = frame.shape[:2]
    small = cv2.resize(
        frame, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA
    )
    bright = cv2.subtract(small, np.full_like(small, 118))
    soft = cv2.GaussianBlur(bright, (0, 0), max(1.0, width / 120))
    return np.asarray(
        cv2.addWeighted(frame, 1.0, cv2.resize(soft, (width, height)), strength * 2.2, 0), np.uint8
    )


def _watercolour(grade: Grade, frame: Frame) -> Frame:
    """Melt detail into washes, darken their edges, let the paper through."""
    height, width = frame.shape[:2]
    small = cv2.resize(frame, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    wash = cv2.medianBlur(small, 5 if width >= 480 else 3)
    edge = cv2.absdiff(wash, cv2.blur(wash, (7, 7)))
    wash = cv2.subtract(wash, cv2.convertScaleAbs(edge, alpha=0.8))
    full = cv2.resize(wash, (width, height), interpolation=cv2.INTER_LINEAR)
    return _on_paper(grade, full)


def _on_paper(grade: Grade, frame: cv2.typing.MatLike) -> Frame:
    if grade.paper is None:
        return np.asarray(frame, np.uint8)
    return np.asarray(cv2.multiply(frame, grade.paper, scale=1 / 255), np.uint8)


def _sketch(grade: Grade, frame: Frame) -> Frame:
    """Pencil: grey divided by its own blur leaves the lines, a little colour stays as crayon."""
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    soft = cv2.GaussianBlur(grey, (0, 0), max(1.2, frame.shape[1] / 200))
    line = cv2.divide(grey, soft, scale=246)
    shade = cv2.addWeighted(line, 0.78, grey, 0.28, -6)
    pencil = cv2.cvtColor(cv2.multiply(shade, line, scale=1 / 250), cv2.COLOR_GRAY2RGB)
    crayon = cv2.addWeighted(frame, 0.22, np.full_like(frame, 250), 0.78, 0)
    return _on_paper(grade, cv2.multiply(pencil, crayon, scale=1 / 240))


def _pixel(_grade: Grade, frame: Frame) -> Frame:
    """Big pixels in few colours."""
    height, width = frame.shape[:2]
    step = max(2, min(width, height) // 120)
    small = cv2.resize(frame, (width // step, height // step), interpolation=cv2.INTER_AREA)
    levels = np.arange(256) // 28 * 28 + 14
    few = cv2.LUT(small, np.asarray(np.clip((levels - 128) * 1.12 + 130, 0, 255), np.uint8))
    return np.asarray(cv2.resize(few, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)


def _noir(_grade: Grade, frame: Frame) -> Frame:
    return np.asarray(
        cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8
    )


def _vintage(grade: Grade, frame: Frame) -> Frame:
    grey = cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    return _on_paper(grade, cv2.addWeighted(frame, 0.45, grey, 0.55, 0))


def _comic(_grade: Grade, frame: Frame) -> Frame:
    """Flat tones, and dots of ink in the shadows."""
    height, width = frame.shape[:2]
    levels = np.round(np.arange(256) / 51) * 51
    flat = cv2.LUT(frame, np.asarray(levels, np.uint8))
    mixed = cv2.addWeighted(frame, 0.4, flat, 0.6, 0)
    grey = cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY)
    step = max(4, min(width, height) // 100)
    y, x = np.mgrid[0:step, 0:step] / step - 0.5
    dot = np.asarray((1 - np.clip(np.hypot(x, y) * 2, 0, 1)) * 90, np.uint8)
    screen = np.tile(dot, (-(-height // step), -(-width // step)))[:height, :width]
    dark = cv2.threshold(
        cv2.add(grey, cv2.subtract(np.full_like(screen, 60), screen)), 118, 255, cv2.THRESH_BINARY
    )[1]
    ink = cv2.addWeighted(
        cv2.cvtColor(dark, cv2.COLOR_GRAY2RGB), 0.22, np.full_like(frame, 255), 0.78, 0
    )
    return np.asarray(cv2.multiply(mixed, ink, scale=1 / 255), np.uint8)


def _clay(grade: Grade, frame: Frame) -> Frame:
    """Plasticine: fuller colours, and prints of the fingers that moved it."""
    grey = cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    return _on_paper(grade, cv2.addWeighted(frame, 1.3, grey, -0.3, 3))


def _neon(_grade: Grade, frame: Frame) -> Frame:
    """Push colours apart: more of what differs from grey."""
    grey = cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
    return np.asarray(cv2.addWeighted(frame, 1.5, grey, -0.5, -4), np.uint8)


_TREATMENTS: Mapping[str, Callable[[Grade, Frame], Frame]] = {
    "watercolour": _watercolour,
    "sketch": _sketch,
    "pixel": _pixel,
    "noir": _noir,
    "vintage": _vintage,
    "comic": _comic,
    "neon": _neon,
    "paper": _on_paper,
    "felt": _on_paper,
    "clay": _clay,
}
