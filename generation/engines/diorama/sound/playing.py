"""Play a score: every part on its own bus, then the mix."""

from __future__ import annotations

import numpy as np

from generation.engines.diorama.sound.beds import bed
from generation.engines.diorama.sound.calls import call
from generation.engines.diorama.sound.effects import effect
from generation.engines.diorama.sound.mixing import (
    DUCK_BEDS_DB,
    DUCK_MUSIC_DB,
    Stereo,
    afar,
    echo,
    finish,
    give_way,
    place,
)
from generation.engines.diorama.sound.music import band_plays
from generation.engines.diorama.sound.spec import Played, Score, SoundEvent
from generation.engines.diorama.sound.speech import Speech, speak
from generation.engines.diorama.sound.waves import Wave, add, samples, seeded


def play(score: Score, *, sample_rate_hz: int = 48_000) -> Played:
    """Turn a score into sound, word times and mouths. The same score gives the same bytes.

    sound: float32 [2, round(seconds * sample_rate_hz)], true peak at most -1 dBFS. A silent score
    is exactly zero. Speech depends on the machine: espeak-ng where it is on PATH, else our own
    voice.
    """
    count = samples(score.seconds, rate=sample_rate_hz)
    if score.is_silent:
        frames = max(1, round(score.seconds * score.fps))
        closed = {line.speaker: np.zeros(frames, dtype=np.float32) for line in score.lines}
        return Played(np.zeros((2, count), dtype=np.float32), sample_rate_hz, (), closed)
    speech = speak(score, rate=sample_rate_hz)
    stage = _events(score, count, sample_rate_hz)
    stage += _beds(score, count, sample_rate_hz) * _under(speech, DUCK_BEDS_DB, sample_rate_hz)
    if score.music is not None:
        music = band_plays(
            score.music,
            seconds=score.seconds,
            seed=score.seed,
            tempo_bpm=score.tempo_bpm,
            rate=sample_rate_hz,
        )
        stage += music * _under(speech, DUCK_MUSIC_DB, sample_rate_hz)
    if speech.words:
        stage += _voices(speech, score.seed, sample_rate_hz)
    return Played(finish(stage, rate=sample_rate_hz), sample_rate_hz, speech.words, speech.mouths)


def _under(speech: Speech, depth_db: float, rate: int) -> Wave | float:
    return give_way(speech.wave, depth_db=depth_db, rate=rate) if speech.words else 1.0


def _voices(speech: Speech, seed: int, rate: int) -> Stereo:
    dry = np.stack([speech.wave, speech.wave])
    # A touch of room sets a voice into the scene; more would blur its words.
    return dry + 0.06 * echo(dry, seconds=0.35, rate=rate, seed=seed)


def _events(score: Score, count: int, rate: int) -> Stereo:
    dry, sent = np.zeros((2, count)), np.zeros((2, count))
    for index, event in enumerate(score.events):
        at = round(event.at_s * rate)
        wave = afar(_sounded(event, rate, score.seed, index), distance=event.distance, rate=rate)
        place(dry, wave, at=at, pan=event.pan)
        place(sent, wave, at=at, pan=0.6 * event.pan, gain=0.10 + 0.22 * event.distance)
    return dry + echo(sent, seconds=0.7, rate=rate, seed=score.seed) if score.events else dry


def _sounded(event: SoundEvent, rate: int, seed: int, index: int) -> Wave:
    rng = seeded(seed, "event", index, event.kind, event.source)
    return (call if event.kind == "call" else effect)(event, rate=rate, rng=rng)


def _beds(score: Score, count: int, rate: int) -> Stereo:
    total = np.zeros((2, count))
    # Thunder that is seen as lightning is in the events; a storm then brings none of its own.
    has_thunder = any(event.kind == "thunder" for event in score.events)
    for index, asked in enumerate(score.beds):
        wanted = asked._replace(kind="downpour") if asked.kind == "storm" and has_thunder else asked
        if wanted.end_s > wanted.start_s and wanted.level > 0:
            wave = bed(wanted, rate=rate, rng=seeded(score.seed, "bed", index, wanted.kind))
            add(total, wave, at=round(wanted.start_s * rate))
    return total
