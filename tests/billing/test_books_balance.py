"""P3: the balance is the sum of the entries, whatever people do and in whatever order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import User
from billing.actions import credits
from billing.models import Hold, LedgerEntry, Wallet
from billing.queries import balance_of, drifted_wallets
from core.subjects import SubjectRef

FIRST_DAY = date(2026, 1, 1)
amounts = st.integers(min_value=1, max_value=90)


class Books(RuleBasedStateMachine):
    """Ana's wallet beside a plain model of it: lasting credits, and daily ones that vanish."""

    @initialize()
    def open_books(self) -> None:
        # One person per example: their books are their own, so no example sees another's.
        self.ana = User.objects.create_user(f"ana{User.objects.count()}")
        self.spent = self.given = self.gone = 0
        self.open: dict[str, int] = {}
        self.made = 0

    @rule(amount=amounts)
    def grant(self, amount: int) -> None:
        self.made += 1
        source = SubjectRef("test", f"{self.ana.pk}:{self.made}")
        credits.grant(self.ana, amount=amount, kind=LedgerEntry.Kind.GRANT_STAFF, source=source)
        self.given += amount

    @rule(days=st.integers(min_value=-1, max_value=400))
    def turn_day(self, days: int) -> None:
        # Far in the past or future: a hold's own turn to the real today must not disturb the books.
        credits.grant_daily(self.ana, on=FIRST_DAY + timedelta(days=days))

    @rule(amount=amounts)
    def hold(self, amount: int) -> None:
        self.made += 1
        key = f"test:{self.ana.pk}:{self.made}"
        available = balance_of(self.ana).available
        try:
            credits.hold(self.ana, amount=amount, key=key)
        except credits.NotEnoughCreditsError:
            assert available < amount
        else:
            assert available >= amount
            self.open[key] = amount

    @rule(pick=st.integers(min_value=0), is_captured=st.booleans())
    def end_hold(self, pick: int, is_captured: bool) -> None:
        if not self.open:
            return
        key = sorted(self.open)[pick % len(self.open)]
        amount = self.open.pop(key)
        (credits.capture if is_captured else credits.release)(key)
        self.spent += amount * is_captured

    @invariant()
    def the_books_balance(self) -> None:
        if not hasattr(self, "ana"):
            return
        assert not drifted_wallets().filter(user=self.ana).exists()
        wallet = Wallet.objects.filter(user=self.ana).first()
        if wallet is None:
            return
        entries = LedgerEntry.objects.filter(user=self.ana)
        by_kind: dict[str, int] = {}
        for entry in entries:
            by_kind[entry.kind] = by_kind.get(entry.kind, 0) + entry.amount
        assert by_kind.get("capture", 0) == -self.spent
        assert by_kind.get("grant_staff", 0) == self.given
        assert wallet.held == sum(self.open.values())
        lasting = wallet.balance - wallet.daily
        assert 0 <= lasting <= self.given

    @invariant()
    def every_capture_has_its_hold(self) -> None:
        if not hasattr(self, "ana"):
            return
        captured = Hold.objects.filter(user=self.ana, state=Hold.State.CAPTURED).count()
        assert captured == LedgerEntry.objects.filter(user=self.ana, kind="capture").count()


@pytest.mark.django_db
def test_the_balance_is_always_the_sum_of_the_entries() -> None:
    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
