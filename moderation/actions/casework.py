"""What reviewers do with cases. One case has one reviewer at a time, by lease and by version."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from core import fingerprints
from core.audit import audit
from core.errors import ConflictError, ForbiddenError
from core.states import StaleStateError
from core.subjects import SubjectRef
from moderation import events, policies, queries
from moderation.actions.standing import (
    ReasonMissingError,
    answer_reports,
    bank,
    human_verdict,
    record,
    rule_called,
    tell_owner,
)
from moderation.models import Appeal, Case, Event, RuleVersion, Verdict
from moderation.spec import Outcome

# A reviewer who closes the lid gives the case back after this long; an open page renews.
LEASE = timedelta(minutes=10)
ESCALATED_PRIORITY = 200


class CaseTakenError(ConflictError):
    """Somebody else is working on this case."""

    code = "case_taken"


class CaseMovedError(ConflictError):
    """This case has changed since you opened it. Load it again before you decide."""

    code = "case_moved"


class NotYourCaseError(ForbiddenError):
    """You cannot judge what you did, and you cannot decide the appeal against your own decision."""

    code = "not_your_case"


@transaction.atomic
def claim_case(case: Case, *, by: User) -> Case:
    """Take a case for ten minutes, or renew one's own claim. Of two who try, one gets it.

    Raises CaseTakenError, NotYourCaseError.
    """
    _require_judge(case, by)
    now = timezone.now()
    until = now + LEASE
    mine = Case.objects.live().filter(pk=case.pk, assignee=by, lease_until__gt=now)
    if mine.update(lease_until=until) == 1:
        case.refresh_from_db()
        return case
    taken: dict[str, Any] = {"assignee": by, "lease_until": until, "version": F("version") + 1}
    if case.state == Case.State.OPEN:
        try:
            case.move(Case.State.ASSIGNED, **taken)
        except StaleStateError:
            raise CaseTakenError from None
    elif (
        Case.objects.claimable_by(by, now).filter(pk=case.pk, state=case.state).update(**taken) != 1
    ):
        raise CaseTakenError
    case.refresh_from_db()
    return case


@transaction.atomic
def release_case(case: Case, *, by: User) -> None:
    """Give a claimed case back to its queue. Skipping costs a reviewer nothing. Safe to repeat."""
    freed: dict[str, Any] = {"assignee": None, "lease_until": None, "version": F("version") + 1}
    if case.state == Case.State.ASSIGNED and case.assignee_id == by.pk:
        try:
            case.move(Case.State.OPEN, only_if={"assignee": by}, **freed)
        except StaleStateError:
            return
    else:
        Case.objects.live().filter(pk=case.pk, assignee=by).update(**freed)
    case.refresh_from_db()


@transaction.atomic
def escalate(case: Case, *, by: User, reason: str, version: int) -> Case:
    """Hand a case to the next level: to the top of the queue, free for others, with a note why.

    Raises CaseTakenError, CaseMovedError, ReasonMissingError.
    """
    if not reason.strip():
        raise ReasonMissingError(field="reason")
    locked = _lock(case, by, version)
    before = {"state": locked.state, "queue": locked.queue}
    try:
        locked.move(
            Case.State.ESCALATED,
            assignee=None,
            lease_until=None,
            priority=ESCALATED_PRIORITY,
            version=F("version") + 1,
        )
    except StaleStateError:
        raise CaseMovedError from None
    locked.refresh_from_db()
    _note(locked, by, reason)
    after = {"state": locked.state, "queue": locked.queue}
    audit(by, "case.escalated", _ref(case), reason=reason, before=before, after=after)
    return locked


@transaction.atomic
def decide(case: Case, *, by: User, outcome: str, rule: str, reason: str, version: int) -> Verdict:
    """Decide a case for good: write the verdict, move the subject, tell everybody concerned.

    `outcome` is "allow" or "refuse"; `rule` is the code of the house rule that it turns on,
    `version` the one the reviewer has read. An appealed case ends here, anything else may be
    appealed once. All in one transaction, the subject's own move included.

    Raises NotYourCaseError, CaseTakenError, CaseMovedError, ReasonMissingError.
    """
    if not reason.strip():
        raise ReasonMissingError(field="reason")
    wording = rule_called(rule)
    result = Outcome.ALLOW if outcome == Outcome.ALLOW.value else Outcome.REFUSE
    locked = _lock(case, by, version)
    open_appeal = locked.appeals.filter(state=Appeal.State.OPEN).select_related("against").first()
    verdict = human_verdict(
        locked.subject,
        outcome=result,
        rule=wording,
        reason=reason,
        by=by,
        digest=_judged_digest(locked, open_appeal),
        owner_id=locked.owner_id,
    )
    before = {"state": locked.state}
    _close(locked, verdict, open_appeal)
    _apply(locked, verdict, wording, reason)
    after = {"state": locked.state, "outcome": result.value, "rule": rule}
    audit(by, "case.decided", _ref(case), reason=reason, before=before, after=after)
    answer_reports(locked, result)
    tell_owner(verdict, title=wording.title, reason=reason)
    transaction.on_commit(lambda: events.decided(locked, result.value))
    return verdict


def _close(case: Case, verdict: Verdict, open_appeal: Appeal | None) -> None:
    to = Case.State.FINAL if open_appeal else Case.State.DECIDED
    try:
        case.move(to, decision=verdict, assignee=None, lease_until=None, version=F("version") + 1)
    except StaleStateError:
        raise CaseMovedError from None
    case.refresh_from_db()
    if open_appeal:
        overturned = verdict.outcome == Outcome.ALLOW
        open_appeal.state = Appeal.State.OVERTURNED if overturned else Appeal.State.UPHELD
        open_appeal.answer = verdict
        open_appeal.save(update_fields=["state", "answer"])


def _apply(case: Case, verdict: Verdict, wording: RuleVersion, reason: str) -> None:
    """Let the decision take hold: standing, bank of removed pictures, the owner app's row."""
    port = queries.subject_port(case.subject_kind)
    if port is None:
        return  # words without a row, such as a refused prompt: the verdict itself is the effect
    record(
        case.subject,
        Event.Kind.DECIDED,
        actor=verdict.decided_by,
        verdict=verdict,
        outcome=verdict.outcome,
        case=case,
        rule=wording,
        reason=reason,
    )
    preview = queries.preview_of(case.subject)
    if verdict.outcome == Outcome.REFUSE and preview is not None and preview.fingerprint:
        bank(case.subject, fingerprints.Fingerprint.from_bytes(preview.fingerprint), rule=wording)
    port.ruled(case.subject_id, outcome=verdict.outcome, verdict_id=verdict.pk)


def _judged_digest(case: Case, open_appeal: Appeal | None) -> str:
    """Return the digest that the decision is about: the one that brought the case here."""
    if open_appeal:
        return open_appeal.against.subject_digest
    return case.verdict.subject_digest if case.verdict else ""


def _lock(case: Case, by: User, version: int) -> Case:
    """Lock the case's row and make sure that `by` may decide it as they have read it."""
    locked = Case.objects.select_for_update().get(pk=case.pk)
    _require_judge(locked, by)
    lease_is_live = locked.lease_until is not None and locked.lease_until > timezone.now()
    if lease_is_live and locked.assignee_id != by.pk:
        raise CaseTakenError
    if locked.version != version or locked.state not in Case.LIVE:
        raise CaseMovedError
    return locked


def _require_judge(case: Case, by: User) -> None:
    against = case.appeals.filter(state=Appeal.State.OPEN).values_list(
        "against__decided_by", flat=True
    )
    if not policies.may_judge(by, case, appealed_decider_id=against.first()):
        raise NotYourCaseError


def _note(case: Case, by: User, text: str) -> None:
    record(case.subject, Event.Kind.NOTED, actor=by, case=case, reason=text)


def _ref(case: Case) -> SubjectRef:
    return SubjectRef("case", str(case.pk))
