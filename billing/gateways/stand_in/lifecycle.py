"""What happens to subscriptions by themselves: charges, renewals, failures, ends."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from billing.gateways.stand_in import shapes
from billing.gateways.stand_in.store import Store
from billing.gateways.stand_in.wire import Object

# Stripe's own test payment methods: the first pays, the second attaches but cannot be charged.
GOOD_CARD = "pm_card_visa"
BAD_CARD = "pm_card_chargeCustomerFail"
# Stripe tries an unpaid invoice again for some weeks (the account's setting), then cancels.
RETRIES_S = 14 * shapes.DAY_S
_DAYS = {"day": 1, "week": 7}
_MONTHS = {"month": 1, "year": 12}


def later(moment: int, interval: str, count: int) -> int:
    """Return Unix seconds `count` intervals after `moment`, clamped to the month's last day."""
    at = datetime.fromtimestamp(moment, UTC)
    if interval in _DAYS:
        return int((at + timedelta(days=_DAYS[interval] * count)).timestamp())
    months = at.year * 12 + at.month - 1 + _MONTHS[interval] * count
    year, month = divmod(months, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return int(at.replace(year=year, month=month + 1, day=day).timestamp())


@dataclass(frozen=True)
class Books:
    """The account: its objects, and who is told of every event."""

    store: Store
    tell: Callable[[Object], None]

    def emit(self, kind: str, subject: Object, *, now: int) -> None:
        """Keep an event and have it delivered."""
        self.tell(self.store.put(shapes.event(now, kind, subject)))

    def keep(self, subject: Object, kind: str, *, now: int) -> Object:
        """Keep an object and emit that it changed."""
        self.store.put(subject)
        self.emit(kind, subject, now=now)
        return subject

    # --- charging -------------------------------------------------------------------------------

    def charge(self, customer: Object, amount: int, currency: str, *, now: int) -> Object:
        """Charge the customer's card once; return the payment intent, succeeded or not."""
        card = customer["invoice_settings"]["default_payment_method"]
        is_paid = card not in (None, BAD_CARD)
        intent = shapes.payment_intent(now, customer["id"], amount, currency)
        charge = self.store.put(shapes.charge(now, intent, is_paid=is_paid))
        intent["latest_charge"] = charge["id"]
        intent["payment_method"] = card
        if is_paid:
            intent |= {"status": "succeeded", "amount_received": amount}
        else:
            intent["last_payment_error"] = {"type": "card_error", "code": "card_declined"}
        self.emit("charge.succeeded" if is_paid else "charge.failed", charge, now=now)
        outcome = "succeeded" if is_paid else "payment_failed"
        return self.keep(intent, f"payment_intent.{outcome}", now=now)

    def pay(self, invoice: Object, *, now: int) -> bool:
        """Try to pay an open invoice; return whether it is paid now."""
        customer = self.store.get("customer", invoice["customer"])
        intent = self.charge(customer, invoice["amount_due"], invoice["currency"], now=now)
        invoice |= {"attempted": True, "attempt_count": invoice["attempt_count"] + 1}
        if intent["status"] != "succeeded":
            self.keep(invoice, "invoice.payment_failed", now=now)
            return False
        invoice |= {"status": "paid", "amount_paid": invoice["total"], "amount_remaining": 0}
        invoice["status_transitions"]["paid_at"] = now
        self.keep(invoice, "invoice.paid", now=now)
        self.emit("invoice.payment_succeeded", invoice, now=now)
        return True

    # --- subscribing ----------------------------------------------------------------------------

    def subscribe(self, customer: Object, price: Object, params: Object, *, now: int) -> Object:
        """Start a subscription and charge its first period; `incomplete` if that failed."""
        row = shapes.subscription(now, customer, params)
        recurring = price["recurring"]
        ends = later(now, recurring["interval"], recurring["interval_count"])
        item = shapes.subscription_item(now, row["id"], price, ends=ends)
        row["items"]["data"] = [item]
        row["currency"] = price["currency"]
        invoice = self._invoice(row, item, reason="subscription_create", now=now)
        row["latest_invoice"] = invoice["id"]
        self.keep(row, "customer.subscription.created", now=now)
        if self.pay(invoice, now=now):
            row["status"] = "active"
            self.keep(row, "customer.subscription.updated", now=now)
        return row

    def end(self, row: Object, *, now: int) -> Object:
        """Cancel a subscription for good."""
        row |= {"status": "canceled", "canceled_at": now, "ended_at": now}
        return self.keep(row, "customer.subscription.deleted", now=now)

    # --- time -----------------------------------------------------------------------------------

    def run_until(self, now: int, *, clock: str | None) -> None:
        """Do everything that was due until `now` for the customers on `clock` (None: real time)."""
        for row in reversed(self.store.all("subscription", test_clock=clock)):
            while self._step(row, now=now):
                pass

    def _step(self, row: Object, *, now: int) -> bool:
        """Do the next thing that is due for a subscription; return whether there was one."""
        item = row["items"]["data"][0]
        renews_at = item["current_period_end"]
        if row["status"] == "past_due" and self._retry(row, now=now):
            return True
        if row["status"] not in {"active", "past_due"} or renews_at > now:
            return False
        if row["cancel_at_period_end"]:
            self.end(row, now=renews_at)
        else:
            self._renew(row, item, now=renews_at)
        return True

    def _renew(self, row: Object, item: Object, *, now: int) -> None:
        recurring = item["price"]["recurring"]
        ends = later(now, recurring["interval"], recurring["interval_count"])
        item |= {"current_period_start": now, "current_period_end": ends}
        invoice = self._invoice(row, item, reason="subscription_cycle", now=now)
        row["latest_invoice"] = invoice["id"]
        row["status"] = "active" if self.pay(invoice, now=now) else "past_due"
        self.keep(row, "customer.subscription.updated", now=now)

    def _retry(self, row: Object, *, now: int) -> bool:
        """Try a past due invoice once more when the card has changed; give up after RETRIES_S."""
        invoice = self.store.get("invoice", row["latest_invoice"])
        customer = self.store.get("customer", row["customer"])
        if customer["invoice_settings"]["default_payment_method"] != BAD_CARD:
            row["status"] = "active" if self.pay(invoice, now=now) else "past_due"
            self.keep(row, "customer.subscription.updated", now=now)
            return bool(row["status"] == "active")
        if now >= invoice["created"] + RETRIES_S:
            self.end(row, now=invoice["created"] + RETRIES_S)
            return True
        return False

    def _invoice(self, row: Object, item: Object, *, reason: str, now: int) -> Object:
        invoice = shapes.invoice(now, row, item, reason=reason)
        self.keep(invoice, "invoice.created", now=now)
        self.emit("invoice.finalized", invoice, now=now)
        return invoice
