"""Reads that join a render with its media and its story."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric

from core import delivery, plugins
from core.subjects import SubjectRef
from generation.models import ACTIVE, FINISHED, JUDGED, Render, RenderParent
from generation.policies import limits as engine_limits
from generation.policies import texts
from generation.spec import Limits
from generation.spec import parts as parts_codec
from moderation.subjects import Preview

# How far up a lineage a moderator reads.
CONTEXT_MAX = 20
# What is done with a clip whose pictures do not come into the new one as they are.
MADE_ANEW = (RenderParent.Role.REMIX, RenderParent.Role.BLEND)


def media_urls(render: Render, viewer: Any) -> dict[str, Any] | None:
    """Return signed addresses of everything playable, or None if there is nothing to play.

    Callers have found the render through `deliverable_to` or through a visible clip. The audience
    is the viewer, so that a draft's address is of no use to somebody else; `None` signs for
    everybody.
    """
    if not render.media_subject or render.state not in FINISHED:
        return None
    playable = playable_of(render.media_facts, has_words=bool(render.words))
    return addresses(render.media_subject, playable, signer=signer_for(viewer))


class Playable(NamedTuple):
    """What there is to play of a finished render, the same for everybody and for ever.

    `mp4`: names of the single-file renditions by their lines, largest first.
    """

    sprite_grid: Mapping[str, Any] | None
    mp4: Mapping[str, str]
    has_words: bool
    width: int | None
    height: int | None
    duration_s: float | None


def playable_of(facts: Mapping[str, Any], *, has_words: bool) -> Playable:
    """Return what can be played, from the columns alone, for lists that load no models."""
    return Playable(
        sprite_grid=facts.get("sprite"),
        mp4=renditions(facts),
        has_words=has_words,
        width=facts.get("width"),
        height=facts.get("height"),
        duration_s=facts.get("duration_s"),
    )


def signer_for(viewer: Any) -> delivery.Signer:
    """Return what signs addresses for one viewer; `None` and nobody sign for everybody."""
    is_somebody = viewer is not None and viewer.pk is not None
    return delivery.Signer(f"u{viewer.pk}") if is_somebody else delivery.Signer()


def addresses(subject: str, playable: Playable, *, signer: delivery.Signer) -> dict[str, Any]:
    """Return what `media_urls` returns."""
    base = signer.base(subject)
    return {
        "poster": f"{base}poster.webp",
        "sprite": f"{base}sprite.webp",
        "sprite_grid": playable.sprite_grid,
        "mp4": {lines: base + name for lines, name in playable.mp4.items()},
        "hls": f"{base}hls.m3u8",
        "captions": f"{base}captions.vtt" if playable.has_words else None,
        "width": playable.width,
        "height": playable.height,
        "duration_s": playable.duration_s,
    }


def renditions(facts: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of the single-file renditions by their lines, largest first."""
    found = [name.removesuffix(".mp4") for name in facts["files"] if name.endswith(".mp4")]
    lines = sorted((int(name) for name in found if name.isdigit()), reverse=True)
    return {str(number): f"{number}.mp4" for number in lines}


def words_of(render: Render) -> str:
    """Return everything that was asked in words: the prompt, its shots, its lines, and the rest."""
    parts = parts_codec.from_json(render.parts)
    return texts.whole_text(texts.texts_of(render.prompt, parts, original=render.original_prompt))


def parents_of(render: Render) -> list[Render]:
    """Return the clips that a render is made of, in their order; one of them may come twice."""
    rows = render.parents.select_related("parent").order_by("position")
    return [row.parent for row in rows]


def story_above(parents: Sequence[Render]) -> tuple[str, ...]:
    """Return the words of clips and of their nearest ancestors, oldest first: the whole story.

    One query for each generation.
    """
    found: dict[Any, str] = {}
    level = list(parents)
    while level and len(found) < CONTEXT_MAX:
        found |= {step.pk: words_of(step) for step in level}
        above = RenderParent.objects.filter(render__in=level).order_by("-render_id", "position")
        rows = above.select_related("parent")
        level = [row.parent for row in rows if row.parent_id not in found]
    return tuple(reversed(list(found.values())[:CONTEXT_MAX]))


def preview(render: Render) -> Preview:
    """Return what a moderator sees of a render, its lineage and its media."""
    urls = _evidence(render)
    lines = [
        ("Prompt", words_of(render)),
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
    return Preview(
        title=f"Render by @{render.maker.handle}",
        owner_id=render.maker_id,
        lines=[(label, text) for label, text in lines if text],
        media=media,
        context=list(story_above(parents_of(render))),
        fingerprint=bytes(render.fingerprint),
        carriers=[SubjectRef("render", str(key)) for key in carriers_of(render)],
    )


def _evidence(render: Render) -> dict[str, Any] | None:
    """Return addresses of what was judged, also of what was refused. Playing asks who plays."""
    if not render.media_subject or render.state not in JUDGED:
        return None
    playable = playable_of(render.media_facts, has_words=bool(render.words))
    return addresses(render.media_subject, playable, signer=signer_for(None))


def carriers_of(render: Render) -> list[Any]:
    """Return the keys of all finished renders that hold footage of this one, at any remove.

    One query for each generation. A remix or a blend is made anew, and holds none.
    """
    found: dict[Any, None] = {}
    level = [render.pk]
    while level:
        below = RenderParent.objects.filter(parent__in=level).exclude(role__in=MADE_ANEW)
        rows = below.filter(render__state__in=FINISHED).values_list("render_id", flat=True)
        level = [key for key in dict.fromkeys(rows) if key not in found]
        found |= dict.fromkeys(level)
    return list(found)


def engines() -> list[dict[str, Any]]:
    """Return what each configured engine can make. Loads no model."""
    return [_engine(alias) for alias in plugins.configured("GENERATION_ENGINES")]


def _engine(alias: str) -> dict[str, Any]:
    limits: Limits = plugins.backend_class("GENERATION_ENGINES", alias).limits
    return {
        "name": alias,
        "operations": sorted(engine_limits.operations_of(limits)),
        "purposes": sorted(limits.purposes),
        "shapes": list(limits.shapes),
        "lines": list(limits.lines),
        "fps": list(limits.fps),
        "seconds_min": limits.seconds_min,
        "seconds_max": limits.seconds_max,
        "shots_max": limits.shots_max,
        "cast_max": limits.cast_max,
        "prompt_chars_max": limits.prompt_chars_max,
        "roles": sorted(limits.roles),
        "regions": sorted(limits.regions),
        "has_sound": limits.has_sound,
    }


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
