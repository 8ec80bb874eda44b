"""Say what a scene shows in the grammar of prompts: staging a caption repeats the brief."""

from __future__ import annotations

from collections.abc import Iterator

from generation.engines.diorama.scene import Brief, Noun
from generation.engines.diorama.vocabulary import words
from generation.engines.diorama.vocabulary.actions import ACTIONS
from generation.engines.diorama.vocabulary.places import PLACES
from generation.engines.diorama.vocabulary.subjects import SUBJECTS


def describe(brief: Brief) -> str:
    """Return one sentence for everything in a complete `brief`; `parse` reads it back."""
    clauses = " and ".join(_clauses(brief))
    where = _where(brief)
    extras = ", ".join(_extras(brief))
    sentence = f"{clauses} {where}, {extras}."
    return sentence[0].upper() + sentence[1:]


def _clauses(brief: Brief) -> Iterator[str]:
    """Name each noun once with "a"; later mentions are "the", which the grammar looks up."""
    named: set[int] = set()
    for index, noun in enumerate(brief.nouns):
        clause = f"{_once(brief, index, named)} {_verb(noun)}"
        if noun.link is not None:
            joint = words.RELATION_WORDS.get(noun.link.relation, ("",))[0]
            clause += f" {joint}".rstrip() + f" {_once(brief, noun.link.noun, named)}"
        yield clause


def _once(brief: Brief, index: int, named: set[int]) -> str:
    is_new = index not in named
    named.add(index)
    return _phrase(brief.nouns[index], is_new=is_new)


def _phrase(noun: Noun, *, is_new: bool) -> str:
    if noun.handle is not None:
        return f"@{noun.handle}"
    subject = SUBJECTS[noun.subject]
    adjectives = [noun.size, noun.feeling, *_worded(noun)]
    head = subject.name if noun.count == 1 else subject.plural
    number = words.COUNT_WORDS[noun.count] if is_new else "the"
    if not is_new and noun.count > 1:
        number = f"the {words.COUNT_WORDS[noun.count]}"
    rest = " ".join(word for word in (*adjectives, head) if word)
    if number == "a" and rest[0] in "aeiou":
        number = "an"
    return f"{number} {rest}"


def _worded(noun: Noun) -> Iterator[str]:
    if noun.colour:
        yield words.COLOUR_WORDS[noun.colour][0]
    if noun.material:
        yield words.MATERIAL_WORDS[noun.material][0]


def _verb(noun: Noun) -> str:
    transitive = noun.link is not None and noun.link.relation == "target"
    return ACTIONS[noun.action or "idle"].said(plural=noun.count > 1, transitive=transitive)


def _where(brief: Brief) -> str:
    place = PLACES[brief.place or "meadow"].phrase
    weather = brief.weather or "clear"
    if brief.is_wet and weather not in {"rain", "storm"}:
        place = f"in the wet, {place}"
    time = words.TIME_WORDS[brief.time or "day"][0]
    return f"{place} {time} {words.WEATHER_WORDS[weather][0]}"


def _extras(brief: Brief) -> Iterator[str]:
    yield words.STYLE_WORDS[brief.style or "diorama"][0]
    yield words.CAMERA_WORDS[brief.camera or "still"][0]
    for line in brief.lines:
        speaker = "a voice"
        if line.noun >= 0:
            speaker = _phrase(brief.nouns[line.noun], is_new=False)
        verb = "says" if line.noun < 0 or brief.nouns[line.noun].count == 1 else "say"
        yield f'{speaker} {verb} "{line.text}"'
    if brief.is_silent:
        yield "silent"
    else:
        yield f"{brief.music} music" if brief.music else "without music"
