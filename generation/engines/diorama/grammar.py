"""Read a prompt: words to a Brief. Adjectives in any order, relations, negation, quotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from generation.engines.diorama.lexicon import TOKEN, Meaning, Piece, pieces
from generation.engines.diorama.scene import Brief, Line, Link, Noun, Relation

_QUOTE = re.compile(r"[\"“”«»]([^\"“”«»]*)[\"“”«»]")


# Verbs that may be followed at once by the noun they are done to.
_JOINTS: Mapping[str, Relation] = {
    **dict.fromkeys(("chase", "kick", "eat", "play", "look"), "target"),
    "drive": "on",
}


def parse(prompt: str) -> Brief:
    """Return what `prompt` says. Never fails: what is not in the vocabulary lands in `unknown`."""
    quotes: list[str] = []

    def lift(match: re.Match[str]) -> str:
        quotes.append(" ".join(match.group(1).split()))
        return f" \x00{len(quotes) - 1} "

    plain = _QUOTE.sub(lift, prompt.replace("’", "'").replace("\x00", " ")).lower()
    reader = _Reader(tuple(pieces(TOKEN.findall(plain))), tuple(quotes))
    return reader.read()


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
        for index, piece in enumerate(self.pieces):
            self.index = index
            kind, name = self._choose(piece)
            _HANDLERS.get(kind, _Reader.on_scene)(self, kind, name)
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

    def on_article(self, _kind: str, name: str) -> None:
        self._open(definite=name == "the")
        if name != "the":
            self.said["count"] = 1

    def _open(self, *, definite: bool) -> None:
        self.said = {}
        self.is_phrase_open = True
        self.is_definite = definite

    def on_count(self, _kind: str, name: str) -> None:
        if not self.is_phrase_open:
            self._open(definite=False)
        self.said["count"] = int(name)

    def on_adjective(self, kind: str, name: str) -> None:
        if not self.is_negated:
            self.is_phrase_open = True
            self.said.setdefault(kind, name)

    def on_subject(self, _kind: str, name: str) -> None:
        if self.is_negated:
            self.forbidden.add(name)
            self._close()
            return
        known = self._recalled(name) if self.is_definite else None
        self._take(self._added(name, self.said) if known is None else known)

    def on_handle(self, _kind: str, name: str) -> None:
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

    def on_action(self, _kind: str, name: str) -> None:
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

    def on_relation(self, _kind: str, name: str) -> None:
        if self.clause and not self.is_phrase_open:
            taken = any(self.nouns[noun].link for noun in self.clause)
            self.joint = cast("Relation", name)
            self.joint_from = [len(self.nouns) - 1] if taken else self.clause
            self.is_list = False

    def on_and(self, _kind: str, _name: str) -> None:
        """Join nouns of one verb; after a verb or a relation, "and" starts a new clause."""
        done = self.has_said or any(self.nouns[n].action or self.nouns[n].link for n in self.clause)
        self.is_list = bool(self.clause) and not done
        self.joint = None

    def on_pronoun(self, _kind: str, _name: str) -> None:
        if not self.clause and self.nouns:
            self.clause = [len(self.nouns) - 1]

    def on_not(self, _kind: str, _name: str) -> None:
        self.said = {}
        self.is_negated = True

    def on_stop(self, _kind: str, _name: str) -> None:
        self._close()

    def on_say(self, _kind: str, _name: str) -> None:
        self.has_said = True

    def on_quote(self, _kind: str, name: str) -> None:
        speaker = self.clause[0] if self.clause else len(self.nouns) - 1
        if self.quotes[int(name)]:
            self.lines.append(Line(speaker, self.quotes[int(name)]))

    def on_music(self, kind: str, name: str) -> None:
        if kind == "music noun":
            name = "" if self.is_negated else self.scene.get("music", "calm")
            self.scene["music"] = name
        elif not self.is_negated:
            self.scene.setdefault("music", name)
        self._close()

    def on_flag(self, kind: str, _name: str) -> None:
        self.scene["is_silent" if kind == "silence" else "is_wet"] = not self.is_negated
        self.is_negated = False

    def on_scene(self, kind: str, name: str) -> None:
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

    def on_unknown(self, _kind: str, name: str) -> None:
        self.unknown.append(name)


_HANDLERS: Mapping[str, Callable[[_Reader, str, str], None]] = {
    "article": _Reader.on_article,
    "count": _Reader.on_count,
    "colour": _Reader.on_adjective,
    "size": _Reader.on_adjective,
    "material": _Reader.on_adjective,
    "feeling": _Reader.on_adjective,
    "subject": _Reader.on_subject,
    "handle": _Reader.on_handle,
    "action": _Reader.on_action,
    "relation": _Reader.on_relation,
    "and": _Reader.on_and,
    "comma": _Reader.on_and,
    "pronoun": _Reader.on_pronoun,
    "not": _Reader.on_not,
    "stop": _Reader.on_stop,
    "say": _Reader.on_say,
    "quote": _Reader.on_quote,
    "music": _Reader.on_music,
    "music noun": _Reader.on_music,
    "silence": _Reader.on_flag,
    "wet": _Reader.on_flag,
    "unknown": _Reader.on_unknown,
}
