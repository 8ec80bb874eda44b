"""From a prompt and what is given to frames and sound: the whole of sampling, top to bottom."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from diffusers import DiffusionPipeline, FlowMatchEulerDiscreteScheduler
from torch import Tensor

from generation.engines.pocket.arithmetic import fast_arithmetic
from generation.engines.pocket.conditions import (
    Codecs,
    Conditions,
    Known,
    blend,
    code_references,
    known,
    spans,
)
from generation.engines.pocket.guidance import Sampling, steered
from generation.engines.pocket.shapes import (
    SAMPLES_PER_FRAME,
    ClipShape,
    VideoLatentShape,
    sound_steps,
)
from generation.engines.pocket.sound_vae import PocketSoundVAE, PocketVocoder
from generation.engines.pocket.stream import (
    Places,
    Stream,
    Words,
    sound_places,
    to_latents,
    to_tokens,
    video_places,
)
from generation.engines.pocket.text_encoder import PocketTextEncoder
from generation.engines.pocket.transformer import PocketTransformer
from generation.engines.pocket.video_vae import PocketVideoVAE

# Called after each step with (steps done, steps in all); may raise to stop.
OnStep = Callable[[int, int], None]


class Size(NamedTuple):
    """What to make: height and width in pixels, and frames at 16 per second, 1 + 8k."""

    height: int
    width: int
    frames: int


@dataclass(frozen=True, slots=True)
class PocketOutput:
    """A made clip.

    `frames` uint8 [T, H, W, 3]; `sound` float32 [T * 1000] mono at 16 kHz in -1..1; `understood`
    names what the text encoder took from the prompt, `unknown` the words it had never seen.
    """

    frames: npt.NDArray[np.uint8]
    sound: npt.NDArray[np.float32]
    understood: dict[str, str]
    unknown: tuple[str, ...]


class PocketPipeline(DiffusionPipeline):  # type: ignore[misc]
    """Samples picture and sound together.

    The components are diffusers models and its flow-matching Euler scheduler, so
    `save_pretrained` and `from_pretrained` work as anywhere in diffusers.
    """

    model_cpu_offload_seq = "text_encoder->transformer->video_vae->sound_vae->vocoder"

    def __init__(
        self,
        video_vae: PocketVideoVAE,
        sound_vae: PocketSoundVAE,
        vocoder: PocketVocoder,
        text_encoder: PocketTextEncoder,
        transformer: PocketTransformer,
        scheduler: FlowMatchEulerDiscreteScheduler,
    ) -> None:
        super().__init__()
        self.register_modules(
            video_vae=video_vae,
            sound_vae=sound_vae,
            vocoder=vocoder,
            text_encoder=text_encoder,
            transformer=transformer,
            scheduler=scheduler,
        )

    @torch.inference_mode()
    def __call__(
        self,
        prompt: str,
        *,
        size: Size,
        seed: int,
        conditions: Conditions | None = None,
        sampling: Sampling | None = None,
        on_step: OnStep | None = None,
    ) -> PocketOutput:
        """Make one clip. The same arguments on the same machine give the same bytes.

        Raises ValueError if the size is off the codec's grid; lets what `on_step` raises through.
        """
        conditions, sampling = conditions or Conditions(), sampling or Sampling()
        with fast_arithmetic(self.device):
            shape = self._shape(size)
            given = self._known(conditions, shape, size)
            stream, blank = self._stream(prompt, conditions, (given, shape, seed))
            video, sound = self._walk(stream, blank, given, (sampling, on_step))
            frames = self._picture(to_latents(video, shape=shape), conditions)
            wave = self._wave(sound.transpose(1, 2), size)
        reading = self.text_encoder.read([prompt])
        return PocketOutput(
            frames=frames,
            sound=wave,
            understood=self.text_encoder.understood(reading)[0],
            unknown=self.text_encoder.tokenise([prompt]).unknown[0],
        )

    def _shape(self, size: Size) -> VideoLatentShape:
        clip = ClipShape(1, size.frames, size.height, size.width)
        return VideoLatentShape.of(
            clip,
            channels=self.transformer.config.video_channels,
            compression=self.video_vae.compression,
        )

    def _known(self, conditions: Conditions, shape: VideoLatentShape, size: Size) -> Known:
        return known(
            conditions,
            shape=shape,
            sound_channels=self.transformer.config.sound_channels,
            steps=sound_steps(size.frames, frames_per_step=self.sound_vae.frames_per_step),
            codecs=Codecs(self.video_vae, self.sound_vae),
        )

    def _stream(
        self, prompt: str, conditions: Conditions, start: tuple[Known, VideoLatentShape, int]
    ) -> tuple[Stream, Words]:
        """Everything at noise level 1, and the words of no prompt for guidance."""
        given, shape, seed = start
        generator = torch.Generator().manual_seed(seed)
        video = to_tokens(torch.randn(given.video.shape, generator=generator).to(self.device))
        sound = to_tokens(torch.randn(given.sound.shape, generator=generator).to(self.device))
        level = given.video_fresh.flatten(1)
        if conditions.references:
            slots = code_references(conditions.references, self.video_vae)
            video = torch.cat([video, slots], dim=1)
            level = torch.cat([level, level.new_zeros(1, slots.shape[1])], dim=1)
        stream = Stream(
            video=video,
            sound=sound,
            video_sigma=level,
            sound_sigma=given.sound_fresh.clone(),
            words=self._words(prompt, conditions),
            places=self._places(shape, len(conditions.references), sound.shape[1]),
            envelope=self._envelope(conditions, sound.shape[1]),
        )
        return stream, self._words("", Conditions())

    def _words(self, prompt: str, conditions: Conditions) -> Words:
        prompts = [shot.prompt for shot in conditions.shots] or [prompt]
        reading = self.text_encoder.read(prompts)
        states = reading.states.flatten(0, 1)[None]
        mask = reading.mask.flatten()[None]
        where = spans(conditions, words=reading.states.shape[1])
        return Words(states, mask, None if where is None else where.to(self.device))

    def _places(self, shape: VideoLatentShape, slots: int, steps: int) -> Places:
        time, per_step = self.video_vae.compression.time, self.sound_vae.frames_per_step
        return Places(
            video_places(shape, time=time, slots=slots, device=self.device),
            sound_places(steps, frames_per_step=per_step, device=self.device),
        )

    def _envelope(self, conditions: Conditions, steps: int) -> Tensor | None:
        if conditions.envelope is None:
            return None
        loud = conditions.envelope.float().to(self.device)[None, None]
        return torch.nn.functional.adaptive_max_pool1d(loud, steps)[0]

    def _walk(
        self, stream: Stream, blank: Words, given: Known, how: tuple[Sampling, OnStep | None]
    ) -> tuple[Tensor, Tensor]:
        """Euler steps from noise to clean tokens; what is given stays at level 0 and does not
        move."""
        sampling, on_step = how
        # Even levels, given: the scheduler's own would spend the last step on next to nothing.
        even = [1 - step / sampling.steps for step in range(sampling.steps)]
        self.scheduler.set_timesteps(sigmas=even, device=self.device)
        video_scheduler, sound_scheduler = self.scheduler, copy.deepcopy(self.scheduler)
        levels = [float(t) / 1000 for t in self.scheduler.timesteps]
        first = next((i for i, level in enumerate(levels) if level <= given.start), len(levels))
        fresh = (stream.video_sigma, stream.sound_sigma)
        at = levels[first] if first < len(levels) else 0.0
        stream = _noised(stream, given, at)
        for number, timestep in enumerate(self.scheduler.timesteps[first:]):
            level = levels[first + number]
            stream = stream._replace(video_sigma=fresh[0] * level, sound_sigma=fresh[1] * level)
            velocity = steered(
                self.transformer, stream, blank=blank, sampling=sampling, level=level
            )
            stream = stream._replace(
                video=_step(video_scheduler, timestep, stream.video, (velocity.video, fresh[0])),
                sound=_step(sound_scheduler, timestep, stream.sound, (velocity.sound, fresh[1])),
            )
            if on_step:
                on_step(number + 1, len(levels) - first)
        return stream.video, stream.sound

    def _picture(self, latents: Tensor, conditions: Conditions) -> npt.NDArray[np.uint8]:
        clip = self.video_vae.decode(self.video_vae.denormalise(latents))[0].float().clamp(-1, 1)
        clip = blend(clip, conditions)
        pixels = ((clip + 1) * 127.5).round().to(torch.uint8)
        frames: npt.NDArray[np.uint8] = pixels.permute(1, 2, 3, 0).cpu().numpy()
        return frames

    def _wave(self, latents: Tensor, size: Size) -> npt.NDArray[np.float32]:
        mel = self.sound_vae.decode(self.sound_vae.denormalise(latents)).float()
        wave = self.vocoder(mel)[0, : size.frames * SAMPLES_PER_FRAME].float().clamp(-1, 1)
        sound: npt.NDArray[np.float32] = wave.cpu().numpy()
        return sound


def _noised(stream: Stream, given: Known, level: float) -> Stream:
    """Put tokens at the level where sampling starts; identity slots and given tokens stay clean."""
    video, sound = to_tokens(given.video), to_tokens(given.sound)
    count = video.shape[1]
    clip, slots = stream.video[:, :count], stream.video[:, count:]
    share = (stream.video_sigma[:, :count] * level)[..., None]
    return stream._replace(
        video=torch.cat([torch.lerp(video, clip, share), slots], dim=1),
        sound=torch.lerp(sound, stream.sound, (stream.sound_sigma * level)[..., None]),
    )


def _step(
    scheduler: FlowMatchEulerDiscreteScheduler,
    timestep: Tensor,
    sample: Tensor,
    move: tuple[Tensor, Tensor],
) -> Tensor:
    """One Euler step with a level per token. With per-token levels the scheduler's step is positive
    towards clean, so the velocity (noise minus clean) goes in negated."""
    velocity, fresh = move
    return scheduler.step(
        -velocity, timestep, sample, per_token_timesteps=fresh * timestep, return_dict=False
    )[0]
