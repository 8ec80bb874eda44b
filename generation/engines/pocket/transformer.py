"""The joint transformer: one stream of text, picture and sound with shared attention."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

from generation.engines.pocket.layers import FeedForward, wavelengths
from generation.engines.pocket.stream import Stream, Velocity, attention_mask, text_places

HEAD = 64
# Half of a head's pairs turn with time, a quarter each with row and column. Time spans a few
# hundred frames and the slots beyond, space a dozen latents: hence the different longest waves.
ROTARY = ((16, 1000.0), (8, 100.0), (8, 100.0))


class Modalities(NamedTuple):
    """How many tokens of each kind the stream holds, in stream order."""

    text: int
    video: int
    sound: int


class PocketTransformer(ModelMixin, ConfigMixin):
    """Predicts the flow velocity of picture and sound together.

    Attention is shared by all tokens, the feed-forward is each modality's own, time is one rotary
    axis for picture and sound, and every token has its own noise level, so that anything known
    (a frame, a region, a track) is simply a token at level 0. Source of the first three choices:
    the ablation in JavisDiT++ (2026); of the shared modulation: PixArt's adaLN-single.
    """

    _supports_gradient_checkpointing = False

    @register_to_config
    def __init__(
        self,
        *,
        video_channels: int = 64,
        sound_channels: int = 32,
        text_width: int = 192,
        width: int = 384,
        layers: int = 7,
    ) -> None:
        super().__init__()
        if width % HEAD:
            raise ValueError(f"width must be a multiple of {HEAD}")
        self.video_in = nn.Linear(video_channels, width)
        self.sound_in = nn.Linear(sound_channels, width)
        self.text_in = nn.Linear(text_width, width)
        # The second input says whether the envelope is given at all: silence is not "unknown".
        self.envelope_in = nn.Linear(2, width, bias=False)
        self.kind = nn.Parameter(torch.randn(3, width) * 0.02)
        self.level_in = nn.Sequential(nn.Linear(256, width), nn.SiLU(), nn.Linear(width, width))
        self.guidance_in = nn.Linear(64, width, bias=False)
        self.modulation = nn.Linear(width, 6 * width)
        self.blocks = nn.ModuleList([Block(width) for _ in range(layers)])
        self.final_modulation = nn.Linear(width, 2 * width)
        self.video_out = nn.Linear(width, video_channels)
        self.sound_out = nn.Linear(width, sound_channels)
        self._start_as_identity()

    def _start_as_identity(self) -> None:
        # A zero start makes each block the identity and the first velocity zero: training is stable
        # at any depth without warm-up tricks.
        for layer in (self.modulation, self.final_modulation, self.video_out, self.sound_out):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)
        nn.init.zeros_(self.guidance_in.weight)
        nn.init.zeros_(self.envelope_in.weight)

    def forward(self, stream: Stream) -> Velocity:
        """Map noisy tokens to velocities [B, Nv, C] and [B, Ns, C']."""
        parts = Modalities(
            stream.words.states.shape[1], stream.video.shape[1], stream.sound.shape[1]
        )
        x = self._enter(stream)
        condition = self._condition(stream, parts)
        turn = rotations(self._places(stream, parts))
        sees = attention_mask(stream)
        shared = self.modulation(F.silu(condition))
        for block in self.blocks:
            x = block(x, Shared(shared, turn, sees, parts))
        shift, scale = self.final_modulation(F.silu(condition)).chunk(2, dim=-1)
        x = _normal(x, scale, shift)
        _, video, sound = torch.split(x, list(parts), dim=1)
        return Velocity(self.video_out(video).float(), self.sound_out(sound).float())

    def _enter(self, stream: Stream) -> Tensor:
        sound = self.sound_in(stream.sound)
        if stream.envelope is not None:
            is_given = (stream.envelope >= 0).to(sound.dtype)
            level = stream.envelope.clamp(min=0).to(sound.dtype)
            sound = sound + self.envelope_in(torch.stack([level, is_given], dim=-1))
        text = self.text_in(stream.words.states)
        parts = (text, self.video_in(stream.video), sound)
        return torch.cat([part + kind for part, kind in zip(parts, self.kind, strict=True)], dim=1)

    def _condition(self, stream: Stream, parts: Modalities) -> Tensor:
        text_level = stream.video_sigma.new_zeros(stream.video_sigma.shape[0], parts.text)
        level = torch.cat([text_level, stream.video_sigma, stream.sound_sigma], dim=1)
        condition: Tensor = self.level_in(wavelengths(level * 1000.0, channels=256))
        if stream.guidance is not None:
            scale = self.guidance_in(wavelengths(stream.guidance * 100.0, channels=64))
            condition = condition + scale[:, None]
        return condition

    def _places(self, stream: Stream, parts: Modalities) -> Tensor:
        text = text_places(parts.text, device=stream.video.device)
        return torch.cat([text, stream.places.video, stream.places.sound])


class Shared(NamedTuple):
    """What all blocks share: modulation [B, N, 6D], rotations [N, 32, 2], mask, and token
    counts."""

    modulation: Tensor
    turn: Tensor
    sees: Tensor
    parts: Modalities


class Block(nn.Module):
    """Shared attention, then one feed-forward per modality."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(6 * width))
        self.qkv = nn.Linear(width, 3 * width)
        self.scale_q = nn.Parameter(torch.ones(HEAD))
        self.scale_k = nn.Parameter(torch.ones(HEAD))
        self.join = nn.Linear(width, width)
        expansions = Modalities(text=2, video=4, sound=2)
        self.feed = nn.ModuleList([FeedForward(width, expansion=e) for e in expansions])

    def forward(self, x: Tensor, shared: Shared) -> Tensor:
        """Map [B, N, D] to the same shape."""
        # Everything but the residual stays in the format of the products: half the memory traffic,
        # which is what a step on a CPU waits for.
        modulation = shared.modulation + self.bias.to(shared.modulation.dtype)
        shift_a, scale_a, gate_a, shift_f, scale_f, gate_f = modulation.chunk(6, dim=-1)
        x = x + gate_a * self._attend(_normal(x, scale_a, shift_a), shared)
        inner = torch.split(_normal(x, scale_f, shift_f), list(shared.parts), dim=1)
        fed = [feed(part) for feed, part in zip(self.feed, inner, strict=True)]
        return x + gate_f * torch.cat(fed, dim=1)

    def _attend(self, x: Tensor, shared: Shared) -> Tensor:
        b, n, d = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, d // HEAD, HEAD).permute(2, 0, 3, 1, 4)
        q = rotate(_centred(q) * self.scale_q.to(q.dtype), turn=shared.turn)
        k = rotate(_centred(k) * self.scale_k.to(k.dtype), turn=shared.turn)
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=shared.sees)
        out: Tensor = self.join(seen.transpose(1, 2).reshape(b, n, d))
        return out


def rotations(places: Tensor) -> Tensor:
    """Cosine and sine of every rotary pair at every position: [N, 3] to float32 [N, 32, 2]."""
    angles = []
    for axis, (pairs, longest) in enumerate(ROTARY):
        rates = longest ** -(torch.arange(pairs, device=places.device) / pairs)
        angles.append(places[:, axis, None] * rates)
    angle = torch.cat(angles, dim=1)
    return torch.stack([angle.cos(), angle.sin()], dim=-1)


def rotate(x: Tensor, *, turn: Tensor) -> Tensor:
    """Turn pairs (i, i + 32) of [B, heads, N, 64] by their angles. Source: RoFormer (Su 2021)."""
    cos, sin = turn[..., 0].to(x.dtype), turn[..., 1].to(x.dtype)
    left, right = x.chunk(2, dim=-1)
    return torch.cat([left * cos - right * sin, right * cos + left * sin], dim=-1)


def _centred(x: Tensor) -> Tensor:
    # Layer norm and not RMS norm: the CPU has one fused kernel for the former, five for the latter.
    return F.layer_norm(x, x.shape[-1:], eps=1e-6).to(x.dtype)


def _normal(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    return torch.addcmul(shift, _centred(x).to(scale.dtype), 1 + scale)
