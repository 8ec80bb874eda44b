"""From a spec to a job: which frames are made, which are shown, and what they start from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from generation.engines import EngineError
from generation.engines.diffusion import footage, pictures
from generation.engines.diffusion.family import Cut, Family, Grid, Guide, Job, Shown, Size, Start
from generation.engines.diffusion.grid import first_frame_of, frames_on_grid, latents_for
from generation.engines.diffusion.options import Options
from generation.spec import Frame, Region, RenderSpec, Source, Still

# A remix that keeps the motion starts no higher: the layout of a clip is decided above this level
# of noise, its look below. Both schedules of LTX-2 have a step just here.
MOTION_LEVEL_MAX = 0.725
LOOK_STRENGTH = 0.9


class Brief(NamedTuple):
    """A job, and how its pictures become the clip that is shown."""

    job: Job
    cut: Cut


class _Desk(NamedTuple):
    """What everything below works with."""

    spec: RenderSpec
    grid: Grid
    cut: Cut

    def fit(self, picture: Frame) -> Frame:
        return pictures.onto(picture, self.cut)


def brief(spec: RenderSpec, family: Family, options: Options) -> Brief:
    """Turn a spec into a job of a family. Reads the files that the spec names.

    Raises EngineError (permanent) if a file is missing or cannot be read.
    """
    is_draft = spec.purpose != "final"
    grid = family.grid(is_draft=is_draft)
    lines_max = options.lines_max or grid.lines_max
    if is_draft:
        lines_max = min(lines_max, grid.lines_max)
    desk = _Desk(spec, grid, pictures.cut_for(spec.canvas, grid, lines_max=lines_max))
    job = _plain(desk, text=family.text_of(spec), negative=_negative(spec, options))
    job = replace(job, is_draft=is_draft)
    if spec.source is not None:
        job = _SOURCES[spec.source.use](desk, spec.source, job)
    return Brief(_with_stills(desk, job), desk.cut)


def _plain(desk: _Desk, *, text: str, negative: str) -> Job:
    return Job(
        text=text,
        negative=negative,
        seed=desk.spec.seed,
        size=_size(desk, desk.spec.frames),
        fps=desk.spec.fps,
        shown=Shown(0, desk.spec.frames),
    )


def _size(desk: _Desk, frames: int) -> Size:
    made = desk.cut.made
    return Size(made.width, made.height, frames_on_grid(frames, step=desk.grid.step))


def _negative(spec: RenderSpec, options: Options) -> str:
    return ", ".join(part for part in (spec.negative.strip(), options.negative.strip()) if part)


def _with_stills(desk: _Desk, job: Job) -> Job:
    """Add the given pictures. For a last frame the job grows until a latent begins there."""
    guides = list(job.guides)
    for still in desk.spec.stills:
        at = _frame_of(still, job)
        if still.role == "last":
            latent = -(-max(0, at - 1) // desk.grid.step) + 1
            at = first_frame_of(latent, step=desk.grid.step)
            job = replace(job, size=_size(desk, max(job.size.frames, at + 1)))
        guides.append(Guide(desk.fit(still.image)[None], at, still.strength))
    return replace(job, guides=tuple(guides))


def _frame_of(still: Still, job: Job) -> int:
    first, count = job.shown
    if still.role == "last":
        return first + count - 1
    if still.role == "frame":
        return first + min(count - 1, max(0, round(still.at_s * job.fps)))
    return first


def _remix(desk: _Desk, source: Source, job: Job) -> Job:
    level = min(1.0, max(0.0, source.strength))
    if "motion" in source.keeps:
        level = min(level, MOTION_LEVEL_MAX)
    start = _start(desk, source, first=0, frames=job.size.frames, level=level)
    guides: tuple[Guide, ...] = ()
    if "look" in source.keeps:
        guides = (Guide(start.frames[:1], 0, LOOK_STRENGTH),)
    return replace(job, start=start, guides=guides)


def _blend(desk: _Desk, source: Source, job: Job) -> Job:
    """Start from one clip crossing over into the other, in picture and in sound."""
    if desk.spec.blended is None:
        raise EngineError("A blend needs a second clip.", permanent=True)
    level = min(1.0, max(0.0, source.strength))
    one, other = (
        _start(desk, clip, first=0, frames=job.size.frames, level=level)
        for clip in (source, desk.spec.blended)
    )
    sound = None
    if one.sound is not None and other.sound is not None:
        share = np.linspace(0, np.pi / 2, one.sound.shape[1], dtype=np.float32)
        sound = one.sound * np.cos(share) + other.sound * np.sin(share)
    frames = pictures.blended(one.frames, other.frames)
    return replace(job, start=one._replace(frames=frames, sound=sound))


def _after(desk: _Desk, source: Source, job: Job) -> Job:
    """Go on from the end: its last frames come first, and are not shown again."""
    context = desk.grid.context
    tail = footage.read_end(_master(source), fps=desk.spec.fps, count=context, fit=desk.fit)
    return replace(
        job,
        size=_size(desk, context + desk.spec.frames),
        shown=Shown(context, desk.spec.frames),
        guides=(Guide(tail, 0),),
    )


def _before(desk: _Desk, source: Source, job: Job) -> Job:
    """Lead up to the beginning: its first frames come last, from a latent of their own on."""
    context, step = desk.grid.context, desk.grid.step
    head = footage.read_clip(
        _master(source), fps=desk.spec.fps, first=0, count=context, fit=desk.fit
    )
    new = desk.spec.frames
    latent = latents_for(frames_on_grid(new, step=step), step=step)
    at = first_frame_of(latent, step=step)
    return replace(
        job,
        size=_size(desk, at + context),
        shown=Shown(at - new, new),
        guides=(Guide(head, at),),
    )


def _edit(desk: _Desk, source: Source, job: Job) -> Job:
    """Make a stretch again between the frames around it, changing only a region."""
    spec, fps = desk.spec, desk.spec.fps
    start_s = source.span.start_s if source.span else 0.0
    first = round(start_s * fps)
    lead = min(desk.grid.context, first // desk.grid.step * desk.grid.step + 1) if first else 0
    size = _size(desk, lead + spec.frames)
    start = _start(
        desk, source, first=first - lead, frames=size.frames, level=min(1.0, source.strength)
    )
    guides = [Guide(start.frames[:lead], 0)] if lead else []
    path = _master(source)
    if first + spec.frames < footage.count_frames(path, fps=fps):
        following = footage.read_clip(
            path, fps=fps, first=first + spec.frames, count=1, fit=desk.fit
        )
        guides.append(Guide(following, lead + spec.frames))
        size = _size(desk, max(size.frames, lead + spec.frames + 1))
        start = _start(
            desk, source, first=first - lead, frames=size.frames, level=min(1.0, source.strength)
        )
    start = start._replace(may_change=_may_change(source.region, desk))
    return replace(
        job, size=size, shown=Shown(lead, spec.frames), start=start, guides=tuple(guides)
    )


def _resound(desk: _Desk, source: Source, job: Job) -> Job:
    """Hold every picture to the clip and let sound come from noise."""
    start = _start(desk, source, first=0, frames=job.size.frames, level=1.0)
    nothing = np.zeros((desk.cut.made.height, desk.cut.made.width), dtype=bool)
    start = start._replace(sound=None, may_change=nothing)
    return replace(job, start=start, is_sound_only=True)


_SOURCES: dict[str, Callable[[_Desk, Source, Job], Job]] = {
    "remix": _remix,
    "blend": _blend,
    "after": _after,
    "before": _before,
    "edit": _edit,
    "resound": _resound,
}


def _start(desk: _Desk, source: Source, *, first: int, frames: int, level: float) -> Start:
    path, fps = _master(source), desk.spec.fps
    return Start(
        frames=footage.read_clip(path, fps=fps, first=first, count=frames, fit=desk.fit),
        sound=footage.read_sound(path, start_s=first / fps, seconds=frames / fps),
        sample_rate_hz=footage.SOUND_RATE_HZ,
        level=level,
    )


def _master(source: Source) -> Path:
    if source.master is None:
        raise EngineError(
            "The clip to start from is no longer there; make this one from its text alone.",
            permanent=True,
        )
    return source.master


def _may_change(region: Region | None, desk: _Desk) -> npt.NDArray[np.bool_] | None:
    if region is None:
        return None
    width, height = desk.cut.inner
    inner = np.zeros((height, width), dtype=bool)
    if region.kind == "mask" and region.mask is not None:
        inner = region.mask > 127
    else:
        left, top, right, bottom = region.box
        rows = slice(int(top * height), int(np.ceil(bottom * height)))
        inner[rows, int(left * width) : int(np.ceil(right * width))] = True
    return pictures.mask_onto(inner, desk.cut)
