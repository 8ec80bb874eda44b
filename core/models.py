"""Tables that belong to no app: the audit log and remembered requests."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from core.ids import uuid7


class AuditEntry(models.Model):
    """One act of staff: who did what to what, why, and what it was before and after. Append-
    only.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    verb = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=20)
    subject_id = models.CharField(max_length=40)
    reason = models.TextField()
    before = models.JSONField()
    after = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "created_at"], name="audit_subject")
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="audit_has_reason")
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind}:{self.subject_id}"


class IdempotentRequest(models.Model):
    """The first answer to a POST that carried an Idempotency-Key, replayed to its repeats."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(max_length=60)
    key = models.CharField(max_length=255)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "scope", "key"], name="one_answer_per_key")
        ]
        indexes = [
            # core.idempotency.purge
            models.Index(fields=["created_at"], name="answer_by_age")
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
