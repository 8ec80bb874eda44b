"""What finishing a clip costs, stage by stage, beside a bare encode of the same frames.

    python -m bench.finishing [--seconds 5] [--repeats 3]

720 x 1280 at 24 frames per second, frames drawn beforehand and held in memory, so that the engine
is not in the figures. CPU seconds are summed over threads and are the best of the repeats; a busy
machine spoils the wall clock, and CPU by some tens of per cent.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

from core.media.encoding import fragment, write_sound
from core.media.finishing import Finished, Footage, Marks, finish
from core.media.stills import write_poster
from core.provenance import Signer, Statement, read
from core.watermark.detection import detect_file
from core.watermark.keys import MarkKey

CANVAS, FPS, RATE_HZ = (720, 1280), 24, 48_000
KEY = MarkKey.derive(b"a secret of the bench", key_id="m1")
PAYLOAD = 123_456_789

Frames = list[npt.NDArray[np.uint8]]
Sound = npt.NDArray[np.float32]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args()
    frames, sound = _frames(round(asked.seconds * FPS), CANVAS), _sound(asked.seconds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare_cpu_s, bare_wall_s = _bare(folder, frames, sound)
        runs = [_run(folder, frames, sound) for _ in range(asked.repeats)]
        best, cpu_s = min(runs, key=lambda run: run[1])
        _print_stages(best, cpu_s)
        print(f"\n{'one bare x264 encode':24}{bare_cpu_s:8.2f} s CPU{bare_wall_s:8.2f} s wall")
        print(f"{'everything':24}{cpu_s:8.2f} s CPU{best.wall_s:8.2f} s wall")
        print(f"{'ratio':24}{cpu_s / bare_cpu_s:8.2f}       {best.wall_s / bare_wall_s:8.2f}")
        _print_afterwards(best, folder)


def measure(seconds: float, *, canvas: tuple[int, int], repeats: int = 3) -> tuple[float, float]:
    """Return CPU seconds, the best of the repeats: all of finishing, and the least that a player
    needs, which is one "veryfast" encode with sound, a copy of it into HLS and a poster.
    """
    frames, sound = _frames(round(seconds * FPS), canvas), _sound(seconds)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = [_run(folder, frames, sound)[1] for _ in range(repeats)]
        bare = [_least(folder, frames, sound) for _ in range(repeats)]
    return min(whole), min(bare)


def _least(folder: Path, frames: Frames, sound: Sound) -> float:
    before_s = time.process_time()
    _bare(folder, frames, sound)
    fragment(folder / "bare.mp4", to=folder / "hls_bare.mp4", kind="video")
    fragment(folder / "sound.mp4", to=folder / "hls_sound.mp4", kind="audio")
    write_poster(folder / "poster.webp", frames[:1])
    return time.process_time() - before_s


def _frames(count: int, canvas: tuple[int, int]) -> Frames:
    """A street at dusk, roughly: a gradient, a textured ground that pans, two things that move."""
    width, height = canvas
    random = np.random.default_rng(0)
    noise = random.integers(0, 255, (height, width + count, 3), dtype=np.uint8)
    ground = cv2.GaussianBlur(noise, (0, 0), 2.5)
    ground = cv2.normalize(ground, ground, 60, 200, cv2.NORM_MINMAX)
    sky = np.linspace(40, 200, height)[:, None, None] * np.array([0.6, 0.8, 1.0])
    frames = []
    for index in range(count):
        frame = np.broadcast_to(sky, (height, width, 3)).astype(np.uint8, order="C")
        frame[height * 5 // 9 :] = ground[height * 5 // 9 :, index : index + width]
        ball = (100 + 4 * index, height // 3 + int(height / 6 * abs(np.sin(index / 6))))
        cv2.circle(frame, ball, width // 9, (220, 60, 40), -1, cv2.LINE_AA)
        bush = (width * 5 // 6 - 2 * index, height * 5 // 7)
        cv2.circle(frame, bush, width // 6, (40, 160, 90), -1, cv2.LINE_AA)
        frames.append(frame)
    return frames


def _sound(seconds: float) -> Sound:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    knock = np.exp(-(at % 0.5) * 30) * np.sin(2 * np.pi * 180 * at)
    rain = np.random.default_rng(1).normal(0, 0.03, (2, len(at)))
    return (0.5 * knock + rain).astype(np.float32)


def _bare(folder: Path, frames: Frames, sound: Sound) -> tuple[float, float]:
    """Convert and encode the largest rendition, and nothing else; the encoder uses all cores."""
    write_sound(folder / "sound.mp4", sound, sample_rate_hz=RATE_HZ)
    cpu_s, wall_s = time.process_time(), time.perf_counter()
    with av.open(str(folder / "bare.mp4"), "w") as output:
        stream = output.add_stream("libx264", rate=FPS)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.options = {"preset": "veryfast", "crf": "23"}
        for rgb in frames:
            output.mux(stream.encode(av.VideoFrame.from_ndarray(rgb, format="rgb24")))
        output.mux(stream.encode(None))
    return time.process_time() - cpu_s, time.perf_counter() - wall_s


def _run(folder: Path, frames: Frames, sound: Sound) -> tuple[Finished, float]:
    out = folder / "clip"
    shutil.rmtree(out, ignore_errors=True)
    canvas = (frames[0].shape[1], frames[0].shape[0])
    cpu_s = time.process_time()
    finished = finish(
        Footage(iter(frames), len(frames), FPS, canvas, sound, RATE_HZ),
        folder=out,
        marks=Marks("Afterimage", "ana", KEY, PAYLOAD),
        signer=Signer.at(folder / "keys", organization="Bench"),
        statement=Statement("Clip", "1", "bench", "", "", datetime.now(UTC)),
    )
    return finished, time.process_time() - cpu_s


def _print_stages(finished: Finished, cpu_s: float) -> None:
    frames = finished.frame_count
    print(f"{frames} frames, {finished.duration_s:g} s, {finished.width} x {finished.height}")
    print(f"{'stage':24}{'CPU s':>8}{'ms a frame':>12}{'share':>8}")
    for stage, spent in sorted(finished.stage_cpu_s.items(), key=lambda item: -item[1]):
        print(f"{stage:24}{spent:8.3f}{1000 * spent / frames:12.2f}{spent / cpu_s:8.0%}")
    rest = cpu_s - sum(finished.stage_cpu_s.values())
    print(
        f"{'threads, files, digests':24}{rest:8.3f}{1000 * rest / frames:12.2f}{rest / cpu_s:8.0%}"
    )
    sizes = ", ".join(f"{item.name} {item.size_bytes // 1000} kB" for item in finished.deliverables)
    print(f"\n{sizes}")


def _print_afterwards(finished: Finished, folder: Path) -> None:
    """What is done with a finished clip later on: check its manifest, find its mark."""
    public = finished.folder / "public"
    anchors = Signer.at(folder / "keys", organization="Bench").anchors
    cpu_s = time.process_time()
    state = read(public / "720.mp4", anchors=anchors).state
    print(f"\n{'read manifest':24}{time.process_time() - cpu_s:8.3f} s CPU  {state}")
    for name in ("720.mp4", "360.mp4"):
        cpu_s = time.process_time()
        found = detect_file(public / name, keys=[KEY])
        answer = f"z {found.confidence_z}" if found and found.payload == PAYLOAD else "not found"
        print(f"{'find mark in ' + name:24}{time.process_time() - cpu_s:8.3f} s CPU  {answer}")


if __name__ == "__main__":
    main()
