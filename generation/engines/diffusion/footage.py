"""Reading the clip that a render starts from, at the render's frame rate."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import av
import numpy as np

from core.media.probing import CONTAINER
from generation.engines import EngineError
from generation.engines.diffusion.family import Clip
from generation.spec import Frame, Sound

SOUND_RATE_HZ = 48_000
# Times in a file are whole ticks; a frame that is a hair early is still that frame.
_HAIR_S = 1e-3

Fit = Callable[[Frame], Frame]


def read_clip(path: Path, *, fps: int, first: int, count: int, fit: Fit) -> Clip:
    """Decode `count` frames from frame `first` on; the last one is held if the clip ends before.

    uint8 [count, H, W, 3], each as `fit` makes it. Raises EngineError if there are none.
    """
    found = [fit(frame) for frame in islice(_frames(path, fps), first, first + count)]
    if not found:
        raise EngineError(
            f"The clip to start from has no pictures after {first / fps:g} s.", permanent=True
        )
    return np.stack(found + [found[-1]] * (count - len(found)))


def read_end(path: Path, *, fps: int, count: int, fit: Fit) -> Clip:
    """Decode the last `count` frames; the first is held before it if the clip is shorter."""
    found = [fit(frame) for frame in deque(_frames(path, fps), maxlen=count)]
    if not found:
        raise EngineError("The clip to go on from has no pictures.", permanent=True)
    return np.stack([found[0]] * (count - len(found)) + found)


def count_frames(path: Path, *, fps: int) -> int:
    """Count the frames that a clip has at `fps`."""
    return sum(1 for _ in _frames(path, fps))


def read_sound(path: Path, *, start_s: float, seconds: float) -> Sound:
    """Decode a stretch of sound: float32 [2, S] at 48 kHz, silence where there is none."""
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SOUND_RATE_HZ)
    pieces: list[av.AudioFrame] = []
    with av.open(str(path), format=CONTAINER) as container:
        if container.streams.audio:
            for frame in container.decode(audio=0):
                pieces += resampler.resample(frame)
            pieces += resampler.resample(None)
    chunks = [piece.to_ndarray().astype(np.float32) for piece in pieces]
    whole = np.concatenate(chunks, axis=1) if chunks else np.zeros((2, 0), np.float32)
    first, wanted = round(start_s * SOUND_RATE_HZ), round(seconds * SOUND_RATE_HZ)
    cut = whole[:, first : first + wanted]
    return np.pad(cut, ((0, 0), (0, wanted - cut.shape[1])))


def _frames(path: Path, fps: int) -> Iterator[Frame]:
    """Yield the frame that is seen at each instant of the render's own frame rate."""
    number = 0
    try:
        with av.open(str(path), format=CONTAINER) as container:
            for frame in container.decode(video=0):
                rgb: Frame | None = None
                while (frame.time or 0.0) + _HAIR_S >= number / fps:
                    if rgb is None:
                        rgb = np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
                    yield rgb
                    number += 1
    except (av.FFmpegError, OSError) as error:
        raise EngineError(
            f"The clip to start from cannot be read ({error}).", permanent=True
        ) from error
