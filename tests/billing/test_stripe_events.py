"""What Stripe tells us: late, twice, in any order, or never."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import User
from billing.actions import payments
from billing.models import Customer, StripeEvent, Subscription
from billing.queries import balance_of, drifted_wallets, plan_of
from billing.spec import FREE, PRO
from tests.billing.buying import bought, grants, pay_page, subscription_of
from tests.billing.conftest import Stripe, inbox, point_at

WEBHOOK = "/webhooks/stripe"
TOLD = {
    "customer.subscription.created",
    "invoice.paid",
    "checkout.session.completed",
}


def deliver(client: APIClient, payload: bytes, signature: str) -> int:
    answer = client.post(
        WEBHOOK, payload, content_type="application/json", HTTP_STRIPE_SIGNATURE=signature
    )
    return int(answer.status_code)


def test_an_event_is_stored_once_and_acknowledged_each_time(
    shop: Stripe, as_ana: APIClient, as_nobody: APIClient
) -> None:
    pay_page(as_ana)
    delivery = shop.post(shop.events()[0])
    assert [deliver(as_nobody, *delivery) for _ in range(3)] == [200, 200, 200]
    assert list(inbox().values()) == ["received"]


@pytest.mark.parametrize("fault", ["forged", "stale", "changed", "unsigned", "not json"])
def test_a_forged_or_stale_event_is_refused_and_not_stored(
    shop: Stripe, as_ana: APIClient, as_nobody: APIClient, fault: str
) -> None:
    pay_page(as_ana)
    event = shop.events()[0]
    payload, signature = shop.post(event)
    if fault == "forged":
        payload, signature = shop.post(event, secret="whsec_guess")
    if fault == "stale":
        payload, signature = shop.post(event, age_s=1000)
    if fault == "changed":
        payload = payload.replace(b"ana@", b"eve@")
    if fault == "unsigned":
        signature = ""
    if fault == "not json":
        payload = b"\xff{"
    assert deliver(as_nobody, payload, signature) == 400
    assert inbox() == {}


def test_an_event_about_nobody_we_know_is_kept_and_ignored(shop: Stripe, db: None) -> None:
    shop.client.v1.customers.create({"email": "stranger@example.org"})
    shop.receive(shop.events())
    assert list(inbox().values()) == ["ignored"]


def outcome_of(user: User) -> tuple[object, ...]:
    rows = Subscription.objects.filter(customer__user=user)
    balance = balance_of(user)
    facts = rows.values_list("stripe_id", "status", "period_end_at", "cancels_at_period_end")
    return (*facts, balance.credits, balance.daily, balance.plan.code, grants(user))


def test_every_order_of_the_events_leads_to_the_same_state(
    shop: Stripe, as_ana: APIClient, ana: User
) -> None:
    bought(shop, as_ana)
    told = [event for event in shop.events() if event.type in TOLD]
    shop.client.v1.subscriptions.update(subscription_of(shop), {"cancel_at_period_end": True})
    told.append(shop.events()[-1])
    assert len(told) == 4
    found = set()
    for order in itertools.permutations(told):
        forget(ana)
        shop.receive(list(order))
        found.add(outcome_of(ana))
    assert len(found) == 1
    assert found.pop()[-2:] == ("pro", 1)


def forget(user: User) -> None:
    """Bring the application back to before the first event."""
    Subscription.objects.all().delete()
    StripeEvent.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE billing_ledgerentry DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM billing_ledgerentry")
        cursor.execute("ALTER TABLE billing_ledgerentry ENABLE TRIGGER USER")
        cursor.execute("DELETE FROM billing_wallet")
    Customer.objects.update(reads=0, read_written=0)


@pytest.mark.django_db(transaction=True)
def test_the_same_event_twenty_times_in_parallel_is_one_grant(
    shop: Stripe, as_ana: APIClient, ana: User
) -> None:
    bought(shop, as_ana)
    paid = next(event for event in shop.events() if event.type == "invoice.paid")
    delivery = shop.post(paid)

    def receive(_: int) -> int:
        try:
            status = deliver(APIClient(), *delivery)
            payments.apply_stripe_event(paid.id)
            return status
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(receive, range(20))) == {200}
    assert grants(ana) == 1
    assert balance_of(ana).credits == PRO.daily_credits + PRO.monthly_credits
    assert not drifted_wallets().exists()


def test_a_slow_answer_never_overwrites_a_newer_one(
    shop: Stripe, as_ana: APIClient, ana: User
) -> None:
    bought(shop, as_ana)
    shop.receive(shop.events())
    customer = Customer.objects.get(user=ana)
    gateway = payments.plugins.load("BILLING_GATEWAYS")
    early = payments._next_read(customer)
    old = gateway.account(customer.stripe_id)
    shop.client.v1.subscriptions.cancel(subscription_of(shop))
    shop.receive(shop.events())
    assert plan_of(ana) is FREE
    payments._write_account(customer, old, read=early)
    assert plan_of(ana) is FREE
    assert grants(ana) == 1


def test_an_event_waits_out_a_stripe_that_does_not_answer(
    shop: Stripe, settings: Any, as_ana: APIClient, ana: User, time_machine: Any
) -> None:
    bought(shop, as_ana)
    event = shop.events()[-1]
    point_at(settings, "http://127.0.0.1:9")
    shop.receive([event])
    row = StripeEvent.objects.get()
    assert (row.state, row.attempts) == ("received", 1)
    assert row.error
    point_at(settings, shop.url)
    assert payments.drain_stripe_events() == 0  # not due yet
    time_machine.move_to(row.retry_at + timedelta(seconds=1))
    assert payments.drain_stripe_events() == 1
    assert inbox() == {event.id: "applied"}
    assert plan_of(ana) is PRO


def test_an_event_whose_customer_is_gone_is_kept_as_failed_and_tried_by_the_reconcile(
    stand_in: Callable[..., Stripe], settings: Any, as_ana: APIClient, ana: User
) -> None:
    first = stand_in()
    bought(first, as_ana)
    event = first.events()[-1]
    stand_in()  # another account, which knows nobody
    first.receive([event])
    row = StripeEvent.objects.get()
    assert (row.state, row.error) == ("failed", "Stripe knows no such customer.")
    point_at(settings, first.url)
    payments.reconcile_stripe()
    payments.drain_stripe_events()
    assert inbox()[event.id] == "applied"
    assert plan_of(ana) is PRO


def test_the_drain_applies_what_a_lost_task_left(
    shop: Stripe, as_ana: APIClient, ana: User
) -> None:
    bought(shop, as_ana)
    for event in shop.events():
        payload, signature = shop.post(event)
        payments.receive_stripe_event(payload, signature=signature)
    assert payments.drain_stripe_events() == len(shop.events())
    assert plan_of(ana) is PRO
    assert grants(ana) == 1


def test_events_that_never_arrived_are_found_by_the_nightly_reconcile(
    shop: Stripe, as_ana: APIClient, ana: User
) -> None:
    bought(shop, as_ana)
    assert payments.reconcile_stripe() == len(shop.events())
    assert payments.reconcile_stripe() == 0
    payments.drain_stripe_events()
    assert plan_of(ana) is PRO


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "faults",
    [
        {"duplicate": 3},
        {"reorder": 8},
        {"lost_answer": 4},
        {"wrong_secret": 4, "old_timestamp": 4},
        {"delay_s": 0.05},
    ],
)
def test_the_webhook_survives_bad_deliveries(
    stand_in: Callable[..., Stripe], live_server: Any, ana: User, faults: dict[str, float]
) -> None:
    shop = stand_in(live_server.url + WEBHOOK)
    shop.faults(**faults)
    client = APIClient()
    client.force_login(ana)
    bought(shop, client)
    expected = {event.id for event in shop.events()}
    wait_until(lambda: inbox().keys() == expected)
    payments.drain_stripe_events()
    assert plan_of(ana) is PRO
    assert grants(ana) == 1


@pytest.mark.django_db(transaction=True)
def test_a_dropped_delivery_is_made_good_by_the_reconcile(
    stand_in: Callable[..., Stripe], live_server: Any, ana: User
) -> None:
    shop = stand_in(live_server.url + WEBHOOK)
    shop.faults(drop=100)
    client = APIClient()
    client.force_login(ana)
    bought(shop, client)
    assert inbox() == {}
    payments.reconcile_stripe()
    payments.drain_stripe_events()
    assert plan_of(ana) is PRO


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for the other thread, at most ten seconds."""
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)
