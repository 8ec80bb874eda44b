"""The one way a standing changes: an event is appended, and the projection follows."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions import notify
from accounts.models import User
from core import fingerprints
from core.audit import audit
from core.errors import ConflictError, InvalidError
from core.subjects import SubjectRef
from moderation import policies, queries
from moderation.actions.opening import open_case
from moderation.models import BankEntry, Case, Event, RuleVersion, Standing, Verdict
from moderation.spec import Outcome, Reason, Stage

_GONE = (Standing.State.REFUSED, Standing.State.TAKEN_DOWN)
_SAME_PICTURES = "Its pictures are those of something that was judged."
_CUT_FROM = "It holds pictures of something that was removed."


class NotTakenDownError(ConflictError):
    """This has not been taken down."""

    code = "not_taken_down"


class ReasonMissingError(InvalidError):
    """A decision needs a rule and a reason in words."""

    code = "reason_missing"


def record(subject: SubjectRef, kind: str, **facts: Any) -> Event:
    """Append an event about `subject` and bring its standing up to date, in the open transaction.

    Locks the standing's row, so that events of one subject are projected in their order.
    """
    event = Event.objects.create(
        subject_kind=subject.kind, subject_id=subject.id, kind=kind, **facts
    )
    standing, is_new = Standing.objects.get_or_create(
        subject_kind=subject.kind, subject_id=subject.id, defaults={"event": event}
    )
    standing = Standing.objects.select_for_update().get(pk=standing.pk)
    following = policies.standing_after(standing.state, event)
    if is_new or following != standing.state:
        Standing.objects.filter(pk=standing.pk).update(
            state=following, since=event.created_at, event=event
        )
        _spread(event, before=standing.state, after=following)
    return event


def _spread(event: Event, *, before: str, after: str) -> None:
    """Let what holds the same pictures follow: a twin at once, and what they were cut into is
    hidden once they are gone, until a person has looked at each.
    """
    is_hidden, is_gone = (after in states for states in (Standing.HIDING, _GONE))
    if (before in Standing.HIDING, before in _GONE) == (is_hidden, is_gone):
        return
    preview = queries.preview_of(event.subject)
    if preview is None:
        return
    if preview.twin is not None:
        _follow(preview.twin, event, is_hidden=is_hidden, is_gone=is_gone)
    for carrier in preview.carriers if is_gone else ():
        case = open_case(carrier)
        record(carrier, Event.Kind.SUSPENDED, case=case, rule=event.rule, reason=_CUT_FROM)


def _follow(twin: SubjectRef, event: Event, *, is_hidden: bool, is_gone: bool) -> None:
    if is_hidden:
        kind = Event.Kind.TAKEN_DOWN if is_gone else Event.Kind.SUSPENDED
        record(twin, kind, actor=event.actor, rule=event.rule, reason=_SAME_PICTURES)
        return
    last = Standing.objects.filter(
        subject_kind=twin.kind, subject_id=twin.id, event__reason=_SAME_PICTURES
    )
    if last.exists():  # else somebody judged it for itself
        record(twin, Event.Kind.RESTORED, actor=event.actor, reason=_SAME_PICTURES)


def project(subject: SubjectRef) -> str:
    """Return the standing that the events of `subject` add up to, from the first to the last."""
    state = Standing.State.CLEAR.value
    rows = Event.objects.filter(subject_kind=subject.kind, subject_id=subject.id).order_by("id")
    for event in rows:
        state = policies.standing_after(state, event)
    return state


def human_verdict(  # noqa: PLR0913 - each is a column of the verdict
    subject: SubjectRef,
    *,
    outcome: Outcome,
    rule: RuleVersion | None,
    reason: str,
    by: User,
    digest: str,
    owner_id: int | None,
) -> Verdict:
    """Write a person's decision. It outranks every machine's on the same digest."""
    grounds = [] if rule is None else [human_reason(rule, reason, outcome)]
    return Verdict.objects.create(
        subject_kind=subject.kind,
        subject_id=subject.id,
        stage=Stage.HUMAN,
        outcome=outcome,
        reasons=grounds,
        versions={"rules": {rule.rule_id: rule.number}} if rule else {},
        subject_digest=digest,
        owner_id=owner_id,
        decided_by=by,
    )


def human_reason(rule: RuleVersion, reason: str, outcome: Outcome) -> dict[str, Any]:
    """Return a person's ground in the form that verdicts store."""
    return Reason(rule.rule_id, rule.rule_id, 1.0, 0.0, outcome, note=reason).as_json()


def rule_called(code: str) -> RuleVersion:
    """Return the wording in force of a rule. Raises ReasonMissingError if there is no such rule."""
    rule = queries.current_rules([code]).get(code) if code else None
    if rule is None:
        raise ReasonMissingError("Name the rule that this is about.", field="rule")
    return rule


@transaction.atomic
def take_down(subject: SubjectRef, *, by: User, rule: str, reason: str) -> Verdict:
    """Hide something from everybody, tell its owner why, and remember its pictures against copies.

    Raises ReasonMissingError.
    """
    if not reason.strip():
        raise ReasonMissingError(field="reason")
    wording = rule_called(rule)
    before = standing_of(subject)
    preview = queries.preview_of(subject)
    owner_id = preview.owner_id if preview else None
    verdict = human_verdict(
        subject,
        outcome=Outcome.REFUSE,
        rule=wording,
        reason=reason,
        by=by,
        digest="",
        owner_id=owner_id,
    )
    record(subject, Event.Kind.TAKEN_DOWN, actor=by, verdict=verdict, rule=wording, reason=reason)
    if preview is not None and preview.fingerprint:
        bank(subject, fingerprints.Fingerprint.from_bytes(preview.fingerprint), rule=wording)
    audit(
        by,
        "subject.taken_down",
        subject,
        reason=reason,
        before={"standing": before},
        after={"standing": Standing.State.TAKEN_DOWN.value, "rule": rule},
    )
    tell_owner(verdict, title=wording.title, reason=reason)
    return verdict


@transaction.atomic
def restore(subject: SubjectRef, *, by: User, reason: str) -> None:
    """Show again what was taken down or suspended, and forget its pictures.

    Raises NotTakenDownError, ReasonMissingError.
    """
    if not reason.strip():
        raise ReasonMissingError(field="reason")
    before = standing_of(subject)
    if before not in Standing.HIDING:
        raise NotTakenDownError
    record(subject, Event.Kind.RESTORED, actor=by, reason=reason)
    BankEntry.objects.filter(subject_kind=subject.kind, subject_id=subject.id).update(
        is_active=False
    )
    after = {"standing": Standing.State.CLEAR.value}
    audit(by, "subject.restored", subject, reason=reason, before={"standing": before}, after=after)


def bank(subject: SubjectRef, fingerprint: fingerprints.Fingerprint, *, rule: RuleVersion) -> None:
    """Remember the pictures of removed material, so that copies are refused."""
    BankEntry.objects.update_or_create(
        subject_kind=subject.kind,
        subject_id=subject.id,
        defaults={"fingerprint": fingerprint.to_bytes(), "rule": rule, "is_active": True},
    )


def standing_of(subject: SubjectRef) -> str:
    """Return the state of a subject's standing; one that nothing happened to is clear."""
    row = Standing.objects.filter(subject_kind=subject.kind, subject_id=subject.id).first()
    return row.state if row else Standing.State.CLEAR.value


def tell_owner(verdict: Verdict, *, title: str, reason: str) -> None:
    """Leave the decision, its reason and the way to appeal in the owner's notices."""
    owner = verdict.owner
    if owner is None:
        return
    if verdict.outcome == Outcome.REFUSE:
        text = f"A moderator refused this: {title}. {reason} You may appeal."
    else:
        text = "A moderator looked at this and approved it."
    notify(
        owner,
        kind="decision",
        text=text[:300],
        subject=verdict.subject,
        url=f"/decisions/{verdict.pk}/",
    )


def answer_reports(case: Case, outcome: Outcome) -> None:
    """Close the reports of a decided case and tell each reporter what came of it."""
    waiting = list(case.reports.filter(answered_at=None).select_related("reporter"))
    case.reports.filter(answered_at=None).update(answer=outcome, answered_at=timezone.now())
    said = (
        "We removed what you reported. Thank you."
        if outcome == Outcome.REFUSE
        else "We looked at what you reported and found that it keeps the rules."
    )
    for row in waiting:
        notify(row.reporter, kind="report", text=said, subject=row.subject)
