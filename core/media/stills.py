"""Still pictures of a clip.

The poster, and the sprite that a player shows while somebody scrubs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Rgb = npt.NDArray[np.uint8]

SPRITE_TILES_MAX = 24
_TILE_SIDE_PX = 192
_COLUMNS_MAX = 6
_POSTER_QUALITY, _SPRITE_QUALITY = 82, 70
# libwebp's effort, 0 to 6: 2 is three times as fast as the default and 5 % larger.
_EFFORT = 2


class SpriteGrid(NamedTuple):
    """How the sprite is cut.

    Tile i lies at column i % columns, row i // columns and shows i * every_s.
    """

    columns: int
    rows: int
    tiles: int
    tile_width: int
    tile_height: int
    every_s: float


def write_poster(path: Path, candidates: Sequence[Rgb]) -> tuple[int, int]:
    """Write the most telling of uint8 [H, W, 3] RGB pictures as WebP.

    Return its width and height.
    """
    best = max(candidates, key=_interest)
    Image.fromarray(best).save(path, "WEBP", quality=_POSTER_QUALITY, method=_EFFORT)
    return best.shape[1], best.shape[0]


def write_sprite(path: Path, pictures: Sequence[Rgb], *, every_s: float) -> SpriteGrid:
    """Write pictures that lie `every_s` seconds apart side by side as one WebP."""
    height, width = pictures[0].shape[:2]
    scale = min(1.0, _TILE_SIDE_PX / max(width, height))
    tile_width, tile_height = max(1, round(width * scale)), max(1, round(height * scale))
    columns = min(_COLUMNS_MAX, len(pictures))
    rows = math.ceil(len(pictures) / columns)
    sheet = np.zeros((rows * tile_height, columns * tile_width, 3), dtype=np.uint8)
    for index, picture in enumerate(pictures):
        row, column = divmod(index, columns)
        tile = cv2.resize(picture, (tile_width, tile_height), interpolation=cv2.INTER_AREA)
        top, left = row * tile_height, column * tile_width
        sheet[top : top + tile_height, left : left + tile_width] = tile
    Image.fromarray(sheet).save(path, "WEBP", quality=_SPRITE_QUALITY, method=_EFFORT)
    return SpriteGrid(columns, rows, len(pictures), tile_width, tile_height, every_s)


def _interest(picture: Rgb) -> float:
    """Rate a picture by contrast and detail: low for black, washed out and blurred ones."""
    small = cv2.resize(picture, (180, 320), interpolation=cv2.INTER_AREA)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    detail = float(cv2.Laplacian(grey, cv2.CV_32F).std())
    return float(grey.std()) * (1.0 + math.log1p(detail))
