"""The grids that latent models work on: sides are multiples, frames are one more than a multiple.

A video autoencoder packs squares of pixels and runs of frames into one latent; the first frame is a
latent of its own. What is asked for is rounded up and cut back afterwards, never the other way
round: the pipelines round frames down in silence.
"""

from __future__ import annotations

from generation.spec import Canvas


def side_on_grid(pixels: int, *, multiple: int) -> int:
    """Return the smallest multiple of `multiple` that is at least `pixels`."""
    return -(-pixels // multiple) * multiple


def frames_on_grid(frames: int, *, step: int) -> int:
    """Return the smallest step * k + 1 that is at least `frames`."""
    return -(-max(0, frames - 1) // step) * step + 1


def canvas_on_grid(canvas: Canvas, *, multiple: int) -> Canvas:
    """Return the smallest canvas on the grid that covers `canvas`."""
    return Canvas(*(side_on_grid(side, multiple=multiple) for side in canvas))


def latents_for(frames: int, *, step: int) -> int:
    """Return how many latents in time `frames` (a number on the grid) are packed into."""
    return (frames - 1) // step + 1


def first_frame_of(latent: int, *, step: int) -> int:
    """Return the first picture frame that a latent covers: 0, 1, 1 + step, 1 + 2 * step, …"""
    return max(0, (latent - 1) * step + 1)


def latent_nearest(frame: int, *, step: int) -> int:
    """Return the latent whose first frame is nearest to `frame`."""
    return 0 if frame <= 0 else max(1, round((frame - 1) / step) + 1)
