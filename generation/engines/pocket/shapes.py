"""Shapes of clips and of their latents, and the one place where compression ratios are applied."""

from __future__ import annotations

from typing import NamedTuple

FPS = 16
SAMPLE_RATE_HZ = 16_000
# 125 samples: eight mel frames fill one picture frame exactly, so that a sound token can cover
# whole picture frames and both streams share one clock.
HOP = 125
SAMPLES_PER_FRAME = SAMPLE_RATE_HZ // FPS
MELS_PER_FRAME = SAMPLES_PER_FRAME // HOP


class Compression(NamedTuple):
    """How many frames, and how many pixels of a side, one video latent stands for."""

    time: int
    space: int


class ClipShape(NamedTuple):
    """A batch of clips: float32 [batch, 3, frames, height, width] in -1..1, frames = 1 + k *
    time."""

    batch: int
    frames: int
    height: int
    width: int


class VideoLatentShape(NamedTuple):
    """Video latents: [batch, channels, steps, rows, columns]; step 0 is the first frame alone."""

    batch: int
    channels: int
    steps: int
    rows: int
    columns: int

    @property
    def tokens(self) -> int:
        """Number of tokens in the joint stream."""
        return self.steps * self.rows * self.columns

    @classmethod
    def of(cls, clip: ClipShape, *, channels: int, compression: Compression) -> VideoLatentShape:
        """Shape of the latents of `clip`. Raises ValueError if the clip is off the grid."""
        if (clip.frames - 1) % compression.time:
            raise ValueError(f"{clip.frames} frames: need 1 + a multiple of {compression.time}")
        for side in (clip.height, clip.width):
            if side % compression.space:
                raise ValueError(f"{side} pixels: need a multiple of {compression.space}")
        return cls(
            clip.batch,
            channels,
            1 + (clip.frames - 1) // compression.time,
            clip.height // compression.space,
            clip.width // compression.space,
        )

    def clip(self, compression: Compression) -> ClipShape:
        """Shape of the clip that these latents decode to."""
        frames = 1 + (self.steps - 1) * compression.time
        height, width = self.rows * compression.space, self.columns * compression.space
        return ClipShape(self.batch, frames, height, width)


class SoundLatentShape(NamedTuple):
    """Sound latents: [batch, channels, steps]; one step covers `frames_per_step` picture frames."""

    batch: int
    channels: int
    steps: int


def sound_steps(frames: int, *, frames_per_step: float) -> int:
    """Sound latents that belong to `frames` picture frames, the last one padded if need be."""
    return -int(-frames // frames_per_step)


def frames_on_grid(seconds: float, *, time: int) -> int:
    """Return the smallest 1 + k * `time` frames that last at least `seconds`."""
    wanted = max(1, round(seconds * FPS))
    return 1 + -(-(wanted - 1) // time) * time
