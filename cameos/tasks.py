"""Work that the clock asks for."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from cameos import actions


@shared_task
def delete_expired_captures(**_: Any) -> None:
    actions.delete_expired_captures(on=timezone.now().date())
