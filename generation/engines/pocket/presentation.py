"""From what the model makes to what was asked for: size, frame rate, sample rate. Classical, and
said so."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter
from scipy.signal import resample_poly

from generation.engines.pocket.shapes import FPS, SAMPLE_RATE_HZ
from generation.spec import Canvas, Frame, Sound

SAMPLE_RATE_OUT_HZ = 48_000
METHOD = "crop, linear in time, unsharp mask and Lanczos in space; no detail is added"
# Sharpening happens before enlarging, where it costs a hundredth.
_SHARPEN = ImageFilter.UnsharpMask(radius=1, percent=60, threshold=2)


def present(
    clip: npt.NDArray[np.uint8], *, canvas: Canvas, fps: int, frames: int
) -> Iterator[Frame]:
    """Yield `frames` frames of `canvas` size at `fps` from uint8 [T, H, W, 3] at 16 fps.

    Frames between two of the model's are mixed from both; the last one is held.
    """
    for number in range(frames):
        position = min(number * FPS / fps, len(clip) - 1)
        first = int(position)
        share = position - first
        picture = clip[first]
        if share > 0:
            mixed = picture * (1 - share) + clip[first + 1] * share
            picture = mixed.round().astype(np.uint8)
        yield enlarge(picture, canvas=canvas)


def enlarge(picture: Frame, *, canvas: Canvas) -> Frame:
    """Cut uint8 [H, W, 3] to the canvas's proportions and enlarge it."""
    height, width = picture.shape[:2]
    keep_width = min(width, round(height * canvas.width / canvas.height))
    keep_height = min(height, round(width * canvas.height / canvas.width))
    left, top = (width - keep_width) // 2, (height - keep_height) // 2
    image = Image.fromarray(picture[top : top + keep_height, left : left + keep_width])
    sharp = image.filter(_SHARPEN).resize((canvas.width, canvas.height), Image.Resampling.LANCZOS)
    return np.asarray(sharp)


def stereo(sound: npt.NDArray[np.float32], *, seconds: float) -> Sound:
    """Resample float32 [S] at 16 kHz to float32 [2, seconds * 48000], both channels the same."""
    wide = resample_poly(sound, SAMPLE_RATE_OUT_HZ // SAMPLE_RATE_HZ, 1).astype(np.float32)
    wanted = round(seconds * SAMPLE_RATE_OUT_HZ)
    padded = np.pad(wide[:wanted], (0, max(0, wanted - len(wide))))
    return np.stack([padded, padded]).clip(-1, 1)
