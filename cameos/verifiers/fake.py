"""A verifier that finds what it was told to: for development and tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cameos.spec import Challenge, Check, Recording


class Scripted:
    """Findings by script: {name: passed}. A failed one is needed, so it sends the person back."""

    version = "scripted 1"

    def __init__(self, script: Mapping[str, bool] | None = None, *, assurance: int = 1) -> None:
        self.assurance = assurance
        self._script = script or {"scripted": True}

    def check(self, recording: Recording, challenge: Challenge | None) -> Sequence[Check]:
        return [Check(name, passed, is_needed=True) for name, passed in self._script.items()]
