"""Reads that join a render with its place in the queue, its media and its story."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Avg, Count, F, FloatField, Min, Q, QuerySet, Sum
from django.db.models.functions import Cast
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric

from core import delivery
from generation import events, policies
from generation.models import ACTIVE, FINISHED, Render
from moderation.subjects import Preview

PACE_OVER = timedelta(hours=6)
# How far up a lineage a moderator reads.
CONTEXT_MAX = 20


def queue_position(render: Render) -> int:
    """Return how many renders of this engine are served before it, plus one; 0 once it has left
    the queue.
    """
    if render.state != Render.State.QUEUED:
        return 0
    return _before(render).count() + 1


def _before(render: Render) -> QuerySet[Render]:
    earlier = Q(priority__gt=render.priority) | Q(
        priority=render.priority, created_at__lt=render.created_at
    )
    return Render.objects.queued(render.engine).filter(earlier)


def eta_s(render: Render) -> float | None:
    """Return the expected seconds until this render is ready, or None once it has ended."""
    if render.has_ended:
        return None
    ahead = 0.0
    if render.state == Render.State.QUEUED:
        ahead = float(_before(render).aggregate(total=Sum("seconds"))["total"] or 0.0)
    workers = Render.objects.working().filter(engine=render.engine).count()
    return policies.eta_s(
        ahead_s=ahead,
        seconds=render.seconds,
        workers=workers,
        pace=_pace(render.engine),
        progress=render.progress,
    )


def _pace(engine: str) -> float | None:
    """Return the mean wall seconds per second of video of this engine's recent renders."""
    recent = Render.objects.filter(
        engine=engine, state__in=FINISHED, ended_at__gte=timezone.now() - PACE_OVER
    ).order_by("-ended_at")[:50]
    wall = Cast(F("timings__wall"), FloatField())
    pace = Render.objects.filter(pk__in=recent.values("pk")).aggregate(
        pace=Avg(wall / F("seconds"))
    )["pace"]
    return None if pace is None else float(pace)


def live_state(render: Render) -> dict[str, Any]:
    """Return a socket's snapshot with the place in the queue and the expected wait."""
    wait = eta_s(render)
    return events.snapshot(render) | {
        "position": queue_position(render),
        "eta_s": None if wait is None else round(wait, 1),
    }


def media_urls(render: Render, viewer: Any) -> dict[str, Any] | None:
    """Return signed addresses of everything playable, or None if there is nothing to play.

    Callers have found the render through `deliverable_to` or through a visible clip. The audience
    is the viewer, so that a draft's address is of no use to somebody else; `None` signs for
    everybody.
    """
    if not render.media_subject or render.state not in FINISHED:
        return None
    facts = render.media_facts
    has_words = bool(render.words)
    return playable(render.media_subject, facts=facts, has_words=has_words, viewer=viewer)


def playable(
    subject: str, *, facts: Mapping[str, Any], has_words: bool, viewer: Any
) -> dict[str, Any]:
    """Return what `media_urls` returns, from the columns alone, for lists that load no models."""
    audience = "all" if viewer is None or viewer.pk is None else f"u{viewer.pk}"
    base = delivery.media_base(subject, audience=audience)
    return {
        "poster": f"{base}poster.webp",
        "sprite": f"{base}sprite.webp",
        "sprite_grid": facts.get("sprite"),
        "mp4": {lines: f"{base}{name}" for lines, name in renditions(facts).items()},
        "hls": f"{base}hls.m3u8",
        "captions": f"{base}captions.vtt" if has_words else None,
        "width": facts.get("width"),
        "height": facts.get("height"),
        "duration_s": facts.get("duration_s"),
    }


def renditions(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of the single-file renditions by their lines, largest first."""
    found = [name.removesuffix(".mp4") for name in facts["files"] if name.endswith(".mp4")]
    lines = sorted((int(name) for name in found if name.isdigit()), reverse=True)
    return {str(number): f"{number}.mp4" for number in lines}


def preview(render: Render) -> Preview:
    """Return what a moderator sees of a render, its lineage and its media."""
    urls = media_urls(render, None)
    lines = [
        ("Prompt", render.prompt),
        ("Caption", render.caption),
        ("Spoken", " ".join(word["text"] for word in render.words)),
        ("Engine", f"{render.recipe.get('engine', render.engine)}"),
    ]
    media = (
        []
        if urls is None
        else [
            ("sprite", urls["sprite"]),
            ("poster", urls["poster"]),
            ("video", next(iter(urls["mp4"].values()))),
        ]
    )
    context: list[str] = []
    step = render.parent
    while step is not None and len(context) < CONTEXT_MAX:
        context.append(step.prompt)
        step = step.parent
    return Preview(
        title=f"Render by @{render.maker.handle}",
        owner_id=render.maker_id,
        lines=[(label, text) for label, text in lines if text],
        media=media,
        context=context,
        fingerprint=bytes(render.fingerprint),
    )


class QueueDepth:
    """Tells Prometheus how many renders wait and work, and how long the first has waited."""

    def collect(self) -> Iterator[Metric]:
        """Return the numbers by engine, from one query."""
        renders = GaugeMetricFamily(
            "renders_unfinished", "Renders that wait or are worked on.", labels=["engine", "state"]
        )
        oldest = GaugeMetricFamily(
            "render_wait_seconds", "How long the oldest queued render waits.", labels=["engine"]
        )
        rows = (
            Render.objects.filter(state__in=(Render.State.QUEUED, *ACTIVE))
            .values("engine", "state")
            .annotate(count=Count("pk"), since=Min("created_at"))
        )
        for row in rows:
            renders.add_metric([row["engine"], row["state"]], row["count"])
            if row["state"] == Render.State.QUEUED:
                waited = (timezone.now() - row["since"]).total_seconds()
                oldest.add_metric([row["engine"]], waited)
        yield renders
        yield oldest
