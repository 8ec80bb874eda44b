"""Paying for a plan: the page, its buttons, and what refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from billing.models import Customer, Subscription
from billing.queries import drifted_wallets, plan_of
from billing.spec import FREE, PRO
from tests.billing.buying import BALANCE, CHECKOUT, bought, grants, pay_page
from tests.billing.conftest import Stripe, point_at

PORTAL = "/api/v1/billing/portal"


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
