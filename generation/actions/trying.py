"""What became of each try at a render: the record that operators read and pace is measured by."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from generation.models import Render, RenderAttempt

ERROR_CHARS_MAX = 4000
# A cancel that follows from giving up is no fault of the engine; neither is a refusal.
_OUTCOME_OF = {
    Render.State.READY: RenderAttempt.Outcome.DONE,
    Render.State.HELD: RenderAttempt.Outcome.DONE,
    Render.State.CANCELLED: RenderAttempt.Outcome.CANCELLED,
    Render.State.REFUSED: RenderAttempt.Outcome.REFUSED,
    Render.State.FAILED: RenderAttempt.Outcome.FAILED,
    Render.State.QUEUED: RenderAttempt.Outcome.FAILED,
}


def record_try(render: Render, *, token: Any, outcome: str = "", error: str = "") -> None:
    """Record how the try with this lease token ended, in the transaction that ends it.

    `outcome` follows from the state that the render was moved to unless it is given. Safe to
    repeat: a lease ends once.
    """
    row = RenderAttempt(
        render=render,
        token=token,
        number=render.attempts,
        worker=render.worker,
        engine=render.engine,
        outcome=outcome or _OUTCOME_OF[Render.State(render.state)],
        error=error[:ERROR_CHARS_MAX],
        started_at=render.claimed_at or render.state_since,
        ended_at=timezone.now(),
    )
    RenderAttempt.objects.bulk_create([row], ignore_conflicts=True)
