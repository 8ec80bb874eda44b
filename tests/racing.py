"""Two connections at once, in an order that the test decides."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection

PATIENCE_S = 10.0
_POLL_S = 0.01


def in_another_connection(act: Callable[[], object]) -> threading.Thread:
    """Run `act` elsewhere. Returns once it has ended, or waits for a lock that we hold."""
    backend: list[int] = []
    is_ready = threading.Event()

    def run() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                backend.append(cursor.fetchone()[0])
            is_ready.set()
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert is_ready.wait(PATIENCE_S)
    for _ in range(int(PATIENCE_S / _POLL_S)):
        thread.join(_POLL_S)
        if not thread.is_alive() or _waits_for_us(backend[0]):
            return thread
    raise AssertionError("It neither ended nor waits for us.")


def _waits_for_us(backend: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() = ANY(pg_blocking_pids(%s))", [backend])
        return bool(cursor.fetchone()[0])
