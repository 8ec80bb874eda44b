"""Encoders.

Pictures and sound in, files out. PyAV lets go of the interpreter lock while it encodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple, cast

import av
import numpy as np
import numpy.typing as npt
from av.audio.stream import AudioStream
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from core.media.pictures import Picture

SOUND_RATE_HZ = 48_000
_SOUND_BITS_PER_S = 128_000
# Tags of Rec. ITU-T H.273: 1 is BT.709 for primaries, transfer and matrix; range 1 is limited.
_BT709, _LIMITED = 1, 1


class Rung(NamedTuple):
    """One video encoding: its size in pixels and what it may cost."""

    name: str
    width: int
    height: int
    crf: int
    bits_per_s_max: int
    tuning: str
    is_intra: bool = False


# Lines of the short side: quality (x264's constant rate factor) and ceiling in bits per second.
# Smaller pictures get a higher factor: they are for slow networks.
_LADDER = {
    1080: (22, 7_000_000),
    720: (22, 3_500_000),
    540: (24, 1_900_000),
    480: (24, 1_600_000),
    360: (25, 900_000),
}
# What is offered below a canvas's own lines; one that is hardly smaller would help nobody.
_STEPS = (720, 540, 360)
_STEP_RATIO_MAX = 0.8
# Every picture stands for itself: half the time and two thirds of the bytes of long groups at this
# quality (grain predicts badly), and an edit starts anywhere without decoding what came before.
_MASTER_CRF, _MASTER_BITS_PER_S_MAX = 17, 80_000_000
# The preset leaves everything out; this takes back what buys most for its time. Together half the
# time of "veryfast", within 0.3 dB and 0.004 SSIM of it and 5 % more bytes, over four scenes.
# Adaptive quantisation at little more than half strength keeps skies free of bands, where the
# hidden mark lives too, without starving what moves.
_PRESET = "ultrafast"
_TUNING = (
    ":cabac=1:deblock=0,0:8x8dct=1:partitions=i8x8,i4x4:aq-mode=1:aq-strength=0.6"
    ":mbtree=1:rc-lookahead=8:bframes=2:b-adapt=0"
)
# Small pictures move by fractions of a pixel: half a decibel for a tenth of the time.
_SMALL_TUNING = _TUNING + ":subme=1"
_SMALL_LINES_MAX = 540


def ladder(width: int, height: int) -> tuple[Rung, ...]:
    """List the renditions of a canvas, largest first: its own size, and the usual ones below."""
    lines = min(width, height)
    sizes = [lines, *(step for step in _STEPS if step <= lines * _STEP_RATIO_MAX)]
    return tuple(_rung(size, width=width, height=height) for size in sizes)


def _rung(lines: int, *, width: int, height: int) -> Rung:
    crf, ceiling = _LADDER.get(lines, _LADDER[360])
    scale = lines / min(width, height)
    across, down = (round(side * scale / 2) * 2 for side in (width, height))
    tuning = _SMALL_TUNING if lines <= _SMALL_LINES_MAX else _TUNING
    return Rung(str(lines), across, down, crf, ceiling, tuning)


def master(width: int, height: int) -> Rung:
    """Describe the copy that is kept for later edits: visually lossless, and quick to write."""
    ceiling = _MASTER_BITS_PER_S_MAX
    return Rung("master", width, height, _MASTER_CRF, ceiling, tuning="", is_intra=True)


class Movie:
    """An MP4 being written.

    Pictures are encoded as they come, sound is copied in from an encoded file.
    """

    def __init__(self, path: Path, *, rung: Rung, fps: int, sound: Path) -> None:
        """Open `path` for writing.

        `sound` is a file made by `write_sound` that stays until `close`.
        """
        self._output = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        self._video = _video_stream(self._output, rung, fps)
        self._input = av.open(str(sound))
        source = self._input.streams.audio[0]
        self._audio = self._output.add_stream_from_template(source)
        self._packets = _packets(self._input, source)
        self._waiting = next(self._packets, None)
        self._time_base = Fraction(1, fps)

    def add(self, picture: Picture, *, frame_index: int) -> None:
        """Encode one picture; indices must rise by one."""
        frame = picture.to_frame()
        frame.pts, frame.time_base = frame_index, self._time_base
        self._write(self._video.encode(frame))

    def close(self) -> None:
        """Flush the encoder, copy the rest of the sound and complete the file."""
        self._write(self._video.encode(None))
        self._copy_sound(until_s=None)
        self._output.close()
        self._input.close()

    def abandon(self) -> None:
        """Let go of everything; the file is of no use."""
        self._output.close()
        self._input.close()

    def _write(self, packets: list[Packet[VideoStream]]) -> None:
        for packet in packets:
            if packet.dts is not None and packet.time_base is not None:
                self._copy_sound(until_s=float(packet.dts * packet.time_base))
            self._output.mux(packet)

    def _copy_sound(self, *, until_s: float | None) -> None:
        """Copy sound up to the moment that the pictures have reached: players want both near."""
        while self._waiting is not None and (until_s is None or _time_s(self._waiting) <= until_s):
            self._waiting.stream = self._audio
            self._output.mux(self._waiting)
            self._waiting = next(self._packets, None)


def _time_s(packet: Packet[Any]) -> float:
    return float((packet.dts or 0) * (packet.time_base or Fraction(0)))


def _packets(container: av.container.InputContainer, stream: Stream) -> Iterator[Packet[Any]]:
    """Read packets; the empty one that ends a PyAV demuxing is no packet."""
    return (packet for packet in container.demux(stream) if packet.dts is not None)


def _video_stream(output: av.container.OutputContainer, rung: Rung, fps: int) -> VideoStream:
    """Add an H.264 stream whose groups of pictures are closed and exactly one second long, or one
    picture.

    One thread each: several renditions are encoded side by side, which uses the cores better than
    threads inside one encoder, and without their extra memory.
    """
    group = 1 if rung.is_intra else fps
    stream = output.add_stream("libx264", rate=fps)
    stream.width, stream.height, stream.pix_fmt = rung.width, rung.height, "yuv420p"
    stream.options = {
        "preset": _PRESET,
        "crf": str(rung.crf),
        "maxrate": str(rung.bits_per_s_max),
        "bufsize": str(2 * rung.bits_per_s_max),
        "x264-params": f"keyint={group}:min-keyint={group}:scenecut=0:open-gop=0{rung.tuning}",
    }
    codec = stream.codec_context
    codec.thread_count = 1
    codec.color_primaries = codec.color_trc = codec.colorspace = _BT709
    codec.color_range = _LIMITED
    return stream


def write_sound(
    path: Path, sound: npt.NDArray[np.float32], *, sample_rate_hz: int, codec: str = "aac"
) -> None:
    """Encode float32 [C, S] as stereo at 48 kHz into an MP4.

    `codec`: "aac" to deliver, "flac" to keep.
    """
    with av.open(str(path), "w", format="mp4") as output:
        stream = cast("AudioStream", output.add_stream(codec, rate=SOUND_RATE_HZ, layout="stereo"))
        if codec == "aac":
            stream.bit_rate = _SOUND_BITS_PER_S
            # A quarter of the default coder's time, and at this rate no farther from the original.
            stream.options = {"aac_coder": "fast"}
        layout = "mono" if sound.shape[0] == 1 else "stereo"
        clipped = np.ascontiguousarray(np.clip(sound, -1.0, 1.0), dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(clipped, format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = (
            sample_rate_hz,
            0,
            Fraction(1, sample_rate_hz),
        )
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


def fragment(source: Path, *, to: Path, kind: str) -> None:
    """Copy the "video" or "audio" track of `source` into a CMAF file.

    One fragment per second, nothing re-encoded.

    Source: ISO/IEC 23000-19 (CMAF); flags as FFmpeg's movenc documents them. No random access index
    at the end: it holds absolute offsets, which signing would break. The encoder's priming packet
    is left out, because players of fragmented files disagree about edit lists and would start the
    sound 21 ms late.
    """
    flags = "+cmaf+empty_moov+default_base_moof+skip_trailer"
    options = {"movflags": flags + "+frag_keyframe"}
    if kind == "audio":
        options = {"movflags": flags, "frag_duration": "1000000"}
    with (
        av.open(str(source)) as opened,
        av.open(str(to), "w", format="mp4", options=options) as output,
    ):
        track = next(stream for stream in opened.streams if stream.type == kind)
        copy = output.add_stream_from_template(track)
        for packet in _packets(opened, track):
            if kind == "audio" and packet.pts is not None and packet.pts < 0:
                continue
            packet.stream = copy
            output.mux(packet)
