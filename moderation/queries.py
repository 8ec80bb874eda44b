"""Reads that join what moderation knows about a subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from core import fingerprints, plugins
from core.models import AuditEntry
from core.subjects import SubjectRef
from moderation.models import BankEntry, Case, Event, Report, RuleVersion, ThresholdSet, Verdict
from moderation.spec import QUEUES, Score
from moderation.subjects import Preview, Subject

# A copy of removed material: this share of its frames, or of ours, must match.
BANK_MATCH_RATIO = 0.6
# Everybody may be wrong this often before their reports count for less.
FORGIVEN_REPORTS = 3


def current_thresholds() -> ThresholdSet:
    """Return the newest thresholds. Raises ThresholdSet.DoesNotExist on an unmigrated database."""
    return ThresholdSet.objects.latest("pk")


def current_rules(codes: Iterable[str] | None = None) -> Mapping[str, RuleVersion]:
    """Return the wording in force of every rule, or of those in `codes`, by code."""
    rows = RuleVersion.objects.current()
    if codes is not None:
        rows = rows.filter(rule_id__in=set(codes))
    return {row.rule_id: row for row in rows}


def human_verdict(
    digest: str, *, subject: SubjectRef | None, owner_id: int | None
) -> Verdict | None:
    """Return the newest decision of a person on exactly these bytes, if there is one.

    Of a stored subject the digest is of its media; of bare text it binds the text to its writer.
    """
    if not digest:
        return None
    rows = Verdict.objects.by_people().filter(subject_digest=digest)
    if subject is not None and subject.id:
        rows = rows.about(subject)
    else:
        rows = rows.filter(owner_id=owner_id)
    return rows.order_by("-created_at").first()


def bank_scores(fingerprint: fingerprints.Fingerprint) -> list[Score]:
    """Compare pictures with everything taken down for good. One score for the best match.

    A certain match refuses; a match of dark pictures, whose hashes say little, only holds.
    """
    best: Score | None = None
    for entry in BankEntry.objects.filter(is_active=True).iterator():
        known = fingerprints.Fingerprint.from_bytes(bytes(entry.fingerprint))
        match = fingerprints.compare(fingerprint, known)
        ratio = max(match.ratio, match.reverse_ratio)
        if ratio < BANK_MATCH_RATIO:
            continue
        value = min(ratio, 0.6) if match.is_dark else ratio
        if best is None or value > best.value:
            best = Score("removed", value, note=f"matches {entry.subject}")
    return [best] if best else []


def subject_port(kind: str) -> Subject | None:
    """Return the port that shows and rules subjects of `kind`, or None if none is configured."""
    if kind not in plugins.configured("MODERATION_SUBJECTS"):
        return None
    port: Subject = plugins.load("MODERATION_SUBJECTS", kind)
    return port


def preview_of(subject: SubjectRef) -> Preview | None:
    """Return what a reviewer sees of a subject; None if it is gone or its kind has no port."""
    port = subject_port(subject.kind)
    if port is None:
        return None
    try:
        return port.preview(subject.id)
    except (ObjectDoesNotExist, ValidationError, ValueError):
        return None  # gone, or a key that cannot be one


def is_visible(subject: SubjectRef, *, to: Any) -> bool:
    """Whether `to` may see a subject; one of a kind without a port does not exist for anybody."""
    port = subject_port(subject.kind)
    try:
        return port is not None and port.is_visible(subject.id, to=to)
    except (ObjectDoesNotExist, ValidationError, ValueError):
        return False  # a key that cannot be one


def moderation_queue(user: Any, *, queue: str = "") -> QuerySet[Case]:
    """Return the cases that `user` may work on, most urgent first, with what a row shows."""
    rows = Case.objects.claimable_by(user, timezone.now()).most_urgent_first()
    if queue:
        rows = rows.filter(queue=queue)
    return rows.select_related("owner", "verdict", "assignee").annotate(
        report_count=Count("reports", distinct=True)
    )


def queue_counts() -> list[dict[str, Any]]:
    """Return each queue with its waiting and overdue cases, in the order of urgency."""
    now = timezone.now()
    found = (
        Case.objects.live()
        .values("queue")
        .annotate(waiting=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=now)))
    )
    counts = {row["queue"]: (row["waiting"], row["overdue"]) for row in found}
    return [
        {"code": queue.code, "title": queue.title, "waiting": waiting, "overdue": overdue}
        for queue in QUEUES.values()
        for waiting, overdue in [counts.get(queue.code, (0, 0))]
    ]


def history_of(subject: SubjectRef) -> QuerySet[Event]:
    """Return everything that happened to a subject's standing, newest first."""
    return (
        Event.objects.filter(subject_kind=subject.kind, subject_id=subject.id)
        .select_related("actor", "rule", "verdict")
        .order_by("-id")
    )


def audit_of(case: Case) -> QuerySet[AuditEntry]:
    """Return the staff actions on a case and on its subject, newest first."""
    about_case = Q(subject_kind="case", subject_id=str(case.pk))
    about_subject = Q(subject_kind=case.subject_kind, subject_id=case.subject_id)
    return (
        AuditEntry.objects.filter(about_case | about_subject)
        .select_related("actor")
        .order_by("-created_at")
    )


def trusted_report_count(case: Case) -> int:
    """Return how many people report a case's subject whose reports were not mostly wrong so far."""
    wrong = Count("reporter__reports", filter=Q(reporter__reports__answer="allow"), distinct=True)
    right = Count("reporter__reports", filter=Q(reporter__reports__answer="refuse"), distinct=True)
    open_reports = case.reports.filter(answered_at=None).annotate(wrong=wrong, right=right)
    return open_reports.filter(Q(wrong__lt=FORGIVEN_REPORTS) | Q(right__gte=F("wrong"))).count()


def reports_of(case: Case) -> QuerySet[Report]:
    """Return the reports that a case answers, oldest first."""
    return case.reports.select_related("reporter", "rule").order_by("created_at")


def verdicts_against(user: Any) -> QuerySet[Verdict]:
    """Return the decisions about a person's own things that were no plain yes, newest first."""
    return verdicts_about_own(user).exclude(outcome="allow")


def verdicts_about_own(user: Any) -> QuerySet[Verdict]:
    """Return every decision about a person's own things, newest first."""
    rows = Verdict.objects.filter(owner=user).select_related("appeal__answer")
    return rows.order_by("-created_at", "-pk")
