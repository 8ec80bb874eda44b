"""Draw what falls, drifts and glows: particles of a frame at once, wrapped around it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from generation.engines.diorama.layers import Stack
from generation.engines.diorama.painting.brush import Colour
from generation.engines.diorama.scene import Floats, Scene
from generation.spec import Frame


@dataclass(frozen=True, slots=True)
class Swarm:
    """Particles in shares of the picture: float64 [n] each. `depth` 0 far .. 1 near."""

    x: Floats
    y: Floats
    depth: Floats
    phase: Floats


@dataclass(slots=True)
class Weather:
    """Draws the air of one scene over frames, in place."""

    scene: Scene
    stack: Stack
    swarm: Swarm
    kinds: tuple[str, ...]
    flashes: tuple[float, ...]
    fog: npt.NDArray[np.uint8] | None

    def draw(self, frame: Frame, *, at: int) -> None:
        """Draw everything in the air at frame `at`."""
        clock = (at - self.scene.origin) / self.scene.fps
        for kind in self.kinds:
            _DRAWERS[kind](self, frame, clock)

    def flash(self, clock: float) -> float:
        """How bright the lightning is, 0..1: two quick flickers."""
        since = [clock - start for start in self.flashes if 0 <= clock - start < 0.5]
        shine = [math.exp(-t * 9) * (0.7 + 0.3 * math.cos(t * 60)) for t in since]
        return float(max(shine, default=0.0))


def _spots(  # noqa: PLR0913 - how a swarm moves
    weather: Weather,
    clock: float,
    *,
    count: int,
    fall: float,
    drift: float,
    sway: float = 0.0,
    rate: float = 1.0,
) -> tuple[Floats, Floats, Floats]:
    """Return x, y in shares and depth of the first `count` particles: near ones move faster."""
    swarm = weather.swarm
    depth = swarm.depth[:count]
    speed = 0.45 + 0.75 * depth
    frame = math.floor(clock * weather.scene.fps + 1e-6) + weather.scene.origin
    scroll = weather.stack.shot.pan[min(max(frame, 0), weather.scene.frames - 1)]
    y = np.mod(swarm.y[:count] + fall * speed * clock, 1.16) - 0.08
    swing = sway * np.sin(clock * rate + swarm.phase[:count])
    x = np.mod(swarm.x[:count] + drift * speed * clock + swing - scroll * speed, 1.12) - 0.06
    return x, y, depth


def _unit(frame: Frame) -> float:
    return float(min(frame.shape[:2])) / 720


def _rain(weather: Weather, frame: Frame, clock: float) -> None:
    heavy = weather.scene.brief.weather == "storm"
    slant = -0.16 if not heavy else -0.34
    x, y, depth = _spots(weather, clock, count=400 if heavy else 300, fall=1.9, drift=slant)
    height, width = frame.shape[:2]
    veil = np.zeros((height // 2, width // 2), np.uint8)
    long = (0.018 + 0.045 * depth) * height / 2
    start = np.stack([x * width / 2, y * height / 2], axis=1)
    end = start + np.stack([slant * long * 0.5, long], axis=1)
    lines = np.round(np.stack([start, end], axis=1) * 16).astype(np.int32)
    far, near = lines[depth < 0.55], lines[depth >= 0.55]
    cv2.polylines(veil, list(far), False, 62, 1, cv2.LINE_AA, 4)
    cv2.polylines(veil, list(near), False, 105, max(1, round(_unit(frame))), cv2.LINE_AA, 4)
    _add_grey(frame, veil)


def _add_grey(frame: Frame, veil: npt.NDArray[np.uint8]) -> None:
    full = cv2.resize(veil, (frame.shape[1], frame.shape[0]), interpolation=cv2.INTER_LINEAR)
    cv2.add(frame, cv2.cvtColor(full, cv2.COLOR_GRAY2RGB), dst=frame)


def _splashes(weather: Weather, frame: Frame, clock: float) -> None:
    """Rings where drops meet the ground."""
    stage = weather.stack.stage
    tick = clock * 3.2
    swarm, unit = weather.swarm, _unit(frame)
    for index in range(46):
        age = (tick + swarm.phase[index]) % 1.0
        turn = int(tick + swarm.phase[index])
        x = (swarm.x[index] + turn * 0.37) % 1.0 * frame.shape[1]
        depth = (swarm.y[index] + turn * 0.23) % 1.0
        y = stage.horizon_px + (frame.shape[0] - stage.horizon_px) * (0.06 + 0.94 * depth)
        wide = (2 + 11 * age) * unit * (0.4 + depth)
        tone = int(120 * (1 - age))
        if tone > 12:
            centre = (int(x * 16), int(y * 16))
            colour = tuple(
                min(255, int(c) + tone // 2)
                for c in frame[min(int(y), frame.shape[0] - 1), min(int(x), frame.shape[1] - 1)]
            )
            cv2.ellipse(
                frame,
                centre,
                (int(wide * 16), int(wide * 4.2)),
                0,
                0,
                360,
                colour,
                1,
                cv2.LINE_AA,
                4,
            )


def _discs(
    frame: Frame, x: Floats, y: Floats, radius: Floats, colour: Colour, strength: Floats
) -> None:
    """Draw soft round flecks, by adding towards `colour`."""
    height, width = frame.shape[:2]
    tone = np.array(colour) * 255
    for px, py, r, alpha in zip(x * width, y * height, radius, strength, strict=True):
        reach = max(2, int(r * 2) + 1)
        left, top = int(px) - reach, int(py) - reach
        right, bottom = left + 2 * reach + 1, top + 2 * reach + 1
        if left < 0 or top < 0 or right > width or bottom > height or alpha < 0.02:
            continue
        patch = frame[top:bottom, left:right]
        rows = np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(py)
        columns = np.arange(left, right, dtype=np.float32)[None, :] - np.float32(px)
        cover = np.clip((r - np.sqrt(rows**2 + columns**2)) / max(0.8, r * 0.5) + 0.5, 0, 1)[
            ..., None
        ] * np.float32(alpha)
        patch[:] = (patch + (tone.astype(np.float32) - patch) * cover).astype(np.uint8)


def _snow(weather: Weather, frame: Frame, clock: float) -> None:
    """Flakes, drawn at half size and softened together; near ones are large and pale."""
    x, y, depth = _spots(weather, clock, count=300, fall=0.17, drift=-0.03, sway=0.02, rate=1.3)
    height, width = frame.shape[0] // 2, frame.shape[1] // 2
    veil = np.zeros((height, width), np.uint8)
    radius = (0.9 + 3.4 * depth**2.2) * _unit(frame)
    tone = 235 - 110 * depth**3
    for px, py, r, shine in zip(x * width, y * height, radius, tone, strict=True):
        spot = (int(px * 16), int(py * 16))
        cv2.circle(veil, spot, max(8, int(r * 16)), float(shine), -1, cv2.LINE_AA, 4)
    _add_grey(frame, np.asarray(cv2.GaussianBlur(veil, (3, 3), 0), np.uint8))


def _dust(weather: Weather, frame: Frame, clock: float) -> None:
    """Motes in the light."""
    x, y, depth = _spots(weather, clock, count=26, fall=-0.018, drift=0.014, sway=0.015, rate=0.6)
    shine = 0.28 + 0.2 * np.sin(clock * 1.1 + weather.swarm.phase[:26])
    _discs(
        frame,
        x,
        y,
        (1.0 + 2.2 * depth) * _unit(frame),
        weather.stack.light.sun,
        np.clip(shine, 0, 0.5),
    )


def _fireflies(weather: Weather, frame: Frame, clock: float) -> None:
    x, y, depth = _spots(weather, clock, count=34, fall=-0.012, drift=0.01, sway=0.05, rate=0.9)
    pulse = np.clip(np.sin(clock * 2.2 + weather.swarm.phase[:34] * 3), 0, 1)
    low = 0.35 + 0.6 * y
    unit = _unit(frame)
    _discs(frame, x, low, (7 + 7 * depth) * unit, (0.95, 0.9, 0.3), pulse * 0.2)
    _discs(frame, x, low, (1.8 + 1.8 * depth) * unit, (1.0, 0.98, 0.7), pulse * 0.95)


def _flecks(  # noqa: PLR0913 - how flat pieces look and fall
    weather: Weather,
    frame: Frame,
    clock: float,
    *,
    count: int,
    colours: tuple[Colour, ...],
    size: float,
    fall: float,
    drift: float,
) -> None:
    """Tumbling flat pieces: leaves, petals, paper."""
    x, y, depth = _spots(weather, clock, count=count, fall=fall, drift=drift, sway=0.05, rate=1.6)
    height, width = frame.shape[:2]
    unit = _unit(frame)
    for index in range(count):
        turn = clock * 2.4 + weather.swarm.phase[index]
        long = size * unit * (0.55 + depth[index])
        axes = (int(long * 16), max(8, int(long * 0.55 * abs(math.sin(turn * 1.3)) * 16)))
        colour = colours[index % len(colours)]
        tint = weather.stack.light.tint
        tone = tuple(int(255 * c * t) for c, t in zip(colour, tint, strict=True))
        cv2.ellipse(
            frame,
            (int(x[index] * width * 16), int(y[index] * height * 16)),
            axes,
            math.degrees(turn * 0.8),
            0,
            360,
            tone,
            -1,
            cv2.LINE_AA,
            4,
        )


def _leaves(weather: Weather, frame: Frame, clock: float) -> None:
    _flecks(
        weather,
        frame,
        clock,
        count=46,
        colours=((0.86, 0.45, 0.18), (0.93, 0.68, 0.24), (0.74, 0.3, 0.18)),
        size=9,
        fall=0.14,
        drift=-0.07,
    )


def _petals(weather: Weather, frame: Frame, clock: float) -> None:
    _flecks(
        weather,
        frame,
        clock,
        count=60,
        colours=((0.98, 0.76, 0.82), (1.0, 0.88, 0.9), (0.95, 0.64, 0.74)),
        size=6,
        fall=0.11,
        drift=-0.06,
    )


def _confetti(weather: Weather, frame: Frame, clock: float) -> None:
    _flecks(
        weather,
        frame,
        clock,
        count=90,
        colours=(
            (0.9, 0.35, 0.35),
            (0.95, 0.8, 0.3),
            (0.35, 0.65, 0.85),
            (0.55, 0.78, 0.45),
            (0.8, 0.5, 0.85),
        ),
        size=6,
        fall=0.24,
        drift=-0.02,
    )


def _bubbles(weather: Weather, frame: Frame, clock: float) -> None:
    x, y, depth = _spots(weather, clock, count=36, fall=-0.13, drift=0.0, sway=0.02, rate=2.0)
    height, width = frame.shape[:2]
    unit = _unit(frame)
    for px, py, r in zip(x * width, y * height, (2 + 9 * depth**2) * unit, strict=True):
        cv2.circle(
            frame,
            (int(px * 16), int(py * 16)),
            int(r * 16),
            (196, 234, 240),
            max(1, round(unit)),
            cv2.LINE_AA,
            4,
        )
        cv2.circle(
            frame,
            (int((px - r * 0.3) * 16), int((py - r * 0.35) * 16)),
            max(8, int(r * 4)),
            (246, 252, 252),
            -1,
            cv2.LINE_AA,
            4,
        )


def _fog(weather: Weather, frame: Frame, clock: float) -> None:
    """Two banks of mist that pass each other."""
    assert weather.fog is not None  # noqa: S101 - made with the weather
    height, width = frame.shape[:2]
    haze = np.array([c * 255 for c in weather.stack.light.haze])
    small = np.zeros((height // 8, width // 8), np.uint8)
    for speed, weight in ((7.0, 0.5), (-4.0, 0.5)):
        shift = int((clock * speed) % 240)
        bank = cv2.resize(weather.fog[:, shift : shift + 200], (small.shape[1], small.shape[0]))
        cv2.addWeighted(small, 1.0, bank, weight, 0, dst=small)
    rise = np.clip(np.linspace(0.1, 1.2, small.shape[0], dtype=np.float32), 0, 0.85)[:, None]
    cover = (small.astype(np.float32) * rise).astype(np.uint8)
    full = cv2.cvtColor(cv2.resize(cover, (width, height)), cv2.COLOR_GRAY2RGB)
    veil = np.empty_like(frame)
    veil[:] = haze.astype(np.uint8)
    lit = cv2.multiply(veil, full, scale=1 / 255)
    cv2.add(cv2.multiply(frame, cv2.bitwise_not(full), scale=1 / 255), lit, dst=frame)


def _gusts(weather: Weather, frame: Frame, clock: float) -> None:
    """Strokes of moving air, and a few leaves."""
    height, width = frame.shape[:2]
    veil = np.zeros((height // 2, width // 2), np.uint8)
    for index in range(7):
        start = (
            weather.swarm.x[index] * 1.6 + clock * 0.55 * (0.7 + weather.swarm.depth[index])
        ) % 1.6 - 0.4
        t = np.linspace(0, 1, 18)
        x = (start + 0.3 * t) * width / 2
        y = (
            (
                0.12
                + 0.7 * weather.swarm.y[index]
                + 0.012 * np.sin(t * 7 + weather.swarm.phase[index])
            )
            * height
            / 2
        )
        line = np.round(np.stack([x, y], axis=1) * 16).astype(np.int32)
        cv2.polylines(veil, [line], False, 70, 1, cv2.LINE_AA, 4)
    _add_grey(frame, cv2.GaussianBlur(veil, (0, 0), 1.0).astype(np.uint8))
    _flecks(
        weather,
        frame,
        clock,
        count=12,
        colours=((0.55, 0.65, 0.3), (0.8, 0.65, 0.3)),
        size=7,
        fall=0.05,
        drift=0.4,
    )


def _flash(weather: Weather, frame: Frame, clock: float) -> None:
    bright = weather.flash(clock)
    if bright > 0.02:
        cv2.convertScaleAbs(frame, dst=frame, alpha=1 + 0.8 * bright, beta=70 * bright)


_DRAWERS: Mapping[str, Callable[[Weather, Frame, float], None]] = {
    "rain": _rain,
    "splashes": _splashes,
    "snow": _snow,
    "dust": _dust,
    "fireflies": _fireflies,
    "leaves": _leaves,
    "petals": _petals,
    "confetti": _confetti,
    "bubbles": _bubbles,
    "fog": _fog,
    "gusts": _gusts,
    "flash": _flash,
}
