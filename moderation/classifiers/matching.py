"""Finding of many phrases in a text at once, through every reading of its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from moderation.classifiers.normaliser import Joint, Token, joints_of, tokens_of
from moderation.spec import Span

# Words that may stand between the words of a phrase without changing what it says.
_FILLER_WORDS = """
a an the this that these those some my your his her their our its very really so of un una el la los
las mi tu su de le les des mon ma der die das ein eine einen
"""
_FILLERS = frozenset(_FILLER_WORDS.split())
_RUN_WORD_MIN = 4  # "s u s s e x" must not be read as its last three letters
_Edges = list[list[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of `group` at tokens first..last. `entry` names the registry line it came from."""

    group: str
    entry: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A text with everything that was found in it."""

    text: str
    tokens: Sequence[Token]
    hits: Sequence[Hit]

    def of(self, groups: Iterable[str]) -> list[Hit]:
        """Return the hits of any of `groups`, in reading order."""
        wanted = frozenset(groups)
        return [hit for hit in self.hits if hit.group in wanted]

    def span(self, hits: Iterable[Hit]) -> Span:
        """Return the characters of the text as written from the first to the last of `hits`."""
        known = list(hits)
        first = min(hit.first for hit in known)
        last = max(hit.last for hit in known)
        return Span(self.tokens[first].start, self.tokens[last].end)


@dataclass(slots=True)
class _Node:
    exact: dict[str, _Node] = field(default_factory=dict)
    # Words that need only begin so ("undress*"), and the lengths at which to try.
    prefix: dict[str, _Node] = field(default_factory=dict)
    lengths: set[int] = field(default_factory=set)
    ends: list[tuple[str, str]] = field(default_factory=list)

    def after(self, reading: str) -> Iterator[_Node]:
        if (node := self.exact.get(reading)) is not None:
            yield node
        for length in self.lengths:
            if (node := self.prefix.get(reading[:length])) is not None:
                yield node


class Phrasebook:
    """A trie of phrases over words. Built once per process; reading it changes nothing."""

    def __init__(self) -> None:
        """Make an empty book."""
        self._root = _Node()
        self._words: set[str] = set()
        self._patterns: list[tuple[str, re.Pattern[str]]] = []

    def add(self, group: str, phrase: str, *, entry: str = "") -> None:
        """Add a phrase. A last word ending in "*" matches every word that begins so."""
        node = self._root
        parts = phrase.split()
        for part in parts:
            open_ended = part.endswith("*")
            words = [token.word for token in tokens_of(part.rstrip("*"))]
            for index, word in enumerate(words):
                self._words.add(word)
                node = self._grow(node, word, is_prefix=open_ended and index == len(words) - 1)
        node.ends.append((group, entry or phrase))

    def add_pattern(self, group: str, regex: str) -> None:
        """Add a regular expression over the folded words joined by single spaces."""
        self._patterns.append((group, re.compile(regex)))

    def scan(self, text: str) -> Scan:
        """Find every phrase and pattern in `text`."""
        tokens = tokens_of(text)
        hits = [*self._phrases(text, tokens), *self._matches(tokens)]
        return Scan(text, tokens, sorted(set(hits), key=lambda hit: (hit.first, hit.last)))

    @staticmethod
    def _grow(node: _Node, word: str, *, is_prefix: bool) -> _Node:
        if not is_prefix:
            return node.exact.setdefault(word, _Node())
        node.lengths.add(len(word))
        return node.prefix.setdefault(word, _Node())

    def _phrases(self, text: str, tokens: list[Token]) -> Iterator[Hit]:
        edges = self._edges(text, tokens)
        for first in range(len(tokens)):
            waiting = [(self._root, first)]
            while waiting:
                node, place = waiting.pop()
                if place >= len(tokens):
                    continue
                if node is not self._root and tokens[place].word in _FILLERS:
                    waiting.append((node, place + 1))
                for reading, following in edges[place]:
                    for found in node.after(reading):
                        yield from (Hit(g, e, first, following - 1) for g, e in found.ends)
                        waiting.append((found, following))

    def _edges(self, text: str, tokens: list[Token]) -> _Edges:
        """Return for each token the words that may be read there, and where reading goes on."""
        edges: _Edges = [[] for _ in tokens]
        for index, token in enumerate(tokens):
            edges[index].extend((reading, index + 1) for reading in token.readings)
            if token.mask:
                edges[index].extend((word, index + 1) for word in self._unmasked(token.mask))
        for joint in joints_of(text, tokens):
            edges[joint.first].append((joint.word, joint.last + 1))
            if joint.is_spelled:
                self._add_ends(edges, joint)
        return edges

    def _add_ends(self, edges: _Edges, run: Joint) -> None:
        """Add the words of the book that begin or end letters written apart ("a b o m b")."""
        for word in self._words:
            if len(word) < _RUN_WORD_MIN or len(word) >= len(run.word):
                continue
            if run.word.startswith(word):
                edges[run.first].append((word, run.first + len(word)))
            if run.word.endswith(word):
                edges[run.last + 1 - len(word)].append((word, run.last + 1))

    def _unmasked(self, mask: str) -> list[str]:
        """Return the words of the book that a masked one ("p*rn", "k**l") can stand for."""
        pattern = re.compile(re.sub(r"\\?[*#]", r"\\w", re.escape(mask)))
        return [word for word in self._words if pattern.fullmatch(word)]

    def _matches(self, tokens: list[Token]) -> Iterator[Hit]:
        if not self._patterns:
            return
        words = [token.word for token in tokens]
        starts = list(accumulate((len(word) + 1 for word in words), initial=0))
        place_of: Mapping[int, int] = {start: index for index, start in enumerate(starts)}
        line = " ".join(words)
        for group, pattern in self._patterns:
            for match in pattern.finditer(line):
                first = place_of[line.rfind(" ", 0, match.start() + 1) + 1]
                last = first + line.count(" ", starts[first], match.end())
                yield Hit(group, match.group(), first, last)
