"""Complete a brief: what the prompt left open is chosen by nature first and by the seed second."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from generation.engines.diorama.scene import Brief, Line, Link, Noun
from generation.engines.diorama.vocabulary.actions import ACTIONS
from generation.engines.diorama.vocabulary.places import PLACES
from generation.engines.diorama.vocabulary.subjects import SUBJECTS

ACTORS_MAX = 8
# Above this strength a remix lets new subjects take the place of old ones instead of joining them.
REPLACES_ABOVE = 0.5
KEEPS_NOTHING_FROM = 0.95
_OPEN_AIR = ("meadow", "park", "forest", "beach", "street", "garden", "mountains", "lake", "desert")
_HOMES = {
    "fish": ("underwater",),
    "vehicle": ("street",),
    **dict.fromkeys(("astronaut", "rocket", "ufo"), ("moon", "space")),
    **dict.fromkeys(("boat", "duck"), ("lake", "sea")),
    **dict.fromkeys(("plane", "helicopter"), ("sky",)),
    **dict.fromkeys(("penguin", "snowman"), ("snowfield",)),
    **dict.fromkeys(("cow", "pig", "sheep", "chicken", "rooster", "tractor"), ("farm",)),
    **dict.fromkeys(("lamp", "chair", "clock"), ("room",)),
    **dict.fromkeys(("cup", "teapot", "cake"), ("cafe", "kitchen")),
    **dict.fromkeys(("piano", "guitar", "drum"), ("stage",)),
    **dict.fromkeys(("book", "candle"), ("library",)),
    "chef": ("kitchen",),
    "cactus": ("desert",),
    "knight": ("castle",),
    "dragon": ("castle", "mountains"),
    "palm": ("beach",),
    "shell": ("beach",),
}
_CAMERAS = ("zoom in", "orbit", "pan right", "pan left", "zoom out", "orbit", "zoom in")


def salt_of(unknown: Sequence[str]) -> int:
    """Return a number made of the words that were not understood; 0 when there are none."""
    if not unknown:
        return 0
    return int.from_bytes(hashlib.sha256(" ".join(unknown).encode()).digest()[:6], "big")


def complete(brief: Brief, *, seed: int, handles: frozenset[str]) -> Brief:
    """Return `brief` with every gap filled, the same way for the same seed.

    Cast members in `handles` who were not mentioned join in front; a handle that is not in the
    cast becomes an ordinary person.
    """
    chooser = np.random.default_rng([seed & 0xFFFFFFFF, salt_of(brief.unknown), 11])
    nouns = _crowd(_with_cast(brief.nouns, handles), chooser)
    place = brief.place or _place_for(nouns, brief.forbidden, chooser)
    time = brief.time or str(
        chooser.choice(["day", "sunset", "dawn", "night"], p=[0.4, 0.3, 0.15, 0.15])
    )
    weather = brief.weather or "clear"
    camera = brief.camera or str(chooser.choice(_CAMERAS))
    nouns = tuple(_settled(nouns, i, place, chooser) for i in range(len(nouns)))
    mood = brief.music if brief.music is not None else _mood(nouns, time, weather, chooser)
    return replace(
        brief,
        nouns=nouns,
        place=place,
        time=time,
        weather=weather,
        camera=camera,
        style=brief.style or "diorama",
        music=mood,
        is_wet=brief.is_wet or (weather in {"rain", "storm"} and PLACES[place].has_sky),
        lines=tuple(Line(min(line.noun, len(nouns) - 1), line.text) for line in brief.lines),
        forbidden=frozenset(),
    )


def remix(parent: Brief, child: Brief, *, strength: float) -> Brief:
    """Return the complete `parent` with the words of `child` written over it.

    A noun that names a subject of the parent changes that subject. Other nouns join, or take
    the places of the parent's in order when `strength` is above REPLACES_ABOVE. From
    KEEPS_NOTHING_FROM on, the parent is forgotten.
    """
    if strength >= KEEPS_NOTHING_FROM:
        return child
    changed: dict[str, Any] = {
        name: getattr(child, name)
        for name in ("place", "weather", "time", "camera", "style", "music")
        if getattr(child, name) is not None
    }
    weather = changed.get("weather", parent.weather)
    if weather in child.forbidden:
        changed["weather"] = weather = "clear"
    nouns, lines = _merged(parent, child, replaces=strength > REPLACES_ABOVE)
    return replace(
        parent,
        **changed,
        nouns=nouns,
        lines=lines,
        is_silent=parent.is_silent or child.is_silent,
        is_wet=child.is_wet or (parent.is_wet and weather in {"rain", "storm", parent.weather}),
        forbidden=child.forbidden,
        known=child.known,
        unknown=child.unknown,
    )


def joined(heavy: Brief, light: Brief) -> Brief:
    """Return a complete brief of two: everybody of both, `heavy`'s place, `light`'s weather."""
    shift = len(heavy.nouns)
    moved = tuple(
        replace(noun, link=Link(noun.link.relation, noun.link.noun + shift) if noun.link else None)
        for noun in light.nouns
    )
    lines = tuple(
        Line(line.noun + shift if line.noun >= 0 else -1, line.text) for line in light.lines
    )
    clear = light.weather in {None, "clear"}
    return replace(
        heavy,
        nouns=(*heavy.nouns, *moved),
        lines=(*heavy.lines, *lines),
        weather=heavy.weather if clear else light.weather,
        style=light.style if light.style != "diorama" else heavy.style,
        music=light.music,
        is_wet=heavy.is_wet or light.is_wet,
        is_silent=heavy.is_silent and light.is_silent,
    )


def _merged(
    parent: Brief, child: Brief, *, replaces: bool
) -> tuple[tuple[Noun, ...], tuple[Line, ...]]:
    nouns = list(parent.nouns)
    spots: list[int] = []
    for noun in child.nouns:
        spots.append(_spot(nouns, noun, taken=spots, replaces=replaces))
    for noun, spot in zip(child.nouns, spots, strict=True):
        link = Link(noun.link.relation, spots[noun.link.noun]) if noun.link else None
        written = replace(noun, link=link)
        if spot == len(nouns):
            nouns.append(written)
        else:
            nouns[spot] = _overwritten(nouns[spot], written)
    lines = tuple(Line(spots[n] if n >= 0 else -1, text) for n, text in child.lines)
    return tuple(nouns), lines or parent.lines


def _spot(nouns: list[Noun], noun: Noun, *, taken: list[int], replaces: bool) -> int:
    free = [index for index in range(len(nouns)) if index not in taken]
    for index in free:
        if (nouns[index].subject, nouns[index].handle) == (noun.subject, noun.handle):
            return index
    if replaces and free:
        return free[0]
    return max([len(nouns) - 1, *taken]) + 1


def _overwritten(old: Noun, new: Noun) -> Noun:
    """Keep of the old noun what the new one does not say; another subject keeps only its deed."""
    same = old.subject == new.subject
    names = (
        ("colour", "size", "material", "feeling", "action", "link") if same else ("action", "link")
    )
    kept = {name: getattr(new, name) or getattr(old, name) for name in names}
    if old.action == SUBJECTS[old.subject].habit and not same:
        kept["action"] = new.action
    return replace(new, **kept)


def _with_cast(nouns: tuple[Noun, ...], handles: frozenset[str]) -> tuple[Noun, ...]:
    mentioned = {noun.handle for noun in nouns}
    cleared = tuple(n if n.handle in handles else replace(n, handle=None) for n in nouns)
    missing = tuple(Noun("person", handle=h) for h in sorted(handles - mentioned))
    return (*cleared, *missing)


def _crowd(nouns: tuple[Noun, ...], chooser: np.random.Generator) -> tuple[Noun, ...]:
    """Keep to as many actors as a small stage can show; nobody becomes one at random."""
    if not nouns:
        return (Noun(str(chooser.choice(sorted(SUBJECTS)))),)
    kept = nouns[:ACTORS_MAX]
    room = ACTORS_MAX - len(kept)
    limited = []
    for noun in kept:
        extra = min(noun.count - 1, room)
        room -= extra
        linked = noun.link if noun.link and noun.link.noun < len(kept) else None
        limited.append(replace(noun, count=1 + extra, link=linked))
    return tuple(limited)


def _place_for(
    nouns: tuple[Noun, ...], forbidden: frozenset[str], chooser: np.random.Generator
) -> str:
    for noun in nouns:
        homes = _HOMES.get(noun.subject) or _HOMES.get(SUBJECTS[noun.subject].kind)
        if homes:
            return str(chooser.choice(homes))
    return str(chooser.choice([place for place in _OPEN_AIR if place not in forbidden]))


def _settled(nouns: tuple[Noun, ...], index: int, place: str, chooser: np.random.Generator) -> Noun:
    noun = nouns[index]
    subject = SUBJECTS[noun.subject]
    colour = noun.colour
    if colour is None and subject.colour == "any" and noun.handle is None:
        colour = str(
            chooser.choice(["red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"])
        )
    return replace(noun, colour=colour, action=noun.action or _habit(nouns, index, place))


def _habit(nouns: tuple[Noun, ...], index: int, place: str) -> str:
    """What a noun does unsaid: its part in another's verb, the place, its nature."""
    noun, subject = nouns[index], SUBJECTS[nouns[index].subject]
    for other in nouns:
        if other.link and other.link.noun == index:
            return _habit_as_object(other, noun)
    if noun.link and noun.link.relation in {"on", "under"} and not ACTIONS[subject.habit].travels:
        return "idle"
    ground = PLACES[place].ground
    if ground == "air":
        return subject.habit if subject.habit in {"fly", "launch", "spin"} else "float"
    if place == "underwater":
        return "swim" if subject.is_alive and subject.kind != "person" else "float"
    if ground == "water":
        return subject.habit if subject.habit in {"sail", "fly"} else "float"
    return {"swim": "walk"}.get(subject.habit, subject.habit) if subject.kind != "fish" else "swim"


def _habit_as_object(verb: Noun, noun: Noun) -> str:
    subject = SUBJECTS[noun.subject]
    if verb.action == "chase" and verb.link and verb.link.relation == "target":
        moving = {"ball": "roll", "vehicle": "drive", "bird": "fly", "bug": "fly", "fish": "swim"}
        return moving.get(noun.subject) or moving.get(subject.kind, "run")
    if verb.action == "drive" and verb.link and verb.link.relation == "on":
        return subject.habit if ACTIONS[subject.habit].travels else "idle"
    return subject.habit if subject.kind == "plant" or subject.habit == "glow" else "idle"


def _mood(nouns: tuple[Noun, ...], time: str, weather: str, chooser: np.random.Generator) -> str:
    feelings = {noun.feeling for noun in nouns}
    if "sad" in feelings:
        return "sad"
    if weather in {"storm", "fog"}:
        return "mysterious" if weather == "fog" else "tense"
    if any(noun.action in {"dance", "jump", "bounce", "chase", "play"} for noun in nouns):
        return str(chooser.choice(["playful", "happy"]))
    if any(noun.action == "launch" for noun in nouns):
        return "epic"
    by_time = {"night": ("calm", "mysterious", "romantic"), "sunset": ("romantic", "calm")}
    return str(chooser.choice(by_time.get(time, ("happy", "calm", "playful"))))


def understood(brief: Brief, *, handles: frozenset[str]) -> dict[str, Any]:
    """Return what was taken from a prompt and what was not, as JSON values for its maker."""
    said = {
        name: getattr(brief, name)
        for name in ("place", "weather", "time", "camera", "style", "music")
        if getattr(brief, name) is not None
    }
    subjects = [
        {
            name: getattr(noun, name)
            for name in (
                "subject",
                "count",
                "colour",
                "size",
                "material",
                "feeling",
                "action",
                "handle",
            )
            if getattr(noun, name) is not None
        }
        for noun in brief.nouns
    ]
    strangers = [f"@{n.handle}" for n in brief.nouns if n.handle and n.handle not in handles]
    return {
        "subjects": subjects,
        **said,
        "lines": [line.text for line in brief.lines],
        "without": sorted(brief.forbidden),
        "words": list(brief.known),
        "not_understood": [*brief.unknown, *strangers],
    }
