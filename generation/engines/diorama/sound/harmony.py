"""Small compositions as values: mood and seed in, notes out. Nothing here makes sound."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from generation.engines.diorama.sound.waves import seeded

MAJOR = (0, 2, 4, 5, 7, 9, 11)
MINOR = (0, 2, 3, 5, 7, 8, 10)
DORIAN = (0, 2, 3, 5, 7, 9, 10)
LYDIAN = (0, 2, 4, 6, 7, 9, 11)
HARMONIC_MINOR = (0, 2, 3, 5, 7, 8, 11)

MIDDLE_C = 60
# The last chord needs this long to be heard as an end and to die away.
CADENCE_S = 1.1


class Note(NamedTuple):
    """One note: `at` and `beats` in beats, `midi` a key number, `voice` an instrument."""

    at: float
    beats: float
    midi: int
    voice: str
    level: float = 0.7
    pan: float = 0.0


class Mood(NamedTuple):
    """How a feeling is written down.

    Progressions are scale degrees from zero; `figure` names the accompaniment.
    """

    scale: tuple[int, ...]
    tempo_bpm: int
    progressions: tuple[tuple[int, ...], ...]
    figure: str
    figure_voice: str
    melody_voice: str
    bass_voice: str = "bass"
    pad_level: float = 0.5
    drums: str = ""
    melody_density: float = 0.6
    sevenths: bool = False


class Piece(NamedTuple):
    """A finished composition.

    `key` is the pitch class of the tonic, `chords` the pitch classes bar by bar.
    """

    tempo_bpm: float
    key: int
    chords: tuple[tuple[int, ...], ...]
    chord_beats: int
    notes: tuple[Note, ...]


MOODS: dict[str, Mood] = {
    "calm": Mood(MAJOR, 72, ((0, 4, 5, 3), (0, 3, 0, 4), (0, 5, 3, 4)), "broken", "piano", "flute",
        pad_level=0.7, melody_density=0.35),
    "happy": Mood(MAJOR, 116, ((0, 4, 5, 3), (0, 3, 4, 3), (0, 5, 1, 4)), "bounce", "pluck",
        "bells", drums="pop", pad_level=0.35, melody_density=0.7),
    "sad": Mood(MINOR, 62, ((0, 5, 2, 6), (0, 3, 5, 4), (0, 6, 5, 4)), "broken", "piano", "strings",
        pad_level=0.6, melody_density=0.4),
    "tense": Mood(HARMONIC_MINOR, 104, ((0, 0, 1, 4), (0, 5, 0, 4), (0, 1, 0, 6)), "pulse",
        "low_strings", "strings", drums="heart", pad_level=0.5, melody_density=0.25),
    "epic": Mood(MINOR, 96, ((0, 5, 2, 6), (0, 2, 6, 3), (0, 5, 3, 4)), "pulse", "low_strings",
        "brass", drums="taiko", pad_level=0.7, melody_density=0.45),
    "playful": Mood(MAJOR, 128, ((0, 3, 0, 4), (0, 1, 4, 0), (0, 5, 3, 4)), "offbeat", "marimba",
        "pluck", drums="light", pad_level=0.0, melody_density=0.85),
    "mysterious": Mood(DORIAN, 82, ((0, 3, 0, 6), (0, 1, 0, 3), (0, 6, 3, 0)), "broken", "bells",
        "flute", pad_level=0.8, melody_density=0.3),
    "romantic": Mood(LYDIAN, 74, ((0, 5, 1, 4), (0, 2, 5, 1), (0, 4, 1, 4)), "broken", "piano",
        "strings", pad_level=0.6, melody_density=0.45, sevenths=True),
}  # fmt: skip

# Rhythms of one chord as shares of it, from which a motif is drawn; repeated motifs are what sounds
# composed.
MOTIFS = (
    (0.0, 0.5),
    (0.0, 0.25, 0.5),
    (0.0, 0.375, 0.75),
    (0.0, 0.5, 0.75),
    (0.0, 0.25, 0.5, 0.75),
)


def compose(mood: str, *, seconds: float, seed: int, tempo_bpm: int = 0) -> Piece:
    """Write a piece that fills `seconds` and ends on its tonic.

    An asked tempo is kept exactly; else the mood's own is bent until the last bar falls where the
    clip ends. A mood that is not in MOODS takes the one its name falls on.
    """
    style = (
        MOODS.get(mood) or MOODS[sorted(MOODS)[int(seeded("mood", mood).integers(0, len(MOODS)))]]
    )
    rng = seeded(seed, "music", mood)
    chord_beats = 4 if seconds * style.tempo_bpm / 60 >= 20 else 2
    tempo, bars = _fitted(
        seconds, tempo_bpm, style.tempo_bpm * float(rng.uniform(0.96, 1.04)), chord_beats
    )
    key = int(rng.integers(0, 12))
    degrees = _degrees(style, bars, rng)
    chords = tuple(_chord(style, key, degree) for degree in degrees)
    notes = _accompany(style, chords, chord_beats, bars) + _melody(
        style, key, chords, chord_beats, rng
    )
    return Piece(tempo, key, chords, chord_beats, tuple(notes))


def _fitted(seconds: float, asked: int, natural: float, chord_beats: int) -> tuple[float, int]:
    # `bars` counts the chords before the last one, which starts CADENCE_S or more before the end.
    room_s = max(0.0, seconds - CADENCE_S)
    if asked:
        return float(asked), int(room_s * asked / 60 / chord_beats)
    bars = round(room_s * natural / 60 / chord_beats)
    if bars == 0:
        return natural, 0
    return float(np.clip(60 * bars * chord_beats / room_s, 0.7 * natural, 1.3 * natural)), bars


def _degrees(style: Mood, bars: int, rng: np.random.Generator) -> list[int]:
    loop = style.progressions[int(rng.integers(0, len(style.progressions)))]
    degrees = [loop[k % len(loop)] for k in range(bars)]
    if bars > 1:
        degrees[-1] = 4  # the dominant, so that the tonic after it is an arrival
    return [*degrees, 0]


def _chord(style: Mood, key: int, degree: int) -> tuple[int, ...]:
    size = 4 if style.sevenths else 3
    steps = [degree + 2 * k for k in range(size)]
    return tuple((key + style.scale[step % 7] + 12 * (step // 7)) % 12 for step in steps)


def voiced(chord: tuple[int, ...], *, near: int) -> list[int]:
    """Place pitch classes on the keyboard as close to the key `near` as they go, lowest first."""
    keys = [near + (pitch - near + 6) % 12 - 6 for pitch in chord]
    return sorted(keys)


def _accompany(
    style: Mood, chords: tuple[tuple[int, ...], ...], beats: int, bars: int
) -> list[Note]:
    notes: list[Note] = []
    for index, chord in enumerate(chords):
        at, is_last = float(index * beats), index == bars
        keys = voiced(chord, near=MIDDLE_C)
        root = 36 + (chord[0] - 36) % 12
        length = beats + (6.0 if is_last else 0.0)
        if style.pad_level:
            notes += [
                Note(at, length, key, "pad", 0.5 * style.pad_level, 0.3 * (k - 1))
                for k, key in enumerate(keys)
            ]
        if is_last:
            notes += [
                Note(at + 0.06 * k, length, key, style.figure_voice, 0.6, 0.2 * (k - 1))
                for k, key in enumerate(keys)
            ]
            notes += [Note(at, length, root, style.bass_voice, 0.8)]
            continue
        notes += _figure(style, keys, root, at, beats)
    return notes + _drums(style.drums, beats * bars)


def _figure(style: Mood, keys: list[int], root: int, at: float, beats: int) -> list[Note]:
    voice = style.figure_voice
    if style.figure == "broken":
        order = [keys[0], keys[1], keys[2], keys[1] + 12, keys[2], keys[1]]
        played = [
            Note(at + 0.5 * k, 1.4, order[k % 6], voice, 0.55 if k else 0.65, 0.25 * (-1) ** k)
            for k in range(2 * beats)
        ]
        return [*played, Note(at, float(beats), root, "bass", 0.6)]
    if style.figure == "pulse":
        low = [
            Note(at + 0.5 * k, 0.45, root + (19 if k % 4 == 3 else 12), voice, 0.62 - 0.2 * (k % 2))
            for k in range(2 * beats)
        ]
        return [*low, Note(at, float(beats), root, "bass", 0.75)]
    if style.figure == "bounce":
        order = [keys[0], keys[2], keys[1] + 12, keys[2]]
        played = [
            Note(at + 0.5 * k, 0.6, order[k % 4], voice, 0.55, 0.3 * (-1) ** k)
            for k in range(2 * beats)
        ]
        bass = [Note(at + k, 0.8, root + (7 if k % 2 else 0), "bass", 0.75) for k in range(beats)]
        return played + bass
    chords = [Note(at + k + 0.5, 0.3, key, voice, 0.5, 0.2) for k in range(beats) for key in keys]
    return chords + [
        Note(at + k, 0.4, root + 12 + (7 if k % 2 else 0), "pizzicato", 0.8, -0.15)
        for k in range(beats)
    ]


DRUM_BARS: dict[str, tuple[tuple[str, tuple[float, ...], float], ...]] = {
    "pop": (
        ("kick", (0.0, 1.5), 0.7),
        ("snare", (1.0,), 0.42),
        ("hat", (0.0, 0.5, 1.0, 1.5), 0.20),
    ),
    "light": (
        ("kick", (0.0,), 0.5),
        ("hat", (0.5, 1.5), 0.22),
        ("shaker", (0.0, 0.5, 1.0, 1.5, 1.75), 0.16),
    ),
    "taiko": (("taiko", (0.0, 0.75, 1.5), 0.8), ("shaker", (1.0,), 0.12)),
    "heart": (("taiko", (0.0, 0.35), 0.45),),
}


def _drums(pattern: str, beats: int) -> list[Note]:
    notes = [
        Note(bar + offset, 0.5, MIDDLE_C, drum, level, 0.25 if drum in {"hat", "shaker"} else 0.0)
        for bar in range(0, beats, 2)
        for drum, offsets, level in DRUM_BARS.get(pattern, ())
        for offset in offsets
    ]
    if pattern and pattern != "heart":
        notes.append(
            Note(float(beats), 0.5, MIDDLE_C, "taiko" if pattern == "taiko" else "kick", 0.8)
        )
    return notes


def _melody(
    style: Mood, key: int, chords: tuple[tuple[int, ...], ...], beats: int, rng: np.random.Generator
) -> list[Note]:
    motif = MOTIFS[int(rng.integers(0, len(MOTIFS)))]
    scale = sorted((key + step) % 12 for step in style.scale)
    notes: list[Note] = []
    now = 76
    for index, chord in enumerate(chords[:-1]):
        if rng.random() > style.melody_density + (0.5 if index == 0 else 0.3):
            continue
        for step, share in enumerate(motif):
            # Strong places take a tone of the chord, weak ones a step along the scale.
            choice = chord if step == 0 or share == 0.5 else scale
            now = _stepped(now, choice, rng)
            until = motif[step + 1] if step + 1 < len(motif) else 1.0
            at, length = (index + share) * beats, 0.95 * (until - share) * beats
            notes.append(Note(at, length, now, style.melody_voice, 0.6, 0.12))
    if notes:
        end = _stepped(now, (key,), rng)
        last = float((len(chords) - 1) * beats)
        notes.append(Note(last, 6.0, end, style.melody_voice, 0.55, 0.12))
    return notes


def _stepped(now: int, choice: tuple[int, ...] | list[int], rng: np.random.Generator) -> int:
    # The nearest allowed key that is not the same one, kept between A4 and A5 or so.
    near = sorted((k for k in range(67, 86) if k % 12 in choice), key=lambda k: (abs(k - now), k))
    moving = [k for k in near if k != now] or near
    return moving[0] if rng.random() < 0.7 or len(moving) == 1 else moving[1]
