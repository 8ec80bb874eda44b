"""What is measured in pictures and in sound."""

import numpy as np
import pytest

from moderation.classifiers.frames import FrameChecks
from moderation.classifiers.sound import SoundChecks
from moderation.spec import Item

RATE = 24


def labels(frames, rate=1.0):
    return {
        score.label: score.value
        for score in FrameChecks().score(Item(frames=frames, frames_per_s=rate))
    }


def flat(luma, count=RATE * 2):
    return np.full((count, 64, 36, 3), luma, np.uint8)


def textured(count=RATE * 2):
    rng = np.random.default_rng(1)
    still = rng.integers(40, 200, (1, 64, 36, 3))
    return (still + np.arange(count).reshape(-1, 1, 1, 1) % 20).astype(np.uint8)


def strobe(hz, *, share=1.0):
    """A textured scene of which `share` of the rows flashes `hz` times a second."""
    frames = textured()
    lit = (np.arange(len(frames)) * hz * 2 // RATE) % 2 == 0
    rows = int(64 * share)
    frames[:, :rows] = np.where(lit[:, None, None, None], 250, 5)
    return frames


def test_black_and_white_are_blank():
    assert labels(flat(0))["broken.blank"] == 1.0
    assert labels(flat(255))["broken.blank"] == 1.0


def test_a_picture_that_never_moves_is_frozen():
    assert "broken.frozen" in labels(np.repeat(textured(1), 5, axis=0))
    assert "broken.frozen" not in labels(textured())


def test_a_normal_scene_has_nothing_to_find():
    assert labels(textured(), RATE) == {}


@pytest.mark.parametrize(
    ("hz", "is_unsafe"), [(1, False), (3, False), (5, True), (8, True), (12, True)]
)
def test_more_than_three_flashes_a_second_are_held(hz, is_unsafe):
    assert (labels(strobe(hz), RATE).get("seizure", 0.0) >= 0.5) == is_unsafe


def test_a_small_lamp_may_flash():
    assert labels(strobe(8, share=0.15), RATE).get("seizure", 0.0) < 0.5


def test_flashing_is_only_judged_when_frames_are_close_enough():
    assert "seizure" not in labels(strobe(8), 1.0)


def test_a_slow_fade_is_no_flash():
    ramp = np.linspace(0, 255, RATE * 2).astype(np.uint8)
    frames = np.broadcast_to(ramp[:, None, None, None], (RATE * 2, 64, 36, 3))
    assert "seizure" not in labels(frames, RATE)


def sound_labels(sound):
    return {score.label for score in SoundChecks().score(Item(audio=sound.astype(np.float32)))}


def test_sound_that_is_damaged_is_found_and_music_is_not():
    time = np.linspace(0, 1, 16_000)
    assert sound_labels(0.4 * np.sin(2000 * time)) == set()
    assert sound_labels(np.sign(np.sin(2000 * time))) == {"broken.clipped"}
    assert sound_labels(np.full(16_000, np.nan)) == {"broken.sound"}
    assert sound_labels(0.4 * np.sin(2000 * time) + 0.5) == {"broken.offset"}
    assert sound_labels(np.zeros(16_000)) == {"broken.quiet"}
