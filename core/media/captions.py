"""Captions: spoken words as WebVTT. Source: W3C WebVTT, sections 4 and 6."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

_LINE_CHARS = 40
_PAUSE_S = 0.7
_LINGER_S = 0.4


class Word(NamedTuple):
    """One spoken word, in seconds from the start of the clip."""

    text: str
    start_s: float
    end_s: float
    speaker: str = ""


class _Cue(NamedTuple):
    words: tuple[Word, ...]

    @property
    def start_s(self) -> float:
        return self.words[0].start_s

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


def web_vtt(words: Iterable[Word]) -> str:
    """Write a WebVTT file.

    Words in lines that can be read, a new one at a pause and when the speaker changes.
    """
    cues = list(_cues(words))
    ends = [min(_end(cue), after.start_s) for cue, after in pairwise(cues)]
    ends += [_end(cue) for cue in cues[-1:]]
    blocks = [_block(cue, end_s) for cue, end_s in zip(cues, ends, strict=True)]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _cues(words: Iterable[Word]) -> Iterator[_Cue]:
    line: list[Word] = []
    for word in sorted(words, key=lambda word: word.start_s):
        if line and _breaks(line, word):
            yield _Cue(tuple(line))
            line = []
        line.append(word)
    if line:
        yield _Cue(tuple(line))


def _breaks(line: list[Word], word: Word) -> bool:
    chars = sum(len(spoken.text) + 1 for spoken in line) + len(word.text)
    is_pause = word.start_s - line[-1].end_s > _PAUSE_S
    return chars > _LINE_CHARS or is_pause or word.speaker != line[-1].speaker


def _end(cue: _Cue) -> float:
    return max(cue.words[-1].end_s + _LINGER_S, cue.start_s + _LINGER_S)


def _block(cue: _Cue, end_s: float) -> str:
    text = html.escape(cue.text, quote=False)
    voice = f"<v {html.escape(cue.words[0].speaker, quote=False)}>" if cue.words[0].speaker else ""
    return f"{_clock(cue.start_s)} --> {_clock(end_s)}\n{voice}{text}"


def _clock(seconds: float) -> str:
    milliseconds = round(max(0.0, seconds) * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
