"""Clips that an assembly makes and is made of: masters on disk, and frames read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np

from core.media.encoding import Movie, master, write_sound
from core.media.pictures import Picture
from generation.actions.assembling.assembly import Assembled, assemble
from generation.actions.assembling.script import Clip, Script
from generation.engines import Engine
from generation.engines.test_card import TestCard
from generation.spec import Frame, RenderSpec, Source
from generation.spec.parts import Parts

CANVAS = (108, 192)


def spec(**changes: Any) -> RenderSpec:
    wish = {"prompt": "a red ball", "seconds": 1.0, "shape": "portrait", "seed": 11}
    return RenderSpec(**(wish | changes))


def put_together(
    operation: Any,
    wanted: RenderSpec | None = None,
    *clips: Clip,
    engine: Engine | None = None,
    **parts: Any,
) -> Assembled:
    script = Script(operation, wanted or spec(), Parts(**parts), clips)
    return assemble(script, engine=engine or TestCard(canvas=CANVAS), report=ignore)


def ignore(done: int, total: int) -> None:
    assert 0 <= done <= total


def filmed(path: Path, made: Assembled) -> Clip:
    """Write a master as finishing does."""
    rendered, sound = made.rendered, path.with_suffix(".sound.mp4")
    write_sound(sound, rendered.sound, sample_rate_hz=rendered.sample_rate_hz, codec="flac")
    assert rendered.canvas is not None
    movie = Movie(path, rung=master(*rendered.canvas), fps=rendered.fps, sound=sound)
    for index, frame in enumerate(rendered.frames):
        movie.add(Picture.from_rgb(frame), frame_index=index)
    movie.close()
    return Clip(path, rendered.caption, made.shots, rendered.words)


def decoded(clip: Clip) -> list[Frame]:
    with av.open(str(clip.master)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def source_of(clip: Clip, use: Any, **more: Any) -> Source:
    shot = clip.shots[-1]
    return Source(shot.prompt, shot.seed, use=use, master=clip.master, **more)


def same(frames: list[Frame], others: list[Frame]) -> bool:
    return len(frames) == len(others) and all(map(np.array_equal, frames, others))
