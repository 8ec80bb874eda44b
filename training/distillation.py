"""The fifth stage: the same transformer learns to take the guided path in a few large steps by
itself."""

from __future__ import annotations

import copy

import torch
from torch import Tensor

from generation.engines.pocket.guidance import SHIFT
from generation.engines.pocket.shapes import VideoLatentShape
from generation.engines.pocket.stream import Stream, Velocity, Words
from training import mixture
from training.joint import JointStage, flow_loss, latent_shape, noisy_stream, places
from training.latents import Coded
from training.networks import Networks
from training.plans import Plan
from training.trainer import Losses

SUBSTEPS = 3
# Every third step stays the plain task, so that one set of weights serves both ways of sampling.
PLAIN_EVERY = 3


class DistillationStage:
    """Teaches large unguided steps: from a point at one of the student's levels, the teacher walks
    to the next level in three guided steps, and the student must leave in that mean direction.

    The student is told the scale by the guidance input, which the plain task leaves out. Source:
    guidance distillation as in Meng et al. (2023), step doubling as in Salimans and Ho (2022).
    """

    name = "distillation"

    def __init__(self, plan: Plan, networks: Networks) -> None:
        self.plan, self.networks = plan, networks
        self.teacher = networks._replace(
            text_encoder=copy.deepcopy(networks.text_encoder).eval().requires_grad_(False),
            transformer=copy.deepcopy(networks.transformer).eval().requires_grad_(False),
        )
        self.bank = JointStage(plan, networks).banks

    def losses(self, step: int, *, generator: torch.Generator) -> Losses:
        """One batch of large steps, or of the plain task."""
        canvas = self.plan.canvases[step % len(self.plan.canvases)]
        batch = self.plan.stages[self.name].batch
        coded = self.bank[canvas].draw(batch, generator=generator)
        shape = latent_shape(self.plan, self.networks, canvas=canvas, batch=batch)
        mix = mixture.draw(
            batch, shape=shape, sound_steps=coded.sound.shape[1], generator=generator
        )
        if step % PLAIN_EVERY == 0:
            return flow_loss(self.networks, coded, mix, shape=shape, generator=generator)
        return self._step_loss(coded, mix, shape, generator)

    def finish(self) -> None:
        """Nothing to measure."""

    def _step_loss(
        self,
        coded: Coded,
        mix: mixture.Mix,
        shape: VideoLatentShape,
        generator: torch.Generator,
    ) -> Losses:
        levels = student_levels(self.plan.student_steps)
        number = int(torch.randint(self.plan.student_steps, (), generator=generator))
        high, low = float(levels[number]), float(levels[number + 1])
        plain = mix._replace(
            video_sigma=torch.full_like(mix.video_sigma, high),
            sound_sigma=torch.full_like(mix.sound_sigma, high),
            has_reference=False,
            is_isolated=False,
            has_envelope=torch.zeros_like(mix.has_envelope),
        )
        device = self.networks.device
        noise = Velocity(
            torch.randn(coded.video.shape, generator=generator).to(device),
            torch.randn(coded.sound.shape, generator=generator).to(device),
        )
        start = noisy_stream(coded, plain, noise, words=_words(self.networks, coded.captions))
        where = places(self.networks, shape, mix=plain, steps=coded.sound.shape[1])
        start = start._replace(places=where, envelope=None)
        goal = self._walk(start, coded.captions, (high, low))
        scale = torch.full((len(coded.captions),), self.plan.teacher_guidance, device=device)
        made = self.networks.transformer(start._replace(guidance=scale))
        video = (made.video - goal.video).square().mean()
        sound = (made.sound - goal.sound).square().mean()
        return Losses(video + sound, {"video_step": float(video.detach())})

    @torch.no_grad()
    def _walk(self, start: Stream, captions: list[str], span: tuple[float, float]) -> Velocity:
        """Mean velocity of the teacher's guided path from the upper to the lower level."""
        high, low = span
        given = start._replace(words=_words(self.teacher, captions))
        free = start._replace(words=_words(self.teacher, [""] * len(captions)))
        video, sound = start.video, start.sound
        delta = (high - low) / SUBSTEPS
        for number in range(SUBSTEPS):
            level = high - number * delta
            velocity = self._guided(
                _at(given, video, sound, level=level), _at(free, video, sound, level=level)
            )
            video, sound = video - delta * velocity.video, sound - delta * velocity.sound
        return Velocity((start.video - video) / (high - low), (start.sound - sound) / (high - low))

    def _guided(self, given: Stream, free: Stream) -> Velocity:
        with_text = self.teacher.transformer(given)
        without = self.teacher.transformer(free)
        scale = self.plan.teacher_guidance

        def lead(a: Tensor, b: Tensor) -> Tensor:
            return b + scale * (a - b)

        return Velocity(lead(with_text.video, without.video), lead(with_text.sound, without.sound))


def student_levels(steps: int, *, shift: float = SHIFT) -> Tensor:
    """Noise levels of the few-step sampler, from 1 to 0: the scheduler's own, with the same
    shift."""
    sigma = torch.linspace(1.0, 0.0, steps + 1)
    return shift * sigma / (1 + (shift - 1) * sigma)


def _at(stream: Stream, video: Tensor, sound: Tensor, *, level: float) -> Stream:
    return stream._replace(
        video=video,
        sound=sound,
        video_sigma=torch.full_like(stream.video_sigma, level),
        sound_sigma=torch.full_like(stream.sound_sigma, level),
    )


def _words(networks: Networks, captions: list[str]) -> Words:
    reading = networks.text_encoder.read(captions)
    return Words(reading.states, reading.mask)
