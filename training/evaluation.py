"""All metrics on held-out combinations: Pocket beside truth, ceiling and floors."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from diffusers import FlowMatchEulerDiscreteScheduler

from generation.engines.pocket import vocabulary
from generation.engines.pocket.guidance import SHIFT, Sampling
from generation.engines.pocket.pipeline import PocketPipeline, Size
from generation.engines.pocket.shapes import FPS
from training import checkpoints, networks, round_trip
from training.checkpoints import Progress
from training.metrics import intervals, timing, tracking
from training.metrics.classifier import Judge, train_judge, truths, verdicts
from training.metrics.intervals import Figure
from training.metrics.onsets import onsets
from training.networks import Networks
from training.plans import Plan
from training.runtime import best_device
from training.world import clips, scenes
from training.world.clips import Clips

JUDGE_STEPS = 300
JUDGE_BATCH = 16

Row = Mapping[str, Figure]


class Probes(NamedTuple):
    """Held-out scenes that the metrics are read from: any, bouncing alone, singing alone."""

    any: scenes.Scenes
    bouncing: scenes.Scenes
    singing: scenes.Scenes


class Report(NamedTuple):
    """One row of figures per kind of clip, and how well the judge knows the truth."""

    rows: Mapping[str, Row]

    def __str__(self) -> str:
        """A Markdown table, one line per metric."""
        names = list(self.rows)
        lines = ["| metric | " + " | ".join(names) + " |", "| --- " * (len(names) + 1) + "|"]
        metrics = dict.fromkeys(metric for row in self.rows.values() for metric in row)
        for metric in metrics:
            cells = [str(row[metric]) if metric in row else "" for row in self.rows.values()]
            lines.append(f"| {metric} | " + " | ".join(cells) + " |")
        return "\n".join(lines)


def pipeline_of(made: Networks) -> PocketPipeline:
    """Assemble networks and scheduler into the pipeline that the engine uses."""
    for network in made:
        network.eval()
    scheduler = FlowMatchEulerDiscreteScheduler(shift=SHIFT)
    pipeline = PocketPipeline(**made.by_name(), scheduler=scheduler)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def load(plan: Plan, folder: Path) -> Networks:
    """Networks of the latest checkpoint, averaged weights where the stage is still going on."""
    made = networks.build(plan).to(best_device())
    checkpoint = folder / "checkpoint"
    checkpoints.load_networks(checkpoint, made)
    for name, value in checkpoints.load_averages(checkpoint).items():
        key, _, parameter = name.partition(".")
        getattr(made, key).get_parameter(parameter).data.copy_(value)
    return made


def sampling_of(plan: Plan, progress: Progress) -> Sampling:
    """How weights that came this far are sampled: in few steps once they are distilled."""
    if progress.steps.get("distillation", 0) < plan.stages["distillation"].steps:
        return Sampling(guidance=plan.teacher_guidance)
    return Sampling(steps=plan.student_steps, guidance=plan.teacher_guidance, is_distilled=True)


def evaluate(
    plan: Plan, folder: Path, *, clips: int = 64, sampling: Sampling | None = None
) -> Report:
    """Measure the checkpoint in `folder` on `clips` held-out clips per metric, sampled as it would
    be when shipped unless `sampling` says otherwise."""
    made = load(plan, folder)
    progress = checkpoints.load_progress(folder / "checkpoint", plan=plan.name)
    sampling = sampling or sampling_of(plan, progress)
    judge = train_judge(
        canvas=plan.canvases[0],
        frames=plan.frames,
        steps=JUDGE_STEPS if plan.name != "smoke" else 10,
        batch=JUDGE_BATCH,
        device=made.device,
    )
    return report(plan, made, judge, probes=draw_probes(clips, plan), sampling=sampling)


def draw_probes(count: int, plan: Plan) -> Probes:
    """Draw the held-out scenes, the same for every evaluation of a plan."""
    generator = torch.Generator().manual_seed(plan.seed + 1)
    singers = [
        facts._replace(how_many=1, weather="clear", time="day", size="big")
        for facts in scenes.draw(count * 12, generator=generator, held_out=True).facts()
        if facts.action == "sing"
    ]
    return Probes(
        any=scenes.draw(count, generator=generator, held_out=True),
        bouncing=round_trip.bouncing(count, seed=plan.seed + 2),
        singing=scenes.scenes_of(singers[:count], generator=generator),
    )


def report(
    plan: Plan,
    made: Networks,
    judge: Judge,
    *,
    probes: Probes,
    sampling: Sampling | None = None,
) -> Report:
    """Measure truth, its round trip, generated clips, and the two floors."""
    truth = [_performed(plan, part) for part in probes]
    ceiling = [round_trip.recoded(made, part) for part in truth]
    pipeline = pipeline_of(made)
    generated = [_generated(plan, pipeline, part, sampling) for part in truth]
    strangers = _performed(plan, _strangers(probes.any, plan))
    return Report(
        {
            "truth": _figures(judge, truth),
            "round trip": _figures(judge, ceiling),
            "pocket": _figures(judge, generated),
            "pocket, captions shuffled": _adherence(judge, _shuffled(generated[0])),
            "random clips": _adherence(judge, strangers._replace(scenes=probes.any)),
        }
    )


def _performed(plan: Plan, cast: scenes.Scenes) -> Clips:
    return clips.perform(cast, canvas=plan.canvases[0], frames=plan.frames)


def _generated(
    plan: Plan, pipeline: PocketPipeline, truth: Clips, sampling: Sampling | None
) -> Clips:
    canvas = plan.canvases[0]
    size = Size(canvas.height, canvas.width, plan.frames)
    videos, sounds = [], []
    for number, text in enumerate(truth.captions):
        out = pipeline(text, size=size, seed=plan.seed + number, sampling=sampling)
        video = torch.from_numpy(out.frames).permute(3, 0, 1, 2).float() / 127.5 - 1
        videos.append(video)
        sounds.append(torch.from_numpy(out.sound))
    return truth._replace(video=torch.stack(videos), sound=torch.stack(sounds))


def _strangers(cast: scenes.Scenes, plan: Plan) -> scenes.Scenes:
    generator = torch.Generator().manual_seed(plan.seed + 3)
    return scenes.draw(cast.indices.shape[0], generator=generator, held_out=True)


def _shuffled(made: Clips) -> Clips:
    order = torch.arange(made.video.shape[0]).roll(1)
    return made._replace(scenes=scenes.Scenes(*(part[order] for part in made.scenes)))


def _figures(judge: Judge, made: Sequence[Clips]) -> Row:
    anything, bouncing, singing = made
    return {
        **_adherence(judge, anything),
        "flicker, 1/255": intervals.mean([tracking.flicker(video) for video in anything.video]),
        **_physics(bouncing),
        **_voices(singing),
    }


def _adherence(judge: Judge, made: Clips) -> Row:
    """Share of clips that the judge takes for what the caption says, per attribute and for all."""
    device = next(judge.parameters()).device
    answers = truths(made.scenes)
    right: dict[str, list[float]] = {name: [] for name in answers}
    for start in range(0, made.video.shape[0], 16):
        part = slice(start, start + 16)
        said = verdicts(judge, made.video[part].to(device), made.sound[part].to(device))
        for name, verdict in said.items():
            right[name] += (verdict.cpu() == answers[name][part].cpu()).float().tolist()
    named = [right[name] for name in vocabulary.ATTRIBUTES]
    joint = [float(all(row)) for row in zip(*named, strict=True)]
    shares = {f"{name} right": intervals.mean(values) for name, values in right.items()}
    return {**shares, "all attributes right": intervals.mean(joint)}


def _physics(made: Clips) -> Row:
    """Sync of impacts, permanence and gravity on clips with one thing that bounces."""
    offsets: list[float] = []
    hits: list[float] = []
    lasting: list[float] = []
    residuals: list[float] = []
    errors: list[float] = []
    pigments = [vocabulary.PIGMENTS[facts.colour] for facts in made.scenes.facts()]
    for number, video in enumerate(made.video):
        path = tracking.track(video, pigment=pigments[number])
        seen = tracking.contacts(path.height, fps=FPS)
        found = timing.offsets(seen, onsets(made.sound[number]))
        offsets += [1000 * offset for offset in found]
        hits += [1.0] * timing.hits(found) + [0.0] * (len(seen) - timing.hits(found))
        lasting.append(tracking.permanence(path.area))
        flights = tracking.flights(path.height, fps=FPS)
        residuals += [flight.residual for flight in flights]
        pull = float(made.motion.pull[number]) * min(video.shape[2:]) / video.shape[2]
        errors += [abs(flight.pull - pull) / pull for flight in flights]
    return {
        "impact offset, ms": intervals.median(offsets),
        "impact offset, ms off": intervals.median([abs(offset) for offset in offsets]),
        "impacts heard when seen": intervals.mean(hits),
        "permanence": intervals.mean(lasting),
        "gravity residual, heights": intervals.mean(residuals),
        "gravity error": intervals.median(errors),
    }


def _voices(made: Clips) -> Row:
    frames = made.video.shape[2]
    found = [
        timing.correlation(timing.mouth(video), timing.loudness(sound, frames=frames))
        for video, sound in zip(made.video, made.sound, strict=True)
    ]
    # A mouth that never opens counts as no correlation: leaving it out would flatter the model.
    shut = [0.0 if math.isnan(value) else value for value in found]
    return {"mouth follows voice, r": intervals.mean(shut)}
