"""HTTP Live Streaming.

Playlists over CMAF files, written by us because signing moves every byte offset.

Source: RFC 8216 and draft-pantos-hls-rfc8216bis (version 7, byte ranges, EXT-X-MAP); ISO/IEC
14496-12 for boxes.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from core.media.errors import MediaError

_HEADER_BYTES = 8
_LARGE_HEADER_BYTES = 16
_TO_THE_END = 0
_LARGE = 1
_HEADER_HAS_DURATION = 0x8
_RUN_HAS_DURATIONS = 0x100
# A last fragment shorter than this joins the one before it: no player should ask for 20 ms of
# sound.
_CRUMB_S = 0.25


class _Box(NamedTuple):
    kind: bytes
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class Track:
    """A CMAF file as a player must ask for it.

    `codec`: RFC 6381 name. `init_bytes`: length of the part that every segment needs. `segments`:
    (offset, length) in bytes, `durations_s` beside them.
    """

    name: str
    codec: str
    init_bytes: int
    segments: tuple[tuple[int, int], ...]
    durations_s: tuple[float, ...]
    width: int = 0
    height: int = 0

    @property
    def peak_bits_per_s(self) -> int:
        """Bit rate of the busiest segment."""
        pairs = zip(self.segments, self.durations_s, strict=True)
        return max(math.ceil(8 * length / seconds) for (_, length), seconds in pairs)

    @property
    def mean_bits_per_s(self) -> int:
        """Bit rate over the whole clip."""
        return math.ceil(8 * sum(length for _, length in self.segments) / sum(self.durations_s))


def read_track(path: Path, *, width: int = 0, height: int = 0) -> Track:
    """Find the segments of a fragmented MP4. Raises MediaError if it is none."""
    content = path.read_bytes()
    boxes = list(_boxes(content, 0, len(content)))
    fragments = [box for box in boxes if box.kind == b"moof"]
    movie = next((box for box in boxes if box.kind == b"moov"), None)
    if movie is None or not fragments:
        raise MediaError(f"{path.name} is not a fragmented MP4.")
    ticks = _timescale(content, movie)
    durations_s = [_duration(content, movie, fragment) / ticks for fragment in fragments]
    ends = [fragment.start for fragment in fragments[1:]] + [boxes[-1].end]
    segments = [(box.start, end - box.start) for box, end in zip(fragments, ends, strict=True)]
    if len(segments) > 1 and durations_s[-1] < _CRUMB_S:
        last, last_s = segments.pop(), durations_s.pop()
        segments[-1] = (segments[-1][0], segments[-1][1] + last[1])
        durations_s[-1] += last_s
    codec = _codec(content, movie)
    first = fragments[0].start
    return Track(path.name, codec, first, tuple(segments), tuple(durations_s), width, height)


def media_playlist(track: Track) -> str:
    """Write the playlist of one track; all addresses are relative."""
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{max(1, round(max(track.durations_s)))}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{track.name}",BYTERANGE="{track.init_bytes}@0"',
    ]
    for (offset, length), seconds in zip(track.segments, track.durations_s, strict=True):
        lines += [f"#EXTINF:{seconds:.5f},", f"#EXT-X-BYTERANGE:{length}@{offset}", track.name]
    return "\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n"


def master_playlist(videos: Sequence[Track], audio: Track, *, fps: int) -> str:
    """Write the playlist of playlists: one shared sound, the renditions largest first."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines.append(
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="Sound",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",'
        f'URI="{playlist_name(audio.name)}"'
    )
    for video in videos:
        peak = video.peak_bits_per_s + audio.peak_bits_per_s
        mean = video.mean_bits_per_s + audio.mean_bits_per_s
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={mean},"
            f'CODECS="{video.codec},{audio.codec}",RESOLUTION={video.width}x{video.height},'
            f'FRAME-RATE={fps:.3f},AUDIO="sound"'
        )
        lines.append(playlist_name(video.name))
    return "\n".join(lines) + "\n"


def playlist_name(track_name: str) -> str:
    """Name the playlist of a track: hls_720.mp4 has hls_720.m3u8."""
    return Path(track_name).with_suffix(".m3u8").name


def _boxes(content: bytes, start: int, end: int) -> Iterator[_Box]:
    while start + _HEADER_BYTES <= end:
        size, kind = struct.unpack_from(">I4s", content, start)
        body = start + _HEADER_BYTES
        if size == _LARGE:
            size, body = struct.unpack_from(">Q", content, body)[0], start + _LARGE_HEADER_BYTES
        stop = end if size == _TO_THE_END else start + size
        if not body <= stop <= end:
            raise MediaError("A box reaches beyond its parent.")
        yield _Box(kind, start, body, stop)
        start = stop


def _find(content: bytes, parent: _Box, *path: bytes) -> _Box:
    """Walk down to the first box at `path`. Raises MediaError if there is none."""
    for kind in path:
        found = (box for box in _boxes(content, parent.body, parent.end) if box.kind == kind)
        box = next(found, None)
        if box is None:
            raise MediaError(f"The file has no {kind.decode()} box.")
        parent = box
    return parent


def _timescale(content: bytes, movie: _Box) -> int:
    """Ticks per second of the only track (mdhd; version 1 has 64-bit times before it)."""
    box = _find(content, movie, b"trak", b"mdia", b"mdhd")
    skip = 20 if content[box.body] == 1 else 12
    return int(struct.unpack_from(">I", content, box.body + skip)[0])


def _duration(content: bytes, movie: _Box, fragment: _Box) -> int:
    """Add up the sample durations of a fragment in ticks.

    Its own, else its header's, else the track's.
    """
    header = _find(content, fragment, b"traf", b"tfhd")
    flags = _flags(content, header)
    default = struct.unpack_from(">I", content, _find(content, movie, b"mvex", b"trex").body + 12)[
        0
    ]
    if flags & _HEADER_HAS_DURATION:
        skipped = 8 * (flags & 1) + 4 * (flags >> 1 & 1)
        default = struct.unpack_from(">I", content, header.body + 8 + skipped)[0]
    traf = _find(content, fragment, b"traf")
    runs = [box for box in _boxes(content, traf.body, traf.end) if box.kind == b"trun"]
    return sum(_run_duration(content, run, default) for run in runs)


def _run_duration(content: bytes, run: _Box, default: int) -> int:
    flags = _flags(content, run)
    samples = int(struct.unpack_from(">I", content, run.body + 4)[0])
    if not flags & _RUN_HAS_DURATIONS:
        return samples * default
    start = run.body + 8 + 4 * (flags & 1) + 4 * (flags >> 2 & 1)
    fields = (flags >> 8 & 0xF).bit_count()
    words = struct.unpack_from(f">{samples * fields}I", content, start)
    return sum(words[::fields])


def _flags(content: bytes, box: _Box) -> int:
    return int(struct.unpack_from(">I", content, box.body)[0]) & 0xFFFFFF


def _codec(content: bytes, movie: _Box) -> str:
    """Name the codec from the sample description.

    Profile, constraints and level of H.264, or AAC-LC.
    """
    table = _find(content, movie, b"trak", b"mdia", b"minf", b"stbl", b"stsd")
    configuration = content.find(b"avcC", table.body, table.end)
    if configuration < 0:
        return "mp4a.40.2"
    profile, constraints, level = content[configuration + 5 : configuration + 8]
    return f"avc1.{profile:02x}{constraints:02x}{level:02x}"
