"""The main job: prompt to finished draft, by stage, beside one bare encode of the same frames.

    python -m bench.pipeline [--seconds 5] [--renders 3]

Target: all steps in at most twice the clip's length on two quiet cores. Stages run side by side, so
their CPU seconds add up to more than the wall time of the whole.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

django.setup()

import av  # noqa: E402
import numpy as np  # noqa: E402

from bench.worlds import own_database  # noqa: E402
from core import delivery  # noqa: E402
from generation.actions import requesting, working  # noqa: E402
from generation.models import Render  # noqa: E402
from generation.spec.wish import Wish  # noqa: E402

PROMPT = "a red ball bounces on a wet street at night, rain"
WALL_TARGET_RATIO = 2.0
NOT_CPU = ("wall", "engine")


def main() -> None:
    """Measure and print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=5.0)
    asked.add_argument("--renders", type=int, default=3)
    wanted = asked.parse_args()
    with own_database():
        rows = [_measured(wanted.seconds, seed) for seed in range(wanted.renders + 1)][1:]
        baseline_s = _bare_encode(rows[-1]["render"])
    _print(rows, baseline_s, seconds=wanted.seconds)


def _measured(seconds: float, seed: int) -> dict[str, Any]:
    wish = Wish(prompt=PROMPT, seconds=seconds, seed=seed)
    begun, cpu = time.perf_counter(), time.process_time()
    render = requesting.request_render_in_terminal(wish)
    asked_s = time.perf_counter() - begun
    working.work_once("default")
    render.refresh_from_db()
    if render.state != Render.State.READY:
        raise SystemExit(f"The render is {render.state}: {render.problem_text}")
    wall_s, cpu_s = time.perf_counter() - begun, time.process_time() - cpu
    checks_s = wall_s - asked_s - render.timings["wall"]
    return {
        "render": render,
        "wall": wall_s,
        "cpu": cpu_s,
        "request": asked_s,
        "checks": checks_s,
        "stages": render.timings,
    }


def _bare_encode(render: Render) -> float:
    """Return the CPU seconds of encoding the same frames once with x264 veryfast, nothing else."""
    with delivery.local_path(render.media_subject, "private/master.mp4") as master:
        frames = list(_frames(master))
    begun = time.process_time()
    with av.open(io.BytesIO(), "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=render.fps, options={"preset": "veryfast"})
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        out.mux(stream.encode(None))
    return time.process_time() - begun


def _frames(path: Path) -> Iterator[np.ndarray]:
    with av.open(str(path)) as clip:
        for frame in clip.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def _print(rows: list[dict[str, Any]], baseline_s: float, *, seconds: float) -> None:
    wall, cpu = _median(rows, "wall"), _median(rows, "cpu")
    stages = {
        name: statistics.median(row["stages"][name] for row in rows)
        for name in rows[0]["stages"]
        if name not in NOT_CPU
    }
    print(f"{seconds:g} s at 720x1280, median of {len(rows)}; load {os.getloadavg()[0]:.1f}")
    print(f"{'stage':<24}{'seconds':>9}{'of clip':>9}")
    lines = {
        "whole job, wall": wall,
        "whole job, CPU": cpu,
        "request (gate, hold)": _median(rows, "request"),
        "engine, wall in frames": statistics.median(row["stages"]["engine"] for row in rows),
        "output checks, settling": _median(rows, "checks"),
        **{
            f"  {name}, CPU": spent for name, spent in sorted(stages.items(), key=lambda it: -it[1])
        },
        "bare encode once, CPU": baseline_s,
    }
    for name, spent in lines.items():
        print(f"{name:<24}{spent:>9.3f}{spent / seconds:>9.2f}")
    verdict = "met" if wall <= WALL_TARGET_RATIO * seconds else "missed"
    print(f"wall {wall / seconds:.2f} of the clip, target {WALL_TARGET_RATIO:g}: {verdict}")
    print(f"CPU is {cpu / baseline_s:.1f} times one bare encode of the same frames")


def _median(rows: list[dict[str, Any]], name: str) -> float:
    return statistics.median(float(row[name]) for row in rows)


if __name__ == "__main__":
    main()
