"""Short sounds that are neither blows nor voices: water, wings, air, sparks, thunder."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from generation.engines.diorama.sound.impacts import footstep, loudness, pitch_ratio, strike
from generation.engines.diorama.sound.spec import SoundEvent
from generation.engines.diorama.sound.waves import (
    Wave,
    add,
    band,
    coloured,
    decay,
    glide,
    harmonics,
    highpass,
    levelled,
    line,
    lowpass,
    noise,
    ringing,
    rounded,
    samples,
    swell,
    times,
)

Effect = Callable[..., Wave]


def effect(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    """Sound one event that is not a call; an unknown kind is a blow, so that nothing stays mute."""
    if event.kind in {"impact", "footstep"}:
        return (footstep if event.kind == "footstep" else strike)(event, rate=rate, rng=rng)
    if event.kind not in EFFECTS:
        return strike(event, rate=rate, rng=rng)
    wave = EFFECTS[event.kind](event, rate=rate, rng=rng)
    return rounded(levelled(wave, loudness(event)), rate=rate, attack_s=0.0005, release_s=0.02)


def _splash(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(0.5 + 0.7 * event.strength, rate=rate)
    slap = band(noise(rng, length), 300 * pitch_ratio(event.size), 7000, rate=rate) * decay(
        length, 0.12, rate=rate
    )
    spray = highpass(noise(rng, length), 2500, rate=rate) * swell(length, peak=0.12, sharpness=1.5)
    total = levelled(slap) + 0.35 * levelled(spray)
    for _ in range(int(6 + 18 * event.strength)):
        add(
            total,
            bubble(rng, rate=rate),
            at=int(rng.uniform(0.02, 0.6) * length),
            gain=float(rng.uniform(0.05, 0.25)),
        )
    return total


def bubble(rng: np.random.Generator, *, rate: int) -> Wave:
    """Sound one closing bubble: a sine that rises as the bubble nears the surface.

    Source: Minnaert, "On musical air-bubbles and the sounds of running water", 1933.
    """
    hz = float(rng.uniform(450, 1900))
    length = samples(rng.uniform(0.02, 0.07), rate=rate)
    pitch = glide((hz, hz * rng.uniform(1.1, 1.6)), length)
    return rounded(harmonics(pitch, rate=rate, most=1), rate=rate) * decay(length, 0.06, rate=rate)


def _flap(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(0.09 + 0.10 * event.size, rate=rate)
    air = band(
        noise(rng, length), 120 * pitch_ratio(event.size), 1500 * pitch_ratio(event.size), rate=rate
    )
    feathers = 0.3 * highpass(noise(rng, length), 3000, rate=rate) * decay(length, 0.05, rate=rate)
    return levelled(air * swell(length, peak=0.1)) + levelled(feathers, 0.2)


def _whoosh(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(0.25 + 0.45 * event.size, rate=rate)
    source, base = noise(rng, length), 500 * pitch_ratio(event.size)
    # Three fixed bands cross-faded: a moving filter without the cost of one.
    rising = swell(length, peak=0.35)
    low = band(source, base * 0.4, base, rate=rate)
    high = band(source, base, base * (3 + 3 * event.strength), rate=rate)
    return rising * (low * (1.2 - rising) + high * rising)


def _pop(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(0.11, rate=rate)
    base = 420 * pitch_ratio(event.size)
    body = harmonics(glide((base, 2.4 * base), length), rate=rate, tilt=2.5, most=3) * decay(
        length, 0.09, rate=rate
    )
    return body + 0.5 * band(noise(rng, length), 1000, 8000, rate=rate) * decay(
        length, 0.012, rate=rate
    )


def _chime(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(1.5, rate=rate)
    base = 880 * pitch_ratio(event.size) * 2 ** (int(rng.integers(0, 5)) * 2 / 12)
    ratios = (1.0, 2.0, 2.76, 5.4, 8.93)
    return ringing(
        [(base * r, 1 / (1 + k) ** 1.2, 1.4 / r**0.5) for k, r in enumerate(ratios)],
        length,
        rate=rate,
    )


def _sparkle(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    total = np.zeros(samples(1.2, rate=rate))
    for step in range(9):
        hz = 1200 * pitch_ratio(event.size) * 2 ** (int(rng.choice((0, 2, 4, 7, 9, 12, 14))) / 12)
        note = ringing([(hz, 1.0, 0.4), (2.76 * hz, 0.3, 0.2)], samples(0.45, rate=rate), rate=rate)
        add(total, note, at=int(step * 0.065 * rate), gain=1 - 0.07 * step)
    return total


def _spray(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(0.35 + 0.4 * event.strength, rate=rate)
    mist = band(noise(rng, length), 1800 * pitch_ratio(event.size), 11000, rate=rate)
    return mist * swell(length, peak=0.1) * (0.7 + 0.3 * rng.random(length))


def thunder(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    """Sound a crack, nearer ones sharper, and a roll that breaks up as it leaves."""
    length = samples(3.2, rate=rate)
    roll = lowpass(coloured(rng, length, slope=-0.8, rate=rate), 220, rate=rate)
    knots = rng.random(14) * np.linspace(1, 0.3, 14)
    rumble = levelled(roll * (0.25 + line(knots, length)) * decay(length, 3.4, rate=rate))
    near = 1 - float(np.clip(event.distance, 0, 1))
    crack = band(noise(rng, length), 400, 2500 + 6000 * near, rate=rate) * decay(
        length, 0.30, rate=rate
    )
    return rumble * np.minimum(1, times(length, rate=rate) / 0.03 + 0.3) + levelled(
        crack, 0.25 + 0.5 * near
    )


def _boom(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(1.6, rate=rate)
    base = 52 * pitch_ratio(event.size) ** 0.5
    thump = harmonics(
        glide((2.2 * base, base, 0.8 * base), length), rate=rate, tilt=2, most=3
    ) * decay(length, 0.9, rate=rate)
    blast = lowpass(coloured(rng, length, slope=-0.5, rate=rate), 1800, rate=rate) * decay(
        length, 0.8, rate=rate
    )
    crack = highpass(noise(rng, length), 1500, rate=rate) * decay(length, 0.05, rate=rate)
    return levelled(thump) + 0.8 * levelled(blast) + 0.35 * levelled(crack)


def _boing(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(0.5, rate=rate)
    wobble = 1 + 0.22 * np.sin(2 * np.pi * 11 * times(length, rate=rate)) * decay(
        length, 0.6, rate=rate
    )
    base = 170 * pitch_ratio(event.size)
    return harmonics(
        glide((base, 1.9 * base), length) * wobble, rate=rate, tilt=1.8, most=9
    ) * decay(length, 0.55, rate=rate)


def _clap(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    total = np.zeros(samples(0.16, rate=rate))
    for delay_s in (0.0, 0.009, 0.019):
        slap = band(noise(rng, len(total)), 700, 5000, rate=rate) * decay(
            len(total), 0.06, rate=rate
        )
        add(total, slap, at=int(delay_s * rate))
    return total


def _crunch(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    total = np.zeros(samples(0.3, rate=rate))
    for k in range(24):
        grain = band(noise(rng, samples(0.02, rate=rate)), 900, 9000, rate=rate)
        grain *= decay(len(grain), 0.012, rate=rate)
        add(
            total,
            grain,
            at=0 if k == 0 else int(rng.uniform(0, 0.22) * rate),
            gain=float(rng.uniform(0.2, 1)),
        )
    return total


def _squeak(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(0.18, rate=rate)
    base = 900 * pitch_ratio(event.size)
    return harmonics(
        glide((base, 1.7 * base, 1.2 * base), length), rate=rate, tilt=1.4, most=8
    ) * swell(length, peak=0.15)


def _zap(event: SoundEvent, *, rate: int, rng: np.random.Generator) -> Wave:
    length = samples(0.3, rate=rate)
    base = 2600 * pitch_ratio(event.size)
    return harmonics(glide((base, base / 12), length), rate=rate, tilt=1.0, most=12) * decay(
        length, 0.35, rate=rate
    )


EFFECTS: dict[str, Effect] = {
    "splash": _splash, "flap": _flap, "whoosh": _whoosh, "pop": _pop, "chime": _chime,
    "spray": _spray, "thunder": thunder, "sparkle": _sparkle, "boom": _boom, "boing": _boing,
    "clap": _clap, "crunch": _crunch, "squeak": _squeak, "zap": _zap,
}  # fmt: skip
