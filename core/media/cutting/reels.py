"""Reels: clips that we made, read again frame by frame, any stretch, at any rate and size."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Self

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.container import InputContainer

from core.media.encoding import SOUND_RATE_HZ
from core.media.errors import MediaError
from core.media.probing import CONTAINER

Rgb = npt.NDArray[np.uint8]
Sound = npt.NDArray[np.float32]

# Sides of a size that comes from rounding lines to even numbers differ by this much.
_ROUNDING_PX = 2
# A picture that does not fill its canvas lies on a blurred, darker copy of itself.
_BACKDROP_SHRINK = 24
_BACKDROP_LIGHT = 0.45


def samples_of(frame_count: int, *, fps: int, sample_rate_hz: int = SOUND_RATE_HZ) -> int:
    """Return how many samples belong to so many frames."""
    return round(Fraction(frame_count * sample_rate_hz, fps))


@dataclass(frozen=True, slots=True)
class Reel:
    """A file with pictures of a constant rate, to be read as `fps` frames of `canvas` a second.

    `canvas`: width and height. `frame_count`: at that rate. Nothing is open and nothing is held
    but these facts; each reading opens the file for itself, so that two may run at once.
    """

    path: Path
    fps: int
    canvas: tuple[int, int]
    frame_count: int
    own_fps: Fraction
    own_count: int

    @classmethod
    def of(
        cls, path: Path, *, fps: int | None = None, canvas: tuple[int, int] | None = None
    ) -> Self:
        """Read the headers of an MP4. Without `fps` and `canvas` it is read as it is.

        Raises MediaError for a file without pictures.
        """
        with _opened(path) as container:
            video = container.streams.video[0]
            rate, count = video.average_rate or video.guessed_rate, video.frames
            own_canvas = (video.width, video.height)
        if not rate or not count:
            raise MediaError(f"{path.name} does not say how many pictures it has.")
        wanted = fps or round(rate)
        return cls(
            path=path,
            fps=wanted,
            canvas=canvas or own_canvas,
            frame_count=max(1, round(count * wanted / Fraction(rate))),
            own_fps=Fraction(rate),
            own_count=count,
        )

    @property
    def seconds(self) -> float:
        """Length at the rate it is read with."""
        return self.frame_count / self.fps

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[Rgb]:
        """Decode the frames `start` to `stop`, end not included: uint8 [H, W, 3] RGB.

        At the file's own rate and size they are what the decoder gives, bit for bit. At a higher
        rate the same array comes twice, so treat them as read-only. Raises MediaError for a file
        that ends early.
        """
        end = self.frame_count if stop is None else min(stop, self.frame_count)
        if start >= end:
            return
        with closing(self._decoded(self._own_index(start))) as decoded:
            own_index, frame = next(decoded)
            shown = fitted(_rgb(frame), canvas=self.canvas)
            for index in range(start, end):
                wanted = self._own_index(index)
                if own_index < wanted:
                    own_index, frame = _forward(decoded, to=wanted, name=self.path.name)
                    shown = fitted(_rgb(frame), canvas=self.canvas)
                yield shown

    def sound(self, start: int = 0, stop: int | None = None) -> Sound:
        """Decode the sound under the frames `start` to `stop`: float32 [2, S] at 48 kHz.

        S is exact; a file without sound is silent.
        """
        end = self.frame_count if stop is None else min(stop, self.frame_count)
        first, last = (samples_of(index, fps=self.fps) for index in (start, end))
        whole = _whole_sound(self.path)
        cut = np.zeros((2, max(0, last - first)), dtype=np.float32)
        have = whole[:, first:last]
        cut[:, : have.shape[1]] = have
        return cut

    def _own_index(self, index: int) -> int:
        """Which frame of the file is on screen in the middle of frame `index`."""
        middle = Fraction(2 * index + 1, 2 * self.fps)
        return min(self.own_count - 1, int(middle * self.own_fps))

    def _decoded(self, first: int) -> Generator[tuple[int, av.VideoFrame]]:
        """Decode from frame `first` of the file on, with indices."""
        with _opened(self.path) as container:
            video = container.streams.video[0]
            video.thread_type = "AUTO"
            time_base, begin = video.time_base or Fraction(1), video.start_time or 0
            if first:
                container.seek(begin + int(first / self.own_fps / time_base), stream=video)
            for frame in container.decode(video):
                index = round(((frame.pts or 0) - begin) * time_base * self.own_fps)
                if index >= first:
                    yield index, frame
        raise MediaError(f"{self.path.name} ends before its last picture.")


def _forward(
    decoded: Iterator[tuple[int, av.VideoFrame]], *, to: int, name: str
) -> tuple[int, av.VideoFrame]:
    for index, frame in decoded:
        if index >= to:
            return index, frame
    raise MediaError(f"{name} ends before its last picture.")


def _rgb(frame: av.VideoFrame) -> Rgb:
    return np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    try:
        with av.open(str(path), format=CONTAINER) as container:
            if not container.streams.video:
                raise MediaError(f"{path.name} has no pictures.")
            yield container
    except av.FFmpegError as error:
        raise MediaError(f"{path.name} cannot be read: {error.strerror}.") from error


def _whole_sound(path: Path) -> Sound:
    with _opened(path) as container:
        if not container.streams.audio:
            return np.zeros((2, 0), dtype=np.float32)
        resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SOUND_RATE_HZ)
        pieces = [
            piece.to_ndarray()
            for frame in container.decode(audio=0)
            for piece in resampler.resample(frame)
        ]
        pieces += [piece.to_ndarray() for piece in resampler.resample(None)]
    return np.concatenate(pieces or [np.zeros((2, 0))], axis=1).astype(np.float32)


def at_studio_rate(sound: Sound, *, sample_rate_hz: int, samples: int) -> Sound:
    """Bring float32 [2, S] of any rate to exactly `samples` at 48 kHz."""
    if sample_rate_hz != SOUND_RATE_HZ:
        sound = _resampled(sound, sample_rate_hz)
    exact = np.zeros((2, samples), dtype=np.float32)
    exact[:, : sound.shape[1]] = sound[:, :samples]
    return exact


def _resampled(sound: Sound, sample_rate_hz: int) -> Sound:
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(sound, dtype=np.float32), format="fltp", layout="stereo"
    )
    frame.sample_rate, frame.pts, frame.time_base = sample_rate_hz, 0, Fraction(1, sample_rate_hz)
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SOUND_RATE_HZ)
    pieces = [
        piece.to_ndarray() for piece in (*resampler.resample(frame), *resampler.resample(None))
    ]
    return np.asarray(np.concatenate(pieces, axis=1), dtype=np.float32)


def fitted(rgb: Rgb, *, canvas: tuple[int, int]) -> Rgb:
    """Scale a picture so that it lies whole in the middle of a canvas of width and height.

    What it leaves free is filled with a dark blur of itself. A picture of that size comes back
    itself.
    """
    height, width = rgb.shape[:2]
    if (width, height) == canvas:
        return rgb
    scale = min(canvas[0] / width, canvas[1] / height)
    across, down = round(width * scale), round(height * scale)
    if canvas[0] - across <= _ROUNDING_PX and canvas[1] - down <= _ROUNDING_PX:
        return _resized(rgb, canvas, scale)
    whole = _backdrop(rgb, canvas)
    left, top = (canvas[0] - across) // 2, (canvas[1] - down) // 2
    whole[top : top + down, left : left + across] = _resized(rgb, (across, down), scale)
    return whole


def _resized(rgb: Rgb, size: tuple[int, int], scale: float) -> Rgb:
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(rgb, size, interpolation=way), dtype=np.uint8)


def _backdrop(rgb: Rgb, canvas: tuple[int, int]) -> Rgb:
    """Fill a canvas with the middle of the picture, blurred: small first, because it is quick."""
    height, width = rgb.shape[:2]
    scale = max(canvas[0] / width, canvas[1] / height)
    across, down = min(width, round(canvas[0] / scale)), min(height, round(canvas[1] / scale))
    left, top = (width - across) // 2, (height - down) // 2
    middle = rgb[top : top + down, left : left + across]
    tiny = (max(2, canvas[0] // _BACKDROP_SHRINK), max(2, canvas[1] // _BACKDROP_SHRINK))
    small = cv2.GaussianBlur(cv2.resize(middle, tiny, interpolation=cv2.INTER_AREA), (0, 0), 1.5)
    dark = cv2.convertScaleAbs(small, alpha=_BACKDROP_LIGHT)
    return np.asarray(cv2.resize(dark, canvas, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
