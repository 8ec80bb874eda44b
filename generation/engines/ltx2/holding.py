"""Holding a part of a clip to what it was, while the rest is made.

After each step the held tokens are put back to the source at the level of noise that the step led
to (the replacement of RePaint, arXiv 2201.09865, for flow matching): what is free is made to fit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor


class Held(NamedTuple):
    """`clean` and `noise`: [1, S, C] normalised tokens; `is_held`: bool [1, S, 1]."""

    clean: Tensor
    noise: Tensor
    is_held: Tensor

    def put_back(self, tokens: Tensor, level: float) -> Tensor:
        """Replace held tokens of [1, S or more, C]; tokens after the clip's own are guides."""
        count = self.clean.shape[1]
        known = torch.lerp(self.clean, self.noise, level).to(tokens)
        own = torch.where(self.is_held.to(tokens.device), known, tokens[:, :count])
        return torch.cat([own, tokens[:, count:]], dim=1)


def hold(latents: Tensor, may_change: npt.NDArray[np.bool_], *, seed: int) -> Held:
    """Hold normalised [1, C, T, h, w] wherever `may_change`, bool [H, W], is not near.

    A latent cell is free if any of its pixels may change, and so are its neighbours: a seam that
    follows the mask would show, and pixels outside of it are cut away later anyway.
    """
    height, width = latents.shape[-2:]
    pixels = torch.from_numpy(may_change.astype("float32"))[None, None]
    cells = torch.nn.functional.adaptive_max_pool2d(pixels, (height, width))
    near = torch.nn.functional.max_pool2d(cells, 3, stride=1, padding=1) > 0
    is_held = ~near.expand(latents.shape[2], 1, height, width).reshape(1, -1, 1)
    clean = latents.flatten(2).transpose(1, 2).float().cpu()
    generator = torch.Generator().manual_seed(seed)
    return Held(clean, torch.randn(clean.shape, generator=generator), is_held)
