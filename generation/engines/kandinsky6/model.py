"""Kandinsky 6's weights at work. Imports torch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from diffusers import Kandinsky6TI2VAPipeline
from PIL import Image
from torch import Tensor
from transformers import AutoTokenizer, BatchEncoding

from generation.engines import EngineError
from generation.engines.diffusion.family import Job, Made
from generation.engines.diffusion.loading import at_work, read_pipeline, settle, to_pixels
from generation.engines.diffusion.options import Options
from generation.engines.diffusion.places import Place
from generation.engines.diffusion.watching import Watch
from generation.spec import Frame

# What the authors publish for both kinds of checkpoint.
DISTILLED_STEPS, FULL_STEPS = 16, 50
DISTILLED_GUIDANCE, FULL_GUIDANCE = 1.0, 5.0
DISTILLED_SCHEDULER = "PiflowScheduler"


class TextOnly:
    """The tokenizer out of the checkpoint's processor, whose pictures nobody here looks at.

    The processor as a whole would want torchvision.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def __call__(
        self, text: list[str], images: None = None, videos: None = None, **how: Any
    ) -> BatchEncoding:
        return self._tokenizer(text, **how)


def load(folder: Path, place: Place, options: Options) -> Kandinsky6Model:
    """Read a checkpoint. Raises EngineError for options that this family does not have."""
    if options.loras or options.two_stages:
        raise EngineError("Kandinsky 6 takes neither LoRA files nor two stages.", permanent=True)
    pipeline = read_pipeline(Kandinsky6TI2VAPipeline, folder, place, tokenizer=None)
    words = AutoTokenizer.from_pretrained(folder / "tokenizer", local_files_only=True)
    pipeline.register_modules(tokenizer=TextOnly(words))
    settle(pipeline, place, options)
    return Kandinsky6Model(pipeline, options)


class Kandinsky6Model:
    """A Kandinsky 6 checkpoint in memory. Not for two threads at once."""

    def __init__(self, pipeline: Any, options: Options) -> None:
        self.pipeline, self.options = pipeline, options
        is_distilled = type(pipeline.scheduler).__name__ == DISTILLED_SCHEDULER
        if options.is_distilled is not None:
            is_distilled = options.is_distilled
        self.is_distilled = is_distilled

    def steps(self, job: Job) -> int:
        return self.options.steps or (DISTILLED_STEPS if self.is_distilled else FULL_STEPS)

    @torch.no_grad()
    def make(self, job: Job, watch: Watch) -> Made:
        with at_work(self.pipeline, watch, self.options):
            video, sound = self._sampled(job, watch)
            wave = self._heard(sound)
        return Made(
            frames=self._pictures(video, watch),
            sound=wave,
            sample_rate_hz=int(self.pipeline.audio_sample_rate),
            notes={"steps": self.steps(job), "distilled": self.is_distilled},
        )

    def _pictures(self, latents: Tensor, watch: Watch) -> Iterator[Frame]:
        with at_work(self.pipeline, watch, self.options), torch.no_grad():
            frames = self._seen(latents)
        yield from frames

    def _sampled(self, job: Job, watch: Watch) -> tuple[Tensor, Tensor]:
        def after_step(*_: Any) -> dict[str, Tensor]:
            watch.step()
            return {}

        first = job.guides[0].frames[0] if job.guides else None
        guidance = DISTILLED_GUIDANCE if self.is_distilled else FULL_GUIDANCE
        video, sound = self.pipeline(
            prompt=job.text,
            image=None if first is None else Image.fromarray(first),
            # None takes the one that the weights were tuned with.
            negative_prompt=job.negative or None,
            height=job.size.height,
            width=job.size.width,
            num_frames=job.size.frames,
            frame_rate=float(job.fps),
            num_inference_steps=self.steps(job),
            guidance_scale=guidance if self.options.guidance is None else self.options.guidance,
            generator=torch.Generator().manual_seed(job.seed),
            output_type="latent",
            return_dict=False,
            callback_on_step_end=after_step,
        )
        return video, sound

    def _seen(self, latents: Tensor) -> list[Frame]:
        vae = self.pipeline.vae
        scaled = latents.to(vae.dtype) / vae.config.scaling_factor
        return to_pixels(vae.decode(scaled, return_dict=False)[0])

    def _heard(self, latents: Tensor) -> Any:
        """float32 [2, S]: the one channel that there is, on both sides."""
        vae, vocoder = self.pipeline.audio_vae, self.pipeline.vocoder
        mel = vae.decode(latents.to(vae.dtype) / vae.config.scaling_factor, return_dict=False)[0]
        mono = vocoder(mel.to(vocoder.dtype), return_dict=False)[0][0, :1]
        return mono.expand(2, -1).float().cpu().numpy()
