"""Faces in pictures that people give for clips: each needs a person who lends it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cameos.detectors import FaceDetector
from core import plugins
from core.errors import NotAvailableError


class NoDetectorError(NotAvailableError):
    """This server cannot look for faces, so it takes no pictures."""

    code = "no_face_detector"


def count_faces(picture: npt.NDArray[np.uint8]) -> int:
    """Return how many faces are in uint8 [H, W, 3] RGB.

    Raises NoDetectorError where none is configured: what nobody looked at must not read as none.
    """
    if "default" not in plugins.configured("CAMEOS_DETECTORS"):
        raise NoDetectorError
    detector: FaceDetector = plugins.load("CAMEOS_DETECTORS", "default")
    return len(detector.find(picture))
