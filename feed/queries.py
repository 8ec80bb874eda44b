"""Feeds as four steps: find candidates, rank them, load cards, explain them.

The home feed is ranked once into a slate, and its pages are slices of that slate: they neither
repeat nor skip, whatever is published or liked meanwhile. What a viewer may not see is dropped
where cards are loaded, from the live rows, and the page is refilled from further down.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import orjson
import structlog
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache as shared
from django.db.models import (
    Exists,
    F,
    FloatField,
    Func,
    JSONField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce, Extract

import social.queries
from accounts.models import Follow, User
from core import plugins
from core.ids import uuid7
from core.prepared import Prepared
from feed.models import Watch
from feed.policies import explained, ranked
from feed.rankers import Ranker, RankerError
from feed.rankers.recency import Recency
from feed.spec import (
    Candidates,
    Card,
    Page,
    Placed,
    Ranking,
    Reason,
    Slate,
    Viewer,
    packed,
)
from social.models import Clip

log = structlog.get_logger(__name__)

# One slate: as many as a long sitting watches, few enough to rank in a millisecond.
FRESH_MAX = 240
FOLLOWING_MAX = 60
# Of one followed maker: the ranking leaves little of the points of more.
FOLLOWING_EACH_MAX = 6
# Of the clips of the last FEED_FRESH_FOR_S seconds: a site where there are more has its next window
# sooner than anybody looks for them, and a higher number makes PostgreSQL plan for them every time.
NEWER_MAX = 40
# How many windows of old clips one request may look through for something unwatched.
WINDOWS_MAX = 4
SLATE_LIFETIME_S = 3600
# Loaded beyond a page, so that a clip gone since the ranking does not cost a second query.
SPARE = 4
FOLLOWING_VERSION = "following-1"

_VIEWER_MARK = -7_777_777_777
_MOMENT_MARK = datetime(1900, 1, 1, 1, 1, 1, tzinfo=UTC)
_ID_MARK = UUID(int=0xFEED)
_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_FIRST_ID, _LAST_ID = UUID(int=0), UUID(int=2**128 - 1)


class Window(NamedTuple):
    """The newest public clips before some moment.

    `since`: when to look for clips that were published after it was read. `horizon`: where the next
    window starts, in seconds since 1970, or None if this is the last.
    """

    candidates: Candidates
    since: datetime
    horizon: float | None


def home_cards(viewer: Any, *, position: Sequence[Any] | None = None, limit: int = 20) -> Page:
    """Return a page of the ranked feed; `position` is the `next` of the page before.

    A first page ranks: one query for the viewer's own facts, one for the cards. A later one slices:
    one query for the cards. The clips that are candidates for everybody are read once in
    FEED_FRESH_FOR_S seconds and process. A slate that is no longer kept is ranked anew.
    """
    slate_id, offset = position or (uuid7().hex, 0)
    slate = _kept(viewer, slate_id) if position else None
    if slate is None:
        slate, offset = _next_slate(viewer, slate_id), 0
    cards: list[Card] = []
    while len(cards) < limit:
        if offset >= len(slate):
            if slate.horizon is None:
                break
            slate_id, offset = uuid7().hex, 0
            slate = _next_slate(viewer, slate_id, after=slate)
            continue
        offset = _fill(cards, slate, offset, limit=limit, viewer=viewer)
    is_end = offset >= len(slate) and slate.horizon is None
    return Page(tuple(cards), slate.version, None if is_end else [slate_id, offset])


def following_cards(viewer: Any, *, position: Sequence[Any] | None = None, limit: int = 20) -> Page:
    """Return a page of the clips of those whom `viewer` follows: all, strictly newest first.

    One query for the keys, one for the cards, and two more for each time that so many clips were
    gone or hidden that the page had to be refilled.
    """
    moment, clip_id = position or (_FOREVER.isoformat(), _LAST_ID.hex)
    cards: list[Card] = []
    while len(cards) < limit:
        place = {"moment": datetime.fromisoformat(moment), "clip_id": UUID(clip_id)}
        keys = _prepared_following(limit).rows(viewer=viewer.pk, **place)
        wanted = keys[: limit - len(cards)]
        found = social.queries.clip_cards([key for key, _ in wanted], viewer=viewer)
        cards += [_followed_card(found[key]) for key, _ in wanted if key in found]
        if len(keys) == len(wanted):
            return Page(tuple(cards), FOLLOWING_VERSION, None)
        moment, clip_id = wanted[-1][1].isoformat(), wanted[-1][0].hex
    return Page(tuple(cards), FOLLOWING_VERSION, [moment, clip_id])


def _fill(cards: list[Card], slate: Slate, offset: int, *, limit: int, viewer: Any) -> int:
    """Append the visible clips from `offset` on until the page is full; return where it stopped."""
    missing = limit - len(cards)
    places = slate.places(offset, offset + missing + SPARE)
    ids = [place.clip_id for place in places]
    found = social.queries.clip_cards(ids, viewer=viewer, limit=missing)
    for place in places:
        offset += 1
        if place.clip_id in found:
            cards.append(_ranked_card(found[place.clip_id], place, slate.reasons))
        if len(cards) == limit:
            break
    return offset


def _ranked_card(clip: Any, place: Placed, reasons: Sequence[str]) -> Card:
    why = explained(reasons, place.points, sentences=_ranker().reasons)
    is_repeat = any(part.reason == "watched" for part in why)
    return Card(clip=clip, score=place.score, why=why, is_repeat=is_repeat)


def _followed_card(clip: Any) -> Card:
    reason = Reason("following", 0, f"You follow @{clip['maker']['handle']}")
    return Card(clip=clip, score=0, why=(reason,))


def _ranker() -> Ranker:
    ranker: Ranker = plugins.load("FEED_RANKERS", "default")
    return ranker


def _kept(viewer: Any, slate_id: str) -> Slate | None:
    fields = shared.get(_key(viewer, slate_id))
    return None if fields is None else Slate(*fields)


def _key(viewer: Any, slate_id: str) -> str:
    # The viewer is part of the key: a cursor is of no use in other hands.
    return f"feed:slate:{viewer.pk or 'nobody'}:{slate_id}"


def _next_slate(viewer: Any, slate_id: str, *, after: Slate | None = None) -> Slate:
    """Rank what the viewer has not watched or been served, going back in time until there is some.

    Watched clips come back only when nothing else is left.
    """
    served = after.shown if after else b""
    window = _window(after.horizon if after else None)
    slate = _slate(viewer, window, served)
    for _ in range(WINDOWS_MAX):
        if len(slate) or window.horizon is None:
            break
        window = _window(window.horizon)
        slate = _slate(viewer, window, served)
    else:
        slate = _slate(viewer, _window(None)._replace(horizon=None), served)
    fields = tuple(getattr(slate, field.name) for field in dataclasses.fields(slate))
    shared.set(_key(viewer, slate_id), fields, SLATE_LIFETIME_S)
    return slate


def _slate(viewer: Any, window: Window, served: bytes) -> Slate:
    person, own = _person(viewer, window)
    candidates = own.and_of(window.candidates).without(np.frombuffer(served, "S16"))
    if window.horizon is not None:
        candidates = candidates.without(person.watched)
    return Slate.of(_ranking(person, candidates), horizon=window.horizon, served=served)


def _ranking(person: Viewer, candidates: Candidates) -> Ranking:
    try:
        return ranked(_ranker(), person, candidates)
    except RankerError as error:
        log.warning("feed.ranker_failed", error=str(error))
        return ranked(Recency(), person, candidates)


class _Fresh:
    """The newest window, kept in this process for FEED_FRESH_FOR_S."""

    def __init__(self) -> None:
        self._kept: tuple[float, Window] | None = None

    def window(self) -> Window:
        now = time.monotonic()
        if self._kept is None or now >= self._kept[0]:
            self._kept = (now + settings.FEED_FRESH_FOR_S, _read_window(_FOREVER))
        return self._kept[1]

    def forget(self) -> None:
        self._kept = None


_fresh = _Fresh()


def _window(before: float | None) -> Window:
    if before is None:
        return _fresh.window()
    return _read_window(datetime.fromtimestamp(before, tz=UTC))


def _read_window(before: datetime) -> Window:
    rows = _prepared_window().rows(moment=before)
    candidates = Candidates.of(rows)
    moments = candidates.published_at
    oldest = float(moments.min()) if len(rows) == FRESH_MAX else None
    # A whole window of one moment could not be passed by going further back.
    horizon = None if oldest is None or oldest >= before.timestamp() else oldest
    newest = moments.max(initial=0.0) if before == _FOREVER else _FOREVER.timestamp()
    return Window(candidates, datetime.fromtimestamp(newest, tz=UTC), horizon)


def _person(viewer: Any, window: Window) -> tuple[Viewer, Candidates]:
    """Return what the ranker may know of the viewer, and the candidates found for them alone."""
    # Rounded, so that asking again at once gives the same order and the same reasons.
    at = time.time() // 60 * 60
    if not viewer.is_authenticated:
        rows = _prepared_newer().rows(moment=window.since)
        return Viewer(at=at), Candidates.of(rows)
    ids = window.candidates.ids
    oldest_id = UUID(bytes=ids[:1].tobytes()) if len(ids) else _FIRST_ID
    values = {"moment": window.since, "clip_id": oldest_id, "viewer": viewer.pk}
    [(followed, watched, *own)] = _prepared_person().rows(**values)
    person = Viewer(at=at, followed=np.array(followed, np.int64), watched=packed(watched))
    return person, Candidates.of([row for part in own for row in orjson.loads(part)])


_FACTS: tuple[Any, ...] = (
    F("pk"),
    F("maker_id"),
    Coalesce(F("ancestor_ids__0"), F("render_id")),
    Cast(Extract("published_at", "epoch"), FloatField()),
    F("like_count"),
    F("comment_count"),
    F("remix_count"),
)


_JSON_FACTS = Func(*_FACTS, function="json_build_array", output_field=JSONField())


class _JsonSubquery(Subquery):
    """Rows of one JSON column as one JSON array of text, which costs a third of a jsonb[]."""

    template = "(SELECT coalesce(json_agg(row.facts), '[]')::text FROM (%(subquery)s) row)"
    output_field = TextField()


def _public() -> QuerySet[Clip]:
    clips = Clip.objects.filter(state=Clip.State.PUBLISHED, audience=Clip.Audience.PUBLIC)
    return clips.order_by("-published_at", "-pk")


@cache
def _prepared_window() -> Prepared:
    clips = _public().filter(published_at__lte=_MOMENT_MARK)[:FRESH_MAX]
    return Prepared(clips.values_list(*_FACTS), slots={"moment": _MOMENT_MARK})


@cache
def _prepared_newer() -> Prepared:
    clips = _public().filter(published_at__gt=_MOMENT_MARK)[:NEWER_MAX]
    return Prepared(clips.values_list(*_FACTS), slots={"moment": _MOMENT_MARK})


@cache
def _prepared_person() -> Prepared:
    """Everything about one viewer in one row: whom they follow, what they have seen, and the clips
    of those they follow and of the last seconds, each as JSON rows of `_FACTS`.
    """
    viewer = User(pk=_VIEWER_MARK)
    newer = _public().filter(published_at__gt=_MOMENT_MARK)[:NEWER_MAX]
    seen = Watch.objects.seen_by(viewer)
    unseen = _by_followed(_FOREVER, _LAST_ID, FOLLOWING_MAX, each=FOLLOWING_EACH_MAX)
    unseen = unseen.filter(~Exists(seen.filter(clip=OuterRef("pk"))))
    row = User.objects.filter(pk=_VIEWER_MARK).values_list(
        ArraySubquery(Follow.objects.followed_by(viewer)),
        # Keys are ordered by time: what is older than the window need not be remembered.
        ArraySubquery(seen.filter(clip__gte=_ID_MARK).values("clip_id")),
        _JsonSubquery(newer.values(facts=_JSON_FACTS)),
        _JsonSubquery(unseen.values(facts=_JSON_FACTS)),
    )
    slots = {"viewer": _VIEWER_MARK, "moment": _MOMENT_MARK, "clip_id": _ID_MARK}
    return Prepared(row, slots=slots)


# The newest of each followed maker by the index on (maker, time), then the newest of those. A plain
# join reads every clip of every followed maker, or, when it guesses worse, the whole table.
_BY_FOLLOWED = """
    SELECT near.id
      FROM accounts_follow follow
     CROSS JOIN LATERAL (
        SELECT clip.id, clip.published_at
          FROM social_clip clip
         WHERE clip.maker_id = follow.followed_id
           AND clip.state = 'published' AND clip.audience IN ('public', 'followers')
           AND (clip.published_at, clip.id) < (%s, %s)
         ORDER BY clip.published_at DESC, clip.id DESC
         LIMIT {each}) near
     WHERE follow.follower_id = %s
     ORDER BY near.published_at DESC, near.id DESC
     LIMIT {count}
"""


def _by_followed(
    before: datetime, before_id: UUID, count: int, *, each: int | None = None
) -> QuerySet[Clip]:
    """Return the newest `count` listed clips of those the marked viewer follows, before a place.

    At most `each` of one maker.
    """
    # The counts are part of the text: a plan for any count would be made anew for each request.
    sql = _BY_FOLLOWED.format(count=count, each=each or count)
    return Clip.objects.filter(pk__in=RawSQL(sql, [before, before_id, _VIEWER_MARK]))  # noqa: S611


@cache
def _prepared_following(limit: int) -> Prepared:
    clips = _by_followed(_MOMENT_MARK, _ID_MARK, limit + 1)
    rows = clips.order_by("-published_at", "-pk").values_list("pk", "published_at")
    slots = {"viewer": _VIEWER_MARK, "moment": _MOMENT_MARK, "clip_id": _ID_MARK}
    return Prepared(rows, slots=slots)
