"""The video autoencoder: a causal, overlapping convolutional code of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from generation.engines.pocket.layers import (
    ClipBlock,
    FrameConv,
    TimeConv,
    spread_space,
    spread_time,
    squeeze_space,
)
from generation.engines.pocket.posterior import Posterior
from generation.engines.pocket.shapes import Compression

PATCH = 4
TIME_STAGES = 3


class PocketVideoVAE(ModelMixin, ConfigMixin):
    """Codes clips of 1 + 8k frames, one latent per eight frames and 16 or 32 pixels of a side.

    The encoder is causal: latent 0 is the first frame alone and latent j never sees a frame after
    8j, so a still can be a first-frame condition and a clip can be extended. The decoder looks
    both ways, which keeps motion smooth inside a latent's eight frames.
    """

    @register_to_config
    def __init__(
        self,
        *,
        channels: int = 64,
        widths: Sequence[int] = (48, 96, 192),
        blocks: int = 1,
    ) -> None:
        super().__init__()
        if len(widths) not in (3, 4):
            raise ValueError("widths: three for 16 pixels a side, four for 32")
        self.compression = Compression(2**TIME_STAGES, PATCH * 2 ** (len(widths) - 1))
        self.encoder = Encoder(channels, tuple(widths), blocks)
        self.decoder = Decoder(channels, tuple(widths), blocks)
        self.register_buffer("latents_mean", torch.zeros(channels))
        self.register_buffer("latents_std", torch.ones(channels))
        self.latents_mean: Tensor
        self.latents_std: Tensor

    def encode(self, clip: Tensor) -> Posterior:
        """Code float [B, 3, 1+8k, H, W] in -1..1 as raw latents [B, C, 1+k, H/s, W/s]."""
        return Posterior.of(self.encoder(clip))

    def decode(self, latents: Tensor) -> Tensor:
        """Decode raw latents to float [B, 3, 1+8k, H, W], not clipped."""
        clip: Tensor = self.decoder(latents)
        return clip

    def normalise(self, latents: Tensor) -> Tensor:
        """Raw latents to unit variance per channel, which is what the transformer works on."""
        return (latents - _per_channel(self.latents_mean)) / _per_channel(self.latents_std)

    def denormalise(self, latents: Tensor) -> Tensor:
        """Return the raw latents of normalised ones."""
        return latents * _per_channel(self.latents_std) + _per_channel(self.latents_mean)

    def forward(self, clip: Tensor, *, generator: torch.Generator | None = None) -> Reconstruction:
        """Sample the posterior and decode it: what training looks at."""
        posterior = self.encode(clip)
        return Reconstruction(self.decode(posterior.sample(generator=generator)), posterior)


class Reconstruction:
    """A decoded clip with the posterior that it was drawn from."""

    __slots__ = ("clip", "posterior")

    def __init__(self, clip: Tensor, posterior: Posterior) -> None:
        self.clip = clip
        self.posterior = posterior


class Encoder(nn.Module):
    """Patches of 4x4, then alternately halve space and time, one residual stage per width."""

    def __init__(self, channels: int, widths: tuple[int, ...], blocks: int) -> None:
        super().__init__()
        self.enter = FrameConv(3 * PATCH * PATCH, widths[0])
        self.stages = nn.ModuleList()
        for inward, outward in pairwise(widths):
            self.stages += [HalveSpace(inward, outward), HalveTime(outward)]
            self.stages += [ClipBlock(outward, is_causal=True) for _ in range(blocks)]
        for _ in range(TIME_STAGES - (len(widths) - 1)):
            self.stages += [HalveTime(widths[-1]), ClipBlock(widths[-1], is_causal=True)]
        self.leave = nn.Conv3d(widths[-1], channels * 2, 1)

    def forward(self, clip: Tensor) -> Tensor:
        """Map [B, 3, T, H, W] to mean and log variance [B, 2C, 1+(T-1)/8, H/s, W/s]."""
        patches = squeeze_space(clip, by=PATCH)
        x = self.enter(patches.contiguous(memory_format=torch.channels_last_3d))
        for stage in self.stages:
            x = stage(x)
        out: Tensor = self.leave(F.silu(x))
        return out


class Decoder(nn.Module):
    """Grow time first, on the coarse grid where it is cheap, then space, then unfold 4x4
    patches."""

    def __init__(self, channels: int, widths: tuple[int, ...], blocks: int) -> None:
        super().__init__()
        wide = widths[-1]
        self.enter = FrameConv(channels, wide)
        self.stages = nn.ModuleList([ClipBlock(wide, is_causal=False) for _ in range(blocks)])
        for _ in range(TIME_STAGES):
            self.stages.append(GrowTime(wide))
            self.stages += [ClipBlock(wide, is_causal=False) for _ in range(blocks)]
        for inward, outward in pairwise(widths[::-1]):
            self.stages.append(GrowSpace(inward, outward))
            self.stages += [ClipBlock(outward, is_causal=False) for _ in range(blocks)]
        self.leave = FrameConv(widths[0], 3 * PATCH * PATCH)

    def forward(self, latents: Tensor) -> Tensor:
        """Map [B, C, 1+k, h, w] to [B, 3, 1+8k, h*s, w*s]."""
        x = self.enter(latents.contiguous(memory_format=torch.channels_last_3d))
        for stage in self.stages:
            x = stage(x)
        return spread_space(self.leave(F.silu(x)), by=PATCH)


# The four resizes below keep a shortcut without weights (channels averaged or repeated), so that a
# deep codec learns from its first step. Source: the residual autoencoding of DC-AE (Chen 2024).


class HalveSpace(nn.Module):
    """Half the height and width, from a convolution inside the frame."""

    def __init__(self, inward: int, outward: int) -> None:
        super().__init__()
        if inward * 4 % outward:
            raise ValueError(f"{outward} channels do not divide 4 x {inward}")
        self.conv = FrameConv(inward, outward, stride=2)
        self.share = inward * 4 // outward

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, T, H, W] to [B, C', T, H/2, W/2]."""
        kept = torch.unflatten(squeeze_space(x, by=2), 1, (-1, self.share)).mean(2)
        out: Tensor = kept + self.conv(F.silu(x))
        return out


class HalveTime(nn.Module):
    """Half the frames, causally; the first stays alone."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = TimeConv(channels, channels, stride=2, is_causal=True)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, 2T-1, H, W] to [B, C, T, H, W]."""
        pairs = torch.unflatten(torch.cat([x[:, :, :1], x], dim=2), 2, (-1, 2)).mean(3)
        out: Tensor = pairs + self.conv(F.silu(x))
        return out


class GrowTime(nn.Module):
    """Twice the frames less one, from a convolution over time."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = TimeConv(channels, channels * 2, is_causal=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, T, H, W] to [B, C, 2T-1, H, W]."""
        grown = spread_time(self.conv(F.silu(x)) + x.repeat_interleave(2, dim=1))
        return grown.contiguous(memory_format=torch.channels_last_3d)


class GrowSpace(nn.Module):
    """Twice the height and width, from a convolution inside the frame."""

    def __init__(self, inward: int, outward: int) -> None:
        super().__init__()
        self.conv = FrameConv(inward, outward * 4)
        self.share = outward * 4 // inward

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, T, H, W] to [B, C', T, 2H, 2W]."""
        grown = spread_space(self.conv(F.silu(x)) + x.repeat_interleave(self.share, dim=1), by=2)
        return grown.contiguous(memory_format=torch.channels_last_3d)


def _per_channel(values: Tensor) -> Tensor:
    return values.view(1, -1, 1, 1, 1)
