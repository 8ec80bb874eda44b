"""The child that opens strangers' files: a program of its own, run by `uploads` and by nobody else.

Reads an order as JSON from standard input and answers on standard output. It imports nothing of
this project, so that a hole in a decoder finds no settings, no keys and no connections.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import resource
import sys
from fractions import Fraction
from typing import Any

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES = 38
_OPEN_FILES = 64
_BLOCK_BYTES = 1024**2
_SOUND_RATE_HZ = 48_000
_HEAD_BYTES = 16
_MP4, _MATROSKA = "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"
_VIDEO_CODECS = {"h264", "hevc", "vp8", "vp9", "av1", "mpeg4"}
_AUDIO_CODECS = {"aac", "opus", "vorbis", "mp3", "alac", "flac", "pcm_s16le", "pcm_s16be"}
_VIDEO_NAMES, _IMAGE_NAMES = "MP4, MOV, WebM or Matroska", "PNG, JPEG or WebP"
_MICROSECONDS = 1_000_000
# Fewer pictures than this share of what the header counts, or of what packets there are: the file
# was cut off, or is damaged. A browser that records under load leaves a packet or two that no
# decoder can read, and no count in the header.
_WHOLE_RATIO = 0.9


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """Raise to refuse the file."""

    def __init__(self, reason: str, limit: object = "") -> None:
        super().__init__(reason)
        self.answer = {"refused": reason, "limit": limit}


def main() -> None:
    """Carry out one order."""
    order = json.load(sys.stdin)
    limits = order["limits"]
    _confine(limits)
    try:
        clean = clean_video if order["kind"] == "video" else clean_image
        facts = clean(order["source"], order["target"], limits)
        answer: dict[str, Any] = {"facts": facts | {"sha256": _digest(order["target"])}}
    except Refusal as refusal:
        answer = refusal.answer
    except MemoryError:
        answer = {"refused": "out_of_memory"}
    json.dump(answer, sys.stdout)


def _confine(limits: dict[str, Any]) -> None:
    """Give up what decoding does not need, before any decoder is loaded.

    The network goes where the kernel lets us; the demuxers may open nothing but files in any case.
    """
    libc = ctypes.CDLL(None)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if libc.unshare(_NEW_NET) != 0:
        libc.unshare(_NEW_USER | _NEW_NET)
    for kind, amount in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["timeout_s"]),
        (resource.RLIMIT_FSIZE, limits["output_bytes_max"]),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        # The hard limit a second later: the first signal then has a name, SIGXCPU.
        spare = 1 if kind == resource.RLIMIT_CPU else 0
        resource.setrlimit(kind, (amount, amount + spare))
    os.umask(0o077)


def _head(source: str) -> bytes:
    with open(source, "rb") as content:  # noqa: PTH123 - this program loads as little as it can
        return content.read(_HEAD_BYTES)


def _digest(target: str) -> str:
    digest = hashlib.sha256()
    with open(target, "rb") as content:  # noqa: PTH123
        while block := content.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _container(source: str) -> str:
    """Choose the demuxer by the first bytes."""
    head = _head(source)
    if head[4:8] in (b"ftyp", b"moov", b"wide", b"mdat", b"free", b"skip"):
        return _MP4
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return _MATROSKA
    raise Refusal("unknown_format", _VIDEO_NAMES)


def clean_image(source: str, target: str, limits: dict[str, Any]) -> dict[str, Any]:
    """Re-encode a picture. Its size is known from the header before a pixel is decoded."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked below, and answers in a sentence
    try:
        with Image.open(source, formats=("PNG", "JPEG", "WEBP")) as image:
            if image.width * image.height > limits["pixels_max"]:
                raise Refusal("too_many_pixels", limits["pixels_max"])
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except UnidentifiedImageError:
        raise Refusal("unknown_format", _IMAGE_NAMES) from None
    except (OSError, ValueError, SyntaxError):
        raise Refusal("unreadable") from None
    upright.thumbnail((limits["long_side_px"], limits["long_side_px"]))
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    bare.save(target, "WEBP", quality=90, method=2)
    return {"width": bare.width, "height": bare.height}


def clean_video(source: str, target: str, limits: dict[str, Any]) -> dict[str, Any]:
    """Re-encode a video."""
    import av

    av.logging.set_level(None)
    container = _container(source)
    options = {"format_whitelist": container, "protocol_whitelist": "file"}
    name = container.partition(",")[0]
    try:
        with av.open(source, format=name, container_options=options) as opened:
            video, audio = _tracks(opened, limits)
            with av.open(target, "w", format="mp4", options={"movflags": "+faststart"}) as output:
                return _Copy(video, audio, output, limits).run(opened)
    except (av.FFmpegError, ValueError):
        raise Refusal("unreadable") from None


def _tracks(opened: Any, limits: dict[str, Any]) -> tuple[Any, Any]:
    """Judge the headers, and choose one picture and one sound track."""
    if len(opened.streams) > limits["streams_max"]:
        raise Refusal("too_many_streams", limits["streams_max"])
    video = next((one for one in opened.streams.video if one.codec_context.width), None)
    if video is None:
        raise Refusal("no_picture")
    lengths = [one.duration * one.time_base for one in opened.streams if one.duration]
    if max([*lengths, (opened.duration or 0) / _MICROSECONDS]) > limits["seconds_max"]:
        raise Refusal("too_long", limits["seconds_max"])
    if video.codec_context.width * video.codec_context.height > limits["pixels_max"]:
        raise Refusal("too_many_pixels", limits["pixels_max"])
    if (video.average_rate or 0) > limits["fps_max"]:
        raise Refusal("too_many_frames", limits["fps_max"])
    if video.codec_context.name not in _VIDEO_CODECS:
        raise Refusal("unknown_format", _VIDEO_NAMES)
    known = (one for one in opened.streams.audio if one.codec_context.name in _AUDIO_CODECS)
    return video, next(known, None)


class _Copy:
    """One re-encoding. Headers can lie, so every limit is checked again on what is decoded."""

    def __init__(self, video: Any, audio: Any, output: Any, limits: dict[str, Any]) -> None:
        self._video, self._audio, self._output, self._limits = video, audio, output, limits
        self._time_base = Fraction(1, 90_000)
        self._picture_stream: Any = None
        self._sound_stream: Any = None
        if audio is not None:
            self._sound_stream = output.add_stream("aac", rate=_SOUND_RATE_HZ, layout="stereo")
        self._first_s: float | None = None
        self._last_pts = -1
        self._frames = 0
        self._packets = 0
        self._lost = 0
        self._end_s = 0.0

    def run(self, opened: Any) -> dict[str, Any]:
        """Decode to the end and describe what was written."""
        wanted = [one for one in (self._video, self._audio) if one is not None]
        for packet in opened.demux(wanted):
            for frame in self._decoded(packet):
                if packet.stream is self._video:
                    self._add_picture(frame)
                else:
                    self._add_sound(frame)
        if self._picture_stream is None:
            raise Refusal("no_picture")
        read = self._packets - self._lost
        if self._frames < _WHOLE_RATIO * self._video.frames or read < _WHOLE_RATIO * self._packets:
            raise Refusal("unreadable")
        for stream in (self._picture_stream, self._sound_stream):
            if stream is not None:
                self._output.mux(stream.encode(None))
        return {
            "width": self._picture_stream.width,
            "height": self._picture_stream.height,
            "fps": round(self._frames / max(self._end_s, 1 / self._limits["fps_max"]), 3),
            "duration_s": self._end_s,
            "frame_count": self._frames,
            "has_sound": self._sound_stream is not None,
        }

    def _decoded(self, packet: Any) -> Any:
        """Return the frames of a packet: none if it cannot be read, which is counted."""
        import av

        self._packets += 1
        try:
            return packet.decode()
        except av.InvalidDataError:
            self._lost += 1
            return ()

    def _add_picture(self, frame: Any) -> None:
        if frame.width * frame.height > self._limits["pixels_max"]:
            raise Refusal("too_many_pixels", self._limits["pixels_max"])
        at_s = float(frame.time or 0.0)
        self._first_s = at_s if self._first_s is None else self._first_s
        at_s = max(0.0, at_s - self._first_s)
        self._frames += 1
        if at_s > self._limits["seconds_max"]:
            raise Refusal("too_long", self._limits["seconds_max"])
        if self._frames > self._limits["seconds_max"] * self._limits["fps_max"]:
            raise Refusal("too_many_frames", self._limits["fps_max"])
        picture = self._upright(frame)
        if self._picture_stream is None:
            self._picture_stream = self._opened_picture_stream(picture)
        stream = self._picture_stream
        picture = picture.reformat(width=stream.width, height=stream.height, format="yuv420p")
        picture.pts = max(self._last_pts + 1, round(at_s / self._time_base))
        picture.time_base, self._last_pts = self._time_base, picture.pts
        self._end_s = at_s + float(1 / (self._video.average_rate or 24))
        self._output.mux(stream.encode(picture))

    def _upright(self, frame: Any) -> Any:
        """Turn the pixels as the file says they should be shown."""
        import av
        import numpy as np

        turns = round((frame.rotation or 0) / 90) % 4
        if turns == 0:
            return frame
        rgb = np.rot90(frame.to_ndarray(format="rgb24"), turns)
        return av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")

    def _opened_picture_stream(self, picture: Any) -> Any:
        scale = min(1.0, self._limits["short_side_px"] / min(picture.width, picture.height))
        stream = self._output.add_stream("libx264", rate=30)
        stream.width = max(2, round(picture.width * scale / 2) * 2)
        stream.height = max(2, round(picture.height * scale / 2) * 2)
        stream.pix_fmt, stream.time_base = "yuv420p", self._time_base
        stream.codec_context.time_base = self._time_base
        stream.codec_context.thread_count = 1
        stream.options = {"preset": "veryfast", "crf": "18"}
        return stream

    def _add_sound(self, frame: Any) -> None:
        if frame.time is not None and frame.time > self._limits["seconds_max"] + 1:
            raise Refusal("too_long", self._limits["seconds_max"])
        frame.pts = None
        self._output.mux(self._sound_stream.encode(frame))


if __name__ == "__main__":
    main()
