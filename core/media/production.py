"""The pass itself: frames go through lanes that convert, mark, label, scale and encode them."""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from core.media.encoding import Movie, Rung, ladder, master
from core.media.errors import MediaError
from core.media.labels import Label
from core.media.lanes import Lane, Stop, StoppedError
from core.media.pictures import Picture
from core.media.stills import SPRITE_TILES_MAX
from core.watermark.embedding import Embedder

if TYPE_CHECKING:
    from core.media.finishing import Footage, Marks

_STILL_EVERY_S = 0.5
_SAMPLE_EVERY_S = 1.0
_SAMPLE_SIDE_PX = 640
_SIDE_MIN = 16

Rgb = npt.NDArray[np.uint8]


class Stages:
    """CPU seconds by stage."""

    def __init__(self) -> None:
        self.cpu_s: dict[str, float] = defaultdict(float)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add this thread's CPU time in the block to `stage`."""
        before = time.thread_time()
        yield
        self.cpu_s[stage] += time.thread_time() - before


class _Numbered(NamedTuple):
    frame_index: int
    picture: Picture


class Production:
    """One clip on its way through the lanes. Make it, `run` it once, read what it collected.

    `stills`: labelled RGB pictures, `still_every_s` apart. `samples`: unlabelled ones, a second
    apart.
    """

    def __init__(self, work: Path, *, footage: Footage, marks: Marks, stages: Stages) -> None:
        """Open the encoders. Raises MediaError for a canvas that no encoder takes."""
        width, height = footage.canvas
        if width % 2 or height % 2 or min(width, height) < _SIDE_MIN or footage.frame_count < 1:
            raise MediaError(f"A canvas of {width} x {height} cannot be encoded.")
        self.rungs = ladder(width, height)
        self.stills: list[Rgb] = []
        self.samples: list[Rgb] = []
        self.still_every_s = max(_STILL_EVERY_S, footage.duration_s / SPRITE_TILES_MAX)
        self._footage, self._stages, self._stop = footage, stages, Stop()
        self._embedder = Embedder(
            marks.key, payload=marks.payload, canvas=footage.canvas, fps=footage.fps
        )
        self._label = Label(
            product=marks.product,
            handle=marks.handle,
            canvas=footage.canvas,
            frame_count=footage.frame_count,
            fps=footage.fps,
        )
        self._open_lanes(work)

    def _open_lanes(self, work: Path) -> None:
        raw, fps = work / "raw", self._footage.fps
        kept = Movie(
            work / "private" / "master.mp4",
            rung=master(*self._footage.canvas),
            fps=fps,
            sound=raw / "master_sound.mp4",
        )
        self._master = self._movie_lane("encode master", kept)
        self._renditions = []
        for rung in self.rungs:
            movie = Movie(raw / f"{rung.name}.mp4", rung=rung, fps=fps, sound=raw / "sound.mp4")
            self._renditions.append((rung, self._movie_lane(f"encode {rung.name}", movie)))
        self._marking: Lane[_Numbered] = Lane(
            "mark and label",
            self._mark,
            stop=self._stop,
            at_end=self._end_renditions,
            at_stop=lambda: None,
        )

    def _movie_lane(self, name: str, movie: Movie) -> Lane[_Numbered]:
        return Lane(
            name,
            partial(_encode, movie),
            stop=self._stop,
            at_end=movie.close,
            at_stop=movie.abandon,
        )

    def run(self, report: Callable[[int, int], None]) -> None:
        """Read all frames and wait for all files.

        Raises what any lane raised; then no lane runs on.
        """
        lanes = [self._master, self._marking, *(lane for _, lane in self._renditions)]
        try:
            self._feed(report)
        except StoppedError:
            pass
        except BaseException:
            self._stop.set()
            raise
        finally:
            for lane in lanes:
                lane.join()
        if self._stop.error is not None:
            raise self._stop.error
        for lane in lanes:
            if lane is not self._marking:
                self._stages.cpu_s[lane.name] = lane.cpu_s

    def _feed(self, report: Callable[[int, int], None]) -> None:
        total, done = self._footage.frame_count, 0
        for rgb in self._footage.frames:
            with self._stages.timed("convert"):
                self._check(rgb, done)
                self._sample(rgb, done)
                numbered = _Numbered(done, Picture.from_rgb(rgb))
            self._master.put(numbered)
            self._marking.put(numbered)
            done += 1
            report(done, total)
        if done != total:
            raise MediaError(f"{done} frames came, {total} were promised.")
        self._master.put(None)
        self._marking.put(None)

    def _check(self, rgb: Rgb, index: int) -> None:
        width, height = self._footage.canvas
        if rgb.shape != (height, width, 3) or rgb.dtype != np.uint8:
            raise MediaError(
                f"Frame {index} is {rgb.dtype} {rgb.shape}, not uint8 {height, width, 3}."
            )
        if index >= self._footage.frame_count:
            raise MediaError(f"More frames came than the {self._footage.frame_count} promised.")

    def _sample(self, rgb: Rgb, index: int) -> None:
        if not self._is_due(index, len(self.samples), _SAMPLE_EVERY_S):
            return
        height, width = rgb.shape[:2]
        scale = min(1.0, _SAMPLE_SIDE_PX / max(width, height))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        self.samples.append(np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)))

    def _is_due(self, index: int, taken: int, every_s: float) -> bool:
        return index >= math.floor(taken * every_s * self._footage.fps + 0.5)

    def _mark(self, numbered: _Numbered) -> None:
        index, picture = numbered
        with self._stages.timed("mark"):
            luma = self._embedder.mark(picture.luma, frame_index=index)
            picture = picture.with_luma(luma)
        with self._stages.timed("label"):
            self._label.blend(picture, frame_index=index)
        for rung, lane in self._renditions:
            with self._stages.timed("scale"):
                sized = _fitted(picture, rung)
            self._keep_still(sized, index, rung)
            lane.put(_Numbered(index, sized))

    def _keep_still(self, picture: Picture, index: int, rung: Rung) -> None:
        """Keep a picture of middling size now and then; the poster need not be larger."""
        chosen = self.rungs[min(1, len(self.rungs) - 1)]
        if rung is chosen and self._is_due(index, len(self.stills), self.still_every_s):
            with self._stages.timed("stills"):
                self.stills.append(picture.to_rgb())

    def _end_renditions(self) -> None:
        for _, lane in self._renditions:
            lane.put(None)


def _encode(movie: Movie, numbered: _Numbered) -> None:
    movie.add(numbered.picture, frame_index=numbered.frame_index)


def _fitted(picture: Picture, rung: Rung) -> Picture:
    if (picture.width, picture.height) == (rung.width, rung.height):
        return picture
    return picture.scaled(rung.width, rung.height)
