"""Kandinsky 6 as an engine: text or a first picture becomes video with sound, on a GPU.

torch and diffusers are imported at the first render. See docs/models/kandinsky6.md.
"""

from __future__ import annotations

from typing import Any

from generation.engines import Report
from generation.engines.diffusion.options import Options
from generation.engines.diffusion.runner import Runner
from generation.engines.kandinsky6.family import Kandinsky6Family
from generation.spec import Limits, Rendered, RenderSpec

# The published weights are for 121 frames.
SECONDS_MAX = 5.0


class Kandinsky6:
    """Renders with a Kandinsky 6 checkpoint. Options are those of `diffusion.options.Options`."""

    name = "kandinsky6"
    limits = Limits(
        shapes=("portrait", "landscape", "square"),
        seconds_min=1.0,
        seconds_max=SECONDS_MAX,
        fps=(24,),
        prompt_chars_max=4000,
        cast_max=0,
        has_sound=True,
        accepts_source=False,
        operations=frozenset({"text", "image", "storyboard"}),
        lines=(360, 480, 540, 720),
        roles=frozenset({"first"}),
        shots_max=12,
    )

    def __init__(self, **options: Any) -> None:
        self._runner = Runner(
            Kandinsky6Family(), Options.read(options), name=self.name, limits=self.limits
        )

    def render(self, spec: RenderSpec, *, report: Report) -> Rendered:
        return self._runner.render(spec, report=report)

    def warm(self) -> None:
        self._runner.warm()

    def trouble(self) -> str:
        return self._runner.trouble()
