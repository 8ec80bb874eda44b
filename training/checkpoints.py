"""Where a training stands, on disk, so that any run can stop at any time and the next go on."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from training.networks import Networks

OPTIMISER = "optimiser.pt"


@dataclass(slots=True)
class Progress:
    """What has been done: steps, samples and seconds per stage, and the last loss of each."""

    plan: str
    steps: dict[str, int] = field(default_factory=dict)
    samples: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    losses: dict[str, float] = field(default_factory=dict)
    round_trip: dict[str, float] = field(default_factory=dict)
    hardware: list[str] = field(default_factory=list)


def save(
    folder: Path,
    networks: Networks,
    progress: Progress,
    *,
    averages: dict[str, Tensor] | None = None,
    optimiser: dict[str, Any] | None = None,
) -> None:
    """Write a checkpoint beside the old one, then swap folders: a kill leaves one of them whole."""
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, network in networks.by_name().items():
        save_file(_contiguous(network.state_dict()), fresh / f"{name}.safetensors")
    if averages:
        save_file(_contiguous(averages), fresh / "averages.safetensors")
    if optimiser:
        torch.save(optimiser, fresh / OPTIMISER)
    (fresh / "progress.json").write_text(json.dumps(asdict(progress), indent=2))
    old = folder.with_name(folder.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def load_progress(folder: Path, *, plan: str) -> Progress:
    """Read how far a training is; a fresh Progress where there is none.

    Raises ValueError if the folder belongs to another plan.
    """
    folder = _recovered(folder)
    if not (folder / "progress.json").exists():
        return Progress(plan=plan)
    progress = Progress(**json.loads((folder / "progress.json").read_text()))
    if progress.plan != plan:
        raise ValueError(f"{folder} holds the plan {progress.plan!r}, not {plan!r}")
    return progress


def load_networks(folder: Path, networks: Networks) -> None:
    """Read weights into `networks` where a checkpoint has them."""
    folder = _recovered(folder)
    for name, network in networks.by_name().items():
        path = folder / f"{name}.safetensors"
        if path.exists():
            network.load_state_dict(load_file(path))


def load_averages(folder: Path) -> dict[str, Tensor]:
    """Read the moving averages of the stage in progress; empty where there are none."""
    path = _recovered(folder) / "averages.safetensors"
    return load_file(path) if path.exists() else {}


def load_optimiser(folder: Path) -> dict[str, Any] | None:
    """Read the optimiser of the stage in progress, or None: then it starts with a fresh warm-up."""
    path = _recovered(folder) / OPTIMISER
    if not path.exists():
        return None
    state: dict[str, Any] = torch.load(path, weights_only=True)
    return state


def _recovered(folder: Path) -> Path:
    """The folder, or its predecessor if a kill fell between the two renames."""
    old = folder.with_name(folder.name + ".old")
    return old if old.exists() and not folder.exists() else folder


def _contiguous(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().contiguous() for name, value in state.items()}
