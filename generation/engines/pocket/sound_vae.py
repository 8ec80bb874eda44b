"""The sound autoencoder and the vocoder: log-mel pictures to latents and back, and on to a
waveform."""

from __future__ import annotations

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from generation.engines.pocket.layers import ChannelNorm, WaveBlock
from generation.engines.pocket.mel import BANDS, WINDOW, istft
from generation.engines.pocket.posterior import Posterior
from generation.engines.pocket.shapes import MELS_PER_FRAME

# Log-mel values run from -4 to 2; the networks see them centred and about unit size.
MEL_CENTRE = -2.0
MEL_SCALE = 1.5


class PocketSoundVAE(ModelMixin, ConfigMixin):
    """Codes log-mel [B, 64, 8n] as latents [B, C, 8n / hop_mels], each latent `hop_mels` mel
    frames."""

    @register_to_config
    def __init__(
        self, *, channels: int = 32, width: int = 192, blocks: int = 2, halvings: int = 3
    ) -> None:
        super().__init__()
        self.hop_mels = 2**halvings
        self.encoder = _tower(BANDS, width, channels * 2, blocks, [Halve] * halvings)
        self.decoder = _tower(channels, width, BANDS, blocks, [Double] * halvings)
        self.register_buffer("latents_mean", torch.zeros(channels))
        self.register_buffer("latents_std", torch.ones(channels))
        self.latents_mean: Tensor
        self.latents_std: Tensor

    @property
    def frames_per_step(self) -> float:
        """Picture frames that one sound latent covers."""
        return self.hop_mels / MELS_PER_FRAME

    def encode(self, mel: Tensor) -> Posterior:
        """Code float32 [B, 64, T] as raw latents [B, C, T / hop_mels]."""
        return Posterior.of(self.encoder((mel - MEL_CENTRE) / MEL_SCALE))

    def decode(self, latents: Tensor) -> Tensor:
        """Decode raw latents to log-mel [B, 64, T]."""
        mel: Tensor = self.decoder(latents)
        return mel * MEL_SCALE + MEL_CENTRE

    def normalise(self, latents: Tensor) -> Tensor:
        """Raw latents to unit variance per channel."""
        return (latents - self.latents_mean.view(1, -1, 1)) / self.latents_std.view(1, -1, 1)

    def denormalise(self, latents: Tensor) -> Tensor:
        """Return the raw latents of normalised ones."""
        return latents * self.latents_std.view(1, -1, 1) + self.latents_mean.view(1, -1, 1)


class PocketVocoder(ModelMixin, ConfigMixin):
    """Turns log-mel into a waveform: a ConvNeXt trunk that predicts an STFT, then its inverse.

    Source: Vocos (Siuzdak 2023). Amplitude through exp, phase as an angle on the unit circle, so
    that no transposed convolution can leave a pitched artefact at the hop rate.
    """

    @register_to_config
    def __init__(self, *, width: int = 256, blocks: int = 6) -> None:
        super().__init__()
        self.enter = nn.Conv1d(BANDS, width, 7, padding=3)
        self.trunk = nn.Sequential(*[WaveBlock(width) for _ in range(blocks)], ChannelNorm(width))
        self.leave = nn.Conv1d(width, WINDOW + 2, 1)

    def forward(self, mel: Tensor) -> Tensor:
        """Map float32 [B, 64, T] to float32 [B, T * 125]."""
        x = self.leave(self.trunk(self.enter((mel - MEL_CENTRE) / MEL_SCALE)))
        level, angle = x.float().chunk(2, dim=1)
        amplitude = level.clamp(max=6.0).exp()
        return istft(torch.polar(amplitude, angle))


class Halve(nn.Module):
    """Half the steps: a strided convolution beside a plain mean."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(width, width, 4, stride=2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, T] to [B, C, T/2]."""
        out: Tensor = self.conv(x) + nn.functional.avg_pool1d(x, 2)
        return out


class Double(nn.Module):
    """Twice the steps by unfolding channels: each new step has its own weights."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv = nn.Conv1d(width, width * 2, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, T] to [B, C, 2T]."""
        b, c, t = x.shape
        out: Tensor = self.conv(x) + x.repeat_interleave(2, dim=1)
        return out.reshape(b, c, 2, t).transpose(2, 3).reshape(b, c, 2 * t)


def _tower(
    inward: int, width: int, outward: int, blocks: int, resizes: list[type[nn.Module]]
) -> nn.Sequential:
    stages: list[nn.Module] = [nn.Conv1d(inward, width, 3, padding=1)]
    for resize in resizes:
        stages += [WaveBlock(width) for _ in range(blocks)]
        stages.append(resize(width))
    return nn.Sequential(
        *stages, WaveBlock(width), ChannelNorm(width), nn.Conv1d(width, outward, 1)
    )
