"""How a text may be read: folding of what people write to slip a word past a list.

Nothing here replaces the text. It yields tokens that keep the place in the original and every
plausible reading of it, so that rules match disguised words and answers still show the real ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Letters of other scripts beside the Latin ones that they are mistaken for.
_PAIRS = (
    "аa вb гr еe зe иn кk мm нh оo рp сc тt уy хx ьb іi јj ѕs ԁd ԛq ԝw һh ӏl ґr эe яr цu "
    "αa βb εe ηn ιi κk νv οo ρp τt υu χx γy ωw ςc σo μu "
    "ɑa ɡg ıi łl øo đd ƒf ʏy ɴn ʀr ɢg ɪi ʟl ʙb ʜh ꜱs оo ոn սu օo ցg հh "
    "ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz"
)
_LOOKALIKES = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})
# Emoji letters: regional indicators, squared, negative squared and circled capitals.
_EMOJI_LETTERS = {
    start + offset: chr(ord("a") + offset)
    for start in (0x1F1E6, 0x1F130, 0x1F150, 0x1F170)
    for offset in range(26)
}
_LEET = {"4": "a", "@": "a", "3": "e", "€": "e", "1": "i", "!": "i", "|": "i", "0": "o"} | {
    "5": "s", "$": "s", "7": "t", "+": "t", "8": "b", "9": "g", "6": "g", "2": "z",
}  # fmt: skip
_LEET_I = str.maketrans(_LEET)
_LEET_L = str.maketrans(_LEET | {"1": "l", "!": "l", "|": "l"})

_TOKEN = re.compile(r"[^\W_](?:[^\W_]|[@$!|*#€+'’](?=[^\s.,;:?])|[@$!|€+])*|[@$€|][^\W_]\S*")
_JOINTS = frozenset("-._/·•~*+")
# French and Italian tie small words on: "l'enfant" is read as "enfant" too.
_ELIDED = re.compile(r"(?:[cdjlmnst]|qu|dell|un)['’]")
_MASK = re.compile(r"[*#]+")
_RUN = re.compile(r"(.)\1{2,}")
_DOUBLE = re.compile(r"(.)\1+")
_SPELLED_MIN = 3  # "a b c" is a word; "a b" may be a list


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a text: every reading of it, and its place in the text as written."""

    word: str  # folded, and otherwise as written
    readings: frozenset[str]
    start: int
    end: int
    # A masked word such as "p*rn": matches any one word of its length that fits.
    mask: str = ""


@dataclass(frozen=True, slots=True)
class Joint:
    """Several tokens that may be one word written apart ("n u d e"): first and last index."""

    word: str
    first: int
    last: int
    is_spelled: bool = False


def folded(text: str) -> tuple[str, list[int]]:
    """Return `text` case-folded without accents or invisible characters, and where each came from.

    The list has one original index for every character of the folded text.
    """
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in _fold_one(character):
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


def _fold_one(character: str) -> str:
    if character.isascii():
        return character.lower()
    emoji = _EMOJI_LETTERS.get(ord(character))
    if emoji is not None:
        return emoji
    if _is_invisible(character):
        return ""
    plain = unicodedata.normalize("NFKD", character)
    return "".join(
        c for c in plain if not unicodedata.combining(c) and not _is_invisible(c)
    ).casefold()


def _is_invisible(character: str) -> bool:
    # Cf: zero-width and bidi controls, soft hyphen, tags. The rest are blanks that are no Cf.
    return (
        unicodedata.category(character) == "Cf"
        or character in "\u034f\u115f\u1160\u3164\uffa0\u2800"
        or ("\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef")
    )


def tokens_of(text: str) -> list[Token]:
    """Split `text` into tokens. Scripts without spaces give one token per character."""
    plain, places = folded(text)
    found: list[Token] = []
    for match in _TOKEN.finditer(plain):
        found.extend(_tokens_in(match.group(), match.start(), places))
    return found


def _tokens_in(word: str, start: int, places: list[int]) -> Iterator[Token]:
    if any(_is_ideograph(letter) for letter in word):
        for offset, letter in enumerate(word):
            place = places[start + offset]
            yield Token(letter, frozenset({letter}), place, place + 1)
        return
    first, last = places[start], places[start + len(word) - 1]
    bare = _bare(word)
    yield Token(bare, _readings(word, bare), first, last + 1, mask=_mask(word))


def _is_ideograph(letter: str) -> bool:
    return "\u3040" <= letter <= "\u30ff" or "\u3400" <= letter <= "\u9fff"


def _mask(word: str) -> str:
    bare = word.strip("*#'’!|+")
    return bare if _MASK.search(bare) and len(bare) >= _SPELLED_MIN else ""


def _bare(word: str) -> str:
    return re.sub(r"\W", "", re.sub(r"['’]s$", "", word))


def _readings(word: str, bare: str) -> frozenset[str]:
    """Return every way a word may be meant, the way it is written included."""
    ways = {bare}
    if any(character.isalpha() for character in word) and not word.isalpha():
        for table in (_LEET_I, _LEET_L):
            ways.add(_bare(word.translate(table)))
            ways.add(_bare(word.rstrip("!").translate(table)))
    if (elided := _ELIDED.match(word)) is not None:
        ways.add(_bare(word[elided.end() :]))
    if not word.isascii():
        ways |= {way.translate(_LOOKALIKES) for way in ways}
    for way in tuple(ways):
        if _RUN.search(way):
            ways |= {_RUN.sub(r"\1", way), _RUN.sub(r"\1\1", way), _DOUBLE.sub(r"\1", way)}
    ways.discard("")
    return frozenset(ways)


def joints_of(text: str, tokens: list[Token]) -> Iterator[Joint]:
    """Yield the words that neighbouring tokens may spell together."""
    yield from _spelled(text, tokens)
    yield from _hyphenated(text, tokens)


def _spelled(text: str, tokens: list[Token]) -> Iterator[Joint]:
    """Runs of single letters: "n u d e", "n.u.d.e". Two spaces end a run, as they end a word."""
    first = 0
    while first < len(tokens):
        last = first
        while last + 1 < len(tokens) and _continues_spelling(text, tokens[last], tokens[last + 1]):
            last += 1
        if last - first + 1 >= _SPELLED_MIN:
            yield from _readings_of_run(tokens, first, last)
        first = last + 1


def _continues_spelling(text: str, one: Token, other: Token) -> bool:
    gap = text[one.end : other.start]
    return _is_single(one) and _is_single(other) and len(gap.strip("\u200b\u200c\u200d")) <= 1


def _is_single(token: Token) -> bool:
    return any(len(way) == 1 and way.isalpha() and not _is_ideograph(way) for way in token.readings)


def _readings_of_run(tokens: list[Token], first: int, last: int) -> Iterator[Joint]:
    letters = [
        min((way for way in token.readings if len(way) == 1 and way.isalpha()), default="")
        for token in tokens[first : last + 1]
    ]
    word = "".join(letters)
    yield Joint(word, first, last, is_spelled=True)


def _hyphenated(text: str, tokens: list[Token]) -> Iterator[Joint]:
    """Parts tied by marks without a space: "spider-man", "nu.de". At most three parts."""
    for first in range(len(tokens)):
        word = tokens[first].word
        for last in range(first + 1, min(first + 3, len(tokens))):
            gap = text[tokens[last - 1].end : tokens[last].start]
            if not gap or any(mark not in _JOINTS for mark in gap):
                break
            word += tokens[last].word
            yield Joint(word, first, last)
