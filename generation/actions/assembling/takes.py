"""Takes: single shots from an engine, cut to the frame, and their progress added up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from core.media.cutting.reels import Sound, at_studio_rate, samples_of
from generation.actions.assembling.script import words_within
from generation.engines import Engine, EngineError, Report
from generation.spec import Frame, Mask, Rendered, RenderSpec, Span, Word


class Progress:
    """Adds up the progress of several runs of an engine, by how many frames each makes."""

    def __init__(self, report: Report, frames: Sequence[int]) -> None:
        self._report = report
        self._frames = frames
        self._done = [0.0] * len(frames)

    def of(self, index: int) -> Report:
        """Return what the run of that index reports to."""

        def report(done: int, total: int) -> None:
            share = self._frames[index] * done / max(1, total)
            self._done[index] = max(self._done[index], share)
            self._report(int(sum(self._done)), sum(self._frames))

        return report


@dataclass(frozen=True, slots=True)
class Take:
    """A shot as an engine has begun to make it, cut to the frames that are wanted.

    `sound` is at the studio's rate and belongs to exactly these frames.
    """

    rendered: Rendered
    frames: Iterator[Frame]
    frame_count: int
    sound: Sound
    words: tuple[Word, ...] = ()

    @property
    def masks(self) -> Iterator[Mask] | None:
        """Masks of these frames; see `Rendered`."""
        masks = self.rendered.masks
        return None if masks is None else islice(masks, self.frame_count)


def take(
    engine: Engine, spec: RenderSpec, *, report: Report, frames: int, is_end: bool = False
) -> Take:
    """Have `frames` frames made.

    Where an engine makes nothing as short, or its own number of frames, the first of them are
    taken, or the last if `is_end`. Raises EngineError.
    """
    seconds = max(frames / spec.fps, engine.limits.seconds_min)
    rendered = engine.render(replace(spec, seconds=seconds), report=report)
    if rendered.fps != spec.fps or rendered.frame_count < frames:
        made = f"{rendered.frame_count} frames at {rendered.fps} a second"
        text = f"{rendered.engine} made {made} of {frames} at {spec.fps}."
        raise EngineError(text, permanent=True)
    first = rendered.frame_count - frames if is_end else 0
    begin, count = (samples_of(index, fps=spec.fps) for index in (first, frames))
    whole = at_studio_rate(
        rendered.sound,
        sample_rate_hz=rendered.sample_rate_hz,
        samples=samples_of(rendered.frame_count, fps=spec.fps),
    )
    return Take(
        rendered=rendered,
        frames=_cut(rendered, first=first, frames=frames),
        frame_count=frames,
        sound=whole[:, begin : begin + count],
        words=words_within(rendered.words, Span(first / spec.fps, (first + frames) / spec.fps)),
    )


def _cut(rendered: Rendered, *, first: int, frames: int) -> Iterator[Frame]:
    if frames == rendered.frame_count:
        return rendered.frames
    return islice(rendered.frames, first, first + frames)
