"""From a checkpoint to what is shipped: half-precision shards, digest, recipe and model card."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import torch

from generation.engines.pocket import weights
from generation.engines.pocket.sampler import RECIPE
from training import checkpoints
from training.checkpoints import Progress
from training.evaluation import Report, load, pipeline_of, sampling_of
from training.plans import STAGES, Plan
from training.world.picture import Canvas


def export(plan: Plan, folder: Path, *, into: Path, report: Report | None = None) -> str:
    """Write the weights of `folder` for the engine and return their digest.

    float16, shards of at most 15 MB. Raises ValueError if they are over the budget.
    """
    progress = checkpoints.load_progress(folder / "checkpoint", plan=plan.name)
    # Halving is a change of the networks themselves, so it is done to a copy.
    pipeline = pipeline_of(copy.deepcopy(load(plan, folder)))
    for module in pipeline.components.values():
        if isinstance(module, torch.nn.Module):
            module.half()
    pipeline.save_pretrained(into, max_shard_size=weights.SHARD)
    (into / RECIPE).write_text(json.dumps(_recipe(plan, progress), indent=2) + "\n")
    digest = weights.seal(into)
    (into / "README.md").write_text(card(plan, progress, digest=digest, report=report))
    return digest


def card(plan: Plan, progress: Progress, *, digest: str, report: Report | None) -> str:
    """Write the model card: what it is, how it was made, and every figure, also the bad ones."""
    lines = [
        f"# Pocket, plan `{plan.name}`",
        "",
        "A joint video-and-sound diffusion model of a small painted world. Licence: the project's.",
        f"Digest: `{digest}`",
        "",
        "## Made with",
        "",
        "Data: `training.world`, painted while training: no recordings, no photographs. One in",
        "eight combinations of subject, colour and place is never shown.",
        f"Seed {plan.seed}. Hardware: {', '.join(progress.hardware) or 'not recorded'}.",
        "",
        "| stage | steps | samples | minutes | last loss |",
        "| --- | --- | --- | --- | --- |",
        *(_stage_line(stage, plan, progress) for stage in STAGES),
        "",
        f"Round trip on held-out clips before the transformer: {progress.round_trip}",
        "",
        "## Metrics on held-out combinations",
        "",
        str(report) if report else "Not measured for this export.",
        "",
    ]
    return "\n".join(lines)


def _stage_line(stage: str, plan: Plan, progress: Progress) -> str:
    done, planned = progress.steps.get(stage, 0), plan.stages[stage].steps
    minutes = progress.seconds.get(stage, 0.0) / 60
    loss = progress.losses.get(stage)
    shown = "" if loss is None else f"{loss:.4f}"
    samples = progress.samples.get(stage, 0)
    return f"| {stage} | {done} of {planned} | {samples} | {minutes:.1f} | {shown} |"


def _recipe(plan: Plan, progress: Progress) -> dict[str, object]:
    sampling = sampling_of(plan, progress)
    return {
        "plan": plan.name,
        "frames": plan.frames,
        "canvases": {_shape(c): [c.height, c.width] for c in plan.canvases},
        "is_distilled": sampling.is_distilled,
        "steps": sampling.steps,
        "guidance": sampling.guidance,
    }


def _shape(canvas: Canvas) -> str:
    if canvas.height == canvas.width:
        return "square"
    return "portrait" if canvas.height > canvas.width else "landscape"
