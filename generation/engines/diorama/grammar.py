"""Read a prompt: words to a Brief. Free order of adjectives, several subjects, relations, negation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple, cast

from generation.engines.diorama.scene import Brief, Line, Link, Noun, Relation
from generation.engines.diorama.vocabulary import words
from generation.engines.diorama.vocabulary.actions import ACTIONS
from generation.engines.diorama.vocabulary.places import PLACES
from generation.engines.diorama.vocabulary.subjects import SUBJECTS

LONGEST_PHRASE = 5
_TOKEN = re.compile(r"\x00\d+|@[\w.]+|[^\W_]+(?:['-][^\W_]+)*|[.,;:!?]")
_QUOTE = re.compile(r"[\"“”«»]([^\"“”«»]*)[\"“”«»]")
_STOP = frozenset(
    "is are was were be been being of in at to from into through its his her their our my your this these "
    "those there then while as for that which who very really so just some it's during across along "
    "around up down out off here scene clip video shot camera style light under by".split()
)
_ARTICLES = frozenset(("a", "an", "the"))
_PRONOUNS = frozenset(("it", "they", "he", "she", "them", "him"))
_SAY = frozenset(
    "say says said saying whisper whispers shout shouts asks ask yells tell tells".split()
)


# Verbs that may be followed at once by the noun they are done to.
_JOINTS: Mapping[str, Relation] = {
    **dict.fromkeys(("chase", "kick", "eat", "play", "look"), "target"),
    "drive": "on",
}


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


def parse(prompt: str) -> Brief:
    """Return what `prompt` says. Never fails: what is not in the vocabulary lands in `unknown`."""
    quotes: list[str] = []

    def lift(match: re.Match[str]) -> str:
        quotes.append(" ".join(match.group(1).split()))
        return f" \x00{len(quotes) - 1} "

    plain = _QUOTE.sub(lift, prompt.replace("’", "'").replace("\x00", " ")).lower()
    reader = _Reader(tuple(_pieces(_TOKEN.findall(plain))), tuple(quotes))
    return reader.read()


@cache
def lexicon() -> Mapping[tuple[str, ...], tuple[Meaning, ...]]:
    """Return every phrase of the vocabulary with its readings, the first one preferred."""
    table: dict[tuple[str, ...], list[Meaning]] = {}
    for phrase, kind, name in _entries():
        meanings = table.setdefault(tuple(_TOKEN.findall(phrase.lower())), [])
        if Meaning(kind, name) not in meanings:
            meanings.append(Meaning(kind, name))
    return {phrase: tuple(meanings) for phrase, meanings in table.items()}


def _entries() -> Iterator[tuple[str, str, str]]:
    for subject in SUBJECTS.values():
        for word in (subject.name, *subject.synonyms):
            yield word, "subject", subject.name
            yield _plural(word), "subject", subject.name
        yield subject.plural, "subject", subject.name
    for action in ACTIONS.values():
        for word in (action.name, *action.words):
            yield word, "action", action.name
    for place in PLACES.values():
        for word in (place.phrase, place.name, *place.words):
            yield word, "place", place.name
    for kind, table in _TABLES.items():
        for name, phrases in table.items():
            for phrase in phrases:
                yield phrase, kind, name
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


def _pieces(tokens: list[str]) -> Iterator[Piece]:
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


def _bare(token: str) -> Piece:
    if token.startswith("\x00"):
        return Piece(token, (Meaning("quote", token[1:]),))
    if token.startswith("@"):
        return Piece(token, (Meaning("handle", token.strip("@.")),))
    if token in ".,;:!?":
        return Piece(token, (Meaning("comma" if token in ",;:" else "stop", token),))
    if token in _STOP:
        return Piece(token, (Meaning("filler", token),))
    return Piece(token, (Meaning("unknown", token),))


@dataclass(slots=True)
class _Draft:
    """A noun phrase being read."""

    subject: str
    said: dict[str, Any]
    action: str | None = None
    link: Link | None = None


@dataclass(slots=True)
class _Reader:
    """Walks over the pieces once, from left to right, with one piece of look-ahead.

    `said` holds adjectives that wait for their noun; `clause` the nouns that the next verb is
    about; `joint` a relation or a transitive verb that waits for its second noun.
    """

    pieces: tuple[Piece, ...]
    quotes: tuple[str, ...]
    nouns: list[_Draft] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)
    clause: list[int] = field(default_factory=list)
    joint: Relation | None = None
    joint_from: list[int] = field(default_factory=list)
    is_list: bool = False
    is_phrase_open: bool = False
    is_definite: bool = False
    is_negated: bool = False
    has_said: bool = False
    scene: dict[str, Any] = field(default_factory=dict)
    forbidden: set[str] = field(default_factory=set)
    known: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    index: int = 0

    def read(self) -> Brief:
        for self.index, piece in enumerate(self.pieces):
            kind, name = self._choose(piece)
            _HANDLERS.get(kind, _Reader._on_scene)(self, kind, name)
            if kind not in {"filler", "unknown", "comma", "stop", "article", "quote"}:
                self.known.append(piece.text)
        nouns = tuple(Noun(d.subject, action=d.action, link=d.link, **d.said) for d in self.nouns)
        return Brief(
            nouns=nouns,
            lines=tuple(self.lines),
            forbidden=frozenset(self.forbidden),
            known=tuple(self.known),
            unknown=tuple(self.unknown),
            **self.scene,
        )

    def _next(self, ahead: int = 1) -> Piece:
        spot = self.index + ahead
        return self.pieces[spot] if spot < len(self.pieces) else Piece("", (Meaning("stop", "."),))

    def _choose(self, piece: Piece) -> Meaning:
        """Settle a word with several readings by its neighbours."""
        kinds = {meaning.kind for meaning in piece.meanings}
        if len(kinds) == 1:
            return piece.meanings[0]
        if "music" in kinds and "count" not in self.said and self._next().name("music noun"):
            return Meaning("music", piece.name("music") or "")
        if "music noun" in kinds and self._is_about_music():
            return Meaning("music noun", piece.text)
        if {"subject", "action"} <= kinds:
            as_noun = self.is_phrase_open or not self.clause
            return Meaning("subject" if as_noun else "action", self._named(piece, as_noun))
        if {"weather", "feeling"} & kinds and "music" in kinds:
            kind = "feeling" if "feeling" in kinds else "weather"
            return Meaning(kind, piece.name(kind) or "")
        return piece.meanings[0]

    def _named(self, piece: Piece, as_noun: bool) -> str:
        return piece.name("subject" if as_noun else "action") or piece.text

    def _is_about_music(self) -> bool:
        """Whether "piano" means music here: "sad piano" does, "a sad piano" does not."""
        after_mood = self.index > 0 and self.pieces[self.index - 1].name("music") is not None
        is_music = after_mood or self._next().name("music noun") is not None
        return is_music and "count" not in self.said

    def _on_article(self, _kind: str, name: str) -> None:
        self._open(definite=name == "the")
        if name != "the":
            self.said["count"] = 1

    def _open(self, *, definite: bool) -> None:
        self.said = {}
        self.is_phrase_open = True
        self.is_definite = definite

    def _on_count(self, _kind: str, name: str) -> None:
        if not self.is_phrase_open:
            self._open(definite=False)
        self.said["count"] = int(name)

    def _on_adjective(self, kind: str, name: str) -> None:
        if not self.is_negated:
            self.is_phrase_open = True
            self.said.setdefault(kind, name)

    def _on_subject(self, _kind: str, name: str) -> None:
        if self.is_negated:
            self.forbidden.add(name)
            self._close()
            return
        known = self._recalled(name) if self.is_definite else None
        self._take(self._added(name, self.said) if known is None else known)

    def _on_handle(self, _kind: str, name: str) -> None:
        known = next((i for i, d in enumerate(self.nouns) if d.said.get("handle") == name), None)
        said = {**self.said, "handle": name}
        self._take(self._added("person", said) if known is None else known)

    def _added(self, subject: str, said: dict[str, Any]) -> int:
        action = said.pop("action", None)
        self.nouns.append(_Draft(subject, said, action))
        return len(self.nouns) - 1

    def _recalled(self, subject: str) -> int | None:
        """Find the noun that "the red ball" speaks of again."""
        for index, draft in enumerate(self.nouns):
            same = all(draft.said.get(kind) == name for kind, name in self.said.items())
            if draft.subject == subject and same:
                return index
        return None

    def _take(self, noun: int) -> None:
        """Let a noun into the clause, or close a waiting relation with it."""
        if self.joint and noun not in self.joint_from:
            for source in self.joint_from:
                self.nouns[source].link = Link(self.joint, noun)
            self.clause = self.joint_from
        elif self.is_list:
            self.clause = [*self.clause, noun]
        else:
            self.clause = [noun]
        self._close()

    def _close(self) -> None:
        self.said = {}
        self.joint = None
        self.has_said = False
        self.is_phrase_open = self.is_definite = self.is_negated = self.is_list = False

    def _on_action(self, _kind: str, name: str) -> None:
        if self.is_negated:
            self.is_negated = False
            return
        if self.is_phrase_open or not self.clause:
            self.said.setdefault("action", name)
            return
        for noun in self.clause:
            self.nouns[noun].action = self.nouns[noun].action or name
        self.is_list = False
        if joint := _JOINTS.get(name):
            self.joint, self.joint_from = joint, self.clause

    def _on_relation(self, _kind: str, name: str) -> None:
        if self.clause and not self.is_phrase_open:
            taken = any(self.nouns[noun].link for noun in self.clause)
            self.joint = cast("Relation", name)
            self.joint_from = [len(self.nouns) - 1] if taken else self.clause
            self.is_list = False

    def _on_and(self, _kind: str, _name: str) -> None:
        """Join nouns of one verb; after a verb or a relation, "and" starts a new clause."""
        done = self.has_said or any(self.nouns[n].action or self.nouns[n].link for n in self.clause)
        self.is_list = bool(self.clause) and not done
        self.joint = None

    def _on_pronoun(self, _kind: str, _name: str) -> None:
        if not self.clause and self.nouns:
            self.clause = [len(self.nouns) - 1]

    def _on_not(self, _kind: str, _name: str) -> None:
        self.said = {}
        self.is_negated = True

    def _on_stop(self, _kind: str, _name: str) -> None:
        self._close()

    def _on_say(self, _kind: str, _name: str) -> None:
        self.has_said = True

    def _on_quote(self, _kind: str, name: str) -> None:
        speaker = self.clause[0] if self.clause else len(self.nouns) - 1
        if self.quotes[int(name)]:
            self.lines.append(Line(speaker, self.quotes[int(name)]))

    def _on_music(self, kind: str, name: str) -> None:
        if kind == "music noun":
            name = "" if self.is_negated else self.scene.get("music", "calm")
            self.scene["music"] = name
        elif not self.is_negated:
            self.scene.setdefault("music", name)
        self._close()

    def _on_flag(self, kind: str, _name: str) -> None:
        self.scene["is_silent" if kind == "silence" else "is_wet"] = not self.is_negated
        self.is_negated = False

    def _on_scene(self, kind: str, name: str) -> None:
        """A word about the whole scene; the first of its kind wins."""
        if kind == "filler":
            return
        if self.is_negated:
            self.forbidden.add(name)
            self.is_negated = False
        else:
            self.scene.setdefault(kind, name)
        self.joint = None
        if kind == "place":
            self._close()

    def _on_unknown(self, _kind: str, name: str) -> None:
        self.unknown.append(name)


_HANDLERS: Mapping[str, Callable[[_Reader, str, str], None]] = {
    "article": _Reader._on_article,
    "count": _Reader._on_count,
    "colour": _Reader._on_adjective,
    "size": _Reader._on_adjective,
    "material": _Reader._on_adjective,
    "feeling": _Reader._on_adjective,
    "subject": _Reader._on_subject,
    "handle": _Reader._on_handle,
    "action": _Reader._on_action,
    "relation": _Reader._on_relation,
    "and": _Reader._on_and,
    "comma": _Reader._on_and,
    "pronoun": _Reader._on_pronoun,
    "not": _Reader._on_not,
    "stop": _Reader._on_stop,
    "say": _Reader._on_say,
    "quote": _Reader._on_quote,
    "music": _Reader._on_music,
    "music noun": _Reader._on_music,
    "silence": _Reader._on_flag,
    "wet": _Reader._on_flag,
    "unknown": _Reader._on_unknown,
}
