"""What helps to ask: styles, fill-in prompts, ideas, and pictures that people give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.ids import uuid7
from generation.models.rendering import ACTIVE, Render

if TYPE_CHECKING:
    from datetime import datetime


class ShelfQuerySet(models.QuerySet[Any]):
    def offered(self) -> ShelfQuerySet:
        """Rows that people are offered, in the order of the shelf."""
        return self.filter(is_enabled=True).order_by("position", "code")


class Style(models.Model):
    """A look in one tap: words added to a prompt. Switched off, it is no longer offered."""

    code = models.SlugField(primary_key=True, max_length=40)
    title = models.CharField(max_length=60)
    words = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)
    is_enabled = models.BooleanField(default=True)

    objects = ShelfQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class PromptTemplate(models.Model):
    """A prompt with {slots} to fill in."""

    code = models.SlugField(primary_key=True, max_length=40)
    title = models.CharField(max_length=60)
    text = models.CharField(max_length=500)
    # [{"name": "who", "title": "Who or what", "example": "a small fox"}], in the order of asking.
    slots = models.JSONField(default=list)
    seconds = models.FloatField(default=5.0)
    shape = models.CharField(max_length=10, default="portrait")
    style = models.ForeignKey(Style, on_delete=models.SET_NULL, null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_enabled = models.BooleanField(default=True)

    objects = ShelfQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class Inspiration(models.Model):
    """A prompt for somebody who has no idea yet."""

    code = models.SlugField(primary_key=True, max_length=40)
    prompt = models.CharField(max_length=500)
    seconds = models.FloatField(default=5.0)
    shape = models.CharField(max_length=10, default="portrait")
    position = models.PositiveSmallIntegerField(default=0)
    is_enabled = models.BooleanField(default=True)

    objects = ShelfQuerySet.as_manager()

    def __str__(self) -> str:
        return self.prompt


class ReferenceQuerySet(models.QuerySet["Reference"]):
    def visible_to(self, viewer: Any) -> ReferenceQuerySet:
        """Keep a person's own: what is given to make a clip is shown to nobody else."""
        return self.filter(owner=viewer)

    def usable(self, at: datetime) -> ReferenceQuerySet:
        """Those whose pictures are still there and may be asked for."""
        return self.filter(expires_at__gt=at).exclude(stored="")

    def outlived(self, at: datetime) -> ReferenceQuerySet:
        """Those whose pictures are to be deleted: expired, and no unfinished render needs them."""
        needed = RenderReference.objects.filter(
            reference=OuterRef("pk"), render__state__in=(*ACTIVE, Render.State.QUEUED)
        )
        return self.filter(~Exists(needed), expires_at__lte=at).exclude(stored="")


class Reference(models.Model):
    """A picture that a person gives for renders of their own: cleaned, private, for a while.

    The row outlives the picture: a recipe names it by its digest.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="references"
    )
    # Name in private storage; empty once deleted.
    stored = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    # How many faces were found in it; each needs a person who lends their likeness.
    faces = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        indexes = [
            # generation.actions.referencing.sweep_references
            models.Index(
                fields=["expires_at"], condition=~models.Q(stored=""), name="reference_expiry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.width}x{self.height} of {self.owner_id}"


class RenderReference(models.Model):
    """A given picture that a render uses."""

    render = models.ForeignKey(Render, on_delete=models.CASCADE, related_name="given")
    reference = models.ForeignKey(Reference, on_delete=models.PROTECT, related_name="uses")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["render", "reference"], name="given_once_per_render")
        ]

    def __str__(self) -> str:
        return f"{self.reference_id} in {self.render_id}"
