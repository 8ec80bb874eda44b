"""Perceptual fingerprints: copies are found, strangers are not."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from core import fingerprints
from core.fingerprints import Fingerprint
from core.media.encoding import Movie, ladder, write_sound
from core.media.pictures import Picture
from tests.core import footage as made


def _frames(kind: str) -> npt.NDArray[np.uint8]:
    return np.stack(list(made.scene(kind, canvas=(180, 320), frames=48)))[::12]


def _of(frames: npt.NDArray[np.uint8]) -> Fingerprint:
    return fingerprints.of_frames(frames, every_s=0.5)


@pytest.fixture(scope="module")
def textured() -> npt.NDArray[np.uint8]:
    return _frames("textured")


def test_a_coded_copy_matches(textured: npt.NDArray[np.uint8], tmp_path: Path) -> None:
    write_sound(tmp_path / "sound.mp4", made.knocks(2), sample_rate_hz=made.RATE_HZ)
    rung = ladder(180, 320)[0]._replace(crf=26)
    movie = Movie(tmp_path / "a.mp4", rung=rung, fps=24, sound=tmp_path / "sound.mp4")
    for index, frame in enumerate(made.scene("textured", canvas=(180, 320), frames=48)):
        movie.add(Picture.from_rgb(frame), frame_index=index)
    movie.close()
    match = fingerprints.compare(fingerprints.of_file(tmp_path / "a.mp4"), _of(textured))
    assert match.is_match
    assert not match.is_dark
    turned = fingerprints.of_file(tmp_path / "a.mp4", dihedral=True)
    mirrored = _of(np.ascontiguousarray(textured[:, :, ::-1]))
    assert fingerprints.compare(mirrored, turned).ratio == 1.0


def test_half_the_size_matches(textured: npt.NDArray[np.uint8]) -> None:
    small = np.stack([cv2.resize(frame, (90, 160)) for frame in textured])
    assert fingerprints.compare(_of(small), _of(textured)).is_match


def test_a_piece_of_a_clip_matches_the_whole(textured: npt.NDArray[np.uint8]) -> None:
    assert fingerprints.compare(_of(textured[1:3]), _of(textured)).is_match


def test_black_bars_are_cut_off_first(textured: npt.NDArray[np.uint8]) -> None:
    boxed = np.pad(textured, ((0, 0), (0, 0), (70, 70), (0, 0)))
    assert not fingerprints.compare(_of(boxed), _of(textured)).is_match
    assert fingerprints.compare(_of(fingerprints.trimmed(boxed)), _of(textured)).is_match


def test_another_clip_does_not_match(textured: npt.NDArray[np.uint8]) -> None:
    other = np.ascontiguousarray(textured[:, ::-1, ::-1])
    assert not fingerprints.compare(_of(other), _of(textured)).is_match


def test_a_dark_clip_is_compared_apart_and_says_so(textured: npt.NDArray[np.uint8]) -> None:
    night = np.stack(list(made.scene("dark", canvas=(180, 320), frames=48)))[::12] // 4
    match = fingerprints.compare(_of(night), _of(night))
    assert match.is_match
    assert match.is_dark
    assert not fingerprints.compare(_of(night), _of(textured)).is_match


def test_nothing_matches_nothing() -> None:
    assert not fingerprints.compare(Fingerprint(()), Fingerprint(())).is_match


def test_a_fingerprint_survives_a_database_column(textured: npt.NDArray[np.uint8]) -> None:
    stored = _of(textured)
    assert Fingerprint.from_bytes(stored.to_bytes()) == stored
