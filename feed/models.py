"""What people have watched."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from feed.spec import SEEN_FOR_DAYS
from social.models import Clip


class WatchQuerySet(models.QuerySet["Watch"]):
    def seen_by(self, viewer: Any) -> WatchQuerySet:
        """Keep views by which `viewer` has seen a clip well enough not to be shown it again yet."""
        since = Now() - timedelta(days=SEEN_FOR_DAYS)
        return self.filter(viewer=viewer, is_seen=True, created_at__gt=since)


class Watch(models.Model):
    """One view of one clip. The client makes the id, so that a report sent twice counts once."""

    id = models.UUIDField(primary_key=True)
    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watches"
    )
    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="watches")
    watched_ratio = models.FloatField()
    seconds_watched = models.FloatField()
    is_seen = models.BooleanField()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = WatchQuerySet.as_manager()

    class Meta:
        indexes = [
            # feed.queries: what not to show again
            models.Index(
                fields=["viewer", "clip"],
                include=["created_at"],
                condition=Q(is_seen=True),
                name="watch_seen",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(watched_ratio__gte=0, watched_ratio__lte=1),
                name="watched_ratio_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(seconds_watched__gte=0), name="seconds_watched_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.viewer_id} watched {self.clip_id}"
