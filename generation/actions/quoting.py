"""What a wish would cost, said while it is still being written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import billing.queries
from accounts.models import User
from core.errors import DomainError, as_problem
from generation.actions import checking
from generation.models import Render
from generation.policies import orders, prices
from generation.spec.wish import Wish


@dataclass(frozen=True, slots=True)
class Quote:
    """A price in credits beside what the person can spend.

    `price` is for all variations, `seconds` the length of the clip. `faults` are what stands in
    the way of the wish, each with field, code, detail and limit.
    """

    price: int
    each: int
    seconds: float
    available: int
    plan: str
    faults: Sequence[dict[str, Any]] = ()


def quote(
    wish: Wish, *, by: User, parents: Sequence[Render] = (), is_reroll: bool = False
) -> Quote:
    """Return what a wish would cost, with everything that is wrong with it so far.

    Keeps nothing and judges no words.
    """
    sources = [checking.facts_of(parent) for parent in parents]
    order = orders.order_of(wish, sources, is_reroll=is_reroll)
    each = prices.price_of(order)
    balance = billing.queries.balance_of(by)
    return Quote(
        price=each * wish.variations,
        each=each,
        seconds=round(order.seconds, 3),
        available=balance.available,
        plan=balance.plan.code,
        faults=_faults(wish, by=by, parents=parents, is_reroll=is_reroll),
    )


def _faults(
    wish: Wish, *, by: User, parents: Sequence[Render], is_reroll: bool
) -> list[dict[str, Any]]:
    try:
        checking.check_wish(wish, by=by, parents=parents, is_reroll=is_reroll)
    except DomainError as error:
        document = as_problem(error) or {}
        return list(document.get("errors", ()))
    return []
