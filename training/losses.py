"""What the codecs are asked to get right."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from generation.engines.pocket.mel import log_mel

KL_WEIGHT = 1e-5
# Windows of the multi-resolution spectral loss: short ones place an impact, long ones a note.
SPECTRA = ((128, 32), (512, 128), (2048, 512))


def picture_loss(made: Tensor, true: Tensor) -> Tensor:
    """Compare clips [B, 3, T, H, W]: pixels, edges, and changes between frames.

    Small actors are a few percent of the pixels; edges and motion are where they are, so these two
    terms are what keeps them from being averaged away.
    """
    loss = F.l1_loss(made, true)
    loss = loss + 0.5 * F.l1_loss(made.diff(dim=-1), true.diff(dim=-1))
    loss = loss + 0.5 * F.l1_loss(made.diff(dim=-2), true.diff(dim=-2))
    if made.shape[2] > 1:
        loss = loss + 0.5 * F.l1_loss(made.diff(dim=2), true.diff(dim=2))
    return loss


def mel_loss(made: Tensor, true: Tensor) -> Tensor:
    """Compare log-mel [B, 64, T]: levels, and their changes in time, which carry the onsets."""
    return F.l1_loss(made, true) + 0.5 * F.l1_loss(made.diff(dim=-1), true.diff(dim=-1))


def wave_loss(made: Tensor, true: Tensor) -> Tensor:
    """Compare waveforms [B, S] by spectra at three resolutions and by log-mel.

    Spectral convergence plus log magnitude. Source: Yamamoto, Parallel WaveGAN (2020), eq. 6-9.
    """
    loss = F.l1_loss(log_mel(made), log_mel(true))
    for window, hop in SPECTRA:
        a, b = _magnitude(made, window, hop), _magnitude(true, window, hop)
        loss = loss + (a - b).norm() / b.norm().clamp_min(1e-3) / len(SPECTRA)
        loss = loss + F.l1_loss(a.log10(), b.log10()) / len(SPECTRA)
    return loss


def _magnitude(sound: Tensor, window: int, hop: int) -> Tensor:
    shape = torch.hann_window(window, device=sound.device)
    spectrum = torch.stft(sound, window, hop, window=shape, return_complex=True)
    return spectrum.abs().clamp_min(1e-4)
