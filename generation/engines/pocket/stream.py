"""The joint token stream: what the transformer reads, and where each token lies in time and
space."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from generation.engines.pocket.shapes import VideoLatentShape

# Sound and text have no place on the picture. They sit together, well off its grid, so that only
# the time axis relates a sound to a picture.
OFF_GRID_SOUND = 32.0
OFF_GRID_TEXT = 64.0
# Identity references lie beyond any clip, one slot per reference. Source of the idea: Echo's
# memory slots, which also sit at far rotary offsets with timestep 0.
FIRST_SLOT = 1000.0
SLOT_STEP = 64.0


class Places(NamedTuple):
    """Rotary positions, float32 [N, 3] each: time in picture frames, row and column in latents."""

    video: Tensor
    sound: Tensor


class Words(NamedTuple):
    """Text states [B, L, D], mask [B, L], and the frames each word applies to, [B, L, 2] or None
    for all."""

    states: Tensor
    mask: Tensor
    spans: Tensor | None = None


class Stream(NamedTuple):
    """Everything the transformer reads in one pass.

    `video` [B, Nv, C] and `sound` [B, Ns, C'] are noisy latents as tokens; `video_sigma` [B, Nv]
    and `sound_sigma` [B, Ns] their noise levels in 0..1, per token: 0 says "this is given".
    `envelope` [B, Ns] is the speech envelope in 0..1, -1 where a clip has none, or None for nobody.
    `guidance` [B] is the scale a distilled network applies by itself, or None. `is_isolated` cuts
    picture from sound, for synchrony guidance.
    """

    video: Tensor
    sound: Tensor
    video_sigma: Tensor
    sound_sigma: Tensor
    words: Words
    places: Places
    envelope: Tensor | None = None
    guidance: Tensor | None = None
    is_isolated: bool = False


class Velocity(NamedTuple):
    """Flow velocity, noise minus clean latents, for the two streams: [B, Nv, C] and [B, Ns, C']."""

    video: Tensor
    sound: Tensor


def to_tokens(latents: Tensor) -> Tensor:
    """[B, C, T, H, W] or [B, C, T] to [B, N, C], time outermost."""
    return latents.flatten(2).transpose(1, 2)


def to_latents(tokens: Tensor, *, shape: VideoLatentShape) -> Tensor:
    """[B, N, C] back to [B, C, T, H, W]; tokens past the clip (identity slots) are dropped."""
    kept = tokens[:, : shape.tokens].transpose(1, 2)
    return kept.reshape(-1, shape.channels, shape.steps, shape.rows, shape.columns)


def video_places(
    shape: VideoLatentShape, *, time: int, slots: int = 0, device: torch.device | None = None
) -> Tensor:
    """Positions [N, 3] of the clip's tokens and then of `slots` identity references of one step
    each.

    Step 0 is frame 0; step j covers frames 8j-7 to 8j and stands at their middle. Rows and columns
    count from the centre, so that all canvases share it.
    """
    steps = torch.arange(shape.steps, dtype=torch.float32)
    moments = torch.where(steps > 0, steps * time - (time - 1) / 2, steps)
    slot_moments = FIRST_SLOT + SLOT_STEP * torch.arange(slots, dtype=torch.float32)
    rows = torch.arange(shape.rows, dtype=torch.float32) - (shape.rows - 1) / 2
    columns = torch.arange(shape.columns, dtype=torch.float32) - (shape.columns - 1) / 2
    grid = torch.cartesian_prod(torch.cat([moments, slot_moments]), rows, columns)
    return grid.to(device)


def sound_places(
    steps: int, *, frames_per_step: float, device: torch.device | None = None
) -> Tensor:
    """Positions [N, 3] of sound tokens, each at the middle of the frames it covers."""
    moments = torch.arange(steps, dtype=torch.float32) * frames_per_step + (frames_per_step - 1) / 2
    off = torch.full_like(moments, OFF_GRID_SOUND)
    return torch.stack([moments, off, off], dim=1).to(device)


def text_places(length: int, *, device: torch.device | None = None) -> Tensor:
    """Positions [L, 3]: all words at one point, their order is in their states."""
    return torch.tensor([0.0, OFF_GRID_TEXT, OFF_GRID_TEXT], device=device).expand(length, 3)


def attention_mask(stream: Stream) -> Tensor:
    """Who may look at whom, bool [B, 1, 1 or N, N], in the order text, video, sound.

    Padding is never looked at. With spans (a shot schedule), picture and sound see only the words
    of their own shot, and words see only words of their own shot. Isolated, picture and sound do
    not see each other.
    """
    words, places = stream.words, stream.places
    batch, length = words.mask.shape
    others = places.video.shape[0] + places.sound.shape[0]
    keys = torch.cat([words.mask, words.mask.new_ones(batch, others)], dim=1)[:, None, None]
    if words.spans is None and not stream.is_isolated:
        return keys
    sees = keys.expand(-1, -1, length + others, -1).clone()
    if words.spans is not None:
        _restrict_to_shots(sees, words.spans, torch.cat([places.video, places.sound])[:, 0])
    if stream.is_isolated:
        border = length + places.video.shape[0]
        sees[:, :, length:border, border:] = False
        sees[:, :, border:, length:border] = False
    return sees


def _restrict_to_shots(sees: Tensor, spans: Tensor, moments: Tensor) -> None:
    length = spans.shape[1]
    start, end = spans[..., 0][:, None], spans[..., 1][:, None]
    moment = moments[None, :, None]
    # Identity slots lie past every shot and belong to all of them.
    inside = ((moment >= start) & (moment < end)) | (moment >= FIRST_SLOT)
    sees[:, 0, length:, :length] &= inside
    same_shot = (spans[:, :, None] == spans[:, None]).all(-1)
    sees[:, 0, :length, :length] &= same_shot
