"""Where in the picture an edit may change something, when words say where."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from generation.engines.diorama.compositor import flipped
from generation.engines.diorama.layers import Stack
from generation.engines.diorama.sheets import BACKDROP
from generation.spec import Mask

# How far light and soft edges reach beyond a silhouette, as a share of the width.
_HALO = 0.02
# Sheets of scenery that are sky; whatever else hangs above the horizon stands before it.
_SKY = frozenset({"sky", "clouds", "planet", "water", "wall"})
# Opacity from which a pixel belongs to what it shows, of 255.
_THERE = 6


class Silhouettes:
    """Finds the pixels of some actors of one stack: themselves, shadow, reflection and glow.

    `actors` holds indices into the scene's actors.
    """

    def __init__(self, stack: Stack, actors: frozenset[int], *, has_mirror: bool) -> None:
        self.stack = stack
        self.layers = [layer for layer in stack.layers if layer.actor in actors]
        self.has_mirror = has_mirror
        self._scenery = [
            layer
            for layer in stack.layers
            if layer.actor == BACKDROP and layer.kind == "plate" and layer.name not in _SKY
        ]

    def around(self, everybody: Mask, *, part: str, at: int) -> Mask:
        """Return uint8 [H, W]: the background, the sky or the ground, without `everybody`."""
        height = everybody.shape[0]
        stage, shot = self.stack.stage, self.stack.shot
        horizon = shot.zoom[at] * (stage.horizon_px - shot.focus[1]) + shot.focus[1]
        row = int(np.clip(horizon + shot.rise[at] * height, 0, height))
        mask = np.asarray(255 - everybody, np.uint8)
        if part == "sky":
            mask[row:] = 0
            standing = np.zeros_like(mask)
            for layer in self._scenery:
                self._add(standing, layer.rgba, layer.matrices[at])
            mask[standing > 0] = 0
        elif part == "ground":
            mask[:row] = 0
        return mask

    def mask(self, at: int) -> Mask:
        """Return uint8 [H, W]: 255 where these actors are at a frame, widened by their light."""
        width, height = self.stack.stage.canvas
        mask = np.zeros((height, width), np.uint8)
        for layer in self.layers:
            if layer.opacity[at] <= _THERE / 255:
                continue
            self._add(mask, layer.rgba, layer.matrices[at])
            if self.has_mirror and layer.kind != "shadow":
                feet = float(self.stack.feet[layer.actor, at])
                self._add(mask, layer.rgba, flipped(layer.matrices[at], feet))
        reach = max(3, round(width * _HALO)) | 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
        return np.asarray(cv2.dilate(mask, kernel), np.uint8)

    def _add(self, mask: Mask, rgba: cv2.typing.MatLike, matrix: cv2.typing.MatLike) -> None:
        # Light has colour and no alpha: whatever a sprite adds counts.
        shown = np.asarray(rgba).max(axis=2)
        height, width = mask.shape
        moved = cv2.warpAffine(shown, matrix, (width, height), flags=cv2.INTER_LINEAR)
        mask[moved > _THERE] = 255


def united(masks: Iterator[Mask]) -> Mask:
    """Return where any of the masks is set. There is at least one."""
    result = next(masks).copy()
    for mask in masks:
        cv2.bitwise_or(result, mask, dst=result)
    return result
