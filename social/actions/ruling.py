"""What a moderator's decision does to clips and comments: the ports that moderation calls."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import generation.queries
from generation.actions.requesting import subject_of
from moderation.spec import Outcome
from moderation.subjects import Preview
from social.actions.counting import recount_comments
from social.models import Clip, Comment


class ClipSubject:
    """A clip as a subject of moderation."""

    def preview(self, subject_id: str, /) -> Preview:
        """Return what the console shows of a clip. Raises Clip.DoesNotExist."""
        clip = Clip.objects.select_related("maker", "render").get(pk=subject_id)
        below = generation.queries.preview(clip.render)
        facts = [("Caption", clip.caption), ("Audience", clip.audience), ("State", clip.state)]
        return Preview(
            title=f"Clip by @{clip.maker.handle}",
            owner_id=clip.maker_id,
            lines=[*(fact for fact in facts if fact[1]), *below.lines],
            media=below.media,
            context=below.context,
            fingerprint=below.fingerprint,
            twin=subject_of(clip.render),
        )

    def is_visible(self, subject_id: str, /, *, to: Any) -> bool:
        """Return whether `to` may know of the clip."""
        return Clip.objects.visible_to(to).filter(pk=subject_id).exists()

    def ruled(self, subject_id: str, /, *, outcome: str, verdict_id: UUID) -> None:
        """Do nothing: every read asks the standing, so a decision is obeyed from its commit on."""


class CommentSubject:
    """A comment as a subject of moderation."""

    def preview(self, subject_id: str, /) -> Preview:
        """Return what the console shows of a comment. Raises Comment.DoesNotExist."""
        comment = Comment.objects.select_related("author", "clip__maker").get(pk=subject_id)
        return Preview(
            title=f"Comment by @{comment.author.handle}",
            owner_id=comment.author_id,
            lines=[("Text", comment.text), ("Under a clip by", f"@{comment.clip.maker.handle}")],
            context=[comment.clip.caption] if comment.clip.caption else [],
        )

    def is_visible(self, subject_id: str, /, *, to: Any) -> bool:
        """Return whether `to` may know of the comment."""
        rows = Comment.objects.visible_to(to).filter(clip__in=Clip.objects.visible_to(to))
        return rows.filter(pk=subject_id).exists()

    def ruled(self, subject_id: str, /, *, outcome: str, verdict_id: UUID) -> None:
        """Let a held comment appear, or bring the number of comments after one that is gone."""
        if outcome in (Outcome.ALLOW, Outcome.LABEL):
            Comment.objects.filter(pk=subject_id).update(verdict=verdict_id)
        clip_id = Comment.objects.filter(pk=subject_id).values_list("clip_id", flat=True).first()
        if clip_id is not None:
            recount_comments(clip_id)
