"""What a person has, and whether the books are straight."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from billing import policies
from billing.models import Hold, LedgerEntry, Subscription, Wallet
from billing.spec import Balance, Plan, Purse, SubscriptionFacts


def plan_of(user: User, *, at: datetime | None = None) -> Plan:
    """Return the plan a person is on. One query."""
    facts = [_facts(row) for row in Subscription.objects.filter(customer__user=user)]
    now = at or timezone.now()
    return policies.plan_for(facts, price_pro=settings.STRIPE_PRICE_PRO, now=now)


def plans_of(users: Collection[int]) -> dict[int, Plan]:
    """Return the plans that people are on, by their keys. One query."""
    facts: dict[int, list[SubscriptionFacts]] = {user: [] for user in users}
    rows = Subscription.objects.filter(customer__user__in=users).select_related("customer")
    for row in rows:
        facts[row.customer.user_id].append(_facts(row))
    now, price_pro = timezone.now(), settings.STRIPE_PRICE_PRO
    return {
        user: policies.plan_for(known, price_pro=price_pro, now=now)
        for user, known in facts.items()
    }


def balance_of(user: User) -> Balance:
    """Return a person's credits as the next hold will find them. Two queries, no write.

    Between midnight and the first use of a day the ledger still lacks that day's turn; it is
    foreseen here by the same arithmetic that `actions.grant_daily` will write.
    """
    now = timezone.now()
    plan = plan_of(user, at=now)
    purse = foreseen(Wallet.objects.filter(user=user).first(), plan=plan, now=now)
    return Balance(
        credits=purse.balance,
        held=purse.held,
        available=policies.available(purse),
        daily=purse.daily,
        daily_grant=plan.daily_credits,
        plan=plan,
        renews_at=policies.next_turn(now.date()),
    )


def foreseen(wallet: Wallet | None, *, plan: Plan, now: datetime) -> Purse:
    """Return the purse after the daily grant that is due at `now`, if one is."""
    if wallet is None:
        return Purse(plan.daily_credits, 0, plan.daily_credits, 0)
    if wallet.day_on is None or wallet.day_on < now.date():
        return policies.turned(wallet.purse, plan.daily_credits)
    rest = max(0, plan.daily_credits - wallet.day_granted)
    return policies.added(wallet.purse, rest, rest)


def drifted_wallets() -> QuerySet[Wallet]:
    """Return the wallets whose numbers are not what their ledger and open holds add up to.

    Always empty, or the books are wrong: the proof of "balance equals the sum of the entries".
    """
    entries = LedgerEntry.objects.filter(user=OuterRef("user"))
    holds = Hold.objects.filter(user=OuterRef("user"), state=Hold.State.OPEN)
    return Wallet.objects.annotate(
        entry_sum=_sum(entries, "amount"),
        daily_sum=_sum(entries, "daily_amount"),
        hold_sum=_sum(holds, "amount"),
        daily_hold_sum=_sum(holds, "daily_amount"),
    ).exclude(
        Q(balance=F("entry_sum"), daily=F("daily_sum"))
        & Q(held=F("hold_sum"), daily_held=F("daily_hold_sum"))
    )


def _sum(rows: QuerySet[Any], column: str) -> Coalesce:
    total = rows.order_by().values("user").annotate(total=Sum(column)).values("total")
    return Coalesce(Subquery(total), 0, output_field=IntegerField())


def _facts(row: Subscription) -> SubscriptionFacts:
    return SubscriptionFacts(
        row.stripe_id,
        row.status,
        row.price_id,
        row.period_start_at,
        row.period_end_at,
        row.cancels_at_period_end,
    )
