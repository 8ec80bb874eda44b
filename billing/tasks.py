from __future__ import annotations

from typing import Any

from celery import shared_task
from django.conf import settings

from billing.actions import credits, payments


@shared_task
def apply_stripe_event(*, event_id: str, **_: Any) -> None:
    payments.apply_stripe_event(event_id)


@shared_task
def drain_stripe_events(**_: Any) -> None:
    payments.drain_stripe_events()


@shared_task
def check_books(**_: Any) -> None:
    credits.report_drift()


@shared_task
def reconcile_stripe(**_: Any) -> None:
    if settings.STRIPE_API_KEY:
        payments.reconcile_stripe()
