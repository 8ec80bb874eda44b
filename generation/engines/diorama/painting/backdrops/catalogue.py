"""Which painter paints which place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from generation.engines.diorama.measures import Stage
from generation.engines.diorama.painting.backdrops import beyond, indoors, nature, town, wilds
from generation.engines.diorama.painting.lighting import Light, finish_of
from generation.engines.diorama.painting.scenery import Lamp, Plate, Scenery
from generation.engines.diorama.scene import Scene

_PAINTERS: Mapping[str, Callable[[Scenery], None]] = {
    "meadow": nature.meadow,
    "forest": nature.forest,
    "jungle": nature.jungle,
    "park": nature.park,
    "garden": nature.garden,
    "farm": nature.farm,
    "mountains": wilds.mountains,
    "desert": wilds.desert,
    "snowfield": wilds.snowfield,
    "castle": wilds.castle,
    "beach": wilds.beach,
    "sea": wilds.sea,
    "lake": wilds.lake,
    "street": town.street,
    "rooftop": town.rooftop,
    "station": town.station,
    "room": indoors.room,
    "kitchen": indoors.kitchen,
    "cafe": indoors.cafe,
    "library": indoors.library,
    "stage": indoors.stage,
    "underwater": beyond.underwater,
    "moon": beyond.moon,
    "space": beyond.space,
    "sky": beyond.sky,
}


def period_of(scene: Scene, stage: Stage) -> float:
    """Return after how many units a scrolling world repeats; 0 when it stands still."""
    return 2.4 * stage.canvas.width / stage.unit_px if scene.scrolls else 0.0


def paint(scene: Scene, stage: Stage, light: Light) -> tuple[list[Plate], list[Lamp]]:
    """Paint the place of a scene: plates from far to near, and its lamps."""
    brief = scene.brief
    scenery = Scenery(
        stage=stage,
        light=light,
        finish=finish_of(brief.style or "diorama", light),
        chance=np.random.default_rng([scene.seed, scene.salt, 31]),
        place=brief.place or "meadow",
        weather=brief.weather or "clear",
        period=period_of(scene, stage),
        is_wet=brief.is_wet,
    )
    _PAINTERS[scenery.place](scenery)
    return scenery.plates, scenery.lamps
