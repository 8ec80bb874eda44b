"""The mixing desk: places, a room, what gives way to speech, and a safe level."""

from __future__ import annotations

from typing import cast

import numpy as np
import numpy.typing as npt
from scipy import ndimage, signal

from generation.engines.diorama.sound.waves import Wave, add, highpass, lowpass, samples, seeded

Stereo = npt.NDArray[np.float64]

# -1 dBFS between samples too, so that a lossy encoder has room; a hair less, because filters
# ripple.
CEILING = 10 ** (-1.1 / 20)
DUCK_MUSIC_DB = 11.0
DUCK_BEDS_DB = 7.0
OVERSAMPLING = 4


def place(stage: Stereo, wave: Wave, *, at: int, pan: float, gain: float = 1.0) -> None:
    """Add a mono sound to the stage at a sample, with equal power wherever it stands."""
    angle = (float(np.clip(pan, -1, 1)) + 1) * (np.pi / 4)
    sides = np.array([[np.cos(angle)], [np.sin(angle)]])
    # Without this a centred sound would be 3 dB quieter than the same sound in mono.
    add(stage, np.sqrt(2) * sides * wave, at=at, gain=gain)


def afar(wave: Wave, *, distance: float, rate: int) -> Wave:
    """Move a sound away, quieter and duller: 0 is at the lens, 1 on the horizon."""
    away = float(np.clip(distance, 0, 1))
    gain = float(1 / (1 + 5 * away**1.5))
    return gain * (wave if away < 0.15 else lowpass(wave, 18000 * (1 - 0.88 * away), rate=rate))


def echo(stage: Stereo, *, seconds: float, rate: int, seed: int) -> Stereo:
    """Return the reverberation alone: noise, its own for each ear, dead (-60 dB) in `seconds`."""
    length = samples(seconds, rate=rate)
    t = np.arange(length) / rate
    # The first 8 ms stay empty and the build-up is quick, so that onsets keep their edge.
    envelope = np.exp(-6.91 * t / seconds) * np.clip((t - 0.008) / 0.012, 0, 1)
    rng = seeded("room", seed)
    wet = np.empty_like(stage)
    for side in (0, 1):
        tail = lowpass(rng.standard_normal(length), 5200, rate=rate) * envelope
        tail /= np.sqrt((tail**2).sum()) + 1e-12
        wet[side] = signal.fftconvolve(stage[side], tail)[: stage.shape[1]]
    return wet


def give_way(speech: Wave, *, depth_db: float, rate: int) -> Wave:
    """Give the gain of what lies under speech: it sinks before a line and comes back after it."""
    hop = max(1, rate // 200)
    blocks = np.abs(speech[: len(speech) // hop * hop]).reshape(-1, hop).max(axis=1, initial=0)
    talking = (blocks > 0.02 * max(1e-9, float(blocks.max(initial=0)))).astype(np.float64)
    # Bridge the gaps between words (0.5 s), look ahead by half of that, then move slowly.
    held = ndimage.maximum_filter1d(talking, size=101)
    smooth = ndimage.uniform_filter1d(ndimage.uniform_filter1d(held, 41), 41)
    centres = (np.arange(len(smooth)) + 0.5) * hop
    curve = (
        np.interp(np.arange(len(speech)), centres, smooth) if len(smooth) else np.zeros(len(speech))
    )
    return cast(Wave, 10 ** (-depth_db * curve / 20))


def finish(stage: Stereo, *, rate: int) -> npt.NDArray[np.float32]:
    """Remove what is below hearing, hold the true peak under the ceiling, fade the last edges.

    float32 [2, n], true peak at most -1 dBFS. Silence stays exactly zero.
    """
    if not stage.any():
        return np.zeros(stage.shape, dtype=np.float32)
    mix = np.stack([highpass(side, 24, rate=rate) for side in stage])
    mix = _limited(mix, rate=rate)
    edge = min(mix.shape[1] // 2, samples(0.003, rate=rate))
    ramp = 0.5 - 0.5 * np.cos(np.pi * np.arange(edge) / max(1, edge))
    mix[:, :edge] *= ramp
    mix[:, mix.shape[1] - edge :] *= ramp[::-1]
    mix -= mix.mean(axis=1, keepdims=True) * np.hanning(mix.shape[1]) * 2
    mix *= min(1.0, CEILING / max(1e-9, true_peak(mix)))
    return mix.astype(np.float32)


def true_peak(sound: npt.NDArray[np.floating]) -> float:
    """Measure the peak between samples, four times oversampled (ITU-R BS.1770-4, annex 2)."""
    return float(np.abs(signal.resample_poly(sound, OVERSAMPLING, 1, axis=-1)).max(initial=0.0))


def _limited(mix: Stereo, *, rate: int) -> Stereo:
    # One gain for both ears, so that the stage does not lean; it opens and closes within 5 ms
    # around a peak.
    over = np.abs(mix).max(axis=0) / (0.97 * CEILING)
    if over.max() <= 1:
        return mix
    window = samples(0.005, rate=rate) | 1
    need = ndimage.minimum_filter1d(1 / np.maximum(over, 1), size=window)
    shape = np.hanning(window + 2)[1:-1]
    gain = signal.fftconvolve(
        np.pad(need, window // 2, mode="edge"), shape / shape.sum(), mode="valid"
    )
    return cast(Stereo, mix * gain)
