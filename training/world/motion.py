"""How actors move, in closed form, and the instants at which they can be heard."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from generation.engines.pocket import vocabulary
from training.world.scenes import Scenes, on_stage

# Everyday pull in picture heights per second squared: a ball dropped from half the picture's
# height lands after 0.67 s, which leaves three or four impacts in a three-second clip.
PULL = 2.2
EVENTS = 16
NEVER = float("inf")
KINDS = ("impact", "footstep", "flap")
SQUASH_S = 0.09
SYLLABLE_S = 0.42


class Motion(NamedTuple):
    """Paths and events of a batch of scenes.

    `x`, `y` float32 [B, 3, T]: base of the actor, in short sides of the picture, y up from the
    ground. `angle` in radians, `squash` 0..1, `stride` in walk cycles, `mouth` 0..1, same shape.
    `events` float32 [B, 3, 16] in seconds, inf where there is none; `strength` likewise, 0..1;
    `kinds` int64 [B] says what the events of a scene are. `pull` float32 [B].
    """

    x: Tensor
    y: Tensor
    angle: Tensor
    squash: Tensor
    stride: Tensor
    mouth: Tensor
    events: Tensor
    strength: Tensor
    kinds: Tensor
    pull: Tensor


class _Path(NamedTuple):
    x: Tensor
    y: Tensor
    angle: Tensor
    stride: Tensor
    mouth: Tensor
    events: Tensor
    strength: Tensor


def move(scenes: Scenes, *, frames: int, fps: int) -> Motion:
    """Return the motion of every actor at the instant of each frame, time 0 at the first."""
    device = scenes.x.device
    moments = torch.arange(frames, device=device, dtype=torch.float32) / fps
    gravity = torch.tensor([vocabulary.GRAVITY[name] for name in vocabulary.PLACES], device=device)
    pull = PULL * gravity[scenes.column("place")]
    paths = {name: rule(scenes, moments, pull) for name, rule in _RULES.items()}
    chosen = _choose(scenes.column("action"), [paths[name] for name in vocabulary.ACTIONS])
    is_heard = on_stage(scenes)[..., None] & (chosen.events < frames / fps) & (chosen.events >= 0)
    events = torch.where(is_heard, chosen.events, NEVER)
    return Motion(
        x=chosen.x,
        y=chosen.y,
        angle=chosen.angle,
        squash=_squash(events, chosen.strength, moments),
        stride=chosen.stride,
        mouth=chosen.mouth,
        events=events,
        strength=chosen.strength,
        kinds=_kinds(scenes),
        pull=pull,
    )


def _bounce(scenes: Scenes, moments: Tensor, pull: Tensor) -> _Path:
    drop = 0.34 + 0.2 * scenes.rise
    keeps = 0.7 + 0.14 * scenes.pace
    fall_s = (2 * drop / pull[:, None]).sqrt()
    head_start = 0.6 * scenes.phase * fall_s
    order = torch.arange(EVENTS, device=moments.device, dtype=torch.float32)
    # Flights shrink geometrically: impact n is at fall * (1 + 2 * (e + e^2 + ... + e^n)).
    flights = (keeps[..., None] ** order).cumsum(-1) - 1
    impacts = fall_s[..., None] * (1 + 2 * flights) - head_start[..., None]
    y, speed = _ballistic(impacts, fall_s * pull[:, None], keeps, Flight(moments, pull, drop))
    drift = scenes.facing * 0.05 * scenes.pace
    still = torch.zeros_like(y)
    strength = (speed / 1.4).clamp(0.05, 1.0)
    # Below this speed a bounce is neither seen nor heard.
    impacts = torch.where(speed > 0.25, impacts, NEVER)
    x = scenes.x[..., None] + drift[..., None] * (moments - 1.5)
    return _Path(x, y, -0.9 * x, still, still, impacts, strength)


class Flight(NamedTuple):
    """What a bounce starts from: moments [T], pull [B], height of the drop [B, 3]."""

    moments: Tensor
    pull: Tensor
    drop: Tensor


def _ballistic(
    impacts: Tensor, landing: Tensor, keeps: Tensor, flight: Flight
) -> tuple[Tensor, Tensor]:
    """Height [B, 3, T] between impacts, and the landing speed [B, 3, 16] of each impact."""
    moments, pull, drop = flight
    b, k, _ = impacts.shape
    grid = moments.expand(b, k, -1).contiguous()
    # Before the first impact the flight is a fall from rest; index -1 stands for it.
    index = torch.searchsorted(impacts.contiguous(), grid, right=True) - 1
    since = grid - impacts.gather(-1, index.clamp(min=0))
    order = torch.arange(impacts.shape[-1], device=impacts.device, dtype=torch.float32)
    speed = landing[..., None] * keeps[..., None] ** order
    launch = speed.gather(-1, index.clamp(min=0)) * keeps[..., None]
    g = pull[:, None, None]
    risen = launch * since - 0.5 * g * since.square()
    fall_s = landing / pull[:, None]
    fallen = drop[..., None] - 0.5 * g * (grid - impacts[..., :1] + fall_s[..., None]).square()
    return torch.where(index < 0, fallen, risen).clamp(min=0.0), speed


def _jump(scenes: Scenes, moments: Tensor, pull: Tensor) -> _Path:
    apex = 0.16 + 0.14 * scenes.rise
    speed = (2 * pull[:, None] * apex).sqrt()
    air_s = 2 * speed / pull[:, None]
    period = air_s + 0.3 + 0.25 * scenes.pace
    began = -scenes.phase * period
    since = (moments - began[..., None]).remainder(period[..., None])
    in_air = since < air_s[..., None]
    y = speed[..., None] * since - 0.5 * pull[:, None, None] * since.square()
    order = torch.arange(EVENTS, device=moments.device, dtype=torch.float32)
    landings = (began + air_s)[..., None] + order * period[..., None]
    still = torch.zeros_like(y)
    strength = (speed / 1.4).clamp(0.05, 1.0)[..., None].expand_as(landings)
    x = scenes.x[..., None] + still
    return _Path(
        x, torch.where(in_air, y, still).clamp(min=0), still, still, still, landings, strength
    )


def _gait(
    scenes: Scenes, moments: Tensor, *, speed: float, steps_hz: float, bob: float, loudness: float
) -> _Path:
    rate = steps_hz * (0.85 + 0.3 * scenes.pace)
    steps = rate[..., None] * moments + scenes.phase[..., None]
    y = bob * (torch.pi * steps).sin().abs()
    order = torch.arange(EVENTS, device=moments.device, dtype=torch.float32)
    events = (1.0 + order - scenes.phase[..., None]) / rate[..., None]
    x = scenes.x[..., None] * 0.8 + (scenes.facing * speed)[..., None] * (moments - 1.5)
    still = torch.zeros_like(y)
    strength = torch.full_like(events, loudness)
    return _Path(x, y, still, steps / 2, still, events, strength)


def _walk(scenes: Scenes, moments: Tensor, pull: Tensor) -> _Path:
    del pull
    return _gait(scenes, moments, speed=0.12, steps_hz=2.0, bob=0.012, loudness=0.35)


def _run(scenes: Scenes, moments: Tensor, pull: Tensor) -> _Path:
    del pull
    return _gait(scenes, moments, speed=0.26, steps_hz=4.0, bob=0.035, loudness=0.55)


def _fly(scenes: Scenes, moments: Tensor, pull: Tensor) -> _Path:
    del pull
    path = _gait(scenes, moments, speed=0.16, steps_hz=3.0, bob=0.0, loudness=0.3)
    sway = (2 * torch.pi * (0.5 * moments + scenes.phase[..., None])).sin()
    return path._replace(y=0.24 + 0.18 * scenes.rise[..., None] + 0.04 * sway)


def _drive(scenes: Scenes, moments: Tensor, pull: Tensor) -> _Path:
    del pull
    path = _gait(scenes, moments, speed=0.22, steps_hz=6.0, bob=0.004, loudness=0.0)
    return path._replace(events=torch.full_like(path.events, NEVER))


def _still(scenes: Scenes, moments: Tensor, pull: Tensor) -> _Path:
    del pull
    nothing = torch.zeros(*scenes.x.shape, moments.shape[0], device=moments.device)
    events = torch.full((*scenes.x.shape, EVENTS), NEVER, device=moments.device)
    x = scenes.x[..., None] + nothing
    return _Path(x, nothing, nothing, nothing, nothing, events, torch.zeros_like(events))


def _spin(scenes: Scenes, moments: Tensor, pull: Tensor) -> _Path:
    turns = (0.4 + 0.5 * scenes.pace)[..., None] * moments + scenes.phase[..., None]
    angle = 2 * torch.pi * turns * -scenes.facing[..., None]
    path = _still(scenes, moments, pull)
    return path._replace(angle=angle, y=path.y + 0.05)


def _sing(scenes: Scenes, moments: Tensor, pull: Tensor) -> _Path:
    opening = envelope(scenes, moments)
    path = _still(scenes, moments, pull)
    return path._replace(mouth=opening, y=0.01 * opening)


def envelope(scenes: Scenes, moments: Tensor) -> Tensor:
    """Loudness of every actor's voice at `moments`, float32 [B, 3, len(moments)] in 0..1.

    Syllables of 0.34 to 0.5 s with a raised-cosine rise and fall; each is loud, soft or silent by a
    hash of its number, so that no two actors open their mouths alike.
    """
    length = SYLLABLE_S * (0.8 + 0.4 * scenes.pace)[..., None]
    position = moments / length + 7 * scenes.phase[..., None]
    number, within = position.floor(), position.frac()
    noise = ((number * 12.9898 + scenes.rise[..., None] * 78.233).sin() * 43758.5453).frac().abs()
    loudness = torch.where(noise < 0.25, torch.zeros_like(noise), 0.4 + 0.6 * noise)
    shape = 0.5 - 0.5 * (2 * torch.pi * (within / 0.8).clamp(max=1.0)).cos()
    return loudness * shape


_RULES = {
    "bounce": _bounce,
    "jump": _jump,
    "walk": _walk,
    "run": _run,
    "fly": _fly,
    "drive": _drive,
    "spin": _spin,
    "sing": _sing,
    "idle": _still,
}


def _choose(actions: Tensor, paths: list[_Path]) -> _Path:
    rows = torch.arange(actions.shape[0], device=actions.device)
    return _Path(*(torch.stack(parts)[actions, rows] for parts in zip(*paths, strict=True)))


def _kinds(scenes: Scenes) -> Tensor:
    by_action = [{"walk": 1, "run": 1, "fly": 2}.get(action, 0) for action in vocabulary.ACTIONS]
    return torch.tensor(by_action, device=scenes.x.device)[scenes.column("action")]


def _squash(events: Tensor, strength: Tensor, moments: Tensor) -> Tensor:
    since = moments[:, None] - events[..., None, :]
    recent = torch.where(
        since >= 0, (-since.clamp(min=0) / SQUASH_S).exp() * strength[..., None, :], 0
    )
    return recent.amax(-1)
