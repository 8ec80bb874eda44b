"""Blocks that more than one of Pocket's networks is built from."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ChannelNorm(nn.Module):
    """RMS norm over channels at each position: no statistics over time, so a causal net stays
    causal."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise [B, C, ...] over C."""
        level = x.float().square().mean(1, keepdim=True).add(1e-6).rsqrt().to(x.dtype)
        return x * level * self.scale.to(x.dtype).view(1, -1, *[1] * (x.ndim - 2))


class FrameConv(nn.Conv3d):
    """A 3x3 convolution inside every frame. Kernels overlap at block borders; linear patches do
    not."""

    def __init__(self, inward: int, outward: int, *, stride: int = 1) -> None:
        super().__init__(inward, outward, (1, 3, 3), (1, stride, stride), (0, 1, 1))


class TimeConv(nn.Module):
    """A kernel of three frames, per pixel. Causal: sees this frame and two earlier ones."""

    def __init__(self, inward: int, outward: int, *, stride: int = 1, is_causal: bool) -> None:
        super().__init__()
        self.before = 2 if is_causal else 1
        self.after = 2 - self.before
        self.conv = nn.Conv3d(inward, outward, (3, 1, 1), (stride, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, T, H, W] to [B, C', ceil(T / stride), H, W]; the ends are repeated, not
        zeroed."""
        first = x[:, :, :1].expand(-1, -1, self.before, -1, -1)
        last = x[:, :, -1:].expand(-1, -1, self.after, -1, -1)
        out: Tensor = self.conv(torch.cat([first, x, last], dim=2))
        return out


class ClipBlock(nn.Module):
    """Residual block: one convolution in the frame, one in time."""

    def __init__(self, channels: int, *, is_causal: bool) -> None:
        super().__init__()
        self.norm = ChannelNorm(channels)
        self.space = FrameConv(channels, channels)
        self.time = TimeConv(channels, channels, is_causal=is_causal)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, T, H, W] to the same shape."""
        out: Tensor = x + self.time(F.silu(self.space(F.silu(self.norm(x)))))
        return out


class WaveBlock(nn.Module):
    """ConvNeXt block over time: depthwise kernel of seven, then a pointwise network four times as
    wide."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(channels, channels, 7, padding=3, groups=channels)
        self.norm = ChannelNorm(channels)
        self.widen = nn.Conv1d(channels, channels * 4, 1)
        self.narrow = nn.Conv1d(channels * 4, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, T] to the same shape. Source: Vocos (Siuzdak 2023), section 3."""
        out: Tensor = x + self.narrow(F.gelu(self.widen(self.norm(self.depthwise(x)))))
        return out


class FeedForward(nn.Sequential):
    """Two linear maps around a GELU."""

    def __init__(self, width: int, *, expansion: int) -> None:
        super().__init__(
            nn.Linear(width, width * expansion),
            nn.GELU(approximate="tanh"),
            nn.Linear(width * expansion, width),
        )


def wavelengths(values: Tensor, *, channels: int, longest: float = 10_000.0) -> Tensor:
    """Expand [...] into float32 [..., channels] of cosines and sines, wavelengths 2 pi to 2 pi *
    longest."""
    rates = torch.exp(
        -math.log(longest)
        * torch.arange(channels // 2, device=values.device, dtype=torch.float32)
        / (channels // 2)
    )
    angles = values.float().unsqueeze(-1) * rates
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


def squeeze_space(x: Tensor, *, by: int) -> Tensor:
    """Fold `by` x `by` pixels into channels: [B, C, T, H, W] to [B, C*by*by, T, H/by, W/by]."""
    b, c, t, h, w = x.shape
    x = x.reshape(b, c, t, h // by, by, w // by, by).permute(0, 1, 4, 6, 2, 3, 5)
    return x.reshape(b, c * by * by, t, h // by, w // by)


def spread_space(x: Tensor, *, by: int) -> Tensor:
    """Unfold channels into `by` x `by` pixels, the inverse of squeeze_space."""
    b, c, t, h, w = x.shape
    x = x.reshape(b, c // (by * by), by, by, t, h, w).permute(0, 1, 4, 5, 2, 6, 3)
    return x.reshape(b, c // (by * by), t, h * by, w * by)


def spread_time(x: Tensor) -> Tensor:
    """Unfold channels into twice the frames and drop the first: [B, 2C, T, H, W] to [B, C, 2T-1, H,
    W].

    The dropped one would lie before the clip: the first latent stands for one frame only.
    """
    b, c, t, h, w = x.shape
    x = x.reshape(b, c // 2, 2, t, h, w).permute(0, 1, 3, 2, 4, 5).reshape(b, c // 2, 2 * t, h, w)
    return x[:, :, 1:]
