"""What a subscription entitles to, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from billing import policies
from billing.models import Customer
from billing.queries import balance_of, drifted_wallets, plan_of
from billing.spec import FREE, PRO, SubscriptionFacts
from tests.billing.buying import bought, grants
from tests.billing.conftest import PRICE, Stripe

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
