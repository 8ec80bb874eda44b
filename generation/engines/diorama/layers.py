"""A scene as a stack of sprites with a matrix for every frame: the one truth that compositors draw.

`stack` is public: a compositor of another kind (small pictures in bulk on an accelerator, say)
needs nothing else. Draw the layers in order; a layer is `rgba` (premultiplied), moved by
`matrices[t]` and multiplied by `opacity[t]`, over what is already there: `out = rgb + below *
(1 - alpha)`. Light has alpha 0, so the same formula adds it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from generation.engines.diorama import camera
from generation.engines.diorama.lights import halo, is_afloat, pool_of_light, shadow, wake
from generation.engines.diorama.measures import Stage, measure
from generation.engines.diorama.painting import cast, likeness
from generation.engines.diorama.painting.backdrops import catalogue
from generation.engines.diorama.painting.brush import Colour, mix, rgb
from generation.engines.diorama.painting.lighting import (
    MATERIALS,
    Light,
    finish_of,
    light_of,
)
from generation.engines.diorama.painting.rig import Part, Puppet, Rig
from generation.engines.diorama.painting.scenery import Lamp, Plate
from generation.engines.diorama.physics import simulate
from generation.engines.diorama.posing import Joint, Moment, crouch, joint_of
from generation.engines.diorama.scene import Actor, Floats, Motion, Scene, Track
from generation.engines.diorama.sheets import BACKDROP, FOREGROUND, Layer, made, scrolled
from generation.engines.diorama.vocabulary.places import PLACES

Mouths = Mapping[str, npt.NDArray[np.float32]]


# How deep a hull lies in the water, in heights.
_DRAUGHT = 0.09


# Sprites are drawn this much larger than they appear, so that a zoom finds detail.
_DETAIL = 1.12


@dataclass(frozen=True, slots=True)
class Stack:
    """All layers of a scene from back to front, and what the weather and the mirror need to know.

    `feet` float32 [actors, frames] is the canvas y under each actor where its reflection begins.
    """

    layers: tuple[Layer, ...]
    stage: Stage
    light: Light
    shot: camera.Shot
    feet: npt.NDArray[np.float32]
    lamps: tuple[Lamp, ...]


def stack(scene: Scene, *, motion: Motion | None = None, mouths: Mouths | None = None) -> Stack:
    """Paint everything in `scene` and return it as layers.

    Costs about a second of processor time at 720 x 1280, less with the square of the size: stage
    the scene on a small canvas for small pictures. `mouths` opens mouths by actor name.
    """
    moved = motion or simulate(scene)
    stage = measure(scene.canvas)
    light = light_of(scene.brief, hue_shift=scene.hue_shift)
    shot = camera.shoot(scene, moved, stage)
    plates, lamps = catalogue.paint(scene, stage, light)
    order = sorted(range(len(scene.actors)), key=lambda index: -scene.actors[index].z)
    figures: list[Layer] = []
    near = camera.matrices(shot, stage, parallax=1.0)
    for index in order:
        figures += _figure(
            scene,
            index,
            moved.tracks[index],
            stage=stage,
            light=light,
            near=near,
            mouths=mouths or {},
        )
    behind = [_plate(plate, scene, moved, stage, shot) for plate in plates if not plate.front]
    before = [_plate(plate, scene, moved, stage, shot) for plate in plates if plate.front]
    # Many lamps share what the eye can bear.
    crowd = 0.62 / max(1.0, len(lamps)) ** 0.5
    glows = [pool_of_light(lamp, scene, moved, stage, shot, light, crowd) for lamp in lamps]
    layers = (*behind, *glows, *figures, *before)
    return Stack(layers, stage, light, shot, _feet(scene, moved, stage, near), tuple(lamps))


def _plate(plate: Plate, scene: Scene, motion: Motion, stage: Stage, shot: camera.Shot) -> Layer:
    seen = camera.matrices(shot, stage, parallax=plate.parallax)
    moved = np.zeros_like(seen)
    moved[:, 0, 0] = moved[:, 1, 1] = 1 / plate.detail
    moved[:, 2, 2] = 1
    moved[:, 0, 2] = plate.corner[0] - scrolled(plate.period_px, plate.parallax, motion, stage)
    moved[:, 1, 2] = plate.corner[1]
    role = FOREGROUND if plate.front else BACKDROP
    return made(plate.name, "plate", plate.rgba, seen @ moved, np.ones(scene.frames), role)


def _feet(scene: Scene, motion: Motion, stage: Stage, near: Floats) -> npt.NDArray[np.float32]:
    rows = [
        near[:, 1, 1] * stage.ground_px(actor.z) + near[:, 1, 2]
        for actor, _ in zip(scene.actors, motion.tracks, strict=True)
    ]
    return np.asarray(rows, np.float32).reshape(len(scene.actors), scene.frames)


def _figure(  # noqa: PLR0913 - everything that one actor needs
    scene: Scene,
    index: int,
    track: Track,
    *,
    stage: Stage,
    light: Light,
    near: Floats,
    mouths: Mouths,
) -> Iterator[Layer]:
    """Yield shadow, parts and light of one actor."""
    actor = scene.actors[index]
    size_px = actor.height * stage.unit_px * stage.scale(actor.z)
    rig = rig_of(scene, actor, px=size_px * _DETAIL, light=light)
    if PLACES[scene.brief.place or ""].ground != "air":
        yield shadow(scene, actor, track, stage=stage, light=light, near=near, index=index)
    sink = _DRAUGHT if is_afloat(scene, actor) else 0.0
    root = near @ _root(actor, track, stage, size_px, rig, sink=sink)
    clock = scene.clock
    mouth = _mouth(mouths, actor, scene.frames)
    gone = np.cumsum(track.speed) / scene.fps
    gone = gone - (gone[scene.origin - 1] if scene.origin else 0.0)
    posed: dict[str, Floats] = {}
    for part in rig.parts:
        joint = joint_of(Moment(actor, track, clock, mouth, gone, part))
        above = posed.get(part.parent or "")
        matrix = _hinged(part, joint)
        posed[part.name] = matrix if above is None else above @ matrix
        yield made(
            f"{actor.name}.{part.name}",
            "part",
            part.sprite.rgba,
            root @ posed[part.name] @ _unframed(part),
            joint.opacity,
            index,
        )
    if is_afloat(scene, actor):
        yield wake(scene, actor, track, stage=stage, light=light, near=near, index=index)
    if actor.action == "glow" and rig.glow is None:
        rig = replace(rig, glow=(0.0, 0.5, 1.1, (1.0, 0.82, 0.5)))
    if rig.glow and (light.lamp > 0.2 or actor.action == "glow"):
        yield halo(actor, rig, root, clock, light, index)


def _mouth(mouths: Mouths, actor: Actor, frames: int) -> Floats:
    given = mouths.get(actor.name)
    if given is None:
        return np.zeros(frames)
    return np.interp(np.arange(frames), np.arange(given.size), given.astype(np.float64))


def rig_of(scene: Scene, actor: Actor, *, px: float, light: Light) -> Rig:
    """Draw one actor's puppet, `px` pixels high, as its style and material ask."""
    finish = finish_of(scene.brief.style or "diorama", light)
    style_rules = scene.brief.style in {"paper", "comic", "anime", "pixel", "sketch", "felt"}
    if not style_rules and actor.material in MATERIALS:
        finish = replace(finish, **MATERIALS[actor.material])
    # What is farther away stands in more air.
    finish = replace(
        finish, tint=mix(finish.tint, mix(finish.tint, light.haze, 0.5), actor.z * 0.35)
    )
    colour: Colour = _material_colour(actor)
    puppet = Puppet(
        max(px, 12.0),
        finish,
        colour,
        seed=_look_seed(actor),
        feeling=actor.feeling,
        material=actor.material,
        subject=actor.subject,
    )
    rig = cast.build(puppet)
    member = scene.cast.get(actor.handle or "")
    return likeness.wear(rig, member, puppet) if member else rig


def _look_seed(actor: Actor) -> int:
    """Cast members look the same in every clip; others by the scene's seed."""
    if actor.handle is None:
        return actor.seed
    return likeness.seed_of(actor.handle)


def _material_colour(actor: Actor) -> Colour:
    colour = rgb(actor.colour)
    if actor.handle is not None:
        return likeness.cloth_of(actor.handle)
    veils = {
        "ice": ((0.75, 0.9, 1.0), 0.7),
        "glass": ((0.8, 0.92, 0.97), 0.55),
        "metal": ((0.72, 0.75, 0.8), 0.18),
        "wood": ((0.72, 0.52, 0.33), 0.35),
    }
    if actor.material in veils and actor.subject not in {"knight", "robot"}:
        veil, share = veils[actor.material]
        return mix(
            colour, veil, share if actor.material != "wood" or actor.subject == "cube" else 0.15
        )
    return colour


def _root(
    actor: Actor, track: Track, stage: Stage, size_px: float, rig: Rig, *, sink: float
) -> Floats:
    """float64 [frames, 3, 3]: from the puppet's frame (y up, height 1) to the canvas."""
    about = _turning_point(actor)
    frames = track.x.size
    turn = np.where(np.abs(track.turn) < 0.05, 0.05 * np.where(track.turn < 0, -1, 1), track.turn)
    stretch = _affine(turn / np.sqrt(track.squash), track.squash, np.zeros(frames))
    spin = _about(_affine(np.ones(frames), np.ones(frames), track.angle), (0.0, about))
    place = np.zeros((frames, 3, 3))
    place[:, 0, 0], place[:, 1, 1], place[:, 2, 2] = size_px, -size_px, 1
    place[:, 0, 2] = stage.canvas.width / 2 + track.x * stage.unit_px
    hip = max((part.pivot[1] for part in rig.parts if part.name.startswith("leg_")), default=0.0)
    place[:, 1, 2] = stage.ground_px(actor.z) - track.y * stage.unit_px * stage.scale(actor.z)
    place[:, 1, 2] += (crouch(actor, track, hip) + sink) * size_px
    return place @ spin @ stretch


def _turning_point(actor: Actor) -> float:
    """Height about which an actor turns: things about their middle, puppets about their feet."""
    if actor.subject == "bell":
        return 0.95
    return 0.0 if actor.action in {"dance", "sway", "shake", "kick", "idle", "run", "walk"} else 0.5


def _affine(wide: Floats, high: Floats, angle: Floats) -> Floats:
    result = np.zeros((angle.size, 3, 3))
    cosine, sine = np.cos(angle), np.sin(angle)
    result[:, 0, 0], result[:, 0, 1] = cosine * wide, -sine * high
    result[:, 1, 0], result[:, 1, 1] = sine * wide, cosine * high
    result[:, 2, 2] = 1
    return result


def _about(matrix: Floats, pivot: tuple[float, float]) -> Floats:
    """Let `matrix` act about a point instead of the origin."""
    there, back = np.eye(3), np.eye(3)
    there[:2, 2], back[:2, 2] = pivot, (-pivot[0], -pivot[1])
    return np.asarray(there @ matrix @ back)


def _hinged(part: Part, joint: Joint) -> Floats:
    return _about(_affine(joint.wide, joint.high, joint.angle), part.pivot)


def _unframed(part: Part) -> Floats:
    """From a sprite's pixels to the puppet's frame."""
    sprite = part.sprite
    step = 1 / sprite.px
    x, y = sprite.origin
    return np.array([[step, 0, -x * step], [0, -step, y * step], [0, 0, 1]])
