"""What a maker sees of a clip while it is being made: one small, labelled picture at a time."""

from __future__ import annotations

import base64
import io

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from core.media import labels

# Enough to see that it goes the right way, too little to be of use elsewhere.
SIDE_PX = 240
_QUALITY = 60
_INSET = 0.04


def glimpse(rgb: npt.NDArray[np.uint8], *, product: str, handle: str) -> str:
    """Return a frame as a data address of a WebP under 15 kB, no side above 240, with the label.

    `rgb` is uint8 [H, W, 3]. It carries no mark and no manifest: it has no address of its own and
    is sent to those only who may watch the render being made.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, SIDE_PX / max(width, height))
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    image = Image.fromarray(np.asarray(small, np.uint8))
    label = labels.drawn(product=product, handle=handle, canvas=size)
    image.paste(label, (round(_INSET * size[0]), round(_INSET * size[1])), label)
    content = io.BytesIO()
    image.save(content, "webp", quality=_QUALITY)
    return f"data:image/webp;base64,{base64.b64encode(content.getvalue()).decode()}"
