"""The page of credits and plans."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.auth import SignedInPage
from billing.actions import payments
from billing.models import LedgerEntry
from billing.queries import balance_of
from billing.spec import PLANS, PRO

ENTRIES_SHOWN = 30


def pricing(request: HttpRequest) -> HttpResponse:
    """Show what the plans hold and, to a person, their balance and its history."""
    shown: dict[str, object] = {"plans": list(PLANS.values())}
    if request.user.is_authenticated:
        rows = LedgerEntry.objects.filter(user=request.user)
        shown |= {
            "balance": balance_of(request.user),
            "entries": rows.order_by("-created_at", "-pk")[:ENTRIES_SHOWN],
            "has_customer": hasattr(request.user, "customer"),
        }
    if request.GET.get("paid"):
        messages.success(
            request, "Thank you. Your plan changes as soon as the payment is confirmed."
        )
    return render(request, "billing/pricing.html", shown)


@login_required
@require_POST
def checkout(request: SignedInPage) -> HttpResponse:
    """Send a person to pay for Pro."""
    here = settings.SITE_URL + reverse("pricing")
    address = payments.start_checkout(
        request.user, plan=PRO.code, success_url=f"{here}?paid=1", cancel_url=here
    )
    return redirect(address)


@login_required
@require_POST
def portal(request: SignedInPage) -> HttpResponse:
    """Send a person to manage the subscription."""
    here = settings.SITE_URL + reverse("pricing")
    return redirect(payments.open_portal(request.user, return_url=here))
