"""How each action moves its actor: one function each, all frames at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np

from generation.engines.diorama.measures import aspect
from generation.engines.diorama.scene import Actor, Floats, Scene, Track
from generation.engines.diorama.vocabulary.actions import ACTIONS
from generation.engines.diorama.vocabulary.places import PLACES
from generation.engines.diorama.vocabulary.subjects import SUBJECTS

# How fast things travel, in their own heights per second.
_PACES = {
    "walk": 0.75,
    "run": 1.9,
    "chase": 1.9,
    "fly": 1.2,
    "swim": 0.8,
    "drive": 1.5,
    "sail": 0.45,
    "slide": 1.1,
}


# Length of one full gait cycle in heights: feet then stay where they are put.
_STRIDES = {"walk": 0.62, "run": 1.15, "chase": 1.15}


_TURN_S = 0.22


Mover = Callable[[Scene, Actor, Floats], Track]


def _still(clock: Floats, actor: Actor) -> Track:
    zero = np.zeros_like(clock)
    return Track(
        x=zero + actor.x,
        y=zero + actor.lift,
        angle=zero,
        turn=zero + actor.facing,
        squash=zero + 1.0,
        stride=zero,
        speed=zero,
        air=zero,
    )


def change(track: Track, **columns: Floats) -> Track:
    """Return `track` with some of its columns replaced."""
    names = ("x", "y", "angle", "turn", "squash", "stride", "speed", "air")
    return Track(**{name: columns.get(name, getattr(track, name)) for name in names})


def stand(_scene: Scene, actor: Actor, clock: Floats) -> Track:
    """Breathe in place."""
    breath = 1 + 0.012 * np.sin(clock * 2.1 + actor.phase) * SUBJECTS[actor.subject].is_alive
    return change(_still(clock, actor), squash=breath)


def _travel(scene: Scene, actor: Actor, clock: Floats) -> Track:
    """Go one way; where the world does not scroll, turn before the edge of the picture."""
    pace = _pace(scene, actor)
    if scene.scrolls:
        sway = 0.05 * np.sin(clock * 0.9 + actor.phase)
        x, turn = actor.x + sway, np.full_like(clock, float(actor.facing))
        gone = pace * clock
    else:
        x, turn, gone = _patrol(scene, actor, clock, pace)
    stride = math.tau * gone / max(_STRIDES.get(actor.action, 1.0) * actor.height, 1e-6)
    track = change(
        _still(clock, actor),
        x=x,
        turn=turn,
        stride=stride + actor.phase,
        speed=np.full_like(clock, pace),
    )
    adorn = _ADORNED.get(actor.action)
    return track if adorn is None else adorn(actor, clock, track)


def _pace(scene: Scene, actor: Actor) -> float:
    """Units a second. A chase goes at the pace of the chased, so that nobody is ever caught."""
    if actor.action == "chase" and actor.relation == "target" and actor.target is not None:
        chased = scene.actors[actor.target]
        if chased.action != "chase" and ACTIONS[chased.action].travels:
            return _pace(scene, chased)
    return _PACES.get(actor.action, 1.0) * actor.height


def _patrol(
    scene: Scene, actor: Actor, clock: Floats, pace: float
) -> tuple[Floats, Floats, Floats]:
    """Walk between two edges: a triangle wave whose corners are eased turns."""
    reach = max(0.12, scene.half_width * 0.94 - actor.height * aspect(actor.subject) * 0.42)
    start = float(np.clip(actor.x * actor.facing, -reach, reach))
    period = 4 * reach
    gone = start + reach + pace * clock
    wave = np.abs(np.mod(gone, period) - 2 * reach)
    x = actor.facing * (reach - wave)
    heading = np.where(np.mod(gone, period) < 2 * reach, 1.0, -1.0)
    edge = np.minimum(wave, 2 * reach - wave) / max(pace * _TURN_S, 1e-6)
    near_turn = np.where(gone > pace * _TURN_S, np.clip(edge, 0, 1), 1.0)
    turn = actor.facing * heading * (0.06 + 0.94 * np.sin(near_turn * math.pi / 2))
    return x, turn, pace * clock


def _run_bob(actor: Actor, _clock: Floats, track: Track) -> Track:
    bob = np.abs(np.sin(track.stride)) * actor.height * 0.07
    return change(
        track, y=track.y + bob, angle=0.04 * np.sin(track.stride * 2) * np.sign(track.turn)
    )


def _walk_bob(actor: Actor, _clock: Floats, track: Track) -> Track:
    lift = np.abs(np.sin(track.stride)) * actor.height * 0.018
    return change(track, y=track.y + lift)


def _fly_bob(actor: Actor, clock: Floats, track: Track) -> Track:
    wave = np.sin(clock * 1.7 + actor.phase)
    bank = -0.1 * np.cos(clock * 1.7 + actor.phase) * np.sign(track.turn)
    wings = clock * math.tau * _wing_rate(actor)
    return change(
        track, y=track.y + 0.07 * wave, angle=-bank, stride=wings, air=np.ones_like(clock)
    )


def _wing_rate(actor: Actor) -> float:
    """Wing beats a second: the smaller, the faster."""
    kind = SUBJECTS[actor.subject].kind
    return {"bug": 7.0 if actor.subject != "butterfly" else 2.6, "bird": 2.4}.get(kind, 1.3)


def _swim_bob(actor: Actor, clock: Floats, track: Track) -> Track:
    wave = 0.05 * np.sin(clock * 1.3 + actor.phase)
    return change(
        track,
        y=track.y + wave,
        angle=0.07 * np.cos(clock * 1.3 + actor.phase) * np.sign(track.turn),
        stride=clock * math.tau * 1.2 + actor.phase,
        air=np.ones_like(clock),
    )


def _drive_bob(actor: Actor, clock: Floats, track: Track) -> Track:
    hum = 1 + 0.008 * np.sin(clock * 31 + actor.phase) + 0.01 * np.sin(clock * 5.3)
    return change(track, squash=hum, stride=track.stride)


def _sail_bob(actor: Actor, clock: Floats, track: Track) -> Track:
    return change(
        track,
        y=track.y + 0.02 * np.sin(clock * 1.6 + actor.phase),
        angle=0.05 * np.sin(clock * 1.1 + actor.phase),
    )


_ADORNED: Mapping[str, Callable[[Actor, Floats, Track], Track]] = {
    "walk": _walk_bob,
    "run": _run_bob,
    "chase": _run_bob,
    "fly": _fly_bob,
    "swim": _swim_bob,
    "drive": _drive_bob,
    "sail": _sail_bob,
}


def _jump(scene: Scene, actor: Actor, clock: Floats) -> Track:
    """Hop with a crouch before and a squash after; the flight itself is a free parabola."""
    gravity = max(scene.gravity, 0.6)
    height = 0.62 * actor.height + 0.08
    flight = 2 * math.sqrt(2 * height / gravity)
    rest = 0.34
    period = flight + rest
    inside = np.mod(clock + (actor.phase / math.tau) * period, period)
    t = inside - rest
    in_air = t > 0
    speed = math.sqrt(2 * gravity * height)
    y = np.where(in_air, speed * t - gravity * t * t / 2, 0.0)
    crouch = np.where(in_air, 0.0, np.sin(math.pi * np.clip(inside / rest, 0, 1)))
    stretch = np.where(in_air, 0.12 * np.abs(speed - gravity * t) / speed, 0.0)
    return change(
        _still(clock, actor),
        y=actor.lift + np.maximum(y, 0.0),
        squash=1 - 0.16 * crouch + stretch,
        air=in_air.astype(np.float64),
        stride=clock * 4,
    )


def _float(scene: Scene, actor: Actor, clock: Floats) -> Track:
    on_water = PLACES[scene.brief.place or "meadow"].ground == "water"
    sway = 0.02 if on_water else 0.06
    drift = 0.09 * np.sin(clock * 0.5 + actor.phase) - 0.09 * math.sin(actor.phase)
    return change(
        _still(clock, actor),
        x=actor.x + drift,
        y=actor.lift + sway * np.sin(clock * 1.4 + actor.phase),
        angle=(0.05 if on_water else 0.1) * np.sin(clock * 1.1 + actor.phase),
        stride=clock * 2.4 + actor.phase,
        air=np.full_like(clock, 0.0 if on_water else 1.0),
    )


def _spin(_scene: Scene, actor: Actor, clock: Floats) -> Track:
    """Turn on the spot: round things roll about their middle, puppets turn about their string."""
    if SUBJECTS[actor.subject].kind in {"thing", "vehicle"}:
        return change(_still(clock, actor), angle=-clock * 2.6)
    return change(_still(clock, actor), turn=np.cos(clock * 4.2), stride=clock * 6)


def _dance(_scene: Scene, actor: Actor, clock: Floats) -> Track:
    beat = clock * math.tau * 1.0 + actor.phase
    return change(
        _still(clock, actor),
        x=actor.x + 0.045 * np.sin(beat / 2),
        y=actor.lift + 0.05 * actor.height * np.abs(np.sin(beat)),
        angle=0.11 * np.sin(beat / 2 + 0.6),
        squash=1 + 0.06 * np.cos(2 * beat),
        stride=beat,
    )


def _launch(scene: Scene, actor: Actor, clock: Floats) -> Track:
    """Shake, then rise ever faster: out of the picture at the end, never before."""
    wait = 0.9
    t = np.clip(clock - wait, 0, None)
    reach = 0.55 if scene.gravity == 0 else 1.25
    climb = reach / max(scene.composed_frames / scene.fps - wait, 0.5) ** 2
    rumble = np.where((clock >= 0) & (clock < wait + 0.4), 0.006 * np.sin(clock * 70), 0.0)
    return change(
        _still(clock, actor),
        x=actor.x + rumble,
        y=actor.lift + climb * t * t,
        stride=clock * 9,
        air=(t > 0).astype(np.float64),
    )


def _sway(_scene: Scene, actor: Actor, clock: Floats) -> Track:
    return change(
        _still(clock, actor), angle=0.05 * np.sin(clock * 1.5 + actor.phase), stride=clock
    )


def _shake(_scene: Scene, actor: Actor, clock: Floats) -> Track:
    swing = np.sin(clock * math.tau * 2.2) * np.exp(-np.mod(clock, 1.6) * 1.6)
    return change(_still(clock, actor), angle=0.22 * swing, stride=clock * 8)


def _sleep(_scene: Scene, actor: Actor, clock: Floats) -> Track:
    """Breathe slowly; those who walk upright lie down for it."""
    breath = 1 + 0.03 * np.sin(clock * 1.5 + actor.phase)
    track = change(_still(clock, actor), squash=breath)
    if SUBJECTS[actor.subject].kind != "person" or actor.subject in {"ghost", "snowman"}:
        return track
    lying = np.full_like(clock, actor.facing * math.pi / 2)
    return change(track, angle=lying, y=track.y - 0.4 * actor.height)


def _busy(_scene: Scene, actor: Actor, clock: Floats) -> Track:
    """Stand and do something with the head or the hands: `stride` keeps its time."""
    base = _still(clock, actor)
    return change(base, squash=1 + 0.02 * np.sin(clock * 4 + actor.phase), stride=clock * math.tau)


def _kick(scene: Scene, actor: Actor, clock: Floats) -> Track:
    """Run up to the ball, kick at 0.9 s, stand and watch."""
    run = np.clip(clock / 0.9, 0, 1)
    away = 0.22 * (1 - run * run * (3 - 2 * run)) * actor.facing
    kicked = np.clip((clock - 0.8) / 0.25, 0, 1)
    lean = -0.22 * np.sin(math.pi * kicked) * actor.facing
    moving = ((clock >= 0) & (clock < 0.9)).astype(np.float64)
    return change(
        _still(clock, actor),
        x=actor.x - away,
        angle=-lean,
        stride=run * 3 * math.pi,
        speed=moving * actor.height,
    )


MOVERS: Mapping[str, Mover] = {
    "idle": stand,
    **dict.fromkeys(
        ("walk", "run", "fly", "swim", "drive", "sail", "chase", "slide", "roll"), _travel
    ),
    "jump": _jump,
    "bounce": _jump,
    "float": _float,
    "spin": _spin,
    "dance": _dance,
    "launch": _launch,
    "sway": _sway,
    "shake": _shake,
    "sleep": _sleep,
    "kick": _kick,
    "fall": _float,
    **dict.fromkeys(("eat", "sing", "talk", "wave", "play", "look"), _busy),
}
