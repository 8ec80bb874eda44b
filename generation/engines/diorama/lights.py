"""Shadows, wakes, halos and lamps: the layers that actors and scenery throw."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from generation.engines.diorama import camera
from generation.engines.diorama.measures import Stage, aspect
from generation.engines.diorama.painting.backdrops import catalogue
from generation.engines.diorama.painting.brush import Colour, Rgba
from generation.engines.diorama.painting.lighting import (
    Light,
    water_of,
)
from generation.engines.diorama.painting.rig import Rig
from generation.engines.diorama.painting.scenery import Lamp
from generation.engines.diorama.scene import Actor, Floats, Motion, Scene, Track
from generation.engines.diorama.sheets import BACKDROP, Layer, made, scrolled
from generation.engines.diorama.vocabulary.places import PLACES


def _blot(side: int, power: float) -> npt.NDArray[np.float32]:
    """A round soft spot, float32 [side, side], 1 in the middle."""
    line = np.linspace(-1, 1, side, dtype=np.float32)
    square = line[:, None] ** 2 + line[None, :] ** 2
    return np.asarray(np.clip(1 - square, 0, 1) ** power, np.float32)


def shadow(  # noqa: PLR0913 - everything that decides a shadow
    scene: Scene,
    actor: Actor,
    track: Track,
    *,
    stage: Stage,
    light: Light,
    near: Floats,
    index: int,
) -> Layer:
    """A soft shadow on the ground that shrinks and fades as its owner rises."""
    base = 0.0
    if actor.relation == "on" and actor.target is not None:
        base = max(0.0, actor.lift - 0.01)
    scale = stage.scale(actor.z)
    height = np.maximum(track.y - base, 0.0)
    wide = min(aspect(actor.subject), 1.6) * actor.height * 0.56 * (1 + 0.3 * height)
    side = 96
    rgba = np.zeros((side, side, 4), np.uint8)
    rgba[..., 3] = (_blot(side, 1.3) * 255).astype(np.uint8)
    rgba[..., 0:3] = (rgba[..., 3:] * np.asarray([0.09, 0.06, 0.14], np.float32)).astype(np.uint8)
    place = np.zeros((scene.frames, 3, 3))
    place[:, 0, 0] = 2 * wide * stage.unit_px * scale / side
    place[:, 1, 1] = place[:, 0, 0] * 0.17
    place[:, 2, 2] = 1
    place[:, 0, 2] = stage.canvas.width / 2 + track.x * stage.unit_px - place[:, 0, 0] * side / 2
    ground = stage.ground_px(actor.z) - base * stage.unit_px * scale
    place[:, 1, 2] = ground - place[:, 1, 1] * side * 0.56
    strength = min(1.0, light.shadow * 1.75) / (1 + 3.2 * height)
    if PLACES[scene.brief.place or ""].ground == "water":
        strength = strength * 0.5
    return made(f"{actor.name}.shadow", "shadow", rgba, near @ place, strength, index)


def is_afloat(scene: Scene, actor: Actor) -> bool:
    """Whether it lies in open water rather than on, over or under it."""
    on_water = PLACES[scene.brief.place or ""].ground == "water"
    return on_water and actor.lift == 0.0 and actor.action != "fly"


def wake(  # noqa: PLR0913 - everything that decides the water at a hull
    scene: Scene,
    actor: Actor,
    track: Track,
    *,
    stage: Stage,
    light: Light,
    near: Floats,
    index: int,
) -> Layer:
    """Water before the hull: a rim of foam, below it the colour of the water, fading."""
    tall, wide = 48, 160
    rows = np.linspace(-1, 1, tall, dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, wide, dtype=np.float32)[None, :]
    edge = rows - (-0.55 + 0.75 * columns**2)
    cover = (
        np.clip(edge * 14, 0, 1)
        * np.clip((1 - columns**2) * 2.2, 0, 1)
        * np.clip(1.4 - 1.5 * (rows + 0.4), 0, 1)
    )
    foam = np.exp(-((edge - 0.1) ** 2) / 0.012)[..., None]
    water = np.asarray(water_of(light, fresh=scene.brief.place == "lake"), np.float32)
    colour = water * (1 - foam) + np.asarray(light.tint, np.float32) * foam
    rgba = np.dstack([colour * cover[..., None], cover]) * np.float32(235)
    scale = stage.scale(actor.z)
    half = min(aspect(actor.subject), 1.9) * actor.height * 0.56 * stage.unit_px * scale
    place = np.zeros((scene.frames, 3, 3))
    place[:, 0, 0] = 2 * half / wide
    place[:, 1, 1] = half * 0.34 / tall
    place[:, 2, 2] = 1
    place[:, 0, 2] = stage.canvas.width / 2 + track.x * stage.unit_px - half
    place[:, 1, 2] = stage.ground_px(actor.z) - half * 0.1
    sheet = np.asarray(np.clip(rgba, 0, 255), np.uint8)
    return made(f"{actor.name}.wake", "shadow", sheet, near @ place, np.ones(scene.frames), index)


def _light_sprite(side: int, colour: Colour, strength: float) -> Rgba:
    """Light to be added: colour with alpha 0."""
    spot = _blot(side, 2.4)[..., None] * np.asarray(colour, np.float32) * np.float32(255 * strength)
    return np.dstack([np.clip(spot, 0, 255), np.zeros((side, side), np.float32)]).astype(np.uint8)


def halo(actor: Actor, rig: Rig, root: Floats, clock: Floats, light: Light, index: int) -> Layer:
    """Return the light that comes out of an actor, pulsing a little."""
    assert rig.glow is not None  # noqa: S101 - asked by the caller
    x, y, reach, colour = rig.glow
    side = 128
    reach *= 1.0 if light.is_night else 0.8
    step = 2 * reach / side
    to_frame = np.array([[step, 0, x - reach], [0, -step, y + reach], [0, 0, 1]])
    strength = 0.4 if light.is_night else 0.28
    pulse = (
        1
        + (0.22 if actor.action == "glow" else 0.05) * np.sin(clock * 3.1 + actor.phase)
        + 0.03 * np.sin(clock * 17)
    )
    return made(
        f"{actor.name}.light",
        "light",
        _light_sprite(side, colour, strength),
        root @ to_frame,
        np.minimum(pulse, 1.3),
        index,
    )


def pool_of_light(  # noqa: PLR0913, PLR0917 - everything that decides a spot of light
    lamp: Lamp,
    scene: Scene,
    motion: Motion,
    stage: Stage,
    shot: camera.Shot,
    light: Light,
    crowd: float,
) -> Layer:
    """Return the spot of light of one lamp of the scenery."""
    side = 128
    step = 2 * lamp.reach / side
    place = np.zeros((scene.frames, 3, 3))
    place[:, 0, 0] = place[:, 1, 1] = step
    place[:, 2, 2] = 1
    period = stage.unit_px * catalogue.period_of(scene, stage)
    place[:, 0, 2] = lamp.x - lamp.reach - scrolled(period, lamp.parallax, motion, stage)
    place[:, 1, 2] = lamp.y - lamp.reach
    seen = camera.matrices(shot, stage, parallax=lamp.parallax)
    rgba = _light_sprite(side, lamp.colour, crowd * light.lamp)
    return made("lamp", "light", rgba, seen @ place, np.ones(scene.frames), BACKDROP)
