"""Move actors to where their relation puts them: on, under, beside, behind, after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from generation.engines.diorama.measures import aspect, seat
from generation.engines.diorama.scene import Actor, Brief
from generation.engines.diorama.vocabulary.subjects import SUBJECTS


def linked(actors: list[Actor], brief: Brief) -> tuple[Actor, ...]:
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


def framed(actors: Sequence[Actor], *, half: float, ceiling: float) -> tuple[Actor, ...]:
    """Move who would stand outside the picture back into it, with everybody who sits on them."""
    result = list(actors)
    for index, actor in enumerate(actors):
        if actor.relation == "on":
            continue
        room = max(0.0, half - 0.46 * actor.height * aspect(actor.subject))
        x = float(np.clip(actor.x, -room, room))
        lift = min(actor.lift, max(0.0, ceiling - actor.height))
        result[index] = replace(actor, x=round(x, 4), lift=round(lift, 4))
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
