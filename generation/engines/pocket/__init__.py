"""Pocket: our own small joint video-and-sound diffusion model, run on the worker's CPU or GPU."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from generation.engines import EngineError, Report
from generation.engines.diorama.grammar import parse
from generation.engines.pocket import presentation, weights
from generation.engines.pocket.captions import Adapted, adapt, caption
from generation.spec import Frame, Limits, Rendered, RenderSpec, Shape

if TYPE_CHECKING:
    from generation.engines.pocket.sampler import Made, Sampler

# Longer clips are windows that go on from each other; past this, drift shows.
SECONDS_MAX = 8.0


class Pocket:
    """Renders with weights from a folder, by default the ones beside this file.

    torch and diffusers are imported at the first render and the weights stay for the life of the
    process. `steps` None takes what the weights were exported for.
    """

    name = "pocket"
    limits = Limits(
        shapes=("portrait", "landscape", "square"),
        seconds_min=1.0,
        seconds_max=SECONDS_MAX,
        fps=(24, 30),
        prompt_chars_max=2000,
        cast_max=0,
        has_sound=True,
        accepts_source=True,
    )

    def __init__(self, *, folder: Path = weights.FOLDER, steps: int | None = None) -> None:
        self.folder = folder
        self.steps = steps

    def render(self, spec: RenderSpec, *, report: Report) -> Rendered:
        adapted = adapt(parse(spec.prompt), seed=spec.seed)
        if adapted is None:
            raise EngineError(
                "Pocket knows none of the subjects in this prompt; the diorama does", permanent=True
            )
        made = self._sampler.make(spec, text=caption(adapted.facts), report=report)
        return Rendered(
            frames=_counted(
                presentation.present(
                    made.frames, canvas=spec.canvas, fps=spec.fps, frames=spec.frames
                ),
                report=report,
                span=(made.steps, made.steps + spec.frames),
            ),
            frame_count=spec.frames,
            fps=spec.fps,
            sound=presentation.stereo(made.sound, seconds=spec.frames / spec.fps),
            sample_rate_hz=presentation.SAMPLE_RATE_OUT_HZ,
            engine=self.name,
            weights_digest=self._sampler.digest,
            caption=caption(adapted.facts),
            understood=_understood(adapted, made, spec.shape),
        )

    @cached_property
    def _sampler(self) -> Sampler:
        digest = weights.verify(self.folder)
        from generation.engines.pocket.sampler import Sampler

        return Sampler(self.folder, digest=digest, steps=self.steps)


def _counted(frames: Iterator[Frame], *, report: Report, span: tuple[int, int]) -> Iterator[Frame]:
    """Report each frame as it is read, after the steps of sampling."""
    done, total = span
    for number, frame in enumerate(frames, start=1):
        yield frame
        report(done + number, total)


def _understood(adapted: Adapted, made: Made, shape: Shape) -> dict[str, Any]:
    height, width = np.shape(made.frames)[1:3]
    return {
        "facts": adapted.facts._asdict(),
        "read_by_model": made.understood,
        "left_out": list(adapted.left_out),
        "made_up": list(adapted.made_up),
        "enlarged": {"from": [width, height], "shape": shape, "by": presentation.METHOD},
    }
