"""What a moderator's decision does to a render: the port that moderation calls."""

from __future__ import annotations

from typing import Any

from core.states import StaleStateError
from generation import queries
from generation.actions.working import settle
from generation.models import Render
from moderation.models import Verdict


class RenderSubject:
    """A render as a subject of moderation."""

    def preview(self, subject_id: str) -> Any:
        """Return what the console shows of a render. Raises Render.DoesNotExist."""
        return queries.preview(Render.objects.get(pk=subject_id))

    def is_visible(self, subject_id: str, *, to: Any) -> bool:
        """Return whether `to` may know of the render."""
        return Render.objects.visible_to(to).filter(pk=subject_id).exists()

    def ruled(self, subject_id: str, *, outcome: str, verdict_id: Any) -> None:
        """Apply a human verdict inside the caller's transaction: READY and captured, or REFUSED and
        released.

        A render that has moved on by itself (cancelled, discarded) is left as it is.
        """
        render = Render.objects.get(pk=subject_id)
        if render.state not in (Render.State.HELD, Render.State.REFUSED):
            return
        try:
            settle(render, Verdict.objects.get(pk=verdict_id))
        except StaleStateError:
            return
