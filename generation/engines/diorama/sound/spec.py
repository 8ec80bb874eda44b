"""What the diorama world sounds like, as values: a scene writes it, the synthesiser plays it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from generation.spec import Word


class SoundEvent(NamedTuple):
    """One audible instant, at the frame of contact.

    `kind`: impact, footstep, call (an animal, a machine, a toy), splash, flap, pop, whoosh, chime,
    spray, thunder, sparkle, boom, boing, clap, crunch, squeak, zap; any other is an impact.
    `source`: the subject that makes it (dog, ball, car …); chooses the call or the timbre.
    `material`: what it touches (stone, wet, grass, sand, snow, wood, metal, water, carpet, glass,
    ice, mud, gravel, leaves, plastic, and the synonyms in impacts.SAME_GROUND).
    `strength` 0..1 follows impact speed; `size` 0..1 lowers the pitch; `pan` -1 left .. 1 right;
    `distance` 0 near .. 1 far.
    """

    at_s: float
    kind: str
    source: str
    strength: float = 0.7
    material: str = "stone"
    size: float = 0.5
    pan: float = 0.0
    distance: float = 0.2


class SoundBed(NamedTuple):
    """A sound that lasts from `start_s` to `end_s` and moves from `pan_from` to `pan_to`.

    `kind`: rain, downpour, storm, wind, sea, river, crickets, birds, forest, leaves, city, crowd,
    fire, engine, underwater, space, cafe, snow (hush), train, helicopter, room. A storm thunders
    by itself unless the score has thunder events. An engine that crosses the stage comes near in
    the middle and its pitch sinks there.
    """

    kind: str
    level: float
    start_s: float
    end_s: float
    pan_from: float = 0.0
    pan_to: float = 0.0


class SpokenLine(NamedTuple):
    """A line in quotes; `speaker` is a cast handle or a subject, `voice_seed` fixes the voice."""

    text: str
    speaker: str
    start_s: float
    voice_seed: int
    is_child: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """Everything audible in one clip, with a seed.

    `music` is a mood (calm, happy, sad, tense, epic, playful, mysterious, romantic) or None;
    `tempo_bpm` 0 lets the mood choose.
    """

    seconds: float
    fps: int
    seed: int
    events: tuple[SoundEvent, ...] = ()
    beds: tuple[SoundBed, ...] = ()
    lines: tuple[SpokenLine, ...] = ()
    music: str | None = None
    tempo_bpm: int = 0
    is_silent: bool = False


@dataclass(frozen=True, slots=True)
class Played:
    """The played score.

    `sound`: float32 [2, S] in -1..1, S = round(seconds * sample_rate_hz).
    `mouths`: per speaker float32 [frames] in 0..1, the opening of the mouth at each frame's centre.
    """

    sound: npt.NDArray[np.float32]
    sample_rate_hz: int
    words: tuple[Word, ...] = ()
    mouths: Mapping[str, npt.NDArray[np.float32]] = field(default_factory=dict)
