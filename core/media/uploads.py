"""Uploads: files from strangers, made harmless before anything else opens them.

Each file gets a private folder and is decoded in a child process with no network, no environment
and hard limits on memory, time and size. What comes back was encoded by us: trailing scripts, odd
boxes, positions and device names stay behind. A demuxer is chosen by us, never guessed: a text file
that is named .mp4 can be a list of other people's files.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

_CLEANER = Path(__file__).with_name("cleaning.py")
_RAW = "raw"
_FOLDER = "upload-"
_GRACE_S = 5
# The limit of time is one of work, which the child's own limit of CPU seconds holds. On a busy
# machine the same work takes longer by the clock; this many times longer only if it is stuck.
_WALL_PER_CPU_S = 3


class Reason(StrEnum):
    """Why an upload was refused."""

    TOO_LARGE = "too_large"
    UNKNOWN_FORMAT = "unknown_format"
    TOO_LONG = "too_long"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_STREAMS = "too_many_streams"
    TOO_MANY_FRAMES = "too_many_frames"
    NO_PICTURE = "no_picture"
    UNREADABLE = "unreadable"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"


_SENTENCES = {
    Reason.TOO_LARGE: "The file is larger than {limit} bytes.",
    Reason.UNKNOWN_FORMAT: "The file is none of {limit}.",
    Reason.TOO_LONG: "The clip is longer than {limit} seconds.",
    Reason.TOO_MANY_PIXELS: "The picture has more than {limit} pixels.",
    Reason.TOO_MANY_STREAMS: "The file has more than {limit} tracks.",
    Reason.TOO_MANY_FRAMES: "The clip has more than {limit} pictures per second.",
    Reason.NO_PICTURE: "There is no picture in the file.",
    Reason.UNREADABLE: "The file is damaged or cut off.",
    Reason.TIMED_OUT: "Reading the file took longer than {limit} seconds.",
    Reason.OUT_OF_MEMORY: "Reading the file takes too much memory.",
}


class UploadRefused(Exception):  # noqa: N818 - refusing is an answer, not an error
    """Say why a file was refused: `reason` for programs, the text for its sender."""

    def __init__(self, reason: Reason, *, limit: object = "") -> None:
        """Name the limit where there is one."""
        super().__init__(_SENTENCES[reason].format(limit=limit))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """What a video may be, checked on its headers first and while it is decoded again."""

    seconds_max: float = 60.0
    pixels_max: int = 4096 * 2304
    fps_max: float = 120.0
    streams_max: int = 8
    short_side_px: int = 720
    timeout_s: int = 90  # of CPU time
    memory_bytes: int = 3 * 1024**3
    output_bytes_max: int = 256 * 1024**2


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What a picture may be."""

    pixels_max: int = 50_000_000
    long_side_px: int = 2048
    timeout_s: int = 20  # of CPU time
    memory_bytes: int = 2 * 1024**3
    output_bytes_max: int = 32 * 1024**2


VIDEO, IMAGE = VideoLimits(), ImageLimits()


@dataclass(frozen=True, slots=True)
class CleanVideo:
    """A video that we encoded: H.264 and AAC in MP4, upright, no metadata."""

    path: Path
    width: int
    height: int
    fps: float
    duration_s: float
    frame_count: int
    has_sound: bool
    sha256: str


@dataclass(frozen=True, slots=True)
class CleanImage:
    """A picture that we encoded: WebP, upright, no metadata."""

    path: Path
    width: int
    height: int
    sha256: str


def receive(chunks: Iterable[bytes], *, parent: Path, limit_bytes: int) -> Path:
    """Write an upload into a private folder of its own under `parent`; return the file.

    Its own name is never used. Raises UploadRefused (TOO_LARGE) and leaves nothing.
    """
    parent.mkdir(parents=True, exist_ok=True)
    raw = Path(tempfile.mkdtemp(prefix=_FOLDER, dir=parent)) / _RAW
    try:
        _write(chunks, raw, limit_bytes)
    except BaseException:
        discard(raw)
        raise
    return raw


def _write(chunks: Iterable[bytes], raw: Path, limit_bytes: int) -> None:
    received = 0
    with raw.open("wb") as output:
        for chunk in chunks:
            received += len(chunk)
            if received > limit_bytes:
                raise UploadRefused(Reason.TOO_LARGE, limit=limit_bytes)
            output.write(chunk)


def clean_video(raw: Path, *, limits: VideoLimits = VIDEO) -> CleanVideo:
    """Decode and encode again a file from `receive`. The raw file is gone afterwards, either way.

    Takes MP4, MOV, WebM and Matroska. Raises UploadRefused.
    """
    clean = raw.with_name("clean.mp4")
    return CleanVideo(path=clean, **_cleaned("video", raw, clean, limits))


def clean_image(raw: Path, *, limits: ImageLimits = IMAGE) -> CleanImage:
    """Decode and encode again a picture from `receive`.

    The raw file is gone afterwards, either way.

    Takes PNG, JPEG and WebP. Raises UploadRefused.
    """
    clean = raw.with_name("clean.webp")
    return CleanImage(path=clean, **_cleaned("image", raw, clean, limits))


def discard(path: Path) -> None:
    """Remove the folder of an upload, given any file in it. Raises ValueError for other folders."""
    if not path.parent.name.startswith(_FOLDER):
        raise ValueError(f"{path} lies in no upload's folder.")
    shutil.rmtree(path.parent, ignore_errors=True)


def _cleaned(
    kind: str, raw: Path, clean: Path, limits: VideoLimits | ImageLimits
) -> dict[str, Any]:
    """Run the child and read its answer.

    It writes to a name that nobody looks for until it is done.
    """
    part = clean.with_name(f"{secrets.token_hex(4)}{clean.suffix}")
    order = {"kind": kind, "source": str(raw), "target": str(part), "limits": asdict(limits)}
    try:
        answer = _answer(order, limits)
        refused = answer.get("refused")
        if refused is not None:
            raise UploadRefused(Reason(refused), limit=answer.get("limit", ""))
        part.replace(clean)
    finally:
        raw.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
    facts: dict[str, Any] = answer["facts"]
    return facts


def _answer(order: dict[str, Any], limits: VideoLimits | ImageLimits) -> dict[str, Any]:
    """Start the child, in a session of its own so that nothing it started outlives it."""
    with subprocess.Popen(  # noqa: S603 - our own program; the file is an argument of nothing
        [sys.executable, "-I", str(_CLEANER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd=order["source"].rpartition("/")[0],
        start_new_session=True,
    ) as child:
        try:
            patience_s = limits.timeout_s * _WALL_PER_CPU_S + _GRACE_S
            output, _ = child.communicate(json.dumps(order).encode(), patience_s)
        except subprocess.TimeoutExpired:
            raise UploadRefused(Reason.TIMED_OUT, limit=limits.timeout_s) from None
        finally:
            _end(child)
    if child.returncode == -signal.SIGXCPU:
        raise UploadRefused(Reason.TIMED_OUT, limit=limits.timeout_s)
    try:
        answer: dict[str, Any] = json.loads(output)
    except ValueError:
        # It crashed before it could say anything: a decoder fell over the file, or memory ran out.
        raise UploadRefused(Reason.UNREADABLE) from None
    return answer


def _end(child: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
