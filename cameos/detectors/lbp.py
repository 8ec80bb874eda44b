"""A cascade of local binary patterns, the one that comes with scikit-image (BSD).

Frontal faces, upright or nearly so, of 24 pixels and more. It misses profiles and covered faces;
see docs/decisions/0012-faces-by-a-cascade.md for what was measured.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
from skimage import data
from skimage.feature import Cascade

from cameos.spec import FaceBox

# Larger pictures are looked at in small: a face to be used as a look fills more than a tenth.
_LONG_SIDE_PX = 480
_FACE_PX_MIN = 24
_SCALE_STEP = 1.2


class LbpCascade:
    """Looks at every place and size in turn; half a second for a picture."""

    version = "lbp frontal 1"

    def __init__(self) -> None:
        self._cascade = Cascade(data.lbp_frontal_face_cascade_filename())

    def find(self, picture: npt.NDArray[np.uint8]) -> Sequence[FaceBox]:
        height, width = picture.shape[:2]
        scale = min(1.0, _LONG_SIDE_PX / max(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if min(size) < _FACE_PX_MIN:
            return []
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        found = self._cascade.detect_multi_scale(
            img=small,
            scale_factor=_SCALE_STEP,
            step_ratio=1,
            min_size=(_FACE_PX_MIN, _FACE_PX_MIN),
            max_size=(max(size), max(size)),
        )
        boxes = [FaceBox(one["c"], one["r"], one["width"], one["height"]) for one in found]
        return sorted(
            (FaceBox(*(round(side / scale) for side in box)) for box in boxes),
            key=lambda box: -box.width * box.height,
        )
