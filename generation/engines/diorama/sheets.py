"""One sprite through time, and how it is made."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.engines.diorama.measures import Stage
from generation.engines.diorama.painting.brush import Rgba
from generation.engines.diorama.scene import Floats, Motion

# Values of Layer.actor for what belongs to nobody.
BACKDROP, FOREGROUND = -1, -2


@dataclass(frozen=True, slots=True)
class Layer:
    """One sprite through time.

    `rgba`: premultiplied uint8 [h, w, 4]. `matrices`: float32 [frames, 2, 3], from sprite pixel
    (x, y) to canvas pixel. `opacity`: float32 [frames]. `actor`: index into Scene.actors, or
    BACKDROP behind and FOREGROUND before all of them. `kind`: plate, shadow, part or light.
    """

    name: str
    kind: str
    rgba: Rgba
    matrices: npt.NDArray[np.float32]
    opacity: npt.NDArray[np.float32]
    actor: int = BACKDROP


def scrolled(period_px: float, parallax: float, motion: Motion, stage: Stage) -> Floats:
    """How far a sheet has moved past, within its period. Sheets are painted one period too wide."""
    if period_px <= 0:
        return np.zeros_like(motion.scroll)
    return np.mod(motion.scroll * stage.unit_px * parallax, period_px)


def made(name: str, kind: str, rgba: Rgba, matrices: Floats, opacity: Floats, actor: int) -> Layer:
    """Make a layer of float64 matrices and opacities."""
    return Layer(
        name,
        kind,
        rgba,
        np.ascontiguousarray(matrices[:, :2, :], np.float32),
        np.asarray(opacity, np.float32),
        actor,
    )
