"""The picture of a sound that LTX-2's sound autoencoder reads.

diffusers has only the way back, so the analysis is here: magnitudes of 1024 samples, every 10 ms,
in bands of the Slaney scale with equal area, as natural logarithms. Source: the recipe of the
published training code of the family.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch
from scipy.signal import resample_poly
from torch import Tensor
from transformers.audio_utils import mel_filter_bank

from generation.spec import Sound

WINDOW = 1024
FLOOR = 1e-5


def log_mel(sound: Tensor, *, sample_rate_hz: int, hop: int, bands: int) -> Tensor:
    """Analyse float32 [C, S] as log magnitudes [1, C, T, bands], T = S // hop + 1."""
    spectrum = torch.stft(
        sound,
        WINDOW,
        hop,
        window=torch.hann_window(WINDOW),
        center=True,
        pad_mode="reflect",
        return_complex=True,
    )
    bank = torch.from_numpy(_bank(sample_rate_hz, bands))
    magnitudes = torch.matmul(spectrum.abs().transpose(1, 2), bank)
    return magnitudes.clamp_min(FLOOR).log()[None]


def resampled(sound: Sound, *, to_hz: int, from_hz: int, channels: int) -> Tensor:
    """Bring float32 [2, S] to another rate and number of channels, long enough for a window."""
    common = math.gcd(to_hz, from_hz)
    changed = resample_poly(sound, to_hz // common, from_hz // common, axis=1)
    if channels == 1:
        changed = changed.mean(axis=0, keepdims=True)
    padded = np.pad(changed, ((0, 0), (0, max(0, WINDOW - changed.shape[1]))))
    return torch.from_numpy(padded.astype(np.float32))


@lru_cache(maxsize=4)
def _bank(sample_rate_hz: int, bands: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    bank = mel_filter_bank(
        num_frequency_bins=WINDOW // 2 + 1,
        num_mel_filters=bands,
        min_frequency=0.0,
        max_frequency=sample_rate_hz / 2,
        sampling_rate=sample_rate_hz,
        norm="slaney",
        mel_scale="slaney",
    )
    return np.asarray(bank, dtype=np.float32)
