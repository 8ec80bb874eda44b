"""The diorama as an engine: no weights, no accelerator, the same clip everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from generation.engines import EngineError, Report
from generation.engines.diorama import briefing
from generation.engines.diorama.asking import asked
from generation.engines.diorama.directing import direct
from generation.engines.diorama.mounting import palette
from generation.engines.diorama.showing import show
from generation.spec import LINES, Canvas, Frame, Limits, Rendered, RenderSpec


class Diorama:
    """Turns a prompt into a small paper world: grammar, physics, drawing. See docs/diorama.md."""

    name = "diorama"
    limits = Limits(
        shapes=("portrait", "landscape", "square"),
        seconds_min=0.5,
        seconds_max=60.0,
        fps=(24, 30),
        prompt_chars_max=2000,
        cast_max=3,
        has_sound=True,
        accepts_source=True,
        operations=frozenset(
            (
                "text",
                "image",
                "storyboard",
                "schedule",
                "remix",
                "extend",
                "blend",
                "edit",
                "resound",
            )
        ),
        lines=LINES,
        roles=frozenset(("first", "last", "frame", "reference")),
        regions=frozenset(("box", "mask", "words")),
        purposes=frozenset(("stills", "preview", "final")),
        shots_max=12,
    )

    def __init__(self, canvas: tuple[int, int] | None = None) -> None:
        """Make the engine; `canvas` (width, height in pixels) stands in for the spec's own size."""
        self._canvas = None if canvas is None else Canvas(*canvas)

    def render(self, spec: RenderSpec, *, report: Report) -> Rendered:
        _check(spec, self.limits)
        canvas = self._canvas or spec.canvas
        play = direct(spec, canvas=canvas)
        shown = show(play, spec, canvas=canvas)
        report(0, shown.frame_count)
        handles = frozenset(member.handle for member in spec.cast)
        return Rendered(
            frames=_reported(shown.frames, shown.frame_count, report),
            frame_count=shown.frame_count,
            fps=spec.fps,
            canvas=canvas,
            sound=shown.sound,
            sample_rate_hz=shown.sample_rate_hz,
            engine=self.name,
            weights_digest=code_digest(),
            caption=shown.caption,
            words=shown.words,
            happenings=shown.happenings,
            understood=_understood(spec, handles),
            masks=shown.masks,
        )


def _understood(spec: RenderSpec, handles: frozenset[str]) -> dict[str, Any]:
    """Return what was taken from the words, and what became of the pictures."""
    told = briefing.understood(asked(spec), handles=handles)
    roles = [still.role for still in spec.stills]
    if "reference" in roles:
        told["colours"] = list(palette([s.image for s in spec.stills if s.role == "reference"]))
    if any(role != "reference" for role in roles):
        told["pictures"] = [role for role in roles if role != "reference"]
    return told


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
