"""The diorama as an engine: no weights, no accelerator, the same clip everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from generation.engines import EngineError, Report
from generation.engines.diorama import briefing, world
from generation.engines.diorama.grammar import parse
from generation.spec import Canvas, Frame, Limits, Rendered, RenderSpec


class Diorama:
    """Turns a prompt into a small paper world: grammar, physics, drawing. See docs/diorama.md."""

    name = "diorama"
    limits = Limits(
        shapes=("portrait", "landscape", "square"),
        seconds_min=1.0,
        seconds_max=20.0,
        fps=(24, 30),
        prompt_chars_max=2000,
        cast_max=3,
        has_sound=True,
        accepts_source=True,
    )

    def __init__(self, canvas: tuple[int, int] | None = None) -> None:
        """Make the engine; `canvas` (width, height in pixels) stands in for the spec's own size."""
        self._canvas = None if canvas is None else Canvas(*canvas)

    def render(self, spec: RenderSpec, *, report: Report) -> Rendered:
        _check(spec, self.limits)
        canvas = self._canvas or spec.canvas
        scene = world.stage(
            spec.prompt,
            seed=spec.seed,
            seconds=spec.seconds,
            fps=spec.fps,
            canvas=canvas,
            cast=spec.cast,
            source=spec.source,
        )
        report(0, scene.frames)
        show = world.perform(scene)
        handles = frozenset(member.handle for member in spec.cast)
        return Rendered(
            frames=_reported(show.frames, scene.frames, report),
            frame_count=scene.frames,
            fps=scene.fps,
            canvas=canvas,
            sound=show.played.sound,
            sample_rate_hz=show.played.sample_rate_hz,
            engine=self.name,
            weights_digest=code_digest(),
            caption=show.caption,
            words=show.played.words,
            happenings=show.happenings,
            understood=briefing.understood(parse(spec.prompt), handles=handles),
        )


def _reported(frames: Iterator[Frame], total: int, report: Report) -> Iterator[Frame]:
    for done, frame in enumerate(frames, start=1):
        yield frame
        report(done, total)


def _check(spec: RenderSpec, limits: Limits) -> None:
    """Refuse what the request should never have let through."""
    if not limits.seconds_min <= spec.seconds <= limits.seconds_max:
        raise EngineError(
            f"A clip lasts {limits.seconds_min:g} to {limits.seconds_max:g} s, not {spec.seconds}.",
            permanent=True,
        )
    if spec.fps not in limits.fps:
        raise EngineError(
            f"Frames per second are one of {limits.fps}, not {spec.fps}.", permanent=True
        )
    if len(spec.prompt) > limits.prompt_chars_max:
        raise EngineError(
            f"A prompt has at most {limits.prompt_chars_max} characters, not {len(spec.prompt)}.",
            permanent=True,
        )
    if len(spec.cast) > limits.cast_max:
        raise EngineError(
            f"At most {limits.cast_max} cast members fit on the stage, not {len(spec.cast)}.",
            permanent=True,
        )


@cache
def code_digest() -> str:
    """Return the SHA-256 of this engine's own source: its rules are its weights."""
    digest = hashlib.sha256()
    root = Path(__file__).parent
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
