"""Stripe's objects with every field that its library calls required, and those that we use.

The library's annotated classes are the schema: a test walks them over what these functions make.
"""

from __future__ import annotations

from typing import Any

from billing.gateways.stand_in.store import new_id
from billing.gateways.stand_in.wire import API_VERSION, Object, Params, lines

DAY_S = 86_400
_NO_TAX = {"enabled": False, "liability": None, "status": None, "disabled_reason": None}


def _base(kind: str, prefix: str, now: int, **fields: Any) -> Object:
    start = {"id": new_id(prefix), "object": kind, "created": now, "livemode": False}
    return start | fields


def customer(now: int, params: Params) -> Object:
    return _base(
        "customer",
        "cus",
        now,
        email=params.get("email"),
        name=params.get("name"),
        description=params.get("description"),
        metadata=params.get("metadata", {}),
        invoice_settings={"default_payment_method": None},
        test_clock=params.get("test_clock"),
        balance=0,
        currency=None,
        delinquent=False,
    )


def product(now: int, params: Params) -> Object:
    return _base(
        "product",
        "prod",
        now,
        name=params["name"],
        active=True,
        description=params.get("description"),
        images=[],
        marketing_features=[],
        metadata=params.get("metadata", {}),
        type="service",
        updated=now,
    )


def price(now: int, params: Params, *, amount: int, recurring: Object | None) -> Object:
    return _base(
        "price",
        "price",
        now,
        active=True,
        billing_scheme="per_unit",
        currency=params["currency"],
        lookup_key=params.get("lookup_key"),
        metadata=params.get("metadata", {}),
        product=params["product"],
        recurring=recurring,
        type="recurring" if recurring else "one_time",
        unit_amount=amount,
        unit_amount_decimal=str(amount),
    )


def session(now: int, params: Params, *, amount: int, currency: str, url: str) -> Object:
    made = _base(
        "checkout.session",
        "cs_test",
        now,
        amount_subtotal=amount,
        amount_total=amount,
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        currency=currency,
        custom_fields=[],
        custom_text=dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        customer=params["customer"],
        expires_at=now + DAY_S,
        invoice=None,
        metadata=params.get("metadata", {}),
        mode=params["mode"],
        payment_intent=None,
        payment_method_types=["card"],
        payment_status="unpaid",
        shipping_options=[],
        status="open",
        subscription=None,
        success_url=params.get("success_url"),
    )
    return made | {"url": f"{url}/pay/{made['id']}"}


def portal_session(now: int, params: Params, *, url: str) -> Object:
    made = _base(
        "billing_portal.session",
        "bps",
        now,
        configuration="bpc_stand_in",
        customer=params["customer"],
        return_url=params.get("return_url"),
    )
    return made | {"url": f"{url}/portal/{made['id']}"}


def subscription(now: int, customer: Object, params: Params) -> Object:
    made = _base(
        "subscription",
        "sub",
        now,
        automatic_tax=_NO_TAX,
        billing_cycle_anchor=now,
        billing_mode={"type": "flexible", "flexible": None},
        billing_schedules=[],
        cancel_at=None,
        cancel_at_period_end=False,
        canceled_at=None,
        collection_method="charge_automatically",
        currency="",
        customer=customer["id"],
        default_payment_method=None,
        discounts=[],
        ended_at=None,
        invoice_settings={"account_tax_ids": None, "issuer": {"type": "self"}},
        latest_invoice=None,
        metadata=params.get("metadata", {}),
        start_date=now,
        status="incomplete",
        test_clock=customer["test_clock"],
        trial_end=None,
        trial_start=None,
    )
    return made | {"items": lines([], url=f"/v1/subscription_items?subscription={made['id']}")}


def subscription_item(now: int, subscription_id: str, price: Object, *, ends: int) -> Object:
    return {
        "id": new_id("si"),
        "object": "subscription_item",
        "created": now,
        "current_period_start": now,
        "current_period_end": ends,
        "discounts": [],
        "metadata": {},
        "plan": plan(price),
        "price": price,
        "quantity": 1,
        "subscription": subscription_id,
        "tax_rates": [],
    }


def plan(price: Object) -> Object:
    """Return the older view of a recurring price that items still carry."""
    recurring = price["recurring"]
    same = ("id", "active", "billing_scheme", "created", "currency", "livemode", "metadata")
    return {key: price[key] for key in same} | {
        "object": "plan",
        "amount": price["unit_amount"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "product": price["product"],
        "usage_type": "licensed",
    }


def invoice(now: int, subscription: Object, item: Object, *, reason: str) -> Object:
    amount = item["price"]["unit_amount"] * item["quantity"]
    made = _base(
        "invoice",
        "in",
        now,
        amount_due=amount,
        amount_overpaid=0,
        amount_paid=0,
        amount_remaining=amount,
        amount_shipping=0,
        attempt_count=0,
        attempted=False,
        automatic_tax=_NO_TAX | {"provider": None},
        billing_reason=reason,
        collection_method="charge_automatically",
        currency=item["price"]["currency"],
        customer=subscription["customer"],
        default_tax_rates=[],
        discounts=[],
        issuer={"type": "self"},
        metadata={},
        parent={
            "type": "subscription_details",
            "quote_details": None,
            "subscription_details": {"metadata": {}, "subscription": subscription["id"]},
        },
        payment_settings={
            "default_mandate": None,
            "payment_method_options": None,
            "payment_method_types": None,
        },
        period_end=now,
        period_start=now,
        post_payment_credit_notes_amount=0,
        pre_payment_credit_notes_amount=0,
        starting_balance=0,
        status="open",
        status_transitions={
            "finalized_at": now,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        subtotal=amount,
        total=amount,
        test_clock=subscription["test_clock"],
    )
    line = invoice_line(made, subscription, item)
    return made | {"lines": lines([line], url=f"/v1/invoices/{made['id']}/lines")}


def invoice_line(invoice: Object, subscription: Object, item: Object) -> Object:
    period = {"start": item["current_period_start"], "end": item["current_period_end"]}
    details = {
        "invoice_item": None,
        "proration": False,
        "proration_details": {"credited_items": None},
        "subscription": subscription["id"],
        "subscription_item": item["id"],
    }
    return {
        "id": new_id("il"),
        "object": "line_item",
        "amount": invoice["total"],
        "currency": invoice["currency"],
        "description": "1 × subscription",
        "discountable": True,
        "discounts": [],
        "invoice": invoice["id"],
        "livemode": False,
        "metadata": {},
        "parent": {
            "type": "subscription_item_details",
            "invoice_item_details": None,
            "subscription_item_details": details,
        },
        "period": period,
        "pricing": {
            "type": "price_details",
            "price_details": {"price": item["price"]["id"], "product": item["price"]["product"]},
            "unit_amount_decimal": str(item["price"]["unit_amount"]),
        },
        "quantity": item["quantity"],
        "subtotal": invoice["subtotal"],
    }


def payment_intent(now: int, customer_id: str, amount: int, currency: str) -> Object:
    return _base(
        "payment_intent",
        "pi",
        now,
        amount=amount,
        amount_capturable=0,
        amount_received=0,
        capture_method="automatic",
        confirmation_method="automatic",
        currency=currency,
        customer=customer_id,
        last_payment_error=None,
        latest_charge=None,
        metadata={},
        payment_method_types=["card"],
        status="requires_payment_method",
    )


def charge(now: int, intent: Object, *, is_paid: bool) -> Object:
    return _base(
        "charge",
        "ch",
        now,
        amount=intent["amount"],
        amount_captured=intent["amount"] * is_paid,
        amount_refunded=0,
        billing_details={
            "address": None,
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        captured=is_paid,
        currency=intent["currency"],
        customer=intent["customer"],
        disputed=False,
        failure_code=None if is_paid else "card_declined",
        failure_message=None if is_paid else "Your card was declined.",
        metadata={},
        paid=is_paid,
        payment_intent=intent["id"],
        refunded=False,
        status="succeeded" if is_paid else "failed",
    )


def refund(now: int, charge: Object, amount: int, *, reason: str | None) -> Object:
    return _base(
        "refund",
        "re",
        now,
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        metadata={},
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="succeeded",
    )


def event(now: int, kind: str, subject: Object) -> Object:
    return _base(
        "event",
        "evt",
        now,
        api_version=API_VERSION,
        data={"object": subject},
        pending_webhooks=1,
        request={"id": None, "idempotency_key": None},
        type=kind,
    )


def test_clock(now: int, params: Params, *, frozen: int) -> Object:
    return _base(
        "test_helpers.test_clock",
        "clock",
        now,
        deletes_after=now + 30 * DAY_S,
        frozen_time=frozen,
        name=params.get("name"),
        status="ready",
        status_details={},
    )
