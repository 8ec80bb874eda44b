"""Our own voice: a glottal source through five moving resonances, with noise beside them.

The synthesiser of Klatt, "Software for a cascade/parallel formant synthesizer", JASA 67(3), 1980,
reduced to what a short line needs: cascade for what is voiced or breathed, fixed noise bands for
what is hissed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import signal

from generation.engines.diorama.sound.letters import stressed_index
from generation.engines.diorama.sound.lexicon import WEAK
from generation.engines.diorama.sound.phonemes import HISSES, PHONEMES, VOWELS, Phoneme
from generation.engines.diorama.sound.reading import Reading
from generation.engines.diorama.sound.waves import (
    Wave,
    band,
    drift,
    harmonics,
    levelled,
    noise,
    rounded,
    samples,
    seeded,
    times,
)

# The voice is made at 24 kHz, twice what its highest hiss needs, and resampled once at the end.
VOICE_RATE = 24_000
FRAME_S = 0.005
HIGH_FORMANTS = (3450.0, 4400.0)
# By how much the pitch moves in the last third of a second before each mark.
ENDINGS = {"?": 0.42, ",": 0.10, ";": 0.06, "!": -0.16}
# A question that starts with one of these falls at its end, as a statement does.
ASKING_WORDS = frozenset({"what", "who", "where", "when", "why", "how", "whose", "which"})


class Speaker(NamedTuple):
    """Who speaks: pitch in hertz, throat (above one is shorter), breath 0..1, own pace."""

    pitch_hz: float
    throat: float
    breath: float
    pace: float


class Sounded(NamedTuple):
    """One phoneme in time; `accent` 0..1 lifts its pitch, `word` is the index of its reading."""

    phoneme: Phoneme
    at_s: float
    seconds: float
    accent: float
    word: int
    is_puffed: bool = False


class Spoken(NamedTuple):
    """A line as sound: mono float64, and for each reading its start and end in seconds."""

    wave: Wave
    spans: tuple[tuple[float, float], ...]


def speaker(voice_seed: int, *, is_child: bool) -> Speaker:
    """Cast a voice from its seed: a child's, or one of a man or a woman."""
    rng = seeded("speaker", voice_seed)
    high = rng.random() < 0.5
    if is_child:
        return Speaker(float(rng.uniform(255, 315)), float(rng.uniform(1.24, 1.32)), 0.06, 1.0)
    pitch = rng.uniform(175, 225) if high else rng.uniform(92, 132)
    throat = rng.uniform(1.12, 1.19) if high else rng.uniform(0.95, 1.04)
    return Speaker(
        float(pitch), float(throat), float(rng.uniform(0.02, 0.07)), float(rng.uniform(0.95, 1.05))
    )


def say(readings: list[Reading], who: Speaker, *, pace: float, rate: int) -> Spoken:
    """Speak words in order, faster with a `pace` above one. Peak one, at `rate`."""
    timeline = plan(readings, pace=pace * who.pace)
    total_s = timeline[-1].at_s + timeline[-1].seconds + 0.03
    frames = samples(total_s, rate=round(1 / FRAME_S))
    rng = seeded("speech", who, *(reading.text for reading in readings))
    voiced = _cascade(
        _source(timeline, readings, who, frames, rng), _formants(timeline, who, frames), timeline
    )
    wave = levelled(voiced) + _hisses(timeline, frames, rng)
    wave = rounded(levelled(wave), rate=VOICE_RATE, attack_s=0.004, release_s=0.02)
    common = np.gcd(rate, VOICE_RATE)
    resampled = signal.resample_poly(wave, rate // common, VOICE_RATE // common)
    return Spoken(levelled(resampled), spans(timeline, len(readings)))


def plan(readings: list[Reading], *, pace: float) -> list[Sounded]:
    """Give every phoneme its place in time and its accent.

    Small words are short, accented vowels long, the last syllable before a pause longest (a third
    more).
    """
    timeline: list[Sounded] = []
    at_s = 0.01
    for index, reading in enumerate(readings):
        is_last = reading.pause_s > 0 or index == len(readings) - 1
        for part, (word, sounds) in enumerate(zip(reading.says, reading.sounds, strict=True)):
            ends_phrase = is_last and part == len(reading.sounds) - 1
            for sounded in _word(word, sounds, index, ends_phrase):
                seconds = sounded.seconds / pace
                timeline.append(sounded._replace(at_s=at_s, seconds=seconds))
                at_s += seconds
        at_s += reading.pause_s / pace if index < len(readings) - 1 else 0.0
    return timeline


def spans(timeline: list[Sounded], count: int) -> tuple[tuple[float, float], ...]:
    """Give the start and end of each word of a plan, in seconds."""
    found = []
    for index in range(count):
        own = [sounded for sounded in timeline if sounded.word == index]
        found.append((own[0].at_s, own[-1].at_s + own[-1].seconds))
    return tuple(found)


def _word(word: str, sounds: tuple[str, ...], index: int, ends_phrase: bool) -> list[Sounded]:
    is_weak = word in WEAK and not ends_phrase
    stressed = stressed_index(sounds)
    last_vowel = max((k for k, sound in enumerate(sounds) if sound in VOWELS), default=-1)
    result = []
    for k, sound in enumerate(sounds):
        phoneme = PHONEMES[sound]
        factor = 0.72 if is_weak else 1.0
        if sound in VOWELS:
            factor *= 1.12 if k == stressed and not is_weak else 0.82
        elif k and PHONEMES[sounds[k - 1]].kind not in {"vowel", "pause"}:
            factor *= 0.82  # the second consonant of a cluster is shorter
        if ends_phrase and k >= last_vowel:
            factor *= 1.35
        accent = 0.0 if is_weak or k != stressed else 1.0
        puffed = sound in {"P", "T", "K"} and (k == 0 or sounds[k - 1] != "S")
        result.append(Sounded(phoneme, 0.0, phoneme.ms * factor / 1000, accent, index, puffed))
    return result


def _source(
    timeline: list[Sounded],
    readings: list[Reading],
    who: Speaker,
    frames: int,
    rng: np.random.Generator,
) -> Wave:
    count = round(frames * FRAME_S * VOICE_RATE)
    pitch = _to_samples(_melody(timeline, readings, who, frames), count)
    pitch = pitch * (1 + 0.012 * (drift(rng, count, hz=14, rate=VOICE_RATE) - 0.5))
    buzz = harmonics(pitch, rate=VOICE_RATE, tilt=1.15, most=70)
    voicing, breath = np.zeros(frames), np.zeros(frames)
    for sounded in timeline:
        first, last = _span(sounded.at_s, sounded.seconds, frames)
        voicing[first:last] = sounded.phoneme.voicing
        if sounded.phoneme.kind == "breath":
            breath[first:last] = 0.34
        elif sounded.is_puffed:
            # The puff after p, t and k: the tract is open, the cords are not yet at work.
            start_s = sounded.at_s + 0.68 * sounded.seconds
            first, last = _span(start_s, 0.32 * sounded.seconds + 0.012, frames)
            breath[first:last] = 0.22
            voicing[first:last] = 0.0
    voicing = np.convolve(voicing, (0.2, 0.6, 0.2), "same")
    air = noise(rng, count) * 0.5
    shape = _to_samples(voicing, count)
    return shape * (buzz + who.breath * air) + _to_samples(breath, count) * air


def _melody(timeline: list[Sounded], readings: list[Reading], who: Speaker, frames: int) -> Wave:
    t = times(frames, rate=round(1 / FRAME_S))
    pitch = _declination(timeline, readings, t)
    liveliness = 0.26 if any(reading.mark == "!" for reading in readings) else 0.17
    for sounded in timeline:
        if sounded.accent:
            middle = sounded.at_s + 0.45 * sounded.seconds
            pitch *= 1 + liveliness * sounded.accent * np.exp(-(((t - middle) / 0.09) ** 2))
    window = np.hanning(13) / np.hanning(13).sum()
    return who.pitch_hz * np.convolve(np.pad(pitch, 6, mode="edge"), window, "valid")


def _declination(timeline: list[Sounded], readings: list[Reading], t: Wave) -> Wave:
    # Pitch sinks through a phrase; a yes-or-no question ends high, a comma half high.
    pitch = np.ones(len(t))
    begin_s = 0.0
    for reading, (_, end_s) in zip(readings, spans(timeline, len(readings)), strict=True):
        if not reading.pause_s and reading is not readings[-1]:
            continue
        lift = ENDINGS.get(reading.mark, -0.13)
        if reading.mark == "?" and readings[0].says[0] in ASKING_WORDS:
            lift = -0.12
        share = np.clip((t - begin_s) / max(0.1, end_s - begin_s), 0, 1)
        rise = np.clip((t - (end_s - 0.30)) / 0.30, 0, 1)
        inside = (t >= begin_s) & (t <= end_s + reading.pause_s)
        pitch = np.where(inside, (1.13 - 0.20 * share) * (1 + lift * rise), pitch)
        begin_s = end_s + reading.pause_s
    return pitch


def _formants(timeline: list[Sounded], who: Speaker, frames: int) -> Wave:
    """Give three formants in every frame, gliding between targets: float64 [3, frames]."""
    knots: list[tuple[float, float, float, float]] = []
    for index, sounded in enumerate(timeline):
        phoneme = sounded.phoneme
        if phoneme.kind == "breath":
            # h is the vowel after it, whispered.
            phoneme = timeline[min(index + 1, len(timeline) - 1)].phoneme
            if phoneme.kind in {"breath", "pause"}:
                continue
        early, late = (0.30, 0.70) if phoneme.kind == "vowel" else (0.45, 0.55)
        knots.append((sounded.at_s + early * sounded.seconds, *phoneme.start))
        knots.append((sounded.at_s + late * sounded.seconds, *phoneme.end))
    if not knots:
        knots = [(0.0, *PHONEMES["AX"].start)]
    points = np.array(knots).T
    t = np.arange(frames) * FRAME_S
    tracks = np.stack([np.interp(t, points[0], row) for row in points[1:]])
    window = np.hanning(9) / np.hanning(9).sum()
    smooth = [np.convolve(np.pad(row, 4, mode="edge"), window, "valid") for row in tracks]
    return who.throat * np.stack(smooth)


def _cascade(source: Wave, formants: Wave, timeline: list[Sounded]) -> Wave:
    frames, step = formants.shape[1], round(FRAME_S * VOICE_RATE)
    throat = formants[1].mean() / 1500
    nasal = np.zeros(frames, dtype=bool)
    for sounded in timeline:
        if sounded.phoneme.kind == "nasal":
            nasal[slice(*_span(sounded.at_s, sounded.seconds, frames))] = True
    high = [
        np.full(frames, min(hz * np.clip(throat, 0.95, 1.25), 0.45 * VOICE_RATE))
        for hz in HIGH_FORMANTS
    ]
    centres = np.vstack([formants, *[row[None] for row in high]])
    # The nose is a second tract that drains the mouth: its resonances are wide.
    widths = np.stack(
        [
            np.where(nasal, wide, narrow)
            for narrow, wide in ((75, 110), (95, 260), (140, 320), (230, 400), (300, 450))
        ]
    )
    sections = _resonators(centres, widths)
    result, state = np.empty_like(source), np.zeros((5, 2))
    for frame in range(frames):
        part = slice(frame * step, (frame + 1) * step)
        result[part], state = signal.sosfilt(sections[frame], source[part], zi=state)
    return result


def _resonators(centres: Wave, widths: npt.NDArray[np.int_]) -> Wave:
    """Give the sections of each frame, each with a gain of one at zero hertz: [frames, 5, 6]."""
    radius = np.exp(-np.pi * widths / VOICE_RATE)
    second = -(radius**2)
    first = 2 * radius * np.cos(2 * np.pi * centres / VOICE_RATE)
    sections = np.zeros((centres.shape[1], 5, 6))
    sections[..., 0], sections[..., 3] = (1 - first - second).T, 1.0
    sections[..., 4], sections[..., 5] = -first.T, -second.T
    return sections


def _hisses(timeline: list[Sounded], frames: int, rng: np.random.Generator) -> Wave:
    count = round(frames * FRAME_S * VOICE_RATE)
    total = np.zeros(count)
    envelopes: dict[str, Wave] = {}
    for sounded in timeline:
        if sounded.phoneme.hiss:
            _raise_hiss(envelopes.setdefault(sounded.phoneme.hiss, np.zeros(count)), sounded)
    for name in sorted(envelopes):
        low, high = HISSES[name]
        wave = band(noise(rng, count), low, high, rate=VOICE_RATE)
        total += 0.34 * envelopes[name] * wave / (wave.std() + 1e-9)
    return total


def _raise_hiss(envelope: Wave, sounded: Sounded) -> None:
    kind, level = sounded.phoneme.kind, sounded.phoneme.hiss_level
    # A stop is silent until it bursts at two thirds; an affricate bursts at two fifths and goes on.
    start, share = {"stop": (0.66, 0.0), "affricate": (0.40, 0.60)}.get(kind, (0.0, 1.0))
    seconds = share * sounded.seconds if share else 0.016
    first = round((sounded.at_s + start * sounded.seconds) * VOICE_RATE)
    length = samples(seconds, rate=VOICE_RATE)
    shape = rounded(
        np.ones(length),
        rate=VOICE_RATE,
        attack_s=0.001 if start else min(0.03, seconds / 3),
        release_s=min(0.03, seconds / 2),
    )
    room = max(0, min(length, len(envelope) - first))
    envelope[first : first + room] = np.maximum(
        envelope[first : first + room], level * shape[:room]
    )


def _span(at_s: float, seconds: float, frames: int) -> tuple[int, int]:
    first = min(frames - 1, round(at_s / FRAME_S))
    return first, min(frames, max(first + 1, round((at_s + seconds) / FRAME_S)))


def _to_samples(values: Wave, count: int) -> Wave:
    return np.interp(np.arange(count) / VOICE_RATE, np.arange(len(values)) * FRAME_S, values)
