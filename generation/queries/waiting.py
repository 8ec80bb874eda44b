"""Where a render stands in its queue and how long it will take, foreseen in the real order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import RegrIntercept, RegrSlope
from django.core.cache import cache
from django.db.models import Count, F, FloatField, Q, Sum
from django.db.models.functions import Cast, Extract
from django.utils import timezone

from generation import events
from generation.models import ACTIVE, QueueShare, Render, RenderAttempt, Worker
from generation.policies import SECONDS_PER_SECOND_DEFAULT, queueing
from generation.policies.queueing import Place, Waiting, Working

PACE_OVER = timedelta(hours=6)
TRIES_LOOKED_AT = 200
PACE_FOR_S = 10
# A queue up to this long is played through for each who asks: a few milliseconds, always true.
PLAYED_FOR_EACH_MAX = 100
PLAYED_FOR_S = 2
# Fewer than this say more about themselves than about the next one.
TRIES_MIN = 5
# Longer than expected, it is still about to end.
LEFT_AT_LEAST = 0.05
# What a person reads instead of "queued" while all slots of their plan are taken.
WAITING_SLOT = "waiting_slot"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a person is told about the wait.

    `status` is the state, or WAITING_SLOT; `position` counts from 1, 0 once it has left the queue;
    `eta_s` is None once it has ended.
    """

    status: str
    position: int
    eta_s: float | None


@dataclass(frozen=True, slots=True)
class Pace:
    """How long an engine takes for a clip: a part for any, a part for each second of video."""

    each_s: float
    per_second: float

    def takes_s(self, seconds: float) -> float:
        """Return the expected wall seconds of one render."""
        return self.each_s + self.per_second * seconds


def outlook(render: Render) -> Outlook:
    """Return status, position and expected wait of a render."""
    if render.has_ended:
        return Outlook(render.state, 0, None)
    now = timezone.now()
    if render.state != Render.State.QUEUED:
        takes_s = _known_pace_of(render.engine).takes_s(render.seconds)
        return Outlook(render.state, 0, round(_left_s(render.claimed_at, takes_s, now), 1))
    places = forecast(render.engine, now=now)
    place = places.get(render.pk)
    status = WAITING_SLOT if _lacks_slot(render) else render.state
    if place is None:
        return Outlook(status, len(places) + 1, None)
    return Outlook(status, place.position, round(place.ends_in_s, 1))


def live_state(render: Render) -> dict[str, Any]:
    """Return a socket's snapshot with the place in the queue, the expected wait and the latest
    picture of what is being made.
    """
    seen = outlook(render)
    told = {"status": seen.status, "position": seen.position, "eta_s": seen.eta_s}
    return events.snapshot(render) | told | {"picture": events.picture_of(render)}


def forecast(engine: str, *, now: datetime) -> dict[UUID, Place]:
    """Return the place of every render that waits for this engine. Three queries, whatever waits.

    A long queue is played through every other second, whoever asks.
    """
    key = f"forecast:{engine}"
    known: dict[UUID, Place] | None = cache.get(key)
    if known is not None:
        return known
    places = _played(engine, now)
    if len(places) > PLAYED_FOR_EACH_MAX:
        cache.set(key, places, timeout=PLAYED_FOR_S)
    return places


def _played(engine: str, now: datetime) -> dict[UUID, Place]:
    pace = _known_pace_of(engine)
    waiting, working = _line(engine, pace, now)
    shares = QueueShare.objects.filter(engine=engine).values_list("maker_id", "tag")
    tags = {maker: tag for maker, tag in shares if maker is not None}
    return queueing.foresee(
        waiting,
        working=working,
        clock=max((tag for maker, tag in shares if maker is None), default=0.0),
        tags=tags,
        workers=Worker.objects.alive(now, engine=engine).count(),
        now=now,
    )


def _line(engine: str, pace: Pace, now: datetime) -> tuple[list[Waiting], list[Working]]:
    """Return what waits for an engine and what is in work on it."""
    deciding = [name for name in Waiting._fields if name != "takes_s"]
    open_now = Render.objects.filter(engine=engine, state__in=(Render.State.QUEUED, *ACTIVE))
    waiting, working = [], []
    for row in open_now.values(*deciding, "seconds", "state", "claimed_at"):
        takes_s = pace.takes_s(row.pop("seconds"))
        state, since = row.pop("state"), row.pop("claimed_at")
        if state == Render.State.QUEUED:
            waiting.append(Waiting(takes_s=takes_s, **row))
        else:
            working.append(Working(row["id"], row["maker_id"], _left_s(since, takes_s, now)))
    return waiting, working


def _left_s(since: datetime | None, takes_s: float, now: datetime) -> float:
    spent_s = 0.0 if since is None else (now - since).total_seconds()
    return max(LEFT_AT_LEAST * takes_s, takes_s - spent_s)


def _lacks_slot(render: Render) -> bool:
    """Whether the plan's slots are all taken by what its maker has in work or asked for before."""
    before = Q(state__in=ACTIVE) | Q(
        state=Render.State.QUEUED, created_at__lt=render.created_at, engine=render.engine
    )
    return Render.objects.filter(before, maker=render.maker_id).count() >= render.slots


def _known_pace_of(engine: str) -> Pace:
    """Return the pace as it was a few seconds ago: everybody who waits asks for it all the time."""
    key = f"pace:{engine}"
    pace: Pace | None = cache.get(key)
    if pace is None:
        pace = pace_of(engine)
        cache.set(key, pace, timeout=PACE_FOR_S)
    return pace


def pace_of(engine: str) -> Pace:
    """Return the pace of an engine's recent renders, tries that were lost on the way included.

    A line through time over length; with too few tries or a single length, the mean ratio.
    """
    found = _recent(engine)
    if found["made"] < TRIES_MIN or not found["video_s"]:
        if not found["made"] or not found["video_s"]:
            return Pace(0.0, SECONDS_PER_SECOND_DEFAULT)
        return Pace(0.0, found["all_s"] / found["video_s"])
    extra = found["all_s"] / found["made_s"]
    slope, intercept = found["slope"], found["intercept"]
    if slope is None or slope <= 0 or intercept < 0:
        return Pace(0.0, found["all_s"] / found["video_s"])
    return Pace(intercept * extra, slope * extra)


def _recent(engine: str) -> Mapping[str, Any]:
    since = timezone.now() - PACE_OVER
    latest = RenderAttempt.objects.filter(engine=engine, ended_at__gte=since).order_by("-ended_at")
    span = Cast(Extract(F("ended_at") - F("started_at"), "epoch"), FloatField())
    video = Cast(F("render__seconds"), FloatField())
    made = Q(outcome=RenderAttempt.Outcome.DONE)
    kept = RenderAttempt.objects.filter(pk__in=latest.values("pk")[:TRIES_LOOKED_AT])
    rows = kept.annotate(span=span, video=video)
    return rows.aggregate(
        made=Count("pk", filter=made),
        video_s=Sum("video", filter=made),
        made_s=Sum("span", filter=made),
        all_s=Sum("span"),
        slope=RegrSlope("span", "video", filter=made),
        intercept=RegrIntercept("span", "video", filter=made),
    )
