"""Wake-up calls. Each is safe to repeat, to lose and to run twice at once."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from generation.actions import referencing, staffing, sweeping, working


@shared_task(bind=True)
def render_next(self: Any, /, *, engine: str, **_: Any) -> None:
    """Work on the next queued render of an engine, if there is one."""
    working.work_once(engine, worker=staffing.name_of(self.request.hostname))


@shared_task
def sweep(**_: Any) -> None:
    """Recover what dead workers left, follow changes of plans, and wake live workers."""
    sweeping.follow_plans()
    sweeping.sweep_stuck()


@shared_task
def sweep_references(**_: Any) -> None:
    """Delete given pictures that have expired."""
    referencing.sweep_references()


@shared_task
def sweep_media(**_: Any) -> None:
    """Remove files that no render points at."""
    sweeping.sweep_media()
