"""Between prompts, facts and captions: what Pocket can show, said in the words it was trained
on."""

from __future__ import annotations

import random
import re
from typing import NamedTuple

from generation.engines.diorama.scene import Brief, Noun
from generation.engines.pocket import vocabulary

_COUNT_WORDS = ("", "a", "two", "three")


class Facts(NamedTuple):
    """What a caption says about one clip, in the vocabulary's names."""

    subject: str
    colour: str
    action: str
    place: str
    weather: str
    time: str
    how_many: int
    size: str


class Adapted(NamedTuple):
    """Facts that Pocket can show, and what of the prompt had to be left out or was made up."""

    facts: Facts
    left_out: tuple[str, ...]
    made_up: tuple[str, ...]


def caption(facts: Facts, *, style: int = 0) -> str:
    """Say what `facts` are in one sentence. `style` 0 is the canonical order; 1 to 3 are
    paraphrases.

    Every style names every attribute that can be seen, so that a caption is exact and not a hint.
    """
    who = _who(facts)
    where = vocabulary.place_phrase(facts.place)
    doing = vocabulary.verb(facts.action, count=facts.how_many)
    when = vocabulary.time_phrase(facts.time)
    weather = vocabulary.weather_phrase(facts.weather)
    orders = (
        f"{who} {doing} {where} {when} {weather}",
        f"{when} {who} {doing} {where} {weather}",
        f"{where} {who} {doing} {when} {weather}",
        f"{who} {doing} {weather} {when} {where}",
    )
    return " ".join(orders[style % len(orders)].split())


def words() -> tuple[str, ...]:
    """Every word that a caption can contain, sorted."""
    found = {"a", "an", "two", "three", "small", "big", *vocabulary.COLOURS}
    for count in (1, 2):
        found |= {vocabulary.noun(subject, count=count) for subject in vocabulary.SUBJECTS}
        for action in vocabulary.ACTIONS:
            found |= set(vocabulary.verb(action, count=count).split())
    phrases = [vocabulary.place_phrase(place) for place in vocabulary.PLACES]
    phrases += [vocabulary.weather_phrase(weather) for weather in vocabulary.WEATHERS]
    phrases += [vocabulary.time_phrase(time) for time in vocabulary.TIMES]
    for phrase in phrases:
        found |= set(re.findall(r"[a-z]+", phrase))
    return tuple(sorted(found))


def adapt(brief: Brief, *, seed: int) -> Adapted | None:
    """Fit a parsed prompt to what Pocket knows; None if it knows none of the subjects.

    What the prompt leaves open is chosen by `seed`. What it asks for and Pocket cannot show is
    replaced and listed, never silently dropped.
    """
    noun = next((noun for noun in brief.nouns if noun.subject in vocabulary.REPERTOIRE), None)
    if noun is None:
        return None
    choice = _Choice(seed)
    repertoire = vocabulary.REPERTOIRE[noun.subject]
    place = choice.of("place", brief.place, vocabulary.PLACES)
    is_sheltered = place in vocabulary.SHELTERED
    facts = Facts(
        subject=noun.subject,
        colour=choice.of("colour", noun.colour, vocabulary.COLOURS),
        action=choice.of("action", noun.action, repertoire),
        place=place,
        weather=choice.of("weather", brief.weather or "clear", vocabulary.WEATHERS[:1])
        if is_sheltered
        else choice.of("weather", brief.weather or "clear", vocabulary.WEATHERS),
        time=choice.of("time", brief.time or "day", vocabulary.TIMES),
        how_many=min(noun.count, max(vocabulary.COUNTS)),
        size=choice.of("size", noun.size or "medium", vocabulary.SIZES),
    )
    left_out = [*choice.left_out, *_others(brief, noun), *brief.unknown]
    return Adapted(facts, tuple(left_out), tuple(choice.made_up))


class _Choice:
    """Picks one value per attribute and keeps account of what it had to change."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - taste, not secrets
        self.left_out: list[str] = []
        self.made_up: list[str] = []

    def of(self, name: str, asked: str | None, known: tuple[str, ...]) -> str:
        pick = self.random.choice(known)
        if asked in known:
            return asked
        if asked is None:
            self.made_up.append(f"{name}: {pick}")
            return pick
        self.left_out.append(asked)
        self.made_up.append(f"{name}: {known[0]}")
        return known[0]


def _others(brief: Brief, shown: Noun) -> list[str]:
    others = [noun.subject for noun in brief.nouns if noun is not shown]
    if shown.count > max(vocabulary.COUNTS):
        others.append(f"more than {max(vocabulary.COUNTS)}")
    return others + [name for name in (brief.camera, brief.style, brief.music) if name]


def _who(facts: Facts) -> str:
    size = "" if facts.size == "medium" else facts.size
    adjectives = " ".join(word for word in (size, facts.colour) if word)
    article = _COUNT_WORDS[facts.how_many]
    if facts.how_many == 1 and adjectives[0] in "aeiou":
        article = "an"
    return f"{article} {adjectives} {vocabulary.noun(facts.subject, count=facts.how_many)}"
