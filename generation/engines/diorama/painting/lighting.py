"""The light of a scene by hour, weather and style: one harmony for everything in it."""

from __future__ import annotations

import colorsys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from generation.engines.diorama.painting.brush import Colour, Finish, mix, rgb
from generation.engines.diorama.scene import Brief


@dataclass(frozen=True, slots=True)
class Light:
    """The colours of an hour, 0..1.

    `sky` runs from top to horizon; `haze` swallows what is far; `shadow` 0..1 is how dark shadows
    fall, `lamp` 0..1 how much lamps and windows glow; `sun` is the colour of the disc.
    """

    sky: tuple[Colour, Colour, Colour]
    haze: Colour
    tint: Colour
    rim: Colour
    sun: Colour
    shadow: float
    lamp: float
    is_night: bool = False
    is_dull: bool = False


_HOURS: Mapping[str, Light] = {
    "dawn": Light(
        (rgb((112, 142, 196)), rgb((226, 186, 190)), rgb((255, 226, 198))),
        rgb((240, 208, 200)),
        (1.0, 0.94, 0.92),
        (0.30, 0.20, 0.14),
        rgb((255, 232, 196)),
        0.34,
        0.25,
    ),
    "day": Light(
        (rgb((86, 160, 222)), rgb((150, 204, 234)), rgb((226, 241, 236))),
        rgb((206, 229, 234)),
        (1.0, 1.0, 0.985),
        (0.14, 0.13, 0.09),
        rgb((255, 246, 210)),
        0.42,
        0.0,
    ),
    "sunset": Light(
        (rgb((74, 70, 138)), rgb((226, 124, 112)), rgb((255, 200, 124))),
        rgb((242, 166, 128)),
        (1.0, 0.875, 0.79),
        (0.42, 0.22, 0.08),
        rgb((255, 214, 130)),
        0.4,
        0.55,
    ),
    "night": Light(
        (rgb((16, 22, 54)), rgb((36, 50, 98)), rgb((74, 94, 146))),
        rgb((56, 74, 122)),
        (0.62, 0.68, 0.92),
        (0.16, 0.22, 0.36),
        rgb((240, 238, 218)),
        0.3,
        1.0,
        is_night=True,
    ),
}
_DULL: Mapping[str, tuple[Colour, float]] = {
    "cloudy": (rgb((188, 196, 204)), 0.5),
    "rain": (rgb((122, 138, 156)), 0.62),
    "storm": (rgb((70, 80, 102)), 0.72),
    "fog": (rgb((208, 212, 214)), 0.6),
    "snow": (rgb((214, 222, 232)), 0.5),
    "leaves": (rgb((232, 206, 160)), 0.3),
    "petals": (rgb((246, 214, 222)), 0.34),
}


def light_of(brief: Brief, *, hue_shift: float) -> Light:
    """Return the light of a complete brief."""
    light = _HOURS[brief.time or "day"]
    weather = brief.weather or "clear"
    if weather in _DULL:
        light = _dulled(
            light, *_DULL[weather], heavy=weather in {"rain", "storm", "fog", "snow", "cloudy"}
        )
    light = _STYLED.get(brief.style or "", lambda same: same)(light)
    return _turned(light, hue_shift)


def _dulled(light: Light, veil: Colour, share: float, *, heavy: bool) -> Light:
    if light.is_night:
        veil, share = mix(veil, (0.1, 0.13, 0.25), 0.8), share * 0.6
    grey = mix(light.tint, (0.88, 0.92, 0.97), 0.5) if heavy and not light.is_night else light.tint
    return replace(
        light,
        sky=_three(mix(colour, veil, share) for colour in light.sky),
        haze=mix(light.haze, veil, share),
        tint=grey,
        rim=mix(light.rim, (0.05, 0.05, 0.07), 0.5) if heavy else light.rim,
        shadow=light.shadow * (0.7 if heavy else 1.0),
        lamp=min(1.0, light.lamp + (0.35 if heavy else 0.0)),
        is_dull=heavy,
    )


def _neon(light: Light) -> Light:
    return replace(
        light,
        sky=(rgb((18, 8, 46)), rgb((72, 18, 104)), rgb((214, 48, 142))),
        haze=rgb((96, 30, 128)),
        tint=(0.72, 0.6, 0.98),
        rim=(0.25, 0.75, 0.95),
        sun=rgb((255, 96, 150)),
        lamp=1.0,
        is_night=True,
    )


def _anime(light: Light) -> Light:
    if light.is_night or light.is_dull:
        return light
    top, middle, low = light.sky
    return replace(
        light, sky=(mix(top, (0.1, 0.4, 0.95), 0.35), mix(middle, (0.4, 0.75, 1.0), 0.25), low)
    )


_STYLED = {"neon": _neon, "anime": _anime}


def _three(colours: Iterable[Colour]) -> tuple[Colour, Colour, Colour]:
    top, middle, low = colours
    return top, middle, low


def _turned(light: Light, shift: float) -> Light:
    return replace(
        light,
        sky=_three(turn_hue(colour, shift) for colour in light.sky),
        haze=turn_hue(light.haze, shift),
    )


def water_of(light: Light, *, fresh: bool) -> Colour:
    """Return the colour of open water: its own, and what it mirrors of the sky."""
    own = rgb((46, 78, 132)) if light.is_night else rgb((52, 132, 164))
    mirrored = mix(own, light.sky[1], 0.3)
    return mix(mirrored, (0.3, 0.5, 0.45), 0.3) if fresh else mirrored


def turn_hue(colour: Colour, shift: float) -> Colour:
    """Return the colour moved by `shift` of the colour circle."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*colour)
    return colorsys.hls_to_rgb((hue + shift) % 1.0, lightness, saturation)


def finish_of(style: str, light: Light) -> Finish:
    """Return how the shapes of a style are made, in this light."""
    base = Finish(tint=light.tint, rim=light.rim)
    return replace(base, **_FINISHES.get(style, {}))


_FINISHES: Mapping[str, dict[str, Any]] = {
    "paper": {"bevel": 0.08, "grain": 0.045, "gloss": 0.0, "shadow": 0.45},
    "watercolour": {"bevel": 0.25, "grain": 0.09, "gloss": 0.0, "shadow": 0.12},
    "clay": {"bevel": 0.85, "grain": 0.035, "gloss": 0.3, "shadow": 0.34},
    "felt": {"bevel": 0.45, "grain": 0.15, "gloss": 0.0, "shadow": 0.28},
    "anime": {
        "bevel": 0.4,
        "grain": 0.0,
        "gloss": 0.05,
        "bands": 2,
        "outline": 0.006,
        "shadow": 0.2,
    },
    "comic": {
        "bevel": 0.35,
        "grain": 0.0,
        "gloss": 0.0,
        "bands": 2,
        "outline": 0.012,
        "shadow": 0.0,
    },
    "sketch": {"bevel": 0.35, "grain": 0.05, "gloss": 0.0, "outline": 0.007},
    "neon": {"bevel": 0.6, "gloss": 0.5, "grain": 0.0},
    "pixel": {"bevel": 0.5, "grain": 0.0, "bands": 3, "outline": 0.014},
    "noir": {"bevel": 0.7, "gloss": 0.25, "grain": 0.04},
}
MATERIALS: Mapping[str, dict[str, Any]] = {
    "metal": {"gloss": 0.6, "grain": 0.01, "bevel": 0.8},
    "glass": {"gloss": 0.9, "grain": 0.0, "bevel": 0.9, "opacity": 0.72},
    "ice": {"gloss": 0.7, "grain": 0.02, "bevel": 0.7, "opacity": 0.82},
    "wood": {"grain": 0.09},
    "stone": {"grain": 0.08, "gloss": 0.02},
    "plush": {"grain": 0.12, "gloss": 0.0},
    "fur": {"grain": 0.05, "gloss": 0.04},
    "feathers": {"grain": 0.045, "gloss": 0.04},
    "papery": {"bevel": 0.15, "gloss": 0.0},
    "rubber": {"gloss": 0.3},
}
