"""Which words a wish holds, and where: what the gate reads and whom they name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from accounts.spec import HANDLE_MAX, HANDLE_MIN
from generation.spec.parts import Parts

# Not within a word, so that an address is no mention.
_MENTION = re.compile(rf"(?<![\w@.])@([A-Za-z0-9_]{{{HANDLE_MIN},{HANDLE_MAX}}})(?![\w@])")

_NOT_TO_BE_SEEN = frozenset({"negative", "original_prompt"})


class Text(NamedTuple):
    """Words of a wish and the field that they stand in."""

    field: str
    words: str


def texts_of(prompt: str, parts: Parts, *, original: str = "") -> list[Text]:
    """Return every text of a wish that is not empty, the prompt first."""
    found = [Text("prompt", prompt), Text("original_prompt", original), *_texts_of_parts(parts)]
    return [text for text in found if text.words]


def whole_text(texts: Sequence[Text]) -> str:
    """Return all texts as one, so that what is split over fields is judged together."""
    return "\n".join(text.words for text in texts)


def text_at(texts: Sequence[Text], place: int) -> tuple[Text, int]:
    """Return the text in which a place of `whole_text` lies, and where that text begins there."""
    begins = 0
    for text in texts:
        if place <= begins + len(text.words):
            return text, begins
        begins += len(text.words) + 1
    raise ValueError(f"{place} lies after the last text.")


def mentions(texts: Sequence[Text]) -> tuple[str, ...]:
    """Return the handles that the texts name with "@" as to be seen, each once, in their order."""
    asked = (text.words for text in texts if text.field not in _NOT_TO_BE_SEEN)
    found = (name for words in asked for name in _MENTION.findall(words))
    return tuple(dict.fromkeys(name.lower() for name in found))


def _texts_of_parts(parts: Parts) -> Iterator[Text]:
    yield Text("negative", parts.negative)
    for index, shot in enumerate(parts.shots):
        yield Text(f"shots[{index}].prompt", shot.prompt)
    for index, cue in enumerate(parts.schedule):
        yield Text(f"schedule[{index}].prompt", cue.prompt)
    yield Text("sound.ambience", parts.sound.ambience)
    yield Text("sound.music", parts.sound.music)
    for index, line in enumerate(parts.sound.lines):
        yield Text(f"sound.lines[{index}].text", line.text)
        yield Text(f"sound.lines[{index}].speaker", line.speaker)
    if parts.region is not None:
        yield Text("edit.region.words", parts.region.words)
