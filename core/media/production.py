"""The pass itself: frames go through lanes that convert, mark, label, scale, encode and sign."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core import fingerprints
from core.fingerprints import Fingerprint
from core.media.encoding import Movie, Rung, master
from core.media.errors import MediaError
from core.media.labels import Label
from core.media.lanes import Lane, Stages, Stop, StoppedError
from core.media.packaging import Package
from core.media.pictures import Picture
from core.media.samples import Sampler
from core.media.stills import SPRITE_TILES_MAX, SpriteGrid, write_poster, write_sprite
from core.watermark.embedding import Embedder

if TYPE_CHECKING:
    from core.media.finishing import Footage, Marks

_STILL_EVERY_S = 0.5
_SIDE_MIN = 16

Rgb = npt.NDArray[np.uint8]


class _Numbered(NamedTuple):
    frame_index: int
    picture: Picture


class Stills(NamedTuple):
    """What the labelled pictures, every half second or rarer, were made into."""

    sprite: SpriteGrid
    fingerprint: Fingerprint


class _Film:
    """A movie that is opened at its first picture, when its sound has been encoded.

    The engine paints its first frame meanwhile, and nobody waits.
    """

    def __init__(self, stage: str, *, stages: Stages, opened: Callable[[], Movie]) -> None:
        self.stage = stage
        self._stages, self._opened = stages, opened
        self._movie: Movie | None = None

    def add(self, numbered: _Numbered) -> None:
        movie = self._movie = self._movie or self._opened()
        with self._stages.timed(self.stage):
            movie.add(numbered.picture, frame_index=numbered.frame_index)

    def close(self) -> None:
        if self._movie is not None:
            with self._stages.timed(self.stage):
                self._movie.close()

    def abandon(self) -> None:
        if self._movie is not None:
            self._movie.abandon()


class Production:
    """One clip on its way through the lanes. Make it, `run` it once, read what it collected.

    `sampler`: holds the samples, without label and mark. `stills`: there after the run.
    """

    stills: Stills

    def __init__(
        self,
        work: Path,
        *,
        footage: Footage,
        marks: Marks,
        package: Package,
        sound: Future[Any],
    ) -> None:
        """Open the lanes; encoders wait for `sound`, which writes both sound tracks into raw/.

        Raises MediaError for a canvas that no encoder takes.
        """
        width, height = footage.canvas
        if width % 2 or height % 2 or min(width, height) < _SIDE_MIN or footage.frame_count < 1:
            raise MediaError(f"A canvas of {width} x {height} cannot be encoded.")
        self._footage, self._package, self._sound = footage, package, sound
        self._raw, self._stages, self._stop = work / "raw", package.stages, Stop()
        self._pictures: list[Rgb] = []
        self._still_every_s = max(_STILL_EVERY_S, footage.duration_s / SPRITE_TILES_MAX)
        self.sampler = Sampler(
            canvas=footage.canvas, frame_count=footage.frame_count, fps=footage.fps
        )
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
        self._open_lanes(work / "private" / "master.mp4")

    def _open_lanes(self, kept: Path) -> None:
        rung = master(*self._footage.canvas)
        self._master = self._film_lane(kept, rung, sound="master_sound.mp4")
        self._renditions = [
            (rung, self._film_lane(self._raw / f"{rung.name}.mp4", rung, sound="sound.mp4"))
            for rung in self._package.rungs
        ]
        self._marking: Lane[_Numbered] = Lane(
            "mark and label",
            self._mark,
            stop=self._stop,
            at_end=self._end_pictures,
            at_stop=lambda: None,
        )

    def _film_lane(self, path: Path, rung: Rung, *, sound: str) -> Lane[_Numbered]:
        """Encode in a lane of its own; a rendition is signed there too, as soon as it is whole."""

        def opened() -> Movie:
            self._sound.result()
            return Movie(path, rung=rung, fps=self._footage.fps, sound=self._raw / sound)

        def at_end() -> None:
            film.close()
            if rung in self._package.rungs:
                self._package.add_movie(rung)

        film = _Film(f"encode {rung.name}", stages=self._stages, opened=opened)
        return Lane(film.stage, film.add, stop=self._stop, at_end=at_end, at_stop=film.abandon)

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

    def _feed(self, report: Callable[[int, int], None]) -> None:
        total, done = self._footage.frame_count, 0
        for rgb in self._footage.frames:
            self._check(rgb, done)
            with self._stages.timed("samples"):
                self.sampler.look(rgb, frame_index=done)
            with self._stages.timed("convert"):
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

    def _mark(self, numbered: _Numbered) -> None:
        index, picture = numbered
        with self._stages.timed("mark"):
            marked = picture.with_new_luma()
            self._embedder.mark(picture.luma, frame_index=index, out=marked.luma)
        with self._stages.timed("label"):
            self._label.blend(marked, frame_index=index)
        for rung, lane in self._renditions:
            with self._stages.timed("scale"):
                sized = _fitted(marked, rung)
            self._keep_still(sized, index, rung)
            lane.put(_Numbered(index, sized))

    def _keep_still(self, picture: Picture, index: int, rung: Rung) -> None:
        """Keep a picture of middling size now and then; the poster need not be larger."""
        rungs = self._package.rungs
        due = math.floor(len(self._pictures) * self._still_every_s * self._footage.fps + 0.5)
        if rung is rungs[min(1, len(rungs) - 1)] and index >= due:
            with self._stages.timed("stills"):
                self._pictures.append(picture.to_rgb())

    def _end_pictures(self) -> None:
        """Make the stills while the encoders finish what they hold."""
        for _, lane in self._renditions:
            lane.put(None)
        every_s, pictures = self._still_every_s, self._pictures
        with self._stages.timed("stills"):
            poster = write_poster(self._raw / "poster.webp", pictures)
            grid = write_sprite(self._raw / "sprite.webp", pictures, every_s=every_s)
        with self._stages.timed("fingerprint"):
            self.stills = Stills(grid, fingerprints.of_frames(pictures, every_s=every_s))
        sheet = (grid.columns * grid.tile_width, grid.rows * grid.tile_height)
        self._package.add("poster.webp", size=poster)
        self._package.add("sprite.webp", size=sheet)


def _fitted(picture: Picture, rung: Rung) -> Picture:
    if (picture.width, picture.height) == (rung.width, rung.height):
        return picture
    return picture.scaled(rung.width, rung.height)
