"""The invisible mark: cannot be seen, and is found again in copies."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
import numpy.typing as npt
import pytest

from core.media.pictures import Picture
from core.watermark import codes
from core.watermark.detection import Detection, detect, detect_file
from core.watermark.embedding import Embedder
from core.watermark.keys import MarkKey
from tests.core import footage as made

CANVAS, FRAMES = (540, 960), 48
OTHER = MarkKey.derive(b"another secret", key_id="m1")


class _Pair(NamedTuple):
    clean: list[Picture]
    marked: list[Picture]


@pytest.fixture(scope="module", params=["textured", "flat", "dark"])
def pair(request: pytest.FixtureRequest) -> _Pair:
    clean = [
        Picture.from_rgb(frame) for frame in made.scene(request.param, canvas=CANVAS, frames=FRAMES)
    ]
    embedder = Embedder(made.KEY, payload=made.PAYLOAD, canvas=CANVAS, fps=made.FPS)
    marked = [_marked(picture, embedder, frame_index=index) for index, picture in enumerate(clean)]
    return _Pair(clean, marked)


def _marked(picture: Picture, embedder: Embedder, *, frame_index: int) -> Picture:
    marked = picture.with_new_luma()
    embedder.mark(picture.luma, frame_index=frame_index, out=marked.luma)
    return marked


def _coded(pictures: Sequence[Picture], path: Path, *, crf: int = 28) -> Path:
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=made.FPS)
        stream.width, stream.height = pictures[0].width, pictures[0].height
        stream.pix_fmt = "yuv420p"
        stream.options = {"crf": str(crf), "preset": "superfast"}
        for picture in pictures:
            output.mux(stream.encode(picture.to_frame()))
        output.mux(stream.encode(None))
    return path


def _cut(plane: npt.NDArray[np.uint8], unit: int) -> npt.NDArray[np.uint8]:
    return plane[36 // unit : -12 // unit, 14 // unit : -28 // unit]


def _changed(
    picture: Picture, change: Callable[[npt.NDArray[np.uint8], int], npt.NDArray[np.uint8]]
) -> Picture:
    planes = [change(picture.luma, 1), change(picture.blue, 2), change(picture.red, 2)]
    height, width = planes[0].shape
    other = Picture.blank(width, height)
    for target, source in zip((other.luma, other.blue, other.red), planes, strict=True):
        target[:] = source
    return other


def _found(path: Path) -> Detection:
    found = detect_file(path, keys=[made.KEY])
    assert found is not None
    assert found.payload == made.PAYLOAD
    assert found.key_id == "m1"
    return found


def test_the_mark_cannot_be_seen(pair: _Pair) -> None:
    for before, after in zip(pair.clean[::10], pair.marked[::10], strict=True):
        error = np.square(before.luma.astype(float) - after.luma).mean()
        assert 10 * np.log10(255**2 / error) > 40


def test_it_survives_strong_compression(pair: _Pair, tmp_path: Path) -> None:
    _found(_coded(pair.marked, tmp_path / "a.mp4"))


def test_it_survives_half_the_size(pair: _Pair, tmp_path: Path) -> None:
    small = [picture.scaled(270, 480) for picture in pair.marked]
    _found(_coded(small, tmp_path / "a.mp4"))


def test_it_survives_a_cut_of_a_tenth(pair: _Pair, tmp_path: Path) -> None:
    cut = [_changed(picture, _cut) for picture in pair.marked]
    assert _found(_coded(cut, tmp_path / "a.mp4")).scale < 0.97


def test_it_survives_a_mirror(pair: _Pair, tmp_path: Path) -> None:
    turned = [_changed(picture, lambda plane, _: plane[:, ::-1]) for picture in pair.marked]
    assert _found(_coded(turned, tmp_path / "a.mp4")).is_mirrored


def test_it_survives_a_lost_beginning(pair: _Pair, tmp_path: Path) -> None:
    _found(_coded(pair.marked[17:], tmp_path / "a.mp4", crf=23))


def test_an_unmarked_clip_and_a_foreign_key_find_nothing(pair: _Pair) -> None:
    clean = [picture.luma for picture in pair.clean[:24]]
    marked = [picture.luma for picture in pair.marked[:24]]
    assert detect(clean, fps=made.FPS, keys=[made.KEY]) is None
    assert detect(marked, fps=made.FPS, keys=[OTHER]) is None


def test_averaging_over_time_shows_no_pattern() -> None:
    still = [np.full((960, 540), 128, dtype=np.uint8)] * 48
    embedder = Embedder(made.KEY, payload=made.PAYLOAD, canvas=CANVAS, fps=made.FPS)
    marked = [embedder.mark(luma, frame_index=index) for index, luma in enumerate(still)]
    assert np.abs(np.mean(marked, axis=0) - 128).mean() < 0.1
    assert np.abs(marked[5].astype(float) - 128).mean() > 0.5


def test_no_frames_hold_no_mark() -> None:
    assert detect([], fps=24, keys=[made.KEY]) is None


def test_up_to_four_wrong_bits_are_corrected_wherever_they_are() -> None:
    chance = random.Random(7)  # noqa: S311 - the same words every time
    for _ in range(200):
        payload, wrong = chance.getrandbits(codes.PAYLOAD_BITS), chance.randint(0, 4)
        word = codes.encode(payload)
        for position in chance.sample(range(codes.CODE_BITS), wrong):
            word[position] ^= 1
        assert codes.decode(word) == (payload, wrong)


@pytest.mark.parametrize("payload", [-1, 1 << 39])
def test_a_payload_that_does_not_fit_is_refused(payload: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        codes.encode(payload)
