"""The vocabulary as a page: `python -m generation.engines.diorama.vocabulary.reference > docs/…`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from generation.engines.diorama.vocabulary import words
from generation.engines.diorama.vocabulary.actions import ACTIONS
from generation.engines.diorama.vocabulary.places import PLACES
from generation.engines.diorama.vocabulary.subjects import SUBJECTS

BEGIN, END = "<!-- vocabulary: begin -->", "<!-- vocabulary: end -->"
_TABLES = {
    "Colours": words.COLOUR_WORDS,
    "Sizes": words.SIZE_WORDS,
    "Materials": words.MATERIAL_WORDS,
    "Feelings": words.FEELING_WORDS,
    "Relations": words.RELATION_WORDS,
    "Weather": words.WEATHER_WORDS,
    "Time of day": words.TIME_WORDS,
    "Camera": words.CAMERA_WORDS,
    "Styles": words.STYLE_WORDS,
    "Music": words.MUSIC_WORDS,
}


def tables() -> str:
    """Return every word the grammar knows as Markdown tables, between BEGIN and END."""
    return "\n".join([BEGIN, *_lines(), END])


def _lines() -> Iterator[str]:
    yield f"\n### Subjects ({len(SUBJECTS)})\n"
    yield from _table(
        ("subject", "kind", "natural colour", "does by habit", "also called"),
        ((s.name, s.kind, s.colour, s.habit, ", ".join(s.synonyms)) for s in SUBJECTS.values()),
    )
    yield f"\n### Actions ({len(ACTIONS)})\n"
    yield from _table(
        ("action", "in captions", "also"),
        ((a.name, a.verb, ", ".join(dict.fromkeys(a.words[4:]))) for a in ACTIONS.values()),
    )
    yield f"\n### Places ({len(PLACES)})\n"
    yield from _table(
        ("place", "in captions", "ground", "also"),
        ((p.name, p.phrase, p.ground, ", ".join(p.words)) for p in PLACES.values()),
    )
    for title, table in _TABLES.items():
        yield f"\n### {title} ({len(table)})\n"
        rows = ((name, phrases[0], ", ".join(phrases[1:])) for name, phrases in table.items())
        yield from _table(("name", "in captions", "also"), rows)
    yield ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"


def renewed(page: str) -> str:
    """Return `page` with the tables between BEGIN and END made new."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + tables() + after


if __name__ == "__main__":
    sys.stdout.write(renewed(sys.stdin.read()))
