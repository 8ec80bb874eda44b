"""The page of one's own likeness: record it, say who may use it, take it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import User
from cameos.actions import capturing, ending, lending
from cameos.models import Cameo
from cameos.spec import Terms
from core.errors import DomainError
from core.ids import uuid_of

RECEIPTS_SHOWN = 30
_ENDINGS = {
    "pause": ending.pause,
    "resume": ending.resume,
    "revoke": ending.revoke,
    "erase": ending.erase,
}

# The words of the page; those of the models are for staff.
_TERMS = (
    (Cameo.Terms.ONLY_ME, "Only me"),
    (Cameo.Terms.APPROVED, "People I approve"),
    (Cameo.Terms.MUTUALS, "People I follow who follow me"),
    (Cameo.Terms.EVERYONE, "Everybody"),
)
_STATES: dict[str, str] = {
    Cameo.State.CAPTURING: "Not recorded yet",
    Cameo.State.VERIFYING: "In review",
    Cameo.State.REFUSED: "Not accepted",
}


def _own(request: Any) -> Cameo | None:
    rows = Cameo.objects.owned_by(request.user).filter(kind=Cameo.Kind.PERSON)
    return rows.exclude(state=Cameo.State.ERASED).with_hold().order_by("-created_at").first()


def _named(request: Any) -> Cameo:
    given = uuid_of(request.POST.get("cameo", ""))
    return get_object_or_404(Cameo.objects.owned_by(request.user), pk=given)


@login_required
def cameo(request: HttpRequest) -> HttpResponse:
    """Show one's own likeness: what to do next, its terms, its loans and every use."""
    row = _own(request)
    shown: dict[str, Any] = {"cameo": row, "terms": _TERMS}
    if row is not None:
        has_challenge = row.state == Cameo.State.CAPTURING and _is_live(row)
        shown |= {
            "state": _STATES.get(row.state, row.get_state_display()),
            "challenge": capturing.challenge_of(row) if has_challenge else None,
            "loans": row.loans.filter(ended_at=None).select_related("borrower"),
            "receipts": row.receipts.select_related("borrower").order_by("-sequence")[
                :RECEIPTS_SHOWN
            ],
            "is_usable": row.state in (Cameo.State.ACTIVE, Cameo.State.PAUSED),
            "may_start": row.state
            in (Cameo.State.CAPTURING, Cameo.State.REVOKED, Cameo.State.REFUSED),
        }
    return render(request, "cameos/cameo.html", shown)


def _is_live(row: Cameo) -> bool:
    return row.challenge_expires_at is not None and row.challenge_expires_at > timezone.now()


@login_required
@require_POST
def start(request: Any) -> HttpResponse:
    """Begin a recording: the digits to say and the turns to make."""
    name = request.POST.get("name", "").strip() or request.user.shown_name
    capturing.start_capture(by=request.user, name=name)
    return redirect("cameo")


@login_required
@require_POST
def submit(request: Any) -> HttpResponse:
    """Take the recording."""
    row = _own(request)
    file = request.FILES.get("file")
    if row is None or file is None:
        messages.error(request, "Record or choose a video first.")
        return redirect("cameo")
    try:
        capturing.submit_capture(
            row, by=request.user, chunks=file.chunks(), consent=request.POST.get("consent") == "on"
        )
    except DomainError as error:
        messages.error(request, error.detail)
        return redirect("cameo")
    messages.success(request, "Thank you. A reviewer looks at the recording.")
    return redirect("cameo")


@login_required
@require_POST
def set_terms(request: Any) -> HttpResponse:
    """Say who may use one's likeness."""
    row = _named(request)
    terms = Terms(
        terms=request.POST.get("terms", ""),
        allows_remix=request.POST.get("allows_remix") == "on",
        rules_text=request.POST.get("rules_text", "")[:500],
    )
    lending.set_terms(row, by=request.user, terms=terms)
    messages.success(request, "Saved. It holds from now on.")
    return redirect("cameo")


@login_required
@require_POST
def lend(request: Any) -> HttpResponse:
    """Let one person use one's likeness, or stop."""
    row = _named(request)
    handle = request.POST.get("handle", "").strip().removeprefix("@").lower()
    person = User.objects.visible_to(request.user).filter(handle=handle).first()
    if person is None:
        messages.error(request, f"There is nobody called @{handle}.")
    elif request.POST.get("on") == "false":
        lending.end_loan(row, to=person, by=request.user)
    else:
        lending.lend(row, to=person, by=request.user)
        messages.success(request, f"@{person.handle} may cast you now.")
    return redirect("cameo")


@login_required
@require_POST
def end(request: Any) -> HttpResponse:
    """Pause, resume, revoke or erase one's likeness."""
    row = _named(request)
    act = _ENDINGS.get(request.POST.get("to", ""))
    if act is None:
        raise Http404
    act(row, by=request.user)
    return redirect("cameo")
