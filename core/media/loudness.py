"""Loudness: every clip of the feed sounds equally loud, and none clips.

Source: ITU-R BS.1770-4 (K weighting, gating, true peak); targets as streaming services publish
them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]

TARGET_LUFS = -14.0
CEILING_DBTP = -1.0
# Quieter than this is silence or hiss, and hiss at full volume is worse than silence.
SILENCE_LUFS = -60.0
_GAIN_MAX_DB = 30.0
# How far the loudest peaks may be pressed down to reach the target; more would be heard as pumping.
_LIMITING_MAX_DB = 12.0
_LIMITER_WINDOW_S = 0.010
_ROUNDS = 4
_TOLERANCE_DB = 0.2
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_DB = -10.0
_BLOCK_S, _STEP_S = 0.4, 0.1
_OVERSAMPLING = 4


class Loudness(NamedTuple):
    """Integrated loudness and true peak; both -inf for digital silence."""

    integrated_lufs: float
    true_peak_dbtp: float


def measure(sound: Sound, *, sample_rate_hz: int) -> Loudness:
    """Measure float32 [C, S], C of 1 or 2."""
    peak = float(np.max(_true_peaks(sound), initial=0.0))
    return Loudness(_integrated(sound, sample_rate_hz), _db(peak))


def normalize(sound: Sound, *, sample_rate_hz: int, ceiling_dbtp: float = CEILING_DBTP) -> Sound:
    """Bring float32 [C, S] to -14 LUFS with true peaks below `ceiling_dbtp`.

    Gain first, then a look-ahead limiter for the peaks. Limiting costs loudness, so the gain is
    made up and the limiter run again, a few times. Sound that is all peaks (one knock in a quiet
    room) stays below the target rather than be flattened, and silence comes back untouched.
    """
    loudness, peaks = _integrated(sound, sample_rate_hz), _true_peaks(sound)
    peak_db = _db(float(np.max(peaks, initial=0.0)))
    if loudness < SILENCE_LUFS:
        return sound
    highest_db = min(CEILING_DBTP - peak_db + _LIMITING_MAX_DB, _GAIN_MAX_DB)
    gain_db, finished = TARGET_LUFS - loudness, sound
    ceiling = 10 ** (ceiling_dbtp / 20)
    for _ in range(_ROUNDS):
        gain_db = min(gain_db, highest_db)
        needed = np.minimum(10 ** (gain_db / 20), ceiling / np.maximum(peaks, 1e-9))
        finished = _limited(sound, needed.astype(np.float32), sample_rate_hz)
        reached = _integrated(finished, sample_rate_hz)
        if abs(TARGET_LUFS - reached) < _TOLERANCE_DB or gain_db >= highest_db:
            break
        gain_db += TARGET_LUFS - reached
    return finished


def _db(amplitude: float) -> float:
    return 20 * float(np.log10(amplitude)) if amplitude > 0 else -np.inf


def _integrated(sound: Sound, sample_rate_hz: int) -> float:
    """Integrated loudness in LUFS. A clip shorter than one block is one block."""
    power = np.sum(np.square(_k_weighted(sound, sample_rate_hz), dtype=np.float64), axis=0)
    block, step = round(_BLOCK_S * sample_rate_hz), round(_STEP_S * sample_rate_hz)
    total = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, max(1, len(power) - block + 1), step)
    ends = np.minimum(starts + block, len(power))
    means = (total[ends] - total[starts]) / np.maximum(1, ends - starts)
    loud = means[_lufs(means) > _ABSOLUTE_GATE_LUFS]
    if loud.size == 0:
        return -np.inf
    gate = float(_lufs(loud.mean())) + _RELATIVE_GATE_DB
    return float(_lufs(loud[_lufs(loud) > gate].mean()))


def _lufs(power: npt.ArrayLike) -> npt.NDArray[np.float64]:
    return -0.691 + 10 * np.log10(np.maximum(np.asarray(power, dtype=np.float64), 1e-12))


def _k_weighted(sound: Sound, sample_rate_hz: int) -> npt.NDArray[np.float32]:
    """Apply both K-weighting filters, as a product in the frequency domain.

    The standard gives coefficients for 48 kHz only; these are the analogue prototypes behind them,
    so that every rate works (the numbers are those of Brecht De Man, "Evaluation of implementations
    of the EBU R128 loudness measurement", 2018). The zero padding keeps the filters' tails from
    wrapping around.
    """
    samples = sound.shape[1]
    size = _fast_size(samples + sample_rate_hz // 2)
    spectrum = np.fft.rfft(sound.astype(np.float32), n=size, axis=1)
    weighted = np.fft.irfft(spectrum * _k_response(size, sample_rate_hz), n=size, axis=1)
    return np.asarray(weighted[:, :samples], dtype=np.float32)


@lru_cache(maxsize=4)
def _k_response(size: int, sample_rate_hz: int) -> npt.NDArray[np.complex64]:
    """Response at the frequencies of a transform of `size`: clips of a length ask for the same."""
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(size))
    response = _shelf(z, sample_rate_hz) * _highpass(z, sample_rate_hz)
    return np.asarray(response, dtype=np.complex64)


def _shelf(z: npt.NDArray[np.complex128], sample_rate_hz: int) -> npt.NDArray[np.complex128]:
    """Response of the high shelf that stands for the head."""
    k = np.tan(np.pi * 1681.974450955533 / sample_rate_hz)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    above = (high + band * k / q + k * k) + 2 * (k * k - high) * z
    above = above + (high - band * k / q + k * k) * z**2
    below = (1 + k / q + k * k) + 2 * (k * k - 1) * z + (1 - k / q + k * k) * z**2
    return np.asarray(above / below, dtype=np.complex128)


def _highpass(z: npt.NDArray[np.complex128], sample_rate_hz: int) -> npt.NDArray[np.complex128]:
    """Response of the high pass that stands for the ear's deafness to the very low."""
    k, q = np.tan(np.pi * 38.13547087602444 / sample_rate_hz), 0.5003270373238773
    scale = 1 + k / q + k * k
    below = 1 + 2 * (k * k - 1) / scale * z + (1 - k / q + k * k) / scale * z**2
    return np.asarray((1 - 2 * z + z**2) / below, dtype=np.complex128)


def _true_peaks(sound: Sound) -> npt.NDArray[np.float32]:
    """Largest magnitude between each sample and the next, over channels.

    Float32 [S], four times oversampled.
    """
    samples = sound.shape[1]
    if samples == 0:
        return np.zeros(0, dtype=np.float32)
    size = _fast_size(samples + 64)
    fine = np.fft.irfft(np.fft.rfft(sound, n=size, axis=1), n=_OVERSAMPLING * size, axis=1)
    fine = np.abs(fine[:, : _OVERSAMPLING * samples]) * _OVERSAMPLING
    peaks = fine.reshape(sound.shape[0], samples, _OVERSAMPLING).max(axis=(0, 2))
    return np.asarray(peaks, dtype=np.float32)


def _limited(sound: Sound, needed: npt.NDArray[np.float32], sample_rate_hz: int) -> Sound:
    """Apply a gain that nowhere exceeds `needed`, float32 [S], and has no corners.

    At each sample take the smallest gain needed within the window, then smooth by an average of the
    same length: every value in that average already allows for the peak in the middle, so the peak
    cannot pass.
    """
    window = round(_LIMITER_WINDOW_S * sample_rate_hz) // 2 * 2 + 1
    lowest = cv2.erode(needed[None, :], np.ones((1, window), dtype=np.uint8))
    even = cv2.blur(lowest, (window, 1), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(sound * even, dtype=np.float32)


def _fast_size(samples: int) -> int:
    """Round up to 2^a * 3 or 2^a, lengths that transform quickly."""
    power = 1 << max(1, samples - 1).bit_length()
    return power * 3 // 4 if power * 3 // 4 >= samples else power
