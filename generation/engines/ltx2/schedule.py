"""Levels of noise for LTX-2, from the highest to the last before none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from diffusers import FlowMatchEulerDiscreteScheduler
from diffusers.pipelines.ltx2.utils import DISTILLED_SIGMA_VALUES, STAGE_2_DISTILLED_SIGMA_VALUES

# Steps of a model that was not distilled. diffusers' default for the family.
FULL_STEPS = 30
DISTILLED: tuple[float, ...] = tuple(DISTILLED_SIGMA_VALUES)
SECOND_STAGE: tuple[float, ...] = tuple(STAGE_2_DISTILLED_SIGMA_VALUES)


def full(config: Any, *, tokens: int, steps: int) -> tuple[float, ...]:
    """Return the levels that a checkpoint's own scheduler would walk for a clip of `tokens`.

    Longer and larger clips stay longer at high levels. Read out here rather than left to the
    pipeline, because a clip that starts half way must start on the very same levels.
    """
    scheduler = FlowMatchEulerDiscreteScheduler.from_config(config)
    even = np.linspace(1.0, 1 / steps, steps)
    if scheduler.config.use_dynamic_shifting:
        scheduler.set_timesteps(sigmas=even, mu=_shift(scheduler.config, tokens))
    else:
        scheduler.set_timesteps(sigmas=even)
    return tuple(float(sigma) for sigma in scheduler.sigmas[:-1])


def below(sigmas: Sequence[float], level: float) -> tuple[float, ...]:
    """Return the levels of a walk that starts at `level`; none if there is nothing to walk."""
    if level >= sigmas[0]:
        return tuple(sigmas)
    if level <= 0:
        return ()
    return (level, *(sigma for sigma in sigmas if sigma < level))


def literal(config: Any) -> FlowMatchEulerDiscreteScheduler:
    """Return a scheduler that walks exactly the levels that it is given."""
    return FlowMatchEulerDiscreteScheduler.from_config(
        config, use_dynamic_shifting=False, shift_terminal=None, shift=1.0
    )


def _shift(config: Any, tokens: int) -> float:
    """The shift grows in a straight line with the number of tokens (as in the pipeline)."""
    few, many = config.get("base_image_seq_len", 1024), config.get("max_image_seq_len", 4096)
    low, high = config.get("base_shift", 0.95), config.get("max_shift", 2.05)
    return float(low + (high - low) * (tokens - few) / (many - few))
