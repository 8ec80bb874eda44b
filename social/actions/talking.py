"""Likes and comments."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

import moderation.actions
from accounts.models import User
from core.subjects import SubjectRef
from generation.actions.requesting import NotYoursError
from social import events, policies
from social.actions.counting import recount_comments
from social.actions.telling import tell
from social.models import Clip, Comment, Like

# One statement, so that the number moves with the row or not at all. get_or_create would fail
# when a like that it met is taken back before it looks again.
_LIKE = """
    WITH added AS (
        INSERT INTO social_like (clip_id, user_id, created_at)
        VALUES (%s, %s, statement_timestamp())
        ON CONFLICT (user_id, clip_id) DO NOTHING
        RETURNING clip_id
    )
    UPDATE social_clip SET like_count = like_count + 1 FROM added WHERE id = added.clip_id
"""


@transaction.atomic
def like(clip: Clip, *, by: User) -> None:
    """Like a clip. Safe to repeat; tells its maker the first time."""
    with connection.cursor() as cursor:
        cursor.execute(_LIKE, [clip.pk, by.pk])
        is_new = cursor.rowcount == 1
    if is_new:
        tell(clip.maker, clip, by=by, kind="like", text=f"@{by.handle} likes your clip.")


@transaction.atomic
def unlike(clip: Clip, *, by: User) -> None:
    """Take a like back. Safe to repeat."""
    removed, _ = Like.objects.filter(clip=clip, user=by).delete()
    if removed:
        Clip.objects.filter(pk=clip.pk).update(like_count=F("like_count") - 1)


def comment(clip: Clip, *, by: User, text: str) -> Comment:
    """Say something under a clip and tell its maker, if the rules for text let it pass.

    What the rules are not sure about is kept for a moderator, and until then shown to its author
    alone. Raises TextRefusedError.
    """
    verdict = moderation.actions.screen_text(text, by=by)
    with transaction.atomic():
        posted = Comment.objects.create(clip=clip, author=by, text=text, verdict=verdict)
        if posted.is_held:
            subject = SubjectRef("comment", str(posted.pk))
            moderation.actions.open_case(subject, verdict=verdict, owner_id=by.pk)
        else:
            Clip.objects.filter(pk=clip.pk).update(comment_count=F("comment_count") + 1)
            said = f"@{by.handle} commented on your clip."
            tell(clip.maker, clip, by=by, kind="comment", text=said)
    events.comment_posted(posted)
    return posted


@transaction.atomic
def delete_comment(comment: Comment, *, by: User) -> None:
    """Delete a comment of one's own, or one under a clip of one's own. Safe to repeat.

    Raises NotYoursError.
    """
    if not policies.may_delete(by, comment):
        raise NotYoursError
    kept = Comment.objects.filter(pk=comment.pk, deleted_at=None)
    if kept.update(deleted_at=timezone.now(), deleted_by=by):
        recount_comments(comment.clip_id)
