from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from billing.spec import Purse
from core.ids import uuid7
from core.states import Stateful


class Wallet(models.Model):
    """The projection of a person's ledger and open holds: lock this row before either changes."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="wallet"
    )
    balance = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    daily = models.IntegerField(default=0)
    daily_held = models.IntegerField(default=0)
    # The UTC day of the latest daily grant, and how much that day has given so far.
    day_on = models.DateField(null=True)
    day_granted = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(balance__gte=0), name="wallet_is_never_in_debt"),
            models.CheckConstraint(
                condition=Q(held__gte=0, held__lte=F("balance")), name="wallet_covers_its_holds"
            ),
            models.CheckConstraint(
                condition=Q(daily__gte=0, daily__lte=F("balance")), name="wallet_daily_is_a_part"
            ),
            models.CheckConstraint(
                condition=Q(daily_held__gte=0, daily_held__lte=F("daily"))
                & Q(daily_held__lte=F("held")),
                name="wallet_daily_held_is_a_part",
            ),
            models.CheckConstraint(
                condition=Q(held__lte=F("balance") - F("daily") + F("daily_held")),
                name="wallet_covers_lasting_holds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.balance} credits of {self.user_id}, {self.held} held"

    @property
    def purse(self) -> Purse:
        return Purse(self.balance, self.held, self.daily, self.daily_held)

    def put(self, purse: Purse) -> None:
        """Set the four numbers; the caller holds the row's lock and saves."""
        self.balance, self.held, self.daily, self.daily_held = purse


class Hold(Stateful):
    """Credits promised to one piece of work. It ends exactly once: captured or released."""

    class State(models.TextChoices):
        OPEN = "open"
        CAPTURED = "captured"
        RELEASED = "released"

    MOVES = {
        State.OPEN: frozenset({State.CAPTURED, State.RELEASED}),
        State.CAPTURED: frozenset(),
        State.RELEASED: frozenset(),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(
        max_length=20, choices=State.choices, default=State.OPEN, editable=False
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="holds")
    key = models.CharField(max_length=80, unique=True)  # the work, e.g. "render:0192…"
    amount = models.IntegerField()
    daily_amount = models.IntegerField(default=0)  # the part that was promised from daily credits
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            # What costs nothing has a hold too, so that every piece of work ends in one way.
            models.CheckConstraint(condition=Q(amount__gte=0), name="hold_is_never_negative"),
            models.CheckConstraint(
                condition=Q(daily_amount__gte=0, daily_amount__lte=F("amount")),
                name="hold_daily_is_a_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.amount} {self.state}"


class LedgerEntry(models.Model):
    """One change of a balance, for ever. A trigger refuses every UPDATE and DELETE."""

    class Kind(models.TextChoices):
        GRANT_DAILY = "grant_daily"
        GRANT_PLAN = "grant_plan"
        GRANT_STAFF = "grant_staff"
        CAPTURE = "capture"
        EXPIRE = "expire"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="ledger")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    amount = models.IntegerField()
    daily_amount = models.IntegerField(default=0)  # the part of `amount` that is of daily credits
    source_kind = models.CharField(max_length=20)
    source_id = models.CharField(max_length=80)
    hold = models.OneToOneField(Hold, models.PROTECT, null=True, related_name="entry")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [
            # A person's ledger page, and the audit that adds it up.
            models.Index(F("user"), F("created_at").desc(), F("id").desc(), name="ledger_page"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_id", "kind"], name="ledger_source_counts_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__startswith="grant_", amount__gt=0)
                | Q(kind__in=["capture", "expire"], amount__lt=0),
                name="ledger_sign_fits_kind",
            ),
            models.CheckConstraint(
                condition=Q(daily_amount__gte=0, daily_amount__lte=F("amount"))
                | Q(daily_amount__lte=0, daily_amount__gte=F("amount")),
                name="ledger_daily_is_a_part",
            ),
            models.CheckConstraint(
                condition=Q(kind="capture", hold__isnull=False)
                | (~Q(kind="capture") & Q(hold__isnull=True)),
                name="ledger_capture_has_its_hold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+d} {self.kind}"


class Customer(models.Model):
    """A person's account at the payment gateway."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="customer"
    )
    stripe_id = models.CharField(max_length=64, unique=True)
    # Fencing for re-reads: a read takes the next number before it asks the gateway, and only a
    # higher number than the last written may write. A slow answer cannot overwrite a newer one.
    reads = models.BigIntegerField(default=0)
    read_written = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.stripe_id


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def running(self) -> SubscriptionQuerySet:
        """Those that still charge or will try to, whatever they entitle to at the moment."""
        return self.exclude(status__in=["canceled", "incomplete", "incomplete_expired"])


class Subscription(models.Model):
    """The gateway's subscription as last read. What it entitles to is decided by policy."""

    stripe_id = models.CharField(max_length=64, primary_key=True)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="subscriptions")
    status = models.CharField(max_length=30)
    price_id = models.CharField(max_length=64)
    period_start_at = models.DateTimeField()
    period_end_at = models.DateTimeField()
    cancels_at_period_end = models.BooleanField(default=False)
    read_at = models.DateTimeField(default=timezone.now)

    objects = SubscriptionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.stripe_id} {self.status}"


class StripeEvent(Stateful):
    """The inbox of the webhook: stored as it came, acknowledged, applied later by a task."""

    class State(models.TextChoices):
        RECEIVED = "received"
        APPLIED = "applied"
        IGNORED = "ignored"  # about nobody we know
        FAILED = "failed"

    MOVES = {
        State.RECEIVED: frozenset({State.APPLIED, State.IGNORED, State.FAILED}),
        State.APPLIED: frozenset(),
        State.IGNORED: frozenset(),
        State.FAILED: frozenset({State.RECEIVED}),
    }

    id = models.CharField(max_length=64, primary_key=True)
    state = models.CharField(
        max_length=20, choices=State.choices, default=State.RECEIVED, editable=False
    )
    type = models.CharField(max_length=80)
    customer_id = models.CharField(max_length=64, blank=True)
    body = models.TextField()
    created_at = models.DateTimeField()  # by the gateway's clock
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    attempts = models.IntegerField(default=0)
    retry_at = models.DateTimeField(default=timezone.now)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            # The drain: what was received, not yet applied, and due.
            models.Index(
                fields=["retry_at"], condition=Q(state="received"), name="stripe_event_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.id}"
