"""How a velocity is steered: by the text, and by picture and sound listening to each other."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from generation.engines.pocket.stream import Stream, Velocity, Words
from generation.engines.pocket.transformer import PocketTransformer

# How far the schedule leans towards noise, where composition is decided. Sampling and distillation
# must agree on it.
SHIFT = 2.5


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the path from noise to clip is walked.

    `guidance` 1 is none. `synchrony` 0 is none; it strengthens what picture and sound tell each
    other. Both act only between the noise levels `guided_from` and `guided_to`: above, there is
    nothing to steer yet, below, steering only adds contrast. A distilled network takes the scale
    as an input and needs one pass per step.
    """

    steps: int = 24
    guidance: float = 2.5
    synchrony: float = 0.0
    guided_from: float = 0.9
    guided_to: float = 0.15
    is_distilled: bool = False


DRAFT = Sampling(steps=8, guidance=1.0)
DISTILLED = Sampling(steps=8, is_distilled=True)


def steered(
    transformer: PocketTransformer,
    stream: Stream,
    *,
    blank: Words,
    sampling: Sampling,
    level: float,
) -> Velocity:
    """Velocity at `level` with as many passes as the steering needs, one to three.

    Source: classifier-free guidance, Ho and Salimans (2022); the interval, Kynkaanniemi et al.
    (2024); synchrony guidance after Harmony (2025), with isolated attention as the negative.
    """
    if sampling.is_distilled:
        scale = torch.full((stream.video.shape[0],), sampling.guidance, device=stream.video.device)
        return _run(transformer, stream._replace(guidance=scale))
    given = _run(transformer, stream)
    is_inside = sampling.guided_to <= level <= sampling.guided_from
    if not is_inside:
        return given
    video, sound = given
    if sampling.guidance != 1.0:
        free = _run(transformer, stream._replace(words=blank))
        video = video + (sampling.guidance - 1) * (given.video - free.video)
        sound = sound + (sampling.guidance - 1) * (given.sound - free.sound)
    if sampling.synchrony:
        alone = _run(transformer, stream._replace(is_isolated=True))
        video = video + sampling.synchrony * (given.video - alone.video)
        sound = sound + sampling.synchrony * (given.sound - alone.sound)
    return Velocity(video, sound)


def passes(sampling: Sampling, *, levels: list[float]) -> int:
    """Number of transformer passes that `steered` will make over these noise levels."""
    if sampling.is_distilled:
        return len(levels)
    extra = int(sampling.guidance != 1.0) + int(sampling.synchrony != 0)
    inside = sum(sampling.guided_to <= level <= sampling.guided_from for level in levels)
    return len(levels) + extra * inside


def _run(transformer: PocketTransformer, stream: Stream) -> Velocity:
    velocity: Velocity = transformer(stream)
    return velocity
