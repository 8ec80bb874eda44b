"""How the diorama's world moves: gravity, contacts, gaits, and the sounds of the same instants."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from generation.engines.diorama import scoring, world
from generation.engines.diorama.bodies import Body, settle
from generation.engines.diorama.vocabulary.actions import ACTIONS

BALLS = "three red balls bounce and a cube falls in a meadow"


def _body(index, **given):
    defaults = {"radius": 0.1, "x": 0.0, "y": 0.8, "vx": 0.0, "vy": 0.0, "spin": 0.0, "lane": 0.2}
    rest = {"restitution": 0.8, "is_round": True, "kick_s": None, "kick_to": 0.0}
    return Body(actor=index, **{**defaults, **rest, **given})


def test_a_ball_falls_as_gravity_says():
    scene = world.stage("a red ball bounces in a meadow", seed=1, seconds=2)
    (track,), hits = settle(scene, [_body(0)])
    first = hits[0].frame
    t = np.arange(first) / scene.fps
    assert np.allclose(track.y[:first], 0.8 - scene.gravity * t**2 / 2, atol=1e-9)


def test_an_impact_is_in_the_first_frame_after_contact():
    scene = world.stage("a red ball bounces in a meadow", seed=1, seconds=3)
    (track,), hits = settle(scene, [_body(0)])
    fall_s = np.sqrt(2 * 0.8 / scene.gravity)
    assert hits[0].at_s == pytest.approx(fall_s, abs=1e-6)
    assert hits[0].frame == int(np.ceil(fall_s * scene.fps))
    for hit in hits[:3]:
        before, after = track.y[hit.frame - 2 : hit.frame], track.y[hit.frame : hit.frame + 2]
        assert before[1] < before[0] or after[1] > after[0]


def test_every_bounce_is_lower_and_weaker_than_the_one_before():
    scene = world.stage("a red ball bounces in a meadow", seed=1, seconds=4)
    (track,), hits = settle(scene, [_body(0)])
    frames = [hit.frame for hit in hits]
    tops = [track.y[a:b].max() for a, b in itertools.pairwise(frames) if b - a > 2]
    assert tops == sorted(tops, reverse=True)
    strengths = [hit.strength for hit in hits]
    assert strengths == sorted(strengths, reverse=True)


def test_energy_never_grows_even_when_bodies_collide():
    scene = world.stage(BALLS, seed=2, seconds=4)
    bodies = [
        _body(0, x=-0.3, vx=0.5),
        _body(1, x=0.3, vx=-0.5, radius=0.15),
        _body(2, x=0.0, y=1.2),
    ]
    totals = []
    gravity = scene.gravity
    for frames in range(1, 90, 4):
        part = world.stage(BALLS, seed=2, seconds=frames / 24)
        trial = [_body(b.actor, x=b.x, y=b.y, vx=b.vx, radius=b.radius) for b in bodies]
        settle(part, trial)
        totals.append(sum(b.radius**3 * b.energy(gravity) for b in trial))
    assert all(later <= earlier * 1.001 + 1e-9 for earlier, later in itertools.pairwise(totals))


def test_colliding_balls_leave_in_other_directions_and_make_one_sound():
    scene = world.stage(BALLS, seed=2, seconds=2)
    bodies = [_body(0, x=-0.3, y=0.0, vx=0.8), _body(1, x=0.3, y=0.0, vx=-0.8)]
    _, hits = settle(scene, bodies)
    assert [hit.kind for hit in hits[:1]] == ["collision"]
    assert bodies[0].vx < 0 < bodies[1].vx


def test_there_is_less_gravity_on_the_moon():
    assert world.stage("a ball on the moon", seed=1).gravity < 1.0
    assert world.stage("a ball in space", seed=1).gravity == 0.0


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_every_action_moves_without_leaving_numbers(action):
    scene = world.stage(
        f"a dog and a ball {ACTIONS[action].plural_verb} in a park", seed=4, seconds=2
    )
    motion = world.simulate(scene)
    for track in motion.tracks:
        for name in ("x", "y", "angle", "turn", "squash", "stride", "speed", "air"):
            column = getattr(track, name)
            assert column.shape == (scene.frames,)
            assert np.isfinite(column).all()
    assert all(0 <= beat.frame < scene.frames for beat in motion.beats)


def test_a_walking_dog_steps_and_stays_in_the_picture():
    scene = world.stage("a dog walks and a tree stands in a park", seed=4, seconds=10)
    motion = world.simulate(scene)
    assert sum(beat.kind == "footstep" for beat in motion.beats) > 10
    assert np.abs(motion.tracks[0].x).max() <= scene.half_width


def test_a_rider_moves_with_what_carries_it():
    scene = world.stage("a knight rides a horse and a tree stands in a meadow", seed=4, seconds=4)
    motion = world.simulate(scene)
    rider, horse = motion.tracks[0], motion.tracks[1]
    assert np.ptp(horse.x) > 0.05
    assert np.ptp(rider.x - horse.x) < 1e-9


def test_what_is_heard_is_what_is_seen():
    scene = world.stage(f"{BALLS}, rain", seed=2, seconds=3)
    motion = world.simulate(scene)
    score = scoring.score_of(scene, motion)
    impacts = [round(b.at_s, 5) for b in motion.beats if b.kind in {"impact", "collision"}]
    assert [e.at_s for e in score.events if e.kind == "impact"] == sorted(impacts)
    assert {bed.kind for bed in score.beds} >= {"rain"}


def test_thunder_follows_every_flash():
    scene = world.stage("a house in a meadow, storm", seed=2, seconds=10)
    score = scoring.score_of(scene, world.simulate(scene))
    assert sum(event.kind == "thunder" for event in score.events) >= 1


def test_a_silent_prompt_has_a_silent_score():
    scene = world.stage("a dog in a park, silent", seed=2)
    assert scoring.score_of(scene, world.simulate(scene)).is_silent


def test_the_same_seed_moves_the_same_way_and_another_does_not():
    first, again = (world.simulate(world.stage(BALLS, seed=7)) for _ in range(2))
    other = world.simulate(world.stage(BALLS, seed=8))
    assert all(np.array_equal(a.y, b.y) for a, b in zip(first.tracks, again.tracks, strict=True))
    assert first.beats == again.beats
    assert first.beats != other.beats


def test_a_played_piano_sounds_like_a_piano():
    scene = world.stage("a girl plays a piano on a stage", seed=2)
    score = scoring.score_of(scene, world.simulate(scene))
    assert "piano" in {event.source for event in score.events if event.kind == "call"}
