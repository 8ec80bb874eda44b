"""The audit log: every staff action passes through `audit`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models import AuditEntry
from core.subjects import SubjectRef


def audit(
    actor: Any,
    verb: str,
    subject: SubjectRef,
    *,
    reason: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> AuditEntry:
    """Append one entry in the open transaction. `actor` None is the system itself.

    Raises IntegrityError if `reason` is empty: an unexplained staff action does not happen.
    """
    return AuditEntry.objects.create(
        actor=actor,
        verb=verb,
        subject_kind=subject.kind,
        subject_id=subject.id,
        reason=reason,
        before=dict(before),
        after=dict(after),
    )
