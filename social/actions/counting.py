"""Keeping the numbers on clips true.

A clip counts every public clip below it, at any depth, and the comments that everybody may read.
What people do moves the numbers in its own transaction. What hides rows by being read (a revoked
likeness, a takedown, a closed account) moves nothing here; `recount` brings the numbers after it.
"""

from __future__ import annotations

from datetime import datetime
from itertools import chain
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest

from generation.models import RenderCast
from moderation.models import Standing
from social import events
from social.models import Clip, Comment


def lock_with_ancestors(clip: Clip) -> Clip:
    """Lock a clip and those above it, in id order, and return the clip as it is now.

    Call inside a transaction, before the first write: whoever changes a number takes the same path.
    """
    family = Q(pk=clip.pk) | Q(render__in=clip.ancestor_ids)
    rows = Clip.objects.filter(family).select_for_update(no_key=True).order_by("pk")
    return next(row for row in list(rows) if row.pk == clip.pk)


def is_counted(clip: Clip) -> bool:
    """Say whether a clip counts among the remixes of those above it, as `recount` would."""
    own = Clip.objects.lawful().counted().filter(pk=clip.pk)
    return bool(clip.ancestor_ids) and own.exists()


def count_remix(clip: Clip, *, by: int) -> None:
    """Add `by` to the number of remixes of every clip above. The caller has locked their rows.

    A clip that became lawful again is missing from the number until the next recount, and may be
    taken out of it before: the number stops at none, and the recount makes it true.
    """
    if by and clip.ancestor_ids:
        above = Clip.objects.filter(render__in=clip.ancestor_ids)
        above.update(remix_count=Greatest(F("remix_count") + by, 0))


def recount(*, since: datetime | None = None) -> int:
    """Correct the numbers that changes of likenesses and standings after `since` have made wrong.

    None looks at all clips. Each is locked for its own count only. Returns how many were wrong.
    """
    remixes = Clip.objects.exclude(ancestor_ids=[])
    comments = Comment.objects.all()
    if since is not None:
        remixes = remixes.filter(_changed_after(since))
        comments = comments.filter(pk__in=_judged_after(since, "comment"))
    above = set(chain.from_iterable(remixes.values_list("ancestor_ids", flat=True)))
    under = set(comments.values_list("clip_id", flat=True))
    wrong = sum(_recount_remixes(render_id) for render_id in sorted(above))
    wrong += sum(recount_comments(clip_id) for clip_id in sorted(under))
    if wrong:
        events.counts_corrected(wrong)
    return wrong


def _changed_after(since: datetime) -> Q:
    cast = RenderCast.objects.filter(cameo__state_since__gt=since)
    keys = _judged_after(since, "clip", "render")
    return Q(render__in=cast.values("render")) | Q(pk__in=keys) | Q(render__in=keys)


def _judged_after(since: datetime, *kinds: str) -> list[str]:
    judged = Standing.objects.filter(subject_kind__in=kinds, since__gt=since)
    return list(judged.values_list("subject_id", flat=True))


@transaction.atomic
def recount_comments(clip_id: UUID) -> bool:
    """Set the number of comments of a clip to how many everybody may read. Locks the clip.

    Returns whether it was wrong.
    """
    clip = Clip.objects.select_for_update(no_key=True).get(pk=clip_id)
    true_count = Comment.objects.shown().filter(clip=clip).count()
    Clip.objects.filter(pk=clip.pk).update(comment_count=true_count)
    return clip.comment_count != true_count


@transaction.atomic
def _recount_remixes(render_id: UUID) -> bool:
    clip = Clip.objects.select_for_update(no_key=True).filter(render=render_id).first()
    if clip is None:
        return False
    true_count = Clip.objects.lawful().counted().below(render_id).count()
    if clip.remix_count == true_count:
        return False
    Clip.objects.filter(pk=clip.pk).update(remix_count=true_count)
    return True
