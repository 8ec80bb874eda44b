"""What operators look at: who works, what waits where, and what has failed for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Prefetch, QuerySet
from django.utils import timezone

from generation.models import ACTIVE, Render, RenderAttempt, Worker


@dataclass(frozen=True, slots=True)
class Depth:
    """How much waits for one engine in one lane, since when, and whether a worker serves it."""

    engine: str
    lane: str
    waiting: int
    since: datetime | None
    is_served: bool


@dataclass(frozen=True, slots=True)
class Post:
    """One worker: whether it lives, and what it is making."""

    worker: Worker
    is_alive: bool
    render: Render | None


def depths() -> list[Depth]:
    """Return what waits, by engine and lane. Two queries."""
    now = timezone.now()
    served = {engine for one in Worker.objects.all() if one.is_alive(now) for engine in one.engines}
    rows = (
        Render.objects.filter(state=Render.State.QUEUED)
        .values("engine", "lane")
        .annotate(waiting=Count("pk"), since=Min("created_at"))
        .order_by("engine", "lane")
    )
    return [Depth(**row, is_served=row["engine"] in served) for row in rows]


def posts() -> list[Post]:
    """Return the workers heard of within a day, the living first. Two queries."""
    now = timezone.now()
    making = {
        render.worker: render
        for render in Render.objects.filter(state__in=ACTIVE).exclude(worker="")
    }
    found = [
        Post(worker, worker.is_alive(now), making.get(worker.name))
        for worker in Worker.objects.order_by("name")
    ]
    return sorted(found, key=lambda post: not post.is_alive)


def dead_letters() -> QuerySet[Render]:
    """Return failed renders, the latest first, with makers and tries. Two queries."""
    tries = Prefetch("tries", RenderAttempt.objects.order_by("-started_at"))
    failed = Render.objects.filter(state=Render.State.FAILED)
    return failed.select_related("maker").prefetch_related(tries).order_by("-ended_at")
