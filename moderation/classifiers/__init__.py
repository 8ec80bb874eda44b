"""The classifier port: measure one item, decide nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from moderation.spec import Item, Medium, Score


class ClassifierError(Exception):
    """A classifier could not measure an item. The caller holds the subject for a person."""


class Classifier(Protocol):
    """Measures one item; decides nothing.

    `version` changes when any score could change. `accepts` says which media it looks at; it is
    called for an item that has at least one of them, and ignores the others.
    """

    version: str
    accepts: frozenset[Medium]

    def score(self, item: Item) -> Sequence[Score]:
        """Return one Score (label, value in 0..1) for everything found; nothing found is empty.

        FRAMES: uint8 [T, H, W, 3] RGB at `item.frames_per_s`. AUDIO: float32 [S] mono, 16 kHz.
        Raises ClassifierError.
        """
