"""Speak the quoted lines of a clip in turn, with mouths and word times."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from generation.engines.diorama.sound.espeak import EspeakError, espeak_path, say_with_espeak
from generation.engines.diorama.sound.reading import Reading, read
from generation.engines.diorama.sound.spec import Score, SpokenLine
from generation.engines.diorama.sound.voice import Spoken, say, speaker
from generation.engines.diorama.sound.waves import Wave, add, rounded, samples
from generation.spec import Word

logger = logging.getLogger(__name__)

PACE_MAX = 1.25
# Between two lines, and between the last word and the end of the clip.
BREATH_S = 0.12
# Deviation of the spoken part: -16 dBFS, five above the music and far above it once that gives way.
DEVIATION = 0.16
# A mouth opens less than in proportion to loudness.
OPENING_POWER = 0.85


class Line(NamedTuple):
    """A line with its words read and its sound made."""

    asked: SpokenLine
    readings: list[Reading]
    spoken: Spoken


class Speech(NamedTuple):
    """All lines of a clip. `wave` is mono float64 [n]; the rest is as in Played."""

    wave: Wave
    words: tuple[Word, ...]
    mouths: Mapping[str, npt.NDArray[np.float32]]


def speak(score: Score, *, rate: int) -> Speech:
    """Speak every line of a score without overlap.

    Lines that would overrun the clip are spoken up to 1.25 times faster, then start earlier where
    there is room, and what is still too long ends after its last whole word.
    """
    lines = [line for line in (_made(asked, score, 1.0, rate) for asked in score.lines) if line]
    starts = _starts(lines, score.seconds)
    overrun = _end(lines, starts) - (score.seconds - BREATH_S)
    if lines and overrun > 0:
        spoken_s = sum(_seconds(line) for line in lines)
        pace = min(PACE_MAX, spoken_s / max(0.1, spoken_s - overrun))
        lines = [
            line for line in (_made(asked, score, pace, rate) for asked in score.lines) if line
        ]
        starts = _pulled(lines, _starts(lines, score.seconds), score.seconds)
    return _laid(lines, starts, score, rate)


def mouth_openings(wave: Wave, *, frames: int, fps: int, rate: int) -> npt.NDArray[np.float32]:
    """Follow a voice by its loudness in each frame: float32 [frames] in 0..1."""
    edges = np.round(np.arange(frames + 1) * rate / fps).astype(np.int64)
    energy = np.concatenate([[0.0], np.cumsum(wave**2)])
    inside = np.clip(edges, 0, len(wave))
    loudness = np.sqrt(np.maximum(0, np.diff(energy[inside])) / np.maximum(1, np.diff(edges)))
    if not loudness.any():
        return np.zeros(frames, dtype=np.float32)
    full = float(np.quantile(loudness[loudness > 0], 0.97))
    openings: Wave = np.clip(loudness / full, 0, 1) ** OPENING_POWER
    return openings.astype(np.float32)


def _made(asked: SpokenLine, score: Score, pace: float, rate: int) -> Line | None:
    readings = read(asked.text, seconds_max=score.seconds)
    if not readings:
        return None
    who = speaker(asked.voice_seed, is_child=asked.is_child)
    program = espeak_path()
    if program is not None:
        try:
            spoken = say_with_espeak(readings, who, pace=pace, rate=rate, program=program)
            return Line(asked, readings, spoken)
        except EspeakError as error:
            logger.warning("%s; our own voice speaks instead", error)
    return Line(asked, readings, say(readings, who, pace=pace, rate=rate))


def _seconds(line: Line) -> float:
    return line.spoken.spans[-1][1]


def _starts(lines: list[Line], seconds: float) -> list[float]:
    starts: list[float] = []
    free_s = 0.0
    for line in lines:
        starts.append(max(free_s, min(line.asked.start_s, seconds)))
        free_s = starts[-1] + _seconds(line) + BREATH_S
    return starts


def _end(lines: list[Line], starts: list[float]) -> float:
    return starts[-1] + _seconds(lines[-1]) if lines else 0.0


def _pulled(lines: list[Line], starts: list[float], seconds: float) -> list[float]:
    # From the last line back: each must end where the next begins; none may start before the clip.
    limit_s, pulled = seconds - BREATH_S, list(starts)
    for index in range(len(lines) - 1, -1, -1):
        pulled[index] = max(0.0, min(pulled[index], limit_s - _seconds(lines[index])))
        limit_s = pulled[index] - BREATH_S
    # Where even that was not enough, the lines push each other right again and the last ones are
    # cut.
    free_s = 0.0
    for index, line in enumerate(lines):
        pulled[index] = max(free_s, pulled[index])
        free_s = pulled[index] + _seconds(line) + BREATH_S
    return pulled


def _laid(lines: list[Line], starts: list[float], score: Score, rate: int) -> Speech:
    count = samples(score.seconds, rate=rate)
    tracks: dict[str, Wave] = {asked.speaker: np.zeros(count) for asked in score.lines}
    words: list[Word] = []
    for line, start_s in zip(lines, starts, strict=True):
        room_s = score.seconds - 0.5 * BREATH_S - start_s
        kept = [span for span in line.spoken.spans if span[1] <= room_s]
        if kept:
            name = line.asked.speaker
            add(tracks[name], _voice_until(kept[-1][1], line, rate), at=round(start_s * rate))
            words += [
                Word(reading.text, start_s + first, start_s + last, name)
                for reading, (first, last) in zip(line.readings, kept, strict=False)
            ]
    frames = max(1, round(score.seconds * score.fps))
    mouths = {
        name: mouth_openings(track, frames=frames, fps=score.fps, rate=rate)
        for name, track in tracks.items()
    }
    return Speech(sum(tracks.values(), np.zeros(count)), tuple(words), mouths)


def _voice_until(end_s: float, line: Line, rate: int) -> Wave:
    cut = line.spoken.wave[: samples(end_s + 0.01, rate=rate)]
    # Pauses must not count, or a line with many of them would come out louder.
    loud = cut[np.abs(cut) > 0.02 * np.abs(cut).max()]
    return rounded(cut * (DEVIATION / float(loud.std() + 1e-9)), rate=rate, release_s=0.02)
