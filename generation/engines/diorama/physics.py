"""Play a scene: every actor gets a track, every contact a beat at its frame. Seeded."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from generation.engines.diorama.bodies import Body, settle
from generation.engines.diorama.movers import MOVERS, change, stand
from generation.engines.diorama.scene import Actor, Beat, Floats, Motion, Scene, Track
from generation.engines.diorama.vocabulary.actions import ACTIONS
from generation.engines.diorama.vocabulary.places import PLACES
from generation.engines.diorama.vocabulary.subjects import SUBJECTS

_RIGID = frozenset({"bounce", "fall", "roll"})


def simulate(scene: Scene) -> Motion:
    """Return how everything in `scene` moves, and what touches what, when."""
    clock = scene.clock
    tracks: dict[int, Track] = {}
    beats: list[Beat] = []
    rigid = [i for i, actor in enumerate(scene.actors) if _is_rigid(scene, i, actor)]
    if rigid:
        moved, hits = settle(scene, [_body(scene, i) for i in rigid])
        tracks.update(zip(rigid, moved, strict=True))
        beats += hits
    for index, actor in enumerate(scene.actors):
        if index not in tracks:
            tracks[index] = MOVERS.get(actor.action, stand)(scene, actor, clock)
            beats += _beats_of(scene, index, actor, tracks[index])
    for index, actor in enumerate(scene.actors):
        if actor.target is not None and actor.relation == "on" and index not in rigid:
            tracks[index] = _carried(tracks[index], tracks[actor.target], scene, actor)
    scroll = _scroll(scene, tracks)
    ordered = sorted(beats, key=lambda beat: (beat.at_s, beat.actor, beat.kind))
    return Motion(tuple(tracks[i] for i in range(len(scene.actors))), tuple(ordered), scroll)


def _is_rigid(scene: Scene, index: int, actor: Actor) -> bool:
    """Whether gravity alone moves it: balls that bounce, boxes that fall, and what gets kicked."""
    if PLACES[scene.brief.place or ""].gravity == 0:
        return False
    return actor.action in _RIGID or _kicker(scene, index) is not None


def _kicker(scene: Scene, index: int) -> int | None:
    return next(
        (
            i
            for i, other in enumerate(scene.actors)
            if other.action == "kick" and other.target == index
        ),
        None,
    )


def _body(scene: Scene, index: int) -> Body:
    actor = scene.actors[index]
    generator = np.random.default_rng([scene.seed, actor.seed])
    kicker = _kicker(scene, index)
    speed = {"roll": 0.8, "bounce": 0.34, "fall": 0.08}.get(actor.action, 0.0)
    away = -1.0 if actor.x > 0 else 1.0
    springy = {
        "rubber": 0.86,
        "metal": 0.45,
        "glass": 0.4,
        "plush": 0.3,
        "wood": 0.42,
        "stone": 0.25,
    }
    bounce = springy.get(actor.material, 0.4) * (1.0 if actor.action == "bounce" else 0.8)
    soft = {"sand": 0.55, "snow": 0.5, "water": 0.4, "grass": 0.9}
    return Body(
        actor=index,
        radius=actor.height / 2,
        x=actor.x,
        y=actor.lift,
        vx=away * speed * float(generator.uniform(0.7, 1.3)),
        vy=0.0,
        spin=float(generator.uniform(-1.5, 1.5)) if actor.action == "fall" else 0.0,
        restitution=min(0.86, bounce * soft.get(PLACES[scene.brief.place or "meadow"].ground, 1.0)),
        is_round=SUBJECTS[actor.subject].name
        in {"ball", "apple", "pumpkin", "balloon", "hedgehog"},
        kick_s=None if kicker is None else 0.9,
        kick_to=float(scene.actors[kicker].facing) if kicker is not None else 0.0,
        lane=actor.z,
    )


def _carried(rider: Track, carrier: Track, scene: Scene, actor: Actor) -> Track:
    """Sit on something that moves: follow it, keep the own small movements."""
    base = scene.actors[actor.target or 0]
    return change(
        rider,
        x=carrier.x + (actor.x - base.x),
        y=rider.y + (carrier.y - base.lift),
        angle=rider.angle + carrier.angle * 0.6,
        turn=carrier.turn if ACTIONS[base.action].travels else rider.turn,
    )


def _scroll(scene: Scene, tracks: Mapping[int, Track]) -> Floats:
    """How far the world moves past: at the middle pace of those who travel."""
    clock = scene.clock
    if not scene.scrolls:
        return np.zeros_like(clock)
    lead = scene.actors[0]
    speed = float(np.median([np.median(tracks[i].speed) for i in tracks if tracks[i].speed.any()]))
    return lead.facing * speed * clock


def _beats_of(scene: Scene, index: int, actor: Actor, track: Track) -> Sequence[Beat]:
    """Beats of movers that are not rigid bodies: steps, landings, wing beats, calls."""
    rate, kind, strength = _rhythm(actor)
    if kind == "land":
        landed = np.flatnonzero((track.air[:-1] > 0) & (track.air[1:] == 0)) + 1
        return [_beat(scene, track, index, "impact", int(frame), 0.5) for frame in landed]
    if kind == "":
        return []
    ticks = np.floor(track.stride * rate / math.tau)
    frames = np.flatnonzero(np.diff(ticks) > 0) + 1
    return [_beat(scene, track, index, kind, int(frame), strength) for frame in frames]


def _rhythm(actor: Actor) -> tuple[float, str, float]:
    """Beats per turn of the gait, their kind and strength."""
    kind = SUBJECTS[actor.subject].kind
    legs = {"beast": 4.0, "person": 2.0, "bird": 2.0}.get(kind, 0.0)
    if actor.subject in {"ghost", "snowman"}:
        legs = 0.0
    table = {
        "walk": (legs, "footstep" if legs else "", 0.35),
        "run": (legs, "footstep" if legs else "", 0.6),
        "chase": (legs, "footstep" if legs else "", 0.6),
        "dance": (2.0, "footstep" if legs else "", 0.45),
        "jump": (1.0, "land", 0.5),
        "bounce": (1.0, "land", 0.5),
        "fly": (1.0, "flap" if kind in {"bird", "beast"} else "", 0.35),
        "eat": (0.5, "pop", 0.2),
        "shake": (0.5, "chime" if actor.subject in {"bell", "clock"} else "", 0.6),
    }
    return table.get(actor.action, (0.0, "", 0.0))


def _beat(scene: Scene, track: Track, index: int, kind: str, frame: int, strength: float) -> Beat:
    return Beat(frame / scene.fps, frame, kind, index, strength, float(track.x[frame]))
