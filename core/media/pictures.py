"""One picture of a video, the way encoders want it: planar YUV 4:2:0, BT.709, limited range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace

Plane = npt.NDArray[np.uint8]
Rgb = npt.NDArray[np.uint8]

# Source: ITU-R BT.709-6, sections 3.2 to 3.4; rows are Y, Cb, Cr, the last column is the offset of
# 8-bit codes.
_TO_YUV = np.array(
    [
        [0.2126 * 219 / 255, 0.7152 * 219 / 255, 0.0722 * 219 / 255, 16.0],
        [-0.2126 / 1.8556 * 224 / 255, -0.7152 / 1.8556 * 224 / 255, 0.5 * 224 / 255, 128.0],
        [0.5 * 224 / 255, -0.7152 / 1.5748 * 224 / 255, -0.0722 / 1.5748 * 224 / 255, 128.0],
    ],
    dtype=np.float32,
)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Planes in one block of memory, as FFmpeg's yuv420p lays them out: uint8 [H * 3 / 2, W].

    Everything after the conversion (mark, label, renditions) works on these planes: half the bytes
    of RGB, and no rendition pays for a colour conversion of its own.
    """

    block: npt.NDArray[np.uint8]

    @classmethod
    def blank(cls, width: int, height: int) -> Self:
        """Make a picture with undefined content. Both sizes must be even."""
        return cls(np.empty((height * 3 // 2, width), dtype=np.uint8))

    @classmethod
    def from_rgb(cls, rgb: Rgb) -> Self:
        """Convert uint8 [H, W, 3] full-range RGB.

        Chroma is averaged over 2 x 2 pixels, in the place between them; decoders assume a quarter
        pixel to the left, an error nobody can see and that costs nothing.
        """
        height, width = rgb.shape[:2]
        picture = cls.blank(width, height)
        yuv = cv2.transform(rgb, _TO_YUV)
        cv2.extractChannel(yuv, 0, picture.luma)
        half = cv2.resize(yuv, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        cv2.extractChannel(half, 1, picture.blue)
        cv2.extractChannel(half, 2, picture.red)
        return picture

    @property
    def width(self) -> int:
        """Pixels across."""
        return int(self.block.shape[1])

    @property
    def height(self) -> int:
        """Pixels down."""
        return int(self.block.shape[0]) * 2 // 3

    @property
    def luma(self) -> Plane:
        """A view: uint8 [H, W], 16..235."""
        return self.block[: self.height]

    @property
    def blue(self) -> Plane:
        """A view: Cb, uint8 [H / 2, W / 2]."""
        return self._chroma(0)

    @property
    def red(self) -> Plane:
        """A view: Cr, uint8 [H / 2, W / 2]."""
        return self._chroma(1)

    def _chroma(self, index: int) -> Plane:
        size = self.width * self.height // 4
        start = self.width * self.height + index * size
        flat = self.block.reshape(-1)[start : start + size]
        return flat.reshape(self.height // 2, self.width // 2)

    def with_new_luma(self) -> Picture:
        """Copy the picture but for its luma plane, whose content is then undefined."""
        copy = Picture.blank(self.width, self.height)
        copy.block[self.height :] = self.block[self.height :]
        return copy

    def scaled(self, width: int, height: int) -> Picture:
        """Scale down to another even size.

        Bilinear down to half size, where it still touches every pixel and costs a fifth of
        averaging; averaging below that.
        """
        way = cv2.INTER_AREA if 2 * width <= self.width else cv2.INTER_LINEAR
        small, half = Picture.blank(width, height), (width // 2, height // 2)
        cv2.resize(self.luma, (width, height), small.luma, interpolation=way)
        cv2.resize(self.blue, half, small.blue, interpolation=way)
        cv2.resize(self.red, half, small.red, interpolation=way)
        return small

    def to_rgb(self) -> Rgb:
        """Convert back: uint8 [H, W, 3] full-range RGB."""
        rgb = self.to_frame().to_ndarray(
            format="rgb24", src_colorspace=Colorspace.ITU709, src_color_range=ColorRange.MPEG
        )
        return np.asarray(rgb, dtype=np.uint8)

    def to_frame(self) -> av.VideoFrame:
        """Wrap the planes for an encoder, with their colour tags.

        Not copied: they must stay as they are for as long as the frame lives.
        """
        frame = av.VideoFrame.from_numpy_buffer(self.block, format="yuv420p")
        frame.colorspace = Colorspace.ITU709
        frame.color_range = ColorRange.MPEG
        return frame
