"""Keeping a lease: the heartbeat beside the work, and how a cancel reaches an engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import User
from generation.actions import claiming, leasing, requesting, working
from generation.engines import test_card
from generation.models import Render

Asked = Callable[..., Render]


@pytest.mark.django_db(transaction=True)
def test_the_heartbeat_renews_the_lease_and_leaves_the_numbers_of_events_alone(
    asked: Asked, settings: Any
) -> None:
    settings.GENERATION_LEASE_S = 0.3
    asked()
    lease = claiming.claim_next("default")
    assert lease is not None
    seq, until = lease.render.seq, lease.render.lease_until
    with leasing.heartbeat(lease):
        time.sleep(0.35)
        lease.move(Render.State.RENDERING)
    row = Render.objects.get(pk=lease.render.pk)
    assert row.seq == lease.render.seq == seq + 1
    assert row.lease_until > until


@pytest.mark.django_db(transaction=True)
def test_a_cancel_reaches_an_engine_that_never_reports(
    asked: Asked, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leasing, "LOOK_EVERY_S", 0.05)
    render = asked()

    def frames(*_: Any) -> Iterator[Any]:
        requesting.cancel_render(Render.objects.get(pk=render.pk), by=ana)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            time.sleep(0.01)
        yield from ()

    monkeypatch.setattr(test_card, "_frames", frames)
    working.work_once("default")
    render.refresh_from_db()
    assert render.state == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_a_cancel_is_raised_by_the_next_report_without_a_query(
    asked: Asked, ana: User, django_assert_num_queries: Any
) -> None:
    asked()
    lease = claiming.claim_next("default")
    assert lease is not None
    lease.stopped = leasing.CancelRequestedError
    with django_assert_num_queries(0), pytest.raises(leasing.CancelRequestedError):
        lease.report(1, 10)
    lease.interrupt()  # outside of the engine's work nothing is cut
    lease.stopped = None
    lease.report(1, 10)
