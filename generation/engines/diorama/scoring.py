"""Write the score of a scene: what is heard follows from the same beats that are seen."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from generation.engines.diorama import weather
from generation.engines.diorama.scene import Actor, Beat, Motion, Scene
from generation.engines.diorama.sound.spec import Score, SoundBed, SoundEvent, SpokenLine
from generation.engines.diorama.vocabulary.places import PLACES
from generation.engines.diorama.vocabulary.subjects import SUBJECTS

_FIRST_LINE_S = 0.5
_CHARS_A_SECOND = 13.0
_PAUSE_S = 0.35
# Thunder comes after the flash, as sound does.
_THUNDER_DELAY_S = 0.35
_KINDS = {"collision": "impact", "blow": "impact", "turn": "whoosh"}
# What calls when it sings, talks without words, shakes or plays; others are silent by nature.
_CALLING_ACTIONS = frozenset({"sing", "play", "shake", "dance", "wave"})
_ENGINES = {"train": "train", "helicopter": "helicopter", "boat": "sea", "ufo": "space"}


def score_of(scene: Scene, motion: Motion) -> Score:
    """Return everything audible in a scene."""
    brief = scene.brief
    return Score(
        seconds=scene.seconds,
        fps=scene.fps,
        seed=scene.seed,
        events=tuple(sorted(_events(scene, motion))),
        beds=tuple(_beds(scene, motion)),
        lines=tuple(_lines(scene)),
        music=brief.music or None,
        tempo_bpm=scene.tempo_bpm,
        is_silent=brief.is_silent,
    )


def _events(scene: Scene, motion: Motion) -> Iterator[SoundEvent]:
    for beat in motion.beats:
        if 0 <= beat.at_s < scene.seconds:
            yield _event(scene, beat)
    for index, actor in enumerate(scene.actors):
        yield from _calls(scene, motion, index, actor)
    for flash_s in weather.flash_times(scene):
        at_s = flash_s + scene.origin / scene.fps + _THUNDER_DELAY_S
        if 0 <= at_s < scene.seconds:
            yield SoundEvent(at_s, "thunder", "storm", 0.9, "stone", 0.9)


def _event(scene: Scene, beat: Beat) -> SoundEvent:
    actor = scene.actors[beat.actor]
    ground = PLACES[scene.brief.place or "meadow"].ground
    kind = _KINDS.get(beat.kind, beat.kind)
    if ground == "water" and kind in {"impact", "footstep"}:
        kind = "splash"
    material = "wet" if scene.brief.is_wet and ground in {"stone", "grass"} else ground
    if beat.kind in {"collision", "blow"}:
        material = actor.material if actor.material in {"wood", "metal"} else "wood"
    return SoundEvent(
        at_s=round(beat.at_s, 5),
        kind=kind,
        source=actor.subject,
        strength=float(np.clip(beat.strength, 0.05, 1)),
        material=material if material != "air" else "stone",
        size=_size(actor),
        pan=_pan(scene, beat.x),
        distance=actor.z,
    )


def _size(actor: Actor) -> float:
    return float(np.clip(actor.height / 1.1, 0.05, 1))


def _pan(scene: Scene, x: float) -> float:
    return float(np.clip(x / max(scene.half_width, 1e-6) * 0.7, -1, 1))


def _calls(scene: Scene, motion: Motion, index: int, actor: Actor) -> Iterator[SoundEvent]:
    """Animals call once or twice, singers and players keep at it, sleepers and speakers do not."""
    subject = SUBJECTS[actor.subject]
    speaks = any(line.noun == actor.noun for line in scene.brief.lines)
    if actor.action == "sleep" or speaks or index > 3:
        return
    busy = actor.action in _CALLING_ACTIONS
    has_voice = subject.kind in {"beast", "bird"} or actor.subject in {
        "whale",
        "dolphin",
        "monkey",
        "robot",
        "ghost",
        "bee",
    }
    source = _instrument(scene, actor)
    plays = actor.action == "play" and SUBJECTS[source].kind == "thing"
    rings = actor.subject in {"car", "train", "bell", "clock"} and (
        busy or actor.subject in {"car", "train"}
    )
    if not (has_voice or plays or rings or actor.action == "sing"):
        return
    chance = np.random.default_rng([scene.seed, actor.seed, 61])
    gap = 0.9 if busy or plays else 2.6
    at_s = float(chance.uniform(0.35, 1.3))
    while at_s < scene.seconds - 0.4:
        frame = min(int(at_s * scene.fps), scene.frames - 1)
        x = float(motion.tracks[index].x[frame])
        yield SoundEvent(
            round(at_s, 4),
            "call",
            source,
            0.55,
            "stone",
            _size(actor),
            _pan(scene, x),
            actor.z,
        )
        at_s += gap * float(chance.uniform(0.75, 1.35))


def _instrument(scene: Scene, actor: Actor) -> str:
    """Return what sounds: the thing that somebody plays, or else the actor's own voice."""
    if actor.action == "play" and actor.target is not None:
        played = scene.actors[actor.target].subject
        return played if SUBJECTS[played].kind == "thing" else actor.subject
    return actor.subject


def _beds(scene: Scene, motion: Motion) -> Iterator[SoundBed]:
    brief = scene.bed or scene.brief
    place = PLACES[brief.place or "meadow"]
    bed = place.bed
    if bed == "birds" and brief.time == "night":
        bed = "crickets"
    if bed:
        yield SoundBed(bed, 0.32, 0.0, scene.seconds)
    outside = 1.0 if place.has_sky else 0.35
    sky = {
        "rain": ("rain", 0.6),
        "storm": ("storm", 0.75),
        "wind": ("wind", 0.6),
        "snow": ("snow", 0.3),
        "leaves": ("wind", 0.25),
        "fog": ("wind", 0.15),
        "fireflies": ("crickets", 0.3),
    }
    if brief.weather in sky and place.name not in {"underwater", "moon", "space"}:
        kind, level = sky[brief.weather]
        yield SoundBed(kind, level * outside, 0.0, scene.seconds)
    for index, actor in enumerate(scene.actors):
        yield from _engine(scene, motion, index, actor)
    if any(actor.subject == "candle" for actor in scene.actors):
        yield SoundBed("fire", 0.12, 0.0, scene.seconds)


def _engine(scene: Scene, motion: Motion, index: int, actor: Actor) -> Iterator[SoundBed]:
    if SUBJECTS[actor.subject].kind != "vehicle" or actor.action in {"idle", "sleep"}:
        return
    track = motion.tracks[index]
    kind = _ENGINES.get(actor.subject, "engine")
    level = 0.42 * (1 - 0.5 * actor.z)
    yield SoundBed(
        kind,
        level,
        0.0,
        scene.seconds,
        _pan(scene, float(track.x[0])),
        _pan(scene, float(track.x[-1])),
    )


def _lines(scene: Scene) -> Iterator[SpokenLine]:
    """Lines follow each other with a pause, each at the time its reader will need for it."""
    at_s = scene.opens_s + _FIRST_LINE_S
    for line in scene.brief.lines:
        if at_s >= scene.seconds:
            return
        speaker = speaker_of(scene, line.noun)
        name = speaker.name if speaker else "narrator"
        member = scene.cast.get(speaker.handle or "") if speaker else None
        seed = member.voice_seed if member else _voice_seed(name, scene.seed)
        is_child = bool(
            speaker
            and speaker.subject in {"girl", "boy", "mouse", "rabbit", "bird", "bee", "hedgehog"}
        )
        yield SpokenLine(line.text, name, round(at_s, 3), seed, is_child)
        at_s += len(line.text) / _CHARS_A_SECOND + _PAUSE_S


def speaker_of(scene: Scene, noun: int) -> Actor | None:
    """Return the first actor of a noun; None is a voice off stage."""
    return next((actor for actor in scene.actors if actor.noun == noun), None)


def _voice_seed(name: str, seed: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{name}:{seed}".encode()).digest()[:4], "big")
