"""Train Pocket: `python -m training run nano --folder runs/nano --minutes 10`, again and again
until done."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable, Mapping
from pathlib import Path

import torch

from training import networks, round_trip
from training.codecs import SoundStage, VideoStage, VocoderStage
from training.distillation import DistillationStage
from training.evaluation import evaluate
from training.export import export
from training.joint import JointStage
from training.networks import Networks
from training.packing import pack, unpack
from training.plans import PLANS, Plan
from training.runtime import best_device
from training.trainer import Run, Stage, next_stage, open_run, train

log = logging.getLogger("training")

_STAGES: Mapping[str, Callable[[Plan, Networks], Stage]] = {
    "video_vae": VideoStage,
    "sound_vae": SoundStage,
    "vocoder": VocoderStage,
    "joint": JointStage,
    "distillation": DistillationStage,
}


def run(plan: Plan, folder: Path, *, minutes: float) -> Run:
    """Train from where `folder` stands until the plan is done or `minutes` are over.

    Raises GateError when the codecs are done but not good enough for what follows.
    """
    made = networks.build(plan).to(best_device())
    training = open_run(plan, folder, networks=made, seconds=minutes * 60)
    while (name := next_stage(plan, training.progress)) and not training.clock.is_over:
        if name == "joint" and not training.progress.steps.get("joint"):
            training.progress.round_trip = round_trip.measure(plan, made)
            log.info("round trip: %s", training.progress.round_trip)
            round_trip.check(plan, training.progress.round_trip)
        train(_STAGES[name](plan, made), training)
    return training


def main() -> None:
    """Parse the command line and do it."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("run", "train, or go on training"),
        ("evaluate", "print all metrics of a trained folder"),
        ("export", "evaluate, then write weights, digest and model card"),
        ("pack", "write the checkpoint as small half-precision shards"),
        ("unpack", "make a checkpoint from such shards"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("plan", choices=sorted(PLANS))
        command.add_argument("--folder", type=Path, required=True)
        command.add_argument("--minutes", type=float, default=1e6)
        command.add_argument("--clips", type=int, default=64, help="clips per metric, 0 for none")
        command.add_argument("--into", type=Path, help="where to export or pack, or what to unpack")
        command.add_argument("--threads", type=int, default=0)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if given.threads:
        torch.set_num_threads(given.threads)
    _do(given)


def _do(given: argparse.Namespace) -> None:
    plan = PLANS[given.plan]
    if given.command == "run":
        training = run(plan, given.folder, minutes=given.minutes)
        log.info("steps: %s", training.progress.steps)
        return
    if given.command == "pack":
        log.info("%s", pack(plan, given.folder, into=given.into))
        return
    if given.command == "unpack":
        unpack(plan, given.into, folder=given.folder)
        return
    report = evaluate(plan, given.folder, clips=given.clips) if given.clips else None
    if report:
        log.info("%s", report)
    if given.command == "export":
        log.info("digest %s", export(plan, given.folder, into=given.into, report=report))


if __name__ == "__main__":
    main()
