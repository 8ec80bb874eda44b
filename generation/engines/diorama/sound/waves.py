"""Oscillators, noise, envelopes and filters: what every sound of the diorama is made of.

A Wave is mono float64 [n]. Nothing here keeps state, and chance comes only from a generator passed
in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, cast

import numpy as np
import numpy.typing as npt
from scipy import fft, signal

Wave = npt.NDArray[np.float64]

# Harmonics above this share of the sample rate fade out, so that no glide folds back as an alias.
BAND_LIMIT_RATIO = 0.42


class Resonance(NamedTuple):
    """One peak of a body or a vocal tract: its centre and width in hertz, and its gain."""

    hz: float
    width_hz: float
    gain: float = 1.0


def seeded(*keys: object) -> np.random.Generator:
    """Make a random generator that depends on `keys` alone, on every machine."""
    digest = hashlib.blake2b("\x1f".join(map(str, keys)).encode(), digest_size=8).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))


def samples(seconds: float, *, rate: int) -> int:
    """Count the samples in `seconds`, at least one."""
    return max(1, round(seconds * rate))


def times(count: int, *, rate: int) -> Wave:
    """Give the time of each sample in seconds, from zero."""
    return np.arange(count) / rate


def glide(points: Sequence[float], count: int) -> Wave:
    """Pass evenly through `points` (positive: hertz or ratios) in equal musical intervals."""
    return np.exp(line(np.log(np.asarray(points, dtype=np.float64)), count))


def line(points: Sequence[float] | Wave, count: int) -> Wave:
    """Pass evenly through `points` in straight lines."""
    knots = np.asarray(points, dtype=np.float64)
    return np.interp(np.linspace(0, len(knots) - 1, count), np.arange(len(knots)), knots)


def harmonics(pitch: Wave, *, rate: int, tilt: float = 1.0, most: int = 60) -> Wave:
    """Sum the harmonics k of a gliding pitch (hertz per sample) with weights k ** -tilt.

    Band-limited: each harmonic fades before it reaches the limit. sin(k x) comes from the
    recurrence 2 cos(x) sin((k - 1) x) - sin((k - 2) x), a tenth of the cost of calling sin for
    each.
    """
    limit = BAND_LIMIT_RATIO * rate
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    before, now, twice_cosine = np.zeros_like(phase), np.sin(phase), 2 * np.cos(phase)
    lowest, highest = float(pitch.min()), float(pitch.max())
    total = np.zeros_like(phase)
    for k in range(1, most + 1):
        if k * lowest >= limit:
            break
        weight: float | Wave = k**-tilt
        if k * highest > 0.8 * limit:
            weight = weight * np.clip((limit - k * pitch) / (0.2 * limit), 0, 1)
        total += weight * now
        before, now = now, twice_cosine * now - before
    return total


def tone(hz: float, count: int, *, rate: int) -> Wave:
    """Make a steady sine that starts at zero."""
    return np.sin(2 * np.pi * hz * times(count, rate=rate))


def ringing(partials: Sequence[tuple[float, float, float]], count: int, *, rate: int) -> Wave:
    """Sum decaying sines. Each partial is (hertz, amplitude, seconds to fall by 60 dB)."""
    total = np.zeros(count)
    for hz, amplitude, seconds in partials:
        if hz < BAND_LIMIT_RATIO * rate:
            # Nothing is heard after the fall, so a short partial costs only its own length.
            length = min(count, samples(1.3 * seconds, rate=rate))
            total[:length] += (
                amplitude * tone(hz, length, rate=rate) * decay(length, seconds, rate=rate)
            )
    return total


def decay(count: int, seconds: float, *, rate: int) -> Wave:
    """Fall from one by 60 dB in `seconds`."""
    return np.exp(-6.91 * times(count, rate=rate) / max(seconds, 1e-4))


def swell(count: int, *, peak: float = 0.3, sharpness: float = 1.0) -> Wave:
    """Rise to one at the share `peak` of the length and sink back, without a corner."""
    place = np.linspace(0, 1, count)
    bent = np.where(place < peak, place / peak, (1 - place) / (1 - peak)) * (np.pi / 2)
    return np.sin(np.clip(bent, 0, np.pi / 2)) ** (2 * sharpness)


def rounded(wave: Wave, *, rate: int, attack_s: float = 0.002, release_s: float = 0.01) -> Wave:
    """Fade both ends so that neither clicks. Returns a copy."""
    result = wave.copy()
    rise = min(len(wave), samples(attack_s, rate=rate))
    fall = min(len(wave), samples(release_s, rate=rate))
    result[:rise] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / rise)
    result[-fall:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(1, fall + 1) / fall)
    return result


def noise(rng: np.random.Generator, count: int) -> Wave:
    """Make white noise with a standard deviation of one."""
    return rng.standard_normal(count)


def coloured(rng: np.random.Generator, count: int, *, slope: float, rate: int) -> Wave:
    """Make noise with amplitude frequency ** slope (-0.5 pink, -1 brown) and a deviation of one."""
    size = fft.next_fast_len(count, real=True)
    spectrum = fft.rfft(rng.standard_normal(size))
    hz = np.maximum(fft.rfftfreq(size, 1 / rate), 1e-9)
    spectrum *= np.where(hz > 20, (np.maximum(hz, 20) / 20) ** slope, 0)
    wave = fft.irfft(spectrum, size)[:count]
    return cast(Wave, wave / (wave.std() + 1e-12))


def drift(rng: np.random.Generator, count: int, *, hz: float, rate: int) -> Wave:
    """Wander smoothly between 0 and 1, about `hz` turns a second."""
    knots = rng.random(max(4, int(count / rate * hz * 2) + 4))
    place = np.linspace(0, len(knots) - 2, count)
    whole = place.astype(np.int64)
    share = 0.5 - 0.5 * np.cos(np.pi * (place - whole))
    return knots[whole] * (1 - share) + knots[whole + 1] * share


def band(wave: Wave, low_hz: float, high_hz: float, *, rate: int) -> Wave:
    """Keep the band between two frequencies; below 20 Hz means no lower edge."""
    top = min(high_hz, 0.45 * rate)
    if low_hz < 20:
        return lowpass(wave, top, rate=rate)
    return cast(Wave, signal.sosfilt(_band_sections(min(low_hz, 0.9 * top), top, rate), wave))


def lowpass(wave: Wave, hz: float, *, rate: int) -> Wave:
    """Remove what lies above `hz`, 12 dB per octave."""
    return cast(Wave, signal.sosfilt(_edge_sections(min(hz, 0.45 * rate), rate, "lowpass"), wave))


def highpass(wave: Wave, hz: float, *, rate: int) -> Wave:
    """Remove what lies below `hz`, 12 dB per octave."""
    return cast(Wave, signal.sosfilt(_edge_sections(hz, rate, "highpass"), wave))


def resonate(wave: Wave, peaks: Sequence[Resonance], *, rate: int) -> Wave:
    """Pass a wave through resonances side by side, each with a gain of its own at its centre."""
    total = np.zeros_like(wave)
    for peak in peaks:
        if peak.hz < 0.45 * rate:
            top, bottom = _peak_filter(peak.hz, peak.width_hz, rate)
            total += peak.gain * signal.lfilter(top, bottom, wave)
    return total


def levelled(wave: Wave, peak: float = 1.0) -> Wave:
    """Scale so that the largest sample is `peak`; silence stays silence."""
    highest = float(np.abs(wave).max(initial=0.0))
    return wave * (peak / highest) if highest > 1e-9 else wave


def add(
    into: npt.NDArray[np.float64], wave: npt.NDArray[np.float64], *, at: int, gain: float = 1.0
) -> None:
    """Add a wave from the sample `at` on, along the last axis; what falls outside is dropped."""
    start, stop = max(0, at), min(into.shape[-1], at + wave.shape[-1])
    if stop > start:
        into[..., start:stop] += gain * wave[..., start - at : stop - at]


@lru_cache(maxsize=512)
def _band_sections(low_hz: float, high_hz: float, rate: int) -> Wave:
    return cast(Wave, signal.butter(2, (low_hz, high_hz), "bandpass", fs=rate, output="sos"))


@lru_cache(maxsize=512)
def _edge_sections(hz: float, rate: int, kind: str) -> Wave:
    return cast(Wave, signal.butter(2, hz, kind, fs=rate, output="sos"))


@lru_cache(maxsize=512)
def _peak_filter(hz: float, width_hz: float, rate: int) -> tuple[Wave, Wave]:
    return cast(tuple[Wave, Wave], signal.iirpeak(hz, max(0.2, hz / width_hz), fs=rate))
