"""Reads that join a clip with its maker, its cast, its sources and its viewer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, TextField, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

import generation.queries
from accounts.models import Follow, User
from accounts.spec import hue_of
from core.prepared import Prepared
from core.remembered import Remembered
from generation.models import Render, RenderCast
from generation.queries import Playable
from moderation.spec import Outcome
from social.models import Clip, Like
from social.spec import ClipCard, Origin

# The clips asked for and, for the credits of remixes, their parents and roots. An array that is
# computed first, because joined as a subquery it made PostgreSQL read the whole table.
_ASKED_OR_SOURCE = """
    social_clip.id = ANY(ARRAY(
        SELECT unnest(%s::uuid[])
        UNION ALL
        SELECT source.id
          FROM social_clip remix
          JOIN social_clip source ON source.render_id IN
               (remix.ancestor_ids[1], remix.ancestor_ids[cardinality(remix.ancestor_ids)])
         WHERE remix.id = ANY(%s::uuid[])
    ))
"""
_IS_NEW = "social_clip.id = ANY(%s::uuid[])"
# Marks of the slots. No row has one of these keys.
_VIEWER_MARK = -7_777_777_777
_IDS_MARK = [UUID(int=0x1D5)]
_NEW_MARK = [UUID(int=0x7E3)]
_ID_MARK = UUID(int=0xC11B)
_SUBJECT_MARK = "subject mark"


class _Row(NamedTuple):
    id: UUID
    state: str
    caption: str
    audience: str
    published_at: datetime
    outcome: str
    allows_remix: bool
    ancestor_ids: list[UUID]
    like_count: int
    comment_count: int
    remix_count: int
    render_id: UUID
    seconds: float
    shape: str
    media_subject: str
    new_facts: str | None
    new_words: str | None
    maker_id: int
    handle: str
    display_name: str
    cast: list[str]
    has_liked: bool
    is_followed: bool


_COLUMNS = (
    "id", "state", "caption", "audience", "published_at", "verdict_outcome", "allows_remix",
    "ancestor_ids", "like_count", "comment_count", "remix_count", "render_id", "render__seconds",
    "render__shape", "render__media_subject", "new_facts", "new_words", "maker_id",
    "maker__handle", "maker__display_name", "cast", "has_liked", "is_followed",
)  # fmt: skip


# What can be played of the clips shown last: the same for all viewers, and half of a card's weight.
_playables: Remembered[UUID, Playable] = Remembered(4096)


def clip_cards(
    ids: Sequence[UUID], *, viewer: Any, limit: int | None = None
) -> dict[UUID, ClipCard]:
    """Return those of the clips `ids` that `viewer` may see, by id, the first `limit` of them.

    One query, however many. Feeds and lists are made of this, so that nothing is shown that
    `visible_to` would hide.
    """
    if not ids:
        return {}
    playables = {key: _playables.get(key) for key in ids}
    new = [key for key, playable in playables.items() if playable is None]
    values = {"ids": list(playables), "new": new}
    if viewer.is_authenticated:
        values["viewer"] = viewer.pk
    rows = [_Row(*row) for row in _prepared_cards(_kind_of(viewer)).rows(**values)]
    playables |= {row.id: _remembered(row) for row in rows if row.new_facts is not None}
    cards = _Cards(rows, viewer)
    return dict(islice(cards.of(playables), limit))


def _remembered(row: _Row) -> Playable:
    # "[]" is a clip without speech.
    facts, has_words = orjson.loads(row.new_facts or "{}"), row.new_words != "[]"
    playable = generation.queries.playable_of(facts, has_words=has_words)
    _playables.put(row.id, playable)
    return playable


def _kind_of(viewer: Any) -> str:
    if not viewer.is_authenticated:
        return "nobody"
    return "moderator" if viewer.is_moderator else "member"


def _stand_in(kind: str) -> tuple[Any, dict[str, Any]]:
    """Return a viewer to compile a query with, and the slots that its key fills."""
    if kind == "nobody":
        return AnonymousUser(), {}
    viewer = User(pk=_VIEWER_MARK, is_moderator=kind == "moderator")
    return viewer, {"viewer": _VIEWER_MARK}


@cache
def _prepared_cards(kind: str) -> Prepared:
    viewer, slots = _stand_in(kind)
    return Prepared(_cards_query(viewer), slots=slots | {"ids": _IDS_MARK, "new": _NEW_MARK})


def _cards_query(viewer: Any) -> QuerySet[Clip, Any]:
    asked = RawSQL(_ASKED_OR_SOURCE, [_IDS_MARK, _IDS_MARK], output_field=BooleanField())  # noqa: S611 - constant
    is_new = RawSQL(_IS_NEW, [_NEW_MARK], output_field=BooleanField())  # noqa: S611 - constant
    cast = RenderCast.objects.filter(render=OuterRef("render_id")).order_by("pk")
    viewer_id = viewer.pk or 0  # nobody has the id 0
    return (
        Clip.objects.visible_to(viewer)
        .filter(asked)
        .annotate(
            new_facts=Case(When(is_new, then=Cast("render__media_facts", TextField()))),
            new_words=Case(When(is_new, then=Cast("render__words", TextField()))),
            cast=ArraySubquery(cast.values("cameo__owner__handle")),
            has_liked=Exists(Like.objects.filter(clip=OuterRef("pk"), user=viewer_id)),
            is_followed=Exists(
                Follow.objects.filter(follower=viewer_id, followed=OuterRef("maker"))
            ),
        )
        .values_list(*_COLUMNS)
    )


class _Cards:
    """Makes cards of rows for one viewer, asking only once what is the same for all of them."""

    def __init__(self, rows: Sequence[_Row], viewer: Any) -> None:
        self._rows = {row.id: row for row in rows}
        self._sources = {row.render_id: row for row in rows}
        self._viewer_id = viewer.pk
        self._signer = generation.queries.signer_for(viewer)

    def of(self, playables: Mapping[UUID, Playable | None]) -> Iterator[tuple[UUID, ClipCard]]:
        for key, playable in playables.items():
            row = self._rows.get(key)
            if row is not None and playable is not None:
                yield key, self._card(row, playable)

    def _card(self, row: _Row, playable: Playable) -> ClipCard:
        above, key = row.ancestor_ids, str(row.id)
        return {
            "id": key,
            "url": f"/c/{key}/",
            "state": row.state,
            "maker": {
                "handle": row.handle,
                "name": row.display_name or row.handle,
                "avatar_hue": hue_of(row.handle),
            },
            "caption": row.caption,
            "audience": row.audience,
            "seconds": row.seconds,
            "shape": row.shape,
            "published_at": row.published_at.isoformat(),
            "is_labelled": row.outcome == Outcome.LABEL,
            "cast": row.cast,
            "is_remix": bool(above),
            "parent": self._origin(above[-1]) if above else None,
            "root": self._origin(above[0]) if above else None,
            "allows_remix": row.allows_remix,
            "like_count": row.like_count,
            "comment_count": row.comment_count,
            "remix_count": row.remix_count,
            "has_liked": row.has_liked,
            "is_followed": row.is_followed,
            "is_mine": row.maker_id == self._viewer_id,
            "media": generation.queries.addresses(  # type: ignore[typeddict-item]
                row.media_subject, playable, signer=self._signer
            ),
        }

    def _origin(self, render_id: UUID) -> Origin | None:
        row = self._sources.get(render_id)
        return None if row is None else {"clip_id": str(row.id), "handle": row.handle}


class Node(NamedTuple):
    """A place in a lineage, root first from depth 0. `card` None is a tombstone."""

    depth: int
    card: ClipCard | None


class Lineage(NamedTuple):
    """Where a clip comes from and what came of it."""

    ancestors: list[Node]
    card: ClipCard
    descendant_count: int
    descendants: list[Node]
    next: list[str] | None


def lineage(
    clip: Clip, *, viewer: Any, position: Sequence[str] | None = None, limit: int = 20
) -> Lineage:
    """Return the way from the root to `clip`, and a page of all made of it, newest first.

    Four queries, however deep or wide the tree. Clips that `viewer` may not see are tombstones
    above and absent below; `descendant_count` counts what the pages hold.
    """
    above = dict(Clip.objects.filter(render__in=clip.ancestor_ids).values_list("render", "pk"))
    below = Clip.objects.visible_to(viewer).listed().below(clip.render_id)
    count = below.count()
    page = list(_page_before(below, position, limit))
    rows = page[:limit]
    ids = [*above.values(), clip.pk, *(row.pk for row in rows)]
    cards = clip_cards(ids, viewer=viewer)
    ancestors = [
        Node(depth, cards.get(above[render_id]) if render_id in above else None)
        for depth, render_id in enumerate(clip.ancestor_ids)
    ]
    descendants = [Node(len(row.ancestor_ids), cards.get(row.pk)) for row in rows]
    last = rows[-1] if len(page) > limit else None
    following = None if last is None else [last.published_at.isoformat(), str(last.pk)]
    return Lineage(ancestors, cards[clip.pk], count, descendants, following)


def clips_of(
    maker: User, *, viewer: Any, position: Sequence[str] | None = None, limit: int = 20
) -> tuple[list[ClipCard], list[str] | None]:
    """Return a page of a person's clips, newest first, and where the next page starts.

    Makers see all of their own, other people what lists may contain.
    """
    clips = Clip.objects.visible_to(viewer).filter(maker=maker)
    if maker.pk != viewer.pk:
        clips = clips.listed()
    page = list(_page_before(clips, position, limit))
    cards = clip_cards([row.pk for row in page[:limit]], viewer=viewer)
    last = page[limit - 1] if len(page) > limit else None
    following = None if last is None else [last.published_at.isoformat(), str(last.pk)]
    return [cards[row.pk] for row in page[:limit] if row.pk in cards], following


def _page_before(
    clips: QuerySet[Clip], position: Sequence[str] | None, limit: int
) -> QuerySet[Clip]:
    """Return one row more than a page of `clips` below `position`, newest first."""
    if position is not None:
        moment, pk = position
        clips = clips.filter(Q(published_at__lt=moment) | Q(published_at=moment, pk__lt=pk))
    rows = clips.order_by("-published_at", "-pk").only("published_at", "ancestor_ids")
    return rows[: limit + 1]


def may_play(subject: str, *, viewer: Any) -> bool:
    """Say whether `viewer` may be sent the media of `subject` now. One query.

    Through a clip that they see, or as a draft: their own, one with their likeness, any to judge.
    """
    try:
        # A subject starts with its render's key, which spares the table an index of its own.
        render_id = UUID(subject.partition("-")[0])
    except ValueError:
        return False
    prepared = _prepared_play(_kind_of(viewer))
    values = {"viewer": viewer.pk} if viewer.is_authenticated else {}
    return bool(prepared.rows(render_id=render_id, subject=subject, **values))


@cache
def _prepared_play(kind: str) -> Prepared:
    viewer, slots = _stand_in(kind)
    slots |= {"render_id": _ID_MARK, "subject": _SUBJECT_MARK}
    through_clip = Clip.objects.visible_to(viewer).filter(render=OuterRef("pk"))
    as_draft = Render.objects.deliverable_to(viewer).filter(pk=OuterRef("pk"))
    may = Render.objects.filter(Q(Exists(through_clip)) | Q(Exists(as_draft)))
    rows = may.filter(pk=_ID_MARK, media_subject=_SUBJECT_MARK).values_list("pk")
    return Prepared(rows, slots=slots)
