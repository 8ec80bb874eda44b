from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from billing import policies
from billing.actions import credits, payments
from billing.models import Customer, LedgerEntry, StripeEvent, Subscription
from billing.queries import balance_of, drifted_wallets, plan_of
from billing.spec import FREE, PRO, SubscriptionFacts
from tests.billing.conftest import PRICE, Stripe, inbox, point_at

CHECKOUT = "/api/v1/billing/checkout"
PORTAL = "/api/v1/billing/portal"
BALANCE = "/api/v1/billing/balance"
WEBHOOK = "/webhooks/stripe"
TOLD = {
    "customer.subscription.created",
    "invoice.paid",
    "checkout.session.completed",
}


def pay_page(client: APIClient) -> str:
    answer = client.post(CHECKOUT, {"plan": "pro"})
    assert answer.status_code == 200, answer.json()
    return str(answer.json()["url"])


def bought(shop: Stripe, client: APIClient) -> None:
    """Subscribe through the doors that a person uses, up to Stripe's last event."""
    assert shop.choose(pay_page(client), "pay").status_code == 303


def grants(user: User) -> int:
    return LedgerEntry.objects.filter(user=user, kind=LedgerEntry.Kind.GRANT_PLAN).count()


def test_paying_gives_the_pro_plan_its_month_and_the_rest_of_its_day(
    shop: Stripe, as_ana: APIClient, ana: User
) -> None:
    assert as_ana.get(BALANCE).json()["credits"] == FREE.daily_credits
    bought(shop, as_ana)
    assert plan_of(ana) is FREE  # nothing before the events say so
    shop.receive(shop.events())
    balance = as_ana.get(BALANCE).json()
    assert balance["plan"]["code"] == "pro"
    assert balance["credits"] == PRO.daily_credits + PRO.monthly_credits
    assert balance["daily"] == PRO.daily_credits
    assert not drifted_wallets().exists()
    kinds = [entry["kind"] for entry in as_ana.get("/api/v1/billing/ledger").json()["items"]]
    assert sorted(kinds) == ["grant_daily", "grant_daily", "grant_plan"]


def test_a_declined_card_changes_nothing_and_the_same_page_takes_another(
    shop: Stripe, as_ana: APIClient, ana: User
) -> None:
    page = pay_page(as_ana)
    shop.choose(page, "decline")
    shop.receive(shop.events())
    assert plan_of(ana) is FREE
    assert grants(ana) == 0
    assert pay_page(as_ana) == page


def test_two_clicks_lead_to_one_page_and_one_customer(
    shop: Stripe, as_ana: APIClient, ana: User
) -> None:
    assert pay_page(as_ana) == pay_page(as_ana)
    assert len(shop.client.v1.customers.list().data) == 1


def test_who_has_pro_is_sent_to_the_portal_instead(
    shop: Stripe, as_ana: APIClient, ana: User
) -> None:
    assert as_ana.post(PORTAL).json()["code"] == "no_customer"
    bought(shop, as_ana)
    shop.receive(shop.events())
    refusal = as_ana.post(CHECKOUT, {"plan": "pro"})
    assert (refusal.status_code, refusal.json()["code"]) == (409, "already_subscribed")
    assert "/portal/" in as_ana.post(PORTAL).json()["url"]


def test_who_moved_to_another_stripe_account_is_made_a_customer_there(
    stand_in: Callable[..., Stripe], as_ana: APIClient, ana: User
) -> None:
    stand_in()
    pay_page(as_ana)
    old = Customer.objects.get().stripe_id
    second = stand_in()
    assert pay_page(as_ana).startswith(second.url)
    assert Customer.objects.get().stripe_id != old


def test_an_unpaid_subscription_cannot_be_doubled(
    shop: Stripe, as_ana: APIClient, ana: User
) -> None:
    bought(shop, as_ana)
    shop.receive(shop.events())
    long_ago = timezone.now() - timedelta(days=9)
    Subscription.objects.update(status="past_due", period_start_at=long_ago)
    assert plan_of(ana) is FREE
    assert as_ana.post(CHECKOUT, {"plan": "pro"}).json()["code"] == "already_subscribed"


def test_a_plan_that_does_not_exist_names_the_field(as_ana: APIClient, shop: Stripe) -> None:
    refusal = as_ana.post(CHECKOUT, {"plan": "gold"})
    assert refusal.status_code == 422
    assert refusal.json()["errors"][0]["field"] == "plan"


def test_nobody_reads_a_balance_or_pays(as_nobody: APIClient) -> None:
    assert as_nobody.get(BALANCE).status_code == 401
    assert as_nobody.post(CHECKOUT, {"plan": "pro"}).status_code == 401
    assert as_nobody.get("/api/v1/billing/plans").status_code == 200


def test_a_server_without_stripe_says_so(settings: Any, as_ana: APIClient) -> None:
    settings.STRIPE_API_KEY = ""
    refusal = as_ana.post(CHECKOUT, {"plan": "pro"})
    assert (refusal.status_code, refusal.json()["code"]) == (501, "payments_off")


def test_a_stripe_that_does_not_answer_is_named_and_nothing_is_kept(
    settings: Any, as_ana: APIClient
) -> None:
    point_at(settings, "http://127.0.0.1:9")
    refusal = as_ana.post(CHECKOUT, {"plan": "pro"})
    assert (refusal.status_code, refusal.json()["code"]) == (503, "payments_down")
    assert not Customer.objects.exists()


# --- the inbox ----------------------------------------------------------------------------------


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


def subscription_of(shop: Stripe) -> str:
    return shop.client.v1.subscriptions.list().data[0].id


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


# --- what a subscription entitles to -----------------------------------------------------------

NOW = datetime(2027, 1, 15, tzinfo=UTC)
BEGAN, ENDS = NOW - timedelta(days=15), NOW + timedelta(days=16)


@pytest.mark.parametrize(
    ("status", "price", "began", "ends", "is_cancelled", "expected"),
    [
        ("active", PRICE, BEGAN, ENDS, False, PRO),
        ("trialing", PRICE, BEGAN, ENDS, False, PRO),
        ("active", "price_other", BEGAN, ENDS, False, FREE),
        ("active", PRICE, BEGAN, ENDS, True, PRO),
        ("active", PRICE, BEGAN, NOW, True, FREE),  # cancelled: over on the second
        ("active", PRICE, BEGAN, NOW - timedelta(days=2), False, PRO),  # its renewal is late
        ("active", PRICE, BEGAN, NOW - timedelta(days=3), False, FREE),  # nobody told us for days
        ("past_due", PRICE, NOW - timedelta(days=2), ENDS, False, PRO),
        ("past_due", PRICE, NOW - timedelta(days=4), ENDS, False, FREE),  # the period moved unpaid
        ("canceled", PRICE, BEGAN, ENDS, False, FREE),
        ("incomplete", PRICE, BEGAN, ENDS, False, FREE),
        ("unpaid", PRICE, BEGAN, ENDS, False, FREE),
    ],
)
def test_a_subscription_entitles_while_it_is_paid_for(
    status: str, price: str, began: datetime, ends: datetime, is_cancelled: bool, expected: object
) -> None:
    facts = SubscriptionFacts("sub", status, price, began, ends, is_cancelled)
    assert policies.plan_for([facts], price_pro=PRICE, now=NOW) is expected


def test_a_server_that_sells_nothing_gives_nobody_pro() -> None:
    facts = SubscriptionFacts("sub", "active", "", BEGAN, ENDS, False)
    assert policies.plan_for([facts], price_pro="", now=NOW) is FREE


def test_pro_renews_fails_and_ends_with_stripes_clock(
    shop: Stripe, as_ana: APIClient, ana: User, time_machine: Any
) -> None:
    start = timezone.now()
    api = shop.client.v1
    clock = api.test_helpers.test_clocks.create({"frozen_time": int(start.timestamp())})
    made = api.customers.create({"email": ana.email, "test_clock": clock.id})
    Customer.objects.create(user=ana, stripe_id=made.id)
    bought(shop, as_ana)

    def pass_days(days: int) -> None:
        to = start + timedelta(days=days)
        api.test_helpers.test_clocks.advance(clock.id, {"frozen_time": int(to.timestamp())})
        assert api.test_helpers.test_clocks.retrieve(clock.id).status == "ready"
        time_machine.move_to(to)
        shop.receive(shop.events())

    pass_days(1)
    assert (plan_of(ana), grants(ana)) == (PRO, 1)
    pass_days(32)
    assert (plan_of(ana), grants(ana)) == (PRO, 2)
    bad: Any = {"invoice_settings": {"default_payment_method": "pm_card_chargeCustomerFail"}}
    api.customers.update(made.id, bad)
    pass_days(63)
    assert (plan_of(ana), grants(ana)) == (PRO, 2)  # in grace
    pass_days(70)
    assert (plan_of(ana), grants(ana)) == (FREE, 2)
    assert balance_of(ana).credits >= 2 * PRO.monthly_credits  # what was bought stays
    assert not drifted_wallets().exists()


def test_a_ledger_page_costs_the_same_however_long_it_is(
    as_ana: APIClient, ana: User, django_assert_num_queries: Any
) -> None:
    for index in range(12):
        source = credits.SubjectRef("test", str(index))
        credits.grant(ana, amount=1, kind=LedgerEntry.Kind.GRANT_STAFF, source=source)
    for limit in (3, 10):
        with django_assert_num_queries(2):  # person, entries; the session is cached
            page = as_ana.get(f"/api/v1/billing/ledger?limit={limit}").json()
        assert len(page["items"]) == limit
        assert page["next"]
