"""The LTX-2 family as an engine: text and pictures become video with sound, on a GPU.

torch and diffusers are imported at the first render. See docs/models/ltx2.md.
"""

from __future__ import annotations

from typing import Any

from generation.engines import Report
from generation.engines.diffusion.options import Options
from generation.engines.diffusion.runner import Runner
from generation.engines.ltx2.family import Ltx2Family
from generation.spec import LINES, Limits, Rendered, RenderSpec

# The position of a token in time is learned up to here.
SECONDS_MAX = 20.0


class Ltx2:
    """Renders with an LTX-2 checkpoint. Options are those of `diffusion.options.Options`."""

    name = "ltx2"
    limits = Limits(
        shapes=("portrait", "landscape", "square"),
        seconds_min=1.0,
        seconds_max=SECONDS_MAX,
        fps=(24, 30),
        prompt_chars_max=4000,
        cast_max=0,
        has_sound=True,
        accepts_source=True,
        operations=frozenset(
            {"text", "image", "storyboard", "remix", "extend", "blend", "edit", "resound"}
        ),
        lines=LINES,
        roles=frozenset({"first", "last", "frame"}),
        regions=frozenset({"box", "mask"}),
        purposes=frozenset({"stills", "preview", "final"}),
        shots_max=12,
    )

    def __init__(self, **options: Any) -> None:
        self._runner = Runner(
            Ltx2Family(), Options.read(options), name=self.name, limits=self.limits
        )

    def render(self, spec: RenderSpec, *, report: Report) -> Rendered:
        return self._runner.render(spec, report=report)

    def warm(self) -> None:
        self._runner.warm()

    def trouble(self) -> str:
        return self._runner.trouble()
