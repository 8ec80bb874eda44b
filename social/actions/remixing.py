"""Making something of clips: remix, extend, edit, blend, stitch, and further takes of those."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404

from accounts.models import User
from core.errors import ForbiddenError
from generation.actions import quoting, repeating, requesting
from generation.models import Render
from generation.spec import Purpose
from generation.spec.wish import Wish
from social import policies
from social.models import Clip


class RemixClosedError(ForbiddenError):
    """Its maker does not allow remixes of this clip."""

    code = "remix_closed"


def remix_clip(clip: Clip, wish: Wish, *, by: User, others: Sequence[UUID] = ()) -> list[Render]:
    """Ask for renders that start from a clip which `by` sees; its cast is inherited.

    `others` name what follows it in a stitch or a blend: clips that `by` sees, or finished renders
    of `by`. Raises RemixClosedError, Http404 for what is not there, and everything that
    `request_renders` raises.
    """
    parents = _parents(clip, by=by, others=others)
    return requesting.request_renders(wish, by=by, parents=parents)


def quote_remix(clip: Clip, wish: Wish, *, by: User, others: Sequence[UUID] = ()) -> quoting.Quote:
    """Return what `remix_clip` would cost, and what stands in its way. Raises as that does, but
    for the wish's own faults.
    """
    return quoting.quote(wish, by=by, parents=_parents(clip, by=by, others=others))


def reroll(render: Render, *, by: User, seed: int | None = None, shot: int | None = None) -> Render:
    """Ask for another take of one's own render. What it is made of must still be free for that.

    Raises RemixClosedError, Http404, and what `reroll_render` raises.
    """
    parents = _parents_again(render, by=by)
    return repeating.reroll_render(render, by=by, parents=parents, seed=seed, shot=shot)


def remake(
    render: Render,
    *,
    by: User,
    purpose: Purpose,
    lines: int | None = None,
    fps: int | None = None,
) -> Render:
    """Ask for one's own render for another purpose, with the same seed. Raises as `reroll` does."""
    parents = _parents_again(render, by=by)
    return repeating.remake_render(
        render, by=by, parents=parents, purpose=purpose, lines=lines, fps=fps
    )


def _parents(clip: Clip, *, by: User, others: Sequence[UUID]) -> list[Render]:
    if not policies.may_remix(by, clip):
        raise RemixClosedError
    return [clip.render, *(_named(name, by=by) for name in others)]


def _named(name: UUID, *, by: User) -> Render:
    """Return what somebody may start from, by the id of a clip or of a render of their own."""
    clip = Clip.objects.visible_to(by).select_related("render").filter(pk=name).first()
    if clip is not None:
        if not policies.may_remix(by, clip):
            raise RemixClosedError(field="clips", clip=str(name))
        return clip.render
    own = by.renders.to_start_from().filter(pk=name).first()
    if own is None:
        raise Http404
    return own


def _parents_again(render: Render, *, by: User) -> list[Render]:
    """Return what a render was made of, if `by` may start from each of it today."""
    rows = render.parents.select_related("parent").order_by("position")
    return [_still_free(row.parent, by=by) for row in rows]


def _still_free(parent: Render, *, by: User) -> Render:
    if parent.maker_id == by.pk:
        found = by.renders.to_start_from().filter(pk=parent.pk).first()
        if found is None:
            raise Http404
        return found
    clip = Clip.objects.visible_to(by).filter(render=parent).first()
    if clip is None:
        raise Http404
    if not policies.may_remix(by, clip):
        raise RemixClosedError
    return parent
