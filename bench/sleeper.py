"""An engine that waits where others compute: durations are known and leave the processor free."""

from __future__ import annotations

import time
from dataclasses import replace

from generation.engines import Report
from generation.engines.test_card import TestCard
from generation.spec import Rendered, RenderSpec

# Wall seconds for each second of video, as an engine on a busy card would take.
PACE = 0.6
STEPS = 10
FRAMES_MAX = 12


class Sleeper(TestCard):
    """A small test card after a sleep in proportion to the length asked for."""

    name = "sleeper"

    def __init__(self) -> None:
        super().__init__(canvas=(90, 160))

    def render(self, spec: RenderSpec, *, report: Report) -> Rendered:
        for step in range(STEPS):
            time.sleep(spec.seconds * PACE / STEPS)
            report(step, STEPS * 2)
        return super().render(replace(spec, seconds=FRAMES_MAX / spec.fps), report=report)
