"""Rigid bodies: free flight solved exactly, contacts found within the step, energy never made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from generation.engines.diorama.scene import Beat, Scene, Track

STEPS_PER_FRAME = 8
# Slower than this after a contact, a body stays on the ground (stage units a second).
_REST_SPEED = 0.16
_ROLL_DRAG_PER_S = 0.35
_SQUASH_S = 0.16
# Bodies whose lanes differ by more pass in front of each other.
_LANE_GAP = 0.5


@dataclass(slots=True)
class Body:
    """One rigid body as it moves. `x`, `y` place its lowest point, `lane` is its depth."""

    actor: int
    radius: float
    x: float
    y: float
    vx: float
    vy: float
    spin: float
    restitution: float
    is_round: bool
    kick_s: float | None
    kick_to: float
    lane: float
    angle: float = 0.0
    last_hit_s: float = -9.0
    last_strength: float = 0.0
    rows: list[tuple[float, ...]] = field(default_factory=list)

    def energy(self, gravity: float) -> float:
        """Kinetic plus potential energy per unit of mass, without spin."""
        return (self.vx**2 + self.vy**2) / 2 + gravity * self.y


def settle(scene: Scene, bodies: Sequence[Body]) -> tuple[list[Track], list[Beat]]:
    """Move all bodies together through the clip; returns a track for each and the beats of contact.

    A beat's `at_s` is the exact instant of contact; its `frame` is the first frame at or after it.
    Before the scene's origin every body has been on the ground and has jumped to where it starts.
    """
    beats: list[Beat] = []
    step = 1.0 / (scene.fps * STEPS_PER_FRAME)
    for body in bodies:
        body.rows += [_earlier(scene, body, now=now) for now in scene.clock[: scene.origin]]
    for frame in range(scene.frames - scene.origin):
        for body in bodies:
            body.rows.append(_row(body, frame / scene.fps))
        for part in range(STEPS_PER_FRAME):
            now = frame / scene.fps + part * step
            _advance(scene, bodies, beats, now=now, step=step)
    later = [_later(beat, scene) for beat in beats]
    kept = [beat for beat in later if beat.frame < scene.frames and beat.at_s < scene.seconds]
    return [_track(scene, body) for body in bodies], kept


def _later(beat: Beat, scene: Scene) -> Beat:
    """Move a beat from the scene's own time to the frames of the play."""
    at_s = beat.at_s + scene.origin / scene.fps
    return beat._replace(at_s=at_s, frame=beat.frame + scene.origin)


def _earlier(scene: Scene, body: Body, *, now: float) -> tuple[float, ...]:
    """Where a body was at `now` < 0: on the arc that leads up to its start, or under it rolling."""
    gravity = max(scene.gravity, 1e-6)
    rising = now > -math.sqrt(2 * body.y / gravity)
    height = max(0.0, body.y - gravity * now * now / 2) if rising else 0.0
    side = max(scene.half_width - body.radius * 1.05, 0.05)
    way = math.fmod(body.x + body.vx * now + side, 4 * side) % (4 * side)
    x = (way if way <= 2 * side else 4 * side - way) - side
    angle = body.angle
    if body.is_round:
        angle -= body.vx * now / max(body.radius, 1e-6)
    return (x, height, angle, 1.0, 1.0 if height > 1e-4 else 0.0, abs(body.vx))


def _advance(
    scene: Scene, bodies: Sequence[Body], beats: list[Beat], *, now: float, step: float
) -> None:
    for body in bodies:
        if body.kick_s is not None and now <= body.kick_s < now + step:
            _kick(scene, body, beats, at_s=body.kick_s)
        _fly(scene, body, beats, now=now, step=step)
        _fence(scene, body, beats, now=now)
    for index, body in enumerate(bodies):
        for other in bodies[index + 1 :]:
            _collide(scene, body, other, beats, now=now)


def _fly(scene: Scene, body: Body, beats: list[Beat], *, now: float, step: float) -> None:
    """Free flight over `step`; if it would pass the ground, stop at contact, reflect, fly on."""
    gravity = scene.gravity
    if body.y <= 0.0 and body.vy == 0.0:
        _roll(body, step)
        return
    left = step
    until = _fall_time(body, gravity)
    if until <= left:
        _drift(body, gravity, until)
        body.y = 0.0
        _land(scene, body, beats, at_s=now + until)
        left -= until
    if body.vy != 0.0 or body.y > 0.0:
        _drift(body, gravity, left)
        body.y = max(body.y, 0.0)


def _fall_time(body: Body, gravity: float) -> float:
    """Time until y is 0: the later root of y + vy t - g t²/2."""
    return (body.vy + math.sqrt(max(body.vy**2 + 2 * gravity * body.y, 0.0))) / gravity


def _drift(body: Body, gravity: float, time: float) -> None:
    body.x += body.vx * time
    body.y += body.vy * time - gravity * time * time / 2
    body.vy -= gravity * time
    body.angle += body.spin * time


def _land(scene: Scene, body: Body, beats: list[Beat], *, at_s: float) -> None:
    speed = -body.vy
    _hit(scene, body, beats, kind="impact", at_s=at_s, speed=speed)
    body.vy = speed * body.restitution
    body.vx *= 0.97
    body.spin = -body.vx / max(body.radius, 1e-6) if body.is_round else body.spin * 0.5
    if body.vy < _REST_SPEED:
        body.vy = 0.0
        body.spin = 0.0 if not body.is_round else body.spin


def _roll(body: Body, step: float) -> None:
    body.vx *= math.exp(-_ROLL_DRAG_PER_S * (1.0 if body.is_round else 9.0) * step)
    body.x += body.vx * step
    if body.is_round:
        body.angle -= body.vx / max(body.radius, 1e-6) * step
    else:
        # A box that came down on an edge tips onto the nearest side.
        flat = round(body.angle / (math.pi / 2)) * (math.pi / 2)
        body.angle += (flat - body.angle) * min(1.0, 14 * step)


def _fence(scene: Scene, body: Body, beats: list[Beat], *, now: float) -> None:
    """Keep bodies in the picture: its sides push back like a soft curtain."""
    side = max(scene.half_width - body.radius * 1.05, 0.05)
    if abs(body.x) > side and body.x * body.vx > 0:
        _hit(scene, body, beats, kind="impact", at_s=now, speed=abs(body.vx))
        body.vx *= -0.72


def _collide(scene: Scene, a: Body, b: Body, beats: list[Beat], *, now: float) -> None:
    """Exchange momentum along the line between two middles; heavier means larger."""
    if abs(a.lane - b.lane) > _LANE_GAP:
        return
    dx, dy = b.x - a.x, (b.y + b.radius) - (a.y + a.radius)
    gap = math.hypot(dx, dy)
    if gap >= a.radius + b.radius or gap < 1e-9:
        return
    nx, ny = dx / gap, dy / gap
    closing = (a.vx - b.vx) * nx + (a.vy - b.vy) * ny
    if closing <= 0:
        return
    mass_a, mass_b = a.radius**3, b.radius**3
    push = (1 + min(a.restitution, b.restitution)) * closing / (1 / mass_a + 1 / mass_b)
    _push(a, -push / mass_a, nx, ny)
    _push(b, push / mass_b, nx, ny)
    _hit(scene, a, beats, kind="collision", at_s=now, speed=closing)
    b.last_hit_s, b.last_strength = now, a.last_strength


def _push(body: Body, change: float, nx: float, ny: float) -> None:
    body.vx += change * nx
    body.vy += change * ny
    if body.y <= 0.0 and body.vy < 0.0:
        body.vy = 0.0


def _kick(scene: Scene, body: Body, beats: list[Beat], *, at_s: float) -> None:
    body.vx, body.vy = 0.7 * body.kick_to, math.sqrt(2 * scene.gravity * 0.45)
    body.spin = -body.vx / max(body.radius, 1e-6)
    _hit(scene, body, beats, kind="blow", at_s=at_s, speed=2.2)


def _hit(
    scene: Scene, body: Body, beats: list[Beat], *, kind: str, at_s: float, speed: float
) -> None:
    strength = min(1.0, speed / 2.8)
    body.last_hit_s, body.last_strength = at_s, strength
    if strength > 0.03:
        frame = math.ceil(at_s * scene.fps - 1e-9)
        beats.append(Beat(at_s, frame, kind, body.actor, strength, body.x))


def _row(body: Body, now: float) -> tuple[float, ...]:
    since = now - body.last_hit_s
    dent = body.last_strength * max(0.0, 1 - since / _SQUASH_S) * (body.restitution > 0.3)
    stretch = min(0.1, abs(body.vy) * 0.03)
    airborne = 1.0 if body.y > 1e-4 else 0.0
    return (
        body.x,
        body.y,
        body.angle,
        1 - 0.3 * dent + stretch * (dent == 0),
        airborne,
        abs(body.vx),
    )


def _track(scene: Scene, body: Body) -> Track:
    table = np.array(body.rows, dtype=np.float64)
    x, y, angle, squash, air, speed = table.T
    facing = np.full(scene.frames, float(scene.actors[body.actor].facing))
    return Track(
        x=x,
        y=y,
        angle=angle,
        turn=facing,
        squash=squash,
        stride=np.zeros_like(x),
        speed=speed,
        air=air,
    )
