"""Into LTX-2's latents and back: pictures and sound of a clip to start from, or of one made."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from generation.engines.diffusion.family import Clip
from generation.engines.diffusion.loading import to_pixels, to_video
from generation.engines.ltx2.sound import log_mel, resampled
from generation.spec import Frame, Sound


def device_of(pipeline: Any) -> torch.device:
    """Where a pipeline works, wherever its weights rest."""
    return pipeline._execution_device  # noqa: SLF001 - there is no other name for it


def encode_pictures(pipeline: Any, frames: Clip, *, height: int, width: int) -> Tensor:
    """Code uint8 [T, H, W, 3] at a size as float32 [1, C, t, height / 32, width / 32]."""
    vae = pipeline.vae
    like = torch.empty(0, device=device_of(pipeline), dtype=vae.dtype)
    video = to_video(frames, height=height, width=width, like=like)
    return vae.encode(video).latent_dist.mode().float()


def encode_sound(pipeline: Any, sound: Sound, *, sample_rate_hz: int, seconds: float) -> Tensor:
    """Code float32 [2, S] as float32 [1, C, L, M], as many as the pipeline makes for `seconds`."""
    vae = pipeline.audio_vae
    config = vae.config
    wave = resampled(
        sound, to_hz=config.sample_rate, from_hz=sample_rate_hz, channels=config.in_channels
    )
    mel = log_mel(
        wave,
        sample_rate_hz=config.sample_rate,
        hop=config.mel_hop_length,
        bands=config.mel_bins,
    )
    coded = vae.encode(mel.to(device_of(pipeline), vae.dtype)).latent_dist.mode().float()
    per_s = config.sample_rate / config.mel_hop_length / vae.temporal_compression_ratio
    wanted = round(seconds * per_s)
    held = coded[:, :, -1:].expand(-1, -1, max(0, wanted - coded.shape[2]), -1)
    return torch.cat([coded, held], dim=2)[:, :, :wanted]


def silence(seconds: float, *, sample_rate_hz: int) -> Sound:
    """Return float32 [2, S] of nothing."""
    return np.zeros((2, round(seconds * sample_rate_hz)), dtype=np.float32)


def normalised(pipeline: Any, latents: Tensor) -> Tensor:
    """Bring [1, C, t, h, w] to the scale that noise has."""
    vae = pipeline.vae
    mean, std = (
        one.view(1, -1, 1, 1, 1).to(latents) for one in (vae.latents_mean, vae.latents_std)
    )
    return (latents - mean) * vae.config.scaling_factor / std


def decode_pictures(pipeline: Any, latents: Tensor) -> list[Frame]:
    """Decode latents into uint8 [H, W, 3] each."""
    vae = pipeline.vae
    timestep = None
    if vae.config.timestep_conditioning:
        timestep = torch.zeros(1, device=latents.device, dtype=vae.dtype)
    return to_pixels(vae.decode(latents.to(vae.dtype), timestep, return_dict=False)[0])


def decode_sound(pipeline: Any, latents: Tensor) -> npt.NDArray[np.float32]:
    """Decode latents into float32 [2, S] at the vocoder's rate."""
    vae = pipeline.audio_vae
    mel = vae.decode(latents.to(vae.dtype), return_dict=False)[0]
    return pipeline.vocoder(mel)[0].float().cpu().numpy()
