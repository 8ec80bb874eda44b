"""The metrics find what is there, and notice what is broken on purpose."""

from __future__ import annotations

import pytest
import torch

from generation.engines.pocket import vocabulary
from training import round_trip
from training.metrics import intervals, timing, tracking
from training.metrics.onsets import onsets
from training.world import clips
from training.world.picture import Canvas

FPS = 16


@pytest.fixture(scope="module")
def bouncing():
    return clips.perform(round_trip.bouncing(8, seed=4), canvas=Canvas(128, 128), frames=49)


def tracks(made: clips.Clips) -> list[tracking.Track]:
    return [
        tracking.track(video, pigment=vocabulary.PIGMENTS[facts.colour])
        for video, facts in zip(made.video, made.scenes.facts(), strict=True)
    ]


def all_offsets(made: clips.Clips, *, delay_s: float = 0.0) -> float:
    found: list[float] = []
    for path, sound in zip(tracks(made), made.sound, strict=True):
        late = torch.nn.functional.pad(sound, (int(delay_s * 16_000), 0))[: len(sound)]
        found += timing.offsets(tracking.contacts(path.height, fps=FPS), onsets(late))
    return intervals.median(found).value


def test_onsets_are_heard_within_ten_milliseconds(bouncing):
    misses = []
    for row, sound in enumerate(bouncing.sound):
        true = [float(t) for t in bouncing.motion.events[row, 0] if t < 2.9]
        misses += [abs(miss) for miss in timing.offsets(true, onsets(sound))]
    assert len(misses) > 12
    assert intervals.median(misses).value < 0.010


def test_picture_and_sound_of_the_truth_agree_and_a_delay_is_measured(bouncing):
    true = all_offsets(bouncing)
    assert abs(true) < 0.025
    assert all_offsets(bouncing, delay_s=0.08) - true == pytest.approx(0.08, abs=0.01)


def test_another_clips_sound_does_not_fit(bouncing):
    strangers = bouncing._replace(sound=bouncing.sound.roll(1, 0))

    def hits(made: clips.Clips) -> int:
        total = 0
        for path, sound in zip(tracks(made), made.sound, strict=True):
            seen = tracking.contacts(path.height, fps=FPS)
            total += timing.hits(timing.offsets(seen, onsets(sound)))
        return total

    assert hits(strangers) < 0.5 * hits(bouncing)


def test_gravity_is_read_off_the_path(bouncing):
    errors = [
        abs(flight.pull - 2.2) / 2.2
        for path in tracks(bouncing)
        for flight in tracking.flights(path.height, fps=FPS)
    ]
    assert intervals.median(errors).value < 0.15


def test_constant_speed_is_not_gravity(bouncing):
    zigzag = torch.tensor([0.8 - 0.04 * t if t < 15 else 0.2 + 0.04 * (t - 15) for t in range(30)])
    pulls = [flight.pull for flight in tracking.flights(zigzag, fps=FPS)]
    assert all(abs(pull) < 0.2 for pull in pulls)


def test_a_thing_that_vanishes_is_noticed(bouncing):
    path = tracks(bouncing)[0]
    assert tracking.permanence(path.area) == 1.0
    gone = path.area.clone()
    gone[10:16] = 0
    assert tracking.permanence(gone) == pytest.approx(43 / 49, abs=0.01)


def test_noise_flickers_and_a_still_background_does_not(bouncing):
    video = bouncing.video[0]
    noisy = video + torch.randn(video.shape, generator=torch.Generator().manual_seed(1)) * 5 / 255
    assert tracking.flicker(video) < 0.05
    assert 3 < tracking.flicker(noisy) < 7


def test_intervals_widen_with_fewer_values_and_leave_out_what_is_missing():
    few, many = intervals.mean([0.0, 1.0] * 4), intervals.mean([0.0, 1.0] * 64)
    assert few.high - few.low > many.high - many.low
    assert intervals.mean([1.0, float("nan")]).clips == 1
    assert str(intervals.mean([])) == "none found"
