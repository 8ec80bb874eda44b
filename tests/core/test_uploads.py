"""Files from strangers: what is refused, and what the clean copy no longer carries."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from core.media import probing, uploads
from core.media.uploads import Reason, UploadRefused, VideoLimits


def _movie(
    path: Path, *, frames: int = 24, frame_s: float = 1 / 24, metadata: dict[str, str] | None = None
) -> bytes:
    options = {"movflags": "use_metadata_tags+faststart"}
    with av.open(str(path), "w", format="mp4", options=options) as output:
        output.metadata.update(metadata or {})
        stream = output.add_stream("libx264", rate=Fraction(1 / frame_s).limit_denominator(4000))
        stream.width, stream.height, stream.pix_fmt = 96, 160, "yuv420p"
        for index in range(frames):
            pixels = np.full((160, 96, 3), index * 5 % 255, dtype=np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
    return path.read_bytes()


class _Stream:
    """Takes bytes as a recording browser sends them: never goes back to write what came out."""

    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, data: bytes) -> int:
        self.content += data
        return len(data)


def _recording(*, damaged: frozenset[int] = frozenset()) -> bytes:
    """A WebM of 60 pictures with sound, with no length in its header; some packets are noise."""
    out = _Stream()
    random = np.random.default_rng(1)
    with av.open(out, "w", format="webm", options={"live": "1"}) as output:
        video = output.add_stream("libvpx", rate=30)
        video.width, video.height, video.pix_fmt = 96, 160, "yuv420p"
        video.options = {"deadline": "realtime", "cpu-used": "8"}
        sound = output.add_stream("libopus", rate=48_000, layout="mono")
        for index in range(60):
            pixels = random.integers(0, 255, (160, 96, 3), dtype=np.uint8)
            for packet in video.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                output.mux(_noise(packet) if index in damaged else packet)
            silence = np.zeros((1, 1600), dtype=np.float32)
            heard = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
            heard.sample_rate, heard.pts = 48_000, index * 1600
            output.mux(sound.encode(heard))
        for stream in (video, sound):
            output.mux(stream.encode(None))
    return bytes(out.content)


def _noise(packet: av.Packet) -> av.Packet:
    noise = av.Packet(b"\xff" * packet.size)
    noise.pts, noise.dts, noise.time_base = packet.pts, packet.dts, packet.time_base
    noise.stream = packet.stream
    return noise


def _received(content: bytes, tmp_path: Path) -> Path:
    return uploads.receive([content], parent=tmp_path / "in", limit_bytes=10_000_000)


def _refusal(content: bytes, tmp_path: Path, limits: VideoLimits = uploads.VIDEO) -> Reason:
    raw = _received(content, tmp_path)
    with pytest.raises(UploadRefused) as refused:
        uploads.clean_video(raw, limits=limits)
    assert list(raw.parent.iterdir()) == []
    return refused.value.reason


def _png_of(width: int, height: int) -> bytes:
    """A PNG whose header promises a size and whose body is nearly empty."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def test_a_clean_copy_plays_and_the_raw_file_is_gone(tmp_path: Path) -> None:
    raw = _received(_movie(tmp_path / "a.mp4"), tmp_path)
    clean = uploads.clean_video(raw)
    assert not raw.exists()
    assert (clean.width, clean.height, clean.frame_count) == (96, 160, 24)
    assert clean.duration_s == pytest.approx(1.0, abs=0.05)
    assert len(probing.sample_frames(clean.path, every_s=0.25)) == 4
    uploads.discard(clean.path)
    assert not clean.path.parent.exists()


def test_a_list_file_named_mp4_reads_nobody_elses_file(tmp_path: Path) -> None:
    _movie(tmp_path / "secret.mp4")
    content = f"ffconcat version 1.0\nfile {tmp_path / 'secret.mp4'}\n".encode()
    assert _refusal(content, tmp_path) == Reason.UNKNOWN_FORMAT


def test_a_list_file_behind_an_mp4_header_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    _movie(tmp_path / "in" / "secret.mp4")
    content = b"\0\0\0\x14ftypisom\0\0\0\0isom\nffconcat version 1.0\nfile ../secret.mp4\n"
    assert _refusal(content, tmp_path) in (Reason.UNREADABLE, Reason.NO_PICTURE)


def test_a_playlist_is_refused(tmp_path: Path) -> None:
    content = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    assert _refusal(content, tmp_path) == Reason.UNKNOWN_FORMAT


def test_a_page_hidden_behind_a_movie_does_not_survive(tmp_path: Path) -> None:
    script = b"<html><script>alert(1)</script></html>"
    raw = _received(_movie(tmp_path / "a.mp4") + script, tmp_path)
    assert b"<script>" not in uploads.clean_video(raw).path.read_bytes()


def test_the_place_where_it_was_filmed_does_not_survive(tmp_path: Path) -> None:
    place = {"com.apple.quicktime.location.ISO6709": "+48.8577+002.295/", "make": "Phone"}
    content = _movie(tmp_path / "a.mp4", metadata=place)
    assert b"+48.8577" in content
    clean = uploads.clean_video(_received(content, tmp_path)).path.read_bytes()
    assert b"+48.8577" not in clean
    assert b"Phone" not in clean


def test_a_ten_hour_header_is_refused_before_anything_is_decoded(tmp_path: Path) -> None:
    content = _movie(tmp_path / "a.mp4", frames=10, frame_s=3600)
    assert probing.probe(tmp_path / "a.mp4").duration_s == pytest.approx(36_000)
    assert _refusal(content, tmp_path) == Reason.TOO_LONG


def test_a_header_that_lies_about_its_length_is_caught_while_decoding(tmp_path: Path) -> None:
    content = bytearray(_movie(tmp_path / "a.mp4", frames=48))
    for box, length_at in ((b"mvhd", 20), (b"mdhd", 20)):
        struct.pack_into(">I", content, content.index(box) + length_at, 1)
    limits = VideoLimits(seconds_max=1.0)
    assert _refusal(bytes(content), tmp_path, limits) == Reason.TOO_LONG


def test_a_movie_without_pictures_is_refused(tmp_path: Path) -> None:
    with av.open(str(tmp_path / "a.mp4"), "w") as output:
        stream = output.add_stream("aac", rate=48_000, layout="mono")
        silence = np.zeros((1, 48_000), dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(silence, format="fltp", layout="mono")
        frame.sample_rate = 48_000
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    assert _refusal((tmp_path / "a.mp4").read_bytes(), tmp_path) == Reason.NO_PICTURE


def test_half_a_movie_is_refused(tmp_path: Path) -> None:
    content = _movie(tmp_path / "a.mp4")
    assert _refusal(content[: len(content) * 2 // 3], tmp_path) == Reason.UNREADABLE


def test_a_recording_with_no_length_and_a_cut_last_cluster_is_taken(tmp_path: Path) -> None:
    content = _recording()
    with av.open(BytesIO(content)) as opened:
        assert opened.duration is None
    for left in (content, content[: len(content) * 9 // 10]):
        clean = uploads.clean_video(_received(left, tmp_path))
        assert clean.frame_count >= 50
        assert clean.has_sound


def test_a_recording_with_a_packet_or_two_that_nobody_can_read_is_taken(tmp_path: Path) -> None:
    clean = uploads.clean_video(_received(_recording(damaged=frozenset({20, 59})), tmp_path))
    assert clean.frame_count >= 50


def test_a_recording_that_is_mostly_noise_is_refused(tmp_path: Path) -> None:
    content = _recording(damaged=frozenset(range(10, 60)))
    assert _refusal(content, tmp_path) == Reason.UNREADABLE


def test_too_many_pixels_are_refused(tmp_path: Path) -> None:
    content = _movie(tmp_path / "a.mp4")
    limits = VideoLimits(pixels_max=96 * 100)
    assert _refusal(content, tmp_path, limits) == Reason.TOO_MANY_PIXELS


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    content = _movie(tmp_path / "a.mp4", frames=240)
    assert _refusal(content, tmp_path, VideoLimits(timeout_s=0)) == Reason.TIMED_OUT


def test_an_upload_that_is_too_large_leaves_nothing(tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"x" * 600
        yield b"x" * 600

    with pytest.raises(UploadRefused, match="larger than 1000 bytes"):
        uploads.receive(chunks(), parent=tmp_path / "in", limit_bytes=1000)
    assert list((tmp_path / "in").iterdir()) == []


def test_a_picture_is_turned_upright_and_stripped(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by a quarter
    exif[0x010F] = "Phone"
    output = BytesIO()
    Image.new("RGB", (40, 20), "red").save(output, "JPEG", exif=exif)
    clean = uploads.clean_image(_received(output.getvalue(), tmp_path))
    assert (clean.width, clean.height) == (20, 40)
    assert b"Phone" not in clean.path.read_bytes()


def test_a_picture_of_16000_by_16000_is_refused_by_its_header(tmp_path: Path) -> None:
    raw = _received(_png_of(16_000, 16_000), tmp_path)
    with pytest.raises(UploadRefused) as refused:
        uploads.clean_image(raw)
    assert refused.value.reason == Reason.TOO_MANY_PIXELS


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"GIF89a" + b"\0" * 40])
def test_what_is_no_picture_we_know_is_refused(content: bytes, tmp_path: Path) -> None:
    raw = _received(content, tmp_path)
    with pytest.raises(UploadRefused) as refused:
        uploads.clean_image(raw)
    assert refused.value.reason == Reason.UNKNOWN_FORMAT


def test_only_folders_of_uploads_can_be_discarded(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no upload"):
        uploads.discard(tmp_path / "keep" / "me")
