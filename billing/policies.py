"""Arithmetic of credits and entitlement: values in, values out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from billing.spec import FREE, PRO, Plan, Purse, SubscriptionFacts

# A paid period may end a little before its renewal is charged and reported; nobody loses Pro
# meanwhile.
GRACE = timedelta(days=3)
_PAID = frozenset({"active", "trialing"})


def available(purse: Purse) -> int:
    """Return the credits that nothing has a claim on."""
    return purse.balance - purse.held


def daily_part(purse: Purse, amount: int) -> int:
    """Return how much of a new hold daily credits pay: what vanishes first is spent first."""
    return min(amount, purse.daily - purse.daily_held)


def held(purse: Purse, amount: int, daily: int) -> Purse:
    """Promise `amount` credits, `daily` of them from the daily part."""
    return purse._replace(held=purse.held + amount, daily_held=purse.daily_held + daily)


def released(purse: Purse, amount: int, daily: int) -> Purse:
    """Take a promise back."""
    return held(purse, -amount, -daily)


def added(purse: Purse, amount: int, daily: int) -> Purse:
    """Add an entry of `amount` credits (negative to take away), `daily` of them daily ones."""
    return purse._replace(balance=purse.balance + amount, daily=purse.daily + daily)


def expiring(purse: Purse) -> int:
    """Return the daily credits that vanish at the turn of the day: those no open hold relies on.

    A hold keeps its word overnight. If it is released later, its daily part counts for the new day.
    """
    return purse.daily - purse.daily_held


def turned(purse: Purse, daily_credits: int) -> Purse:
    """Return the purse after a turn of the day that grants `daily_credits`."""
    gone = expiring(purse)
    return added(added(purse, -gone, -gone), daily_credits, daily_credits)


def next_turn(on: date) -> datetime:
    """Return the moment at which the day after `on` begins, UTC."""
    return datetime.combine(on + timedelta(days=1), time.min, UTC)


def plan_for(subscriptions: Iterable[SubscriptionFacts], *, price_pro: str, now: datetime) -> Plan:
    """Return the plan that these subscriptions pay for at `now`."""
    if any(entitles(facts, price_pro=price_pro, now=now) for facts in subscriptions):
        return PRO
    return FREE


def entitles(facts: SubscriptionFacts, *, price_pro: str, now: datetime) -> bool:
    """Say whether a subscription gives Pro at `now`.

    Stripe moves the period on even when its charge failed, so a past due one is counted from the
    period's start, not to its end. A cancelled one ends exactly with what was paid.
    """
    if not price_pro or facts.price_id != price_pro:
        return False
    if facts.status == "past_due":
        return now < facts.period_start + GRACE
    grace = timedelta(0) if facts.cancels_at_period_end else GRACE
    return facts.status in _PAID and now < facts.period_end + grace
