"""Cases: the one way a question for a person is opened."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core.subjects import SubjectRef
from moderation import policies, queries
from moderation.models import Case, Verdict
from moderation.spec import Queue


@transaction.atomic
def open_case(
    subject: SubjectRef,
    *,
    verdict: Verdict | None = None,
    owner_id: int | None = None,
    queue: Queue | None = None,
) -> Case:
    """Ask the moderators about `subject`, or return the question that already waits."""
    rules = [reason["rule"] for reason in verdict.reasons] if verdict else []
    line = queue or policies.queue_of(subject.kind, rules)
    waiting = Case.objects.live().filter(subject_kind=subject.kind, subject_id=subject.id)
    if (case := waiting.select_for_update().first()) is not None:
        if line.priority > case.priority:
            Case.objects.filter(pk=case.pk).update(
                priority=line.priority, queue=line.code, version=case.version + 1
            )
            case.refresh_from_db()
        return case
    if owner_id is None and (preview := queries.preview_of(subject)) is not None:
        owner_id = preview.owner_id
    return Case.objects.create(
        subject_kind=subject.kind,
        subject_id=subject.id,
        queue=line.code,
        priority=line.priority,
        due_at=timezone.now() + timedelta(hours=line.due_in_h),
        verdict=verdict,
        owner_id=owner_id,
    )
