"""Idempotency keys: remembered for a day, then forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as project
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from core import idempotency, tasks
from core.models import IdempotentRequest
from generation.models import Render

pytestmark = pytest.mark.django_db

WISH = {"prompt": "a red ball", "seconds": 5}
HEADERS = {"Idempotency-Key": "one"}


def age(by: timedelta) -> None:
    IdempotentRequest.objects.update(created_at=timezone.now() - by)


def test_a_key_is_believed_for_a_day_and_may_then_be_used_again(as_ana: APIClient) -> None:
    first = as_ana.post("/api/v1/renders", WISH, headers=HEADERS).json()
    age(timedelta(hours=23))
    tasks.purge_idempotency_keys()
    assert as_ana.post("/api/v1/renders", WISH, headers=HEADERS).json()["id"] == first["id"]
    age(timedelta(hours=25))
    tasks.purge_idempotency_keys()
    assert as_ana.post("/api/v1/renders", WISH, headers=HEADERS).json()["id"] != first["id"]
    assert Render.objects.count() == 2


def test_a_purge_takes_the_old_in_batches_and_nothing_else(
    ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "_PURGED_AT_ONCE", 3)
    now = timezone.now()
    IdempotentRequest.objects.bulk_create(
        IdempotentRequest(
            user=ana,
            scope="render",
            key=str(hours),
            body_digest="",
            created_at=now - timedelta(hours=hours),
        )
        for hours in (1, 23, *range(25, 32))
    )
    assert idempotency.purge(at=now) == 7
    assert set(IdempotentRequest.objects.values_list("key", flat=True)) == {"1", "23"}
    assert idempotency.purge(at=now) == 0


def test_the_purge_is_on_the_clock() -> None:
    due = {entry["task"] for entry in project.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.purge_idempotency_keys.name in due
