"""Sounds that last: weather, water, places, engines. Every bed is wide and never loops."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from generation.engines.diorama.sound.calls import CALLS
from generation.engines.diorama.sound.effects import bubble, thunder
from generation.engines.diorama.sound.spec import SoundBed, SoundEvent
from generation.engines.diorama.sound.throat import sing
from generation.engines.diorama.sound.waves import (
    Resonance,
    Wave,
    add,
    band,
    coloured,
    decay,
    drift,
    harmonics,
    highpass,
    line,
    lowpass,
    noise,
    resonate,
    ringing,
    samples,
    seeded,
    swell,
    times,
)

Stereo = npt.NDArray[np.float64]
Bed = Callable[..., Stereo]

# Deviation of a bed at level one, -18 dBFS: a blow at half strength stands clear of it.
FULL_DEVIATION = 0.12
# Panning laws assume a source; a bed stays partly everywhere.
WIDTH_RATIO = 0.8


def bed(wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    """Sound one bed for its span: float64 [2, n], faded at both ends, moved across the stage."""
    count = samples(wanted.end_s - wanted.start_s, rate=rate)
    wave = _bed_named(wanted.kind)(count, wanted, rate=rate, rng=rng)
    wave = wave * (FULL_DEVIATION / max(1e-9, float(wave.std())))
    fade = min(count // 2, samples(0.25, rate=rate))
    ramp = np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / max(1, fade))
    pan = WIDTH_RATIO * line((wanted.pan_from, wanted.pan_to), count)
    angle = (pan + 1) * (np.pi / 4)
    sides = np.sqrt(2) * np.stack([np.cos(angle), np.sin(angle)])
    level = float(np.clip(wanted.level, 0, 1)) ** 1.3
    faded: Stereo = wave * sides * (np.sin(ramp * np.pi / 2) ** 2 * level)
    return faded


def _bed_named(kind: str) -> Bed:
    if kind in BEDS:
        return BEDS[kind]
    # Any other word still has an air of its own, and the same one in every clip.
    return BEDS[str(seeded("bed", kind).choice(("wind", "room", "space", "city")))]


def _two(make: Callable[[], Wave]) -> Stereo:
    return np.stack([make(), make()])


def _drops(
    count: int, per_s: float, high: tuple[float, float], *, rate: int, rng: np.random.Generator
) -> Stereo:
    # Drops are random impulses; one filter behind them gives each its tick, whatever their number.
    hits = rng.random((2, count)) < per_s / rate
    weights = hits * np.minimum(2.5, rng.exponential(1.0, (2, count)))
    return np.stack([band(side, *high, rate=rate) for side in weights])


def _unit(wave: Stereo) -> Stereo:
    return wave / (float(wave.std()) + 1e-12)


def _rain(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    hiss = _unit(
        _two(lambda: band(coloured(rng, count, slope=-0.35, rate=rate), 500, 11000, rate=rate))
    )
    near = _unit(_drops(count, 250 + 500 * wanted.level, (1400, 6500), rate=rate, rng=rng))
    low = _unit(_two(lambda: band(noise(rng, count), 120, 600, rate=rate)))
    gusts = 0.75 + 0.5 * drift(rng, count, hz=0.4, rate=rate)
    return hiss * gusts + 0.45 * near + 0.25 * low


def _downpour(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    rain = _unit(_rain(count, wanted, rate=rate, rng=rng))
    return rain + 0.8 * _unit(_wind(count, wanted, rate=rate, rng=rng))


def _storm(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    storm = _downpour(count, wanted, rate=rate, rng=rng)
    at_s = float(rng.uniform(0.2, 1.2))
    while at_s < count / rate:
        strike = SoundEvent(at_s, "thunder", "sky", distance=float(rng.uniform(0.4, 0.95)))
        roll, side = thunder(strike, rate=rate, rng=rng), float(rng.uniform(0.3, 0.7))
        add(storm, np.stack([roll * (1 - side), roll * side]), at=int(at_s * rate), gain=9.0)
        at_s += float(rng.uniform(2.5, 6))
    return storm


def _wind(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    gust = 0.25 + 0.75 * drift(rng, count, hz=0.5, rate=rate)
    whistle = drift(rng, count, hz=0.35, rate=rate) ** 2

    def side() -> Wave:
        air = coloured(rng, count, slope=-0.6, rate=rate)
        body = band(air, 60, 500, rate=rate)
        howl = resonate(air, [Resonance(430, 60), Resonance(720, 80, 0.7)], rate=rate)
        return body * gust + (1.6 * howl + 0.5 * band(air, 900, 3500, rate=rate)) * whistle

    return _two(side)


def _sea(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    t = times(count, rate=rate) + float(rng.uniform(0, 5))

    def side(offset_s: float) -> Wave:
        # Waves rise slowly and break fast, one every five seconds or so.
        place = ((t + offset_s) / 5.2 + 0.12 * drift(rng, count, hz=0.3, rate=rate)) % 1.0
        rise: Wave = np.where(place < 0.6, place / 0.6, (1 - place) / 0.4) ** 2
        water = coloured(rng, count, slope=-0.5, rate=rate)
        foam = band(water, 1200, 9000, rate=rate)
        return lowpass(water, 700, rate=rate) * (0.35 + rise) + 1.4 * foam * rise**2

    return np.stack([side(0.0), side(0.25)])


def _river(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    flow = _unit(
        _two(lambda: band(coloured(rng, count, slope=-0.4, rate=rate), 350, 5000, rate=rate))
    )
    brook = np.zeros((2, count))
    for _ in range(int(26 * count / rate)):
        side = float(rng.random())
        drop = bubble(rng, rate=rate)
        add(
            brook,
            np.stack([drop * (1 - side), drop * side]),
            at=int(rng.integers(0, count)),
            gain=float(rng.uniform(0.3, 1)),
        )
    return 0.7 * flow * (0.8 + 0.4 * drift(rng, count, hz=1.5, rate=rate)) + 1.1 * _unit(brook)


def _crickets(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    t, total = times(count, rate=rate), np.zeros((2, count))
    for _ in range(5):
        hz, chirps = float(rng.uniform(3900, 5100)), float(rng.uniform(1.6, 2.6))
        place = (t * chirps + rng.random()) % 1.0
        pulses = np.where(place < 0.42, np.sin(np.pi * np.clip(place / 0.42 * 4, 0, 4)) ** 2, 0)
        side = float(rng.random())
        song = lowpass(pulses, 300, rate=rate) * np.sin(2 * np.pi * hz * t) * rng.uniform(0.3, 1)
        total += np.stack([song * (1 - side), song * side])
    night = _two(lambda: band(coloured(rng, count, slope=-0.5, rate=rate), 200, 2500, rate=rate))
    return _unit(total) + 0.15 * _unit(night)


def _birds(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    total, air = np.zeros((2, count)), coloured(rng, count, slope=-0.7, rate=rate)
    at_s = 0.05
    while at_s < count / rate:
        song = sing(CALLS["bird"], ratio=float(rng.uniform(0.6, 1.25)), rate=rate, rng=rng)
        side = float(rng.random())
        add(
            total,
            np.stack([song * (1 - side), song * side]),
            at=int(at_s * rate),
            gain=float(rng.uniform(0.15, 1)),
        )
        at_s += float(rng.uniform(0.25, 1.1))
    return _unit(total) + 0.3 * _unit(np.stack([air, np.roll(air, rate // 90)]))


def _city(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    hum = _unit(_two(lambda: lowpass(coloured(rng, count, slope=-0.8, rate=rate), 600, rate=rate)))
    total = hum * (0.8 + 0.4 * drift(rng, count, hz=0.5, rate=rate))
    at_s = 0.0
    while at_s < count / rate:
        length = samples(rng.uniform(1.6, 3.2), rate=rate)
        tyres = band(noise(rng, length), 350, 2600, rate=rate) * swell(
            length, peak=0.5, sharpness=1.5
        )
        go = line((0.1, 0.9) if rng.random() < 0.5 else (0.9, 0.1), length)
        add(
            total,
            np.stack([tyres * (1 - go), tyres * go]),
            at=int(at_s * rate),
            gain=float(rng.uniform(1.0, 2.2)),
        )
        at_s += float(rng.uniform(0.6, 2.0))
    return total


def _babble(count: int, voices: int, *, rate: int, rng: np.random.Generator) -> Stereo:
    total, t = np.zeros((2, count)), times(count, rate=rate)
    for _ in range(voices):
        base = float(rng.uniform(95, 240))
        pitch = base * (1 + 0.35 * (drift(rng, count, hz=1.5, rate=rate) - 0.5))
        # Syllables: about four a second, with pauses for breath.
        talk = np.maximum(0, drift(rng, count, hz=4, rate=rate) - 0.35) * (
            drift(rng, count, hz=0.5, rate=rate) > 0.3
        )
        source = harmonics(pitch, rate=rate, tilt=1.1, most=18) * lowpass(talk, 25, rate=rate)
        first, second = rng.uniform(350, 750), rng.uniform(950, 2100)
        voice = resonate(
            source, [Resonance(float(first), 110), Resonance(float(second), 160, 0.6)], rate=rate
        )
        side = float(rng.uniform(0.1, 0.9))
        total += np.stack([voice * (1 - side), voice * side]) * (1 + 0.1 * np.sin(t))
    return _unit(total)


def _crowd(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    roar = _unit(
        _two(lambda: band(coloured(rng, count, slope=-0.4, rate=rate), 300, 2800, rate=rate))
    )
    return _babble(count, 7, rate=rate, rng=rng) + 0.6 * roar * (
        0.7 + 0.6 * drift(rng, count, hz=0.6, rate=rate)
    )


def _cafe(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    total = _babble(count, 5, rate=rate, rng=rng) + 0.25 * _unit(
        _room(count, wanted, rate=rate, rng=rng)
    )
    at_s = float(rng.uniform(0.1, 0.6))
    while at_s < count / rate:
        hz, side = float(rng.uniform(2400, 5200)), float(rng.random())
        clink = ringing(
            [(hz, 1, 0.16), (hz * 1.51, 0.6, 0.12), (hz * 2.3, 0.3, 0.08)],
            samples(0.3, rate=rate),
            rate=rate,
        )
        add(
            total,
            np.stack([clink * (1 - side), clink * side]),
            at=int(at_s * rate),
            gain=float(rng.uniform(0.5, 1.8)),
        )
        at_s += float(rng.uniform(0.4, 1.5))
    return total


def _fire(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    roar = _unit(_two(lambda: lowpass(coloured(rng, count, slope=-0.7, rate=rate), 420, rate=rate)))
    crackle = _unit(_drops(count, 22, (700, 6000), rate=rate, rng=rng))
    snaps = _unit(_drops(count, 3, (400, 4000), rate=rate, rng=rng))
    return (
        0.7 * roar * (0.6 + 0.8 * drift(rng, count, hz=3, rate=rate)) + 0.45 * crackle + 0.4 * snaps
    )


def _engine(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    pan = line((wanted.pan_from, wanted.pan_to), count)
    # A car that crosses the stage comes near in the middle, and its pitch sinks there as it leaves.
    crossing = abs(wanted.pan_to - wanted.pan_from) > 0.4
    towards = -np.sign(wanted.pan_to - wanted.pan_from) * np.tanh(2 * pan) * crossing
    pitch = 62 * (1 + 0.07 * towards) * (1 + 0.03 * drift(rng, count, hz=2, rate=rate))
    near: Wave = 0.35 + 0.65 / (1 + 5 * pan**2 * crossing)
    firing = harmonics(pitch, rate=rate, tilt=0.8, most=40)
    throb = 1 + 0.3 * np.sin(np.pi * np.cumsum(pitch) / rate)
    motor = lowpass(firing * throb, 1500, rate=rate) + 0.3 * band(firing, 150, 420, rate=rate)
    tyres = _unit(_two(lambda: band(noise(rng, count), 400, 3200, rate=rate)))
    return (motor / (float(motor.std()) + 1e-9) + 0.3 * tyres) * near


def _underwater(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    deep = _unit(_two(lambda: lowpass(coloured(rng, count, slope=-0.9, rate=rate), 260, rate=rate)))
    total = deep * (0.7 + 0.6 * drift(rng, count, hz=0.7, rate=rate))
    at_s = float(rng.uniform(0, 0.3))
    while at_s < count / rate:
        side = float(rng.random())
        for step in range(int(rng.integers(4, 11))):
            drop = lowpass(bubble(rng, rate=rate), 1600, rate=rate)
            add(
                total,
                np.stack([drop * (1 - side), drop * side]),
                at=int((at_s + 0.05 * step) * rate),
                gain=1.6,
            )
        at_s += float(rng.uniform(0.7, 1.6))
    return total


def _space(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    total = np.zeros((2, count))
    for hz in (55.0, 82.5, 110.3, 164.6, 220.7):
        for side in (0, 1):
            wave = harmonics(
                np.full(count, hz * (1 + 0.002 * rng.standard_normal())), rate=rate, tilt=2, most=3
            )
            total[side] += wave * drift(rng, count, hz=0.4, rate=rate) * (55 / hz) ** 0.5
    shimmer = _two(
        lambda: (
            band(noise(rng, count), 2500, 5000, rate=rate)
            * drift(rng, count, hz=0.3, rate=rate) ** 3
        )
    )
    return _unit(total) + 0.10 * _unit(shimmer)


def _snow(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    hush = _two(lambda: lowpass(coloured(rng, count, slope=-0.5, rate=rate), 1100, rate=rate))
    flakes = _drops(count, 60, (3500, 9000), rate=rate, rng=rng)
    # Snow swallows sound: this bed is quieter than its level says, and that is how one knows it.
    return _unit(hush) * (0.6 + 0.5 * drift(rng, count, hz=0.3, rate=rate)) + 0.06 * _unit(flakes)


def _train(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    rumble = _unit(
        _two(lambda: lowpass(coloured(rng, count, slope=-0.8, rate=rate), 320, rate=rate))
    )
    total, beat_s = rumble, 0.62
    for step in range(int(count / rate / beat_s) + 1):
        # Four wheels over one rail joint: two pairs, da-dum da-dum.
        for offset_s, level in ((0, 1), (0.085, 0.8), (0.21, 0.9), (0.295, 0.7)):
            length = samples(0.09, rate=rate)
            clack = ringing(
                [(190, 1, 0.09), (640, 0.7, 0.06), (1480, 0.4, 0.04)], length, rate=rate
            )
            clack += (
                0.4
                * band(noise(rng, length), 600, 5000, rate=rate)
                * decay(length, 0.03, rate=rate)
            )
            add(
                total,
                np.stack([clack, clack]),
                at=int((step * beat_s + offset_s) * rate),
                gain=1.6 * level,
            )
    return total


def _helicopter(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    t = times(count, rate=rate)
    place = (t * 11.5) % 1.0
    chop = np.exp(-place * 9) + 0.15
    air = _two(lambda: band(coloured(rng, count, slope=-0.5, rate=rate), 50, 1400, rate=rate))
    whine = harmonics(np.full(count, 410.0), rate=rate, tilt=1.5, most=8)
    return _unit(air * chop) + 0.12 * whine


def _room(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    air = _unit(_two(lambda: lowpass(coloured(rng, count, slope=-0.7, rate=rate), 900, rate=rate)))
    return air + 0.1 * harmonics(np.full(count, 100.0), rate=rate, tilt=1.5, most=4)


def _forest(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    leaves = _two(
        lambda: (
            band(noise(rng, count), 1500, 8000, rate=rate)
            * drift(rng, count, hz=0.8, rate=rate) ** 2
        )
    )
    return _unit(_birds(count, wanted, rate=rate, rng=rng)) + 0.45 * _unit(leaves)


def _leaves(count: int, wanted: SoundBed, *, rate: int, rng: np.random.Generator) -> Stereo:
    return highpass(_wind(count, wanted, rate=rate, rng=rng), 400, rate=rate)


BEDS: dict[str, Bed] = {
    "rain": _rain, "storm": _storm, "downpour": _downpour, "wind": _wind, "sea": _sea,
    "waves": _sea, "ocean": _sea, "river": _river, "stream": _river, "crickets": _crickets,
    "night": _crickets, "birds": _birds, "forest": _forest, "leaves": _leaves, "city": _city,
    "street": _city, "crowd": _crowd, "stadium": _crowd, "fire": _fire, "lava": _fire,
    "engine": _engine, "underwater": _underwater, "space": _space, "cafe": _cafe, "snow": _snow,
    "train": _train, "helicopter": _helicopter, "room": _room,
}  # fmt: skip
