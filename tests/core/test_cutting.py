"""Clips read again, joined and changed in part: exact to the frame and the sample."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from core.media.cutting import edits, joins
from core.media.cutting.edits import Stencil
from core.media.cutting.joins import Piece
from core.media.cutting.reels import Reel, at_studio_rate, fitted, samples_of
from core.media.encoding import Movie, master, write_sound
from core.media.errors import MediaError
from core.media.pictures import Picture
from tests.core.footage import FPS, RATE_HZ, Rgb, knocks, scene

CANVAS = (96, 160)
FRAMES = 60


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A master as finishing writes it: two and a half seconds, three groups of pictures."""
    return _filmed(tmp_path_factory.mktemp("film"), canvas=CANVAS)


def _filmed(folder: Path, *, canvas: tuple[int, int], frames: int = FRAMES) -> Path:
    sound, path = folder / "sound.mp4", folder / "master.mp4"
    write_sound(sound, knocks(frames / FPS), sample_rate_hz=RATE_HZ, codec="flac")
    movie = Movie(path, rung=master(*canvas), fps=FPS, sound=sound)
    for index, frame in enumerate(scene("textured", canvas=canvas, frames=frames)):
        movie.add(Picture.from_rgb(frame), frame_index=index)
    movie.close()
    return path


def _decoded(path: Path) -> list[Rgb]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_a_clip_read_again_gives_the_decoders_own_frames_from_any_point(film: Path) -> None:
    reel, truth = Reel.of(film), _decoded(film)
    assert (reel.frame_count, reel.fps, reel.canvas) == (FRAMES, FPS, CANVAS)
    for start, stop in ((0, FRAMES), (1, 2), (23, 26), (24, 25), (37, 60)):
        frames = list(reel.frames(start, stop))
        assert len(frames) == stop - start
        assert all(map(np.array_equal, frames, truth[start:stop]))


def test_colours_survive_being_kept_and_read_again(tmp_path: Path) -> None:
    sound, path = tmp_path / "sound.mp4", tmp_path / "master.mp4"
    write_sound(sound, knocks(0.5), sample_rate_hz=RATE_HZ, codec="flac")
    movie = Movie(path, rung=master(*CANVAS), fps=FPS, sound=sound)
    flag = np.zeros((160, 96, 3), np.uint8)
    flag[:80], flag[80:120], flag[120:] = (200, 60, 40), (30, 160, 70), (240, 240, 240)
    for index in range(12):
        movie.add(Picture.from_rgb(flag), frame_index=index)
    movie.close()
    last = list(Reel.of(path).frames())[-1].astype(int)
    for row in (40, 100, 140):
        assert np.abs(last[row, 48] - flag[row, 48]).max() <= 4


def test_sound_read_again_is_cut_to_the_sample(film: Path) -> None:
    reel = Reel.of(film)
    whole = reel.sound()
    assert whole.shape == (2, samples_of(FRAMES, fps=FPS)) == (2, 120_000)
    assert np.abs(whole - knocks(FRAMES / FPS)).max() < 1 / 32_000  # kept with 16 bits
    assert np.array_equal(reel.sound(7, 31), whole[:, 14_000:62_000])


def test_a_clip_can_be_read_at_another_rate_and_keeps_its_length(film: Path) -> None:
    truth = _decoded(film)
    faster, slower = Reel.of(film, fps=30), Reel.of(film, fps=12)
    assert (faster.frame_count, slower.frame_count) == (75, 30)
    assert faster.seconds == slower.seconds == 2.5
    shown = list(faster.frames())
    assert np.array_equal(shown[0], truth[0])
    assert np.array_equal(shown[-1], truth[-1])
    assert np.array_equal(next(faster.frames(50, 51)), shown[50])
    assert len(list(slower.frames())) == 30
    assert faster.sound().shape == (2, 120_000)


def test_a_picture_of_another_shape_lies_whole_on_a_dark_blur_of_itself() -> None:
    upright = np.full((160, 90, 3), 200, np.uint8)
    wide = fitted(upright, canvas=(160, 90))
    assert wide.shape == (90, 160, 3)
    assert (wide[:, 60:100] == 200).all()
    assert (wide[:, :50] < 120).all()
    assert (wide[:, :50] > 60).all()
    assert fitted(upright, canvas=(90, 160)) is upright
    # 480 lines portrait are 853.3 high, rounded to even: no bars of one pixel.
    assert (fitted(upright, canvas=(480, 854)) == 200).all()


def test_what_is_no_clip_is_refused(tmp_path: Path) -> None:
    junk = tmp_path / "junk.mp4"
    junk.write_bytes(b"no film at all" * 100)
    with pytest.raises(MediaError, match="junk"):
        Reel.of(junk)


def test_a_clip_that_was_cut_off_says_so(film: Path) -> None:
    longer = Reel(film, FPS, CANVAS, FRAMES + 5, Reel.of(film).own_fps, FRAMES + 5)
    with pytest.raises(MediaError, match="ends before"):
        list(longer.frames())


def _flat(value: int, count: int) -> Iterator[Rgb]:
    return (np.full((16, 32, 3), value, np.uint8) for _ in range(count))


def _tone(count: int, level: float = 0.5) -> npt.NDArray[np.float32]:
    return np.full((2, samples_of(count, fps=FPS)), level, np.float32)


def _piece(value: int, count: int, **how: object) -> Piece:
    return Piece(_flat(value, count), count, _tone(count), **how)  # type: ignore[arg-type]


def test_pieces_follow_each_other_and_transitions_overlap() -> None:
    pieces = [
        _piece(0, 12),
        _piece(200, 12, transition="dissolve", overlap=4),
        _piece(100, 6),
    ]
    assert joins.length_of(pieces) == 26
    assert joins.starts_of(pieces) == [0, 8, 20]
    shown = [int(frame[0, 0, 0]) for frame in joins.joined_frames(pieces)]
    assert shown == [0] * 8 + [40, 80, 120, 160] + [200] * 8 + [100] * 6
    assert joins.joined_sound(pieces, fps=FPS).shape == (2, 52_000)


@pytest.mark.parametrize(
    ("transition", "left", "right"),
    [("dissolve", 75, 75), ("fade", 50, 50), ("wipe", 100, 0), ("slide", 0, 100)],
)
def test_each_transition_looks_as_it_is_called(transition: str, left: int, right: int) -> None:
    before, after = next(_flat(0, 1)), next(_flat(100, 1))
    frame = joins.mixed(before, after, share=0.75, transition=transition)  # type: ignore[arg-type]
    assert frame.shape == before.shape
    assert (int(frame[0, 0, 0]), int(frame[0, -1, 0])) == (left, right)


def test_a_crossfade_of_two_different_sounds_keeps_their_power() -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, (2, 2, samples_of(48, fps=FPS)))
    first, second = noise.astype(np.float32)
    pieces = [
        Piece(_flat(0, 48), 48, first),
        Piece(_flat(0, 48), 48, second, transition="dissolve", overlap=24),
    ]
    whole = joins.joined_sound(pieces, fps=FPS)
    levels = [float(np.std(whole[:, at : at + 12_000])) for at in range(0, 132_000, 12_000)]
    assert max(levels) / min(levels) < 1.06
    assert np.array_equal(whole[:, :48_000], first[:, :48_000])


def test_a_fade_is_silent_in_its_middle() -> None:
    pieces = [_piece(0, 24), _piece(0, 24, transition="fade", overlap=12)]
    whole = joins.joined_sound(pieces, fps=FPS)
    middle = samples_of(12 + 6, fps=FPS)
    assert np.abs(whole[:, middle - 100 : middle + 100]).max() < 0.02


def test_a_cut_between_two_sounds_does_not_click() -> None:
    first, second = _tone(12, 0.5), _tone(12, -0.5)
    cut = joins.joined_sound(
        [Piece(_flat(0, 12), 12, first), Piece(_flat(0, 12), 12, second)], fps=FPS
    )
    assert np.abs(np.diff(cut)).max() < 0.005
    assert np.array_equal(cut[:, :24_000], first)
    assert np.array_equal(cut[:, 24_960:], second[:, 960:])


def test_a_transition_that_does_not_fit_is_refused() -> None:
    with pytest.raises(MediaError, match="longer than"):
        joins.length_of([_piece(0, 6), _piece(0, 24, transition="wipe", overlap=8)])
    with pytest.raises(MediaError, match="first"):
        joins.length_of([_piece(0, 6, transition="wipe", overlap=2)])


@pytest.mark.parametrize(("has", "why"), [(5, "ended before"), (7, "more frames")])
def test_a_piece_that_breaks_its_promise_is_noticed(has: int, why: str) -> None:
    with pytest.raises(MediaError, match=why):
        list(joins.joined_frames([Piece(_flat(0, has), 6, _tone(6))]))


def test_no_more_than_two_frames_are_held_at_once() -> None:
    alive, most = 0, 0

    class Counted(np.ndarray):  # type: ignore[type-arg]
        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def counted(count: int) -> Iterator[Rgb]:
        nonlocal alive, most
        for _ in range(count):
            frame = np.zeros((16, 32, 3), np.uint8).view(Counted)
            alive += 1
            most = max(most, alive)
            yield frame

    pieces = [
        Piece(counted(60), 60, _tone(60)),
        Piece(counted(60), 60, _tone(60), transition="wipe", overlap=24),
    ]
    for _ in joins.joined_frames(pieces):
        pass
    assert most <= 6


def test_an_edit_changes_nothing_outside_its_box_and_time(film: Path) -> None:
    reel, truth = Reel.of(film), _decoded(film)
    stencil = Stencil.of_box((0.25, 0.5, 0.75, 1.0), canvas=CANVAS)
    new = (np.full((160, 96, 3), 255, np.uint8) for _ in range(12))
    edited = list(edits.edited_frames(reel.frames(), new, start=30, stop=42, stencil=stencil))
    outside = np.ones((160, 96), bool)
    outside[80:, 24:72] = False
    assert len(edited) == FRAMES
    for index, (frame, was) in enumerate(zip(edited, truth, strict=True)):
        if 30 <= index < 42:
            assert np.array_equal(frame[outside], was[outside])
            assert (frame[90:, 36:60] == 255).all()
        else:
            assert np.array_equal(frame, was)


def test_a_soft_border_lies_inside_the_mask() -> None:
    mask = np.zeros((160, 96), np.uint8)
    mask[40:120, 20:80] = 255
    frame = Stencil.of_mask(mask, canvas=CANVAS).composited(
        np.zeros((160, 96, 3), np.uint8), np.full((160, 96, 3), 200, np.uint8)
    )
    assert not frame[mask == 0].any()
    assert 0 < frame[80, 20, 0] < frame[80, 21, 0] <= 200
    assert frame[80, 50, 0] == 200


def test_masks_that_come_with_the_frames_are_hard() -> None:
    masks = []
    for left in (2, 9):
        mask = np.zeros((16, 32), np.uint8)
        mask[:, left : left + 5] = 255
        masks.append(mask)
    changed = list(edits.masked_frames(_flat(10, 4), _flat(90, 2), iter(masks), start=1, stop=3))
    assert [np.flatnonzero(frame[0, :, 0] == 90).tolist() for frame in changed] == [
        [],
        [2, 3, 4, 5, 6],
        [9, 10, 11, 12, 13],
        [],
    ]


def test_a_box_without_area_is_refused() -> None:
    with pytest.raises(MediaError, match="no area"):
        Stencil.of_box((0.5, 0.2, 0.5, 0.8), canvas=CANVAS)


def test_new_sound_leaves_every_sample_outside_as_it_was() -> None:
    old, new = _tone(48, 0.4), _tone(12, -0.4)
    whole = edits.patched_sound(old, new, start=24_000)
    assert np.array_equal(whole[:, :24_000], old[:, :24_000])
    assert np.array_equal(whole[:, 48_000:], old[:, 48_000:])
    assert (whole[:, 25_000:47_000] == -np.float32(0.4)).all()
    assert np.abs(np.diff(whole)).max() < 0.005


def test_sound_of_another_rate_is_brought_to_the_studios() -> None:
    at = np.arange(16_000) / 16_000
    tone = np.stack([np.sin(2 * np.pi * 440 * at)] * 2).astype(np.float32)
    studio = at_studio_rate(tone, sample_rate_hz=16_000, samples=48_000)
    assert studio.shape == (2, 48_000)
    spectrum = np.abs(np.fft.rfft(studio[0]))
    assert int(spectrum.argmax()) == 440
