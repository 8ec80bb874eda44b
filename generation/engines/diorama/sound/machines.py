"""Horns, whistles, bells, drums, strings and robots: the calls of things that are not alive."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from generation.engines.diorama.sound.waves import (
    Resonance,
    Wave,
    add,
    band,
    coloured,
    decay,
    glide,
    harmonics,
    levelled,
    line,
    lowpass,
    noise,
    resonate,
    ringing,
    rounded,
    samples,
    swell,
    times,
)

Machine = Callable[..., Wave]


def machine(name: str, *, ratio: float, rate: int, rng: np.random.Generator) -> Wave:
    """Sound a thing by name; `ratio` moves every pitch. Mono, peak one."""
    return levelled(MACHINES[name](ratio, rate=rate, rng=rng))


def _held(pitches: Sequence[float], seconds: float, tilt: float, *, rate: int) -> Wave:
    length = samples(seconds, rate=rate)
    chord = sum(
        (harmonics(np.full(length, hz), rate=rate, tilt=tilt) for hz in pitches), np.zeros(length)
    )
    return rounded(levelled(chord), rate=rate, attack_s=0.012, release_s=0.06)


def _car_horn(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    # Two horns a major third apart, as cars have had for a century.
    long = resonate(
        _held((415 * ratio, 523 * ratio), 0.42, 0.4, rate=rate),
        [Resonance(1400 * ratio, 900), Resonance(2600 * ratio, 900, 0.7)],
        rate=rate,
    )
    short = long[: samples(0.16, rate=rate)]
    total = np.zeros(samples(0.75, rate=rate))
    add(total, rounded(short, rate=rate, release_s=0.03), at=0)
    add(total, long, at=samples(0.24, rate=rate))
    return total


def _fog_horn(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    low = _held((87 * ratio, 131 * ratio), 1.7, 0.7, rate=rate)
    return lowpass(low, 1600, rate=rate)


def _train_whistle(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    # A steam chime of three notes, with the steam in it.
    total = np.zeros(samples(1.75, rate=rate))
    for at_s, seconds in ((0.0, 0.45), (0.6, 1.1)):
        pipes = _held([hz * ratio for hz in (311, 370, 494, 622)], seconds, 1.5, rate=rate)
        steam = band(noise(rng, len(pipes)), 900, 6000, rate=rate) * swell(len(pipes), peak=0.1)
        add(total, pipes + 0.12 * levelled(steam), at=samples(at_s, rate=rate) if at_s else 0)
    return total


def _bell(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    # Hum, prime, tierce, quint, nominal: the minor third is what makes a bell a bell.
    base, ratios = 392 * ratio, (0.5, 1.0, 1.19, 1.5, 2.0, 2.51, 2.66, 3.01, 4.1)
    partials = [(base * r, 1 / (1 + 0.5 * k), 2.6 / (0.5 + r) ** 0.8) for k, r in enumerate(ratios)]
    return rounded(
        ringing(partials, samples(2.4, rate=rate), rate=rate),
        rate=rate,
        attack_s=0.0005,
        release_s=0.3,
    )


def _small_bell(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    total = np.zeros(samples(1.0, rate=rate))
    for at_s in (0.0, 0.16):
        ring = ringing(
            [(2100 * ratio, 1, 0.7), (3470 * ratio, 0.5, 0.5), (5300 * ratio, 0.3, 0.3)],
            samples(0.8, rate=rate),
            rate=rate,
        )
        add(total, ring, at=int(at_s * rate))
    return total


def _drum(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    total = np.zeros(samples(1.1, rate=rate))
    for at_s, level in ((0.0, 1.0), (0.25, 0.6), (0.375, 0.7), (0.5, 1.0)):
        length = samples(0.5, rate=rate)
        # Modes of an ideal circular membrane over a pitch that sinks as the skin relaxes.
        skin = ringing(
            [
                (96 * ratio * r, a, 0.5 / r)
                for r, a in ((1, 1.0), (1.59, 0.5), (2.14, 0.35), (2.65, 0.2))
            ],
            length,
            rate=rate,
        )
        skin += (
            0.7
            * harmonics(glide((150 * ratio, 96 * ratio, 92 * ratio), length), rate=rate, most=1)
            * decay(length, 0.45, rate=rate)
        )
        stick = band(noise(rng, length), 300, 4500, rate=rate) * decay(length, 0.02, rate=rate)
        add(total, levelled(skin) + 0.25 * levelled(stick), at=int(at_s * rate), gain=level)
    return total


def plucked(hz: float, seconds: float, *, rate: int, bright: float = 1.0) -> Wave:
    """Pluck a string a fifth of the way along: harmonics, the high ones dying first. Peak one."""
    length = samples(seconds, rate=rate)
    ring_s = float(np.clip(520 / hz, 0.5, 3.0))
    partials = []
    for k in range(1, 25):
        # Stiffness stretches the high partials a little; that is what makes it sound like steel.
        stretched = hz * k * np.sqrt(1 + 0.00012 * k * k)
        partials.append(
            (
                stretched,
                abs(np.sin(np.pi * k / 5)) / k ** (2 - 0.6 * bright),
                ring_s / (1 + 0.28 * k),
            )
        )
    return rounded(
        levelled(ringing(partials, length, rate=rate)), rate=rate, attack_s=0.001, release_s=0.04
    )


def _guitar(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    total = np.zeros(samples(1.8, rate=rate))
    for step, hz in enumerate((82.41, 123.47, 164.81, 207.65, 246.94, 329.63)):
        add(total, plucked(hz * ratio, 1.6, rate=rate), at=int(step * 0.028 * rate), gain=0.9)
    return total


def _piano(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    total = np.zeros(samples(1.7, rate=rate))
    for at_s, hz in ((0.0, 261.63), (0.14, 329.63), (0.28, 392.0), (0.42, 523.25)):
        add(total, plucked(hz * ratio, 1.25, rate=rate, bright=0.55), at=int(at_s * rate))
    return total


def _violin(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(1.2, rate=rate)
    t = times(length, rate=rate)
    vibrato = 1 + 0.008 * np.sin(2 * np.pi * 5.8 * t) * np.minimum(1, t / 0.35)
    bowed = harmonics(
        glide((440, 440, 494, 587, 587), length) * ratio * vibrato, rate=rate, tilt=1.0, most=24
    )
    body = resonate(
        bowed,
        [Resonance(480, 200), Resonance(1100, 500, 0.7), Resonance(2700, 1200, 0.6)],
        rate=rate,
    )
    return levelled(body + 0.3 * bowed) * swell(length, peak=0.25, sharpness=0.5)


def _brass(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    total = np.zeros(samples(1.15, rate=rate))
    for at_s, seconds, hz in (
        (0, 0.15, 392),
        (0.17, 0.15, 392),
        (0.34, 0.15, 392),
        (0.51, 0.6, 523.25),
    ):
        length = samples(seconds, rate=rate)
        swelling = swell(length, peak=0.2, sharpness=0.5)
        # Brass grows brighter as it grows louder: two tilts cross-faded by the swell.
        dark = harmonics(np.full(length, hz * ratio), rate=rate, tilt=1.9, most=20)
        bright = harmonics(np.full(length, hz * ratio), rate=rate, tilt=0.9, most=20)
        add(total, swelling * (dark * (1 - swelling) + bright * swelling), at=int(at_s * rate))
    return total


def _flute(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    total = np.zeros(samples(1.4, rate=rate))
    for at_s, seconds, hz in ((0, 0.3, 587.3), (0.3, 0.3, 698.5), (0.6, 0.75, 880)):
        length = samples(seconds, rate=rate)
        wave = harmonics(
            np.full(length, hz * ratio)
            * (1 + 0.006 * np.sin(2 * np.pi * 5 * times(length, rate=rate))),
            rate=rate,
            tilt=2.3,
            most=6,
        )
        wave += 0.06 * band(noise(rng, length), hz, 4 * hz, rate=rate)
        add(total, wave * swell(length, peak=0.2, sharpness=0.5), at=int(at_s * rate))
    return total


def _robot(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    total = np.zeros(samples(0.95, rate=rate))
    for step in range(6):
        length = samples(0.11, rate=rate)
        hz = float(rng.choice((392, 523, 587, 784, 880, 1175))) * ratio
        beep = harmonics(
            glide((hz, hz * rng.choice((0.75, 1.0, 1.33))), length), rate=rate, tilt=1.2, most=15
        )
        add(
            total,
            rounded(beep, rate=rate, attack_s=0.004, release_s=0.02),
            at=int(step * 0.145 * rate),
        )
    return total


def _siren(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(2.0, rate=rate)
    return harmonics(
        ratio * glide((620, 1150, 620, 1150, 620), length), rate=rate, tilt=1.1, most=14
    )


def _phone(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(1.2, rate=rate)
    warble = np.sin(2 * np.pi * 12 * times(length, rate=rate)) > 0
    pitch = np.where(warble, 1180.0, 1480.0) * ratio
    return harmonics(lowpass(pitch, 120, rate=rate) + 1e-3, rate=rate, tilt=1.8, most=8)


def _clock(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    total = np.zeros(samples(1.6, rate=rate))
    for step in range(4):
        tick = ringing(
            [(2400 * ratio * (1, 0.8)[step % 2], 1, 0.03), (3900 * ratio, 0.7, 0.02)],
            samples(0.06, rate=rate),
            rate=rate,
        )
        add(total, tick, at=int(step * 0.4 * rate))
    return total


def _jet(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(1.9, rate=rate)
    roar = lowpass(coloured(rng, length, slope=-0.5, rate=rate), 2400 * ratio, rate=rate)
    turbine = harmonics(ratio * glide((900, 1300, 1050), length), rate=rate, tilt=1.4, most=6)
    return (levelled(roar) + 0.12 * turbine) * swell(length, peak=0.35)


def _motor(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(1.4, rate=rate)
    buzz = harmonics(ratio * glide((48, 95, 140, 90), length), rate=rate, tilt=0.7, most=40)
    return (
        levelled(lowpass(buzz, 1900, rate=rate))
        + 0.15 * levelled(coloured(rng, length, slope=-0.5, rate=rate))
    ) * swell(length, peak=0.3, sharpness=0.5)


def _saucer(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(1.5, rate=rate)
    wobble = 1 + 0.25 * np.sin(2 * np.pi * line((5, 9, 6), length) * times(length, rate=rate))
    return harmonics(480 * ratio * wobble, rate=rate, tilt=1.9, most=8) * swell(
        length, peak=0.3, sharpness=0.5
    )


def _camera(ratio: float, *, rate: int, rng: np.random.Generator) -> Wave:
    total = np.zeros(samples(0.2, rate=rate))
    for at_s in (0.0, 0.07):
        click = band(noise(rng, samples(0.03, rate=rate)), 1800 * ratio, 9000 * ratio, rate=rate)
        add(total, click * decay(len(click), 0.02, rate=rate), at=int(at_s * rate))
    return total


MACHINES: dict[str, Machine] = {
    "car": _car_horn, "car horn": _car_horn, "taxi": _car_horn, "horn": _car_horn,
    "truck": _fog_horn, "bus": _car_horn, "boat": _fog_horn, "ship": _fog_horn,
    "sailboat": _small_bell, "train": _train_whistle, "train whistle": _train_whistle,
    "whistle": _flute, "bell": _bell, "church": _bell, "bicycle": _small_bell, "drum": _drum,
    "drums": _drum, "guitar": _guitar, "piano": _piano, "violin": _violin, "cello": _violin,
    "trumpet": _brass, "saxophone": _brass, "flute": _flute, "robot": _robot, "siren": _siren,
    "police": _siren, "ambulance": _siren, "phone": _phone, "clock": _clock, "plane": _jet,
    "airplane": _jet, "jet": _jet, "rocket": _jet, "motorcycle": _motor, "motorbike": _motor,
    "tractor": _motor, "ufo": _saucer, "drone": _saucer, "camera": _camera, "helicopter": _motor,
}  # fmt: skip
