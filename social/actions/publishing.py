"""A clip's life: published from a render, changed, hidden, removed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

import cameos.actions
import generation.actions.requesting
import generation.queries
from accounts.models import User
from core.errors import ConflictError
from core.states import IllegalMoveError, StaleStateError
from generation.actions.requesting import NotYoursError
from generation.models import Render
from social import events
from social.actions.counting import count_remix, is_counted, lock_with_ancestors
from social.actions.screening import screen_caption
from social.actions.telling import tell
from social.models import Clip

EDITABLE = ("caption", "audience", "allows_remix")
# States of a render whose media exist and wait for somebody's verdict.
_AWAITING_VERDICT = (Render.State.REVIEWING, Render.State.HELD)


class NotReadyError(ConflictError):
    """This render is not finished, so there is nothing to publish."""

    code = "render_not_ready"


class NotFinalError(ConflictError):
    """Stills and previews are for trying. Make the final of this take, and publish that."""

    code = "not_final"


class ModerationPendingError(ConflictError):
    """This clip waits for a moderator. You can publish it as soon as it is allowed."""

    code = "moderation_pending"


class AlreadyPublishedError(ConflictError):
    """This render is published already."""

    code = "already_published"


class ClipRemovedError(ConflictError):
    """This clip has been removed."""

    code = "clip_removed"


def publish_clip(
    render: Render,
    *,
    by: User,
    caption: str = "",
    audience: str = Clip.Audience.PUBLIC,
    allows_remix: bool = True,
) -> Clip:
    """Publish a ready render of one's own, on the verdict that its exact bytes were given.

    Tells the maker it remixes and the people whose likeness is in it, if they can see it. Locks the
    render, then the clips above it in id order. Raises NotYoursError, NotReadyError, NotFinalError,
    ModerationPendingError, AlreadyPublishedError, CameoNotLentError, TextRefusedError,
    CaptionHeldError.
    """
    _check_publishable(render, by=by)
    # Before the transaction: the record of a refused caption must survive the refusal.
    screen_caption(caption, by=by)
    with transaction.atomic():
        _keep(render)
        cameos.actions.check_still_lent(render.pk, by=by)
        clip = _insert(render, caption=caption, audience=audience, allows_remix=allows_remix)
        count_remix(lock_with_ancestors(clip), by=int(is_counted(clip)))
        _tell_of_publication(clip)
    events.clip_published(clip)
    return clip


def edit_clip(clip: Clip, *, by: User, **changes: Any) -> Clip:
    """Change caption, audience or openness to remixes of a clip of one's own.

    Closing a clip concerns new remixes only. Raises NotYoursError, TextRefusedError,
    CaptionHeldError.
    """
    if clip.maker_id != by.pk:
        raise NotYoursError
    screen_caption(changes.get("caption", ""), by=by)
    with transaction.atomic():
        clip = lock_with_ancestors(clip)
        was_counted = is_counted(clip)
        for name in EDITABLE:
            setattr(clip, name, changes.get(name, getattr(clip, name)))
        clip.save(update_fields=EDITABLE)
        count_remix(clip, by=is_counted(clip) - was_counted)
    return clip


def hide_clip(clip: Clip, *, by: User) -> None:
    """Take a clip of one's own out of everybody else's sight. Safe to repeat.

    Raises NotYoursError, ClipRemovedError.
    """
    _move(clip, Clip.State.HIDDEN, by=by)


def unhide_clip(clip: Clip, *, by: User) -> None:
    """Show a hidden clip of one's own again, at its old place in time. Safe to repeat.

    Raises NotYoursError, ClipRemovedError.
    """
    _move(clip, Clip.State.PUBLISHED, by=by)


def delete_clip(clip: Clip, *, by: User) -> None:
    """Remove a clip of one's own for good; its media go with its render. Safe to repeat.

    The row stays as a tombstone without words: remixes keep their place under it. Raises
    NotYoursError.
    """
    with transaction.atomic():
        _move(clip, Clip.State.REMOVED, by=by, caption="")
        render = Render.objects.get(pk=clip.render_id)
        if render.state == Render.State.READY:
            requesting = generation.actions.requesting
            requesting.discard_render(render, by=by, is_unpublished=True)


def _check_publishable(render: Render, *, by: User) -> None:
    if render.maker_id != by.pk:
        raise NotYoursError
    if render.state in _AWAITING_VERDICT:
        raise ModerationPendingError
    if render.state != Render.State.READY or render.verdict is None:
        raise NotReadyError
    if render.purpose != Render.Purpose.FINAL:
        raise NotFinalError
    if Clip.objects.filter(render=render).exists():
        raise AlreadyPublishedError


def _keep(render: Render) -> None:
    try:
        generation.actions.requesting.keep_render(render)
    except StaleStateError:
        raise NotReadyError from None  # thrown away since it was looked at


def _insert(render: Render, *, caption: str, audience: str, allows_remix: bool) -> Clip:
    assert render.verdict is not None  # noqa: S101 - _check_publishable has seen to it
    try:
        with transaction.atomic():
            return Clip.objects.create(
                render=render,
                maker=render.maker,
                caption=caption,
                audience=audience,
                allows_remix=allows_remix,
                verdict=render.verdict,
                verdict_outcome=render.verdict.outcome,
                media_digest=render.media_digest,
                ancestor_ids=_ancestors_of(render),
            )
    except IntegrityError as error:
        if not Clip.objects.filter(render=render).exists():
            raise
        raise AlreadyPublishedError from error  # two taps at once: the other one won


def _ancestors_of(render: Render, known: dict[UUID, list[UUID]] | None = None) -> list[UUID]:
    """Return the renders above, the first one's root first and the last one made of at the end.

    Those of a published parent are written on its clip. One that is above twice counts once, and is
    looked at once: by way of drafts that are made of drafts there may be a million ways to it.
    """
    known = {} if known is None else known
    found: dict[UUID, None] = {}
    for parent in generation.queries.parents_of(render):
        if parent.pk not in known:
            above = Clip.objects.filter(render=parent).values_list("ancestor_ids", flat=True)
            written = above.first()
            known[parent.pk] = _ancestors_of(parent, known) if written is None else written
        found |= dict.fromkeys([*known[parent.pk], parent.pk])
    return list(found)


def _move(clip: Clip, to: str, *, by: User, **columns: Any) -> None:
    if clip.maker_id != by.pk:
        raise NotYoursError
    with transaction.atomic():
        fresh = lock_with_ancestors(clip)
        if fresh.state == to:
            return
        was_counted = is_counted(fresh)
        try:
            fresh.move(to, **columns)
        except IllegalMoveError:
            raise ClipRemovedError from None
        count_remix(fresh, by=is_counted(fresh) - was_counted)
    events.clip_moved(fresh)


def _tell_of_publication(clip: Clip) -> None:
    maker = clip.maker
    makers = User.objects.filter(renders__children__render=clip.render_id).distinct()
    for source in makers:
        text = f"@{maker.handle} made something of your clip."
        tell(source, clip, by=maker, kind="remix", text=text)
    owners = User.objects.filter(cameos__appearances__render=clip.render_id).distinct()
    for owner in owners:
        text = f"@{maker.handle} published a clip with your likeness."
        tell(owner, clip, by=maker, kind="appearance", text=text)
