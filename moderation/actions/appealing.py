"""Appeals: one for each decision against a person, judged by somebody who did not make it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from core.errors import ConflictError, InvalidError
from core.states import StaleStateError
from core.subjects import SubjectRef
from moderation import policies, queries
from moderation.actions.screening import SLIP_SALT
from moderation.actions.standing import record
from moderation.models import Appeal, Case, Event, Verdict
from moderation.spec import QUEUES, Outcome


class AppealNotPossibleError(ConflictError):
    """This cannot be appealed: only what stopped something of your own, once, within 20 days."""

    code = "appeal_not_possible"


class SlipNotOursError(InvalidError):
    """This slip is not one that we gave you."""

    code = "slip_not_ours"


@transaction.atomic
def appeal(verdict: Verdict | None = None, *, by: User, text: str, slip: str = "") -> Appeal:
    """Contest a refusal or a held caption, given as its row or as the slip that came with it.

    Puts the case before the moderators again; whoever decided it cannot decide this. Locks the
    verdict by inserting the one appeal that it may have.

    Raises SlipNotOursError, AppealNotPossibleError.
    """
    judged_text = ""
    if verdict is None:
        verdict, judged_text = _redeemed(slip, by)
    is_known = Appeal.objects.filter(against=verdict).exists()
    if is_known or not policies.may_appeal(by, verdict, at=timezone.now()):
        raise AppealNotPossibleError
    case = _appealed_case(verdict)
    row = Appeal.objects.create(
        against=verdict, appellant=by, case=case, text=text, judged_text=judged_text
    )
    if queries.subject_port(case.subject_kind) is not None:
        record(case.subject, Event.Kind.APPEALED, actor=by, case=case, verdict=verdict, reason=text)
    return row


def _redeemed(slip: str, by: User) -> tuple[Verdict, str]:
    """Return the verdict of a slip, written now if the refused request took its row with it."""
    try:
        facts: dict[str, Any] = signing.loads(slip, salt=SLIP_SALT, max_age=policies.APPEAL_WITHIN)
    except signing.BadSignature:
        raise SlipNotOursError(field="slip") from None
    if facts["owner"] != by.pk:
        raise SlipNotOursError(field="slip")
    verdict, _ = Verdict.objects.get_or_create(
        id=facts["id"],
        defaults={
            "stage": facts["stage"],
            # Slips of before held captions had any do not name it.
            "outcome": facts.get("outcome", Outcome.REFUSE),
            "reasons": facts["reasons"],
            "subject_digest": facts["digest"],
            "thresholds_id": facts["thresholds"],
            "owner": by,
            "created_at": datetime.fromisoformat(facts["at"]),
        },
    )
    return verdict, facts["text"]


def _appealed_case(verdict: Verdict) -> Case:
    """Return the case in which `verdict` was given, open again; or a new one for a machine's."""
    line = QUEUES["appeals"]
    waiting: dict[str, Any] = {
        "queue": line.code,
        "priority": line.priority,
        "due_at": timezone.now() + timedelta(hours=line.due_in_h),
        "assignee": None,
        "lease_until": None,
    }
    decided = Case.objects.filter(decision=verdict).select_for_update().first()
    if decided is None:
        # Words that were refused before any row was made are a subject of their own.
        subject = verdict.subject if verdict.subject_id else SubjectRef("prompt", str(verdict.pk))
        if Case.objects.live().filter(subject_kind=subject.kind, subject_id=subject.id).exists():
            raise AppealNotPossibleError("A moderator is looking at this already.")
        return Case.objects.create(
            subject_kind=subject.kind,
            subject_id=subject.id,
            state=Case.State.APPEALED,
            verdict=verdict,
            owner_id=verdict.owner_id,
            **waiting,
        )
    if decided.state != Case.State.DECIDED:
        raise AppealNotPossibleError("This decision is final.")
    try:
        decided.move(Case.State.APPEALED, version=F("version") + 1, **waiting)
    except StaleStateError:
        raise AppealNotPossibleError from None
    decided.refresh_from_db()
    return decided
