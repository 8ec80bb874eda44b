"""An engine that says it can do everything, for tests of what may be asked."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

from generation.engines.test_card import TestCard
from generation.spec import LINES, Limits, Operation, Purpose, RegionKind, StillRole


class Everything(TestCard):
    """Offers every operation, as the test card draws them."""

    limits = replace(
        TestCard.limits,
        operations=frozenset(get_args(Operation)) - {"stitch", "trim"},
        lines=LINES,
        roles=frozenset(get_args(StillRole)),
        regions=frozenset(get_args(RegionKind)),
        purposes=frozenset(get_args(Purpose)),
        shots_max=10,
    )


class Plain(TestCard):
    """Offers clips from words at one size, and nothing else."""

    limits = Limits(
        shapes=("portrait",),
        seconds_min=1.0,
        seconds_max=10.0,
        fps=(24,),
        prompt_chars_max=2000,
        cast_max=0,
        has_sound=False,
        accepts_source=False,
    )
