"""What animals and people say, as tables of breaths, and the voice of what nobody has described."""

from __future__ import annotations

import numpy as np

from generation.engines.diorama.sound.impacts import loudness, pitch_ratio
from generation.engines.diorama.sound.machines import MACHINES, machine
from generation.engines.diorama.sound.spec import SoundEvent
from generation.engines.diorama.sound.throat import Cry, sing
from generation.engines.diorama.sound.waves import Wave, levelled, rounded, samples, seeded

# Deviation of the loudest tenth of a second of a call at full strength.
LOUDEST_DEVIATION = 0.27


def _series(count: int, every_s: float, cry: Cry) -> tuple[Cry, ...]:
    return tuple(cry._replace(at_s=cry.at_s + k * every_s) for k in range(count))


_BARK = Cry(
    0, 0.16, (430, 620, 340), (650, 1300, 2700), (480, 1000, 2400), 0.28, 0.35, 70, tilt=0.8
)
_CAW = Cry(0, 0.30, (520, 610, 500), (1150, 1900, 3100), (950, 1600, 2900), 0.35, 0.7, 75, tilt=0.6)
_QUACK = Cry(
    0, 0.19, (330, 400, 300), (900, 1500, 2700), (700, 1350, 2500), 0.15, 0.6, 90, tilt=0.5
)
_CLUCK = Cry(0, 0.09, (480, 700, 420), (900, 2100), (), 0.2, 0.3, 60, tilt=0.8)
_CROAK = Cry(
    0, 0.24, (110, 150, 105), (550, 1250, 2200), (430, 1000, 2000), 0.12, 0.85, 48, tilt=0.6
)
_OINK = Cry(0, 0.17, (150, 210, 130), (500, 1150, 2400), (420, 900, 2200), 0.45, 0.8, 58, tilt=0.5)
_HOOT = Cry(0, 0.38, (350, 390, 370), (390,), (), 0.03, tilt=2.4, peak=0.4)
_MONKEY = Cry(0, 0.17, (420, 760), (700, 1500), (900, 1700), 0.15, 0.15, tilt=1.0)
_SQUEAK = Cry(0, 0.09, (2900, 3700, 3000), (), (), 0.04, tilt=1.8)
_CLICK = Cry(0, 0.03, (5200, 3200), (), (), 0.5, tilt=1.2, peak=0.05)
_LAUGH = Cry(0, 0.13, (300, 260), (800, 1300, 2700), (), 0.3, tilt=1.1)

CALLS: dict[str, tuple[Cry, ...]] = {
    "dog": (_BARK, _BARK._replace(at_s=0.30, level=0.85)),
    "cat": (
        Cry(
            0, 0.62, (420, 720, 690, 470), (500, 1900, 2900), (850, 1500, 2600), 0.06, peak=0.35
        ),
    ),
    "bird": (
        Cry(0, 0.10, (3300, 4600), tilt=3.4, breath=0.02),
        Cry(0.14, 0.09, (4700, 3500), tilt=2.4, breath=0.02),
        Cry(0.27, 0.34, (3900, 4300, 3800), trill=(26, 0.09), tilt=3.4, breath=0.02),
    ),
    "crow": (_CAW, _CAW._replace(at_s=0.44), _CAW._replace(at_s=0.88, level=0.8)),
    "duck": _series(3, 0.26, _QUACK),
    "chicken": (
        *_series(3, 0.19, _CLUCK),
        Cry(0.58, 0.30, (520, 980, 620), (1000, 2300), (), 0.15, 0.25, tilt=0.8),
    ),
    "rooster": (
        Cry(0, 0.16, (560, 640), (900, 1800, 3000), (), 0.1, 0.2, tilt=0.6),
        Cry(0.20, 0.15, (640, 760), (900, 1800, 3000), (), 0.1, 0.2, tilt=0.6),
        Cry(0.38, 0.22, (760, 980), (1000, 2000, 3200), (), 0.1, 0.2, tilt=0.6),
        Cry(0.62, 0.75, (1000, 920, 640, 420), (1000, 1900, 3000), (700, 1500, 2700), 0.12, 0.3,
            tilt=0.6),
    ),
    "cow": (
        Cry(0, 1.35, (125, 170, 168, 120), (260, 700, 2200), (560, 1050, 2400), 0.06, 0.12, 30,
            peak=0.3),
    ),
    "sheep": (
        Cry(0, 0.85, (330, 370, 330), (750, 1600, 2600), (650, 1500, 2500), 0.1, 0.35, 9,
            (8.5, 0.05), 0.8, 0.2),
    ),
    "goat": (
        Cry(0, 0.75, (430, 500, 390), (850, 1750, 2800), (700, 1500, 2600), 0.1, 0.5, 12,
            (11, 0.07), 0.7, 0.2),
    ),
    "horse": (
        Cry(0, 0.95, (900, 1250, 980, 600), (1000, 1900, 3000), (700, 1500, 2700), 0.15, 0.25, 30,
            (11, 0.09), 0.8),
        Cry(0.95, 0.40, (420, 260), (600, 1200), (), 0.6, 0.7, 24, tilt=0.7),
    ),
    "pig": (_OINK, _OINK._replace(at_s=0.27),
        _OINK._replace(at_s=0.58, pitch=(170, 420, 260), rasp=0.5)),
    "frog": (_CROAK, _CROAK._replace(at_s=0.36)),
    "lion": (
        Cry(0, 1.7, (95, 135, 120, 70), (330, 750, 1800), (480, 900, 2000), 0.4, 0.75, 38, tilt=0.6,
            peak=0.28),
    ),
    "tiger": (Cry(0, 1.2, (110, 165, 90), (420, 950, 2100), (), 0.45, 0.8, 44, tilt=0.6,
        peak=0.2),),
    "bear": (Cry(0, 1.3, (80, 110, 75), (350, 800, 1700), (), 0.4, 0.7, 30, tilt=0.6, peak=0.25),),
    "wolf": (
        Cry(0, 1.9, (290, 480, 500, 470, 330), (480, 1000), (), 0.04, trill=(5, 0.008), tilt=1.6,
            peak=0.35),
    ),
    "elephant": (
        Cry(0, 1.1, (380, 620, 700, 560), (700, 1500, 2600), (), 0.2, 0.5, 62, tilt=0.4, peak=0.2),
    ),
    "monkey": (
        *_series(4, 0.21, _MONKEY),
        Cry(0.86, 0.22, (1000, 1500, 1100), (1100, 2000), (), 0.1, 0.3, tilt=0.8),
    ),
    "owl": (_HOOT, _HOOT._replace(at_s=0.62, seconds=0.16), _HOOT._replace(at_s=0.84, seconds=0.6)),
    "whale": (
        Cry(0, 2.2, (150, 240, 420, 300, 180), (300, 900), (), 0.03, trill=(4, 0.01), tilt=1.6,
            peak=0.4),
    ),
    "dolphin": (
        *_series(8, 0.034, _CLICK),
        Cry(0.32, 0.42, (5200, 8800, 6500, 9200), tilt=2.6, breath=0.02, peak=0.3),
    ),
    "bee": (
        Cry(0, 1.1, (205, 238, 222, 246, 210), (900, 2100, 3400), (), 0.03, trill=(13, 0.02),
            tilt=0.5, peak=0.4),
    ),
    "mouse": _series(4, 0.13, _SQUEAK),
    "snake": (Cry(0, 0.8, (4000, 3800), (5200, 7400), (), 1.0, peak=0.25),),
    "fish": _series(3, 0.16, Cry(0, 0.08, (260, 620), tilt=2.2, breath=0.02)),
    "fox": _series(2, 0.38,
        Cry(0, 0.26, (700, 1050, 600), (1000, 2100, 3200), (), 0.3, 0.6, 66, tilt=0.6)),
    "dinosaur": (
        Cry(0, 1.6, (150, 240, 210, 75), (420, 1000, 2300), (300, 800, 1900), 0.35, 0.7, 33,
            tilt=0.5, peak=0.22),
        Cry(0.05, 1.5, (62, 90, 50), (180, 400), (), 0.2, 0.8, 21, tilt=0.7, level=0.6),
    ),
    "dragon": (
        Cry(0, 1.8, (88, 150, 130, 60), (300, 850, 2500), (420, 1100, 2700), 0.5, 0.8, 27, tilt=0.5,
            peak=0.3),
        Cry(0.5, 1.3, (500, 300), (900, 2600, 4200), (), 1.0, peak=0.35, level=0.5),
    ),
    "ghost": (
        Cry(0, 1.7, (300, 430, 520, 380, 260), (420, 850), (), 0.15, trill=(5.5, 0.025), tilt=1.7,
            peak=0.45),
    ),
    "baby": _series(2, 0.62,
        Cry(0, 0.5, (410, 520, 480, 380), (1000, 1700, 3700), (), 0.1, 0.15, 35, tilt=0.8)),
    "person": (
        Cry(0, 0.45, (185, 208), (280, 1100, 2400), (), 0.04, tilt=1.5, peak=0.25),
        Cry(0.47, 0.70, (247, 240, 208), (280, 1100, 2400), (), 0.04, trill=(5.5, 0.012), tilt=1.5,
            peak=0.25),
    ),
    "laugh": tuple(_LAUGH._replace(at_s=0.17 * k,
        pitch=(300 - 12 * k, 250 - 10 * k)) for k in range(5)),
}  # fmt: skip

# Another name for a voice, and how much higher (above one) or lower it is.
ALIASES: dict[str, tuple[str, float]] = {
    "puppy": ("dog", 1.5), "kitten": ("cat", 1.35), "kid": ("person", 1.7),
    "child": ("person", 1.7), "girl": ("person", 1.6), "boy": ("person", 1.5),
    "woman": ("person", 1.35), "man": ("person", 0.75), "chick": ("bird", 1.1),
    "parrot": ("crow", 1.4), "raven": ("crow", 0.85), "eagle": ("bird", 0.6),
    "seagull": ("crow", 1.6), "penguin": ("duck", 0.8), "goose": ("duck", 0.7),
    "swan": ("duck", 0.65), "hen": ("chicken", 1.0), "lamb": ("sheep", 1.3), "bull": ("cow", 0.8),
    "calf": ("cow", 1.35), "donkey": ("horse", 0.75), "unicorn": ("horse", 1.15),
    "pony": ("horse", 1.2), "toad": ("frog", 0.7), "hamster": ("mouse", 0.9),
    "rabbit": ("mouse", 0.7), "squirrel": ("mouse", 0.8), "rat": ("mouse", 0.75),
    "bat": ("mouse", 1.3), "mosquito": ("bee", 2.2), "fly": ("bee", 0.9), "butterfly": ("bee", 1.7),
    "dino": ("dinosaur", 1.0), "trex": ("dinosaur", 0.9), "monster": ("dragon", 1.1),
    "alien": ("ghost", 1.6), "astronaut": ("person", 0.8), "wizard": ("person", 0.7),
    "knight": ("person", 0.75), "dancer": ("person", 1.25), "gorilla": ("monkey", 0.5),
    "ape": ("monkey", 0.6), "panda": ("bear", 1.3), "turtle": ("frog", 1.2),
    "shark": ("whale", 0.7), "seal": ("dog", 0.8), "crocodile": ("lion", 0.8),
    "deer": ("goat", 0.8), "giraffe": ("cow", 1.3), "hedgehog": ("pig", 1.9),
    "flamingo": ("duck", 0.85), "octopus": ("fish", 0.7), "jellyfish": ("fish", 0.85),
    "ladybug": ("bee", 1.25), "chef": ("person", 0.85), "snowman": ("person", 0.65),
    "teapot": ("whistle", 1.7),
}  # fmt: skip


def call(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    """Sound the voice of `event.source`: an animal, a person, a machine or an instrument.

    A name in no table gets a voice of its own, the same in every clip.
    """
    name = event.source.strip().lower()
    base, ratio = ALIASES.get(name, (name, 1.0))
    ratio *= pitch_ratio(event.size) ** 0.5 * rng.uniform(0.97, 1.03)
    if base in MACHINES:
        wave = machine(base, ratio=ratio, rate=rate, rng=rng)
    else:
        wave = sing(CALLS.get(base) or unheard(base), ratio=ratio, rate=rate, rng=rng)
    return rounded(_evened(wave, rate) * loudness(event), rate=rate, release_s=0.03)


def _evened(wave: Wave, rate: int) -> Wave:
    # Equal peaks are not equal loudness: a steady siren would drown a bark. The loudest tenth of a
    # second decides, as far as the peak allows.
    window = samples(0.1, rate=rate)
    energy = np.convolve(
        (wave[: len(wave) // 16 * 16].reshape(-1, 16) ** 2).mean(axis=1),
        np.ones(max(1, window // 16)),
    )
    loudest = float(np.sqrt(energy.max() * 16 / window))
    return levelled(
        wave, min(0.9, float(np.abs(wave).max()) * LOUDEST_DEVIATION / max(1e-9, loudest))
    )


def unheard(name: str) -> tuple[Cry, ...]:
    """Invent the call of a creature that nobody has described, from its name alone."""
    rng = seeded("call", name)
    low = float(np.exp(rng.uniform(np.log(120), np.log(1400))))
    formants = tuple(float(low * r) for r in np.sort(rng.uniform(1.2, 7.0, 3)))
    rasp, tilt, at_s = float(rng.uniform(0, 0.6)), float(rng.uniform(0.7, 1.8)), 0.0
    cries = []
    for _ in range(int(rng.integers(1, 4))):
        seconds = float(rng.uniform(0.12, 0.5))
        pitch = tuple(float(low * r) for r in rng.uniform(0.8, 1.7, 3))
        cries.append(Cry(at_s, seconds, pitch, formants, (), 0.1, rasp, 50, tilt=tilt))
        at_s += seconds + 0.05
    return tuple(cries)
