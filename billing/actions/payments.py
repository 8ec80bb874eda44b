"""Checkout, portal, and the inbox of the gateway's notifications."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, IntegerField, Value
from django.db.models.functions import Cast, Least, Power
from django.utils import timezone

from accounts.models import User
from billing.actions.credits import grant, grant_daily
from billing.gateways import Gateway, GatewayError, NoSuchCustomerError
from billing.models import Customer, LedgerEntry, StripeEvent, Subscription
from billing.spec import PRO, Account, GatewayEvent, PaidLine
from core import plugins
from core.errors import ConflictError, DomainError, NotAvailableError
from core.queue import enqueue
from core.states import StaleStateError
from core.subjects import SubjectRef

log = structlog.get_logger(__name__)

# An event that could not be applied is tried again after 30, 60, 120 … seconds, at last every hour.
# The first pause is longer than the gateway's slowest answer, so that two seldom work on one event.
RETRY_FIRST_S = 30
RETRY_MAX_S = 3600
DRAIN_MAX = 200
# Stripe keeps events for 30 days; what a reconcile looks back must cover the longest outage we
# survive.
RECONCILE_DAYS = 3


class AlreadySubscribedError(ConflictError):
    """You already have this plan. Change or end it in the billing portal."""

    code = "already_subscribed"


class NoCustomerError(ConflictError):
    """You have never paid for anything, so there is no billing portal for you yet."""

    code = "no_customer"


class PaymentsOffError(NotAvailableError):
    """This server takes no payments."""

    code = "payments_off"


class PaymentsDownError(DomainError):
    """The payment service does not answer. Nothing was charged; try again in a minute."""

    status = 503
    code = "payments_down"


def start_checkout(user: User, *, plan: str, success_url: str, cancel_url: str) -> str:
    """Return the address of the page where a person pays for `plan`.

    Calls the gateway. No money moves and nothing is granted before its events say so.
    Raises AlreadySubscribedError, PaymentsOffError, PaymentsDownError.
    """
    prices = {PRO.code: settings.STRIPE_PRICE_PRO}
    price_id = prices.get(plan, "")
    if not price_id:
        raise PaymentsOffError
    if Subscription.objects.running().filter(customer__user=user, price_id=price_id).exists():
        raise AlreadySubscribedError
    ask = partial(_checkout_url, price_id=price_id, success_url=success_url, cancel_url=cancel_url)
    with _payments() as gateway:
        customer = _customer(user, gateway)
        try:
            return ask(gateway, customer)
        except NoSuchCustomerError:
            # The server moved to another account of the gateway, as from the stand-in to Stripe.
            return ask(gateway, _new_customer(user, gateway))


def open_portal(user: User, *, return_url: str) -> str:
    """Return the address where a person changes card, reads invoices or cancels. Calls the gateway.

    Raises NoCustomerError, PaymentsOffError, PaymentsDownError.
    """
    customer = Customer.objects.filter(user=user).first()
    if customer is None:
        raise NoCustomerError
    with _payments() as gateway:
        return gateway.portal_url(customer_id=customer.stripe_id, return_url=return_url)


def receive_stripe_event(payload: bytes, *, signature: str) -> None:
    """Store a notification once and queue its application.

    Raises ForgedEventError, and then stores nothing, if the signature is wrong or stale.
    """
    gateway: Gateway = plugins.load("BILLING_GATEWAYS")
    event = gateway.verify(payload, signature=signature)
    with transaction.atomic():
        _store([event])
        enqueue("billing.tasks.apply_stripe_event", event_id=event.id)


def apply_stripe_event(event_id: str) -> None:
    """Read the event's customer from the gateway and write what is so now, in one transaction.

    What the event itself says is not used: events come late, twice and in any order. A gateway that
    does not answer leaves the event for the drain, later each time.
    """
    event = _claimed_event(event_id)
    if event is None:
        return
    customer = Customer.objects.filter(stripe_id=event.customer_id).first()
    if customer is None:
        event.move(StripeEvent.State.IGNORED)
        return
    try:
        read = _next_read(customer)
        account = plugins.load("BILLING_GATEWAYS").account(customer.stripe_id)
    except GatewayError as error:
        _note_failure(event, error)
        return
    try:
        with transaction.atomic():
            _write_account(customer, account, read=read)
            event.move(StripeEvent.State.APPLIED, error="")
    except StaleStateError:
        log.info("billing.event_applied_by_another", stripe_event=event.pk)


def drain_stripe_events() -> int:
    """Apply the events whose task was lost or that are due for another try; return how many."""
    due = StripeEvent.objects.filter(
        state=StripeEvent.State.RECEIVED, retry_at__lte=timezone.now()
    ).order_by("retry_at")
    ids = list(due.values_list("pk", flat=True)[:DRAIN_MAX])
    for event_id in ids:
        apply_stripe_event(event_id)
    return len(ids)


def reconcile_stripe() -> int:
    """Fetch the gateway's events of the last days and queue those that never arrived or failed.

    Return how many events had been missed.
    """
    gateway: Gateway = plugins.load("BILLING_GATEWAYS")
    since = timezone.now() - timedelta(days=RECONCILE_DAYS)
    events = list(gateway.events_since(since))
    known = set(StripeEvent.objects.filter(created_at__gte=since).values_list("pk", flat=True))
    missed = [event for event in events if event.id not in known]
    _store(missed)
    for failed in StripeEvent.objects.filter(state=StripeEvent.State.FAILED, created_at__gte=since):
        failed.move(StripeEvent.State.RECEIVED, retry_at=timezone.now())
    if missed:
        log.warning("billing.events_missed", count=len(missed))
    return len(missed)


@contextmanager
def _payments() -> Iterator[Gateway]:
    """Give the gateway, and turn its troubles into refusals that a person can read."""
    if not settings.STRIPE_API_KEY:
        raise PaymentsOffError
    try:
        yield plugins.load("BILLING_GATEWAYS")
    except GatewayError as error:
        log.warning("billing.gateway_failed", error=str(error), is_permanent=error.is_permanent)
        raise PaymentsDownError from error


def _checkout_url(
    gateway: Gateway, customer: Customer, *, price_id: str, success_url: str, cancel_url: str
) -> str:
    # A page per day and per subscription ever had: enough to pay again after the last one ended,
    # and the same page for two clicks.
    had = customer.subscriptions.count()
    return gateway.checkout_url(
        customer_id=customer.stripe_id,
        price_id=price_id,
        success_url=success_url,
        cancel_url=cancel_url,
        attempt=f"{timezone.now().date()}:{had}",
    )


def _customer(user: User, gateway: Gateway) -> Customer:
    return Customer.objects.filter(user=user).first() or _new_customer(user, gateway)


def _new_customer(user: User, gateway: Gateway) -> Customer:
    stripe_id = gateway.make_customer(user_id=user.pk, email=user.email)
    return Customer.objects.update_or_create(user=user, defaults={"stripe_id": stripe_id})[0]


def _store(events: Iterable[GatewayEvent]) -> None:
    rows = [
        StripeEvent(
            id=event.id,
            type=event.type,
            customer_id=event.customer_id,
            body=event.body,
            created_at=event.created_at,
        )
        for event in events
    ]
    StripeEvent.objects.bulk_create(rows, ignore_conflicts=True)


def _claimed_event(event_id: str) -> StripeEvent | None:
    """Return the event if it waits and is due, and put its next try off. One UPDATE decides."""
    now = timezone.now()
    rows = StripeEvent.objects.filter(
        pk=event_id, state=StripeEvent.State.RECEIVED, retry_at__lte=now
    )
    backoff_s = Least(Value(RETRY_MAX_S), Power(2, Least(F("attempts"), 10)) * RETRY_FIRST_S)
    retry_at = now + Cast(backoff_s, IntegerField()) * Value(timedelta(seconds=1))
    claimed = rows.update(attempts=F("attempts") + 1, retry_at=retry_at)
    return StripeEvent.objects.get(pk=event_id) if claimed else None


def _note_failure(event: StripeEvent, error: GatewayError) -> None:
    log.warning("billing.event_not_applied", stripe_event=event.pk, error=str(error))
    if error.is_permanent:
        event.move(StripeEvent.State.FAILED, error=str(error))
    else:
        StripeEvent.objects.filter(pk=event.pk).update(error=str(error))


def _next_read(customer: Customer) -> int:
    Customer.objects.filter(pk=customer.pk).update(reads=F("reads") + 1)
    customer.refresh_from_db(fields=["reads"])
    return customer.reads


def _write_account(customer: Customer, account: Account, *, read: int) -> None:
    """Write what was read, unless a later read was written before; grant what was paid."""
    Customer.objects.select_for_update().get(pk=customer.pk)
    newest = Customer.objects.filter(pk=customer.pk, read_written__lt=read)
    if newest.update(read_written=read):
        _write_subscriptions(customer, account)
    _grant_paid(customer, account.paid_lines)
    grant_daily(customer.user, on=timezone.now().date())


def _write_subscriptions(customer: Customer, account: Account) -> None:
    rows = [
        Subscription(
            stripe_id=facts.id,
            customer=customer,
            status=facts.status,
            price_id=facts.price_id,
            period_start_at=facts.period_start,
            period_end_at=facts.period_end,
            cancels_at_period_end=facts.cancels_at_period_end,
        )
        for facts in account.subscriptions
    ]
    fields = [
        "status",
        "price_id",
        "period_start_at",
        "period_end_at",
        "cancels_at_period_end",
        "read_at",
    ]
    Subscription.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["stripe_id"], update_fields=fields
    )


def _grant_paid(customer: Customer, lines: Iterable[PaidLine]) -> None:
    """Give paid months' credits. A paid line stays paid: even an outdated read may grant."""
    kind = LedgerEntry.Kind.GRANT_PLAN
    ids = [line.id for line in lines if line.price_id == settings.STRIPE_PRICE_PRO]
    given = LedgerEntry.objects.filter(kind=kind, source_kind="stripe_line", source_id__in=ids)
    for line_id in sorted(set(ids) - set(given.values_list("source_id", flat=True))):
        source = SubjectRef("stripe_line", line_id)
        grant(customer.user, amount=PRO.monthly_credits, kind=kind, source=source)
