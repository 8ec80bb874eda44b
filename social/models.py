"""Clips and what people say and feel about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import Block, Follow
from cameos.models import Cameo
from core.ids import uuid7
from core.states import Stateful
from generation.models import Render, RenderCast
from moderation.models import Standing, Verdict
from moderation.spec import Outcome

CAPTION_CHARS_MAX = 500
COMMENT_CHARS_MAX = 500


class ClipQuerySet(models.QuerySet["Clip"]):
    def visible_to(self, viewer: Any) -> ClipQuerySet:
        """Keep what `viewer` may open: the only door to clips, on every surface.

        A maker sees own hidden clips. Whose likeness is in a clip sees it whatever its audience.
        Moderators are not stopped by blocks, and judge what is private or gone in the console.
        """
        rows = self.lawful()
        published = Q(state=Clip.State.PUBLISHED)
        if not viewer.is_authenticated:
            return rows.filter(published, audience__in=Clip.BY_LINK)
        rows = rows.filter(
            (published & self._addressed_to(viewer))
            | Q(maker=viewer, state__in=(Clip.State.PUBLISHED, Clip.State.HIDDEN))
        )
        if viewer.is_moderator:
            return rows
        return rows.exclude(maker__in=Block.objects.hidden_from(viewer))

    def lawful(self) -> ClipQuerySet:
        """Keep clips that somebody may see: by an active maker, with every likeness in them still
        lent, inherited ones included, and not taken down. Read at query time, so that a revocation
        or a takedown is obeyed by the next read.
        """
        unlent = RenderCast.objects.filter(
            render=OuterRef("render_id"), cameo__in=Cameo.objects.unusable()
        )
        return self.filter(
            ~Exists(unlent),
            ~Standing.hides("clip", "pk"),
            ~Standing.hides("render", "render_id"),
            maker__is_active=True,
            render__state=Render.State.READY,
        )

    def listed(self) -> ClipQuerySet:
        """Keep what lists may contain: an unlisted clip is for those who have its address."""
        return self.filter(state=Clip.State.PUBLISHED, audience__in=Clip.IN_LISTS)

    def counted(self) -> ClipQuerySet:
        """Keep what the number of remixes on a clip above counts."""
        return self.filter(state=Clip.State.PUBLISHED, audience=Clip.Audience.PUBLIC)

    def by_followed(self, viewer: Any) -> ClipQuerySet:
        """Keep clips of the people whom `viewer` follows."""
        return self.filter(maker__in=Follow.objects.followed_by(viewer))

    def below(self, render_id: Any) -> ClipQuerySet:
        """Keep the remixes of a render, and theirs, at any depth."""
        return self.filter(ancestor_ids__contains=[render_id])

    def _addressed_to(self, viewer: Any) -> Q:
        follows = Follow.objects.filter(follower=viewer, followed=OuterRef("maker"))
        appears = RenderCast.objects.filter(render=OuterRef("render_id"), cameo__owner=viewer)
        return (
            Q(audience__in=Clip.BY_LINK)
            | (Q(audience=Clip.Audience.FOLLOWERS) & Q(Exists(follows)))
            | Q(Exists(appears))
        )


class Clip(Stateful):
    """A published post: one render, judged, with a caption and an audience.

    The draft is the READY render itself. The row of a removed clip stays as the tombstone that its
    remixes hang from.
    """

    class State(models.TextChoices):
        PUBLISHED = "published"
        HIDDEN = "hidden"
        REMOVED = "removed"

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {
        State.PUBLISHED: frozenset({State.HIDDEN, State.REMOVED}),
        State.HIDDEN: frozenset({State.PUBLISHED, State.REMOVED}),
        State.REMOVED: frozenset(),
    }

    class Audience(models.TextChoices):
        PUBLIC = "public"
        FOLLOWERS = "followers"
        UNLISTED = "unlisted"
        PRIVATE = "private"

    BY_LINK = (Audience.PUBLIC, Audience.UNLISTED)
    IN_LISTS = (Audience.PUBLIC, Audience.FOLLOWERS)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(
        max_length=20, choices=State.choices, default=State.PUBLISHED, editable=False
    )
    render = models.OneToOneField(Render, on_delete=models.PROTECT, related_name="clip")
    maker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="clips", db_index=False
    )
    caption = models.CharField(max_length=CAPTION_CHARS_MAX, blank=True)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.PUBLIC)
    allows_remix = models.BooleanField(default=True)

    # Who said that these bytes may be shown. The migration ties the three columns to one verdict
    # row, and the digest to the render's, by composite foreign keys that Django cannot declare.
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="+")
    verdict_outcome = models.CharField(max_length=10)
    media_digest = models.CharField(max_length=64)

    # Renders this one descends from, the root first. Written once: a remix never changes parents.
    ancestor_ids = ArrayField(models.UUIDField(), default=list, editable=False)

    like_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)
    remix_count = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ClipQuerySet.as_manager()

    class Meta:
        indexes = [
            # the fresh candidates of the home feed
            models.Index(
                F("published_at").desc(),
                F("id").desc(),
                condition=Q(state="published", audience="public"),
                name="clip_fresh",
            ),
            # a profile, and the following feed, which reads nothing else
            models.Index(
                F("maker"),
                F("published_at").desc(),
                F("id").desc(),
                include=["state", "audience"],
                name="clip_by_maker",
            ),
            # the remixes below a clip
            GinIndex(fields=["ancestor_ids"], name="clip_ancestors"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict_outcome__in=("allow", "label")), name="clip_was_allowed"
            ),
            models.CheckConstraint(condition=~Q(media_digest=""), name="clip_has_bytes"),
        ]

    def __str__(self) -> str:
        return f"clip {self.pk} ({self.state})"


class Like(models.Model):
    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="likes")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="likes"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "clip"], name="like_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.clip_id}"


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, viewer: Any) -> CommentQuerySet:
        """Keep what `viewer` may read under a clip that they see: own held comments, too."""
        if not viewer.is_authenticated:
            return self.lawful().filter(Comment.PASSED)
        rows = self.lawful().filter(Comment.PASSED | Q(author=viewer))
        if viewer.is_moderator:
            return rows
        return rows.exclude(author__in=Block.objects.hidden_from(viewer))

    def shown(self) -> CommentQuerySet:
        """Keep what everybody may read; the number on a clip counts these."""
        return self.lawful().filter(Comment.PASSED)

    def lawful(self) -> CommentQuerySet:
        """Keep comments that nobody has deleted or taken down, by active people."""
        return self.filter(
            ~Standing.hides("comment", "pk"), deleted_at=None, author__is_active=True
        )


class Comment(models.Model):
    """What somebody says under a clip. A deleted one keeps its row: reports may point at it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="comments"
    )
    text = models.CharField(max_length=COMMENT_CHARS_MAX)
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    PASSED = Q(verdict__outcome__in=(Outcome.ALLOW, Outcome.LABEL))

    objects = CommentQuerySet.as_manager()

    class Meta:
        indexes = [
            # the comments of a clip, newest first
            models.Index(
                F("clip"),
                F("created_at").desc(),
                F("id").desc(),
                condition=Q(deleted_at=None),
                name="comment_page",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
            models.CheckConstraint(
                condition=Q(deleted_at=None, deleted_by=None)
                | Q(deleted_at__isnull=False, deleted_by__isnull=False),
                name="deleted_comment_says_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"

    @property
    def is_held(self) -> bool:
        """Whether it waits for a moderator, seen by its author alone."""
        return self.verdict.outcome == Outcome.HOLD
