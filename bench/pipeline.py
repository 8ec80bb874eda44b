"""The main job: prompt to finished draft, by stage, beside the engine alone and a bare encode.

    python -m bench.pipeline [--seconds 5] [--renders 3]

Targets, on two quiet cores: all steps in at most twice the clip's length, and an overhead of at
most 15 % of it. Overhead is what the clip waits for beyond its engine: the wall time of the whole
job, from the request to the settled draft, less the wall time in which the engine alone makes the
same frames and sound and hands them to nobody. Stages run side by side, so their CPU seconds add
up to more than the wall time of the whole; what the other core can take costs nobody's time.

At the end what comes after the frames of a 3 s clip of 512 x 512, which may take one core second.
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

from bench import finishing  # noqa: E402
from bench.worlds import own_database  # noqa: E402
from core import delivery, plugins  # noqa: E402
from generation.actions import requesting, working  # noqa: E402
from generation.models import Render  # noqa: E402
from generation.spec import RenderSpec  # noqa: E402
from generation.spec.wish import Wish  # noqa: E402

PROMPT = "a red ball bounces on a wet street at night, rain"
WALL_TARGET_RATIO = 2.0
OVERHEAD_TARGET_RATIO = 0.15
SMALL_SECONDS, SMALL_CANVAS, SMALL_TARGET_S = 3.0, (512, 512), 1.0
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
    _print_small()


def _measured(seconds: float, seed: int) -> dict[str, Any]:
    alone_s, alone_cpu_s = _engine_alone(seconds, seed)
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
        "alone": alone_s,
        "alone_cpu": alone_cpu_s,
        "request": asked_s,
        "checks": checks_s,
        "stages": render.timings,
    }


def _engine_alone(seconds: float, seed: int) -> tuple[float, float]:
    """Return wall and CPU seconds of the engine making the same clip for nobody."""
    engine = plugins.load("GENERATION_ENGINES", "default")
    spec = RenderSpec(prompt=PROMPT, seconds=seconds, shape="portrait", seed=seed)
    begun, cpu = time.perf_counter(), time.process_time()
    for _ in engine.render(spec, report=lambda done, total: None).frames:
        pass
    return time.perf_counter() - begun, time.process_time() - cpu


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
        "engine alone, wall": _median(rows, "alone"),
        "engine alone, CPU": _median(rows, "alone_cpu"),
        "request (gate, hold)": _median(rows, "request"),
        "frames, wall": statistics.median(row["stages"]["engine"] for row in rows),
        "output checks, settling": _median(rows, "checks"),
        **{
            f"  {name}, CPU": spent for name, spent in sorted(stages.items(), key=lambda it: -it[1])
        },
        "bare encode once, CPU": baseline_s,
    }
    for name, spent in lines.items():
        print(f"{name:<24}{spent:>9.3f}{spent / seconds:>9.2f}")
    print(f"CPU is {cpu / baseline_s:.1f} times one bare encode of the same frames")
    overhead_s = statistics.median(row["wall"] - row["alone"] for row in rows)
    _print_verdict("wall", wall / seconds, WALL_TARGET_RATIO)
    _print_verdict("overhead, job less engine alone", overhead_s / seconds, OVERHEAD_TARGET_RATIO)


def _print_verdict(name: str, ratio: float, target: float) -> None:
    verdict = "met" if ratio <= target else "missed"
    print(f"{name}: {ratio:.0%} of the clip, target {target:.0%}: {verdict}")


def _print_small() -> None:
    """What follows the frames of a small clip, beside an encode, a copy into HLS and a poster."""
    whole, bare_s = finishing.measure(SMALL_SECONDS, canvas=SMALL_CANVAS)
    verdict = "met" if whole <= SMALL_TARGET_S else "missed"
    print(f"\n{SMALL_SECONDS:g} s at {SMALL_CANVAS[0]}x{SMALL_CANVAS[1]}, CPU seconds, best of 3")
    print(f"{'finishing, all of it':<28}{whole:>7.3f}   target {SMALL_TARGET_S:g}: {verdict}")
    print(f"{'bare encode, HLS, poster':<28}{bare_s:>7.3f}")


def _median(rows: list[dict[str, Any]], name: str) -> float:
    return statistics.median(float(row[name]) for row in rows)


if __name__ == "__main__":
    main()
