"""A classifier that says what it was told to, for development and tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from moderation.classifiers import ClassifierError
from moderation.spec import Item, Medium, Score


class Scripted:
    """Scores by script: {word in the text, or the medium's name: {label: value}}.

    `fails`: raise ClassifierError instead, as a classifier without its weights does.
    """

    version = "scripted 1"

    def __init__(
        self,
        script: Mapping[str, Mapping[str, float]] | None = None,
        *,
        accepts: Sequence[str] = ("text", "frames", "audio"),
        fails: bool = False,
    ) -> None:
        self.accepts = frozenset(Medium(medium) for medium in accepts)
        self._script = script or {}
        self._fails = fails

    def score(self, item: Item) -> Sequence[Score]:
        if self._fails:
            raise ClassifierError("scripted to fail")
        seen = {medium.value for medium in item.media} | set(item.text.split())
        return [
            Score(label, value)
            for cue, labels in self._script.items()
            if cue in seen
            for label, value in labels.items()
        ]
