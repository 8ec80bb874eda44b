"""Clips made of clips: what is kept is kept bit for bit, and what is new is where it belongs."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from core.media.cutting.reels import Reel
from generation.actions.assembling.script import Clip, ShotFacts
from generation.engines import EngineError
from generation.engines.diorama import Diorama
from generation.engines.test_card import _block, digest, read_card
from generation.spec import Canvas, Region, Shot, SoundWish, Span, SpokenLine
from generation.spec.parts import Piece
from tests.generation.films import CANVAS, decoded, filmed, put_together, same, source_of, spec

DIORAMA = Diorama(canvas=CANVAS)
SAID = SoundWish(lines=(SpokenLine("one two three four five six seven", "ana"),))


@pytest.fixture(scope="module")
def ball(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """Two seconds with seven spoken words."""
    folder = tmp_path_factory.mktemp("ball")
    return filmed(folder / "ball.mp4", put_together("text", spec(seconds=2, sound=SAID)))


@pytest.fixture(scope="module")
def cube(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """A second and a half of another prompt and seed, in two shots."""
    folder = tmp_path_factory.mktemp("cube")
    shots = (Shot("a cube", 0.75), Shot("a cube spins", 0.75))
    wanted = spec(seconds=1.5, seed=23, sound=SoundWish(lines=(SpokenLine("hey"),)))
    return filmed(folder / "cube.mp4", put_together("storyboard", wanted, shots=shots))


def test_a_trim_keeps_frames_and_samples_as_they_are(ball: Clip) -> None:
    spans = (Span(1.0, 1.5), Span(0.25, 0.75))
    pieces = tuple(Piece(span=span) for span in spans)
    made = put_together("trim", spec(seconds=1.0), ball, pieces=pieces)
    truth, whole = decoded(ball), Reel.of(ball.master).sound()
    assert same(list(made.rendered.frames), truth[24:36] + truth[6:18])
    assert np.array_equal(made.rendered.sound[:, :24_000], whole[:, 48_000:72_000])
    # After 20 ms of crossfade.
    assert np.array_equal(made.rendered.sound[:, 24_960:], whole[:, 12_960:36_000])
    assert [word.text for word in made.rendered.words] == ["six", "seven", "two", "three", "four"]
    assert [word.start_s for word in made.rendered.words] == [0.0, 0.2, 0.5, 0.65, 0.85]
    assert [(one.start_s, one.end_s) for one in made.shots] == [(0, 0.5), (0.5, 1.0)]
    assert made.rendered.engine == "cutting"


def test_stretches_that_follow_each_other_are_not_cut(ball: Clip) -> None:
    pieces = (Piece(span=Span(0.0, 0.5)), Piece(span=Span(0.5, 1.0)))
    made = put_together("trim", spec(seconds=1.0), ball, pieces=pieces)
    assert np.array_equal(made.rendered.sound, Reel.of(ball.master).sound(0, 24))
    assert same(list(made.rendered.frames), decoded(ball)[:24])


def test_a_stitch_joins_clips_with_their_words_and_shots(ball: Clip, cube: Clip) -> None:
    pieces = (Piece(0), Piece(1, transition="dissolve", transition_s=0.5))
    made = put_together("stitch", spec(), ball, cube, pieces=pieces)
    frames = list(made.rendered.frames)
    assert len(frames) == made.rendered.frame_count == 48 + 36 - 12
    assert made.rendered.sound.shape == (2, 144_000)
    assert made.rendered.canvas == CANVAS
    assert same(frames[:36], decoded(ball)[:36])
    assert same(frames[48:], decoded(cube)[12:])
    assert [(word.text, word.start_s) for word in made.rendered.words][-1] == ("hey", 1.5)
    assert [(one.index, one.start_s, one.end_s) for one in made.shots] == [
        (0, 0, 2),
        (1, 1.5, 2.25),
        (2, 2.25, 3.0),
    ]


def test_a_stitch_brings_clips_of_other_shapes_onto_one_canvas(ball: Clip, cube: Clip) -> None:
    wanted = spec(shape="landscape", lines=360, fps=30)
    made = put_together("stitch", wanted, ball, cube, pieces=(Piece(0), Piece(1)))
    frames = list(made.rendered.frames)
    assert made.rendered.canvas == Canvas(640, 360)
    assert {frame.shape for frame in frames} == {(360, 640, 3)}
    assert len(frames) == 60 + 45
    assert made.rendered.sound.shape == (2, 168_000)


@pytest.mark.parametrize("seconds", [0.25, 1.0])
def test_an_extension_goes_on_from_the_end(ball: Clip, seconds: float) -> None:
    wanted = spec(prompt="and jumps", seconds=2 + seconds, source=source_of(ball, "after"))
    made = put_together("extend", wanted, ball)
    frames, new = list(made.rendered.frames), round(seconds * 24)
    assert same(frames[:48], decoded(ball))
    assert len(frames) == 48 + new
    cards = [read_card(frame) for frame in frames[48:]]
    assert [card.at_ms for card in cards] == [
        2000 + round(index / 24 * 1000) for index in range(new)
    ]
    assert {card.prompt for card in cards} == {digest("and jumps")}
    assert np.array_equal(made.rendered.sound[:, :96_000], Reel.of(ball.master).sound())
    assert [(one.start_s, one.end_s, one.prompt) for one in made.shots] == [
        (0, 2, "a red ball"),
        (2, 2 + seconds, "and jumps"),
    ]


def test_an_extension_at_the_start_leads_up_to_the_clip(ball: Clip) -> None:
    wanted = spec(prompt="it comes in", seconds=2.25, source=source_of(ball, "before"))
    made = put_together("extend", wanted, ball)
    frames = list(made.rendered.frames)
    assert same(frames[6:], decoded(ball))
    # The last frame before the clip's own is one frame before its start, whatever was cut off.
    assert read_card(frames[5]).at_ms == 2**16 - 42
    assert [word.start_s for word in made.rendered.words][:2] == [0.25, 0.45]
    assert [one.start_s for one in made.shots] == [0, 0.25]


def _outside(mask: np.ndarray, frames: list, truth: list) -> bool:  # type: ignore[type-arg]
    return all(
        np.array_equal(frame[mask], was[mask]) for frame, was in zip(frames, truth, strict=True)
    )


def test_an_edit_of_a_box_and_a_time_leaves_all_else_bit_for_bit(ball: Clip) -> None:
    region = Region("box", box=(0.0, 0.5, 0.5, 1.0))
    wanted = spec(prompt="a tree", seed=5, seconds=2, source=source_of(ball, "edit", region=region))
    made = put_together("edit", wanted, ball, span=Span(0.5, 1.0))
    frames, truth = list(made.rendered.frames), decoded(ball)
    assert same(frames[:12], truth[:12])
    assert same(frames[24:], truth[24:])
    outside = np.ones((192, 108), bool)
    outside[96:, :54] = False
    assert _outside(outside, frames[12:24], truth[12:24])
    new = list(put_together("text", spec(prompt="a tree", seed=5)).rendered.frames)
    assert np.array_equal(frames[12][104:, :46], new[12][104:, :46])
    sound = Reel.of(ball.master).sound()
    assert np.array_equal(made.rendered.sound[:, :24_000], sound[:, :24_000])
    assert np.array_equal(made.rendered.sound[:, 48_000:], sound[:, 48_000:])
    assert not np.array_equal(made.rendered.sound, sound)
    assert made.shots == ball.shots
    assert [word.text for word in made.rendered.words] == ["one", "two", "six", "seven"]


def test_an_edit_by_a_drawn_mask_leaves_what_is_black(ball: Clip) -> None:
    mask = np.zeros((32, 18), np.uint8)
    mask[8:24, 4:14] = 255
    region = Region("mask", mask=mask)
    wanted = spec(prompt="fog", seed=5, seconds=2, source=source_of(ball, "edit", region=region))
    made = put_together("edit", wanted, ball)
    outside = np.ones((192, 108), bool)
    outside[48:144, 24:84] = False
    assert _outside(outside, list(made.rendered.frames), decoded(ball))


def test_an_edit_by_words_follows_the_thing(ball: Clip) -> None:
    region = Region("words", words="the block")
    wanted = spec(prompt="a cat", seed=5, seconds=2, source=source_of(ball, "edit", region=region))
    made = put_together("edit", wanted, ball, span=Span(0.0, 1.0))
    frames, truth = list(made.rendered.frames), decoded(ball)
    for index in range(24):
        block = _block(Canvas(*CANVAS), index / 24)
        outside = np.ones(CANVAS[::-1], bool)
        outside[block] = False
        assert np.array_equal(frames[index][outside], truth[index][outside])
        assert (frames[index][block] == 255).all()
    assert same(frames[24:], truth[24:])


def test_one_shot_is_made_again_and_the_others_stay(cube: Clip) -> None:
    wanted = spec(prompt="", seed=77, seconds=1.5, source=source_of(cube, "edit"))
    made = put_together("edit", wanted, cube, shot=1)
    frames, truth = list(made.rendered.frames), decoded(cube)
    assert same(frames[:18], truth[:18])
    assert {read_card(frame)[1:] for frame in frames[18:]} == {(77, digest("a cube spins"))}
    assert made.shots == (
        ShotFacts(0, 0.0, 0.75, 23, "a cube"),
        ShotFacts(1, 0.75, 1.5, 77, "a cube spins"),
    )


def test_a_stretch_made_new_divides_the_shot_it_lies_in(ball: Clip) -> None:
    wanted = spec(prompt="rain", seed=5, seconds=2, source=source_of(ball, "edit"))
    made = put_together("edit", wanted, ball, span=Span(0.5, 1.0))
    assert [(one.index, one.start_s, one.end_s, one.prompt) for one in made.shots] == [
        (0, 0.0, 0.5, "a red ball"),
        (1, 0.5, 1.0, "rain"),
        (2, 1.0, 2.0, "a red ball"),
    ]


def test_another_sound_leaves_every_picture(ball: Clip) -> None:
    said = SoundWish(lines=(SpokenLine("good night"),))
    wanted = spec(seed=5, seconds=2, sound=said, source=source_of(ball, "resound"))
    made = put_together("resound", wanted, ball)
    assert same(list(made.rendered.frames), decoded(ball))
    assert made.rendered.sound.shape == (2, 96_000)
    assert [word.text for word in made.rendered.words] == ["good", "night"]
    assert made.shots == ball.shots


def test_a_clip_of_shots_sounds_anew_shot_by_shot(cube: Clip) -> None:
    said = SoundWish(lines=(SpokenLine("good night"), SpokenLine("bye")))
    wanted = spec(seed=5, seconds=1.5, sound=said, source=source_of(cube, "resound"))
    made = put_together("resound", wanted, cube)
    assert same(list(made.rendered.frames), decoded(cube))
    assert made.rendered.sound.shape == (2, 72_000)
    assert [(word.text, word.start_s) for word in made.rendered.words] == [
        ("good", 0.0),
        ("night", 0.2),
        ("bye", 0.75),
    ]


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """A second of the diorama, which is full of detail."""
    wanted = spec(prompt="a red ball bounces in a forest")
    made = put_together("text", wanted, engine=DIORAMA)
    clip = filmed(tmp_path_factory.mktemp("fox") / "fox.mp4", made)
    return replace(clip, whole=wanted)


@pytest.mark.parametrize(
    ("region", "span"),
    [
        (Region("box", box=(0.0, 0.0, 1.0, 0.4)), Span(0.25, 0.75)),
        (Region("words", words="the ball"), Span(0.25, 0.75)),
        (None, Span(0.5, 1.0)),
    ],
    ids=["a box", "a thing", "a time"],
)
def test_the_diorama_changes_only_what_it_is_asked_to(
    fox: Clip, region: Region | None, span: Span
) -> None:
    source = source_of(fox, "edit", region=region)
    wanted = spec(prompt="a blue cube in snow at night", source=source)
    made = put_together("edit", wanted, fox, engine=DIORAMA, span=span)
    frames, truth = list(made.rendered.frames), decoded(fox)
    start, stop = round(span.start_s * 24), round(span.end_s * 24)
    assert same(frames[:start], truth[:start])
    assert same(frames[stop:], truth[stop:])
    changed = [
        (frame != was).any(axis=2)
        for frame, was in zip(frames[start:stop], truth[start:stop], strict=True)
    ]
    assert all(each.any() for each in changed)
    if region is not None and region.kind == "box":
        assert not any(each[round(0.4 * CANVAS[1]) :].any() for each in changed)
    if region is not None and region.kind == "words":
        assert max(float(each.mean()) for each in changed) < 0.5


def test_the_diorama_goes_on_and_sounds_anew_without_touching_a_frame(fox: Clip) -> None:
    longer = put_together(
        "extend",
        spec(prompt="", seconds=1.5, source=source_of(fox, "after", spec=fox.whole)),
        fox,
        engine=DIORAMA,
    )
    frames, truth = list(longer.rendered.frames), decoded(fox)
    assert same(frames[:24], truth)
    step = [float(np.abs(a.astype(int) - b).mean()) for a, b in pairwise(frames)]
    assert step[23] < 3 * max(step[18:23])
    heard = put_together(
        "resound",
        spec(prompt="", source=source_of(fox, "resound"), sound=SoundWish(music="calm")),
        fox,
        engine=DIORAMA,
    )
    assert same(list(heard.rendered.frames), truth)


def test_the_diorama_changes_a_later_shot_and_the_sound_of_a_board(tmp_path: Path) -> None:
    shots = (Shot("a red ball bounces", 0.73), Shot("a cat walks in snow", 0.52))
    wanted = spec(seconds=1.25)
    board = filmed(
        tmp_path / "board.mp4", put_together("storyboard", wanted, engine=DIORAMA, shots=shots)
    )
    specs = [
        replace(wanted, prompt=shot.prompt, seconds=shot.end_s - shot.start_s)
        for shot in board.shots
    ]
    board, truth = replace(board, specs=tuple(specs)), decoded(board)
    rain = spec(prompt="it rains", seconds=1.25, source=source_of(board, "edit"))
    edited = put_together("edit", rain, board, engine=DIORAMA, span=Span(0.75, 1.25))
    assert same(list(edited.rendered.frames)[:18], truth[:18])
    region = Region("box", box=(0, 0, 1, 0.5))
    sky = replace(rain, source=source_of(board, "edit", region=region))
    assert len(list(put_together("edit", sky, board, engine=DIORAMA).rendered.frames)) == 30
    again = put_together("edit", replace(rain, seed=3), board, engine=DIORAMA, shot=1)
    frames = list(again.rendered.frames)
    assert same(frames[:18], truth[:18])
    assert not same(frames[18:], truth[18:])
    heard = spec(prompt="", seconds=1.25, source=source_of(board, "resound"))
    sound = put_together("resound", heard, board, engine=DIORAMA).rendered.sound
    assert sound.shape == (2, 60_000)


def test_stills_of_an_edit_lie_on_the_frames_that_they_change(ball: Clip) -> None:
    region = Region("box", box=(0.0, 0.5, 1.0, 1.0))
    source = source_of(ball, "edit", region=region)
    wanted = spec(prompt="a tree", seed=5, seconds=2, purpose="stills", source=source)
    made = put_together("edit", wanted, ball, span=Span(0.5, 1.0))
    frames, truth = list(made.rendered.frames), decoded(ball)
    for place, index in ((0, 14), (6, 18), (12, 22)):
        assert np.array_equal(frames[place][:96], truth[index][:96])
        assert not np.array_equal(frames[place][96:], truth[index][96:])


def test_cuts_have_no_stills(ball: Clip) -> None:
    with pytest.raises(EngineError, match="no new pictures"):
        put_together("trim", spec(purpose="stills"), ball, pieces=(Piece(span=Span(0, 1)),))


def test_a_change_without_a_clip_is_refused(ball: Clip) -> None:
    with pytest.raises(EngineError, match="no clip"):
        put_together("resound", spec(), ball)


def test_a_clip_that_is_gone_is_said(tmp_path: Path, ball: Clip) -> None:
    gone = Clip(tmp_path / "gone.mp4", "", ball.shots)
    with pytest.raises(Exception, match="gone"):
        put_together("trim", spec(), gone, pieces=(Piece(span=Span(0, 1)),))
