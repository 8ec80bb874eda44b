"""Buying a plan through the doors that a person uses."""

from __future__ import annotations

from rest_framework.test import APIClient

from accounts.models import User
from billing.models import LedgerEntry
from tests.billing.conftest import Stripe

CHECKOUT = "/api/v1/billing/checkout"
BALANCE = "/api/v1/billing/balance"


def pay_page(client: APIClient) -> str:
    answer = client.post(CHECKOUT, {"plan": "pro"})
    assert answer.status_code == 200, answer.json()
    return str(answer.json()["url"])


def bought(shop: Stripe, client: APIClient) -> None:
    """Subscribe, up to Stripe's last event."""
    assert shop.choose(pay_page(client), "pay").status_code == 303


def grants(user: User) -> int:
    return LedgerEntry.objects.filter(user=user, kind=LedgerEntry.Kind.GRANT_PLAN).count()


def subscription_of(shop: Stripe) -> str:
    return shop.client.v1.subscriptions.list().data[0].id
