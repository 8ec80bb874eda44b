"""The console for moderators; the rules, and decisions about oneself, for everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.errors import DomainError
from core.ids import uuid_of
from moderation import actions, policies, queries
from moderation.models import Appeal, Case, RuleVersion
from moderation.serializers import told

ROWS_SHOWN = 50
HISTORY_SHOWN = 40
DECISIONS_SHOWN = 50


def moderators_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    @login_required
    @never_cache
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_moderator:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@moderators_only
def console(request: Any) -> HttpResponse:
    """Show the queue: what waits, how long it may, and who has it."""
    chosen = request.GET.get("queue", "")
    rows = queries.moderation_queue(request.user, queue=chosen)[:ROWS_SHOWN]
    shown = {
        "cases": rows,
        "queues": queries.queue_counts(),
        "chosen": chosen,
        "now": timezone.now(),
    }
    return render(request, "moderation/queue.html", shown)


@moderators_only
@require_POST
def next_case(request: Any) -> HttpResponse:
    """Take the most urgent case that is free."""
    return _to_next(request, queue=request.POST.get("queue", ""))


@moderators_only
def console_case(request: Any, case_id: UUID) -> HttpResponse:
    """Show one case: thumbnails first, then its words, the findings and the history."""
    case = get_object_or_404(
        Case.objects.select_related("verdict", "decision", "owner", "assignee"), pk=case_id
    )
    open_appeal = (
        case.appeals.filter(state=Appeal.State.OPEN)
        .select_related("against__decided_by", "appellant")
        .first()
    )
    against = open_appeal.against if open_appeal else None
    appealed_by = against.decided_by_id if against else None
    verdict = against or case.verdict
    rules = queries.current_rules()
    shown = {
        "case": case,
        "appeal": open_appeal,
        "preview": queries.preview_of(case.subject),
        "verdict": verdict,
        "reasons": [
            reason | {"title": rules[reason["rule"]].title}
            for reason in (verdict.reasons if verdict else ())
        ],
        "reports": queries.reports_of(case),
        "history": queries.history_of(case.subject)[:HISTORY_SHOWN],
        "audit": queries.audit_of(case)[:HISTORY_SHOWN],
        "rules": rules.values(),
        "suggested": verdict.reasons[0]["rule"] if verdict and verdict.reasons else _usual(case),
        "may_judge": policies.may_judge(request.user, case, appealed_decider_id=appealed_by),
        "is_mine": case.assignee_id == request.user.pk and _is_leased(case),
        "is_taken": case.assignee_id not in (None, request.user.pk) and _is_leased(case),
        "is_live": case.state in Case.LIVE,
        "now": timezone.now(),
    }
    return render(request, "moderation/case.html", shown)


def _usual(case: Case) -> str:
    return "likeness-capture" if case.subject_kind == "cameo" else ""


def _is_leased(case: Case) -> bool:
    return case.lease_until is not None and case.lease_until > timezone.now()


@moderators_only
@require_POST
def claim(request: Any, case_id: UUID) -> HttpResponse:
    """Take a case, or renew one's claim from an open page."""
    actions.claim_case(get_object_or_404(Case, pk=case_id), by=request.user)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect("console_case", case_id)


@moderators_only
@require_POST
def release(request: Any, case_id: UUID) -> HttpResponse:
    """Put a case back and return to the queue."""
    actions.release_case(get_object_or_404(Case, pk=case_id), by=request.user)
    return redirect("console")


@moderators_only
@require_POST
def decide(request: Any, case_id: UUID) -> HttpResponse:
    """Decide a case, and go on with the next one."""
    case = get_object_or_404(Case, pk=case_id)
    given = request.POST
    try:
        if given.get("outcome") == "escalate":
            actions.escalate(case, by=request.user, reason=given["reason"], version=_version(given))
            messages.success(request, "Escalated.")
        else:
            actions.decide(
                case,
                by=request.user,
                outcome=given.get("outcome", "refuse"),
                rule=given.get("rule", ""),
                reason=given.get("reason", ""),
                version=_version(given),
            )
            messages.success(request, f"Decided: {given.get('outcome')}.")
    except DomainError as error:
        messages.error(request, error.detail)
        return redirect("console_case", case_id)
    return _to_next(request, queue="") if given.get("then") == "next" else redirect("console")


def _version(given: Any) -> int:
    text = given.get("version", "")
    return int(text) if text.isascii() and text.isdigit() else 0


def _to_next(request: Any, *, queue: str) -> HttpResponse:
    for case in queries.moderation_queue(request.user, queue=queue)[:5]:
        try:
            actions.claim_case(case, by=request.user)
        except actions.CaseTakenError:
            continue
        return redirect("console_case", case.pk)
    messages.info(request, "Nothing is waiting. Have a break.")
    return redirect("console")


def rules(request: HttpRequest) -> HttpResponse:
    """Show the house rules as they stand."""
    return render(request, "moderation/rules.html", {"rules": queries.current_rules().values()})


@login_required
def decisions(request: Any) -> HttpResponse:
    """Show the decisions about one's own things that were not a plain yes."""
    rows = queries.verdicts_against(request.user)[:DECISIONS_SHOWN]
    wordings = queries.current_rules()
    shown = {"decisions": [_shown(row, wordings) for row in rows]}
    return render(request, "moderation/decisions.html", shown)


@login_required
def decision(request: Any, verdict_id: UUID) -> HttpResponse:
    """Show one decision: rule, reason, what to change, and the appeal."""
    row = get_object_or_404(queries.verdicts_about_own(request.user), pk=verdict_id)
    shown = _shown(row, queries.current_rules()) | {
        "may_appeal": getattr(row, "appeal", None) is None
        and policies.may_appeal(request.user, row, at=timezone.now())
    }
    return render(request, "moderation/decision.html", shown)


def _shown(row: Any, wordings: Mapping[str, RuleVersion]) -> dict[str, Any]:
    return {
        "verdict": row,
        "reasons": [told(reason, wordings) for reason in row.reasons],
        "appeal": getattr(row, "appeal", None),
    }


@login_required
@require_POST
def appeal(request: Any) -> HttpResponse:
    """Contest a refusal by its id or by the slip that came with it."""
    verdict = None
    if verdict_id := request.POST.get("verdict"):
        own = queries.verdicts_about_own(request.user)
        verdict = get_object_or_404(own, pk=uuid_of(verdict_id))
    row = actions.appeal(
        verdict,
        by=request.user,
        text=request.POST.get("text", "")[:2000],
        slip=request.POST.get("slip", ""),
    )
    messages.success(request, "Sent. Somebody who has not decided it before looks at it.")
    return redirect("decision", row.against_id)
