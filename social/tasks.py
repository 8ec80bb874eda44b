from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from social import actions


@shared_task
def recount(*, window_s: float | None = None, **_: Any) -> None:
    since = None if window_s is None else timezone.now() - timedelta(seconds=window_s)
    actions.recount(since=since)
