"""Which lines were to be said, and which of them nobody says."""

from __future__ import annotations

import pytest

from generation.policies.speech import lines_of, missing_lines
from generation.spec import SpokenLine, Word

HEARD = tuple(
    Word(text, index * 0.3, index * 0.3 + 0.2, "ana")
    for index, text in enumerate(["Good", "morning,", "it's", "a", "lovely", "day"])
)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('a fox says "hello there" and a cat says "go away"', ["hello there", "go away"]),
        ("ein Fuchs sagt „guten Morgen“", ["guten Morgen"]),
        ("a fox says “good morning”", ["good morning"]),
        ("un renard dit «bonjour»", ["bonjour"]),
        ("a fox that doesn't say a thing", []),
        ('the letter "A" in the sky', []),
        ('an open "quote', []),
    ],
)
def test_what_stands_in_quotes_is_to_be_said(text: str, lines: list[str]) -> None:
    assert list(lines_of([text])) == lines


def test_lines_of_all_texts_come_once_and_given_ones_with_them() -> None:
    spoken = (SpokenLine("hi", "ana"), SpokenLine("who is it", "ben"))
    assert lines_of(['she says "hi"', '"hi" again'], spoken) == ("hi", "who is it")


@pytest.mark.parametrize("line", ["good morning", "It’s a LOVELY day!", "morning... it's", "…"])
def test_a_line_is_said_whatever_its_marks(line: str) -> None:
    assert missing_lines([line], HEARD) == ()


@pytest.mark.parametrize("line", ["good evening", "a day", "lovely days", "day good"])
def test_a_line_with_other_words_or_gaps_is_missing(line: str) -> None:
    assert missing_lines([line], HEARD) == (line,)


def test_nothing_is_said_in_a_silent_clip() -> None:
    assert missing_lines(["hello"], ()) == ("hello",)
