"""What was to be said, and what is heard of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from generation.spec import SpokenLine, Word

# Straight, curly, low and angle marks; a mark never ends what another kind began. Shorter than
# this is a letter in quotes, not a line.
_QUOTED = re.compile(r'"([^"]{2,})"|“([^”]{2,})”|„([^“”]{2,})[“”]|«([^»]{2,})»')
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def lines_of(texts: Iterable[str], spoken: Sequence[SpokenLine] = ()) -> tuple[str, ...]:
    """Return every line that somebody is to say: those in quotes, and those given as lines."""
    quoted = (next(filter(None, found)) for text in texts for found in _QUOTED.findall(text))
    return tuple(dict.fromkeys([*quoted, *(line.text for line in spoken)]))


def missing_lines(lines: Iterable[str], words: Sequence[Word]) -> tuple[str, ...]:
    """Return the lines that nobody says: their words do not follow each other in the transcript.

    Punctuation, case and the pauses between words do not matter.
    """
    heard = f" {' '.join(_plain(word.text for word in words))} "
    wanted = {line: f" {' '.join(_plain([line]))} " for line in lines}
    return tuple(line for line, said in wanted.items() if said.strip() and said not in heard)


def _plain(texts: Iterable[str]) -> list[str]:
    return [word.replace("’", "'").lower() for text in texts for word in _WORD.findall(text)]
