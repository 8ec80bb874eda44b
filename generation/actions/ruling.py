"""What a moderator's decision does to a render: the port that moderation calls."""

from __future__ import annotations

from typing import Any

from cameos.actions.lending import CameoNotLentError
from core.states import StaleStateError
from generation import queries
from generation.actions.requesting import end_without_asset
from generation.actions.reviewing import refusal_of, settle
from generation.models import Render
from moderation.models import Verdict
from moderation.spec import Outcome


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

        A render that has moved on by itself (cancelled, discarded) is left as it is. One that stays
        refused after an appeal is so by the last verdict from now on.
        """
        render = Render.objects.get(pk=subject_id)
        if render.state not in (Render.State.HELD, Render.State.REFUSED):
            return
        verdict = Verdict.objects.get(pk=verdict_id)
        try:
            if render.state == Render.State.REFUSED and verdict.outcome == Outcome.REFUSE:
                still = Render.objects.filter(pk=render.pk, state=Render.State.REFUSED)
                still.update(verdict=verdict, **refusal_of(verdict))
            else:
                _settle(render, verdict)
        except StaleStateError:
            return


def _settle(render: Render, verdict: Verdict) -> None:
    """Settle what was judged. Allowed after a likeness was taken back, it ends for nothing."""
    try:
        settle(render, verdict)
    except CameoNotLentError as error:
        if render.state == Render.State.HELD:
            end_without_asset(render, Render.State.REFUSED, code=error.code, text=error.detail)
