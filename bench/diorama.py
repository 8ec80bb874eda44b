"""How long a diorama frame takes, stage by stage: `python -m bench.diorama [seconds]`.

Processor time, one thread, 720 x 1280. `paint` happens once for a clip, the rest for every frame.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import cv2

from generation.engines.diorama import styles, weather, world
from generation.engines.diorama.air import Weather
from generation.engines.diorama.compositor import Painter

PROMPTS = (
    "a red ball bounces on a wet street at night, rain",
    "a dog chases a cat in a meadow by day, the camera pans left",
    "three penguins walk in a snowfield, snow",
    "a girl dances on a stage, zoom in",
    "a whale swims underwater",
    "a fox runs in a forest, watercolour",
)


def _timed(label: str, spent: dict[str, float], work: Callable[[], object]) -> object:
    start = time.process_time()
    result = work()
    spent[label] = spent.get(label, 0.0) + time.process_time() - start
    return result


def measure(prompt: str, *, seconds: float) -> dict[str, float]:
    """Return milliseconds by stage: stage, simulate and paint for the clip, others a frame."""
    spent: dict[str, float] = {}
    scene = world.stage(prompt, seed=1, seconds=seconds)
    _timed("stage", spent, lambda: world.stage(prompt, seed=1, seconds=seconds))
    motion = world.simulate(scene)
    _timed("simulate", spent, lambda: world.simulate(scene))
    start = time.process_time()
    stack = world.stack(scene, motion=motion)
    painter, air = Painter(stack, mirror=world.mirror(scene)), weather.make(scene, stack)
    grade = styles.Grade(scene, stack)
    spent["paint"] = time.process_time() - start
    for at in range(scene.frames):
        _frame(painter, air, grade, at, spent)
    clip = {name: spent.pop(name) * 1000 for name in ("stage", "simulate", "paint")}
    return {**clip, **{name: value * 1000 / scene.frames for name, value in spent.items()}}


def _frame(
    painter: Painter, air: Weather, grade: styles.Grade, at: int, spent: dict[str, float]
) -> None:
    start = time.process_time()
    frame = painter.scene(at)
    spent["scene"] = spent.get("scene", 0.0) + time.process_time() - start
    _timed("weather", spent, lambda: air.draw(frame, at=at))
    _timed("front", spent, lambda: painter.front(frame, at))
    _timed("style", spent, lambda: grade(frame, at=at))


def main() -> None:
    """Print one row for each prompt."""
    cv2.setNumThreads(1)
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    names = ("stage", "simulate", "paint", "scene", "weather", "front", "style")
    sys.stdout.write("| prompt | " + " | ".join(f"{n} ms" for n in names) + " | frame ms |\n")
    sys.stdout.write("|---|" + "---:|" * (len(names) + 1) + "\n")
    for prompt in PROMPTS:
        row = measure(prompt, seconds=seconds)
        frame = sum(row[name] for name in names[3:])
        cells = " | ".join(f"{row[name]:.1f}" for name in names)
        sys.stdout.write(f"| {prompt} | {cells} | {frame:.1f} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
