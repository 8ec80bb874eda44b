"""Little clips that tests make: real frames, real sound."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from core.media.finishing import Finished, Footage, Marks, finish
from core.provenance import Signer, Statement
from core.watermark.keys import MarkKey

FPS = 24
RATE_HZ = 48_000
KEY = MarkKey.derive(b"a secret of the tests", key_id="m1")
PAYLOAD = 0x5A5A5A5A5
MADE_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

Rgb = npt.NDArray[np.uint8]


def scene(kind: str, *, canvas: tuple[int, int], frames: int) -> Iterator[Rgb]:
    """A ball before noise that pans ("textured"), a sky ("flat") or a night ("dark")."""
    width, height = canvas
    backgrounds = _noise(width, height) if kind == "textured" else _sky(kind, width, height)
    for index in range(frames):
        left, top = (index, 2 * index) if kind == "textured" else (0, 0)
        frame = backgrounds[top : top + height, left : left + width].copy()
        across = int(width * (0.2 + 0.6 * index / frames))
        down = int(height * (0.6 - 0.2 * abs(np.sin(index / 6))))
        colour = (70, 50, 40) if kind == "dark" else (200, 60, 50)
        cv2.circle(frame, (across, down), width // 8, colour, -1, cv2.LINE_AA)
        yield frame


def _noise(width: int, height: int) -> Rgb:
    random = np.random.default_rng(5)
    size = (height + 400, width + 200)
    fine = cv2.GaussianBlur(random.integers(0, 255, (*size, 3), dtype=np.uint8), (0, 0), 2.5)
    fine = cv2.normalize(fine, fine, 0, 255, cv2.NORM_MINMAX)
    patches = random.integers(0, 255, (40, 24, 3), dtype=np.uint8)
    coarse = cv2.resize(patches, size[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.addWeighted(fine, 0.6, coarse, 0.4, 0), dtype=np.uint8)


def _sky(kind: str, width: int, height: int) -> Rgb:
    darkest, lightest = (8, 40) if kind == "dark" else (120, 220)
    down = np.linspace(darkest, lightest, height)[:, None, None]
    return np.broadcast_to(down * np.array([0.8, 0.95, 1.0]), (height, width, 3)).astype(np.uint8)


def knocks(seconds: float, *, level: float = 0.3) -> npt.NDArray[np.float32]:
    """Two knocks a second over a quiet tone, float32 [2, S]."""
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    decay = np.exp(-(at % 0.5) * 30) * np.sin(2 * np.pi * 180 * at)
    tone = 0.1 * np.sin(2 * np.pi * 440 * at)
    return np.stack([decay + tone, decay - tone]).astype(np.float32) * np.float32(level)


def footage(
    kind: str = "flat", *, canvas: tuple[int, int] = (180, 320), frames: int = 48
) -> Footage:
    return Footage(
        frames=scene(kind, canvas=canvas, frames=frames),
        frame_count=frames,
        fps=FPS,
        canvas=canvas,
        sound=knocks(frames / FPS),
        sample_rate_hz=RATE_HZ,
    )


def statement(title: str = "Clip", *, parents: tuple[Path, ...] = ()) -> Statement:
    return Statement(
        title=title,
        render_id=f"render of {title}",
        engine="test card",
        weights_digest="",
        prompt_digest="00" * 32,
        made_at=MADE_AT,
        parents=parents,
    )


def signer(folder: Path) -> Signer:
    return Signer.at(folder, organization="Test House")


def finished(folder: Path, of: Footage | None = None) -> Finished:
    return finish(
        of or footage(),
        folder=folder,
        marks=Marks(product="Afterimage", handle="ana", key=KEY, payload=PAYLOAD),
        signer=signer(folder.parent / "keys"),
        statement=statement(),
    )
