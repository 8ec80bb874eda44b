"""Blows and footsteps by modal synthesis: body and ground ring over a burst of noise.

Bigger is lower; harder is louder and brighter, because a short contact excites the high modes.
Source: modal synthesis of contact sounds, van den Doel and Pai, "The sounds of physical shapes",
Presence 7(4), 1998.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from generation.engines.diorama.sound.spec import SoundEvent
from generation.engines.diorama.sound.waves import (
    Wave,
    add,
    band,
    decay,
    glide,
    harmonics,
    levelled,
    noise,
    ringing,
    rounded,
    samples,
    times,
)


class Matter(NamedTuple):
    """How something answers a blow. `ring_s` is the fall by 60 dB of its lowest mode."""

    pitch_hz: float
    ratios: tuple[float, ...]
    ring_s: float
    burst_hz: tuple[float, float]
    burst_s: float
    burst: float
    grains: int = 0


PLATE = (1.0, 1.48, 2.05, 2.76, 3.9, 5.4, 7.2, 9.1)  # a stiff plate: inharmonic and dense
BAR = (1.0, 2.76, 5.4, 8.93)  # a free bar: the ratios of the Euler beam
LUMP = (1.0, 1.7, 2.6, 3.9, 5.3)  # a compact solid

GROUNDS: dict[str, Matter] = {
    "stone": Matter(430, LUMP, 0.10, (900, 8000), 0.020, 0.9),
    "wet": Matter(360, LUMP, 0.08, (1200, 9500), 0.090, 1.0, 5),
    "grass": Matter(105, (1.0, 1.6), 0.09, (400, 3200), 0.070, 0.55, 3),
    "sand": Matter(88, (1.0,), 0.07, (700, 5200), 0.130, 0.75, 8),
    "snow": Matter(130, (1.0, 1.5), 0.06, (800, 4800), 0.120, 0.7, 14),
    "wood": Matter(205, BAR, 0.22, (500, 4500), 0.015, 0.6),
    "metal": Matter(470, PLATE, 1.10, (1500, 10000), 0.012, 0.7),
    "water": Matter(240, (1.0, 1.3), 0.12, (500, 7000), 0.220, 1.0, 9),
    "carpet": Matter(78, (1.0, 1.4), 0.06, (120, 900), 0.030, 0.5),
    "glass": Matter(1450, (1.0, 2.3, 4.2, 6.6), 0.60, (3000, 12000), 0.010, 0.6),
    "ice": Matter(900, PLATE[:5], 0.30, (2000, 9000), 0.030, 0.7, 2),
    "mud": Matter(84, (1.0, 1.8), 0.10, (200, 1800), 0.110, 0.8, 3),
    "gravel": Matter(300, LUMP, 0.05, (1200, 7500), 0.140, 0.9, 14),
    "leaves": Matter(120, (1.0,), 0.05, (1800, 9000), 0.160, 0.8, 16),
    "plastic": Matter(310, LUMP, 0.12, (700, 5000), 0.012, 0.5),
}
SAME_GROUND = {
    "concrete": "stone", "asphalt": "stone", "street": "stone", "brick": "stone", "rock": "stone",
    "tile": "stone", "dirt": "grass", "earth": "grass", "moss": "grass", "floor": "wood",
    "table": "wood", "rug": "carpet", "fabric": "carpet", "puddle": "wet", "steel": "metal",
    "forest": "leaves", "lava": "mud", "cloud": "carpet", "air": "carpet", "fur": "carpet",
    "feathers": "carpet", "cloth": "carpet", "rubber": "carpet", "cake": "carpet", "wax": "plastic",
    "shell": "plastic", "scales": "carpet", "fruit": "grass", "plant": "grass", "paper": "leaves",
    "stage": "wood",
}  # fmt: skip

BODIES: dict[str, Matter] = {
    "rubber": Matter(148, (1.0, 2.1, 3.2), 0.16, (300, 2600), 0.010, 0.5),
    "wood": Matter(250, BAR, 0.20, (500, 5000), 0.012, 0.5),
    "metal": Matter(520, PLATE, 0.90, (1500, 9000), 0.010, 0.5),
    "glass": Matter(1700, (1.0, 2.3, 4.2, 6.6), 0.55, (3000, 12000), 0.008, 0.5),
    "rock": Matter(270, LUMP, 0.09, (600, 7000), 0.016, 0.7),
    "flesh": Matter(82, (1.0, 1.5, 2.2), 0.11, (120, 1500), 0.030, 0.4),
    "machine": Matter(120, PLATE, 0.35, (500, 6000), 0.050, 0.9),
    "paper": Matter(180, (1.0, 1.9), 0.05, (800, 6000), 0.040, 0.7),
}
BODY_OF = {
    "ball": "rubber", "basketball": "rubber", "balloon": "rubber", "tire": "rubber",
    "toy": "rubber", "box": "wood", "crate": "wood", "chair": "wood", "table": "wood",
    "block": "wood", "die": "wood", "boat": "wood", "cube": "wood", "door": "wood",
    "robot": "metal", "can": "metal", "coin": "metal", "bell": "metal", "key": "metal",
    "bottle": "glass", "glass": "glass", "cup": "glass", "vase": "glass", "diamond": "glass",
    "lamp": "glass", "rock": "rock", "stone": "rock", "meteor": "rock", "brick": "rock",
    "car": "machine", "truck": "machine", "bus": "machine", "train": "machine", "rocket": "machine",
    "ufo": "machine", "bicycle": "metal", "plane": "machine", "book": "paper", "letter": "paper",
    "leaf": "paper", "pyramid": "rock", "sphere": "rubber", "star": "metal", "teapot": "glass",
    "clock": "wood", "guitar": "wood", "piano": "wood", "drum": "wood", "umbrella": "paper",
    "kite": "paper", "gift": "paper", "house": "rock", "tree": "wood", "pine": "wood",
    "palm": "wood", "flower": "paper", "sunflower": "paper", "knight": "metal",
    "tractor": "machine", "helicopter": "machine", "ladybug": "paper", "butterfly": "paper",
}  # fmt: skip


def strike(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    """Sound one blow of a body on the ground. The first sample is the contact."""
    body = BODIES[BODY_OF.get(event.source, "flesh")]
    ground = _ground(event.material)
    length = samples(
        min(1.6, 0.12 + 1.2 * max(body.ring_s, ground.ring_s, ground.burst_s)), rate=rate
    )
    sound = 0.9 * _ring(body, event, length, rate, rng) + 0.6 * _ring(
        ground, event, length, rate, rng
    )
    sound += 0.55 * _burst(body, event, length, rate, rng) + 0.6 * _burst(
        ground, event, length, rate, rng
    )
    if BODY_OF.get(event.source) == "rubber":
        sound += 0.7 * _skin(event, length, rate)
    return rounded(levelled(sound, loudness(event)), rate=rate, attack_s=0.0003, release_s=0.02)


def footstep(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    """Sound one step: the heel at once, the ball of the foot a little later."""
    ground = _ground(event.material)
    length = samples(0.30 + ground.burst_s, rate=rate)
    heel = 0.7 * _ring(BODIES["flesh"], event, length, rate, rng) + 0.5 * _ring(
        ground, event, length, rate, rng
    )
    heel += 0.8 * _burst(ground, event, length, rate, rng)
    toe = _burst(ground, event._replace(strength=0.6 * event.strength), length, rate, rng)
    add(heel, toe, at=samples(0.055 + 0.05 * event.size, rate=rate), gain=0.45)
    return rounded(
        levelled(heel, 0.6 * loudness(event)), rate=rate, attack_s=0.0003, release_s=0.02
    )


def loudness(event: SoundEvent) -> float:
    """Give the peak of an event before distance; it follows strength as ears do, not evenly."""
    return float(0.06 + 0.84 * np.clip(event.strength, 0, 1) ** 1.15)


def pitch_ratio(size: float) -> float:
    """Give the factor by which size moves a pitch: two octaves from the smallest to the biggest."""
    return float(2.0 ** (1.0 - 2.0 * np.clip(size, 0, 1)))


def _ground(material: str) -> Matter:
    return GROUNDS.get(SAME_GROUND.get(material, material), GROUNDS["stone"])


def _ring(
    matter: Matter, event: SoundEvent, length: int, rate: int, rng: np.random.Generator
) -> Wave:
    base = matter.pitch_hz * pitch_ratio(event.size) * rng.uniform(0.97, 1.03)
    # A soft blow leaves the high modes asleep: the cut climbs from 2 to 9 times the lowest mode.
    cut = 2.0 + 7.0 * event.strength
    partials = [
        (
            base * ratio * rng.uniform(0.99, 1.01),
            np.exp(-ratio / cut) * rng.uniform(0.7, 1.0),
            matter.ring_s / ratio**0.7,
        )
        for ratio in matter.ratios
    ]
    return ringing(partials, length, rate=rate)


def _burst(
    matter: Matter, event: SoundEvent, length: int, rate: int, rng: np.random.Generator
) -> Wave:
    low, high = matter.burst_hz
    top = max(low * 1.5, high * (0.25 + 0.75 * event.strength) * pitch_ratio(event.size) ** 0.5)
    spread = decay(length, 3 * matter.burst_s, rate=rate)
    for _ in range(matter.grains):
        # Loose ground does not hit once: grains, drops and stalks follow the contact.
        start = int(rng.uniform(0.005, 2.0 * matter.burst_s) * rate)
        add(
            spread,
            decay(samples(0.012, rate=rate), 0.010, rate=rate),
            at=start,
            gain=float(rng.uniform(0.2, 0.7)),
        )
    return matter.burst * levelled(band(noise(rng, length), low, top, rate=rate) * spread)


def _skin(event: SoundEvent, length: int, rate: int) -> Wave:
    # A hollow ball is squeezed at contact: its pitch starts high and sinks at once.
    base = BODIES["rubber"].pitch_hz * pitch_ratio(event.size)
    drop = glide((1.6 * base, base), samples(0.04, rate=rate))
    pitch = np.concatenate([drop, np.full(max(0, length - len(drop)), base)])[:length]
    return harmonics(pitch, rate=rate, tilt=2.2, most=4) * np.exp(-times(length, rate=rate) / 0.035)
