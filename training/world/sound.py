"""What scenes sound like: banks of short sounds placed at exact samples, voices, and beds."""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from generation.engines.pocket import vocabulary
from generation.engines.pocket.shapes import SAMPLE_RATE_HZ
from training.world.motion import KINDS, Motion, envelope
from training.world.scenes import SLOTS, Scenes, on_stage

# Longest short sound, in samples: 0.4 s rings out without reaching the next impact.
RING = 6400
BED_S = 8
# Samples between points of a voice's envelope: 8 ms, finer than any syllable.
ENVELOPE_STEP = 128

# Note of each subject, in hertz: large and heavy is low. Far enough apart to be told by ear.
_NOTES = {
    "ball": 196.0,
    "cube": 130.8,
    "balloon": 523.3,
    "dog": 220.0,
    "cat": 440.0,
    "rabbit": 587.3,
    "frog": 164.8,
    "duck": 349.2,
    "bird": 880.0,
    "fish": 698.5,
    "car": 98.0,
    "robot": 293.7,
}
# Brightness of the ground, 0 dull to 1 hard: how much click there is in an impact.
_HARDNESS = {"grass": 0.25, "stone": 1.0, "sand": 0.15, "snow": 0.1, "wood": 0.7}
_BEDS = ("none", "rain", "sea", "wind", "crickets", "city")


def play(scenes: Scenes, motion: Motion, *, samples: int) -> Tensor:
    """Mix the sound of every scene: float32 [B, samples] mono at 16 kHz, within -1..1.

    Impacts, steps and flaps start on the exact sample of their event, so the truth has no offset.
    """
    sound = _struck(scenes, motion, samples)
    sound += _voices(scenes, samples)
    sound += _engines(scenes, samples)
    sound += _beds(scenes, samples)
    return sound.tanh()


def bed_names(scenes: Scenes) -> list[str]:
    """Name the bed of each scene: what is heard when nothing happens."""
    return [_BEDS[i] for i in _bed_index(scenes).tolist()]


def _struck(scenes: Scenes, motion: Motion, samples: int) -> Tensor:
    """Sum of the short sounds of all events, by scatter-add."""
    bank = _bank(str(scenes.x.device))
    ground = _grounds(scenes.x.device)[scenes.column("place")]
    clip, slot, event = motion.events.isfinite().nonzero(as_tuple=True)
    subject = scenes.column("subject")[clip]
    pieces = bank[motion.kinds[clip], subject, ground[clip]]
    pieces = pieces * motion.strength[clip, slot, event, None] * 0.8
    start = (motion.events[clip, slot, event] * SAMPLE_RATE_HZ).long()
    room = samples + RING
    index = (clip * room + start)[:, None] + torch.arange(RING, device=start.device)
    mixed = torch.zeros(scenes.x.shape[0] * room, device=start.device)
    mixed.index_add_(0, index.reshape(-1), pieces.reshape(-1))
    return mixed.view(-1, room)[:, :samples]


@lru_cache(maxsize=2)
def _bank(device: str) -> Tensor:
    """Short sounds, float32 [kinds, subjects, grounds, RING]."""
    grounds = tuple(_HARDNESS.values())
    struck = [
        torch.stack([_one(kind, _NOTES[name], hardness) for hardness in grounds])
        for kind in KINDS
        for name in vocabulary.SUBJECTS
    ]
    shape = (len(KINDS), len(vocabulary.SUBJECTS), len(grounds), RING)
    return torch.stack(struck).reshape(shape).to(device)


def _one(kind: str, note: float, hardness: float) -> Tensor:
    # The last 40 ms fade, or the cut end would click like an impact of its own.
    fade = torch.linspace(RING / 640, 0, RING).clamp(max=1)
    return fade * _ringing(kind, note, hardness)


def _ringing(kind: str, note: float, hardness: float) -> Tensor:
    t = torch.arange(RING) / SAMPLE_RATE_HZ
    noise = torch.randn(RING, generator=torch.Generator().manual_seed(round(note)))
    attack = (t / 0.002).clamp(max=1)
    if kind == "flap":
        air = _smooth(noise, 9) * (-(t / 0.05)).exp() * (t / 0.02).clamp(max=1)
        return 1.4 * air
    if kind == "footstep":
        body = (2 * math.pi * note * 0.5 * t).sin() * (-(t / 0.025)).exp()
        grit = _smooth(noise, 1 + round(6 * (1 - hardness))) * (-(t / 0.03)).exp()
        return attack * (0.5 * body + (0.25 + 0.5 * hardness) * grit)
    # Three partials of a struck body; the ground decides how fast the upper ones die.
    partials = sum(
        level
        * (2 * math.pi * note * ratio * t).sin()
        * (-(t / (0.16 / ratio ** (1.5 - hardness)))).exp()
        for ratio, level in ((1.0, 0.7), (2.76, 0.3), (5.4, 0.18))
    )
    click = noise * (-(t / 0.004)).exp() * hardness * 0.5
    return attack * (torch.as_tensor(partials) + click)


def _voices(scenes: Scenes, samples: int) -> Tensor:
    """Singers: a band-limited buzz on the subject's note, loud as its mouth is open."""
    sings = scenes.column("action") == vocabulary.ACTIONS.index("sing")
    sound = torch.zeros(scenes.x.shape[0], samples, device=scenes.x.device)
    rows = sings.nonzero()[:, 0]
    if not rows.numel():
        return sound
    some = Scenes(*(part[rows] for part in scenes))
    coarse = torch.arange(0, samples, ENVELOPE_STEP, device=sound.device) / SAMPLE_RATE_HZ
    opening = envelope(some, coarse) * on_stage(some)[..., None]
    opening = torch.nn.functional.interpolate(opening, samples, mode="linear", align_corners=False)
    notes = torch.tensor([_NOTES[name] for name in vocabulary.SUBJECTS], device=sound.device)
    # Singers of a group are a third apart, so that a choir sounds like one.
    steps = torch.tensor([1.0, 1.26, 1.5], device=sound.device)[:SLOTS]
    pitch = notes[some.column("subject")][:, None] * steps
    t = torch.arange(samples, device=sound.device) / SAMPLE_RATE_HZ
    phase = 2 * math.pi * pitch[..., None] * t
    buzz = sum(level * (phase * k).sin() for k, level in ((1, 0.6), (2, 0.3), (3, 0.2), (5, 0.1)))
    sound[rows] = (torch.as_tensor(buzz) * opening * 0.4).sum(1)
    return sound


def _engines(scenes: Scenes, samples: int) -> Tensor:
    drives = (scenes.column("action") == vocabulary.ACTIONS.index("drive")).float()[:, None]
    t = torch.arange(samples, device=scenes.x.device) / SAMPLE_RATE_HZ
    pitch = (45.0 + 20.0 * scenes.pace[:, :1]) * t
    pulse = sum((2 * math.pi * pitch * k).sin() / k for k in (1, 2, 3, 4, 6))
    return drives * torch.as_tensor(pulse) * 0.16


def _beds(scenes: Scenes, samples: int) -> Tensor:
    loops = _loops(str(scenes.x.device))
    start = (scenes.variant * (loops.shape[1] - samples)).long()
    index = start[:, None] + torch.arange(samples, device=start.device)
    return loops[_bed_index(scenes)[:, None], index]


def _bed_index(scenes: Scenes) -> Tensor:
    """Rain drowns everything; else the place has its own bed, crickets only at night."""
    by_place = [
        {"beach": "sea", "street": "city", "desert": "wind", "snowfield": "wind"}.get(name, "none")
        for name in vocabulary.PLACES
    ]
    table = torch.tensor([_BEDS.index(name) for name in by_place], device=scenes.x.device)
    bed = table[scenes.column("place")]
    is_wild = torch.tensor([name in {"meadow", "forest"} for name in vocabulary.PLACES])
    is_night = scenes.column("time") == vocabulary.TIMES.index("night")
    chirps = is_wild.to(bed.device)[scenes.column("place")] & is_night
    bed = torch.where(chirps, _BEDS.index("crickets"), bed)
    rains = scenes.column("weather") == vocabulary.WEATHERS.index("rain")
    return torch.where(rains, _BEDS.index("rain"), bed)


@lru_cache(maxsize=2)
def _loops(device: str) -> Tensor:
    """Eight seconds of every bed, float32 [beds, 128000]; clips read from a random start."""
    length = BED_S * SAMPLE_RATE_HZ
    t = torch.arange(length) / SAMPLE_RATE_HZ
    noise = torch.randn(len(_BEDS), length, generator=torch.Generator().manual_seed(3))
    swell = 0.55 + 0.45 * (2 * math.pi * 0.4 * t).sin()
    gust = 0.6 + 0.4 * (2 * math.pi * 0.27 * t).sin() * (2 * math.pi * 0.11 * t).cos()
    chirp = ((t * 2.2).frac() < 0.3).float() * (0.5 + 0.5 * (2 * math.pi * 31 * t).sin())
    beds = {
        "none": torch.zeros(length),
        "rain": (noise[1] - _smooth(noise[1], 3)) * 0.07,
        "sea": _smooth(noise[2], 12) * swell * 0.45,
        "wind": _smooth(_smooth(noise[3], 40), 20) * gust * 1.1,
        "crickets": (2 * math.pi * 4400 * t).sin() * chirp * 0.035,
        "city": _smooth(_smooth(noise[5], 60), 30) * 0.9,
    }
    return torch.stack([beds[name] for name in _BEDS]).to(device)


def _grounds(device: torch.device) -> Tensor:
    names = list(_HARDNESS)
    return torch.tensor(
        [names.index(vocabulary.GROUND[place]) for place in vocabulary.PLACES], device=device
    )


def _smooth(signal: Tensor, width: int) -> Tensor:
    kernel = torch.ones(1, 1, width) / width
    padded = torch.nn.functional.pad(signal[None, None], ((width - 1) // 2, width // 2))
    return torch.nn.functional.conv1d(padded, kernel)[0, 0]
