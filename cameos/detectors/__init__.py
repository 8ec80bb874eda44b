"""The detector port: are there faces in a picture that somebody gives?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from cameos.spec import FaceBox


class FaceDetector(Protocol):
    """Finds faces. It knows nobody: whose face it is remains for a person to say.

    `version` changes when any finding could.
    """

    version: str

    def find(self, picture: npt.NDArray[np.uint8]) -> Sequence[FaceBox]:
        """Return the faces in uint8 [H, W, 3] RGB, largest first."""
