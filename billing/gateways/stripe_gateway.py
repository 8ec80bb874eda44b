"""Stripe, through its official library. The same class talks to the loopback stand-in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import stripe

from billing.gateways import ForgedEventError, GatewayError, NoSuchCustomerError
from billing.spec import Account, GatewayEvent, PaidLine, SubscriptionFacts

TIMEOUT_S = 20
RETRIES = 2
PAGE = 100
# Refused because of what we asked, not because of the moment: the same request will fail again.
_PERMANENT = (stripe.InvalidRequestError, stripe.IdempotencyError)


class StripeGateway:
    def __init__(self, *, api_key: str, api_base: str, webhook_secret: str) -> None:
        self._webhook_secret = webhook_secret
        self._client = stripe.StripeClient(
            api_key,
            base_addresses={"api": api_base},
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=TIMEOUT_S),
        )

    def make_customer(self, *, user_id: int, email: str) -> str:
        key = _key("customer", user_id, email)
        with _stripe_errors():
            made = self._client.v1.customers.create(
                {"email": email, "metadata": {"user_id": str(user_id)}}, {"idempotency_key": key}
            )
        return made.id

    def checkout_url(
        self, *, customer_id: str, price_id: str, success_url: str, cancel_url: str, attempt: str
    ) -> str:
        key = _key("checkout", customer_id, price_id, success_url, cancel_url, attempt)
        with _stripe_errors():
            session = self._client.v1.checkout.sessions.create(
                {
                    "mode": "subscription",
                    "customer": customer_id,
                    "line_items": [{"price": price_id, "quantity": 1}],
                    "success_url": success_url,
                    "cancel_url": cancel_url,
                },
                {"idempotency_key": key},
            )
        if not session.url:
            raise GatewayError(f"Session {session.id} has no page.", is_permanent=True)
        return session.url

    def portal_url(self, *, customer_id: str, return_url: str) -> str:
        with _stripe_errors():
            session = self._client.v1.billing_portal.sessions.create(
                {"customer": customer_id, "return_url": return_url}
            )
        return session.url

    def verify(self, payload: bytes, *, signature: str) -> GatewayEvent:
        try:
            self._client.construct_event(payload, signature, self._webhook_secret)
            return _event(payload.decode())
        except (stripe.SignatureVerificationError, ValueError, LookupError, TypeError) as error:
            raise ForgedEventError from error

    def account(self, customer_id: str) -> Account:
        with _stripe_errors():
            subscriptions = self._client.v1.subscriptions.list(
                {"customer": customer_id, "status": "all", "limit": PAGE}
            )
            invoices = self._client.v1.invoices.list(
                {"customer": customer_id, "status": "paid", "limit": PAGE}
            )
            return Account(
                subscriptions=tuple(_facts(row) for row in subscriptions.auto_paging_iter()),
                paid_lines=tuple(
                    line for row in invoices.auto_paging_iter() for line in _paid_lines(row)
                ),
            )

    def events_since(self, moment: datetime) -> Iterator[GatewayEvent]:
        with _stripe_errors():
            page = self._client.v1.events.list(
                {"created": {"gte": int(moment.timestamp())}, "limit": PAGE}
            )
            for event in page.auto_paging_iter():
                yield _event(str(event))


@contextmanager
def _stripe_errors() -> Iterator[None]:
    try:
        yield
    except stripe.StripeError as error:
        if error.code == "resource_missing" and "No such customer" in str(error):
            raise NoSuchCustomerError(
                "Stripe knows no such customer.", is_permanent=True
            ) from error
        message = error.user_message or type(error).__name__
        raise GatewayError(message, is_permanent=isinstance(error, _PERMANENT)) from error


def _key(*parts: object) -> str:
    """Return an idempotency key of all parameters: Stripe refuses one key with two requests."""
    return hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()


def _event(body: str) -> GatewayEvent:
    document: dict[str, Any] = json.loads(body)
    return GatewayEvent(
        id=document["id"],
        type=document["type"],
        customer_id=_customer_id(document["data"]["object"]),
        created_at=datetime.fromtimestamp(document["created"], UTC),
        body=body,
    )


def _customer_id(subject: dict[str, Any]) -> str:
    if subject.get("object") == "customer":
        return str(subject["id"])
    customer = subject.get("customer") or ""
    return str(customer["id"]) if isinstance(customer, dict) else str(customer)


def _facts(row: stripe.Subscription) -> SubscriptionFacts:
    """Read a subscription of one price, which is what our checkout makes.

    The period is the item's: Stripe took it off the subscription in API version 2025-03-31.
    """
    item = row["items"].data[0]
    return SubscriptionFacts(
        id=row.id,
        status=row.status,
        price_id=item.price.id,
        period_start=datetime.fromtimestamp(item.current_period_start, UTC),
        period_end=datetime.fromtimestamp(item.current_period_end, UTC),
        cancels_at_period_end=row.cancel_at_period_end or row.cancel_at is not None,
    )


def _paid_lines(invoice: stripe.Invoice) -> Iterator[PaidLine]:
    """Yield the lines that bought a whole period: no prorations, no free trials."""
    for line in invoice.lines.data:
        details = line.parent and line.parent.subscription_item_details
        price = line.pricing and line.pricing.price_details and line.pricing.price_details.price
        if details and not details.proration and price and line.amount > 0:
            yield PaidLine(line.id, price if isinstance(price, str) else price.id)
