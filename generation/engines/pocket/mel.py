"""Log-mel analysis: the picture of a sound that the sound autoencoder works on."""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from generation.engines.pocket.shapes import HOP, SAMPLE_RATE_HZ

BANDS = 64
WINDOW = 512
FLOOR = 1e-4


def log_mel(sound: Tensor) -> Tensor:
    """Analyse float32 [B, S] as log10 mel magnitudes [B, 64, S // 125], about -4 (silence) to 2.

    Frame i is centred on sample 125 * i + 62, the middle of its own hop, so that eight of them
    cover one picture frame and nothing else.
    """
    magnitude = stft(sound).abs()
    bank = mel_bank(str(sound.device))
    return torch.matmul(bank, magnitude).clamp_min(FLOOR).log10()


def stft(sound: Tensor) -> Tensor:
    """Complex short-time spectrum [B, 257, S // 125] of [B, S], Hann window of 512."""
    left = WINDOW // 2 - HOP // 2
    frames = sound.shape[-1] // HOP
    right = (frames - 1) * HOP + WINDOW - left - sound.shape[-1]
    padded = torch.nn.functional.pad(sound, (left, max(right, 0)))
    return torch.stft(
        padded, WINDOW, HOP, window=hann(str(sound.device)), center=False, return_complex=True
    )[..., :frames]


def istft(spectrum: Tensor) -> Tensor:
    """Overlap-add complex [B, 257, T] to float32 [B, T * 125], the inverse of `stft`."""
    window = hann(str(spectrum.device))
    pieces = torch.fft.irfft(spectrum, WINDOW, dim=1) * window.view(1, -1, 1)
    frames = spectrum.shape[-1]
    length = (frames - 1) * HOP + WINDOW
    envelope = window.square().view(1, -1, 1).expand(1, -1, frames)
    left = WINDOW // 2 - HOP // 2
    span = slice(left, left + frames * HOP)
    summed, weight = _overlap(pieces, length)[:, span], _overlap(envelope, length)[:, span]
    return summed / weight.clamp_min(1e-3)


def hann(device: str) -> Tensor:
    """Periodic Hann window of 512 samples."""
    return torch.hann_window(WINDOW, device=device)


@lru_cache(maxsize=4)
def mel_bank(device: str) -> Tensor:
    """Triangular filters [64, 257], unit peak, 40 Hz to 8 kHz, evenly spaced in mel.

    Source: O'Shaughnessy's mel, 2595 log10(1 + f / 700).
    """
    edges = torch.linspace(_mel(40.0), _mel(SAMPLE_RATE_HZ / 2), BANDS + 2, dtype=torch.float64)
    hertz = 700.0 * (10.0 ** (edges / 2595.0) - 1.0)
    bins = torch.linspace(0, SAMPLE_RATE_HZ / 2, WINDOW // 2 + 1, dtype=torch.float64)
    # Low filters are narrower than a bin; widening them to one bin keeps every band audible.
    rise = (bins - hertz[:-2, None]) / (hertz[1:-1] - hertz[:-2]).clamp_min(31.25)[:, None]
    fall = (hertz[2:, None] - bins) / (hertz[2:] - hertz[1:-1]).clamp_min(31.25)[:, None]
    return torch.minimum(rise, fall).clamp(0.0, 1.0).float().to(device)


def _mel(hertz: float) -> float:
    return 2595.0 * math.log10(1.0 + hertz / 700.0)


def _overlap(pieces: Tensor, length: int) -> Tensor:
    folded = torch.nn.functional.fold(pieces, (1, length), (1, WINDOW), stride=(1, HOP))
    return folded[:, 0, 0]
