"""The stand-in against Stripe's own library, whose annotated classes are the schema."""

from __future__ import annotations

import ast
import functools
import inspect
import json
import textwrap
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import stripe

from tests.billing.conftest import KEY, PRICE, Stripe

CLASSES = {
    "customer": stripe.Customer,
    "product": stripe.Product,
    "price": stripe.Price,
    "checkout.session": stripe.checkout.Session,
    "billing_portal.session": stripe.billing_portal.Session,
    "subscription": stripe.Subscription,
    "subscription_item": stripe.SubscriptionItem,
    "plan": stripe.Plan,
    "invoice": stripe.Invoice,
    "line_item": stripe.InvoiceLineItem,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "event": stripe.Event,
    "test_helpers.test_clock": stripe.test_helpers.TestClock,
    "list": stripe.ListObject,
}


@functools.cache
def fields_of(kind: type) -> dict[str, str]:
    """Return the annotated fields of a class of the library, each with its type as written."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(tree, ast.ClassDef)
    found = [node for node in tree.body if isinstance(node, ast.AnnAssign)]
    return {
        node.target.id: ast.unparse(node.annotation)
        for node in found
        if isinstance(node.target, ast.Name) and "ClassVar" not in ast.unparse(node.annotation)
    }


def missing_from(body: Any, kind: type, where: str) -> list[str]:
    """Walk an answer beside its class; name every required field that is absent or null."""
    found = []
    for name, written in fields_of(kind).items():
        is_optional = written.startswith(("Optional", "NotRequired"))
        value = body.get(name)
        if value is None and not is_optional:
            found.append(f"{where}.{name}: {written}")
        inner = getattr(kind, "_inner_class_types", {}).get(name)
        for row in value if isinstance(value, list) else [value]:
            if inner and isinstance(row, dict):
                found += missing_from(row, inner, f"{where}.{name}")
    return found + missing_within(body, where)


def missing_within(body: Any, where: str) -> list[str]:
    """Walk the objects inside an answer that say themselves what they are."""
    inner = body.values() if isinstance(body, dict) else body
    found = []
    for row in inner:
        kind = row.get("object") if isinstance(row, dict) else None
        if isinstance(kind, str) and kind in CLASSES:
            found += missing_from(row, CLASSES[kind], f"{where}>{kind}")
        elif isinstance(row, dict | list):
            found += missing_within(row, where)
    return found


def subscribed(shop: Stripe, **more: Any) -> tuple[stripe.Customer, stripe.checkout.Session]:
    """Bring a customer through checkout as a browser would."""
    customer = shop.client.v1.customers.create({"email": "ana@example.org", **more})
    session = shop.client.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "customer": customer.id,
            "line_items": [{"price": PRICE, "quantity": 1}],
            "success_url": "http://127.0.0.1/ok?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://127.0.0.1/back",
        }
    )
    assert session.url
    shop.choose(session.url, "pay")
    return customer, shop.client.v1.checkout.sessions.retrieve(session.id)


def test_every_answer_has_all_that_the_library_calls_required(shop: Stripe) -> None:
    api = shop.client.v1
    clock = api.test_helpers.test_clocks.create({"frozen_time": 1_790_000_000})
    customer, session = subscribed(shop, test_clock=clock.id)
    portal = api.billing_portal.sessions.create({"customer": customer.id})
    refund = api.refunds.create({"payment_intent": api.charges.list().data[0].payment_intent})
    answers = [
        clock,
        customer,
        session,
        portal,
        refund,
        api.prices.retrieve(PRICE),
        *(product for product in api.products.list().data),
        *(row for row in api.subscriptions.list({"status": "all"}).data),
        *(row for row in api.invoices.list().data),
        *(row for row in api.charges.list().data),
        *shop.events(),
    ]
    kinds = {answer.object for answer in answers}
    assert kinds >= CLASSES.keys() - {
        "plan",
        "subscription_item",
        "line_item",
        "payment_intent",
        "list",
    }
    lacking = [
        line
        for answer in answers
        for line in missing_from(plain(answer), CLASSES[answer.object], answer.object)
    ]
    assert lacking == []


def plain(answer: stripe.StripeObject) -> Any:
    return json.loads(str(answer))


def test_the_walk_over_the_classes_finds_what_is_missing() -> None:
    assert missing_from({"object": "price"}, stripe.Price, "price")
    nested = {"object": "invoice", "status_transitions": {}, "issuer": {}}
    assert "invoice.issuer.type" in " ".join(missing_from(nested, stripe.Invoice, "invoice"))


def test_paying_makes_a_subscription_an_invoice_and_their_events(shop: Stripe) -> None:
    _, session = subscribed(shop)
    assert (session.status, session.payment_status) == ("complete", "paid")
    assert isinstance(session.subscription, str)
    row = shop.client.v1.subscriptions.retrieve(session.subscription, {"expand": ["customer"]})
    assert row.status == "active"
    assert isinstance(row.customer, stripe.Customer)
    kinds = [event.type for event in shop.events()]
    assert kinds.index("customer.subscription.created") < kinds.index("invoice.paid")
    assert kinds[-1] == "checkout.session.completed"


def test_a_declined_card_leaves_the_page_open_for_another_try(shop: Stripe) -> None:
    customer = shop.client.v1.customers.create()
    asked: Any = {
        "mode": "subscription",
        "customer": customer.id,
        "line_items": [{"price": PRICE, "quantity": 1}],
        "success_url": "http://127.0.0.1/ok",
    }
    session = shop.client.v1.checkout.sessions.create(asked)
    assert session.url
    assert "declined" in shop.choose(session.url, "decline").text
    assert "Your bank asks" in shop.choose(session.url, "3ds").text
    assert "declined" in shop.choose(session.url, "fail").text
    assert shop.client.v1.subscriptions.list().data == []
    answer = shop.choose(session.url, "confirm")
    assert (answer.status_code, answer.headers["Location"]) == (303, "http://127.0.0.1/ok")
    assert "complete" in shop.choose(session.url, "pay").text
    assert len(shop.client.v1.subscriptions.list().data) == 1


def test_the_same_idempotency_key_gives_the_same_answer(shop: Stripe) -> None:
    options: Any = {"idempotency_key": "once"}
    first = shop.client.v1.customers.create({"email": "ana@example.org"}, options)
    again = shop.client.v1.customers.create({"email": "ana@example.org"}, options)
    assert first.id == again.id
    assert again.last_response.headers["Idempotent-Replayed"] == "true"  # type: ignore[attr-defined]
    with pytest.raises(stripe.IdempotencyError):
        shop.client.v1.customers.create({"email": "ben@example.org"}, options)
    assert len(shop.client.v1.customers.list().data) == 1


def test_a_refused_request_does_not_use_up_its_idempotency_key(shop: Stripe) -> None:
    options: Any = {"idempotency_key": "once"}
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.customers.create({"emial": "typo"}, options)  # type: ignore[typeddict-unknown-key]
    assert shop.client.v1.customers.create({"email": "ana@example.org"}, options).id


def test_what_stripe_would_refuse_is_refused(shop: Stripe) -> None:
    api = shop.client.v1
    with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
        api.customers.retrieve("cus_none")
    with pytest.raises(stripe.InvalidRequestError, match="unknown parameter"):
        api.products.create({"name": "x", "colour": "red"})  # type: ignore[typeddict-unknown-key]
    with pytest.raises(stripe.InvalidRequestError, match="Missing required param"):
        api.prices.create({"product": "prod_x"})  # type: ignore[typeddict-item]
    with pytest.raises(stripe.AuthenticationError):
        stripe.StripeClient("sk_live_x", base_addresses={"api": shop.url}).v1.customers.list()
    charge = subscribed(shop) and api.charges.list().data[0]
    api.refunds.create({"charge": charge.id, "amount": 1000})
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        api.refunds.create({"charge": charge.id, "amount": 1000})


def test_a_test_clock_renews_then_fails_then_ends_a_subscription(shop: Stripe) -> None:
    api = shop.client.v1
    start = int(datetime(2027, 1, 31, tzinfo=UTC).timestamp())
    clock = api.test_helpers.test_clocks.create({"frozen_time": start})
    customer, _ = subscribed(shop, test_clock=clock.id)
    row = api.subscriptions.list().data[0]
    ends = datetime.fromtimestamp(row["items"].data[0].current_period_end, UTC)
    assert ends.date().isoformat() == "2027-02-28"
    advance(shop, clock.id, datetime(2027, 3, 1, tzinfo=UTC))
    assert len(api.invoices.list({"status": "paid"}).data) == 2
    bad: Any = {"invoice_settings": {"default_payment_method": "pm_card_chargeCustomerFail"}}
    api.customers.update(customer.id, bad)
    advance(shop, clock.id, datetime(2027, 3, 29, tzinfo=UTC))
    assert api.subscriptions.retrieve(row.id).status == "past_due"
    with pytest.raises(stripe.CardError):
        api.invoices.pay(api.invoices.list({"status": "open"}).data[0].id)
    advance(shop, clock.id, datetime(2027, 4, 20, tzinfo=UTC))
    assert api.subscriptions.retrieve(row.id).status == "canceled"
    assert shop.events()[-1].type == "test_helpers.test_clock.ready"


def test_a_test_clock_moves_at_most_two_intervals_and_never_back(shop: Stripe) -> None:
    clocks = shop.client.v1.test_helpers.test_clocks
    clock = clocks.create({"frozen_time": 1_790_000_000})
    subscribed(shop, test_clock=clock.id)
    for moment in (1_789_000_000, 1_790_000_000 + 70 * 86_400):
        with pytest.raises(stripe.InvalidRequestError):
            clocks.advance(clock.id, {"frozen_time": moment})


def advance(shop: Stripe, clock: str, to: datetime) -> None:
    clocks = shop.client.v1.test_helpers.test_clocks
    moving = clocks.advance(clock, {"frozen_time": int(to.timestamp())})
    assert moving.status == "advancing"
    assert clocks.retrieve(clock).status == "ready"


def test_lists_are_paged_without_loss(shop: Stripe) -> None:
    made = [shop.client.v1.customers.create({"name": str(index)}).id for index in range(7)]
    listed = [row.id for row in shop.client.v1.customers.list({"limit": 3}).auto_paging_iter()]
    assert listed == made[::-1]


def test_the_pages_run_no_script_and_answer_to_their_own_machine_only(shop: Stripe) -> None:
    portal = shop.client.v1.billing_portal.sessions.create(
        {"customer": subscribed(shop)[0].id, "return_url": 'http://127.0.0.1/"><script>'}
    )
    page = requests.get(portal.url, timeout=5)
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    elsewhere = {"Host": "evil.example", "Authorization": f"Bearer {KEY}"}
    assert requests.get(f"{shop.url}/v1/customers", headers=elsewhere, timeout=5).status_code == 421


def test_the_portal_ends_and_keeps_a_subscription(shop: Stripe) -> None:
    customer, _ = subscribed(shop)
    portal = shop.client.v1.billing_portal.sessions.create({"customer": customer.id})
    for outcome, is_ending in (("cancel", True), ("resume", False)):
        shop.choose(portal.url, outcome)
        assert shop.client.v1.subscriptions.list().data[0].cancel_at_period_end is is_ending
