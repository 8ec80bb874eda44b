"""The words moderation thinks in: what is judged, what is measured, what is decided. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Frames = npt.NDArray[np.uint8]
"""uint8 [T, H, W, 3], RGB."""

Sound = npt.NDArray[np.float32]
"""float32 [S], mono, 16 kHz, -1..1."""

SOUND_RATE_HZ = 16_000


class Medium(StrEnum):
    """What a classifier can look at."""

    TEXT = "text"
    FRAMES = "frames"
    AUDIO = "audio"


class Stage(StrEnum):
    """At which gate a verdict was given."""

    PROMPT = "prompt"
    OUTPUT = "output"
    PUBLISH = "publish"
    COMMENT = "comment"
    REFERENCE = "reference"
    HUMAN = "human"


class Outcome(StrEnum):
    """What a verdict says, mildest first. LABEL shows the subject with a notice beside it."""

    ALLOW = "allow"
    LABEL = "label"
    HOLD = "hold"
    REFUSE = "refuse"


SEVERITY: Mapping[Outcome, int] = {outcome: rank for rank, outcome in enumerate(Outcome)}


class Span(NamedTuple):
    """Characters of the text as it was written, end exclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be measured; empty fields are media that the subject does not have.

    `context`: texts this one continues, oldest first (the prompts of a remix's ancestors).
    `granted`: names whose owners lent their likeness to this subject; they are no strangers in it.
    `frames_per_s`: sampling rate of `frames`; flashing can only be seen from 12 per second up.
    """

    text: str = ""
    context: tuple[str, ...] = ()
    granted: tuple[str, ...] = ()
    frames: Frames | None = None
    frames_per_s: float = 1.0
    audio: Sound | None = None

    @property
    def media(self) -> frozenset[Medium]:
        """What there is to look at."""
        found = {
            Medium.TEXT: bool(self.text),
            Medium.FRAMES: self.frames is not None and len(self.frames) > 0,
            Medium.AUDIO: self.audio is not None and self.audio.size > 0,
        }
        return frozenset(medium for medium, present in found.items() if present)


@dataclass(frozen=True, slots=True)
class Score:
    """One measurement. `label` is "rule" or "rule.detail"; `value` is 0..1, 1 being certain.

    `span` and `text` say where in the text; `at_s` says when in the clip; `note` is for reviewers.
    """

    label: str
    value: float
    span: Span | None = None
    text: str = ""
    at_s: float | None = None
    note: str = ""

    @property
    def rule(self) -> str:
        """Code of the public rule that this label belongs to."""
        return self.label.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision is not a plain ALLOW: the score that crossed a threshold, and which."""

    rule: str
    label: str
    value: float
    threshold: float
    outcome: Outcome
    span: Span | None = None
    text: str = ""
    at_s: float | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the form stored in a verdict row."""
        return {
            "rule": self.rule,
            "label": self.label,
            "value": round(self.value, 4),
            "threshold": self.threshold,
            "outcome": self.outcome.value,
            "span": list(self.span) if self.span else None,
            "text": self.text,
            "at_s": self.at_s,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """Scores held against thresholds. Reasons are worst first."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Queue:
    """A line of cases: how long one may wait, and how urgent it is (higher goes first)."""

    code: str
    title: str
    due_in_h: int
    priority: int


# Hours: child safety and intimate imagery have statutory clocks of at most 48 h; we keep far below.
QUEUES: Mapping[str, Queue] = {
    queue.code: queue
    for queue in (
        Queue("safety", "Child safety and self-harm", due_in_h=4, priority=100),
        Queue("reports", "Reported by people", due_in_h=24, priority=60),
        Queue("likeness", "Likeness captures", due_in_h=24, priority=50),
        Queue("output", "Held by a check", due_in_h=24, priority=40),
        Queue("appeals", "Appeals", due_in_h=72, priority=30),
    )
}
