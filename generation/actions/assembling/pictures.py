"""Pictures of what a clip will show, before it is made: a slideshow of single frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice

import numpy as np

from core.media.cutting.edits import edited_frames, masked_frames
from core.media.cutting.reels import Reel, samples_of
from core.media.encoding import SOUND_RATE_HZ
from generation.actions.assembling.boards import spec_of_shot
from generation.actions.assembling.changes import (
    span_of_edit,
    spec_of_edit,
    spec_of_extension,
    stencil_of,
)
from generation.actions.assembling.script import Script, ShotFacts
from generation.actions.assembling.takes import Progress
from generation.engines import Engine, EngineError, Report
from generation.spec import Canvas, Frame, Rendered, RenderSpec, Span

# Each is shown this long. Nothing moves: six frames a second are enough for the mark to be found.
SHOWN_S = 1.0
SLIDES_FPS = 6
OF_ONE_SHOT = 3


def show_stills(
    script: Script, *, engine: Engine, report: Report
) -> tuple[Rendered, tuple[ShotFacts, ...]]:
    """Make one picture of each shot of a board, from its middle, or three of a single shot.

    They are the frames that the clip itself will have there. Raises EngineError.
    """
    specs = specs_of_stills(script)
    progress = Progress(report, [len(one.stills_at_s) for one in specs])
    made = [engine.render(one, report=progress.of(at)) for at, one in enumerate(specs)]
    canvas = made[0].canvas or script.spec.canvas
    pictures = (
        _finished(script, one, spec, canvas=canvas) for one, spec in zip(made, specs, strict=True)
    )
    frames = round(SHOWN_S * SLIDES_FPS)
    count = sum(len(one.stills_at_s) for one in specs) * frames
    rendered = replace(
        made[0],
        frames=(each for each in chain.from_iterable(pictures) for _ in range(frames)),
        frame_count=count,
        fps=SLIDES_FPS,
        sound=np.zeros((2, samples_of(count, fps=SLIDES_FPS)), dtype=np.float32),
        sample_rate_hz=SOUND_RATE_HZ,
        caption=" Then: ".join(dict.fromkeys(one.caption for one in made)),
        words=(),
        happenings=(),
        understood={"shots": [dict(one.understood) for one in made]},
        canvas=canvas,
        masks=None,
    )
    return rendered, _facts(specs)


def specs_of_stills(script: Script) -> list[RenderSpec]:
    """Return what the engine is told: the shots of the clip, and which of their frames."""
    if script.operation == "storyboard":
        shots = range(len(script.parts.shots))
        return [_with_times(spec_of_shot(script, index), count=1) for index in shots]
    if script.operation in ("stitch", "trim", "resound"):
        raise EngineError("There are no new pictures to show of this.", permanent=True)
    making = {"extend": spec_of_extension, "edit": spec_of_edit}.get(script.operation)
    spec = making(script) if making else script.spec
    return [_with_times(spec, count=OF_ONE_SHOT)]


def _with_times(spec: RenderSpec, *, count: int) -> RenderSpec:
    """Ask for whole frames, evenly over the shot."""
    middles = ((2 * index + 1) / (2 * count) for index in range(count))
    times = tuple(int(share * spec.frames) / spec.fps for share in middles)
    return replace(spec, purpose="stills", stills_at_s=times)


def _finished(
    script: Script, made: Rendered, spec: RenderSpec, *, canvas: Canvas
) -> Iterator[Frame]:
    """Take the pictures of a shot; those of an edit lie on the frames that they change."""
    pictures = islice(made.frames, len(spec.stills_at_s))
    if script.operation != "edit":
        return pictures
    begins_s = span_of_edit(script).start_s
    reel = Reel.of(script.clips[0].master, fps=spec.fps, canvas=canvas)
    places = [round((begins_s + at_s) * spec.fps) for at_s in spec.stills_at_s]
    old = (next(reel.frames(place, place + 1)) for place in places)
    if made.masks is not None:
        return masked_frames(old, pictures, made.masks, start=0, stop=len(places))
    stencil = stencil_of(spec.source.region if spec.source else None, canvas=canvas)
    return edited_frames(old, pictures, start=0, stop=len(places), stencil=stencil)


def _facts(specs: Sequence[RenderSpec]) -> tuple[ShotFacts, ...]:
    """Say when each shot is seen in the slideshow."""
    facts, start_s = [], 0.0
    for index, spec in enumerate(specs):
        end_s = start_s + len(spec.stills_at_s) * SHOWN_S
        facts.append(ShotFacts.of(spec, Span(start_s, end_s), index=index))
        start_s = end_s
    return tuple(facts)
