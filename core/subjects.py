"""A pointer to a row of any app, for apps that must not know its model."""

from __future__ import annotations

from typing import NamedTuple


class SubjectRef(NamedTuple):
    """What a verdict, a notice or an audit entry is about: ("clip", "0192…")."""

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"
