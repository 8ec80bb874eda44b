"""The database finds what the broker or a worker has lost."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

import billing.queries
from core import delivery
from core.states import StaleStateError
from generation import events
from generation.actions.requesting import (
    ATTEMPTS_USED_UP,
    end_without_asset,
    wake_for,
    wake_workers,
)
from generation.actions.trying import record_try
from generation.models import Render, RenderAttempt

log = structlog.get_logger(__name__)

# A wake-up sends its own successor while work remains, so that few are enough to start again.
WAKE_UPS_MAX = 8
ROWS_MAX = 100
LOST = RenderAttempt.Outcome.LOST
# The folder of one attempt: the render's key and the start of the lease's token.
_ATTEMPT = re.compile(r"([0-9a-f]{32})-[0-9a-f]{12}")


def sweep_stuck() -> dict[str, int]:
    """Take renders from dead workers and wake live ones. Safe to run anywhere, any number of times
    at once.

    Returns how many were queued again, ended, and how many wake-ups were sent.
    """
    requeued = ended = 0
    for render in _abandoned():
        with transaction.atomic():
            row = Render.objects.select_for_update(skip_locked=True).filter(pk=render.pk).first()
            if row is None or row.lease_token != render.lease_token or row.has_ended:
                continue
            if _recover(row):
                requeued += 1
            else:
                ended += 1
    return {"requeued": requeued, "ended": ended, "sent": _wake_workers()}


def follow_plans() -> int:
    """Give what waits the slots and the priority of the plan that its maker is on by now.

    Who upgrades because they wait is served by it. Returns how many people's renders have changed;
    two queries while nobody's plan has. Safe to run any number of times at once.
    """
    queued = Render.objects.filter(state=Render.State.QUEUED)
    rows = list(queued.order_by().values_list("maker_id", "slots", "priority").distinct())
    plans = billing.queries.plans_of({maker for maker, _, _ in rows})
    changed = set()
    for maker, slots, priority in rows:
        plan = plans[maker]
        if (slots, priority) != (plan.concurrent_renders, plan.priority):
            changed.add(maker)
    for maker in changed:
        terms = {"slots": plans[maker].concurrent_renders, "priority": plans[maker].priority}
        queued.filter(maker=maker).update(**terms)
        wake_for(maker)
    return len(changed)


def _abandoned() -> list[Render]:
    return list(Render.objects.abandoned(timezone.now()).order_by("lease_until")[:ROWS_MAX])


def _recover(render: Render) -> bool:
    """Queue an abandoned render again, or end it. Returns whether it was queued."""
    token = render.lease_token
    try:
        if render.cancel_requested_at:
            end_without_asset(render, Render.State.CANCELLED, token=token)
            record_try(render, token=token, outcome=LOST)
            return False
        if render.attempts >= settings.GENERATION_ATTEMPTS_MAX:
            text = "The engine kept failing on this one. Your credits were not spent."
            end_without_asset(
                render, Render.State.FAILED, code=ATTEMPTS_USED_UP, text=text, token=token
            )
            record_try(render, token=token, outcome=LOST)
            return False
        gone = {"lease_token": None, "lease_until": None}
        only_if = {"lease_token": token}
        render.move(Render.State.QUEUED, only_if=only_if, seq=render.seq + 1, **gone)
        record_try(render, token=token, outcome=LOST)
        wake_workers(render.engine)
    except StaleStateError:
        return False
    log.warning("render.recovered", render_id=str(render.pk), attempts=render.attempts)
    events.render_moved(render)
    return True


def _wake_workers() -> int:
    """Send wake-ups for renders that nobody has been told of lately. The row's `sent_at` spaces
    them.
    """
    now = timezone.now()
    due = now - timedelta(seconds=settings.GENERATION_RESEND_AFTER_S)
    with transaction.atomic():
        waiting = Render.objects.filter(
            state=Render.State.QUEUED, sent_at__lt=due, state_since__lt=due
        )
        rows = list(
            waiting.select_for_update(skip_locked=True).order_by("created_at")[:WAKE_UPS_MAX]
        )
        Render.objects.filter(pk__in=[row.pk for row in rows]).update(sent_at=now)
        for row in rows:
            wake_workers(row.engine)
    return len(rows)


def sweep_media() -> int:
    """Remove stored files of discarded renders, of attempts that were not kept, and of workers that
    were killed. Returns how many folders.

    An attempt's folder is older than any lease can be before it is judged, so that no running job
    loses files. What else lies in the storage, such as the sealed likenesses, belongs to others.
    """
    long_ago = timezone.now() - timedelta(hours=1)
    gone = delivery.sweep_work(older_than=long_ago)
    for subject in delivery.stored_subjects(older_than=long_ago):
        attempt = _ATTEMPT.fullmatch(subject)
        if attempt is None:
            continue
        # The key in the name spares the table an index over names.
        render = Render.objects.filter(pk=UUID(attempt[1]), media_subject=subject)
        if not render.exclude(state=Render.State.DISCARDED).exists():
            delivery.remove(subject)
            gone += 1
    return gone
