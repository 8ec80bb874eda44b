"""Plans, purses, and what a payment gateway reports. No Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person may spend. One credit renders one second.

    `daily_credits` are given each UTC day and vanish at the next; `monthly_credits` come with each
    paid month and stay. A higher `priority` is rendered first. `lines_max` counts the pixels of a
    picture's short side.
    """

    code: str
    name: str
    price_cents: int  # per month, shown to people; the gateway's price is what is charged
    daily_credits: int
    monthly_credits: int
    concurrent_renders: int
    seconds_max: float
    lines_max: int
    priority: int


FREE = Plan("free", "Free", 0, 60, 0, 2, 10.0, 720, 0)
PRO = Plan("pro", "Pro", 1200, 240, 600, 5, 60.0, 1080, 10)
PLANS: Mapping[str, Plan] = {plan.code: plan for plan in (FREE, PRO)}


class Purse(NamedTuple):
    """The four numbers of a wallet, in credits.

    `daily` is the part of `balance` that vanishes at the turn of the day; `held` is promised to
    open holds, and `daily_held` is the part of `held` that will be paid from `daily`.
    """

    balance: int
    held: int
    daily: int
    daily_held: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What a person is told about their credits."""

    credits: int
    held: int
    available: int
    daily: int
    daily_grant: int
    plan: Plan
    renews_at: datetime


class GatewayEvent(NamedTuple):
    """One verified notification. It says only that something about a customer changed."""

    id: str
    type: str
    customer_id: str  # "" when it is about no customer
    created_at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class SubscriptionFacts:
    """One subscription as the gateway has it now. `status` is Stripe's word."""

    id: str
    status: str
    price_id: str
    period_start: datetime
    period_end: datetime
    cancels_at_period_end: bool


class PaidLine(NamedTuple):
    """One line of a paid invoice that bought a period of a price."""

    id: str
    price_id: str


@dataclass(frozen=True, slots=True)
class Account:
    """Everything about a customer that decides what they may do here."""

    subscriptions: tuple[SubscriptionFacts, ...]
    paid_lines: tuple[PaidLine, ...]
