"""Finish a clip.

One pass over its frames makes everything that is delivered, and the master that is not.

sound ── even loudness ─ AAC ─────────────────── fragments ─ sign ──────────────┐
frames ┬ samples for the checks                                                │
       └ convert ┬─ master (kept, unmarked)                                    │
                 └─ invisible mark ─ visible label ┬─ 720 ─ fragments ─ sign ──┤
                                                   ├─ 540 ─ fragments ─ sign ──┼─ playlists
                                                   ├─ 360 ─ fragments ─ sign ──┤
                                                   └─ poster, sprite ─ sign ───┘

Every branch is a thread of its own and ends with its own signatures, so that after the last frame
there is little left to do but to wait for the slowest.
"""

from __future__ import annotations

import math
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core import fingerprints
from core.media import captions, soundtracks
from core.media.encoding import ladder
from core.media.lanes import Stages
from core.media.loudness import Loudness
from core.media.packaging import Deliverable, Package
from core.media.production import Production
from core.media.samples import Samples
from core.media.stills import SpriteGrid
from core.provenance import Signer, Statement
from core.watermark.keys import MarkKey

_UNFINISHED = ".unfinished-"

Report = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Footage:
    """What is to be finished.

    `frames`: uint8 [H, W, 3] RGB, read once, exactly `frame_count` of them; advanced in the
    caller's thread. `canvas`: width and height, both even. `sound`: float32 [2, S] in -1..1.
    """

    frames: Iterator[npt.NDArray[np.uint8]]
    frame_count: int
    fps: int
    canvas: tuple[int, int]
    sound: npt.NDArray[np.float32]
    sample_rate_hz: int
    words: tuple[captions.Word, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length of the pictures."""
        return self.frame_count / self.fps


@dataclass(frozen=True, slots=True)
class Marks:
    """What the clip is marked with.

    Seen by everybody (product, handle), and found by us (payload, 39 bits).
    """

    product: str
    handle: str
    key: MarkKey
    payload: int


@dataclass(frozen=True, slots=True)
class Finished:
    """What came out. `folder`/public may be delivered, `folder`/private never.

    `loudness_lufs`, `true_peak_dbtp`: of the delivered sound, -inf for silence. `samples`: for the
    output checks, without label and mark. `stage_cpu_s`: CPU seconds by stage, summed over threads.
    """

    folder: Path
    master: Path
    deliverables: tuple[Deliverable, ...]
    duration_s: float
    width: int
    height: int
    fps: int
    frame_count: int
    loudness_lufs: float
    true_peak_dbtp: float
    sprite: SpriteGrid
    fingerprint: fingerprints.Fingerprint
    samples: Samples
    stage_cpu_s: Mapping[str, float]
    wall_s: float

    def as_json(self) -> dict[str, Any]:
        """Collect what a database row should remember, as JSON values; silence is null."""
        return {
            "duration_s": self.duration_s,
            "width": self.width,
            "height": self.height,
            "fps": self.fps,
            "frame_count": self.frame_count,
            "loudness_lufs": _finite(self.loudness_lufs),
            "true_peak_dbtp": _finite(self.true_peak_dbtp),
            "sprite": self.sprite._asdict(),
            "files": {item.name: asdict(item) for item in self.deliverables},
        }


def _finite(value: float) -> float | None:
    return round(value, 2) if math.isfinite(value) else None


def _ignore(done: int, total: int) -> None:
    """Report to nobody."""


def finish(
    footage: Footage,
    *,
    folder: Path,
    marks: Marks,
    signer: Signer,
    statement: Statement,
    report: Report = _ignore,
) -> Finished:
    """Make every file of a clip in `folder`, which must not exist: all of them appear, or none.

    Works in a hidden sibling, brings it to disk and renames it; what a killed process leaves is
    hidden, and `delivery.sweep_work` removes it. `report(done, total)` is called per frame in the
    calling thread; what it raises stops everything. Raises FileExistsError, MediaError for footage
    that is not what it says, and whatever the frames raise.
    """
    if folder.exists():
        raise FileExistsError(f"{folder} exists; give every attempt a folder of its own.")
    started = time.perf_counter()
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = folder.parent / f"{_UNFINISHED}{folder.name}-{secrets.token_hex(4)}"
    try:
        finished = _finish_in(work, footage, marks, _Signing(signer, statement), report)
        _bring_to_disk(work)
        work.rename(folder)
        _sync(folder.parent)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    master = folder / "private" / "master.mp4"
    return replace(finished, folder=folder, master=master, wall_s=time.perf_counter() - started)


@dataclass(frozen=True, slots=True)
class _Signing:
    signer: Signer
    statement: Statement

    def sign(self, source: Path, to: Path) -> None:
        self.signer.sign(source, to=to, statement=self.statement)


def _finish_in(
    work: Path, footage: Footage, marks: Marks, signing: _Signing, report: Report
) -> Finished:
    """Fill `work` with public/, private/ and, for as long as it takes, raw/."""
    for name in ("public", "private", "raw"):
        (work / name).mkdir(parents=True)
    raw, public, stages = work / "raw", work / "public", Stages()
    statement = replace(signing.statement, mark_key_id=marks.key.key_id, mark_payload=marks.payload)
    sign = replace(signing, statement=statement).sign
    package = Package(raw, public, rungs=ladder(*footage.canvas), sign=sign, stages=stages)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="sound") as beside:
        sound = beside.submit(_write_sounds, raw, footage, stages)
        stream = beside.submit(package.add_sound)
        production = Production(work, footage=footage, marks=marks, package=package, sound=sound)
        production.run(report)
        level, _ = sound.result(), stream.result()
    if footage.words:
        (public / "captions.vtt").write_text(captions.web_vtt(footage.words), encoding="utf-8")
    deliverables = package.close(fps=footage.fps)
    shutil.rmtree(raw)
    return Finished(
        folder=work,
        master=work / "private" / "master.mp4",
        deliverables=deliverables,
        duration_s=footage.duration_s,
        width=footage.canvas[0],
        height=footage.canvas[1],
        fps=footage.fps,
        frame_count=footage.frame_count,
        loudness_lufs=level.integrated_lufs,
        true_peak_dbtp=level.true_peak_dbtp,
        sprite=production.stills.sprite,
        fingerprint=production.stills.fingerprint,
        samples=production.sampler.samples,
        stage_cpu_s=stages.cpu_s,
        wall_s=0.0,
    )


def _write_sounds(raw: Path, footage: Footage, stages: Stages) -> Loudness:
    rate = footage.sample_rate_hz
    with stages.timed("sound"):
        sound = soundtracks.fitted(footage.sound, seconds=footage.duration_s, sample_rate_hz=rate)
        soundtracks.write_kept(raw / "master_sound.mp4", sound, sample_rate_hz=rate)
        return soundtracks.write_delivered(raw / "sound.mp4", sound, sample_rate_hz=rate)


def _bring_to_disk(work: Path) -> None:
    """Make sure that after a power cut the renamed folder holds whole files."""
    for path in sorted(work.rglob("*"), reverse=True):
        _sync(path)
    _sync(work)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
