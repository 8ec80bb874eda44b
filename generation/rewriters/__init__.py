"""The rewriter port: how a short prompt is written out for people who do not know what to add."""

from __future__ import annotations

from typing import Protocol

from generation.spec.wish import RewriteLength


class Rewriter(Protocol):
    """Writes a prompt out. What it says is shown and can be changed; nothing is made of it."""

    name: str

    def rewrite(self, prompt: str, *, length: RewriteLength, seconds: float) -> str:
        """Return the prompt written out for a clip of `seconds`, in the language of the prompt or
        not at all.

        Words in quotes and @mentions stay as they are.
        """
