"""Play a score: every part on its own bus, then the mix."""

from __future__ import annotations

import numpy as np

from generation.engines.diorama.sound.beds import bed
from generation.engines.diorama.sound.calls import call
from generation.engines.diorama.sound.effects import effect
from generation.engines.diorama.sound.mixing import (
    DUCK_BEDS_DB,
    Stereo,
    afar,
    echo,
    finish,
    give_way,
    place,
)
from generation.engines.diorama.sound.spec import Played, Score, SoundEvent
from generation.engines.diorama.sound.waves import Wave, add, seeded


def play(score: Score, *, sample_rate_hz: int = 48_000) -> Played:
    """Turn a score into sound, word times and mouths. The same score gives the same bytes.

    sound: float32 [2, round(seconds * sample_rate_hz)], true peak at most -1 dBFS.
    """
    count = max(1, round(score.seconds * sample_rate_hz))
    if score.is_silent:
        return Played(np.zeros((2, count), dtype=np.float32), sample_rate_hz)
    dry, wet = _events(score, count, sample_rate_hz)
    beds = _beds(score, count, sample_rate_hz)
    sound = finish(dry + wet + beds, rate=sample_rate_hz)
    return Played(sound, sample_rate_hz)


def _events(score: Score, count: int, rate: int) -> tuple[Stereo, Stereo]:
    dry, sent = np.zeros((2, count)), np.zeros((2, count))
    for index, event in enumerate(score.events):
        at = round(event.at_s * rate)
        wave = afar(_sounded(event, rate, score.seed, index), distance=event.distance, rate=rate)
        place(dry, wave, at=at, pan=event.pan)
        place(sent, wave, at=at, pan=0.6 * event.pan, gain=0.10 + 0.22 * event.distance)
    wet = echo(sent, seconds=0.7, rate=rate, seed=score.seed) if score.events else sent
    return dry, wet


def _sounded(event: SoundEvent, rate: int, seed: int, index: int) -> Wave:
    rng = seeded(seed, "event", index, event.kind, event.source)
    return (call if event.kind == "call" else effect)(event, rate=rate, rng=rng)


def _beds(score: Score, count: int, rate: int) -> Stereo:
    total = np.zeros((2, count))
    for index, wanted in enumerate(score.beds):
        if wanted.end_s > wanted.start_s and wanted.level > 0:
            wave = bed(wanted, rate=rate, rng=seeded(score.seed, "bed", index, wanted.kind))
            add(total, wave, at=round(wanted.start_s * rate))
    return total
