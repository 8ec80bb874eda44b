"""What is trained, how large, on what, for how long: one frozen value per plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from training.world.picture import Canvas

SQUARE = Canvas(128, 128)
PORTRAIT = Canvas(160, 96)
LANDSCAPE = Canvas(96, 160)

# The order is law: a transformer trained on latents of a weak codec learns the codec's faults.
STAGES = ("video_vae", "sound_vae", "vocoder", "joint", "distillation")


@dataclass(frozen=True, slots=True)
class StagePlan:
    """One stage: optimiser steps, clips per step, peak learning rate, and steps of warm-up."""

    steps: int
    batch: int
    learning_rate: float
    warm_up: int = 100


@dataclass(frozen=True, slots=True)
class Gates:
    """What the codecs must reach on held-out clips before the transformer may train.

    `sync_share`: of the impacts that the picture tracker finds in the truth, the share it still
    finds within 62 ms after a round trip.
    """

    picture_db: float
    mel_error: float
    sync_share: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole training: the networks' configurations and one StagePlan per stage.

    `crop` is the number of frames that the video autoencoder trains on, `crop_px` the side of the
    square it sees of them; `bank` how many coded clips the joint stage keeps, and `reuse` how often
    each is drawn before it is replaced; `chunk` how many are painted and coded at once.
    """

    name: str
    canvases: tuple[Canvas, ...]
    frames: int
    crop: int
    crop_px: int
    networks: Mapping[str, Mapping[str, Any]]
    stages: Mapping[str, StagePlan]
    gates: Gates
    bank: int
    reuse: int
    chunk: int = 8
    seed: int = 20261121
    teacher_guidance: float = 2.5
    student_steps: int = 8
    notes: str = ""
    targets: Mapping[str, float] = field(default_factory=dict)


SMOKE = Plan(
    name="smoke",
    canvases=(Canvas(64, 64),),
    frames=17,
    crop=9,
    crop_px=64,
    networks=MappingProxyType(
        {
            "video_vae": {"channels": 16, "widths": (16, 32, 32), "blocks": 1},
            "sound_vae": {"channels": 8, "width": 48, "blocks": 1, "halvings": 3},
            "vocoder": {"width": 64, "blocks": 2},
            "text_encoder": {"width": 48, "layers": 1},
            "transformer": {"width": 64, "layers": 2},
        }
    ),
    stages=MappingProxyType(
        {
            "video_vae": StagePlan(steps=80, batch=4, learning_rate=3e-3, warm_up=5),
            "sound_vae": StagePlan(steps=80, batch=8, learning_rate=3e-3, warm_up=5),
            "vocoder": StagePlan(steps=60, batch=4, learning_rate=3e-3, warm_up=5),
            "joint": StagePlan(steps=150, batch=16, learning_rate=3e-3, warm_up=10),
            "distillation": StagePlan(steps=10, batch=8, learning_rate=3e-4, warm_up=2),
        }
    ),
    gates=Gates(picture_db=12.0, mel_error=1.6, sync_share=0.0),
    bank=64,
    reuse=40,
    student_steps=4,
    notes="Proves in CI that every stage trains, resumes and samples; the result is not a model.",
    targets=MappingProxyType({"video_vae": 0.33, "sound_vae": 0.55, "vocoder": 3.4, "joint": 1.0}),
)

NANO = Plan(
    name="nano",
    canvases=(SQUARE, PORTRAIT, LANDSCAPE),
    frames=49,
    crop=17,
    crop_px=64,
    networks=MappingProxyType(
        {
            "video_vae": {"channels": 64, "widths": (32, 64, 128, 128), "blocks": 1},
            "sound_vae": {"channels": 24, "width": 96, "blocks": 1, "halvings": 3},
            "vocoder": {"width": 192, "blocks": 4},
            "text_encoder": {"width": 144, "layers": 2},
            "transformer": {"width": 192, "layers": 6},
        }
    ),
    stages=MappingProxyType(
        {
            "video_vae": StagePlan(steps=5000, batch=16, learning_rate=2e-3),
            "sound_vae": StagePlan(steps=2500, batch=24, learning_rate=1.5e-3),
            "vocoder": StagePlan(steps=3000, batch=16, learning_rate=1e-3),
            "joint": StagePlan(steps=14000, batch=32, learning_rate=1e-3, warm_up=300),
            "distillation": StagePlan(steps=600, batch=16, learning_rate=2e-4),
        }
    ),
    gates=Gates(picture_db=25.0, mel_error=0.18, sync_share=0.7),
    bank=6000,
    reuse=16,
    notes="The CPU plan: about half a million samples in some hours of two cores.",
)

FULL = Plan(
    name="full",
    canvases=(PORTRAIT, SQUARE, LANDSCAPE),
    frames=49,
    crop=17,
    crop_px=96,
    networks=MappingProxyType(
        {
            "video_vae": {"channels": 64, "widths": (48, 96, 192), "blocks": 1},
            "sound_vae": {"channels": 32, "width": 128, "blocks": 1, "halvings": 3},
            "vocoder": {"width": 224, "blocks": 6},
            "text_encoder": {"width": 192, "layers": 2},
            "transformer": {"width": 384, "layers": 6},
        }
    ),
    stages=MappingProxyType(
        {
            "video_vae": StagePlan(steps=8000, batch=64, learning_rate=1.5e-3),
            "sound_vae": StagePlan(steps=3000, batch=128, learning_rate=1.5e-3),
            "vocoder": StagePlan(steps=4000, batch=64, learning_rate=1e-3),
            "joint": StagePlan(steps=8000, batch=256, learning_rate=8e-4, warm_up=300),
            "distillation": StagePlan(steps=800, batch=128, learning_rate=1e-4),
        }
    ),
    gates=Gates(picture_db=28.0, mel_error=0.15, sync_share=0.8),
    bank=60_000,
    reuse=6,
    chunk=64,
    notes="The GPU plan, for one card and resumable runs of ten minutes.",
)

PLANS: Mapping[str, Plan] = MappingProxyType({plan.name: plan for plan in (SMOKE, NANO, FULL)})
