"""What a render costs. The tables are the price list: GET /api/v1/prices shows these very ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from generation.spec.wish import Order

CREDITS_PER_SECOND = 1.0
# A square picture has 9/16 of the pixels of the others.
SHAPE_FACTOR: Mapping[str, float] = {"portrait": 1.0, "landscape": 1.0, "square": 0.5625}
# Less than the share of pixels below 720 lines: sound, checks and marks cost the same at any size.
LINES_FACTOR: Mapping[int, float] = {360: 0.4, 480: 0.6, 540: 0.7, 720: 1.0, 1080: 2.0}
# Of the seconds that are new: what an extension adds, the stretch that an edit changes.
OPERATION_FACTOR: Mapping[str, float] = {
    "text": 1.0,
    "image": 1.0,
    "storyboard": 1.0,
    "schedule": 1.0,
    "remix": 1.0,
    "extend": 1.0,
    "blend": 1.0,
    "edit": 1.0,
    "resound": 0.5,
    "stitch": 0.1,
    "trim": 0.0,
}
# Stills and previews are made small whatever the clip will be: lines do not count for them.
PURPOSE_FACTOR: Mapping[str, float] = {"stills": 0.1, "preview": 0.25, "final": 1.0}
REROLL_FACTOR = 0.5
OFF_PEAK_FACTOR = 0.5


def price_of(order: Order) -> int:
    """Return the price in whole credits: new seconds times every factor, rounded up.

    What is free is free; everything else costs at least 1.
    """
    exact = order.billed_s * CREDITS_PER_SECOND * SHAPE_FACTOR[order.shape]
    exact *= OPERATION_FACTOR[order.operation] * PURPOSE_FACTOR[order.purpose]
    if order.purpose == "final":
        exact *= LINES_FACTOR[order.lines]
    if order.is_reroll:
        exact *= REROLL_FACTOR
    if order.lane == "off_peak":
        exact *= OFF_PEAK_FACTOR
    if OPERATION_FACTOR[order.operation] == 0:
        return 0
    return max(1, math.ceil(round(exact, 6)))


def price_list() -> dict[str, Any]:
    """Return every number that `price_of` multiplies, for people and programs to read."""
    return {
        "credits_per_second": CREDITS_PER_SECOND,
        "minimum": 1,
        "shape": dict(SHAPE_FACTOR),
        "lines": {str(lines): factor for lines, factor in LINES_FACTOR.items()},
        "operation": dict(OPERATION_FACTOR),
        "purpose": dict(PURPOSE_FACTOR),
        "reroll": REROLL_FACTOR,
        "off_peak": OFF_PEAK_FACTOR,
    }
