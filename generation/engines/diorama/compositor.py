"""Draw the stack: sprites over sprites in bytes, and only where they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
import numpy.typing as npt

from generation.engines.diorama.layers import Stack
from generation.engines.diorama.sheets import BACKDROP, FOREGROUND, Layer
from generation.spec import Frame

Matrix = npt.NDArray[np.float32]


def draw(
    frame: Frame, layer: Layer, *, at: int, matrix: Matrix | None = None, strength: float = 1.0
) -> None:
    """Draw one layer at one frame, in place."""
    opacity = float(layer.opacity[at]) * strength
    if opacity <= 0.004:
        return
    move = layer.matrices[at] if matrix is None else matrix
    box = _box(layer.rgba.shape, move, frame.shape)
    if box is None:
        return
    left, top, right, bottom = box
    local = move.copy()
    local[:, 2] -= (left, top)
    sprite = cv2.warpAffine(layer.rgba, local, (right - left, bottom - top), flags=cv2.INTER_LINEAR)
    if opacity < 0.996:
        sprite = cv2.convertScaleAbs(sprite, alpha=opacity)
    blend(frame[top:bottom, left:right], sprite)


def blend(region: Frame, sprite: cv2.typing.MatLike) -> None:
    """Lay a premultiplied sprite over `region`, in place: rgb + below * (1 - alpha)."""
    colour = cv2.cvtColor(sprite, cv2.COLOR_RGBA2RGB)
    alpha = cv2.extractChannel(sprite, 3)
    keep = cv2.cvtColor(cv2.bitwise_not(alpha), cv2.COLOR_GRAY2RGB)
    cv2.add(cv2.multiply(region, keep, scale=1 / 255), colour, dst=region)


def _box(
    sprite: Sequence[int], move: Matrix, frame: Sequence[int]
) -> tuple[int, int, int, int] | None:
    """The part of the frame that a moved sprite touches: left, top, right, bottom."""
    height, width = sprite[:2]
    xs = (
        move[0, 2] + np.array([0, move[0, 0] * width])[:, None] + np.array([0, move[0, 1] * height])
    )
    ys = (
        move[1, 2] + np.array([0, move[1, 0] * width])[:, None] + np.array([0, move[1, 1] * height])
    )
    left, top = max(int(np.floor(xs.min())) - 1, 0), max(int(np.floor(ys.min())) - 1, 0)
    right, bottom = (
        min(int(np.ceil(xs.max())) + 1, frame[1]),
        min(int(np.ceil(ys.max())) + 1, frame[0]),
    )
    return None if right <= left or bottom <= top else (left, top, right, bottom)


class Painter:
    """Draws the frames of one stack.

    Layers that never move are drawn once, up to the first that does. Layers painted at half detail
    are drawn on a half-size picture, which is enlarged once: that is a quarter of the work.
    """

    def __init__(self, stack: Stack, *, mirror: float = 0.0) -> None:
        self.stack = stack
        self.mirror = mirror
        backdrop = [layer for layer in stack.layers if layer.actor == BACKDROP]
        coarse = next(
            (i for i, layer in enumerate(backdrop) if not _is_coarse(layer)), len(backdrop)
        )
        self.coarse = [_halved(layer) for layer in backdrop[:coarse]]
        self.fine = backdrop[coarse:]
        self.actors = [layer for layer in stack.layers if layer.actor >= 0]
        self.before = [layer for layer in stack.layers if layer.actor == FOREGROUND]
        self.fixed: Frame | None = None
        if all(map(_is_fixed, backdrop)):
            self.fixed = self._backdrop(0)

    def scene(self, at: int) -> Frame:
        """Return uint8 [H, W, 3]: everything behind and including the actors."""
        frame = self._backdrop(at) if self.fixed is None else self.fixed.copy()
        if self.mirror > 0:
            self._reflect(frame, at)
        for layer in self.actors:
            draw(frame, layer, at=at)
        return frame

    def _backdrop(self, at: int) -> Frame:
        width, height = self.stack.stage.canvas
        small = np.zeros((-(-height // 2), -(-width // 2), 3), np.uint8)
        for layer in self.coarse:
            draw(small, layer, at=at)
        frame = np.asarray(
            cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8
        )
        for layer in self.fine:
            draw(frame, layer, at=at)
        return frame

    def front(self, frame: Frame, at: int) -> None:
        """Draw what stands before the lens."""
        for layer in self.before:
            draw(frame, layer, at=at)

    def _reflect(self, frame: Frame, at: int) -> None:
        """Mirror scenery at the horizon and actors at their feet; water blurs both."""
        horizon = int(
            self.stack.shot.zoom[at] * (self.stack.stage.horizon_px - self.stack.shot.focus[1])
            + self.stack.shot.focus[1]
        )
        horizon = int(
            np.clip(horizon + self.stack.shot.rise[at] * frame.shape[0], 1, frame.shape[0] - 2)
        )
        floor = frame[horizon:]
        rows = min(horizon, floor.shape[0])
        image = cv2.flip(frame[horizon - rows : horizon], 0)
        wet = floor[:rows]
        cv2.addWeighted(wet, 1 - self.mirror * 0.62, image, self.mirror * 0.62, 0, dst=wet)
        for layer in self.actors:
            if layer.kind != "shadow":
                draw(
                    frame,
                    layer,
                    at=at,
                    matrix=flipped(layer.matrices[at], float(self.stack.feet[layer.actor, at])),
                    strength=self.mirror * 0.8,
                )
        tall = max(3, frame.shape[0] // 160) | 1
        frame[horizon:] = cv2.blur(floor, (tall // 2 | 1, tall))


def flipped(matrix: Matrix, feet: float) -> Matrix:
    """Mirror what a matrix draws at the row `feet`."""
    mirrored = matrix.copy()
    mirrored[1] = -matrix[1]
    mirrored[1, 2] += 2 * feet
    return mirrored


def _is_coarse(layer: Layer) -> bool:
    """Whether a sheet has at most half the canvas's detail at every frame."""
    return layer.kind == "plate" and bool(layer.matrices[:, 0, 0].min() >= 1.9)


def _halved(layer: Layer) -> Layer:
    return replace(layer, matrices=layer.matrices * np.float32(0.5))


def _is_fixed(layer: Layer) -> bool:
    still = np.abs(layer.matrices - layer.matrices[0]).max() < 1e-4
    return bool(still and np.ptp(layer.opacity) < 1e-4)


def pictures(painter: Painter, *, frames: int) -> Iterator[Frame]:
    """Yield plain frames: no weather, no style."""
    for at in range(frames):
        frame = painter.scene(at)
        painter.front(frame, at)
        yield frame
