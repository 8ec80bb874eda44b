"""From encoded files to what is delivered: fragments, signatures, playlists, digests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.media import hls
from core.media.encoding import Rung, fragment
from core.media.production import Stages

CONTENT_TYPES: Mapping[str, str] = {
    ".mp4": "video/mp4",
    ".m3u8": "application/vnd.apple.mpegurl",
    ".webp": "image/webp",
    ".vtt": "text/vtt; charset=utf-8",
}
_SOUND = "hls_audio.mp4"

Sign = Callable[[Path, Path], None]


@dataclass(frozen=True, slots=True)
class Deliverable:
    """One public file. Width and height are 0 for what cannot be seen."""

    name: str
    content_type: str
    size_bytes: int
    sha256: str
    width: int = 0
    height: int = 0


class Package:
    """Turns the encoded files in `raw` into the delivered ones in `public`."""

    def __init__(self, raw: Path, public: Path, *, rungs: Sequence[Rung], fps: int) -> None:
        """Take the renditions, largest first."""
        self._raw, self._public, self._rungs, self._fps = raw, public, rungs, fps

    def run(self, sign: Sign, *, stages: Stages) -> None:
        """Make all files. Playlists come last: signing moves the bytes that they point at."""
        with stages.timed("fragment"):
            for rung in self._rungs:
                source = self._raw / f"{rung.name}.mp4"
                fragment(source, to=self._raw / _track_name(rung), kind="video")
            fragment(self._raw / "sound.mp4", to=self._raw / _SOUND, kind="audio")
        with stages.timed("sign"):
            for name in self._signed_names():
                sign(self._raw / name, self._public / name)
        with stages.timed("playlists"):
            self._write_playlists()

    def _signed_names(self) -> list[str]:
        movies = [name for rung in self._rungs for name in (f"{rung.name}.mp4", _track_name(rung))]
        return [*movies, _SOUND, "poster.webp", "sprite.webp"]

    def _write_playlists(self) -> None:
        videos = [
            hls.read_track(self._public / _track_name(rung), width=rung.width, height=rung.height)
            for rung in self._rungs
        ]
        sound = hls.read_track(self._public / _SOUND)
        for track in (*videos, sound):
            playlist = self._public / hls.playlist_name(track.name)
            playlist.write_text(hls.media_playlist(track))
        (self._public / "hls.m3u8").write_text(hls.master_playlist(videos, sound, fps=self._fps))

    def deliverables(self, still_sizes: Mapping[str, tuple[int, int]]) -> tuple[Deliverable, ...]:
        """Describe every file in `public`, by name."""
        sizes = dict(still_sizes)
        for rung in self._rungs:
            sizes[f"{rung.name}.mp4"] = sizes[_track_name(rung)] = (rung.width, rung.height)
        return tuple(
            _described(path, sizes.get(path.name, (0, 0)))
            for path in sorted(self._public.iterdir())
        )


def _track_name(rung: Rung) -> str:
    return f"hls_{rung.name}.mp4"


def _described(path: Path, size: tuple[int, int]) -> Deliverable:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return Deliverable(path.name, CONTENT_TYPES[path.suffix], len(content), digest, *size)
