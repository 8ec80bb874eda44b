"""A training small enough to travel: half-precision shards that another machine can go on from.

For machines that are lent for minutes and hand back a few small files. The optimiser stays behind,
so a run that goes on from a pack warms up again; what travels of the stage in progress are its
averaged weights, which are the better ones anyway.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from training import checkpoints, networks
from training.evaluation import load
from training.plans import Plan

SHARD_BYTES = 15_000_000
PROGRESS = "progress.json"


def pack(plan: Plan, folder: Path, *, into: Path) -> list[Path]:
    """Write the checkpoint of `folder` as float16 shards of at most 15 MB and return their paths.

    Raises ValueError if a single weight is larger than a shard.
    """
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    shutil.copy(folder / "checkpoint" / PROGRESS, into / PROGRESS)
    paths = []
    for number, shard in enumerate(_shards(_weights(plan, folder))):
        path = into / f"pack-{number:02d}.safetensors"
        save_file(shard, path)
        paths.append(path)
    return paths


def unpack(plan: Plan, pack_folder: Path, *, folder: Path) -> None:
    """Make a checkpoint in `folder` from a pack. Raises KeyError if a weight is missing."""
    weights: dict[str, Tensor] = {}
    for path in sorted(pack_folder.glob("pack-*.safetensors")):
        weights |= load_file(path)
    made = networks.build(plan)
    for name, network in made.by_name().items():
        state = {key: weights[f"{name}.{key}"].float() for key in network.state_dict()}
        network.load_state_dict(state)
    shutil.copy(pack_folder / PROGRESS, _fresh(folder / "unpacked") / PROGRESS)
    progress = checkpoints.load_progress(folder / "unpacked", plan=plan.name)
    checkpoints.save(folder / "checkpoint", made, progress)
    shutil.rmtree(folder / "unpacked")


def _weights(plan: Plan, folder: Path) -> dict[str, Tensor]:
    return {
        f"{name}.{key}": value.detach().cpu().to(torch.float16).contiguous()
        for name, network in load(plan, folder).by_name().items()
        for key, value in network.state_dict().items()
    }


def _shards(weights: dict[str, Tensor]) -> list[dict[str, Tensor]]:
    shards: list[dict[str, Tensor]] = [{}]
    filled = 0
    for name, weight in weights.items():
        size = weight.numel() * weight.element_size()
        if size > SHARD_BYTES:
            raise ValueError(f"{name} alone is {size} bytes")
        if filled + size > SHARD_BYTES:
            shards.append({})
            filled = 0
        shards[-1][name] = weight
        filled += size
    return shards


def _fresh(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
