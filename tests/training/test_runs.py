"""Training goes through all stages, can stop anywhere, and refuses to go on with bad codecs."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from generation.engines.pocket import Pocket
from generation.spec import RenderSpec
from training import checkpoints, networks
from training.__main__ import run
from training.evaluation import load
from training.export import export
from training.packing import pack, unpack
from training.plans import PLANS, SMOKE, STAGES, Gates, Plan, StagePlan
from training.round_trip import GateError
from training.trainer import MissedTargetError, learning_rate

ANYTHING = Gates(picture_db=0.0, mel_error=9.0, sync_share=0.0)


def plan(steps: int = 3, **changes: Any) -> Plan:
    """The smoke plan with a few steps per stage and no demands."""
    stages = {
        name: dataclasses.replace(stage, steps=steps, batch=4)
        for name, stage in SMOKE.stages.items()
    }
    defaults: dict[str, Any] = {"stages": stages, "gates": ANYTHING, "targets": {}, "bank": 16}
    return dataclasses.replace(SMOKE, **{**defaults, **changes})


def weights_in(folder: Path) -> torch.Tensor:
    made = networks.build(SMOKE)
    checkpoints.load_networks(folder / "checkpoint", made)
    return torch.cat([weight.flatten() for network in made for weight in network.parameters()])


def test_a_stopped_training_ends_where_an_unbroken_one_does(tmp_path, monkeypatch):
    torch.set_num_threads(1)
    whole = run(plan(), tmp_path / "whole", minutes=9)
    assert whole.progress.steps == dict.fromkeys(STAGES, 3)
    monkeypatch.setattr("training.trainer.Clock.is_over", property(_after_two_steps))
    for _ in range(12):
        broken = run(plan(), tmp_path / "broken", minutes=9)
    assert broken.progress.steps == whole.progress.steps
    # The latents' bank starts anew, so the codecs must agree exactly and the rest only in kind.
    for name in ("video_vae", "sound_vae", "vocoder"):
        a, b = (
            (tmp_path / folder / "checkpoint" / f"{name}.safetensors").read_bytes()
            for folder in ("whole", "broken")
        )
        assert a == b


def _after_two_steps(clock: Any) -> bool:
    clock.asked = getattr(clock, "asked", 0) + 1
    return clock.asked > 3


def _after_two_joint_steps(clock: Any) -> bool:
    # Asked before every stage and every step: three times for each of the codecs' three stages.
    clock.asked = getattr(clock, "asked", 0) + 1
    return clock.asked > 12


def test_bad_codecs_stop_the_training_before_the_transformer(tmp_path):
    strict = plan(gates=Gates(picture_db=60.0, mel_error=0.0, sync_share=1.0))
    with pytest.raises(GateError, match="needs 60"):
        run(strict, tmp_path, minutes=9)
    progress = checkpoints.load_progress(tmp_path / "checkpoint", plan="smoke")
    assert "joint" not in progress.steps


def test_a_missed_loss_fails_the_run(tmp_path):
    with pytest.raises(MissedTargetError, match="video_vae"):
        run(plan(targets={"video_vae": 0.001}), tmp_path, minutes=9)


def test_a_folder_of_another_plan_is_refused(tmp_path):
    checkpoints.save(tmp_path / "checkpoint", networks.build(SMOKE), checkpoints.Progress("smoke"))
    with pytest.raises(ValueError, match="holds the plan"):
        checkpoints.load_progress(tmp_path / "checkpoint", plan="nano")


def test_a_kill_between_the_renames_loses_nothing(tmp_path):
    folder = tmp_path / "checkpoint"
    checkpoints.save(folder, networks.build(SMOKE), checkpoints.Progress("smoke", {"joint": 7}))
    folder.rename(tmp_path / "checkpoint.old")
    assert checkpoints.load_progress(folder, plan="smoke").steps == {"joint": 7}


def test_a_packed_training_goes_on_elsewhere_from_its_averaged_weights(tmp_path, monkeypatch):
    torch.set_num_threads(1)
    short = plan(2, stages={**plan(2).stages, "joint": StagePlan(3, 4, 1e-3, warm_up=2)})
    monkeypatch.setattr("training.packing.SHARD_BYTES", 600_000)
    with monkeypatch.context() as patch:
        patch.setattr("training.trainer.Clock.is_over", property(_after_two_joint_steps))
        here = run(short, tmp_path / "here", minutes=9)
    assert 0 < here.progress.steps["joint"] < 3
    paths = pack(short, tmp_path / "here", into=tmp_path / "pack")
    assert len(paths) > 2
    assert all(path.stat().st_size < 700_000 for path in paths)
    unpack(short, tmp_path / "pack", folder=tmp_path / "there")
    packed = load(short, tmp_path / "here").transformer.state_dict()
    unpacked = load(short, tmp_path / "there").transformer.state_dict()
    for name, weight in packed.items():
        assert torch.allclose(weight, unpacked[name], atol=1e-3)
    went_on = run(short, tmp_path / "there", minutes=9)
    assert went_on.progress.steps["joint"] == 3
    assert went_on.progress.steps["distillation"] == 2


def test_the_learning_rate_warms_up_and_comes_down():
    stage = StagePlan(steps=100, batch=1, learning_rate=1.0, warm_up=10)
    rates = [learning_rate(step, stage) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == pytest.approx(1.0)
    assert rates[100] == pytest.approx(0.05)


@pytest.mark.parametrize("name", sorted(PLANS))
def test_every_plan_fits_the_repository(name):
    made = networks.build(PLANS[name])
    size = sum(weight.numel() for network in made for weight in network.parameters()) * 2
    assert size < 60_000_000


@pytest.mark.slow
def test_the_smoke_plan_reaches_its_losses_and_its_weights_render(tmp_path):
    torch.set_num_threads(1)
    training = run(SMOKE, tmp_path / "run", minutes=9)
    assert training.progress.steps == {name: s.steps for name, s in SMOKE.stages.items()}
    for stage, target in SMOKE.targets.items():
        assert training.progress.losses[stage] <= target
    curves = [
        json.loads(line) for line in (tmp_path / "run" / "curves.jsonl").read_text().splitlines()
    ]
    assert {row["stage"] for row in curves} == set(STAGES)
    assert torch.isfinite(weights_in(tmp_path / "run")).all()
    export(SMOKE, tmp_path / "run", into=tmp_path / "weights")
    assert "| joint | 150 of 150 |" in (tmp_path / "weights" / "README.md").read_text()
    spec = RenderSpec(prompt="a red ball bounces", seconds=1.0, shape="square", seed=1)
    made = Pocket(folder=tmp_path / "weights").render(spec, report=lambda _done, _total: None)
    assert len(list(made.frames)) == 24
    reading = (
        load(SMOKE, tmp_path / "run").text_encoder.eval().read(["a red ball bounces at night"])
    )
    assert set(reading.attributes) == {
        "subject",
        "colour",
        "action",
        "place",
        "weather",
        "time",
        "count",
        "size",
    }
