"""Exact captions of a scene, in the diorama's grammar."""

from __future__ import annotations

import re

from training.world import vocabulary
from training.world.scenes import Facts

_COUNT_WORDS = ("", "a", "two", "three")


def caption(facts: Facts, *, style: int = 0) -> str:
    """Say what `facts` are in one sentence. `style` 0 is the canonical order; 1 to 3 are paraphrases.

    Every style names every attribute that can be seen, so that a caption is exact and not a hint.
    """
    who = _who(facts)
    where = vocabulary.place_phrase(facts.place)
    doing = vocabulary.verb(facts.action, count=facts.count)
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


def _who(facts: Facts) -> str:
    size = "" if facts.size == "medium" else facts.size
    adjectives = " ".join(word for word in (size, facts.colour) if word)
    article = _COUNT_WORDS[facts.count]
    if facts.count == 1 and adjectives[0] in "aeiou":
        article = "an"
    return f"{article} {adjectives} {vocabulary.noun(facts.subject, count=facts.count)}"
