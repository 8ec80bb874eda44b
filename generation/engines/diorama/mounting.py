"""Given pictures: the paper world unfolds from one, folds into one, or takes its colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from generation.engines.diorama.scene import Brief
from generation.engines.diorama.vocabulary import words
from generation.spec import Canvas, Frame, RenderSpec, Still

# How long a given picture takes to become the world, or the world to become it.
_UNFOLD_S = 0.8
# A card comes a little nearer while it is seen through.
_LEAN = 0.05
_PALETTE = 4
_SAMPLE_SIDE = 48


class Mounts:
    """Lays given pictures over the frames at their times, each exact at its own instant."""

    def __init__(self, spec: RenderSpec, canvas: Canvas, *, frames: int) -> None:
        self.reach = max(1, round(_UNFOLD_S * spec.fps))
        shown = [still for still in spec.stills if still.role != "reference"]
        self.cards = [
            (_instant(still, spec.fps, frames), fitted(still.image, canvas), still.strength)
            for still in shown
            if still.strength > 0
        ]

    def __call__(self, frame: Frame, *, at: int) -> Frame:
        """Return the frame as it looks at `at`, with every card that is near in time."""
        for instant, card, strength in self.cards:
            away = abs(at - instant) / self.reach
            if away < 1:
                share = strength * (1 - away * away * (3 - 2 * away))
                frame = _laid(frame, card, share=share, away=away)
        return frame


def _instant(still: Still, fps: int, frames: int) -> int:
    if still.role == "first":
        return 0
    if still.role == "last":
        return frames - 1
    return min(max(0, round(still.at_s * fps)), frames - 1)


def _laid(frame: Frame, card: Frame, *, share: float, away: float) -> Frame:
    if share >= 1:
        return card.copy()
    height, width = card.shape[:2]
    zoom = 1 + _LEAN * away
    move = np.array(
        [[zoom, 0, width / 2 * (1 - zoom)], [0, zoom, height / 2 * (1 - zoom)]], np.float32
    )
    near = cv2.warpAffine(card, move, (width, height), flags=cv2.INTER_LINEAR)
    return np.asarray(cv2.addWeighted(frame, 1 - share, near, share, 0), np.uint8)


def fitted(image: Frame, canvas: Canvas) -> Frame:
    """Return a picture cut and scaled to fill a canvas, about its middle: uint8 [H, W, 3]."""
    height, width = image.shape[:2]
    scale = max(canvas.width / width, canvas.height / height)
    size = (max(canvas.width, round(width * scale)), max(canvas.height, round(height * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    full = np.asarray(cv2.resize(image, size, interpolation=way), np.uint8)
    left, top = (size[0] - canvas.width) // 2, (size[1] - canvas.height) // 2
    return np.ascontiguousarray(full[top : top + canvas.height, left : left + canvas.width])


def coloured(brief: Brief, stills: Sequence[Still]) -> Brief:
    """Return `brief` with the colours of reference pictures for things that have none yet."""
    names = palette([still.image for still in stills if still.role == "reference"])
    if not names:
        return brief
    nouns = tuple(
        replace(noun, colour=names[index % len(names)])
        if noun.colour is None and noun.handle is None
        else noun
        for index, noun in enumerate(brief.nouns)
    )
    return replace(brief, nouns=nouns)


def palette(images: Sequence[Frame]) -> tuple[str, ...]:
    """Return the names of the main colours of pictures, the most common first, each once.

    k-means over the CIE L*a*b* values of a small copy, with fixed seeds; greys come last.
    """
    if not images:
        return ()
    small = [
        cv2.resize(image, (_SAMPLE_SIDE, _SAMPLE_SIDE), interpolation=cv2.INTER_AREA)
        for image in images
    ]
    pixels = np.concatenate([_lab(one).reshape(-1, 3) for one in small])
    cv2.setRNGSeed(5)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 30, 0.5)
    start = np.zeros((len(pixels), 1), np.int32)
    _, labels, centres = cv2.kmeans(pixels, _PALETTE, start, stop, 3, cv2.KMEANS_PP_CENTERS)
    counts = np.bincount(np.asarray(labels).ravel(), minlength=_PALETTE)
    order = sorted(range(_PALETTE), key=lambda one: (_is_grey(centres[one]), -counts[one]))
    return tuple(dict.fromkeys(_named(np.asarray(centres[one], np.float32)) for one in order))


def _lab(image: cv2.typing.MatLike) -> npt.NDArray[np.float32]:
    scaled = np.asarray(image, np.float32) / 255
    return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_RGB2Lab), np.float32)


def _is_grey(lab: cv2.typing.MatLike) -> bool:
    return float(np.hypot(lab[1], lab[2])) < 12


def _named(lab: npt.NDArray[np.float32]) -> str:
    """Return the colour of the vocabulary that is nearest."""
    names = list(words.COLOURS)
    table = np.array([words.COLOURS[name] for name in names], np.uint8)[None]
    distance = np.linalg.norm(_lab(table)[0] - lab, axis=1)
    return names[int(distance.argmin())]
