"""The measures of a stage and of those who stand on it."""

from __future__ import annotations

from dataclasses import dataclass

from generation.engines.diorama.vocabulary.subjects import SUBJECTS
from generation.spec import Canvas

# Width over height by kind, and for those who differ; staging needs it before anything is drawn.
_ASPECT_OF_KIND = {
    "beast": 1.5,
    "bird": 1.1,
    "fish": 1.7,
    "bug": 1.2,
    "person": 0.55,
    "vehicle": 1.9,
    "thing": 0.9,
    "plant": 0.6,
}


_ASPECTS = {
    "giraffe": 0.75,
    "train": 3.0,
    "rocket": 0.5,
    "jellyfish": 0.8,
    "octopus": 1.1,
    "boat": 1.1,
    "penguin": 0.65,
    "owl": 0.75,
    "flamingo": 0.6,
    "bus": 2.0,
    "piano": 1.4,
    "guitar": 0.5,
    "lamp": 0.4,
    "candle": 0.5,
    "balloon": 0.6,
    "house": 1.0,
    "monkey": 0.8,
    "cactus": 0.7,
    "book": 1.2,
    "drum": 1.1,
    "cake": 1.2,
    "car": 2.1,
    "plane": 2.2,
    "ufo": 1.9,
    "turtle": 1.7,
    "flower": 0.5,
    "sunflower": 0.5,
    "dragon": 1.85,
    "shark": 2.2,
    "dolphin": 2.2,
    "whale": 2.0,
    "dinosaur": 1.75,
    "ghost": 0.8,
    "ladybug": 1.3,
}


# Where a rider sits, as a share of the height of what carries it.
_SEATS = {
    "horse": 0.6,
    "unicorn": 0.6,
    "car": 0.72,
    "boat": 0.3,
    "chair": 0.5,
    "elephant": 0.86,
    "tree": 0.6,
    "turtle": 0.8,
    "giraffe": 0.46,
    "deer": 0.6,
    "dragon": 0.5,
    "dinosaur": 0.6,
    "truck": 0.6,
    "tractor": 0.7,
    "book": 0.7,
}


_SEAT_OF_KIND = {"beast": 0.72, "fish": 0.85, "bird": 0.8}


@dataclass(frozen=True, slots=True)
class Stage:
    """The measures of a canvas: where the ground lies and how much things shrink with depth."""

    canvas: Canvas
    unit_px: float
    horizon_px: float
    near_px: float
    far_px: float

    def ground_px(self, z: float) -> float:
        """Return the y, in pixels from the top, where feet touch the ground at depth `z`."""
        return self.near_px + (self.far_px - self.near_px) * z

    def scale(self, z: float) -> float:
        """Return how large things appear at depth `z`; 1 at the front."""
        return 1.06 - 0.42 * z


def measure(canvas: Canvas) -> Stage:
    """Return the stage of a canvas. Portrait leaves sky above and room for captions below."""
    width, height = canvas
    tall = height > width * 1.2
    unit = min(width * 1.0, height * (0.62 if tall else 0.78))
    horizon, near, far = (0.60, 0.815, 0.66) if tall else (0.60, 0.90, 0.68)
    return Stage(canvas, unit, height * horizon, height * near, height * far)


def aspect(subject: str) -> float:
    """Return the width of a subject over its height."""
    return _ASPECTS.get(subject, _ASPECT_OF_KIND[SUBJECTS[subject].kind])


def seat(subject: str) -> float:
    """Return where something sits on `subject`, as a share of its height."""
    return _SEATS.get(subject, _SEAT_OF_KIND.get(SUBJECTS[subject].kind, 0.97))
