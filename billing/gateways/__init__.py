"""The port to whoever takes the money."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from billing.spec import Account, GatewayEvent


class GatewayError(Exception):
    """The gateway could not be reached or refused. `is_permanent`: asking again will not help."""

    def __init__(self, message: str, *, is_permanent: bool = False) -> None:
        """Make the error; the message must hold no secret, it is shown to staff."""
        super().__init__(message)
        self.is_permanent = is_permanent


class NoSuchCustomerError(GatewayError):
    """The gateway does not know this customer: another account, or one that was deleted there."""


class ForgedEventError(Exception):
    """A notification whose signature is wrong or too old, or that cannot be read."""


class Gateway(Protocol):
    """Takes payments, and says what has been paid. It grants nothing here.

    Every call that creates something carries an idempotency key that is made from what it is for,
    so that a repeat after a lost answer finds the first result. All but `verify` go over the
    network: never call them inside a transaction. They raise GatewayError.
    """

    def make_customer(self, *, user_id: int, email: str) -> str:
        """Create the customer of a user, once; return its id."""

    def checkout_url(
        self, *, customer_id: str, price_id: str, success_url: str, cancel_url: str, attempt: str
    ) -> str:
        """Return the address where the customer starts a subscription. No money moves before they
        pay.

        The same `attempt` with the same addresses gives the same page, so two clicks cannot become
        two subscriptions.
        """

    def portal_url(self, *, customer_id: str, return_url: str) -> str:
        """Return the address where the customer changes card, reads invoices or cancels."""

    def verify(self, payload: bytes, *, signature: str) -> GatewayEvent:
        """Return the notification in `payload` if its signature is right and fresh.

        Raises ForgedEventError.
        """

    def account(self, customer_id: str) -> Account:
        """Read a customer's subscriptions and paid invoice lines as they are now."""

    def events_since(self, moment: datetime) -> Iterator[GatewayEvent]:
        """Yield every event since `moment`, newest first: for those whose notification was lost."""
