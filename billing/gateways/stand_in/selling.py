"""Checkout and portal sessions, subscriptions, invoices, charges and refunds."""

from __future__ import annotations

from billing.gateways.stand_in import shapes
from billing.gateways.stand_in.routing import PAGING, Call, filtered, route, rows
from billing.gateways.stand_in.wire import (
    Object,
    StripeProblemError,
    flag,
    listed,
    missing,
    page,
    whole,
    wrong,
)


@route(
    *("POST", "/v1/checkout/sessions", "mode", "customer", "line_items", "success_url"),
    *("cancel_url", "client_reference_id", "metadata"),
)
def create_session(call: Call) -> Object:
    mode = call.required("mode")
    if mode not in {"subscription", "payment"}:
        raise wrong("mode", "Invalid mode: must be one of payment or subscription")
    customer = call.store.get("customer", call.required("customer"))
    price, quantity = _line_item(call)
    if (price["type"] == "recurring") is not (mode == "subscription"):
        raise wrong("line_items", f"A {price['type']} price does not fit `{mode}` mode.")
    call.required("success_url")
    now = call.store.now(customer["test_clock"])
    amount = price["unit_amount"] * quantity
    made = shapes.session(now, call.params, amount=amount, currency=price["currency"], url=call.url)
    call.store.put({"object": "session_price", "id": f"{made['id']}_price", "price": price["id"]})
    return call.store.put(made)


def _line_item(call: Call) -> tuple[Object, int]:
    items = listed(call.params.get("line_items"))
    if len(items) != 1:
        raise wrong("line_items", "The stand-in sells exactly one line item per session.")
    if not items[0].get("price"):
        raise missing("line_items[0][price]")
    return call.store.get("price", items[0]["price"]), int(items[0].get("quantity", 1))


@route("GET", "/v1/checkout/sessions", *PAGING, "customer", "status")
def list_sessions(call: Call) -> Object:
    return filtered(call, "checkout.session", "customer", "status")


@route("GET", "/v1/checkout/sessions/{}")
def get_session(call: Call) -> Object:
    return call.store.get("checkout.session", call.id)


@route("POST", "/v1/checkout/sessions/{}/expire")
def expire_session(call: Call) -> Object:
    row = call.store.get("checkout.session", call.id)
    if row["status"] != "open":
        raise StripeProblemError(
            400, "Only Checkout Sessions with a status of open can be expired."
        )
    row |= {"status": "expired", "url": None}
    return call.books.keep(row, "checkout.session.expired", now=call.store.now())


@route("POST", "/v1/billing_portal/sessions", "customer", "return_url")
def create_portal(call: Call) -> Object:
    call.store.get("customer", call.required("customer"))
    now = call.store.now()
    return call.store.put(shapes.portal_session(now, call.params, url=call.url))


@route("POST", "/v1/subscriptions", "customer", "items", "metadata")
def create_subscription(call: Call) -> Object:
    customer = call.store.get("customer", call.required("customer"))
    items = listed(call.params.get("items"))
    if len(items) != 1 or not items[0].get("price"):
        raise missing("items[0][price]")
    price = call.store.get("price", items[0]["price"])
    if not price["recurring"]:
        raise wrong("items[0][price]", "This price is not recurring.")
    now = call.store.now(customer["test_clock"])
    return call.books.subscribe(customer, price, call.params, now=now)


@route("GET", "/v1/subscriptions", *PAGING, "customer", "status")
def list_subscriptions(call: Call) -> Object:
    status = call.params.pop("status", "")
    if status != "all":
        kept = [row for row in rows(call, "subscription", "customer") if _has(row, status)]
        return page(kept, call.params, url=call.path)
    return filtered(call, "subscription", "customer")


def _has(row: Object, status: str) -> bool:
    """Without a status Stripe lists those that have not been cancelled."""
    return bool(row["status"] == status if status else row["status"] != "canceled")


@route("GET", "/v1/subscriptions/{}")
def get_subscription(call: Call) -> Object:
    return call.store.get("subscription", call.id)


@route("POST", "/v1/subscriptions/{}", "cancel_at_period_end", "metadata")
def update_subscription(call: Call) -> Object:
    row = call.store.get("subscription", call.id)
    if row["status"] == "canceled":
        raise StripeProblemError(400, "A canceled subscription can only update its metadata.")
    now = call.store.now(row["test_clock"])
    if "cancel_at_period_end" in call.params:
        is_ending = flag(call.params["cancel_at_period_end"])
        ends = row["items"]["data"][0]["current_period_end"]
        row |= {"cancel_at_period_end": is_ending, "cancel_at": ends if is_ending else None}
        row["canceled_at"] = now if is_ending else None
    row["metadata"] |= call.params.get("metadata", {})
    return call.books.keep(row, "customer.subscription.updated", now=now)


@route("DELETE", "/v1/subscriptions/{}")
def cancel_subscription(call: Call) -> Object:
    row = call.store.get("subscription", call.id)
    if row["status"] == "canceled":
        raise StripeProblemError(404, f"No such subscription: {call.id}", code="resource_missing")
    return call.books.end(row, now=call.store.now(row["test_clock"]))


@route("GET", "/v1/invoices", *PAGING, "customer", "status")
def list_invoices(call: Call) -> Object:
    return filtered(call, "invoice", "customer", "status")


@route("GET", "/v1/invoices/{}")
def get_invoice(call: Call) -> Object:
    return call.store.get("invoice", call.id)


@route("POST", "/v1/invoices/{}/pay")
def pay_invoice(call: Call) -> Object:
    row = call.store.get("invoice", call.id)
    if row["status"] == "paid":
        raise StripeProblemError(400, "Invoice is already paid")
    if not call.books.pay(row, now=call.store.now(row["test_clock"])):
        raise StripeProblemError(
            402, "Your card was declined.", kind="card_error", code="card_declined"
        )
    return row


@route("GET", "/v1/payment_intents/{}")
def get_intent(call: Call) -> Object:
    return call.store.get("payment_intent", call.id)


@route("GET", "/v1/charges", *PAGING, "customer", "payment_intent")
def list_charges(call: Call) -> Object:
    return filtered(call, "charge", "customer", "payment_intent")


@route("GET", "/v1/charges/{}")
def get_charge(call: Call) -> Object:
    return call.store.get("charge", call.id)


@route("POST", "/v1/refunds", "payment_intent", "charge", "amount", "reason", "metadata")
def create_refund(call: Call) -> Object:
    charge = _refunded_charge(call)
    rest = charge["amount_captured"] - charge["amount_refunded"]
    amount = whole(call.params, "amount") if "amount" in call.params else rest
    if not 0 < amount <= rest:
        message = "Refund amount is greater than unrefunded amount on charge"
        raise StripeProblemError(400, message, param="amount", code="charge_already_refunded")
    now = call.store.now()
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    made = shapes.refund(now, charge, amount, reason=call.params.get("reason"))
    call.books.keep(made, "refund.created", now=now)
    call.books.keep(charge, "charge.refunded", now=now)
    return made


def _refunded_charge(call: Call) -> Object:
    if "charge" in call.params:
        return call.store.get("charge", call.params["charge"])
    intent = call.store.get("payment_intent", call.required("payment_intent"))
    return call.store.get("charge", intent["latest_charge"])


@route("GET", "/v1/refunds", *PAGING, "charge", "payment_intent")
def list_refunds(call: Call) -> Object:
    return filtered(call, "refund", "charge", "payment_intent")


@route("GET", "/v1/refunds/{}")
def get_refund(call: Call) -> Object:
    return call.store.get("refund", call.id)
