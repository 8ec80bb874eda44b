"""One model for every animal: a source that buzzes and hisses, and a body that resonates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from generation.engines.diorama.sound.waves import (
    Resonance,
    Wave,
    add,
    drift,
    glide,
    harmonics,
    levelled,
    line,
    lowpass,
    noise,
    resonate,
    rounded,
    samples,
    swell,
    times,
)


class Cry(NamedTuple):
    """One breath of a call.

    `pitch`: hertz, passed through evenly. `formants`: centres in hertz, passed through by
    cross-fade from `formants` to `formants_end` where that is given. `breath` 0..1 is the share of
    hiss; `rasp` 0..1 is how rough the voice is, `rasp_hz` how fast it rattles; `trill` is (hertz,
    depth) of a vibrato. `tilt` is the fall of the harmonics: 0.7 is a shout, 2 is a hoot. `peak` is
    where in its length it is loudest.
    """

    at_s: float
    seconds: float
    pitch: tuple[float, ...]
    formants: tuple[float, ...] = ()
    formants_end: tuple[float, ...] = ()
    breath: float = 0.05
    rasp: float = 0.0
    rasp_hz: float = 45.0
    trill: tuple[float, float] = (0.0, 0.0)
    tilt: float = 1.0
    peak: float = 0.12
    level: float = 1.0


def sing(cries: tuple[Cry, ...], *, ratio: float, rate: int, rng: np.random.Generator) -> Wave:
    """Sound the breaths of a call, all frequencies times `ratio` and all spans over its root.

    Mono, peak one. A bigger animal has a lower ratio and takes longer.
    """
    stretch = ratio**-0.35
    length = samples(max(cry.at_s + cry.seconds for cry in cries) * stretch + 0.02, rate=rate)
    total = np.zeros(length)
    for cry in cries:
        sound = _breath(cry, ratio, samples(cry.seconds * stretch, rate=rate), rate, rng)
        add(total, sound, at=int(cry.at_s * stretch * rate), gain=cry.level)
    return levelled(total)


def _breath(cry: Cry, ratio: float, length: int, rate: int, rng: np.random.Generator) -> Wave:
    shape = swell(length, peak=cry.peak, sharpness=0.6)
    source = (1 - cry.breath) * _buzz(cry, ratio, length, rate, rng)
    if cry.breath > 0:
        source = source + 0.6 * cry.breath * _air(cry, ratio, length, rate, rng)
    voiced = _shaped(source * shape, cry, ratio, rate)
    return rounded(levelled(voiced), rate=rate, attack_s=0.004, release_s=0.015)


def _air(cry: Cry, ratio: float, length: int, rate: int, rng: np.random.Generator) -> Wave:
    # Breath that has passed a throat has lost what lies far above its resonances.
    air = noise(rng, length)
    top = max((*cry.formants, *cry.formants_end), default=0.0)
    return lowpass(air, 1.3 * ratio * top, rate=rate) * 1.8 if top else air


def _buzz(cry: Cry, ratio: float, length: int, rate: int, rng: np.random.Generator) -> Wave:
    t = times(length, rate=rate)
    pitch = ratio * glide(cry.pitch, length)
    # No throat holds a pitch still: one per cent of wander keeps it from sounding like a machine.
    pitch *= 1 + 0.02 * (drift(rng, length, hz=9, rate=rate) - 0.5)
    if cry.trill[1]:
        pitch *= 1 + cry.trill[1] * np.sin(2 * np.pi * cry.trill[0] * t)
    if cry.rasp:
        pitch *= 1 + 0.25 * cry.rasp * (drift(rng, length, hz=2 * cry.rasp_hz, rate=rate) - 0.5)
    buzz = levelled(harmonics(pitch, rate=rate, tilt=cry.tilt))
    if cry.rasp:
        rattle = 0.5 + 0.5 * np.sin(
            2 * np.pi * cry.rasp_hz * t + 4 * drift(rng, length, hz=6, rate=rate)
        )
        buzz = buzz * (1 - cry.rasp * rattle)
    return buzz


def _shaped(source: Wave, cry: Cry, ratio: float, rate: int) -> Wave:
    if not cry.formants:
        return source
    start = resonate(source, _peaks(cry.formants, ratio), rate=rate)
    # Some of the bare source stays, or a pitch between two resonances would vanish.
    start = start + 0.12 * source
    if not cry.formants_end:
        return start
    end = resonate(source, _peaks(cry.formants_end, ratio), rate=rate) + 0.12 * source
    share = line((0.0, 0.6, 1.0), len(source))
    return start * (1 - share) + end * share


def _peaks(centres: tuple[float, ...], ratio: float) -> list[Resonance]:
    return [
        Resonance(ratio * hz, ratio * (60 + 0.11 * hz), 0.82**index)
        for index, hz in enumerate(centres)
    ]
