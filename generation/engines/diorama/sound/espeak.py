"""The voice of espeak-ng, where it is installed: a child process per clause."""

from __future__ import annotations

import io
import logging
import re
import shutil
import subprocess
import unicodedata
import wave as riff
from itertools import pairwise
from math import gcd
from typing import cast

import numpy as np
from scipy import ndimage, signal

from generation.engines.diorama.sound.reading import Reading
from generation.engines.diorama.sound.voice import Speaker, Spoken, plan, spans
from generation.engines.diorama.sound.waves import Wave, levelled, rounded, samples

logger = logging.getLogger(__name__)

# A clause takes some 30 ms; a child that needs seconds is broken.
TIMEOUT_S = 6
WORDS_PER_MINUTE = 158
# Word borders are looked for this far around their planned place.
SNAP_S = 0.07

# The script of a line chooses the language; Latin letters are read as English.
LANGUAGES = {
    "CYRILLIC": "ru", "GREEK": "el", "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja",
    "ARABIC": "ar", "HEBREW": "he", "DEVANAGARI": "hi", "THAI": "th", "CJK": "cmn",
    "ARMENIAN": "hy", "GEORGIAN": "ka",
}  # fmt: skip


class EspeakError(Exception):
    """espeak-ng is there and does not speak; the message says why."""


def espeak_path() -> str | None:
    """Find espeak-ng on PATH."""
    return shutil.which("espeak-ng")


def say_with_espeak(
    readings: list[Reading], who: Speaker, *, pace: float, rate: int, program: str
) -> Spoken:
    """Speak words in order, as `voice.say` does.

    Word borders are planned lengths, moved to the nearest dip of loudness.

    Raises EspeakError if the program fails, is slow or answers with anything but sound.
    """
    waves: list[Wave] = []
    found: list[tuple[float, float]] = []
    at = 0
    for clause in _clauses(readings):
        spoken = _clause(clause, who, pace, rate, program)
        found += [(at / rate + start, at / rate + end) for start, end in spoken.spans]
        gap = np.zeros(samples(clause[-1].pause_s / pace, rate=rate))
        waves += [spoken.wave, gap]
        at += len(spoken.wave) + len(gap)
    return Spoken(np.concatenate(waves), tuple(found))


def _clauses(readings: list[Reading]) -> list[list[Reading]]:
    clauses: list[list[Reading]] = [[]]
    for reading in readings:
        clauses[-1].append(reading)
        if reading.pause_s:
            clauses.append([])
    return [clause for clause in clauses if clause]


def _clause(clause: list[Reading], who: Speaker, pace: float, rate: int, program: str) -> Spoken:
    wave = _trimmed(_run(_asked(clause), _options(clause, who, pace), program, rate), rate)
    planned = spans(plan(clause, pace=1.0), len(clause))
    scale = len(wave) / rate / planned[-1][1]
    return Spoken(wave, _snapped(wave, [end * scale for _, end in planned], rate))


def _asked(clause: list[Reading]) -> str:
    # Only letters, digits, apostrophes and the closing mark: [[…]] would be read as phoneme code,
    # <…> as markup.
    words = [re.sub(r"[^\w'’%&@+=#$€.-]", "", reading.text) for reading in clause]
    return " ".join(word for word in words if word) + (clause[-1].mark or ".")


def _options(clause: list[Reading], who: Speaker, pace: float) -> list[str]:
    text = "".join(reading.text for reading in clause)
    scripts = [unicodedata.name(sign, "").split(" ")[0] for sign in text if sign.isalpha()]
    language = next((LANGUAGES[script] for script in scripts if script in LANGUAGES), "en-us")
    # espeak's variants are numbered voices: f1 to f4 are women, m1 to m7 men.
    variant = (
        f"f{1 + round(who.pitch_hz) % 4}"
        if who.pitch_hz > 150
        else f"m{1 + round(who.pitch_hz) % 7}"
    )
    pitch = int(
        np.clip(np.interp(who.pitch_hz, (90, 130, 175, 225, 315), (30, 55, 40, 62, 95)), 0, 99)
    )
    return [
        "-v",
        f"{language}+{variant}",
        "-p",
        str(pitch),
        "-s",
        str(round(WORDS_PER_MINUTE * pace * who.pace)),
    ]


def _run(text: str, options: list[str], program: str, rate: int) -> Wave:
    command = [program, *options, "-b", "1", "--stdin", "--stdout"]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, no shell, the text goes in by stdin
            command, input=text.encode(), capture_output=True, timeout=TIMEOUT_S, check=True
        )
        with riff.open(io.BytesIO(done.stdout)) as file:
            found, raw = file.getframerate(), file.readframes(60 * file.getframerate())
    except (OSError, subprocess.SubprocessError, riff.Error, EOFError) as error:
        raise EspeakError(f"espeak-ng did not speak: {error}") from error
    sound = np.frombuffer(raw[: len(raw) // 2 * 2], dtype="<i2") / 32768
    if not np.abs(sound).max(initial=0) > 0.001:
        raise EspeakError("espeak-ng answered with silence")
    common = gcd(rate, found)
    return cast(Wave, signal.resample_poly(sound, rate // common, found // common))


def _trimmed(wave: Wave, rate: int) -> Wave:
    loud = np.flatnonzero(np.abs(wave) > 0.01 * np.abs(wave).max())
    first, last = max(0, loud[0] - rate // 200), min(len(wave), loud[-1] + rate // 50)
    return rounded(levelled(wave[first:last]), rate=rate, attack_s=0.003, release_s=0.015)


def _snapped(wave: Wave, ends_s: list[float], rate: int) -> tuple[tuple[float, float], ...]:
    energy = ndimage.uniform_filter1d(wave**2, samples(0.02, rate=rate))
    reach, borders = samples(SNAP_S, rate=rate), [0]
    for end_s in ends_s[:-1]:
        middle = round(end_s * rate)
        first = max(borders[-1] + rate // 50, middle - reach)
        last = max(first + 1, min(len(wave), middle + reach))
        # Among equal dips the planned place wins, so each sample of distance costs a little.
        window = (
            energy[first:last]
            + 1e-6 * np.abs(np.arange(first, last) - middle)[: max(0, len(wave) - first)]
        )
        borders.append(first + int(np.argmin(window)) if len(window) else min(first, len(wave)))
    borders.append(len(wave))
    return tuple((a / rate, b / rate) for a, b in pairwise(borders))
