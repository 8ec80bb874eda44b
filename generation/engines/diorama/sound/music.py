"""Play a composition: notes become sound, with width, a room and a clean end."""

from __future__ import annotations

import numpy as np

from generation.engines.diorama.sound.harmony import Note, compose
from generation.engines.diorama.sound.instruments import note
from generation.engines.diorama.sound.mixing import Stereo, echo, place
from generation.engines.diorama.sound.waves import highpass, samples, seeded

# How loud each part stands in the band: low parts carry more energy for the same peak.
BALANCE = {
    "pad": 0.20, "bass": 0.30, "strings": 0.26, "low_strings": 0.30, "brass": 0.26, "flute": 0.24,
    "bells": 0.30, "pluck": 0.46, "pizzicato": 0.40, "marimba": 0.34, "piano": 0.36, "kick": 0.60,
    "snare": 1.00, "hat": 1.10, "shaker": 1.10, "taiko": 0.6,
}  # fmt: skip
# Deviation of the music before the mix: -21 dBFS, a background that events and lines stand on.
DEVIATION = 0.09
FADE_S = 0.7


def band_plays(mood: str, *, seconds: float, seed: int, tempo_bpm: int, rate: int) -> Stereo:
    """Compose and play a mood for `seconds`: float64 [2, n], fading with its last chord."""
    piece = compose(mood, seconds=seconds, seed=seed, tempo_bpm=tempo_bpm)
    stage = np.zeros((2, samples(seconds, rate=rate)))
    rng = seeded(seed, "hands", mood)
    for played in piece.notes:
        _strike(stage, played, piece.tempo_bpm, rng, rate)
    dry = np.stack([highpass(side, 35, rate=rate) for side in stage])
    mix = dry + 0.32 * echo(dry, seconds=1.5, rate=rate, seed=seed)
    mix *= DEVIATION / max(1e-9, float(mix.std()))
    fade = min(mix.shape[1], samples(FADE_S, rate=rate))
    mix[:, mix.shape[1] - fade :] *= np.cos(np.linspace(0, np.pi / 2, fade)) ** 2
    return mix


def _strike(
    stage: Stereo, played: Note, tempo_bpm: float, rng: np.random.Generator, rate: int
) -> None:
    beat_s = 60 / tempo_bpm
    # Hands are not clocks: up to 6 ms late, a little louder or softer.
    at = samples(played.at * beat_s + float(rng.uniform(0, 0.006)), rate=rate)
    left_s = (stage.shape[1] - at) / rate
    if left_s <= 0:
        return
    # Lengths on a grid let equal notes share one array.
    seconds = round(min(played.beats * beat_s, left_s + 0.1), 2)
    wave = note(played.voice, played.midi, max(0.05, seconds), rate)
    gain = BALANCE[played.voice] * played.level * float(rng.uniform(0.9, 1.1))
    place(stage, wave, at=at, pan=played.pan, gain=gain)
