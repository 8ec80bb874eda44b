"""LTX-2's weights at work: one or two stages of sampling, then picture and sound. Imports torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

import torch
from diffusers import LTX2ConditionPipeline
from diffusers.pipelines.ltx2 import LTX2VideoCondition
from diffusers.pipelines.ltx2.latent_upsampler import LTX2LatentUpsamplerModel
from diffusers.pipelines.ltx2.utils import DEFAULT_NEGATIVE_PROMPT
from torch import Tensor

from generation.engines import EngineError
from generation.engines.diffusion.family import Job, Made, Start
from generation.engines.diffusion.grid import latent_nearest
from generation.engines.diffusion.loading import (
    DTYPES,
    add_loras,
    at_work,
    read_pipeline,
    settle,
)
from generation.engines.diffusion.options import Options
from generation.engines.diffusion.places import Place
from generation.engines.diffusion.watching import Watch
from generation.engines.ltx2 import coding, schedule
from generation.engines.ltx2.family import SIDE, STEP, Ltx2Family
from generation.engines.ltx2.holding import Held, hold
from generation.spec import Frame

UPSAMPLER = "latent_upsampler"
TEXT_TOKENS_MAX = 1024
# Skipping attention in one late block shows what the model makes without looking around; the very
# same block for every size of model would be no block at all in a small one.
STG_BLOCK_MAX = 28

# A distilled model has its guidance built in: every other scale would cost a pass and spoil it.
UNGUIDED: Mapping[str, float] = {
    "guidance_scale": 1.0,
    "audio_guidance_scale": 1.0,
    "stg_scale": 0.0,
    "audio_stg_scale": 0.0,
    "modality_scale": 1.0,
    "audio_modality_scale": 1.0,
    "guidance_rescale": 0.0,
    "audio_guidance_rescale": 0.0,
}


class Latents(NamedTuple):
    """What sampling makes: [1, C, T, h, w] and [1, C, L, M], neither normalised."""

    video: Tensor
    sound: Tensor


class Stage(NamedTuple):
    """One walk from noise: at which size, along which levels, guided by which scales."""

    number: int
    height: int
    width: int
    sigmas: tuple[float, ...]
    scales: Mapping[str, float]


def load(folder: Path, place: Place, options: Options) -> Ltx2Model:
    """Read a checkpoint. Raises EngineError if a second stage is wanted and has no weights."""
    parts = dict.fromkeys(Ltx2Family.unused)
    pipeline = read_pipeline(LTX2ConditionPipeline, folder, place, **parts)
    add_loras(pipeline, options)
    settle(pipeline, place, options)
    return Ltx2Model(pipeline, _upsampler(folder, place, options), options)


def _upsampler(folder: Path, place: Place, options: Options) -> Any:
    has_weights = (folder / UPSAMPLER).is_dir()
    if options.two_stages and not has_weights:
        raise EngineError(
            f"two_stages is on, and {folder} has no {UPSAMPLER}: download that folder of the "
            "checkpoint too, or leave two_stages out.",
            permanent=True,
        )
    if options.two_stages is False or not has_weights:
        return None
    network = LTX2LatentUpsamplerModel.from_pretrained(
        folder, subfolder=UPSAMPLER, dtype=DTYPES[place.dtype], local_files_only=True
    )
    return network.eval() if place.offload != "none" else network.to(place.device).eval()


class Ltx2Model:
    """An LTX-2 checkpoint in memory. Not for two threads at once."""

    def __init__(self, pipeline: Any, upsampler: Any, options: Options) -> None:
        self.pipeline, self.upsampler, self.options = pipeline, upsampler, options
        self.own_schedule = pipeline.scheduler.config
        name = f"{options.model} {pipeline.config.get('_name_or_path', '')}".lower()
        self.is_distilled = (
            "distilled" in name if options.is_distilled is None else options.is_distilled
        )
        pipeline.scheduler = schedule.literal(self.own_schedule)

    def steps(self, job: Job) -> int:
        return max(1, sum(len(stage.sigmas) for stage in self._stages(job)))

    @torch.no_grad()
    def make(self, job: Job, watch: Watch) -> Made:
        with self._working(watch):
            stages = self._stages(job)
            latents = self._sampled(job, stages, watch)
            sound = coding.decode_sound(self.pipeline, latents.sound)
        return Made(
            frames=iter(()) if job.is_sound_only else self._pictures(latents.video, watch),
            sound=sound,
            sample_rate_hz=int(self.pipeline.vocoder.config.output_sampling_rate),
            notes={
                "stages": [
                    {"size": [one.width, one.height], "levels": [round(s, 5) for s in one.sigmas]}
                    for one in stages
                ],
                "distilled": self.is_distilled,
                "loras": dict(self.options.lora_weights),
            },
        )

    def _pictures(self, latents: Tensor, watch: Watch) -> Iterator[Frame]:
        with self._working(watch), torch.no_grad():
            frames = coding.decode_pictures(self.pipeline, latents)
        yield from frames

    def _working(self, watch: Watch) -> AbstractContextManager[None]:
        also = [self.upsampler] if self.upsampler else []
        return at_work(self.pipeline, watch, self.options, also=also)

    # --- the plan

    def _stages(self, job: Job) -> tuple[Stage, ...]:
        width, height, _ = job.size
        if job.is_sound_only and not job.is_draft:
            # Sound follows what happens, which is seen as well at half the size.
            return (self._stage(job, 1, height // 2, width // 2),)
        if not self._has_two(job):
            return (self._stage(job, 1, height, width),)
        first = self._stage(job, 1, height // 2, width // 2)
        return first, Stage(2, height, width, schedule.SECOND_STAGE, UNGUIDED)

    def _has_two(self, job: Job) -> bool:
        """A clip that starts from another has its size already, unless nearly all is forgotten."""
        level = job.start.level if job.start else 1.0
        held = job.start is not None and job.start.may_change is not None
        return (
            bool(self.upsampler)
            and not job.is_draft
            and not held
            and (level >= schedule.SECOND_STAGE[0])
        )

    def _stage(self, job: Job, number: int, height: int, width: int) -> Stage:
        steps = self.options.steps
        if self.is_distilled:
            sigmas, scales = schedule.DISTILLED, UNGUIDED
        else:
            frames = (job.size.frames - 1) // STEP + 1
            tokens = frames * (height // SIDE) * (width // SIDE)
            sigmas = schedule.full(
                self.own_schedule, tokens=tokens, steps=steps or schedule.FULL_STEPS
            )
            scales = self._scales()
        level = job.start.level if job.start else 1.0
        return Stage(number, height, width, schedule.below(sigmas, level), scales)

    def _scales(self) -> Mapping[str, float]:
        if self.options.guidance is None:
            return {}
        return {"guidance_scale": self.options.guidance}

    # --- sampling

    def _sampled(self, job: Job, stages: tuple[Stage, ...], watch: Watch) -> Latents:
        latents = self._sources(job, stages[0])
        latents = self._walk(job, stages[0], (latents, watch))
        for stage in stages[1:]:
            larger = Latents(self._doubled(latents.video), latents.sound)
            latents = self._walk(job, stage, (larger, watch))
        return latents

    def _doubled(self, latents: Tensor) -> Tensor:
        """Twice the height and width. The network rests where it was put: it works for a moment."""
        rests_on = self.upsampler.device
        device = coding.device_of(self.pipeline)
        network = self.upsampler.to(device)
        larger = network(latents.to(device, network.dtype))
        self.upsampler.to(rests_on)
        return larger

    def _walk(self, job: Job, stage: Stage, start: tuple[Latents | None, Watch]) -> Latents:
        latents, watch = start
        if not stage.sigmas and latents is not None:
            watch.step()
            return latents
        self._switch_loras(stage)
        is_distilled = stage.scales is UNGUIDED
        video, sound = self.pipeline(
            conditions=_conditions(job) or None,
            prompt=job.text,
            negative_prompt=None if is_distilled else _negative(job),
            height=stage.height,
            width=stage.width,
            num_frames=job.size.frames,
            frame_rate=float(job.fps),
            sigmas=list(stage.sigmas),
            num_inference_steps=len(stage.sigmas),
            noise_scale=stage.sigmas[0],
            generator=_generator(job.seed, stage.number),
            latents=latents.video if latents else None,
            audio_latents=latents.sound if latents else None,
            spatio_temporal_guidance_blocks=[self._stg_block],
            use_cross_timestep=bool(self.pipeline.transformer.config.cross_attn_mod),
            max_sequence_length=min(TEXT_TOKENS_MAX, self.pipeline.tokenizer.model_max_length),
            output_type="latent",
            return_dict=False,
            callback_on_step_end=_after_step(watch, self._held(job, stage)),
            **stage.scales,
        )
        return Latents(video, sound)

    @property
    def _stg_block(self) -> int:
        return min(STG_BLOCK_MAX, int(self.pipeline.transformer.config.num_layers) - 1)

    def _switch_loras(self, stage: Stage) -> None:
        weights = dict(self.options.lora_weights)
        second = self.options.stage_two_lora
        if second:
            weights.setdefault(second, 1.0)
            if stage.number == 1:
                weights[second] = 0.0
        if weights:
            self.pipeline.set_adapters(list(weights), list(weights.values()))

    # --- what there is already

    def _sources(self, job: Job, stage: Stage) -> Latents | None:
        start = job.start
        if start is None or start.level >= 1.0:
            return None
        seconds, rate = job.size.frames / job.fps, start.sample_rate_hz
        sound = start.sound
        if sound is None:
            # Half way to noise there must be something under it.
            sound = coding.silence(seconds, sample_rate_hz=rate)
        coded = coding.encode_sound(self.pipeline, sound, sample_rate_hz=rate, seconds=seconds)
        return Latents(self._encoded(start, stage), coded)

    def _held(self, job: Job, stage: Stage) -> Held | None:
        start = job.start
        if start is None or start.may_change is None:
            return None
        latents = coding.normalised(self.pipeline, self._encoded(start, stage))
        return hold(latents, start.may_change, seed=_seed(job.seed, 10 + stage.number))

    def _encoded(self, start: Start, stage: Stage) -> Tensor:
        return coding.encode_pictures(
            self.pipeline, start.frames, height=stage.height, width=stage.width
        )


def _conditions(job: Job) -> list[LTX2VideoCondition]:
    return [
        LTX2VideoCondition(
            frames=guide.frames,
            index=latent_nearest(guide.at, step=STEP),
            strength=guide.strength,
        )
        for guide in job.guides
    ]


def _negative(job: Job) -> str:
    return ", ".join(part for part in (job.negative, DEFAULT_NEGATIVE_PROMPT) if part)


def _after_step(watch: Watch, held: Held | None) -> Callable[..., dict[str, Tensor]]:
    def after_step(pipeline: Any, step: int, _: Any, now: dict[str, Tensor]) -> dict[str, Tensor]:
        watch.step()
        if held is None:
            return {}
        return {
            "latents": held.put_back(now["latents"], float(pipeline.scheduler.sigmas[step + 1]))
        }

    return after_step


def _generator(seed: int, stage: int) -> torch.Generator:
    """Noise comes from the CPU, so that it is the same on every device."""
    return torch.Generator().manual_seed(_seed(seed, stage))


def _seed(seed: int, stage: int) -> int:
    """The first stage's noise is that of a draft; each later stage has its own."""
    return seed if stage == 1 else (seed + stage * 2**53) % 2**63
