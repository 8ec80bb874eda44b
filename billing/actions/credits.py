"""Every change of credits.

A person's wallet row is the lock for their ledger and holds: each action takes it first, so two of
them on one person wait for each other and on two persons never do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from billing import policies, queries
from billing.models import Hold, LedgerEntry, Wallet
from billing.spec import Balance, Plan
from core.audit import audit
from core.errors import ConflictError, DomainError
from core.subjects import SubjectRef

log = structlog.get_logger(__name__)


class NotEnoughCreditsError(DomainError):
    """You do not have enough credits for this."""

    status = 402
    code = "not_enough_credits"


class HoldEndedError(ConflictError):
    """This hold has already ended the other way."""

    code = "hold_ended"


class HoldKeyReusedError(ConflictError):
    """Another hold has this key."""

    code = "hold_key_reused"


@transaction.atomic
def grant_daily(user: User, *, on: date) -> Balance:
    """Turn a person's day to `on`: let yesterday's unspent daily credits vanish, give today's.

    Safe to repeat, also by two at once. Moving to a better plan tops the day up to its amount;
    moving back takes nothing. Days never turn backwards: an older `on` changes nothing.
    """
    _turn_day(_locked_wallet(user), plan=queries.plan_of(user), on=on)
    return queries.balance_of(user)


def hold(user: User, *, amount: int, key: str) -> Hold:
    """Promise `amount` credits to the work called `key`, those that vanish first before the others.

    Work that costs nothing has a hold of nothing, so that it ends like all other work. Locks the
    wallet until the transaction ends, so make it the last thing that can refuse. The same user,
    amount and key again give the first hold. Raises NotEnoughCreditsError, HoldKeyReusedError.
    """
    return hold_each(user, amounts={key: amount})[0]


@transaction.atomic
def hold_each(user: User, *, amounts: Mapping[str, int]) -> list[Hold]:
    """Promise credits to several pieces of work by their keys, or to none of them. See `hold`."""
    wallet = _locked_wallet(user)
    _turn_day(wallet, plan=queries.plan_of(user), on=timezone.now().date())
    holds = {one.key: one for one in Hold.objects.filter(key__in=amounts)}
    for key, one in holds.items():
        _check_same(one, user=user, amount=amounts[key])
    missing = {key: amount for key, amount in amounts.items() if key not in holds}
    if policies.available(wallet.purse) < sum(missing.values()):
        raise _not_enough(user, needed=sum(missing.values()))
    for key, amount in missing.items():
        daily = policies.daily_part(wallet.purse, amount)
        wallet.put(policies.held(wallet.purse, amount, daily))
        holds[key] = Hold(user=user, amount=amount, daily_amount=daily, key=key)
    wallet.save()
    Hold.objects.bulk_create([holds[key] for key in missing])
    return [holds[key] for key in amounts]


def capture(key: str) -> None:
    """Spend what was held for `key`. Nothing happens if that was done before.

    Raises HoldEndedError if it was released, Hold.DoesNotExist if there is none.
    """
    _end(key, Hold.State.CAPTURED)


def release(key: str) -> None:
    """Give back what was held for `key`. Nothing happens if that was done before.

    Raises HoldEndedError if it was captured, Hold.DoesNotExist if there is none.
    """
    _end(key, Hold.State.RELEASED)


@transaction.atomic
def grant(user: User, *, amount: int, kind: LedgerEntry.Kind, source: SubjectRef) -> bool:
    """Give credits that stay; return False if this source has given them before."""
    wallet = _locked_wallet(user)
    if LedgerEntry.objects.filter(source_kind=source.kind, source_id=source.id, kind=kind).exists():
        return False
    _enter(wallet, kind=kind, amount=amount, daily=0, source=source)
    wallet.save()
    return True


@transaction.atomic
def grant_by_staff(user: User, *, amount: int, by: User, reason: str) -> None:
    """Give credits by hand. The audit entry is the source, so each is explained."""
    before = queries.balance_of(user).credits
    entry = audit(
        by,
        "billing.grant",
        SubjectRef("user", str(user.pk)),
        reason=reason,
        before={"credits": before},
        after={"credits": before + amount},
    )
    source = SubjectRef("audit", str(entry.pk))
    grant(user, amount=amount, kind=LedgerEntry.Kind.GRANT_STAFF, source=source)


def report_drift() -> int:
    """Log every wallet whose numbers are not the sum of its rows; return how many there are.

    There must be none. It only reports: numbers that drifted need a person, not a repair.
    """
    drifted = list(queries.drifted_wallets().values_list("user_id", flat=True))
    if drifted:
        log.error("billing.books_do_not_balance", users=drifted)
    return len(drifted)


def _locked_wallet(user: User) -> Wallet:
    """Return the wallet with its row locked; the caller is in a transaction."""
    found = Wallet.objects.select_for_update().filter(user=user).first()
    if found is not None:
        return found
    Wallet.objects.bulk_create([Wallet(user=user)], ignore_conflicts=True)
    return Wallet.objects.select_for_update().get(user=user)


def _enter(wallet: Wallet, *, kind: str, amount: int, daily: int, source: SubjectRef) -> None:
    """Append an entry and bring the locked wallet in step; the caller saves it."""
    LedgerEntry.objects.create(
        user_id=wallet.user_id,
        kind=kind,
        amount=amount,
        daily_amount=daily,
        source_kind=source.kind,
        source_id=source.id,
    )
    wallet.put(policies.added(wallet.purse, amount, daily))


def _turn_day(wallet: Wallet, *, plan: Plan, on: date) -> None:
    """Bring the locked wallet to the day `on` and save it if that changed anything."""
    if wallet.day_on is not None and wallet.day_on > on:
        return
    is_new_day = wallet.day_on != on
    if is_new_day:
        _expire_daily(wallet, on=on)
        wallet.day_on, wallet.day_granted = on, 0
    rest = plan.daily_credits - wallet.day_granted
    if rest > 0:
        source = SubjectRef("day", f"{wallet.user_id}:{on}:{plan.code}")
        _enter(wallet, kind=LedgerEntry.Kind.GRANT_DAILY, amount=rest, daily=rest, source=source)
        wallet.day_granted += rest
    if is_new_day or rest > 0:
        wallet.save()


def _expire_daily(wallet: Wallet, *, on: date) -> None:
    gone = policies.expiring(wallet.purse)
    if gone:
        source = SubjectRef("day", f"{wallet.user_id}:{on}")
        _enter(wallet, kind=LedgerEntry.Kind.EXPIRE, amount=-gone, daily=-gone, source=source)


@transaction.atomic
def _end(key: str, to: Hold.State) -> None:
    owner = Hold.objects.only("user_id").get(key=key)
    wallet = Wallet.objects.select_for_update().get(user_id=owner.user_id)
    row = Hold.objects.get(key=key)
    if row.state == to:
        return
    if row.state != Hold.State.OPEN:
        raise HoldEndedError(key=key, state=row.state)
    row.move(to)
    wallet.put(policies.released(wallet.purse, row.amount, row.daily_amount))
    if to == Hold.State.CAPTURED and row.amount:
        _enter_capture(wallet, row)
    wallet.save()


def _enter_capture(wallet: Wallet, row: Hold) -> None:
    LedgerEntry.objects.create(
        user_id=wallet.user_id,
        kind=LedgerEntry.Kind.CAPTURE,
        amount=-row.amount,
        daily_amount=-row.daily_amount,
        source_kind="hold",
        source_id=row.key,
        hold=row,
    )
    wallet.put(policies.added(wallet.purse, -row.amount, -row.daily_amount))


def _check_same(earlier: Hold, *, user: User, amount: int) -> None:
    if (earlier.user_id, earlier.amount) != (user.pk, amount):
        raise HoldKeyReusedError(key=earlier.key)


def _not_enough(user: User, *, needed: int) -> NotEnoughCreditsError:
    balance = queries.balance_of(user)
    return NotEnoughCreditsError(
        f"This costs {needed} credits and you have {balance.available}.",
        needed=needed,
        available=balance.available,
        ways_out=_ways_out(balance),
    )


def _ways_out(balance: Balance) -> list[dict[str, Any]]:
    """Name what would help, the cheapest first: a shorter clip, tomorrow, a plan."""
    ways: list[dict[str, Any]] = []
    if balance.available > 0:
        ways.append({"do": "shorten", "credits": balance.available})
    at = balance.renews_at.isoformat()
    ways.append({"do": "wait", "credits": balance.daily_grant, "at": at})
    if balance.held:
        ways.append({"do": "finish", "credits": balance.held})
    if balance.plan.price_cents == 0:
        ways.append({"do": "upgrade", "url": f"{settings.SITE_URL}/pricing/"})
    return ways
