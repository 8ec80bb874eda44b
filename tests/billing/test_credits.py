from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from billing.actions import credits
from billing.models import Hold, LedgerEntry, Wallet
from billing.queries import balance_of, drifted_wallets
from billing.spec import FREE
from core.models import AuditEntry
from core.subjects import SubjectRef

STAFF = LedgerEntry.Kind.GRANT_STAFF


def give(user: User, amount: int, *, name: str = "gift") -> None:
    credits.grant(user, amount=amount, kind=STAFF, source=SubjectRef("test", name))


def in_threads(count: int, act: object) -> list[object]:
    """Run `act(index)` on `count` threads, each with its own connection; errors are results."""

    def one(index: int) -> object:
        try:
            return act(index)  # type: ignore[operator]
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_a_new_person_starts_with_the_daily_grant_of_the_free_plan(ana: User) -> None:
    credits.grant_daily(ana, on=timezone.now().date())
    balance = balance_of(ana)
    assert (balance.credits, balance.daily, balance.available) == (FREE.daily_credits,) * 3
    assert balance.plan is FREE
    assert balance.renews_at.date() == timezone.now().date() + timedelta(days=1)


def test_the_balance_is_foreseen_before_the_first_use_of_a_day(ana: User) -> None:
    foreseen = balance_of(ana)
    assert not LedgerEntry.objects.exists()
    assert credits.grant_daily(ana, on=timezone.now().date()) == foreseen


def test_reading_the_balance_of_a_person_takes_two_queries(
    ana: User, django_assert_num_queries: object
) -> None:
    give(ana, 5)
    with django_assert_num_queries(2):  # type: ignore[operator] # subscriptions, wallet
        balance_of(ana)


def test_granting_a_day_twice_gives_it_once(ana: User) -> None:
    for _ in range(3):
        credits.grant_daily(ana, on=date(2026, 3, 1))
    assert LedgerEntry.objects.count() == 1


def test_unspent_daily_credits_vanish_at_the_next_day_and_lasting_ones_stay(ana: User) -> None:
    give(ana, 100)
    credits.grant_daily(ana, on=date(2026, 3, 1))
    credits.grant_daily(ana, on=date(2026, 3, 2))
    wallet = Wallet.objects.get(user=ana)
    assert (wallet.balance, wallet.daily) == (100 + FREE.daily_credits, FREE.daily_credits)
    gone = LedgerEntry.objects.get(kind=LedgerEntry.Kind.EXPIRE)
    assert (gone.amount, gone.daily_amount) == (-FREE.daily_credits, -FREE.daily_credits)
    assert not drifted_wallets().exists()


def test_days_never_turn_backwards(ana: User) -> None:
    credits.grant_daily(ana, on=date(2026, 3, 2))
    credits.grant_daily(ana, on=date(2026, 3, 1))
    assert LedgerEntry.objects.count() == 1


def test_daily_credits_are_spent_before_lasting_ones(ana: User) -> None:
    give(ana, 100)
    credits.hold(ana, amount=FREE.daily_credits + 10, key="test:1")
    credits.capture("test:1")
    wallet = Wallet.objects.get(user=ana)
    assert (wallet.balance, wallet.daily, wallet.held) == (90, 0, 0)


def test_a_hold_keeps_its_daily_credits_over_midnight(ana: User) -> None:
    credits.hold(ana, amount=FREE.daily_credits, key="test:1")
    tomorrow = timezone.now().date() + timedelta(days=1)
    credits.grant_daily(ana, on=tomorrow)
    assert not LedgerEntry.objects.filter(kind=LedgerEntry.Kind.EXPIRE).exists()
    credits.capture("test:1")
    wallet = Wallet.objects.get(user=ana)
    assert (wallet.balance, wallet.daily) == (FREE.daily_credits, FREE.daily_credits)
    assert not drifted_wallets().exists()


def test_a_hold_that_is_released_costs_nothing(ana: User) -> None:
    before = balance_of(ana)
    credits.hold(ana, amount=7, key="test:1")
    assert balance_of(ana).available == before.available - 7
    credits.release("test:1")
    assert balance_of(ana) == before


def test_a_hold_ends_once_however_often_it_is_ended(ana: User) -> None:
    credits.hold(ana, amount=7, key="test:1")
    for _ in range(3):
        credits.capture("test:1")
    with pytest.raises(credits.HoldEndedError):
        credits.release("test:1")
    assert LedgerEntry.objects.filter(kind=LedgerEntry.Kind.CAPTURE).count() == 1
    credits.hold(ana, amount=7, key="test:2")
    credits.release("test:2")
    credits.release("test:2")
    with pytest.raises(credits.HoldEndedError):
        credits.capture("test:2")
    assert not drifted_wallets().exists()


def test_the_same_hold_asked_twice_is_one_hold(ana: User, ben: User) -> None:
    first = credits.hold(ana, amount=7, key="test:1")
    assert credits.hold(ana, amount=7, key="test:1") == first
    with pytest.raises(credits.HoldKeyReusedError):
        credits.hold(ana, amount=8, key="test:1")
    with pytest.raises(credits.HoldKeyReusedError):
        credits.hold(ben, amount=7, key="test:1")
    assert balance_of(ana).held == 7


def test_a_hold_costs_few_queries(ana: User, django_assert_num_queries: object) -> None:
    give(ana, 5)
    credits.grant_daily(ana, on=timezone.now().date())
    # savepoint and its release, wallet lock, subscriptions, earlier hold, wallet, hold
    with django_assert_num_queries(7):  # type: ignore[operator]
        credits.hold(ana, amount=1, key="test:1")


def test_who_has_too_little_is_told_what_is_missing_and_what_helps(ana: User) -> None:
    with pytest.raises(credits.NotEnoughCreditsError) as refusal:
        credits.hold(ana, amount=FREE.daily_credits + 1, key="test:1")
    facts = refusal.value.facts
    assert refusal.value.status == 402
    assert (facts["needed"], facts["available"]) == (FREE.daily_credits + 1, FREE.daily_credits)
    assert [way["do"] for way in facts["ways_out"]] == ["shorten", "wait", "upgrade"]
    assert not Hold.objects.exists()


def test_a_staff_grant_is_audited_with_its_reason(ana: User, mod: User) -> None:
    credits.grant_by_staff(ana, amount=50, by=mod, reason="The worker was down all evening.")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.reason) == (mod, "The worker was down all evening.")
    assert LedgerEntry.objects.get(kind=STAFF).source_id == str(entry.pk)


def test_credits_are_given_by_hand_by_staff_alone_and_with_a_reason(ana: User, mod: User) -> None:
    given = ("grant_credits", "@ana", "50", "--by", "mod", "--reason", "An evening lost.")
    with pytest.raises(CommandError, match="not staff"):
        call_command(*given)
    User.objects.filter(pk=mod.pk).update(is_staff=True)
    call_command(*given)
    assert LedgerEntry.objects.get(kind=STAFF).amount == 50
    with pytest.raises(CommandError, match="no @nobody"):
        call_command("grant_credits", "@nobody", *given[2:])


def test_a_wallet_that_drifted_from_its_ledger_is_found(ana: User) -> None:
    give(ana, 5)
    assert credits.report_drift() == 0
    Wallet.objects.update(balance=6)
    assert credits.report_drift() == 1


@pytest.mark.parametrize(
    "change", ["UPDATE billing_ledgerentry SET amount = 9", "DELETE FROM billing_ledgerentry"]
)
def test_the_database_refuses_to_change_the_ledger(ana: User, change: str) -> None:
    give(ana, 5)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.parametrize(
    "numbers",
    [
        {"balance": -1},
        {"held": 6},
        {"daily": 6},
        {"daily_held": 1},
        {"held": 3, "daily": 4},  # the lasting part covers 1 of 3 lasting promises
    ],
)
def test_the_database_refuses_a_wallet_that_cannot_be(ana: User, numbers: dict[str, int]) -> None:
    give(ana, 5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Wallet.objects.update(**numbers)


@pytest.mark.django_db(transaction=True)
def test_of_many_racing_for_the_last_credits_only_as_many_win_as_can_pay(ana: User) -> None:
    price = 25  # the Free day pays for two
    results = in_threads(8, lambda index: credits.hold(ana, amount=price, key=f"test:{index}"))
    won = [result for result in results if isinstance(result, Hold)]
    lost = [result for result in results if isinstance(result, credits.NotEnoughCreditsError)]
    assert (len(won), len(lost)) == (2, 6)
    assert LedgerEntry.objects.filter(kind=LedgerEntry.Kind.GRANT_DAILY).count() == 1
    assert not drifted_wallets().exists()


@pytest.mark.django_db(transaction=True)
def test_of_a_capture_and_a_release_at_the_same_moment_one_wins(ana: User) -> None:
    credits.hold(ana, amount=10, key="test:1")
    ends = [credits.capture, credits.release] * 3
    results = in_threads(6, lambda index: ends[index]("test:1"))
    assert sum(isinstance(result, credits.HoldEndedError) for result in results) == 3
    assert not drifted_wallets().exists()


def test_a_ledger_page_costs_the_same_however_long_it_is(
    as_ana: APIClient, ana: User, django_assert_num_queries: Any
) -> None:
    for index in range(12):
        source = credits.SubjectRef("test", str(index))
        credits.grant(ana, amount=1, kind=LedgerEntry.Kind.GRANT_STAFF, source=source)
    for limit in (3, 10):
        with django_assert_num_queries(2):  # person, entries; the session is cached
            page = as_ana.get(f"/api/v1/billing/ledger?limit={limit}").json()
        assert len(page["items"]) == limit
        assert page["next"]
