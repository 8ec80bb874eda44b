"""Put a brief on the stage: who stands where, how big, how far away. Pure and cheap."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from generation.engines.diorama import briefing
from generation.engines.diorama.grammar import parse
from generation.engines.diorama.measures import aspect, measure
from generation.engines.diorama.relations import framed, linked
from generation.engines.diorama.scene import Actor, Brief, Noun, Scene
from generation.engines.diorama.vocabulary import words
from generation.engines.diorama.vocabulary.actions import ACTIONS
from generation.engines.diorama.vocabulary.places import PLACES
from generation.engines.diorama.vocabulary.subjects import SUBJECTS
from generation.spec import Canvas, CastMember, Source

# A share of the picture's width that the actors together may fill before they shrink.
_CROWD_SHARE, _LONE_SHARE = 1.0, 0.86


LANE_NEAR, LANE_FAR = 0.12, 0.62


def stage(  # noqa: PLR0913 - the whole of a request
    prompt: str,
    *,
    seed: int,
    seconds: float = 5.0,
    fps: int = 24,
    canvas: Canvas = Canvas(720, 1280),  # noqa: B008 - an immutable value
    cast: Sequence[CastMember] = (),
    source: Source | None = None,
    said: Brief | None = None,
) -> Scene:
    """Return the scene of a prompt. Pure; under five milliseconds; never fails.

    With a `source` the parent is staged from its own prompt and seed, and this prompt's words
    are written over it: see `briefing.remix`. `said` stands in for what the prompt says.
    """
    handles = frozenset(member.handle for member in cast)
    asked = parse(prompt) if said is None else said
    salt = briefing.salt_of(asked.unknown)
    if source is None or source.strength >= briefing.KEEPS_NOTHING_FROM:
        brief = briefing.complete(asked, seed=seed, handles=handles)
        return _arrange(
            brief,
            seed=seed,
            salt=salt,
            frames=_frames(seconds, fps),
            fps=fps,
            canvas=canvas,
            cast=cast,
        )
    old = parse(source.prompt)
    parent = briefing.complete(old, seed=source.seed, handles=handles)
    mixed = briefing.remix(parent, asked, strength=source.strength)
    brief = briefing.complete(mixed, seed=source.seed, handles=handles)
    return _arrange(
        brief,
        seed=source.seed,
        salt=briefing.salt_of(old.unknown),
        frames=_frames(seconds, fps),
        fps=fps,
        canvas=canvas,
        cast=cast,
    )


def _frames(seconds: float, fps: int) -> int:
    return max(1, round(seconds * fps))


def _arrange(  # noqa: PLR0913 - the whole of a Scene comes together here
    brief: Brief,
    *,
    seed: int,
    salt: int,
    frames: int,
    fps: int,
    canvas: Canvas,
    cast: Iterable[CastMember],
) -> Scene:
    measures = measure(canvas)
    layout = np.random.default_rng([seed & 0xFFFFFFFF, salt, 23])
    half = canvas.width / measures.unit_px / 2
    ceiling = measures.near_px / measures.unit_px - 0.3
    actors = framed(
        linked(_placed(brief, layout, half=half, ceiling=ceiling), brief),
        half=half,
        ceiling=ceiling,
    )
    # Words nobody understands still colour the picture: up to a twelfth of the colour circle.
    shift = float(layout.uniform(-0.02, 0.02)) + (((salt % 997) / 997 - 0.5) / 6 if salt else 0.0)
    return Scene(
        brief=brief,
        canvas=canvas,
        fps=fps,
        frames=frames,
        seed=seed & 0xFFFFFFFF,
        salt=salt,
        unit_px=measures.unit_px,
        hue_shift=shift,
        gravity=4.6 * PLACES[brief.place or "meadow"].gravity,
        scrolls=is_endless(brief.place or "meadow") and all_travel(actors),
        actors=actors,
        cast={member.handle: member for member in cast},
        tempo_bpm=0,
    )


def is_endless(place: str) -> bool:
    """Whether a place can go past for ever: rooms and planets cannot."""
    return PLACES[place].has_sky or place in {"underwater", "moon"}


def all_travel(actors: Sequence[Actor]) -> bool:
    """Whether the world may move past: everybody travels on the ground or rides, nobody stays."""
    free = [actor for actor in actors if actor.relation not in {"on", "under"}]
    return bool(free) and all(
        ACTIONS[actor.action].travels and actor.action not in {"roll", "slide"} for actor in free
    )


def _placed(
    brief: Brief, layout: np.random.Generator, *, half: float, ceiling: float
) -> list[Actor]:
    """Give every individual a slot from left to right, a lane in depth, and its own look."""
    people = [(index, copy) for index, noun in enumerate(brief.nouns) for copy in range(noun.count)]
    heights = [_height(brief.nouns[index], layout) for index, _ in people]
    spans = [h * aspect(brief.nouns[i].subject) for (i, _), h in zip(people, heights, strict=True)]
    free = [_is_free(brief.nouns[index]) for index, _ in people]
    wide = sum(span for span, is_free in zip(spans, free, strict=True) if is_free)
    share = _LONE_SHARE if len(people) == 1 else _CROWD_SHARE
    shrink = float(np.clip(share * 2 * half / max(wide, 1e-6), 0.42, _boost(len(people))))
    slots = _slots(free, spans, half=half, layout=layout)
    facing = 1 if layout.random() < 0.62 else -1
    lanes = layout.permutation(len(people))
    actors: list[Actor] = []
    for rank, (index, copy) in enumerate(people):
        z = LANE_NEAR + (LANE_FAR - LANE_NEAR) * (lanes[rank] + 0.5) / (len(people) + 0.6)
        if rank == 0:
            z = LANE_NEAR
        actor = new_actor(
            brief.nouns[index], index, copy, height=heights[rank] * shrink, layout=layout
        )
        lift = min(
            resting_lift(actor, brief.place or "meadow", layout), max(0.0, ceiling - actor.height)
        )
        actors.append(replace(actor, x=slots[rank], z=round(float(z), 4), lift=lift, facing=facing))
    return actors


def _boost(count: int) -> float:
    """A lonely actor is shown larger."""
    return {1: 1.36, 2: 1.24, 3: 1.12}.get(count, 1.0)


def _is_free(noun: Noun) -> bool:
    return noun.link is None or noun.link.relation in {"beside", "target"}


def _height(noun: Noun, layout: np.random.Generator) -> float:
    size = words.SIZES[noun.size or "medium"]
    return SUBJECTS[noun.subject].height * size * float(layout.uniform(0.94, 1.06))


def _slots(
    free: Sequence[bool], spans: Sequence[float], *, half: float, layout: np.random.Generator
) -> list[float]:
    """Divide the width among those who stand on their own, by width, in shuffled order."""
    order = layout.permutation(len(free))
    shares = [span if is_free else 0.0 for span, is_free in zip(spans, free, strict=True)]
    total = max(sum(shares), 1e-6)
    slots, edge = [0.0] * len(free), -1.0
    for rank in order:
        share = 2 * shares[rank] / total
        jitter = float(layout.uniform(-0.1, 0.1)) * share
        slots[rank] = round((edge + share / 2 + jitter) * half * 0.82, 4)
        edge += share
    return slots


def new_actor(
    noun: Noun, index: int, copy: int, *, height: float, layout: np.random.Generator
) -> Actor:
    """Return one individual of a noun, with a look of its own and no place yet."""
    subject = SUBJECTS[noun.subject]
    natural = noun.colour or (subject.colour if subject.colour != "any" else "grey")
    name = f"@{noun.handle}" if noun.handle else subject.name
    return Actor(
        name=name if copy == 0 else f"{name} {copy + 1}",
        subject=subject.name,
        noun=index,
        colour=words.COLOURS[natural],
        material=noun.material or subject.material,
        feeling=noun.feeling or "calm",
        action=noun.action or subject.habit,
        height=round(height, 4),
        x=0.0,
        z=0.0,
        lift=0.0,
        facing=1,
        phase=float(layout.uniform(0, math.tau)),
        seed=int(layout.integers(2**31)),
        handle=noun.handle,
    )


def resting_lift(actor: Actor, place: str, layout: np.random.Generator) -> float:
    """Height of its base above the ground: flyers are up, swimmers hang in the water."""
    high = float(layout.uniform(0.35, 0.8))
    if place in {"space", "sky"}:
        return round(0.3 + high * 0.8, 4)
    if place == "underwater" and (actor.action in {"swim", "float"}):
        return round(0.08 + high * 0.75, 4)
    if actor.action == "fly":
        return round(0.3 + high * 0.7, 4)
    if actor.action == "float" and PLACES[place].ground != "water":
        return round(0.1 + high * 0.4, 4)
    if actor.action in {"fall", "bounce"}:
        return round(0.55 + high * 0.5, 4)
    return 0.0
