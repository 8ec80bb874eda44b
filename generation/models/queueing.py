"""Who works on renders, what each try came to, and how the time is shared out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone

from generation.models.rendering import Render

if TYPE_CHECKING:
    from datetime import datetime


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self, at: datetime, *, engine: str) -> WorkerQuerySet:
        """Workers of an engine that have been heard of lately."""
        since = at - timedelta(seconds=settings.GENERATION_WORKER_GONE_AFTER_S)
        return self.filter(seen_at__gte=since, engines__contains=[engine])


class RenderAttempt(models.Model):
    """One try of one worker, written when it is over, for ever."""

    class Outcome(models.TextChoices):
        DONE = "done"
        CANCELLED = "cancelled"
        REFUSED = "refused"
        FAILED = "failed"
        IMPOSSIBLE = "impossible"
        LOST = "lost"

    render = models.ForeignKey(Render, on_delete=models.PROTECT, related_name="tries")
    token = models.UUIDField(unique=True)  # of the lease: it ends once
    number = models.PositiveSmallIntegerField()
    worker = models.CharField(max_length=120)
    engine = models.CharField(max_length=40)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            # generation.queries.pace_of: what the latest took
            models.Index(fields=["engine", "-ended_at"], name="attempt_pace"),
        ]

    def __str__(self) -> str:
        return f"{self.render_id}/{self.number}: {self.outcome}"

    @property
    def took_s(self) -> float:
        """How long the worker was busy with it."""
        return (self.ended_at - self.started_at).total_seconds()


class Worker(models.Model):
    """One process that takes renders. It is alive while it says so every few seconds."""

    name = models.CharField(primary_key=True, max_length=120)
    host = models.CharField(max_length=80)
    pid = models.PositiveIntegerField()
    device = models.CharField(max_length=80, blank=True)
    engines = models.JSONField(default=list)
    since = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def is_alive(self, at: datetime) -> bool:
        """Whether it has been heard of lately."""
        return self.seen_at >= at - timedelta(seconds=settings.GENERATION_WORKER_GONE_AFTER_S)


class QueueShare(models.Model):
    """How much of an engine's time one person has had, on the virtual clock of its queue.

    The row without a person is the clock itself. See `generation.policies.Line`.
    """

    engine = models.CharField(max_length=40)
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+"
    )
    tag = models.FloatField(default=0.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["engine", "maker"], nulls_distinct=False, name="one_share_per_engine"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.maker_id} has had {self.tag:g} of {self.engine}"
