"""Rules over words: versioned packs of phrases, what may not stand together, and two registries.

Measures in microseconds, so that the web request can afford it. It sees words, not meaning: what it
cannot know is left to classifiers with weights and to people.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from moderation.classifiers.matching import Hit, Phrasebook, Scan
from moderation.classifiers.normaliser import folded
from moderation.spec import Item, Medium, Score, Span

PACKS = Path(__file__).parent / "packs"
WINDOW_WORDS = 12
_MODES = frozenset({"block", "review"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a pack.

    It fires on a hit of `any`, or on one hit of each list in `near` within `window` words (0:
    anywhere in the text). `unless`: groups whose hits excuse the hits they overlap. `absent`:
    groups that keep the rule quiet wherever they stand. `across`: a hit in an ancestor's prompt
    counts as near.
    """

    label: str
    value: float
    any: tuple[str, ...] = ()
    near: tuple[tuple[str, ...], ...] = ()
    window: int = WINDOW_WORDS
    unless: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    across: bool = False


@dataclass(slots=True)
class RuleBook:
    """The packs of some folders, compiled. Reading it changes nothing, so that all may share it."""

    phrases: Phrasebook = field(default_factory=Phrasebook)
    rules: list[Rule] = field(default_factory=list)
    version: str = ""

    def read(self, pack: Mapping[str, Any]) -> None:
        """Add the groups, patterns, rules and registry entries of one pack."""
        for group, phrases in pack.get("groups", {}).items():
            for phrase in phrases:
                self.phrases.add(group, phrase)
        for pattern in pack.get("pattern", ()):
            self.phrases.add_pattern(pattern["group"], pattern["regex"])
        for entry in pack.get("entry", ()):
            self._register(entry)
        self.rules.extend(_rule(line) for line in pack.get("rule", ()))

    def _register(self, entry: Mapping[str, Any]) -> None:
        """Add a registry entry: {name, aliases, kind, mode}. Mode "allow" adds nothing."""
        if entry["mode"] not in _MODES:
            return
        group = f"{entry['kind']}:{entry['mode']}"
        for phrase in (entry["name"], *entry.get("aliases", ())):
            self.phrases.add(group, phrase, entry=folded(entry["name"])[0])


@lru_cache(maxsize=4)
def rule_book(folders: tuple[str, ...]) -> RuleBook:
    """Read the shipped packs, then those in `folders`, each in order of file name."""
    book = RuleBook()
    digest = hashlib.sha256()
    for folder in (PACKS, *map(Path, folders)):
        for path in sorted(folder.glob("*.toml")):
            content = path.read_bytes()
            digest.update(content)
            book.read(tomllib.loads(content.decode()))
    book.version = f"prompt-rules {digest.hexdigest()[:12]}"
    return book


class PromptRules:
    """The text classifier that always runs."""

    accepts = frozenset({Medium.TEXT})

    def __init__(self, folders: Sequence[str] = ()) -> None:
        """Use the shipped packs and those in `folders`."""
        self._book = rule_book(tuple(folders))
        self.version = self._book.version

    def score(self, item: Item) -> Sequence[Score]:
        scan = self._book.phrases.scan(item.text)
        ancestors = [self._book.phrases.scan(text) for text in item.context]
        granted = frozenset(folded(name)[0].lstrip("@") for name in item.granted)
        scores = [
            score for rule in self._book.rules for score in _fired(rule, scan, ancestors, granted)
        ]
        return _without_repeats(scores)


def _rule(line: Mapping[str, Any]) -> Rule:
    return Rule(
        label=line["label"],
        value=float(line["value"]),
        any=tuple(line.get("any", ())),
        near=tuple(tuple(groups) for groups in line.get("near", ())),
        window=line.get("window", WINDOW_WORDS),
        unless=tuple(line.get("unless", ())),
        absent=tuple(line.get("absent", ())),
        across=line.get("across", False),
    )


def _fired(
    rule: Rule, scan: Scan, ancestors: Sequence[Scan], granted: frozenset[str]
) -> Iterator[Score]:
    if rule.absent and scan.of(rule.absent):
        return
    excuses = scan.of(rule.unless)
    for hit in scan.of(rule.any):
        if hit.entry not in granted and not _is_excused(hit, excuses):
            yield _score(rule, scan, [hit])
    if rule.near:
        yield from _together(rule, scan, ancestors, excuses)


def _together(
    rule: Rule, scan: Scan, ancestors: Sequence[Scan], excuses: Sequence[Hit]
) -> Iterator[Score]:
    sides = [[hit for hit in scan.of(side) if not _is_excused(hit, excuses)] for side in rule.near]
    hits = _closest(sides, rule.window)
    if hits:
        yield _score(rule, scan, hits)
    elif rule.across and ancestors and any(sides):
        # Every side that this text lacks must stand in a text that it continues.
        missing = [side for side, found in zip(rule.near, sides, strict=True) if not found]
        if missing and all(any(older.of(side) for older in ancestors) for side in missing):
            yield _score(rule, scan, [found[0] for found in sides if found])


def _closest(sides: Sequence[Sequence[Hit]], window: int) -> list[Hit]:
    """Return one hit of each side, all within `window` words of the first side's, or nothing."""
    if not all(sides):
        return []
    for start in sides[0]:
        chosen = [start]
        for side in sides[1:]:
            nearest = min(side, key=lambda hit: _distance(start, hit))
            if window and _distance(start, nearest) > window:
                break
            chosen.append(nearest)
        else:
            return chosen
    return []


def _distance(one: Hit, other: Hit) -> int:
    return max(0, one.first - other.last, other.first - one.last)


def _is_excused(hit: Hit, excuses: Sequence[Hit]) -> bool:
    return any(excuse.first <= hit.last and hit.first <= excuse.last for excuse in excuses)


def _score(rule: Rule, scan: Scan, hits: Sequence[Hit]) -> Score:
    span = scan.span(hits)
    note = " + ".join(dict.fromkeys(hit.entry for hit in hits))
    return Score(rule.label, rule.value, span, scan.text[span.start : span.end], note=note)


def _without_repeats(scores: Sequence[Score]) -> list[Score]:
    """Keep the highest score of each label on each place."""
    best: dict[tuple[str, Span | None], Score] = {}
    for score in scores:
        key = (score.label, score.span)
        if key not in best or best[key].value < score.value:
            best[key] = score
    return list(best.values())
