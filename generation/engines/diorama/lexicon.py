"""Every phrase of the vocabulary with its readings, and how a prompt is cut into phrases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from generation.engines.diorama.vocabulary import words
from generation.engines.diorama.vocabulary.actions import ACTIONS
from generation.engines.diorama.vocabulary.places import PLACES
from generation.engines.diorama.vocabulary.subjects import SUBJECTS

LONGEST_PHRASE = 5
TOKEN = re.compile(r"\x00\d+|@[\w.]+|[^\W_]+(?:['-][^\W_]+)*|[.,;:!?]")


# Words that carry no meaning here.
_STOP = frozenset(
    """
    is are was were be been being of in at to from into through its his her their our my your this
    these those there then while as for that which who very really so just some it's during across
    along around up down out off here scene clip video shot camera style light under by
    """.split()  # noqa: SIM905 - seventy quoted words read worse
)
_ARTICLES = frozenset(("a", "an", "the"))
_PRONOUNS = frozenset(("it", "they", "he", "she", "them", "him"))
_SAY = frozenset(
    ("say", "says", "said", "saying", "whisper", "whispers", "shout", "shouts", "yells", "asks")
)


class Meaning(NamedTuple):
    """One reading of a phrase: what kind of word it is, and its name in the vocabulary."""

    kind: str
    name: str


class Piece(NamedTuple):
    """A phrase found in the prompt with all its readings."""

    text: str
    meanings: tuple[Meaning, ...]

    def name(self, kind: str) -> str | None:
        """Return its name as `kind`, or None when it cannot be read so."""
        return next((m.name for m in self.meanings if m.kind == kind), None)


@cache
def lexicon() -> Mapping[tuple[str, ...], tuple[Meaning, ...]]:
    """Return every phrase of the vocabulary with its readings, the first one preferred."""
    table: dict[tuple[str, ...], list[Meaning]] = {}
    for phrase, kind, name in _entries():
        meanings = table.setdefault(tuple(TOKEN.findall(phrase.lower())), [])
        if Meaning(kind, name) not in meanings:
            meanings.append(Meaning(kind, name))
    return {phrase: tuple(meanings) for phrase, meanings in table.items()}


def _entries() -> Iterator[tuple[str, str, str]]:
    """Yield (phrase, kind, name); where a phrase has several readings, the earlier is preferred."""
    for subject in SUBJECTS.values():
        known = (subject.name, *subject.synonyms)
        yield from ((word, "subject", subject.name) for word in (*known, *map(_plural, known)))
        yield subject.plural, "subject", subject.name
    for action in ACTIONS.values():
        yield from ((word, "action", action.name) for word in (action.name, *action.words))
    for place in PLACES.values():
        known = (place.phrase, place.name, *place.words)
        yield from ((word, "place", place.name) for word in known)
    for kind, table in _TABLES.items():
        for name, phrases in table.items():
            yield from ((phrase, kind, name) for phrase in phrases)
    yield from _plain_entries()


def _plain_entries() -> Iterator[tuple[str, str, str]]:
    for kind, phrases in _LISTS.items():
        for phrase in phrases:
            yield phrase, kind, phrase
    for word, number in words.COUNTS.items():
        yield word, "count", str(number)


_TABLES: Mapping[str, words.Words] = {
    "weather": words.WEATHER_WORDS,
    "time": words.TIME_WORDS,
    "camera": words.CAMERA_WORDS,
    "style": words.STYLE_WORDS,
    "colour": words.COLOUR_WORDS,
    "size": words.SIZE_WORDS,
    "material": words.MATERIAL_WORDS,
    "feeling": words.FEELING_WORDS,
    "relation": words.RELATION_WORDS,
    "music": words.MUSIC_WORDS,
}


_LISTS: Mapping[str, tuple[str, ...]] = {
    "music noun": words.MUSIC_NOUNS,
    "silence": words.SILENCE_WORDS,
    "wet": words.WET_WORDS,
    "not": words.NEGATIONS,
    "and": ("and", "&", "plus"),
    "article": tuple(_ARTICLES),
    "pronoun": tuple(_PRONOUNS),
    "say": tuple(_SAY),
}


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


def pieces(tokens: list[str]) -> Iterator[Piece]:
    """Cut tokens into phrases, the longest first."""
    position = 0
    while position < len(tokens):
        piece, length = _longest(tokens, position)
        yield piece
        position += length


def _longest(tokens: list[str], start: int) -> tuple[Piece, int]:
    for length in range(min(LONGEST_PHRASE, len(tokens) - start), 0, -1):
        phrase = tuple(tokens[start : start + length])
        if meanings := lexicon().get(phrase):
            return Piece(" ".join(phrase), meanings), length
    return _bare(tokens[start]), 1


def _bare(word: str) -> Piece:
    """Read what is no phrase of the vocabulary."""
    if word[0] == "\x00":
        return Piece(word, (Meaning("quote", word[1:]),))
    if word[0] == "@":
        return Piece(word, (Meaning("handle", word.strip("@.")),))
    if word in ".,;:!?":
        return Piece(word, (Meaning("comma" if word in ",;:" else "stop", word),))
    return Piece(word, (Meaning("filler" if word in _STOP else "unknown", word),))
