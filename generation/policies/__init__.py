"""Pure answers about renders: what they cost, how long they take, what an engine accepts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generation.spec import Limits

# A square picture has 9/16 of the pixels of the others.
_SHAPE_FACTOR: Mapping[str, float] = {"portrait": 1.0, "landscape": 1.0, "square": 0.5625}
CREDITS_PER_SECOND = 1.0
# Before the first finished render there is nothing to average: say what the embedded engine needs.
SECONDS_PER_SECOND_DEFAULT = 2.0


def price_of(*, seconds: float, shape: str) -> int:
    """Return the price in whole credits: seconds x share of a full picture, rounded up, at least
    1.
    """
    exact = seconds * CREDITS_PER_SECOND * _SHAPE_FACTOR[shape]
    return max(1, math.ceil(round(exact, 6)))


@dataclass(frozen=True, slots=True)
class Fault:
    """One field of a request that the engine or the plan cannot take, and what would work."""

    field: str
    code: str
    detail: str
    limit: Any


def faults_of(limits: Limits, *, wish: Mapping[str, Any]) -> list[Fault]:
    """Return everything in `wish` (seconds, shape, prompt, cast, source) that `limits` forbids."""
    found: list[Fault] = []
    seconds = wish["seconds"]
    if not limits.seconds_min <= seconds <= limits.seconds_max:
        span = [limits.seconds_min, limits.seconds_max]
        detail = f"Choose {span[0]:g} to {span[1]:g} seconds."
        found.append(Fault("seconds", "out_of_range", detail, span))
    if wish["shape"] not in limits.shapes:
        detail = f"This engine makes: {', '.join(limits.shapes)}."
        found.append(Fault("shape", "not_offered", detail, list(limits.shapes)))
    if len(wish["prompt"]) > limits.prompt_chars_max:
        detail = f"Keep the prompt to {limits.prompt_chars_max} characters."
        found.append(Fault("prompt", "too_long", detail, limits.prompt_chars_max))
    if len(wish["cast"]) > limits.cast_max:
        detail = f"Cast at most {limits.cast_max}."
        found.append(Fault("cast", "too_many", detail, limits.cast_max))
    if wish["has_parent"] and not limits.accepts_source:
        found.append(Fault("parent", "not_offered", "This engine cannot remix.", None))
    return found
