"""How each sound of English is made: formant targets, length, voicing and noise.

Vowel targets are the averages for men of Peterson and Barney, "Control methods used in a study of
the vowels", JASA 24, 1952; consonant loci after Klatt, "Software for a cascade/parallel formant
synthesizer", JASA 67, 1980.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["vowel", "glide", "nasal", "stop", "fricative", "affricate", "breath", "pause"]
Formants = tuple[float, float, float]


class Phoneme(NamedTuple):
    """One sound.

    `end` differs from `start` in diphthongs; `hiss` names a noise of HISSES, `hiss_level` its peak.
    """

    kind: Kind
    ms: float
    start: Formants
    end: Formants
    voicing: float = 1.0
    hiss: str = ""
    hiss_level: float = 0.0


def _vowel(ms: float, *start: float) -> Phoneme:
    formants = (start[0], start[1], start[2])
    return Phoneme("vowel", ms, formants, formants)


def _diphthong(ms: float, start: Formants, end: Formants) -> Phoneme:
    return Phoneme("vowel", ms, start, end)


def _consonant(
    kind: Kind, ms: float, at: Formants, voicing: float, hiss: str = "", level: float = 0.0
) -> Phoneme:
    return Phoneme(kind, ms, at, at, voicing, hiss, level)


LIPS: Formants = (220, 850, 2150)
TEETH: Formants = (240, 1350, 2500)
RIDGE: Formants = (230, 1700, 2600)
PALATE: Formants = (250, 1950, 2550)
VELUM: Formants = (230, 1900, 2350)

PHONEMES: dict[str, Phoneme] = {
    "IY": _vowel(145, 280, 2290, 3010), "IH": _vowel(105, 390, 1990, 2550),
    "EH": _vowel(125, 530, 1840, 2480),
    "AE": _vowel(165, 660, 1720, 2410), "AA": _vowel(170, 730, 1090, 2440),
    "AO": _vowel(175, 570, 840, 2410),
    "UH": _vowel(110, 440, 1020, 2240), "UW": _vowel(150, 310, 900, 2240),
    "AH": _vowel(120, 640, 1190, 2390),
    "ER": _vowel(150, 480, 1340, 1680), "AX": _vowel(65, 500, 1400, 2400),
    "EY": _diphthong(165, (500, 1850, 2500), (330, 2200, 2800)),
    "AY": _diphthong(190, (720, 1200, 2450), (380, 2000, 2600)),
    "OY": _diphthong(200, (550, 860, 2400), (370, 1950, 2550)),
    "AW": _diphthong(195, (720, 1280, 2450), (420, 920, 2300)),
    "OW": _diphthong(170, (540, 980, 2350), (400, 830, 2250)),
    "L": _consonant("glide", 70, (360, 1050, 2750), 0.62),
    "R": _consonant("glide", 75, (350, 1150, 1580), 0.65),
    "W": _consonant("glide", 75, (300, 640, 2200), 0.6),
    "Y": _consonant("glide", 65, (270, 2200, 2950), 0.6),
    "M": _consonant("nasal", 75, (270, 1000, 2200), 0.45),
    "N": _consonant("nasal", 68, (270, 1550, 2550), 0.45),
    "NG": _consonant("nasal", 80, (270, 1950, 2450), 0.42),
    "B": _consonant("stop", 75, LIPS, 0.14, "lips", 0.28),
    "P": _consonant("stop", 90, LIPS, 0.0, "lips", 0.42),
    "D": _consonant("stop", 65, RIDGE, 0.14, "ridge", 0.32),
    "T": _consonant("stop", 85, RIDGE, 0.0, "ridge", 0.5),
    "G": _consonant("stop", 75, VELUM, 0.14, "velum", 0.34),
    "K": _consonant("stop", 90, VELUM, 0.0, "velum", 0.5),
    "F": _consonant("fricative", 105, LIPS, 0.0, "flat", 0.17),
    "V": _consonant("fricative", 65, LIPS, 0.4, "flat", 0.08),
    "TH": _consonant("fricative", 95, TEETH, 0.0, "flat", 0.15),
    "DH": _consonant("fricative", 50, TEETH, 0.42, "flat", 0.06),
    "S": _consonant("fricative", 110, RIDGE, 0.0, "hiss", 0.50),
    "Z": _consonant("fricative", 80, RIDGE, 0.32, "hiss", 0.26),
    "SH": _consonant("fricative", 115, PALATE, 0.0, "hush", 0.44),
    "ZH": _consonant("fricative", 80, PALATE, 0.34, "hush", 0.28),
    "CH": _consonant("affricate", 130, PALATE, 0.0, "hush", 0.48),
    "JH": _consonant("affricate", 105, PALATE, 0.14, "hush", 0.36),
    "HH": _consonant("breath", 65, (0, 0, 0), 0.0),
    "-": _consonant("pause", 10, (500, 1500, 2500), 0.0),
}  # fmt: skip

# The band of each noise in hertz, as (low, high): the smaller the cavity before the lips, the
# higher.
HISSES: dict[str, tuple[float, float]] = {
    "hiss": (4700, 9500),
    "hush": (2300, 6200),
    "flat": (1300, 9500),
    "lips": (400, 1900),
    "ridge": (3200, 7500),
    "velum": (1400, 3000),
}

VOWELS = frozenset(name for name, phoneme in PHONEMES.items() if phoneme.kind == "vowel")
VOICELESS = frozenset({"P", "T", "K", "F", "TH", "S", "SH", "CH", "HH"})
