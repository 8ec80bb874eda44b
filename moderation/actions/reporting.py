"""Reports: how people tell moderators what they have seen."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from core.errors import DomainError
from core.subjects import SubjectRef
from moderation import policies, queries
from moderation.actions.opening import open_case
from moderation.actions.standing import record, rule_called
from moderation.models import Case, Event, Report
from moderation.spec import QUEUES


class ReportLimitError(DomainError):
    """You have sent many reports today. Please wait a day; urgent matters reach us by mail."""

    status: ClassVar[int] = 429
    code: ClassVar[str] = "too_many_reports"


@transaction.atomic
def report(subject: SubjectRef, *, by: User, rule: str, text: str = "") -> Report:
    """Put a complaint before the moderators; a second one by the same person changes nothing.

    All reports of one subject share one case. When enough different people whose word has been good
    report it, it is hidden from everybody until a moderator has looked.

    Raises ReportLimitError, ReasonMissingError if there is no such rule.
    """
    wording = rule_called(rule)
    known = by.reports.filter(
        subject_kind=subject.kind, subject_id=subject.id, answered_at=None
    ).first()
    if known is not None:
        return known
    since = timezone.now() - timedelta(days=1)
    if by.reports.filter(created_at__gte=since).count() >= policies.REPORTS_A_DAY:
        raise ReportLimitError
    urgent = policies.queue_of("report", [rule])
    case = open_case(subject, queue=urgent if urgent.code == "safety" else QUEUES["reports"])
    row = Report.objects.create(
        reporter=by,
        subject_kind=subject.kind,
        subject_id=subject.id,
        rule_id=rule,
        text=text,
        case=case,
    )
    # A reviewer who has the case open must see this report before they decide.
    Case.objects.filter(pk=case.pk).update(version=F("version") + 1)
    record(subject, Event.Kind.REPORTED, actor=by, case=case, rule=wording, reason=text)
    if queries.trusted_report_count(case) >= policies.SUSPENDING_REPORTS:
        record(
            subject,
            Event.Kind.SUSPENDED,
            case=case,
            rule=wording,
            reason="Reported by several people.",
        )
    return row
