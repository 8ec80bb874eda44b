"""The camera: where it looks at every frame, and how that moves sheets at different distances."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from generation.engines.diorama.measures import Stage, measure
from generation.engines.diorama.scene import Floats, Motion, Scene

# Pans stay this far inside the painted margin at parallax 1.5.
_PAN = 0.115
_TILT = 0.07


class Shot(NamedTuple):
    """float64 [frames]: pan right and up in pictures, zoom about a fixed point in pixels."""

    pan: Floats
    rise: Floats
    zoom: Floats
    focus: tuple[float, float]


def shoot(scene: Scene, motion: Motion, stage: Stage) -> Shot:
    """Return the camera work of a scene: eased, never faster than the eye."""
    own = np.arange(scene.frames, dtype=np.float64) - scene.origin
    share = own / max(1, scene.composed_frames - 1)
    # Beyond what it was made for, a move has come to rest and a sway goes on.
    moved = np.clip(share, 0, 1)
    ease = moved * moved * (3 - 2 * moved)
    zero = np.zeros(scene.frames)
    clock = scene.clock
    sway = _PAN * 0.45 * np.sin(math.tau * share * 0.8)
    moves = {
        "pan left": (_PAN * (1 - 2 * ease), zero, zero + 1.03),
        "pan right": (_PAN * (2 * ease - 1), zero, zero + 1.03),
        "tilt up": (zero, _TILT * (2 * ease - 1), zero + 1.03),
        "tilt down": (zero, _TILT * (1 - 2 * ease), zero + 1.03),
        "zoom in": (zero, zero, 1.0 + 0.26 * ease),
        "zoom out": (zero, zero, 1.26 - 0.26 * ease),
        "orbit": (sway, 0.006 * np.sin(math.tau * share), 1.05 + 0.02 * np.sin(math.tau * share)),
        "handheld": (
            0.006 * _wobble(clock, 1.0),
            0.004 * _wobble(clock, 2.0),
            1.05 + 0.006 * _wobble(clock, 3.0),
        ),
        "close": (zero, zero, 1.34 + 0.06 * ease),
        "follow": (_PAN * 0.35 * np.sin(clock * 0.7), zero, zero + 1.06),
        "wide": (zero, zero, 1.0 + 0.04 * ease),
    }
    pan, rise, zoom = moves.get(scene.brief.camera or "still", (zero, zero, zero + 1.0))
    return Shot(pan, rise, zoom, _focus(scene, motion, stage))


def _wobble(clock: Floats, seed: float) -> Floats:
    return np.asarray(
        np.sin(clock * 2.1 + seed)
        + 0.6 * np.sin(clock * 4.7 + seed * 3)
        + 0.3 * np.sin(clock * 9.1 + seed * 7)
    )


def interest(scene: Scene, motion: Motion) -> tuple[float, float] | None:
    """Return what a scene is looked at for: the middle of its leading actor, as it moves.

    x in stage units, y in stage units above the front of the stage; None if nobody is there.
    """
    if scene.focus is not None or not scene.actors:
        return scene.focus
    lead, track = scene.actors[0], motion.tracks[0]
    made_for = slice(scene.origin, scene.origin + scene.composed_frames)
    stage = measure(scene.canvas)
    depth = (stage.near_px - stage.ground_px(lead.z)) / stage.unit_px
    high = (float(np.mean(track.y[made_for])) + lead.height * 0.62) * stage.scale(lead.z)
    return float(np.mean(track.x[made_for])), depth + high


def _focus(scene: Scene, motion: Motion, stage: Stage) -> tuple[float, float]:
    """The point that stays put while zooming: near the middle of the leading actor."""
    width, height = stage.canvas
    point = interest(scene, motion)
    if point is None:
        return width / 2, height / 2
    x = width / 2 + point[0] * stage.unit_px * 0.7
    y = stage.near_px - point[1] * stage.unit_px
    return x, float(np.clip(y, height * 0.2, height * 0.85))


def matrices(shot: Shot, stage: Stage, *, parallax: float) -> Floats:
    """Return float64 [frames, 3, 3]: pixels as laid out to pixels as seen, at a distance."""
    width, height = stage.canvas
    depth = min(parallax, 1.6)
    zoom = 1 + (shot.zoom - 1) * (0.35 + 0.65 * depth)
    fx, fy = shot.focus
    result = np.zeros((shot.pan.size, 3, 3))
    result[:, 0, 0] = result[:, 1, 1] = zoom
    result[:, 0, 2] = fx * (1 - zoom) - shot.pan * width * depth
    result[:, 1, 2] = fy * (1 - zoom) + shot.rise * height * depth
    result[:, 2, 2] = 1
    return result
