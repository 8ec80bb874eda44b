"""The loop that every stage shares: schedule, clipping, averages, curves, checkpoints, resuming."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import torch
from torch import Tensor, nn

from generation.engines.pocket.arithmetic import fast_arithmetic
from training import checkpoints
from training.checkpoints import Progress
from training.networks import Networks, trained_in
from training.plans import STAGES, Plan, StagePlan
from training.runtime import Clock, hardware

log = logging.getLogger("training")

SAVE_EVERY_S = 120.0
LOG_EVERY = 20
DECAY = 0.999
# A clip whose gradient is this far from the usual is a fluke of the world, not a lesson.
LONGEST_GRADIENT = 1.0


class Losses(NamedTuple):
    """What a step is judged by: the sum that is minimised, and its parts for the curves."""

    total: Tensor
    parts: Mapping[str, float]


class Stage(Protocol):
    """One stage of the training: knows its data and its loss, not the loop around it."""

    name: str

    def losses(self, step: int, *, generator: torch.Generator) -> Losses:
        """Make the data of one step and judge the networks on it. `generator` is on the CPU and
        depends on the plan, the stage and the step alone."""

    def finish(self) -> None:
        """Called once when the stage's last step is done, with averaged weights in place."""


@dataclass(slots=True)
class Run:
    """A training in progress."""

    plan: Plan
    folder: Path
    networks: Networks
    progress: Progress
    clock: Clock

    @property
    def checkpoint(self) -> Path:
        """Folder of the latest checkpoint."""
        return self.folder / "checkpoint"


def open_run(plan: Plan, folder: Path, *, networks: Networks, seconds: float) -> Run:
    """Start or continue the training in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    run = Run(plan, folder, networks, Progress(plan.name), Clock(seconds))
    run.progress = checkpoints.load_progress(run.checkpoint, plan=plan.name)
    checkpoints.load_networks(run.checkpoint, networks)
    machine = hardware(networks.device)
    if machine not in run.progress.hardware:
        run.progress.hardware.append(machine)
    return run


class MissedTargetError(Exception):
    """A finished stage did not reach the loss that its plan states."""


def next_stage(plan: Plan, progress: Progress) -> str | None:
    """Name the first stage with steps left, or None at the end."""
    for stage in STAGES:
        if progress.steps.get(stage, 0) < plan.stages[stage].steps:
            return stage
    return None


class Averages:
    """Exponential moving averages of weights: what a flow model samples best with."""

    def __init__(self, modules: Mapping[str, nn.Module], saved: Mapping[str, Tensor]) -> None:
        self.modules = modules
        self.steps = 0
        self.values = {
            name: saved.get(name, value.detach().float().clone()).to(value.device)
            for name, value in self._weights()
        }

    def _weights(self) -> list[tuple[str, Tensor]]:
        return [
            (f"{key}.{name}", value)
            for key, module in self.modules.items()
            for name, value in module.named_parameters()
        ]

    @torch.no_grad()
    def update(self) -> None:
        """Follow the weights; quickly at first, when they are still far from anything."""
        self.steps += 1
        decay = min(DECAY, (1 + self.steps) / (10 + self.steps))
        for name, value in self._weights():
            self.values[name].lerp_(value.float(), 1 - decay)

    @torch.no_grad()
    def apply(self) -> None:
        """Put the averages into the networks."""
        for name, value in self._weights():
            value.copy_(self.values[name])


def train(stage: Stage, run: Run) -> bool:
    """Train one stage until it is done or time is over. Returns whether it is done.

    Resumes where the checkpoint stands, saves every two minutes and at the end. A step's data
    depend on its number, so a resumed run sees what an unbroken one would have seen.

    Raises MissedTargetError if the stage is done and its loss is above the plan's target.
    """
    loop = _Loop(stage, run)
    while loop.step < loop.plan.steps and not run.clock.is_over:
        loop.advance()
    is_done = loop.step >= loop.plan.steps
    if is_done:
        loop.averages.apply()
        stage.finish()
    loop.save(is_done=is_done)
    if is_done:
        _check_target(run, stage.name)
    return is_done


def _check_target(run: Run, name: str) -> None:
    target, reached = run.plan.targets.get(name), run.progress.losses[name]
    if target is not None and reached > target:
        raise MissedTargetError(f"{name}: loss {reached:.4f}, the plan states {target}")


def learning_rate(step: int, plan: StagePlan) -> float:
    """Linear warm-up, then a cosine down to a twentieth."""
    if step < plan.warm_up:
        return plan.learning_rate * (step + 1) / plan.warm_up
    share = (step - plan.warm_up) / max(1, plan.steps - plan.warm_up)
    return plan.learning_rate * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * min(share, 1.0))))


class _Loop:
    def __init__(self, stage: Stage, run: Run) -> None:
        self.stage, self.run = stage, run
        self.plan = run.plan.stages[stage.name]
        self.step = run.progress.steps.get(stage.name, 0)
        self.modules = trained_in(stage.name, run.networks)
        self.weights = [w for module in self.modules.values() for w in module.parameters()]
        self.optimiser = torch.optim.AdamW(self.weights, betas=(0.9, 0.95), weight_decay=0.01)
        self.averages = Averages(self.modules, {})
        # Steps since the optimiser knew nothing: it is warmed up again where it did not travel.
        self.since_cold = self.step
        if self.step:
            self._resume()
        self.saved_at = self.logged_at = time.monotonic()
        self.recent: list[float] = []

    def _resume(self) -> None:
        self.averages = Averages(self.modules, checkpoints.load_averages(self.run.checkpoint))
        self.averages.steps = self.step
        state = checkpoints.load_optimiser(self.run.checkpoint)
        if state is None:
            self.since_cold = 0
        else:
            self.optimiser.load_state_dict(state)

    def advance(self) -> None:
        """One optimiser step."""
        began = time.monotonic()
        rate = learning_rate(self.step, self.plan)
        if self.since_cold < self.step:
            rate *= min(1.0, (self.since_cold + 1) / self.plan.warm_up)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        for module in self.modules.values():
            module.train()
        generator = _generator(self.run.plan, self)
        # Noise inside the networks comes from the global generator: it must not remember where a
        # run began either.
        torch.manual_seed(generator.initial_seed())
        with fast_arithmetic(self.run.networks.device):
            losses = self.stage.losses(self.step, generator=generator)
        self.optimiser.zero_grad(set_to_none=True)
        losses.total.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.weights, LONGEST_GRADIENT)
        self.optimiser.step()
        self.averages.update()
        self.step += 1
        self.since_cold += 1
        self._record(losses, time.monotonic() - began)

    def _record(self, losses: Losses, seconds: float) -> None:
        progress, name = self.run.progress, self.stage.name
        progress.steps[name] = self.step
        progress.samples[name] = progress.samples.get(name, 0) + self.plan.batch
        progress.seconds[name] = progress.seconds.get(name, 0.0) + seconds
        self.recent.append(float(losses.total.detach()))
        if self.step % LOG_EVERY == 0 or self.step == self.plan.steps:
            self._log(losses)
        if time.monotonic() - self.saved_at > SAVE_EVERY_S:
            self.save(is_done=False)

    def _log(self, losses: Losses) -> None:
        total = sum(self.recent) / len(self.recent)
        if not math.isfinite(total):
            raise FloatingPointError(f"{self.stage.name}: loss is {total} at step {self.step}")
        self.run.progress.losses[self.stage.name] = total
        now = time.monotonic()
        rate = len(self.recent) * self.plan.batch / (now - self.logged_at)
        self.logged_at = now
        self.recent.clear()
        row = {"stage": self.stage.name, "step": self.step, "loss": total, **losses.parts}
        with (self.run.folder / "curves.jsonl").open("a") as curves:
            curves.write(json.dumps({k: _rounded(v) for k, v in row.items()}) + "\n")
        log.info("%s %d: %.4f, %.1f samples/s", self.stage.name, self.step, total, rate)

    def save(self, *, is_done: bool) -> None:
        """Write a checkpoint; a finished stage needs neither optimiser nor averages."""
        checkpoints.save(
            self.run.checkpoint,
            self.run.networks,
            self.run.progress,
            averages=None if is_done else self.averages.values,
            optimiser=None if is_done else self.optimiser.state_dict(),
        )
        self.saved_at = time.monotonic()


def _generator(plan: Plan, loop: _Loop) -> torch.Generator:
    stage = STAGES.index(loop.stage.name)
    return torch.Generator().manual_seed(plan.seed * 1_000_003 + stage * 100_000_007 + loop.step)


def _rounded(value: Any) -> Any:
    return round(value, 5) if isinstance(value, float) else value
