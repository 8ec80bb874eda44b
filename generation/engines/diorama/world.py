"""The front door: a prompt becomes a scene, a scene becomes frames, sound, caption, events.

    scene = world.stage("a red ball bounces on a wet street", seed=7)  # pure, under 5 ms
    show = world.perform(scene)
    for frame in show.frames:  # the first takes a second, the others some 20 ms
        ...

`stage`, `simulate`, `describe` and `stack` can be used apart: a learned model trains on them.
Everything is a function of its arguments; nothing keeps state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from generation.engines.diorama import scoring, sound, styles, weather
from generation.engines.diorama.caption import describe
from generation.engines.diorama.compositor import Painter, draw
from generation.engines.diorama.layers import Mouths, Stack, stack
from generation.engines.diorama.physics import simulate
from generation.engines.diorama.scene import Motion, Scene
from generation.engines.diorama.sheets import Layer
from generation.engines.diorama.sound.spec import Played, Score
from generation.engines.diorama.staging import stage
from generation.engines.diorama.vocabulary.places import PLACES
from generation.spec import Frame, Happening

WET_MIRROR, WATER_MIRROR = 0.5, 0.42


@dataclass(frozen=True, slots=True)
class Performance:
    """A scene played: `frames` is read once and makes each frame as it is asked for.

    `happenings` are the physical events that the motion shows, at the instant of contact.
    """

    frames: Iterator[Frame]
    played: Played
    score: Score
    caption: str
    happenings: tuple[Happening, ...]
    motion: Motion


def perform(scene: Scene, *, sample_rate_hz: int = 48_000) -> Performance:
    """Play a scene: physics, sound, then lazy frames whose mouths follow the sound."""
    motion = simulate(scene)
    score = scoring.score_of(scene, motion)
    played = sound.play(score, sample_rate_hz=sample_rate_hz)
    return Performance(
        frames=frames(scene, motion=motion, mouths=played.mouths),
        played=played,
        score=score,
        caption=describe(scene.brief),
        happenings=tuple(happenings(scene, motion, score)),
        motion=motion,
    )


def frames(
    scene: Scene, *, motion: Motion | None = None, mouths: Mouths | None = None
) -> Iterator[Frame]:
    """Yield uint8 [H, W, 3] RGB, `scene.frames` of them. The first one paints everything."""
    yield from map(Brush(scene, motion=motion, mouths=mouths), range(scene.frames))


class Brush:
    """Draws any one frame of a scene. Making it paints everything that will move."""

    def __init__(
        self, scene: Scene, *, motion: Motion | None = None, mouths: Mouths | None = None
    ) -> None:
        self.scene = scene
        self.stack = stack(scene, motion=motion, mouths=mouths)
        self._painter = Painter(self.stack, mirror=mirror(scene))
        self._air = weather.make(scene, self.stack)
        self._grade = styles.Grade(scene, self.stack)

    def __call__(self, at: int) -> Frame:
        """Return uint8 [H, W, 3] RGB."""
        # Styles that are moved by hand show every second pose twice.
        is_second = (at - self.scene.origin) % 2 == 1 and at > 0
        pose = at - 1 if self._grade.style in styles.ON_TWOS and is_second else at
        frame = self._painter.scene(pose)
        self._air.draw(frame, at=pose)
        self._painter.front(frame, pose)
        return self._grade(frame, at=at)


def mirror(scene: Scene) -> float:
    """Return how much of a mirror the ground is, 0..1."""
    place = PLACES[scene.brief.place or "meadow"]
    if place.ground == "water":
        return WATER_MIRROR
    is_paved = place.ground in {"stone", "sand", "wood"} and place.has_sky
    if scene.brief.is_wet:
        return WET_MIRROR if is_paved else WET_MIRROR * 0.35
    return 0.12 if place.name == "stage" else 0.0


def happenings(scene: Scene, motion: Motion, score: Score) -> Iterator[Happening]:
    """Yield what occurs in a played scene, in order of time."""
    seen = [
        Happening(beat.at_s, beat.kind, scene.actors[beat.actor].name, beat.strength)
        for beat in motion.beats
    ]
    heard = [
        Happening(event.at_s, event.kind, event.source, event.strength)
        for event in score.events
        if event.kind in {"call", "thunder"}
    ]
    yield from sorted([*seen, *heard], key=lambda happening: happening.at_s)


def composite(layers: tuple[Layer, ...], *, at: int, canvas: tuple[int, int]) -> Frame:
    """Draw `layers` at one frame by their definition, slowly: the reference for other compositors.

    `canvas` is width and height; returns uint8 [H, W, 3].
    """
    frame = np.zeros((canvas[1], canvas[0], 3), np.uint8)
    for layer in layers:
        draw(frame, layer, at=at)
    return frame


__all__ = [
    "Layer",
    "Motion",
    "Performance",
    "Scene",
    "Stack",
    "composite",
    "describe",
    "frames",
    "perform",
    "simulate",
    "stack",
    "stage",
]
