"""The right to work on a render: keeping it, and losing it."""

from __future__ import annotations

import ctypes
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from generation import events
from generation.engines import Cancelled
from generation.models import Render

# Four a second is as often as a person can use; sockets and the database are spared the rest.
REPORT_EVERY_S = 0.25
# A picture of what is being made weighs a hundred times as much as the figure beside it.
SHOW_EVERY_S = 1.0
# How soon a cancelled render is noticed when its engine does not report.
LOOK_EVERY_S = 1.0

# The heartbeat's thread renews beside the thread that works: it leaves `seq` and `progress` alone,
# so that the numbers on the lease's render are touched by one thread only.
_RENEW = """
    UPDATE generation_render SET lease_until = %s
     WHERE id = %s AND lease_token = %s
 RETURNING cancel_requested_at
"""
_REPORT = """
    UPDATE generation_render
       SET lease_until = %s, progress = GREATEST(progress, %s), seq = seq + 1
     WHERE id = %s AND lease_token = %s
 RETURNING cancel_requested_at, seq, progress
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
    stopped: type[Cancelled] | None = None
    _reported_at: float = 0.0
    _shown_at: float = 0.0
    _picture: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _at_work: int | None = None  # the thread that is inside the engine

    def report(self, done: int, total: int) -> None:
        """Store progress, renew the lease and notify sockets, at most four times a second.

        Raises LeaseLostError or CancelRequestedError to stop the engine.
        """
        if self.stopped is not None:
            raise self.stopped
        now = monotonic()
        if now - self._reported_at < REPORT_EVERY_S and done < total:
            return
        self._reported_at = now
        with self._undisturbed():
            row = self._execute(_REPORT, done / max(1, total))
            self.render.seq, self.render.progress = row[1:]
            picture, self._picture = self._picture, ""
            events.render_progressed(self.render, picture=picture)

    def show(self, picture: Callable[[], str]) -> None:
        """Have the next report show a picture, made by `picture` if one is due: once a second."""
        now = monotonic()
        if now - self._shown_at >= SHOW_EVERY_S:
            self._shown_at, self._picture = now, picture()

    def renew(self) -> None:
        """Extend the lease. Raises LeaseLostError or CancelRequestedError."""
        self._execute(_RENEW)

    def _execute(self, statement: str, *values: Any) -> tuple[Any, ...]:
        until = timezone.now() + timedelta(seconds=settings.GENERATION_LEASE_S)
        with connection.cursor() as cursor:
            cursor.execute(statement, [until, *values, self.render.pk, self.token])
            row: tuple[Any, ...] | None = cursor.fetchone()
        if row is None:
            raise LeaseLostError
        if row[0] is not None:
            raise CancelRequestedError
        return row

    def move(self, to: str, **columns: object) -> None:
        """Move the render while the lease holds. Raises StaleStateError if it does not."""
        seq = self.render.seq + 1
        self.render.move(to, only_if={"lease_token": self.token}, seq=seq, **columns)
        events.render_moved(self.render)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Let `interrupt` stop the block, which is the engine's own work and nothing else: files
        and transactions of ours are never cut in the middle.
        """
        with self._lock:
            self._at_work = threading.get_ident()
        try:
            yield
        finally:
            with self._lock:
                _raise_in(self._at_work, None)
                self._at_work = None

    @contextmanager
    def _undisturbed(self) -> Iterator[None]:
        """Keep a block of ours inside the engine's work, a query, from being interrupted."""
        with self._lock:
            thread, self._at_work = self._at_work, None
        try:
            yield
        finally:
            with self._lock:
                self._at_work = thread

    def interrupt(self) -> None:
        """Raise what stopped the lease in the thread that is inside the engine, if one is.

        It comes at that thread's next step of Python: one call into a library is not cut short.
        """
        with self._lock:
            _raise_in(self._at_work, self.stopped)


def _raise_in(thread: int | None, error: type[BaseException] | None) -> None:
    """Have `error` raised in another thread; None takes back one that has not been raised yet.

    Source: CPython C API, PyThreadState_SetAsyncExc.
    """
    if thread is not None:
        given = None if error is None else ctypes.py_object(error)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), given)


@contextmanager
def heartbeat(lease: Lease) -> Iterator[None]:
    """Renew the lease from a thread of its own while the block runs, for stretches that do not
    report.

    A lease that is lost or cancelled stops the next report. An engine that has not reported within
    another second is interrupted; outside of it the block's own next write notices.
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
        while not done.wait(min(LOOK_EVERY_S, settings.GENERATION_LEASE_S / 3)):
            lease.renew()
    except Cancelled as stop:
        lease.stopped = type(stop)
    finally:
        connection.close()
    while lease.stopped and not done.wait(LOOK_EVERY_S):
        lease.interrupt()
