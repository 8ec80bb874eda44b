"""The visible label.

Says that the clip was made by AI and by whom, and moves so that it cannot be cropped away.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from core.media.pictures import Picture

# Where the label rests, as the place of its centre line in the picture: clear of the caption
# (bottom), the buttons (right, below the middle) and the tabs (top edge) of a vertical player. The
# horizontal value is the share of the free width to its left.
_PLACES = ((0.05, 0.12), (0.95, 0.30), (0.05, 0.56))
_STAY_S = 2.5
_FADE_FRAMES = 4
_OPACITY = 0.92
# Share of the short side; at 360 lines the handle is still 11 pixels tall.
_TEXT_RATIO = 0.034
_OVERSAMPLING = 2

Alpha = npt.NDArray[np.float32]


class _Spot(NamedTuple):
    x: int
    y: int
    weight: float


@dataclass(frozen=True, slots=True)
class _Layer:
    """One plane of the drawn label.

    Its values, and how much of them shows, both float32 of the plane's size.
    """

    values: npt.NDArray[np.float32]
    alpha: Alpha

    def blend(self, plane: npt.NDArray[np.uint8], *, x: int, y: int, weight: float) -> None:
        height, width = self.alpha.shape
        area = plane[y : y + height, x : x + width]
        area[:] = np.rint(area + (self.values - area) * (self.alpha * weight)).astype(np.uint8)


class Label:
    """Draws "AI", the maker's handle and the product once, then lays it over every frame."""

    def __init__(
        self, *, product: str, handle: str, canvas: tuple[int, int], frame_count: int, fps: int
    ) -> None:
        """Draw for `canvas` (width, height) and plan the places over `frame_count` frames."""
        self._canvas = canvas
        self._frame_count = frame_count
        stays = max(len(_PLACES), math.ceil(frame_count / fps / _STAY_S))
        self._stay_frames = frame_count / stays
        self._layers = _layers(drawn(product=product, handle=handle, canvas=canvas))

    def blend(self, picture: Picture, *, frame_index: int) -> None:
        """Lay the label over `picture`, in place.

        It is always there; between two places it fades over.
        """
        luma, blue, red = self._layers
        for spot in self._spots(frame_index):
            luma.blend(picture.luma, x=spot.x, y=spot.y, weight=spot.weight)
            blue.blend(picture.blue, x=spot.x // 2, y=spot.y // 2, weight=spot.weight)
            red.blend(picture.red, x=spot.x // 2, y=spot.y // 2, weight=spot.weight)

    def place(self, frame_index: int) -> tuple[int, int]:
        """Top left corner of the label at this frame, in pixels."""
        spot = max(self._spots(frame_index), key=lambda spot: spot.weight)
        return spot.x, spot.y

    def _spots(self, frame_index: int) -> tuple[_Spot, ...]:
        stay = int(frame_index / self._stay_frames)
        into = frame_index - stay * self._stay_frames
        x, y = self._corner(stay)
        if stay == 0 or into >= _FADE_FRAMES:
            return (_Spot(x, y, 1.0),)
        shown = (into + 1) / (_FADE_FRAMES + 1)
        return (_Spot(*self._corner(stay - 1), 1.0 - shown), _Spot(x, y, shown))

    def _corner(self, stay: int) -> tuple[int, int]:
        """Corner of a resting place; even, because chroma has half the resolution."""
        width, height = self._canvas
        label_height, label_width = self._layers[0].alpha.shape
        across, down = _PLACES[stay % len(_PLACES)]
        x = int(across * max(0, width - label_width)) // 2 * 2
        y = int(down * height - label_height / 2)
        return x, min(max(0, y), height - label_height) // 2 * 2


def drawn(*, product: str, handle: str, canvas: tuple[int, int]) -> Image.Image:
    """Draw the label for a picture of `canvas` (width, height): RGBA, of even size.

    A dark, half-clear pill (legible on light) with white letters (legible on dark).
    """
    text_px = max(7, round(_TEXT_RATIO * min(canvas))) * _OVERSAMPLING
    large, small = ImageFont.load_default(text_px), ImageFont.load_default(round(0.62 * text_px))
    lines = (f"@{handle}", f"made with {product}")
    gap, badge = round(0.45 * text_px), round(1.5 * text_px)
    text_width = max(large.getlength(lines[0]), small.getlength(lines[1]))
    width, height = round(badge + 3 * gap + text_width), badge + 2 * gap
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((0, 0, width - 1, height - 1), radius=height // 3, fill=(12, 12, 16, 144))
    pen.rounded_rectangle((gap, gap, gap + badge, gap + badge), radius=badge // 4, fill="white")
    centre = gap + badge // 2
    pen.text(
        (centre, centre), "AI", font=large, fill=(12, 12, 16, 255), anchor="mm", stroke_width=1
    )
    left = 2 * gap + badge
    pen.text((left, gap + round(0.42 * text_px)), lines[0], font=large, fill="white", anchor="lm")
    pen.text((left, gap + round(1.24 * text_px)), lines[1], font=small, fill="white", anchor="lm")
    return _fitted(image, canvas)


def _fitted(image: Image.Image, canvas: tuple[int, int]) -> Image.Image:
    """Reduce to the final, even size; a very long handle shrinks rather than leave the picture."""
    ratio = min(1.0 / _OVERSAMPLING, 0.9 * canvas[0] / image.width)
    width, height = (max(2, round(side * ratio) // 2 * 2) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _layers(image: Image.Image) -> tuple[_Layer, _Layer, _Layer]:
    """Split the drawing into planes, chroma at half size."""
    rgba = np.asarray(image)
    picture = Picture.from_rgb(np.ascontiguousarray(rgba[..., :3]))
    alpha = rgba[..., 3].astype(np.float32) * (_OPACITY / 255)
    size = (picture.width // 2, picture.height // 2)
    half = np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
    return (
        _Layer(picture.luma.astype(np.float32), alpha),
        _Layer(picture.blue.astype(np.float32), half),
        _Layer(picture.red.astype(np.float32), half),
    )
