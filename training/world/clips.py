"""The training world's public function: a seed becomes clips, captions and exact event lists."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from generation.engines.pocket.captions import caption
from generation.engines.pocket.shapes import FPS, SAMPLES_PER_FRAME
from training.world import scenes as staging
from training.world.motion import Motion, move
from training.world.picture import Canvas, paint
from training.world.scenes import Scenes
from training.world.sound import play


class Clips(NamedTuple):
    """Scenes performed: `video` float32 [B, 3, T, H, W] in -1..1 at 16 fps, `sound` float32 [B, T *
    1000] at 16 kHz, `captions` exact, and the scenes and motion that they came from."""

    video: Tensor
    sound: Tensor
    captions: list[str]
    scenes: Scenes
    motion: Motion


def perform(scenes: Scenes, *, canvas: Canvas, frames: int, style: int = 0) -> Clips:
    """Play scenes out. A pure function: the same scenes give the same clips on the same device."""
    motion = move(scenes, frames=frames, fps=FPS)
    return Clips(
        video=paint(scenes, motion, canvas=canvas, fps=FPS),
        sound=play(scenes, motion, samples=frames * SAMPLES_PER_FRAME),
        captions=[caption(facts, style=style + i) for i, facts in enumerate(scenes.facts())],
        scenes=scenes,
        motion=motion,
    )


def draw(
    count: int, *, generator: torch.Generator, canvas: Canvas, frames: int, held_out: bool = False
) -> Clips:
    """Draw and perform `count` scenes, with all caption styles mixed."""
    scenes = staging.draw(count, generator=generator, held_out=held_out)
    return perform(scenes, canvas=canvas, frames=frames)
