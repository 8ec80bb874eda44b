"""From encoded files to what is delivered: fragments, signatures, playlists, digests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.media import hls
from core.media.encoding import Rung, fragment
from core.media.lanes import Stages

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
    """Turns the encoded files in `raw` into the delivered ones in `public`.

    One file at a time and from any thread, as each is ready; `close` when all are there.
    """

    def __init__(
        self, raw: Path, public: Path, *, rungs: Sequence[Rung], sign: Sign, stages: Stages
    ) -> None:
        """Take the renditions, largest first."""
        self.rungs, self.stages = rungs, stages
        self._raw, self._public, self._sign = raw, public, sign
        self._sizes: dict[str, tuple[int, int]] = {}

    def add_movie(self, rung: Rung) -> None:
        """Sign a finished rendition, as one file and in fragments."""
        name, track = f"{rung.name}.mp4", _track_name(rung)
        with self.stages.timed("fragment"):
            fragment(self._raw / name, to=self._raw / track, kind="video")
        for signed in (name, track):
            self.add(signed, size=(rung.width, rung.height))

    def add_sound(self) -> None:
        """Sign the sound that all renditions share, in fragments."""
        with self.stages.timed("fragment"):
            fragment(self._raw / "sound.mp4", to=self._raw / _SOUND, kind="audio")
        self.add(_SOUND)

    def add(self, name: str, *, size: tuple[int, int] = (0, 0)) -> None:
        """Sign one file. `size`: its width and height, 0 for what cannot be seen."""
        self._sizes[name] = size
        with self.stages.timed("sign"):
            self._sign(self._raw / name, self._public / name)

    def close(self, *, fps: int) -> tuple[Deliverable, ...]:
        """Write the playlists and describe every file in `public`, by name.

        Playlists come last: signing moves the bytes that they point at.
        """
        with self.stages.timed("playlists"):
            self._write_playlists(fps)
            return tuple(
                _described(path, self._sizes.get(path.name, (0, 0)))
                for path in sorted(self._public.iterdir())
            )

    def _write_playlists(self, fps: int) -> None:
        videos = [
            hls.read_track(self._public / _track_name(rung), width=rung.width, height=rung.height)
            for rung in self.rungs
        ]
        sound = hls.read_track(self._public / _SOUND)
        for track in (*videos, sound):
            playlist = self._public / hls.playlist_name(track.name)
            playlist.write_text(hls.media_playlist(track))
        (self._public / "hls.m3u8").write_text(hls.master_playlist(videos, sound, fps=fps))


def _track_name(rung: Rung) -> str:
    return f"hls_{rung.name}.mp4"


def _described(path: Path, size: tuple[int, int]) -> Deliverable:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return Deliverable(path.name, CONTENT_TYPES[path.suffix], len(content), digest, *size)
