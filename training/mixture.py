"""Which tokens of a training clip are given and which are to be made: every product feature is a
mix of these."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from generation.engines.pocket.shapes import VideoLatentShape

# Shares of the batch, from the design's conditioning mix; the rest is plain text to clip.
SHARES = (
    ("first", 0.14),
    ("last", 0.06),
    ("any", 0.03),
    ("extend", 0.05),
    ("box", 0.10),
    ("sound_given", 0.06),
    ("picture_given", 0.06),
    ("apart", 0.05),
)
CAPTION_DROPOUT = 0.1
REFERENCE_SHARE = 0.08
ENVELOPE_SHARE = 0.25
ISOLATION_SHARE = 0.06


class Mix(NamedTuple):
    """Noise levels and what is given, for one batch.

    `video_sigma` [B, Nv] and `sound_sigma` [B, Ns] are 0 where a token is given. `drops_caption`,
    `has_envelope` bool [B]. `has_reference`, `is_isolated` hold for the whole batch: they change
    the stream's shape or mask.
    """

    video_sigma: Tensor
    sound_sigma: Tensor
    drops_caption: Tensor
    has_envelope: Tensor
    has_reference: bool
    is_isolated: bool


def draw(
    batch: int, *, shape: VideoLatentShape, sound_steps: int, generator: torch.Generator
) -> Mix:
    """Draw the conditions of one batch."""
    kinds = _kinds(batch, generator)
    fresh = torch.ones(batch, shape.steps, shape.rows, shape.columns)
    fresh_sound = torch.ones(batch, sound_steps)
    for row, kind in enumerate(kinds):
        _give(kind, fresh[row], fresh_sound[row], generator)
    sigma = noise_levels(batch, generator=generator)
    apart = torch.tensor([kind == "apart" for kind in kinds])
    sound_sigma = torch.where(apart, noise_levels(batch, generator=generator), sigma)
    return Mix(
        video_sigma=sigma[:, None] * fresh.flatten(1),
        sound_sigma=sound_sigma[:, None] * fresh_sound,
        drops_caption=torch.rand(batch, generator=generator) < CAPTION_DROPOUT,
        has_envelope=torch.rand(batch, generator=generator) < ENVELOPE_SHARE,
        has_reference=float(torch.rand((), generator=generator)) < REFERENCE_SHARE,
        is_isolated=float(torch.rand((), generator=generator)) < ISOLATION_SHARE,
    )


def noise_levels(batch: int, *, generator: torch.Generator, shift: float = 2.0) -> Tensor:
    """Levels in 0..1: logit-normal, then shifted towards noise as the sampler's schedule is.

    Source: Esser et al. (2024), Scaling Rectified Flow Transformers, sections 3.1 and 5.3.2.
    """
    sigma = torch.randn(batch, generator=generator).sigmoid()
    return shift * sigma / (1 + (shift - 1) * sigma)


def _kinds(batch: int, generator: torch.Generator) -> list[str]:
    edges = torch.tensor([share for _, share in SHARES]).cumsum(0)
    marks = torch.rand(batch, generator=generator)
    names = [name for name, _ in SHARES] + ["text"]
    return [names[int(i)] for i in torch.searchsorted(edges, marks)]


def _give(kind: str, fresh: Tensor, fresh_sound: Tensor, generator: torch.Generator) -> None:
    steps = fresh.shape[0]
    if kind == "first":
        fresh[0] = 0
    elif kind == "last":
        fresh[-1] = 0
    elif kind == "any":
        fresh[_some(steps, generator)] = 0
    elif kind == "extend":
        known = 1 + _some(max(1, steps // 2), generator)
        fresh[:known] = 0
        fresh_sound[: fresh_sound.shape[0] * known // steps] = 0
    elif kind == "box":
        _give_all_but_a_box(fresh, generator)
    elif kind == "sound_given":
        fresh_sound[:] = 0
    elif kind == "picture_given":
        fresh[:] = 0


def _give_all_but_a_box(fresh: Tensor, generator: torch.Generator) -> None:
    spans = []
    for size in fresh.shape:
        length = 1 + _some(size, generator)
        start = _some(size - length + 1, generator)
        spans.append(slice(start, start + length))
    kept = torch.zeros_like(fresh)
    kept[tuple(spans)] = 1
    fresh.copy_(kept)


def _some(below: int, generator: torch.Generator) -> int:
    return int(torch.randint(below, (), generator=generator))
