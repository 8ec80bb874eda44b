"""Change a scene that is already staged: everybody who stays keeps place, pace and face."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from generation.engines.diorama.camera import interest
from generation.engines.diorama.measures import aspect
from generation.engines.diorama.physics import simulate
from generation.engines.diorama.relations import linked
from generation.engines.diorama.scene import Actor, Brief, Line, Link, Noun, Scene
from generation.engines.diorama.staging import (
    LANE_FAR,
    LANE_NEAR,
    all_travel,
    is_endless,
    new_actor,
    resting_lift,
)
from generation.engines.diorama.vocabulary import words
from generation.engines.diorama.vocabulary.places import PLACES
from generation.engines.diorama.vocabulary.subjects import SUBJECTS

_KEPT_AS_THEY_ARE = ("x", "z", "facing", "phase", "seed")


def restage(scene: Scene, brief: Brief) -> Scene:
    """Return `scene` playing the complete `brief` instead.

    Nouns are matched by their index: an actor of the same noun stays where it is and goes on as it
    went, whatever it has become. Others find a gap. The camera keeps its point of interest. Pure.
    """
    old = _by_place(scene)
    people = [(index, copy) for index, noun in enumerate(brief.nouns) for copy in range(noun.count)]
    actors: list[Actor] = []
    for index, copy in people:
        before = old.get((index, copy))
        if before is None:
            actors.append(_joining(scene, brief, index, copy, beside=actors))
        else:
            actors.append(_recast(scene, brief, before, index, copy))
    placed = _related(scene, brief, actors, people)
    place = brief.place or "meadow"
    return replace(
        scene,
        brief=brief,
        actors=placed,
        gravity=4.6 * PLACES[place].gravity,
        scrolls=scene.scrolls and is_endless(place) and all_travel(placed),
        focus=interest(scene, simulate(scene)),
    )


def without(scene: Scene, noun: int) -> Scene:
    """Return `scene` without the actors of one noun; everybody else stays."""
    kept = [index for index, actor in enumerate(scene.actors) if actor.noun != noun]
    actors = tuple(
        replace(
            scene.actors[index],
            noun=_before(scene.actors[index].noun, noun),
            target=_index_in(kept, scene.actors[index].target),
        )
        for index in kept
    )
    focus = interest(scene, simulate(scene))
    return replace(scene, brief=_dropped(scene.brief, noun), actors=actors, focus=focus)


def _by_place(scene: Scene) -> Mapping[tuple[int, int], Actor]:
    found: dict[tuple[int, int], Actor] = {}
    for actor in scene.actors:
        copy = sum(noun == actor.noun for noun, _ in found)
        found[actor.noun, copy] = actor
    return found


def _recast(scene: Scene, brief: Brief, before: Actor, index: int, copy: int) -> Actor:
    """Give an actor its new part. The same subject keeps its size and colour unless told."""
    noun, was = brief.nouns[index], scene.brief.nouns[index]
    if noun == was:
        return replace(before, target=None, relation=None)
    height = before.height * _stature(noun) / _stature(was)
    chance = np.random.default_rng([scene.seed, index, copy, 29])
    actor = new_actor(noun, index, copy, height=height, layout=chance)
    kept = {name: getattr(before, name) for name in _KEPT_AS_THEY_ARE}
    if noun.subject == was.subject and noun.colour == was.colour:
        kept["colour"] = before.colour
    actor = replace(actor, **kept)
    stays = actor.action == before.action and scene.brief.place == brief.place
    lift = before.lift if stays else _lift(scene, brief, actor, chance)
    return replace(actor, lift=lift)


def _stature(noun: Noun) -> float:
    return SUBJECTS[noun.subject].height * words.SIZES[noun.size or "medium"]


def _lift(scene: Scene, brief: Brief, actor: Actor, chance: np.random.Generator) -> float:
    lift = resting_lift(actor, brief.place or "meadow", chance)
    return min(lift, max(0.0, scene.ceiling - actor.height))


def _joining(scene: Scene, brief: Brief, index: int, copy: int, *, beside: list[Actor]) -> Actor:
    """Make an actor for a noun that was not there, in the widest gap between the others."""
    chance = np.random.default_rng([scene.seed, index, copy, 31])
    noun = brief.nouns[index]
    actor = new_actor(noun, index, copy, height=_stature(noun), layout=chance)
    taken = sorted(
        [-scene.half_width, scene.half_width, *(other.x for other in (*scene.actors, *beside))]
    )
    gaps = [(right - left, (left + right) / 2) for left, right in itertools.pairwise(taken)]
    room = max(0.0, scene.half_width - 0.46 * actor.height * aspect(actor.subject))
    x = float(np.clip(max(gaps)[1], -room, room))
    depth = float(chance.uniform(LANE_NEAR, LANE_FAR))
    facing = 1 if chance.random() < 0.5 else -1
    lift = _lift(scene, brief, actor, chance)
    return replace(actor, x=round(x, 4), z=round(depth, 4), facing=facing, lift=lift)


def _related(
    scene: Scene, brief: Brief, actors: list[Actor], people: list[tuple[int, int]]
) -> tuple[Actor, ...]:
    """Apply relations; whose relation is what it was stays exactly where it was."""
    old = _by_place(scene)
    spots = {spot: number for number, spot in enumerate(people)}
    placed = list(linked(list(actors), brief))
    for number, spot in enumerate(people):
        before, noun = old.get(spot), brief.nouns[spot[0]]
        if before is None or noun.link != scene.brief.nouns[spot[0]].link:
            continue
        target = None
        if before.target is not None:
            there = scene.actors[before.target]
            copies = [spot for spot, actor in old.items() if actor is there]
            target = spots.get(copies[0])
        relation = before.relation if target is not None else None
        placed[number] = replace(actors[number], relation=relation, target=target)
    return tuple(placed)


def _dropped(brief: Brief, gone: int) -> Brief:
    nouns = tuple(
        replace(noun, link=_relinked(noun.link, gone))
        for index, noun in enumerate(brief.nouns)
        if index != gone
    )
    lines = tuple(
        Line(_before(line.noun, gone), line.text) for line in brief.lines if line.noun != gone
    )
    return replace(brief, nouns=nouns, lines=lines)


def _relinked(link: Link | None, gone: int) -> Link | None:
    if link is None or link.noun == gone:
        return None
    return Link(link.relation, _before(link.noun, gone))


def _before(index: int, gone: int) -> int:
    return index - 1 if index > gone else index


def _index_in(kept: list[int], index: int | None) -> int | None:
    return kept.index(index) if index in kept else None
