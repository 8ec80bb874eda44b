"""A clip of several shots, and pictures and previews of it, before any file is written."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from generation.actions.assembling.assembly import assemble
from generation.actions.assembling.boards import slots_of
from generation.actions.assembling.script import Script
from generation.engines import Cancelled, Engine, EngineError
from generation.engines.diorama import Diorama
from generation.engines.test_card import TestCard, digest, read_card
from generation.spec import CastMember, Frame, Shot, SoundWish, SpokenLine, Still
from generation.spec.parts import Parts
from tests.generation.films import CANVAS, put_together, spec

BOARD = (
    Shot("a red ball rolls in", 1.0),
    Shot("a blue cube waits", 1.5, camera="close", seed=99, transition="wipe", transition_s=0.5),
    Shot("both jump", 0.75),
)


def test_a_board_lasts_as_long_as_its_shots_and_each_can_be_found() -> None:
    made = put_together("storyboard", spec(seconds=3.25), shots=BOARD)
    frames = list(made.rendered.frames)
    assert len(frames) == made.rendered.frame_count == 78
    assert made.rendered.sound.shape == (2, 156_000)
    assert [(one.index, one.start_s, one.end_s) for one in made.shots] == [
        (0, 0.0, 1.0),
        (1, 1.0, 2.5),
        (2, 2.5, 3.25),
    ]
    assert [one.seed for one in made.shots] == [11, 99, 11]
    assert [one.camera for one in made.shots] == [None, "close", None]
    for index in (0, 23, 36, 59, 60, 77):
        shot = next(one for one in made.shots if one.start_s <= index / 24 < one.end_s)
        card = read_card(frames[index])
        own = index - round(shot.start_s * 24)
        assert card == (round(own / 24 * 1000), shot.seed, digest(shot.prompt))


def test_a_transition_shows_the_shot_before_going_on() -> None:
    made = put_together("storyboard", spec(seconds=3.25), shots=BOARD)
    frames = list(made.rendered.frames)
    before = put_together("text", spec(prompt=BOARD[0].prompt, seconds=1.5)).rendered
    after = put_together("text", spec(prompt=BOARD[1].prompt, seconds=1.5, seed=99)).rendered
    old, new = list(before.frames), list(after.frames)
    # Six of twelve frames in: the new picture has come halfway, from the left.
    edge = round(CANVAS[0] * 7 / 13)
    assert np.array_equal(frames[30][:, :edge], new[6][:, :edge])
    assert np.array_equal(frames[30][:, edge:], old[30][:, edge:])


def test_roundings_of_many_shots_do_not_add_up() -> None:
    shots = [Shot("a", 0.73)] * 10
    slots = slots_of(shots, fps=24, limits=TestCard.limits)
    assert slots[-1].start + slots[-1].own == round(7.3 * 24)
    assert [slot.start for slot in slots] == [round(index * 0.73 * 24) for index in range(10)]


def test_a_transition_makes_no_shot_longer_than_the_engine_can() -> None:
    shots = [Shot("a", 59.75), Shot("b", 1, transition="fade", transition_s=1.0)]
    slots = slots_of(shots, fps=24, limits=TestCard.limits)
    assert [slot.tail for slot in slots] == [6, 0]
    assert slots[1].overlap == 6


def test_a_shot_shorter_than_the_engine_makes_is_cut_out_of_a_longer_one() -> None:
    made = put_together("storyboard", spec(seconds=1.25), shots=(Shot("a", 0.25), Shot("b", 1.0)))
    cards = [read_card(frame) for frame in made.rendered.frames]
    assert [card.prompt for card in cards] == [digest("a")] * 6 + [digest("b")] * 24


def test_each_shot_casts_whom_it_names_and_lines_are_spread() -> None:
    seen = []

    class Listening(TestCard):
        def render(self, spec, *, report):  # type: ignore[no-untyped-def]
            seen.append(spec)
            return super().render(spec, report=report)

    cast = (CastMember("ana", "Ana"), CastMember("ben", "Ben"))
    lines = (SpokenLine("hello you", "ana"), SpokenLine("goodbye", "ben"))
    wanted = spec(prompt="in autumn", seconds=2, cast=cast, sound=SoundWish(lines=lines))
    shots = (Shot("@Ana waves", 1.0), Shot("somebody leaves", 1.0, cast=("ben",)))
    made = put_together("storyboard", wanted, engine=Listening(canvas=CANVAS), shots=shots)
    assert [[one.handle for one in each.cast] for each in seen] == [["ana"], ["ben"]]
    assert [each.style for each in seen] == ["in autumn"] * 2
    assert [(word.text, word.start_s) for word in made.rendered.words] == [
        ("hello", 0.0),
        ("you", 0.2),
        ("goodbye", 1.0),
    ]


def test_given_pictures_go_to_the_shots_in_which_they_are_due() -> None:
    white = np.full((192, 108, 3), 255, np.uint8)
    stills = (Still(white, "last"), Still(white, "frame", at_s=0.5))
    shots = (Shot("a", 1.0), Shot("b", 1.0))
    made = put_together("storyboard", spec(seconds=2, stills=stills), shots=shots)
    light = [float(frame[30:].mean()) for frame in made.rendered.frames]
    assert light[12] == 255
    assert light[47] > 235
    assert light[24] < 200


def test_progress_counts_over_all_shots_and_cancelling_stops_the_board() -> None:
    seen: list[tuple[int, int]] = []

    def report(done: int, total: int) -> None:
        seen.append((done, total))
        if done >= 40:
            raise Cancelled

    script = Script("storyboard", spec(seconds=3.25), Parts(shots=BOARD))
    made = assemble(script, engine=TestCard(canvas=CANVAS), report=report)
    taken: list[Frame] = []
    with pytest.raises(Cancelled):
        taken.extend(made.rendered.frames)
    assert {total for _, total in seen} == {24 + 12 + 36 + 18}
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert 24 <= len(taken) <= 40


def test_an_engine_that_refuses_a_shot_refuses_the_board() -> None:
    with pytest.raises(EngineError, match="refuses"):
        put_together("storyboard", spec(), shots=(Shot("a", 1), Shot("fails for good", 1)))


def test_stills_show_one_frame_of_each_shot_and_three_of_a_single_one() -> None:
    board = put_together("storyboard", spec(seconds=3.25, purpose="stills"), shots=BOARD)
    cards = [read_card(frame) for frame in board.rendered.frames]
    assert len(cards) == board.rendered.frame_count == 18
    assert board.rendered.sound.shape == (2, 144_000)
    assert not board.rendered.sound.any()
    assert [cards[at].prompt for at in (0, 6, 12)] == [digest(shot.prompt) for shot in BOARD]
    assert [(one.start_s, one.end_s) for one in board.shots] == [(0, 1), (1, 2), (2, 3)]
    single = put_together("text", spec(seconds=3, purpose="stills"))
    at_ms = [read_card(frame).at_ms for frame in single.rendered.frames]
    assert at_ms == [500] * 6 + [1500] * 6 + [2500] * 6


@pytest.mark.parametrize("engine", [TestCard(), Diorama()], ids=["test-card", "diorama"])
def test_a_still_is_the_very_frame_of_the_clip(engine: Engine) -> None:
    wanted = spec(seconds=0.5, lines=360, shape="square")
    stills = put_together("text", replace(wanted, purpose="stills"), engine=engine).rendered
    clip = list(put_together("text", wanted, engine=engine).rendered.frames)
    shown = list(stills.frames)
    assert all(np.array_equal(shown[at], clip[index]) for at, index in ((0, 2), (6, 6), (12, 10)))


def _likeness(small: Frame, large: Frame) -> float:
    """Structural similarity of the greys. Source: Wang et al. 2004, with Gaussian windows."""
    scaled = cv2.resize(large, small.shape[1::-1], interpolation=cv2.INTER_AREA)
    one, two = (cv2.cvtColor(each, cv2.COLOR_RGB2GRAY).astype(float) for each in (small, scaled))

    def mean(image: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(cv2.GaussianBlur(image, (11, 11), 1.5))

    means, brightness, contrast = mean(one) * mean(two), (0.01 * 255) ** 2, (0.03 * 255) ** 2
    squares = mean(one) ** 2 + mean(two) ** 2
    spread = mean(one * one) + mean(two * two) - squares
    covered = (2 * means + brightness) * (2 * (mean(one * two) - means) + contrast)
    return float((covered / ((squares + brightness) * (spread + contrast))).mean())


@pytest.mark.parametrize("engine", [TestCard(), Diorama()], ids=["test-card", "diorama"])
def test_a_preview_shows_what_the_final_will_show(engine: Engine) -> None:
    preview, final = (
        put_together("text", spec(lines=lines, purpose=purpose), engine=engine).rendered
        for lines, purpose in ((360, "preview"), (720, "final"))
    )
    pairs = list(islice(zip(preview.frames, final.frames, strict=True), 0, 10, 3))
    assert min(_likeness(small, large) for small, large in pairs) > 0.85
    assert np.array_equal(preview.sound, final.sound)
