"""Put a brief on the stage: who stands where, how big, how far away. Pure and cheap."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from generation.engines.diorama import briefing
from generation.engines.diorama.grammar import parse
from generation.engines.diorama.scene import Actor, Brief, Noun, Scene
from generation.engines.diorama.vocabulary import words
from generation.engines.diorama.vocabulary.actions import ACTIONS
from generation.engines.diorama.vocabulary.places import PLACES
from generation.engines.diorama.vocabulary.subjects import SUBJECTS
from generation.spec import Canvas, CastMember, Source

# Width over height by kind, and for those who differ; staging needs it before anything is drawn.
_ASPECT_OF_KIND = {
    "beast": 1.5,
    "bird": 1.1,
    "fish": 1.7,
    "bug": 1.2,
    "person": 0.55,
    "vehicle": 1.9,
    "thing": 0.9,
    "plant": 0.6,
}
_ASPECTS = {
    "giraffe": 0.75,
    "train": 3.0,
    "rocket": 0.5,
    "jellyfish": 0.8,
    "octopus": 1.1,
    "boat": 1.1,
    "penguin": 0.65,
    "owl": 0.75,
    "flamingo": 0.6,
    "bus": 2.0,
    "piano": 1.4,
    "guitar": 0.5,
    "lamp": 0.4,
    "candle": 0.5,
    "balloon": 0.6,
    "house": 1.0,
    "monkey": 0.8,
    "cactus": 0.7,
    "book": 1.2,
    "drum": 1.1,
    "cake": 1.2,
    "car": 2.1,
    "plane": 2.2,
    "ufo": 1.9,
    "turtle": 1.7,
    "flower": 0.5,
    "sunflower": 0.5,
    "dragon": 1.85,
    "shark": 2.2,
    "dolphin": 2.2,
    "whale": 2.0,
    "dinosaur": 1.75,
    "ghost": 0.8,
    "ladybug": 1.3,
}
# Where a rider sits, as a share of the height of what carries it.
_SEATS = {
    "horse": 0.6,
    "unicorn": 0.6,
    "car": 0.72,
    "boat": 0.3,
    "chair": 0.5,
    "elephant": 0.86,
    "tree": 0.6,
    "turtle": 0.8,
    "giraffe": 0.46,
    "deer": 0.6,
    "dragon": 0.5,
    "dinosaur": 0.6,
    "truck": 0.6,
    "tractor": 0.7,
    "book": 0.7,
}
_SEAT_OF_KIND = {"beast": 0.72, "fish": 0.85, "bird": 0.8}
# A share of the picture's width that the actors together may fill before they shrink.
_CROWD_SHARE = 1.0
LANE_NEAR, LANE_FAR = 0.12, 0.62


@dataclass(frozen=True, slots=True)
class Stage:
    """The measures of a canvas: where the ground lies and how much things shrink with depth."""

    canvas: Canvas
    unit_px: float
    horizon_px: float
    near_px: float
    far_px: float

    def ground_px(self, z: float) -> float:
        """Return the y, in pixels from the top, where feet touch the ground at depth `z`."""
        return self.near_px + (self.far_px - self.near_px) * z

    def scale(self, z: float) -> float:
        """Return how large things appear at depth `z`; 1 at the front."""
        return 1.06 - 0.42 * z


def measure(canvas: Canvas) -> Stage:
    """Return the stage of a canvas. Portrait leaves sky above and room for captions below."""
    width, height = canvas
    tall = height > width * 1.2
    unit = min(width * 1.0, height * (0.62 if tall else 0.78))
    horizon, near, far = (0.60, 0.815, 0.66) if tall else (0.60, 0.90, 0.68)
    return Stage(canvas, unit, height * horizon, height * near, height * far)


def aspect(subject: str) -> float:
    """Return the width of a subject over its height."""
    return _ASPECTS.get(subject, _ASPECT_OF_KIND[SUBJECTS[subject].kind])


def seat(subject: str) -> float:
    """Return where something sits on `subject`, as a share of its height."""
    return _SEATS.get(subject, _SEAT_OF_KIND.get(SUBJECTS[subject].kind, 0.97))


def stage(  # noqa: PLR0913 - the whole of a request
    prompt: str,
    *,
    seed: int,
    seconds: float = 5.0,
    fps: int = 24,
    canvas: Canvas = Canvas(720, 1280),  # noqa: B008 - an immutable value
    cast: Sequence[CastMember] = (),
    source: Source | None = None,
) -> Scene:
    """Return the scene of a prompt. Pure; under five milliseconds; never fails.

    With a `source` the parent is staged from its own prompt and seed, and this prompt's words
    are written over it: see `briefing.remix`.
    """
    handles = frozenset(member.handle for member in cast)
    asked = parse(prompt)
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
    actors = _framed(_linked(_placed(brief, layout, half=half, ceiling=ceiling), brief), half=half)
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
        scrolls=_all_travel(actors),
        actors=actors,
        cast={member.handle: member for member in cast},
        tempo_bpm=0,
    )


def _all_travel(actors: Sequence[Actor]) -> bool:
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
    shrink = float(np.clip(_CROWD_SHARE * 2 * half / max(wide, 1e-6), 0.42, _boost(len(people))))
    slots = _slots(free, spans, half=half, layout=layout)
    facing = 1 if layout.random() < 0.62 else -1
    lanes = layout.permutation(len(people))
    actors: list[Actor] = []
    for rank, (index, copy) in enumerate(people):
        z = LANE_NEAR + (LANE_FAR - LANE_NEAR) * (lanes[rank] + 0.5) / (len(people) + 0.6)
        if rank == 0:
            z = LANE_NEAR
        actor = _actor(
            brief.nouns[index], index, copy, height=heights[rank] * shrink, layout=layout
        )
        lift = min(_lift(actor, brief.place or "meadow", layout), max(0.0, ceiling - actor.height))
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


def _actor(
    noun: Noun, index: int, copy: int, *, height: float, layout: np.random.Generator
) -> Actor:
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


def _lift(actor: Actor, place: str, layout: np.random.Generator) -> float:
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


def _linked(actors: list[Actor], brief: Brief) -> tuple[Actor, ...]:
    """Move actors to where their relation puts them: on, under, beside ... the first of a noun."""
    firsts: dict[int, int] = {}
    for index, actor in enumerate(actors):
        firsts.setdefault(actor.noun, index)
    for index, actor in enumerate(actors):
        link = brief.nouns[actor.noun].link
        if link is None or firsts[link.noun] == index:
            continue
        target = firsts[link.noun]
        moved = replace(actor, relation=link.relation, target=target)
        copy = index - firsts[actor.noun]
        actors[index] = _MOVES_BY_RELATION[link.relation](moved, actors[target], copy)
    return tuple(_raised(actors))


def _framed(actors: Sequence[Actor], *, half: float) -> tuple[Actor, ...]:
    """Move who would stand outside the picture back into it, with everybody who sits on them."""
    result = list(actors)
    for index, actor in enumerate(actors):
        if actor.relation == "on":
            continue
        room = max(0.0, half - 0.46 * actor.height * aspect(actor.subject))
        x = float(np.clip(actor.x, -room, room))
        result[index] = replace(actor, x=round(x, 4))
        for other, rider in enumerate(actors):
            if rider.target == index and rider.relation == "on":
                result[other] = replace(rider, x=round(rider.x + x - actor.x, 4))
    return tuple(result)


def _raised(actors: Sequence[Actor]) -> Iterable[Actor]:
    """Hold a small roof (an umbrella, a balloon) over the head of whoever stands under it."""
    for index, actor in enumerate(actors):
        below = [
            a.height
            for a in actors
            if a.target == index and a.relation in {"under", "beside"} and a.x == actor.x
        ]
        low = bool(below) and actor.height < 1.4 * max(below)
        yield (
            replace(actor, lift=max(actor.lift, 0.66 * max(below)), action="idle") if low else actor
        )


def _side(copy: int) -> float:
    """0, -1, 1, -2, 2 ...: copies of a noun spread around the first."""
    return float((copy + 1) // 2 * (1 if copy % 2 == 0 else -1))


def _on(actor: Actor, base: Actor, copy: int) -> Actor:
    crown = base.lift + base.height * seat(base.subject)
    x = base.x + _side(copy) * base.height * 0.2
    return replace(actor, x=x, z=base.z - 0.004, lift=crown, facing=base.facing)


def _under(actor: Actor, roof: Actor, copy: int) -> Actor:
    x = roof.x + _side(copy) * actor.height * 0.6
    return replace(actor, x=x, z=max(0.02, roof.z - 0.02), lift=0.0)


def _beside(actor: Actor, other: Actor, copy: int) -> Actor:
    gap = (actor.height * aspect(actor.subject) + other.height * aspect(other.subject)) * 0.52
    if other.subject == "umbrella" and SUBJECTS[actor.subject].is_alive:
        return _under(actor, other, copy)
    side = -1 if other.x > 0 else 1
    x = other.x + side * (gap + copy * actor.height * aspect(actor.subject))
    return replace(actor, x=x, z=other.z + 0.02, facing=-side)


def _behind(actor: Actor, other: Actor, copy: int) -> Actor:
    x = other.x + 0.35 * other.height * (1 if other.x <= 0 else -1) + _side(copy) * actor.height
    return replace(actor, x=x, z=min(0.9, other.z + 0.22))


def _before(actor: Actor, other: Actor, copy: int) -> Actor:
    x = other.x - 0.3 * other.height * other.facing + _side(copy) * actor.height
    return replace(actor, x=x, z=max(0.0, other.z - 0.2))


def _above(actor: Actor, other: Actor, copy: int) -> Actor:
    x = other.x + _side(copy) * actor.height
    return replace(actor, x=x, z=other.z - 0.004, lift=other.lift + other.height * 1.12)


def _aimed(actor: Actor, other: Actor, copy: int) -> Actor:
    """Stand where the verb can be done: behind what is chased, within reach of what is eaten."""
    reach = 0.5 * (actor.height * aspect(actor.subject) + other.height * aspect(other.subject))
    if actor.action == "look":
        return replace(actor, facing=1 if other.x >= actor.x else -1)
    gap = reach * (1.25 if actor.action in {"chase", "kick"} else 0.95) + copy * 0.2
    facing = other.facing
    x = other.x - facing * gap
    behind = 0.02 if actor.action == "kick" else -0.02
    return replace(actor, x=x, z=max(0.02, other.z + behind), facing=facing)


_MOVES_BY_RELATION = {
    "on": _on,
    "under": _under,
    "beside": _beside,
    "behind": _behind,
    "before": _before,
    "above": _above,
    "target": _aimed,
}
