"""Pocket's figures: size and speed of a plan, and the metrics of trained weights.

    python -m bench.pocket speed full               random weights cost what trained ones do
    python -m bench.pocket metrics nano runs/nano   all of training.evaluation, 64 clips each
    python -m bench.pocket training nano            time per sample of every stage

Seconds are of this process's CPU time and of the wall; on a busy machine only the first is worth
anything, and with several threads it counts them all.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from generation.engines.pocket.arithmetic import fast_arithmetic, has_fast_bfloat16
from generation.engines.pocket.guidance import DISTILLED, DRAFT, Sampling
from generation.engines.pocket.pipeline import Size
from training import networks
from training.codecs import SoundStage, VideoStage, VocoderStage
from training.evaluation import evaluate, pipeline_of
from training.joint import JointStage
from training.networks import Networks
from training.plans import PLANS, Plan
from training.trainer import Stage

PROMPT = "a red ball bounces on a street at night in the rain"
WAYS = {
    "24 steps, guided": Sampling(),
    "24 steps, guided, synchrony": Sampling(synchrony=1.0),
    "draft: 8 steps, unguided": DRAFT,
    "distilled: 8 steps": DISTILLED,
}
STAGES: dict[str, Callable[[Plan, Networks], Stage]] = {
    "video_vae": VideoStage,
    "sound_vae": SoundStage,
    "vocoder": VocoderStage,
    "joint": JointStage,
}


@contextmanager
def timed(label: str, *, per: int = 1) -> Iterator[None]:
    """Print CPU and wall time of a block, divided by `per`."""
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"| {label} | {cpu / per:.3f} | {wall / per:.3f} |")


def speed(plan: Plan) -> None:
    """Print parameters per network and the time of a whole clip by way of sampling."""
    made = networks.build(plan)
    print(f"plan {plan.name}, {torch.get_num_threads()} threads, {_format()}")
    total = 0
    for name, network in made.by_name().items():
        count = sum(weight.numel() for weight in network.parameters())
        total += count
        print(f"{name}: {count / 1e6:.2f} M")
    print(f"all: {total / 1e6:.2f} M, {total * 2 / 1e6:.1f} MB in half precision")
    pipeline = pipeline_of(made)
    canvas = plan.canvases[0]
    size = Size(canvas.height, canvas.width, plan.frames)
    pipeline(PROMPT, size=size, seed=1, sampling=Sampling(steps=1))
    print(f"\n| {plan.frames} frames, {canvas.width}x{canvas.height}, sound | CPU s | wall s |")
    print("| --- | --- | --- |")
    for label, sampling in WAYS.items():
        with timed(label):
            pipeline(PROMPT, size=size, seed=1, sampling=sampling)
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"highest memory of the process: {highest:.2f} GiB")


def training(plan: Plan, *, seconds: float = 8.0) -> None:
    """Print how long one sample takes in every stage, forward, backward and data included."""
    made = networks.build(plan)
    print(f"plan {plan.name}, {torch.get_num_threads()} threads, {_format()}")
    print("| stage, per sample | CPU s | wall s |")
    print("| --- | --- | --- |")
    for name, build in STAGES.items():
        stage, batch = build(plan, made), plan.stages[name].batch
        _step(stage, 0)
        began, steps = time.perf_counter(), 0
        cpu = time.process_time()
        while time.perf_counter() - began < seconds or not steps:
            steps += 1
            _step(stage, steps)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - began
        print(f"| {name} | {cpu / steps / batch:.4f} | {wall / steps / batch:.4f} |")


def main() -> None:
    """Parse the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("speed", "metrics", "training"))
    parser.add_argument("plan", choices=sorted(PLANS))
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--clips", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    plan = PLANS[given.plan]
    if given.what == "speed":
        speed(plan)
    elif given.what == "training":
        training(plan)
    else:
        print(evaluate(plan, given.folder, clips=given.clips))


def _step(stage: Stage, number: int) -> None:
    generator = torch.Generator().manual_seed(number)
    with fast_arithmetic(torch.device("cpu")):
        losses = stage.losses(number, generator=generator)
    losses.total.backward()


def _format() -> str:
    return "bfloat16" if has_fast_bfloat16(torch.device("cpu")) else "float32"


if __name__ == "__main__":
    main()
