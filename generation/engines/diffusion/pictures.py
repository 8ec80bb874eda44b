"""Pictures on their way to a model's grid and back. Nothing is squeezed: padded, cut, or enlarged.

What the model makes is at least as large as what is shown, and the middle of it is shown. So a
picture that is given to the model is laid into the middle too, and its edges are mirrored outwards.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from generation.engines.diffusion.family import Clip, Cut, Grid
from generation.engines.diffusion.grid import canvas_on_grid
from generation.spec import Canvas, Frame


def cut_for(canvas: Canvas, grid: Grid, *, lines_max: int) -> Cut:
    """Choose the size to make a canvas at: its own, or a smaller one that is enlarged."""
    lines = min(canvas)
    share = min(1.0, lines_max / lines)
    inner = canvas if share == 1 else Canvas(*(round(side * share / 2) * 2 for side in canvas))
    made = canvas_on_grid(inner, multiple=grid.side)
    notes = {"made": list(made)}
    if inner != canvas:
        notes |= {"enlarged_from": list(inner)}
    return Cut(made=made, inner=inner, shown=canvas, notes=notes)


def onto(picture: Frame, cut: Cut) -> Frame:
    """Lay uint8 [H, W, 3] into what the model makes: scaled to cover what is shown, then padded."""
    fitted = covering(picture, cut.inner)
    top, left = _margins(cut)
    bottom = cut.made.height - cut.inner.height - top
    right = cut.made.width - cut.inner.width - left
    padded = cv2.copyMakeBorder(fitted, top, bottom, left, right, cv2.BORDER_REFLECT_101)
    return np.asarray(padded, dtype=np.uint8)


def covering(picture: Frame, canvas: Canvas) -> Frame:
    """Scale uint8 [H, W, 3] to cover a canvas and cut what stands out, evenly."""
    height, width = picture.shape[:2]
    if (width, height) == tuple(canvas):
        return picture
    scale = max(canvas.width / width, canvas.height / height)
    size = (max(canvas.width, round(width * scale)), max(canvas.height, round(height * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LANCZOS4
    scaled = cv2.resize(picture, size, interpolation=how)
    left, top = (size[0] - canvas.width) // 2, (size[1] - canvas.height) // 2
    cropped = scaled[top : top + canvas.height, left : left + canvas.width]
    return np.ascontiguousarray(cropped, dtype=np.uint8)


def out_of(picture: Frame, cut: Cut) -> Frame:
    """Take uint8 [H, W, 3] of the shown size out of what the model made."""
    top, left = _margins(cut)
    inner = picture[top : top + cut.inner.height, left : left + cut.inner.width]
    if cut.inner == cut.shown:
        return np.ascontiguousarray(inner)
    large = cv2.resize(inner, tuple(cut.shown), interpolation=cv2.INTER_LANCZOS4)
    return np.asarray(large, dtype=np.uint8)


def mask_onto(mask: npt.NDArray[np.bool_], cut: Cut) -> npt.NDArray[np.bool_]:
    """Lay bool [H, W] of any size over what the model makes; the margins may not change."""
    size = (cut.inner.width, cut.inner.height)
    scaled = cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    laid = np.zeros((cut.made.height, cut.made.width), dtype=bool)
    top, left = _margins(cut)
    laid[top : top + cut.inner.height, left : left + cut.inner.width] = scaled > 0
    return laid


def blended(first: Clip, second: Clip) -> Clip:
    """Cross over from one clip to another of the same shape, slowly at both ends."""
    share = np.linspace(0, 1, len(first), dtype=np.float32)
    share = share * share * (3 - 2 * share)
    mixed = [
        cv2.addWeighted(one, float(1 - part), other, float(part), 0.0)
        for one, other, part in zip(first, second, share, strict=True)
    ]
    return np.stack(mixed).astype(np.uint8, copy=False)


def _margins(cut: Cut) -> tuple[int, int]:
    return (
        (cut.made.height - cut.inner.height) // 2,
        (cut.made.width - cut.inner.width) // 2,
    )
