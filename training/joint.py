"""The fourth stage: flow matching of picture and sound together, with every condition mixed in."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from generation.engines.pocket import vocabulary
from generation.engines.pocket.shapes import VideoLatentShape
from generation.engines.pocket.stream import (
    Places,
    Stream,
    Velocity,
    Words,
    sound_places,
    video_places,
)
from generation.engines.pocket.text_encoder import Reading
from training import mixture
from training.latents import Bank, Coded
from training.mixture import Mix
from training.networks import Networks
from training.plans import Plan
from training.trainer import Losses
from training.world.picture import Canvas

# The sound stream has a tenth of the tokens and the finer clock; it must not be drowned.
SOUND_WEIGHT = 0.7
ATTRIBUTE_WEIGHT = 0.05


class JointStage:
    """Trains the text encoder and the transformer on coded clips."""

    name = "joint"

    def __init__(self, plan: Plan, networks: Networks) -> None:
        self.plan, self.networks = plan, networks
        self.banks = {canvas: Bank(plan, networks, canvas) for canvas in plan.canvases}

    def losses(self, step: int, *, generator: torch.Generator) -> Losses:
        """Predict velocities of one batch, all of one canvas."""
        canvas = self.plan.canvases[step % len(self.plan.canvases)]
        batch = self.plan.stages[self.name].batch
        coded = self.banks[canvas].draw(batch, generator=generator)
        shape = latent_shape(self.plan, self.networks, canvas=canvas, batch=batch)
        mix = mixture.draw(
            batch, shape=shape, sound_steps=coded.sound.shape[1], generator=generator
        )
        return flow_loss(self.networks, coded, mix, shape=shape, generator=generator)

    def finish(self) -> None:
        """Nothing to measure."""


def latent_shape(plan: Plan, networks: Networks, *, canvas: Canvas, batch: int) -> VideoLatentShape:
    """Latents of this plan's clips on `canvas`."""
    compression = networks.video_vae.compression
    return VideoLatentShape(
        batch,
        plan.networks["video_vae"]["channels"],
        1 + (plan.frames - 1) // compression.time,
        canvas.height // compression.space,
        canvas.width // compression.space,
    )


def flow_loss(
    networks: Networks,
    coded: Coded,
    mix: Mix,
    *,
    shape: VideoLatentShape,
    generator: torch.Generator,
) -> Losses:
    """Squared error of the velocity on the tokens that are to be made, and of what the text
    says."""
    device = networks.device
    captions = [
        "" if is_dropped else caption
        for caption, is_dropped in zip(coded.captions, mix.drops_caption.tolist(), strict=True)
    ]
    reading = networks.text_encoder.read(captions)
    video, sound = coded.video.to(device), coded.sound.to(device)
    noise = Velocity(_noise_like(video, generator), _noise_like(sound, generator))
    stream = noisy_stream(coded, mix, noise, words=Words(reading.states, reading.mask))
    if mix.has_reference:
        stream = with_reference(stream, coded.reference.to(device))
    stream = stream._replace(places=places(networks, shape, mix=mix, steps=sound.shape[1]))
    predicted = networks.transformer(stream)
    video_error = _error(predicted.video[:, : video.shape[1]], noise.video - video, mix.video_sigma)
    sound_error = _error(predicted.sound, noise.sound - sound, mix.sound_sigma)
    attribute_error = _attribute_error(reading, coded.attributes, mix.drops_caption)
    total = video_error + SOUND_WEIGHT * sound_error + ATTRIBUTE_WEIGHT * attribute_error
    parts = {
        "video": float(video_error.detach()),
        "sound": float(sound_error.detach()),
        "attributes": float(attribute_error.detach()),
    }
    return Losses(total, parts)


def noisy_stream(coded: Coded, mix: Mix, noise: Velocity, *, words: Words) -> Stream:
    """Mix clean tokens with noise at their levels; places are left for the caller."""
    device = noise.video.device
    video_sigma, sound_sigma = mix.video_sigma.to(device), mix.sound_sigma.to(device)
    video, sound = coded.video.to(device), coded.sound.to(device)
    envelope = coded.envelope.to(device)
    given = (mix.has_envelope.to(device) & (envelope.amax(1) > 0))[:, None]
    return Stream(
        video=torch.lerp(video, noise.video, video_sigma[..., None]),
        sound=torch.lerp(sound, noise.sound, sound_sigma[..., None]),
        video_sigma=video_sigma,
        sound_sigma=sound_sigma,
        words=words,
        places=Places(video.new_zeros(0, 3), video.new_zeros(0, 3)),
        # -1 says "not given" within a batch where others have one.
        envelope=torch.where(given, envelope, -1.0),
        is_isolated=mix.is_isolated,
    )


def with_reference(stream: Stream, reference: Tensor) -> Stream:
    """Append one identity reference, clean, behind the clip's own tokens."""
    level = stream.video_sigma.new_zeros(reference.shape[:2])
    return stream._replace(
        video=torch.cat([stream.video, reference], dim=1),
        video_sigma=torch.cat([stream.video_sigma, level], dim=1),
    )


def places(networks: Networks, shape: VideoLatentShape, *, mix: Mix, steps: int) -> Places:
    """Positions of a training stream."""
    slots = int(mix.has_reference)
    time = networks.video_vae.compression.time
    per_step = networks.sound_vae.frames_per_step
    device = networks.device
    return Places(
        video_places(shape, time=time, slots=slots, device=device),
        sound_places(steps, frames_per_step=per_step, device=device),
    )


def _error(predicted: Tensor, true: Tensor, sigma: Tensor) -> Tensor:
    is_made = (sigma.to(true.device) > 0).float()[..., None]
    error = (predicted - true).square() * is_made
    return error.sum() / (is_made.sum() * true.shape[-1]).clamp_min(1.0)


def _attribute_error(reading: Reading, attributes: Tensor, dropped: Tensor) -> Tensor:
    device = reading.states.device
    rows = (~dropped).nonzero()[:, 0].to(device)
    true = attributes.to(device)[rows]
    errors = [
        F.cross_entropy(reading.attributes[name][rows].float(), true[:, column])
        for column, name in enumerate(vocabulary.ATTRIBUTES)
    ]
    return torch.stack(errors).mean()


def _noise_like(clean: Tensor, generator: torch.Generator) -> Tensor:
    # Drawn on the CPU: the same step then has the same noise on any device.
    return torch.randn(clean.shape, generator=generator).to(clean.device)
