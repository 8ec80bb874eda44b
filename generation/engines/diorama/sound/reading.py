"""From a written line to words that can be said: numbers, symbols, foreign letters, pauses."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from generation.engines.diorama.sound.letters import pronounce, spell

# Nobody says more than eight words a second; longer words than this are not words.
WORDS_PER_S_MAX = 8
WORD_CHARS_MAX = 40

# Marks by code point, because editors and readers confuse the dashes and the quotes.
_EN_DASH, _EM_DASH, _ELLIPSIS, _APOSTROPHE = "\u2013", "\u2014", "\u2026", "\u2019"
PAUSES_S = {
    ",": 0.16, ";": 0.2, ":": 0.2, ".": 0.3, "!": 0.3, "?": 0.3,
    _ELLIPSIS: 0.4, _EM_DASH: 0.2, _EN_DASH: 0.2,
}  # fmt: skip
SYMBOLS = {
    "&": "and", "%": "percent", "@": "at", "+": "plus", "=": "equals", "#": "number",
    "$": "dollars", "€": "euros",
}  # fmt: skip

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = (
    "zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
_CONSONANTS, _VOWELS = "kstnhmrbdgl", "aeiou"
_CLOSING = f"\"'\u201c\u201d\u2018{_APOSTROPHE}«»()[]{{}}<>*_~.,;:!?{_ELLIPSIS}{_EM_DASH}{_EN_DASH}"
_JOINED = re.compile(rf"(\w)([{_ELLIPSIS}{_EM_DASH}{_EN_DASH}])(\w)")
_SHOUTED = frozenset({"A", "I", "NO", "YES", "HI", "OK", "OH", "WOW", "HEY", "HA", "MY", "GO"})


class Reading(NamedTuple):
    """One written word, how it is said, and the silence that its punctuation makes after it."""

    text: str
    says: tuple[str, ...]
    sounds: tuple[tuple[str, ...], ...]
    pause_s: float = 0.0
    mark: str = ""


def read(text: str, *, seconds_max: float) -> list[Reading]:
    """Split a line into words with their sounds, no more of them than `seconds_max` can hold."""
    readings: list[Reading] = []
    for token in _JOINED.sub(r"\1\2 \3", text).split():
        if len(readings) >= WORDS_PER_S_MAX * seconds_max:
            break
        spoken = [(word, _sounds(word)) for word in _said(token[:WORD_CHARS_MAX])]
        says = tuple(word for word, sounds in spoken if sounds)
        ending = token[len(token.rstrip(_CLOSING)) :]
        mark = next((sign for sign in reversed(ending) if sign in PAUSES_S), "")
        if says:
            shown = token.strip(_CLOSING) or token
            sounds = tuple(sounds for _, sounds in spoken if sounds)
            readings.append(Reading(shown, says, sounds, PAUSES_S.get(mark, 0.0), mark))
        elif mark and readings:
            readings[-1] = readings[-1]._replace(pause_s=PAUSES_S[mark], mark=mark)
    return readings


def number_words(number: int) -> str:
    """Spell a whole number below a million in words."""
    if number < 20:
        return _ONES[number]
    if number < 100:
        rest = number % 10
        return _TENS[number // 10] + (f" {_ONES[rest]}" if rest else "")
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    rest = number % size
    return f"{number_words(number // size)} {name}" + (f" {number_words(rest)}" if rest else "")


def plain(text: str) -> str:
    """Write any script in a to z: accents go, other letters become their names or a syllable."""
    result = []
    for sign in unicodedata.normalize("NFKD", text.replace(_APOSTROPHE, "'")):
        if sign.isascii() or sign in PAUSES_S:
            result.append(sign)
        elif sign.isalpha():
            result.append(_syllable(sign))
    return "".join(result)


def _syllable(sign: str) -> str:
    name = unicodedata.name(sign, "").split(" ")[-1].lower()
    if name.isascii() and name.isalpha():
        return name
    code = ord(sign)
    return _CONSONANTS[code % len(_CONSONANTS)] + _VOWELS[code // 11 % len(_VOWELS)]


def _said(token: str) -> list[str]:
    said: list[str] = []
    for part in re.findall(
        r"\d+|[A-Za-z']+|[&%@+=#$€]", re.sub(r"(?<=\d)[.,](?=\d{3}\b)", "", plain(token))
    ):
        if part.isdigit():
            said += (
                number_words(int(part)).split() if len(part) < 7 else [_ONES[int(d)] for d in part]
            )
        elif part in SYMBOLS:
            said.append(SYMBOLS[part])
        elif _is_acronym(part, token):
            said += list(part)
        elif part.strip("'"):
            said.append(part.lower().strip("'"))
    return said


def _is_acronym(part: str, token: str) -> bool:
    is_alone = token.strip(_CLOSING) == part
    return part.isupper() and 1 < len(part) <= 3 and is_alone and part not in _SHOUTED


def _sounds(word: str) -> tuple[str, ...]:
    is_letter = word.isupper() or (len(word) == 1 and word not in {"a", "i"})
    return spell(word.lower()) if is_letter else pronounce(word)
