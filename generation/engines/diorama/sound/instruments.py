"""The players of the music: one function per instrument, all additive, so that nothing aliases."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from generation.engines.diorama.sound.waves import (
    Wave,
    band,
    decay,
    glide,
    harmonics,
    highpass,
    levelled,
    line,
    noise,
    ringing,
    rounded,
    samples,
    seeded,
    swell,
    times,
)

Player = Callable[..., Wave]


@lru_cache(maxsize=256)
def note(voice: str, midi: int, seconds: float, rate: int) -> Wave:
    """Sound one note with its release: mono, peak one, read-only because equal notes share it."""
    wave = levelled(PLAYERS[voice](440.0 * 2 ** ((midi - 69) / 12), seconds, rate=rate))
    wave.flags.writeable = False
    return wave


def _struck(
    hz: float, seconds: float, *, tilt: float, ring_s: float, partials: int, rate: int
) -> Wave:
    """Sum harmonics that die the faster the higher they are, from one complex recurrence."""
    length = samples(min(seconds, 1.2 * ring_s), rate=rate)
    t = times(length, rate=rate)
    turn = np.exp((2j * np.pi * hz - 3.0 / ring_s) * t)
    now, total = turn.copy(), np.zeros(length)
    for k in range(1, partials + 1):
        if k * hz > 0.42 * rate:
            break
        total += k**-tilt * now.imag
        now *= turn
    return total * decay(length, ring_s, rate=rate)


def _piano(hz: float, seconds: float, *, rate: int) -> Wave:
    ring_s = float(np.clip(900 / hz, 1.0, 4.5))
    string = _struck(hz, seconds + 0.5, tilt=1.25, ring_s=ring_s, partials=14, rate=rate)
    # Two strings of a unison are never quite in tune: the slow beat is the warmth of the tone.
    second = _struck(hz * 1.0007, seconds + 0.5, tilt=1.4, ring_s=ring_s, partials=8, rate=rate)
    hammer = band(noise(seeded("hammer"), len(string)), 200, 1600, rate=rate) * decay(
        len(string), 0.03, rate=rate
    )
    return rounded(
        levelled(string + 0.7 * second) + 0.05 * hammer, rate=rate, attack_s=0.003, release_s=0.25
    )


def _pluck(hz: float, seconds: float, *, rate: int) -> Wave:
    string = _struck(
        hz,
        seconds + 0.35,
        tilt=1.0,
        ring_s=float(np.clip(260 / hz, 0.45, 1.4)),
        partials=14,
        rate=rate,
    )
    return rounded(string, rate=rate, attack_s=0.002, release_s=0.12)


def _pizzicato(hz: float, seconds: float, *, rate: int) -> Wave:
    return rounded(
        _struck(hz, 0.5, tilt=1.5, ring_s=0.42, partials=8, rate=rate),
        rate=rate,
        attack_s=0.003,
        release_s=0.06,
    )


def _marimba(hz: float, seconds: float, *, rate: int) -> Wave:
    # A tuned bar: its second mode is carved to the double octave.
    bars = ((hz, 1.0, 0.7), (3.98 * hz, 0.28, 0.22), (9.6 * hz, 0.08, 0.08))
    return rounded(
        ringing(bars, samples(0.7, rate=rate), rate=rate), rate=rate, attack_s=0.002, release_s=0.1
    )


def _bells(hz: float, seconds: float, *, rate: int) -> Wave:
    bars = (
        (hz, 1.0, 1.9),
        (2 * hz, 0.35, 1.3),
        (3.0 * hz, 0.18, 0.8),
        (5.4 * hz, 0.12, 0.4),
        (8.9 * hz, 0.05, 0.2),
    )
    return rounded(
        ringing(bars, samples(min(seconds + 0.9, 2.2), rate=rate), rate=rate),
        rate=rate,
        attack_s=0.002,
        release_s=0.4,
    )


class Bow(NamedTuple):
    """How a held note sounds: fall of its harmonics and their number, rise in seconds, vibrato."""

    tilt: float
    partials: int
    rise_s: float
    vibrato: float


def _held(hz: float, seconds: float, bow: Bow, *, rate: int) -> Wave:
    length = samples(seconds + 0.35, rate=rate)
    t = times(length, rate=rate)
    wander = bow.vibrato * np.sin(2 * np.pi * 5.2 * t) * np.minimum(1, t / 0.5)
    total = np.zeros(length)
    for detune in (-0.0022, 0.0018):
        total += harmonics(hz * (1 + detune + wander), rate=rate, tilt=bow.tilt, most=bow.partials)
    return rounded(total, rate=rate, attack_s=min(bow.rise_s, 0.4 * seconds), release_s=0.32)


def _pad(hz: float, seconds: float, *, rate: int) -> Wave:
    return _held(hz, seconds, Bow(1.7, 8, 0.45, 0.0008), rate=rate)


def _strings(hz: float, seconds: float, *, rate: int) -> Wave:
    return _held(hz, seconds, Bow(1.2, 14, 0.14, 0.005), rate=rate)


def _low_strings(hz: float, seconds: float, *, rate: int) -> Wave:
    bowed = _held(hz, seconds, Bow(1.15, 18, 0.03, 0.0), rate=rate)
    return bowed * (0.35 + 0.65 * decay(len(bowed), 0.9, rate=rate))


def _flute(hz: float, seconds: float, *, rate: int) -> Wave:
    wave = levelled(_held(hz, seconds, Bow(2.4, 5, 0.07, 0.005), rate=rate))
    breath = band(noise(seeded("breath"), len(wave)), hz, 4 * hz, rate=rate)
    return wave + 0.02 * rounded(breath, rate=rate, attack_s=0.05, release_s=0.3)


def _brass(hz: float, seconds: float, *, rate: int) -> Wave:
    bright = _held(hz, seconds, Bow(0.9, 14, 0.06, 0.003), rate=rate)
    dark = _held(hz, seconds, Bow(1.9, 8, 0.05, 0.003), rate=rate)
    share = 0.55 * swell(len(bright), peak=0.25)
    return levelled(dark) * (1 - share) + levelled(bright) * share


def _bass(hz: float, seconds: float, *, rate: int) -> Wave:
    length = samples(seconds + 0.12, rate=rate)
    # Harmonics up to the sixth, or a phone would play no bass at all.
    wave = harmonics(np.full(length, hz), rate=rate, tilt=1.35, most=6)
    return rounded(
        wave * (0.4 + 0.6 * decay(length, 1.4, rate=rate)), rate=rate, attack_s=0.006, release_s=0.1
    )


def _kick(hz: float, seconds: float, *, rate: int) -> Wave:
    length = samples(0.28, rate=rate)
    pitch = np.concatenate([glide((165, 62, 48), length // 3), np.full(length - length // 3, 48.0)])
    click = band(noise(seeded("kick"), length), 900, 4000, rate=rate) * decay(
        length, 0.012, rate=rate
    )
    return rounded(
        harmonics(pitch, rate=rate, tilt=2, most=2) * decay(length, 0.32, rate=rate) + 0.12 * click,
        rate=rate,
        attack_s=0.001,
    )


def _snare(hz: float, seconds: float, *, rate: int) -> Wave:
    length = samples(0.22, rate=rate)
    wires = band(noise(seeded("snare"), length), 1100, 8000, rate=rate) * decay(
        length, 0.22, rate=rate
    )
    return rounded(
        levelled(wires, 0.6) + ringing([(185, 0.5, 0.14), (331, 0.25, 0.1)], length, rate=rate),
        rate=rate,
        attack_s=0.001,
    )


def _hat(hz: float, seconds: float, *, rate: int) -> Wave:
    length = samples(0.09, rate=rate)
    return rounded(
        highpass(noise(seeded("hat"), length), 6500, rate=rate) * decay(length, 0.07, rate=rate),
        rate=rate,
        attack_s=0.001,
    )


def _shaker(hz: float, seconds: float, *, rate: int) -> Wave:
    length = samples(0.10, rate=rate)
    return band(noise(seeded("shaker"), length), 3500, 11000, rate=rate) * swell(
        length, peak=0.3, sharpness=1.5
    )


def _taiko(hz: float, seconds: float, *, rate: int) -> Wave:
    length = samples(0.9, rate=rate)
    skin = ringing(
        [(72 * r, a, 0.8 / r) for r, a in ((1, 1), (1.59, 0.6), (2.14, 0.4), (2.65, 0.25))],
        length,
        rate=rate,
    )
    drop = harmonics(glide((120, 72), length), rate=rate, most=1) * decay(length, 0.35, rate=rate)
    slap = band(noise(seeded("taiko"), length), 200, 2500, rate=rate) * decay(
        length, 0.05, rate=rate
    )
    return rounded(
        levelled(skin + 0.6 * drop) + 0.2 * levelled(slap), rate=rate, attack_s=0.001, release_s=0.1
    ) * line((1, 0.9), length)


PLAYERS: dict[str, Player] = {
    "piano": _piano, "pluck": _pluck, "pizzicato": _pizzicato, "marimba": _marimba, "bells": _bells,
    "pad": _pad, "strings": _strings, "low_strings": _low_strings, "flute": _flute, "brass": _brass,
    "bass": _bass, "kick": _kick, "snare": _snare, "hat": _hat, "shaker": _shaker, "taiko": _taiko,
}  # fmt: skip
