"""Read media back.

Facts, sample frames and sound. For files that we made; `uploads` is for those of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.container import InputContainer

from core.media.errors import MediaError

# A list file that calls itself .mp4 would be opened as a list, and the files that it names read:
# the container is therefore never guessed.
CONTAINER = "mov,mp4,m4a,3gp,3g2,mj2"


class Probe(NamedTuple):
    """What a file contains. `frame_count` and `fps` are what its headers say."""

    width: int
    height: int
    fps: float
    duration_s: float
    frame_count: int
    has_sound: bool
    video_codec: str
    audio_codec: str


def probe(path: Path) -> Probe:
    """Read the headers of an MP4. Raises MediaError if there is no video stream."""
    with _opened(path) as container:
        video = container.streams.video[0]
        audio = next(iter(container.streams.audio), None)
        return Probe(
            width=video.width,
            height=video.height,
            fps=float(video.average_rate or 0),
            duration_s=float(video.duration * video.time_base)
            if video.duration and video.time_base
            else 0.0,
            frame_count=video.frames,
            has_sound=audio is not None,
            video_codec=video.codec_context.name,
            audio_codec=audio.codec_context.name if audio else "",
        )


def sample_frames(
    path: Path, *, every_s: float, long_side: int | None = None
) -> npt.NDArray[np.uint8]:
    """Decode one frame per `every_s` seconds of presentation time, the first at 0.

    uint8 [T, H, W, 3] RGB full range, scaled down so that no side exceeds `long_side`. Decodes
    straight through: clips are seconds long, and seeking would decode most of them anyway. Raises
    MediaError if nothing decodes.
    """
    frames, due_s = [], 0.0
    with _opened(path) as container:
        video = container.streams.video[0]
        video.thread_type = "AUTO"
        for frame in container.decode(video):
            if frame.time is not None and frame.time >= due_s - 1e-6:
                frames.append(_rgb(frame, long_side))
                due_s += every_s
    if not frames:
        raise MediaError(f"{path.name} has no pictures.")
    return np.stack(frames)


def read_sound(path: Path, *, sample_rate_hz: int = 16_000) -> npt.NDArray[np.float32]:
    """Decode the sound as mono: float32 [S] in -1..1, empty if there is none."""
    with av.open(str(path), format=CONTAINER) as container:
        if not container.streams.audio:
            return np.zeros(0, dtype=np.float32)
        resampler = av.AudioResampler(format="flt", layout="mono", rate=sample_rate_hz)
        chunks = [
            piece.to_ndarray()[0]
            for frame in container.decode(audio=0)
            for piece in resampler.resample(frame)
        ]
        chunks += [piece.to_ndarray()[0] for piece in resampler.resample(None)]
    return np.concatenate(chunks or [np.zeros(0)]).astype(np.float32)


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    try:
        with av.open(str(path), format=CONTAINER) as container:
            if not container.streams.video:
                raise MediaError(f"{path.name} has no pictures.")
            yield container
    except av.FFmpegError as error:
        raise MediaError(f"{path.name} cannot be read: {error.strerror}.") from error


def _rgb(frame: av.VideoFrame, long_side: int | None) -> npt.NDArray[np.uint8]:
    rgb = np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
    scale = (long_side or max(rgb.shape[:2])) / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
