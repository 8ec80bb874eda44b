"""The torch world that Pocket learns: exact, repeatable, and physical."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch

from generation.engines.pocket import vocabulary
from generation.engines.pocket.captions import Facts
from training.world import clips, scenes
from training.world.motion import move
from training.world.picture import Canvas
from training.world.sound import bed_names

CANVAS = Canvas(64, 64)


def one(
    action: str,
    *,
    subject: str = "ball",
    place: str = "meadow",
    colour: str = "red",
    weather: str = "clear",
    how_many: int = 1,
) -> scenes.Scenes:
    facts = Facts(subject, colour, action, place, weather, "day", how_many, "big")
    return scenes.scenes_of([facts] * 4, generator=torch.Generator().manual_seed(3))


def test_the_same_seed_gives_the_same_clips():
    first, again = (
        clips.draw(8, generator=torch.Generator().manual_seed(9), canvas=CANVAS, frames=17)
        for _ in range(2)
    )
    assert torch.equal(first.video, again.video)
    assert torch.equal(first.sound, again.sound)
    assert first.captions == again.captions


def test_clips_have_the_stated_shapes_and_ranges():
    made = clips.draw(
        8, generator=torch.Generator().manual_seed(1), canvas=Canvas(96, 64), frames=17
    )
    assert made.video.shape == (8, 3, 17, 96, 64)
    assert made.sound.shape == (8, 17_000)
    assert made.video.abs().max() <= 1
    assert made.sound.abs().max() <= 1
    assert bool(made.video.isfinite().all())


@pytest.mark.parametrize("held_out", [True, False])
def test_held_out_combinations_are_kept_apart(held_out):
    drawn = scenes.draw(64, generator=torch.Generator().manual_seed(2), held_out=held_out)
    for facts in drawn.facts():
        combination = (facts.subject, facts.colour, facts.place)
        assert vocabulary.is_held_out(*combination) is held_out


@pytest.mark.parametrize("subject", vocabulary.SUBJECTS)
def test_every_subject_is_seen_in_every_action_it_can_do(subject):
    for action in vocabulary.REPERTOIRE[subject]:
        made = clips.perform(one(action, subject=subject), canvas=CANVAS, frames=9)
        empty = clips.perform(
            one(action, subject=subject)._replace(x=torch.full((4, 3), 9.0)),
            canvas=CANVAS,
            frames=9,
        )
        assert ((made.video - empty.video).abs().amax(1) > 0.2).float().mean() > 0.01


@pytest.mark.parametrize("action", ["bounce", "jump"])
def test_impacts_are_where_the_thing_touches_the_ground(action):
    fine = move(one(action), frames=3 * 480, fps=480)
    for row in range(4):
        events = [float(t) for t in fine.events[row, 0] if t < 3]
        assert events
        for time in events:
            around = fine.y[row, 0, max(0, int(time * 480) - 3) : int(time * 480) + 4]
            assert float(around.min()) < 0.02


def test_a_bounce_never_gains_height_and_falls_with_the_places_pull():
    for place, gravity in (("meadow", 1.0), ("moon", 0.17)):
        motion = move(one("bounce", place=place), frames=3 * 480, fps=480)
        assert motion.pull[0] == pytest.approx(2.2 * gravity)
        height = motion.y[0, 0]
        events = [int(t * 480) for t in motion.events[0, 0] if t < 3]
        tops = [float(height[a:b].max()) for a, b in pairwise(events)]
        assert tops == sorted(tops, reverse=True)
        falling = height[2 : events[0] - 2].double()
        assert -float(falling.diff().diff().mean()) * 480**2 == pytest.approx(
            2.2 * gravity, rel=0.05
        )


def test_nothing_is_heard_before_the_first_impact():
    made = clips.perform(one("bounce", place="room"), canvas=CANVAS, frames=49)
    for row in range(4):
        first = int(made.motion.events[row, 0, 0] * 16_000)
        assert made.sound[row, :first].abs().max() == 0
        assert made.sound[row, first : first + 400].abs().max() > 0.05


def test_nobody_who_stands_still_makes_a_sound_in_a_room():
    made = clips.perform(one("idle", place="room"), canvas=CANVAS, frames=17)
    assert made.sound.abs().max() == 0


def test_rain_drowns_the_sea_and_the_sea_is_heard_without_it():
    assert set(bed_names(one("idle", place="beach"))) == {"sea"}
    assert set(bed_names(one("idle", place="beach", weather="rain"))) == {"rain"}


def test_the_mouth_opens_when_the_voice_is_heard():
    made = clips.perform(one("sing", subject="cat", place="room"), canvas=CANVAS, frames=49)
    loud = made.sound.reshape(4, 49, 1000).square().mean(2).sqrt()
    for row in range(4):
        both = torch.stack([made.motion.mouth[row, 0], loud[row]])
        assert float(torch.corrcoef(both)[0, 1]) > 0.7


def test_more_actors_cover_more_of_the_picture():
    covered = []
    for how_many in (1, 2, 3):
        cast = one("idle", how_many=how_many)
        shown = clips.perform(cast, canvas=CANVAS, frames=1).video
        without = cast._replace(x=torch.full((4, 3), 9.0))
        empty = clips.perform(without, canvas=CANVAS, frames=1).video
        covered.append(float(((shown - empty).abs().amax(1) > 0.2).float().mean()))
    assert covered == sorted(covered)
