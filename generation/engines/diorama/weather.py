"""The weather of a scene: what is in its air, when lightning strikes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import cv2
import numpy as np
import numpy.typing as npt

from generation.engines.diorama.air import Swarm, Weather
from generation.engines.diorama.layers import Stack
from generation.engines.diorama.scene import Scene
from generation.engines.diorama.vocabulary.places import PLACES

_FLASHES_A_MINUTE = 16


def make(scene: Scene, stack: Stack) -> Weather:
    """Return the weather of a scene: places without a sky keep theirs outside."""
    brief = scene.brief
    place = PLACES[brief.place or "meadow"]
    chance = np.random.default_rng([scene.seed, scene.salt, 47])
    kinds = list(_KINDS.get(brief.weather or "clear", ())) if place.has_sky else []
    kinds += _PLACE_KINDS.get(place.name, ())
    if not kinds and place.has_sky and not stack.light.is_night:
        kinds = ["dust"]
    count = 420
    swarm = Swarm(
        chance.random(count),
        chance.random(count),
        chance.random(count) ** 1.4,
        chance.uniform(0, math.tau, count),
    )
    flashes = flash_times(scene) if "flash" in kinds else ()
    fog = _fog_sheet(scene, chance) if "fog" in kinds else None
    return Weather(scene, stack, swarm, tuple(kinds), flashes, fog)


def flash_times(scene: Scene) -> tuple[float, ...]:
    """Return when lightning strikes, in the scene's own time; thunder follows from it."""
    if scene.brief.weather != "storm" or not PLACES[scene.brief.place or ""].has_sky:
        return ()
    length_s = scene.composed_frames / scene.fps
    first, last = scene.clock[0] // length_s, scene.clock[-1] // length_s
    found = (_flashes(scene, length_s, int(turn)) for turn in np.arange(first, last + 1))
    return tuple(at_s for flashes in found for at_s in flashes)


def _flashes(scene: Scene, length_s: float, turn: int) -> Iterator[float]:
    """Yield the flashes of one stretch as long as the scene was made for, in its own time."""
    seed = [scene.seed, scene.salt, 53] + ([turn % 2**16] if turn else [])
    chance = np.random.default_rng(seed)
    number = max(1, round(length_s * _FLASHES_A_MINUTE / 60))
    share = (np.arange(number) + chance.uniform(0.15, 0.6, number)) / number
    yield from (float(round((s + turn) * length_s, 3)) for s in share)


_KINDS: Mapping[str, tuple[str, ...]] = {
    "rain": ("rain", "splashes"),
    "storm": ("flash", "rain", "splashes"),
    "snow": ("snow",),
    "fog": ("fog",),
    "wind": ("gusts",),
    "leaves": ("leaves",),
    "petals": ("petals",),
    "fireflies": ("fireflies",),
    "confetti": ("confetti",),
}


_PLACE_KINDS: Mapping[str, tuple[str, ...]] = {
    "underwater": ("bubbles",),
    "stage": ("dust",),
    "library": ("dust",),
    "room": ("dust",),
}


def _fog_sheet(scene: Scene, chance: np.random.Generator) -> npt.NDArray[np.uint8]:
    noise = chance.standard_normal((12, 24)).astype(np.float32)
    tiled = np.hstack([noise, noise])
    soft = cv2.resize(
        cv2.GaussianBlur(tiled, (0, 0), 1.1), (480, 120), interpolation=cv2.INTER_CUBIC
    )
    return np.asarray(np.clip(120 + 70 * soft / max(float(soft.std()), 1e-6), 0, 230), np.uint8)
