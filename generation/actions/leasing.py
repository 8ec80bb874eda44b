"""Who works on what: claiming a render, keeping the lease, and losing it."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from generation import events
from generation.engines import Cancelled
from generation.models import ACTIVE, Render

# Four a second is as often as a person can use; sockets and the database are spared the rest.
REPORT_EVERY_S = 0.25

_RENEW = """
    UPDATE generation_render
       SET lease_until = %s, progress = GREATEST(progress, %s), seq = seq + 1
     WHERE id = %s AND lease_token = %s
 RETURNING cancel_requested_at, seq, progress, state
"""


class LeaseLostError(Cancelled):
    """Somebody else holds the render now: stop at once and write nothing more."""


class CancelRequestedError(Cancelled):
    """The maker has asked to stop."""


@dataclass(slots=True)
class Lease:
    """The right to work on one render, proved by a token that every write repeats."""

    render: Render
    token: uuid.UUID
    _reported_at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def report(self, done: int, total: int) -> None:
        """Store progress, renew the lease and notify sockets, at most four times a second.

        Raises LeaseLostError or CancelRequestedError to stop the engine.
        """
        now = monotonic()
        if now - self._reported_at < REPORT_EVERY_S and done < total:
            return
        self._reported_at = now
        self.renew(progress=done / max(1, total))
        events.render_progressed(self.render)

    def renew(self, *, progress: float = 0.0) -> None:
        """Extend the lease. Raises LeaseLostError or CancelRequestedError."""
        until = timezone.now() + timedelta(seconds=settings.GENERATION_LEASE_S)
        with self._lock, connection.cursor() as cursor:
            cursor.execute(_RENEW, [until, progress, self.render.pk, self.token])
            row = cursor.fetchone()
        if row is None:
            raise LeaseLostError
        cancelled_at, self.render.seq, self.render.progress, _ = row
        if cancelled_at is not None:
            raise CancelRequestedError

    def move(self, to: str, **columns: object) -> None:
        """Move the render while the lease holds. Raises StaleStateError if it does not."""
        seq = self.render.seq + 1
        self.render.move(to, only_if={"lease_token": self.token}, seq=seq, **columns)
        events.render_moved(self.render)


def claim_next(engine: str) -> Lease | None:
    """Take the next queued render of an engine, or None if there is none.

    Fair between people: whoever has the fewest renders in work comes first, then priority, then
    age. Two claims at once take different rows (SKIP LOCKED). Each claim makes a new fencing token.
    """
    in_work = (
        Render.objects.filter(maker=OuterRef("maker"), state__in=ACTIVE)
        .order_by()
        .values("maker")
        .annotate(n=Count("pk"))
        .values("n")
    )
    with transaction.atomic():
        render = (
            Render.objects.queued(engine)
            .select_for_update(skip_locked=True, of=("self",))
            .annotate(in_work=Coalesce(Subquery(in_work), Value(0)))
            .order_by("in_work", "-priority", "created_at")
            .first()
        )
        return None if render is None else _take(render)


def _take(render: Render) -> Lease:
    token = uuid.uuid4()
    now = timezone.now()
    render.move(
        Render.State.SCREENING,
        lease_token=token,
        lease_until=now + timedelta(seconds=settings.GENERATION_LEASE_S),
        attempts=F("attempts") + 1,
        started_at=render.started_at or now,
        progress=0.0,
        seq=render.seq + 1,
    )
    render.refresh_from_db()
    events.render_moved(render)
    return Lease(render, token)


@contextmanager
def heartbeat(lease: Lease) -> Iterator[None]:
    """Renew the lease from a thread of its own while the block runs, for stretches that do not
    report.

    A lost lease is noticed by the block's own next write; the thread only stops.
    """
    done = threading.Event()
    thread = threading.Thread(target=_beat, args=(lease, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _beat(lease: Lease, done: threading.Event) -> None:
    try:
        while not done.wait(settings.GENERATION_LEASE_S / 3):
            lease.renew()
    except Cancelled:
        return
    finally:
        connection.close()
