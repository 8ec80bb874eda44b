"""One pass over the frames makes everything that is delivered."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from core import provenance
from core.media import captions, probing, samples
from core.media.encoding import ladder
from core.media.errors import MediaError
from core.media.finishing import Finished, Marks, finish
from core.media.labels import Label
from core.media.pictures import Picture
from core.watermark.detection import detect_file
from tests.core import footage as made

NAMES = {"180.mp4", "hls.m3u8", "hls_180.m3u8", "hls_180.mp4", "hls_audio.m3u8", "hls_audio.mp4",
         "poster.webp", "sprite.webp"}  # fmt: skip


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    footage = replace(made.footage(), words=(captions.Word("Hello", 0.2, 0.6, "ana"),))
    return made.finished(tmp_path_factory.mktemp("finished") / "clip", footage)


def test_a_clip_has_every_file_and_each_is_described(clip: Finished) -> None:
    public = clip.folder / "public"
    assert {item.name for item in clip.deliverables} == NAMES | {"captions.vtt"}
    for item in clip.deliverables:
        content = (public / item.name).read_bytes()
        assert item.sha256 == hashlib.sha256(content).hexdigest()
        assert item.size_bytes == len(content)
    assert sorted(path.name for path in clip.folder.iterdir()) == ["private", "public"]


def test_the_movie_starts_fast_and_says_what_its_colours_are(clip: Finished) -> None:
    path = clip.folder / "public" / "180.mp4"
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    probe = probing.probe(path)
    assert (probe.width, probe.height, probe.fps, probe.frame_count) == (180, 320, 24, 48)
    assert (probe.video_codec, probe.audio_codec) == ("h264", "aac")
    with av.open(str(path)) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.colorspace, codec.color_primaries, codec.color_trc, codec.color_range) == (
            1, 1, 1, 1,
        )  # fmt: skip
        keys = [frame.pts for frame in container.decode(video=0) if frame.key_frame]
    assert len(keys) == 2


def test_colours_come_out_as_they_went_in(clip: Finished) -> None:
    shown = probing.sample_frames(clip.folder / "public" / "180.mp4", every_s=10)[0]
    drawn = next(made.scene("flat", canvas=(180, 320), frames=48))
    assert np.abs(shown[300].astype(int) - drawn[300]).mean() < 4


def test_the_stream_plays_through_its_playlist_after_signing(clip: Finished) -> None:
    public = clip.folder / "public"
    with av.open(str(public / "hls.m3u8")) as stream:
        assert sum(1 for _ in stream.decode(video=0)) == 48
    with av.open(str(public / "hls.m3u8")) as stream:
        samples = sum(frame.samples for frame in stream.decode(audio=0))
    assert samples == pytest.approx(2 * 48_000, abs=1024)
    assert provenance.media_type_of(public / "hls_180.mp4") == "video/mp4"


def test_sound_and_picture_of_the_stream_start_together(clip: Finished) -> None:
    def first_knock(name: str) -> int:
        with av.open(str(clip.folder / "public" / name)) as container:
            sound = np.concatenate([f.to_ndarray()[0] for f in container.decode(audio=0)])
        return int(np.argmax(np.abs(sound[24_000 - 2400 :]) > 0.3))

    assert first_knock("hls.m3u8") == pytest.approx(first_knock("180.mp4"), abs=48)


def test_every_byte_range_of_a_playlist_is_a_fragment(clip: Finished) -> None:
    public = clip.folder / "public"
    content = (public / "hls_180.mp4").read_bytes()
    ranges = [
        tuple(int(part) for part in line.partition(":")[2].split("@"))
        for line in (public / "hls_180.m3u8").read_text().splitlines()
        if line.startswith("#EXT-X-BYTERANGE")
    ]
    assert len(ranges) == 2
    assert all(content[offset + 4 : offset + 8] == b"moof" for _, offset in ranges)
    assert sum(ranges[-1]) == len(content)


def test_the_master_playlist_names_codecs_size_rate_and_sound(clip: Finished) -> None:
    text = (clip.folder / "public" / "hls.m3u8").read_text()
    assert 'CODECS="avc1.64' in text
    assert 'mp4a.40.2"' in text
    assert "RESOLUTION=180x320" in text
    assert "FRAME-RATE=24.000" in text
    assert 'AUDIO="sound"' in text


def test_everything_visible_is_signed_and_the_mark_is_in_the_manifest(
    clip: Finished, tmp_path: Path
) -> None:
    anchors = made.signer(clip.folder.parent / "keys").anchors
    signed = [item for item in clip.deliverables if item.name.endswith((".mp4", ".webp"))]
    assert len(signed) == 5
    for item in signed:
        said = provenance.read(clip.folder / "public" / item.name, anchors=anchors)
        assert (said.state, said.render_id, said.mark_key_id) == ("trusted", "render of Clip", "m1")


def test_the_master_is_neither_marked_nor_labelled(clip: Finished) -> None:
    master = probing.sample_frames(clip.master, every_s=0.5)
    public = probing.sample_frames(clip.folder / "public" / "180.mp4", every_s=0.5)
    drawn = next(made.scene("flat", canvas=(180, 320), frames=48))
    label = np.s_[30:45, 12:80]
    assert np.abs(master[0][label].astype(int) - drawn[label]).mean() < 3
    assert np.abs(public[0][label].astype(int) - drawn[label]).mean() > 15
    assert detect_file(clip.master, keys=[made.KEY]) is None


def test_the_label_rests_in_three_places_even_in_a_short_clip() -> None:
    label = Label(product="P", handle="ana", canvas=(180, 320), frame_count=24, fps=24)
    assert len({label.place(index) for index in range(24)}) == 3


@pytest.mark.parametrize("background", [10, 128, 245])
def test_the_label_is_legible_on_any_background(background: int) -> None:
    picture = Picture.from_rgb(np.full((640, 360, 3), background, dtype=np.uint8))
    label = Label(product="Afterimage", handle="ana", canvas=(360, 640), frame_count=24, fps=24)
    label.blend(picture, frame_index=0)
    x, y = label.place(0)
    text = picture.luma[y : y + 24, x + 30 : x + 80]
    assert int(text.max()) - int(np.median(text)) > 60


def test_a_long_handle_stays_in_the_picture() -> None:
    picture = Picture.from_rgb(np.zeros((320, 180, 3), dtype=np.uint8))
    label = Label(product="P", handle="w" * 40, canvas=(180, 320), frame_count=24, fps=24)
    label.blend(picture, frame_index=12)
    assert picture.luma.max() > 150


def test_the_sprite_has_a_tile_for_every_half_second(clip: Finished) -> None:
    assert clip.sprite.tiles == 4
    assert clip.sprite.every_s == 0.5
    assert len(clip.fingerprint.frames) == 4


def test_samples_for_the_checks_have_no_label(clip: Finished) -> None:
    drawn = list(made.scene("flat", canvas=(180, 320), frames=48))[::2]
    small = [cv2.resize(one, (144, 256), interpolation=cv2.INTER_AREA) for one in drawn]
    assert clip.samples.per_s == 12
    assert np.array_equal(clip.samples.frames, np.stack(small))


def test_samples_taken_in_passing_are_those_of_the_master(clip: Finished) -> None:
    """A review after a restart has only the file; it must see what the first one would have."""
    read = samples.of_file(clip.master)
    assert (read.frames.shape, read.per_s) == (clip.samples.frames.shape, clip.samples.per_s)
    assert np.abs(read.frames.astype(int) - clip.samples.frames).mean() < 2


def test_captions_are_written_for_words(clip: Finished) -> None:
    text = (clip.folder / "public" / "captions.vtt").read_text()
    assert text == "WEBVTT\n\n00:00:00.200 --> 00:00:01.000\n<v ana>Hello\n"


def test_captions_cannot_be_broken_by_what_is_said() -> None:
    text = captions.web_vtt([captions.Word("<b>&-->", 0.0, 0.5), captions.Word("x", 2.0, 2.5)])
    assert "&lt;b&gt;&amp;--&gt;" in text
    assert text.count("-->") == 2


@pytest.mark.parametrize("frames", [30, 60])
def test_another_number_of_frames_than_promised_leaves_nothing(frames: int, tmp_path: Path) -> None:
    footage = replace(made.footage(), frames=made.scene("flat", canvas=(180, 320), frames=frames))
    with pytest.raises(MediaError, match="promised"):
        made.finished(tmp_path / "work" / "clip", footage)
    assert [path.name for path in (tmp_path / "work").iterdir() if path.name != "keys"] == []


def test_frames_of_another_size_are_refused(tmp_path: Path) -> None:
    footage = replace(made.footage(), canvas=(320, 180))
    with pytest.raises(MediaError, match="Frame 0 is uint8"):
        made.finished(tmp_path / "clip", footage)


def test_cancelling_stops_every_thread_and_leaves_nothing(tmp_path: Path) -> None:
    class CancelledError(Exception):
        pass

    def report(done: int, total: int) -> None:
        if done == 20:
            raise CancelledError

    before = threading.active_count()
    with pytest.raises(CancelledError):
        finish(
            made.footage(),
            folder=tmp_path / "work" / "clip",
            marks=Marks("P", "ana", made.KEY, 1),
            signer=made.signer(tmp_path / "keys"),
            statement=made.statement(),
            report=report,
        )
    assert threading.active_count() == before
    assert list((tmp_path / "work").iterdir()) == []


def test_what_the_engine_raises_comes_through(tmp_path: Path) -> None:
    def frames() -> Iterator[np.ndarray]:
        yield from made.scene("flat", canvas=(180, 320), frames=5)
        raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError, match="out of memory"):
        made.finished(tmp_path / "clip", replace(made.footage(), frames=frames()))


def test_a_folder_that_exists_is_never_written_into(tmp_path: Path) -> None:
    (tmp_path / "clip").mkdir()
    with pytest.raises(FileExistsError):
        made.finished(tmp_path / "clip")


@pytest.mark.parametrize(
    ("canvas", "names"),
    [
        ((1080, 1920), ["1080", "720", "540", "360"]),
        ((1280, 720), ["720", "540", "360"]),
        ((540, 540), ["540", "360"]),
        ((480, 854), ["480", "360"]),
        ((640, 360), ["360"]),
        ((180, 320), ["180"]),
    ],
)
def test_a_clip_is_delivered_at_its_own_size_and_the_usual_ones_below(
    canvas: tuple[int, int], names: list[str]
) -> None:
    rungs = ladder(*canvas)
    assert [rung.name for rung in rungs] == names
    assert (rungs[0].width, rungs[0].height) == canvas


def test_a_large_clip_of_thirty_frames_a_second_carries_its_mark(tmp_path: Path) -> None:
    wide = replace(made.footage("textured", canvas=(1080, 1080), frames=30), fps=30)
    wide = replace(wide, sound=made.knocks(1.0))
    clip = made.finished(tmp_path / "clip", wide)
    facts = probing.probe(clip.folder / "public" / "1080.mp4")
    assert (facts.width, facts.height, facts.fps, facts.frame_count) == (1080, 1080, 30, 30)
    found = detect_file(clip.folder / "public" / "1080.mp4", keys=[made.KEY])
    assert found is not None
    assert found.payload == made.PAYLOAD


def test_a_full_size_clip_has_three_renditions_and_carries_its_mark(tmp_path: Path) -> None:
    footage = made.footage("textured", canvas=(720, 1280), frames=48)
    clip = made.finished(tmp_path / "clip", footage)
    sizes = {item.name: (item.width, item.height) for item in clip.deliverables}
    assert sizes["720.mp4"] == (720, 1280)
    assert sizes["540.mp4"] == (540, 960)
    assert sizes["hls_360.mp4"] == (360, 640)
    for name in ("720.mp4", "360.mp4"):
        found = detect_file(clip.folder / "public" / name, keys=[made.KEY])
        assert found is not None
        assert found.payload == made.PAYLOAD
    assert clip.loudness_lufs == pytest.approx(-14, abs=0.5)
