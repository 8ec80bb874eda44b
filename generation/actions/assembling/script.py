"""A script: everything that making a clip takes, as values and files on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from generation.spec import Operation, RenderSpec, Span, Word
from generation.spec.parts import Parts


@dataclass(frozen=True, slots=True)
class ShotFacts:
    """One shot of a finished clip: where it is seen, and what it was made of."""

    index: int
    start_s: float
    end_s: float
    seed: int
    prompt: str
    camera: str | None = None

    @classmethod
    def of(cls, spec: RenderSpec, seen: Span, *, index: int = 0) -> Self:
        """Say of a shot when it is seen and what the engine was told."""
        start_s, end_s = (round(moment, 6) for moment in seen)
        return cls(index, start_s, end_s, spec.seed, spec.prompt, spec.camera)


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished clip that another is made of. `shots` is never empty.

    `whole` is what the engine was told of all of it, with the clips that it went on from; None
    where it was cut together. `specs` then holds what it was told of each shot, or nothing.
    """

    master: Path
    caption: str
    shots: tuple[ShotFacts, ...]
    words: tuple[Word, ...] = ()
    whole: RenderSpec | None = None
    specs: tuple[RenderSpec, ...] = ()

    def spec_of(self, index: int) -> RenderSpec | None:
        """Return what the engine was told of the clip, or else of one of its shots."""
        return self.whole or (self.specs[index] if index < len(self.specs) else None)


@dataclass(frozen=True, slots=True)
class Script:
    """What is to be made.

    `spec` is that of the whole clip; where an engine starts from a clip, `spec.source` says so and
    holds the region of an edit. `clips` are in the order in which pieces count them.
    """

    operation: Operation
    spec: RenderSpec
    parts: Parts = field(default_factory=Parts)
    clips: tuple[Clip, ...] = ()


def words_within(words: Sequence[Word], span: Span, *, at_s: float = 0.0) -> tuple[Word, ...]:
    """Keep the words whose middle lies in a span, as if the span began at `at_s`."""
    return tuple(
        word._replace(
            start_s=round(max(word.start_s, span.start_s) - span.start_s + at_s, 6),
            end_s=round(min(word.end_s, span.end_s) - span.start_s + at_s, 6),
        )
        for word in words
        if span.start_s <= (word.start_s + word.end_s) / 2 < span.end_s
    )


def shots_within(
    shots: Sequence[ShotFacts], span: Span, *, at_s: float = 0.0
) -> tuple[ShotFacts, ...]:
    """Keep the shots that are seen in a span, cut to it, as if the span began at `at_s`."""
    return tuple(
        replace(
            shot,
            start_s=round(max(shot.start_s, span.start_s) - span.start_s + at_s, 6),
            end_s=round(min(shot.end_s, span.end_s) - span.start_s + at_s, 6),
        )
        for shot in shots
        if min(shot.end_s, span.end_s) - max(shot.start_s, span.start_s) > _INSTANT_S
    )


# Half a frame at the highest rate: shorter than this, nothing is seen.
_INSTANT_S = 0.008


def numbered(shots: Sequence[ShotFacts]) -> tuple[ShotFacts, ...]:
    """Count shots from 0, in the order in which they are seen."""
    return tuple(replace(one, index=index) for index, one in enumerate(shots))


def shot_at(shots: Sequence[ShotFacts], at_s: float) -> int:
    """Return the place of the shot that is seen at a moment; the later one in a transition."""
    return max((at for at, shot in enumerate(shots) if shot.start_s <= at_s), default=0)


def shots_from_json(facts: Sequence[Any], *, otherwise: ShotFacts) -> tuple[ShotFacts, ...]:
    """Read the shots that a row remembers; clips of before there were shots have one."""
    return tuple(ShotFacts(**one) for one in facts) or (otherwise,)
