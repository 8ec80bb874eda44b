"""The diagonal Gaussian that both autoencoders code a clip as."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

# A code that starts almost without noise: the decoder learns what the latents mean at once, and
# not only after it has learned to be deaf to unit noise.
FIRST_LOG_VARIANCE = -5.0


class Posterior(NamedTuple):
    """Mean and log variance, each [B, C, ...]."""

    mean: Tensor
    log_variance: Tensor

    @classmethod
    def of(cls, moments: Tensor) -> Posterior:
        """Split [B, 2C, ...] in float32; the clamp keeps exp() finite in bfloat16 training."""
        mean, log_variance = moments.float().chunk(2, dim=1)
        return cls(mean, (log_variance + FIRST_LOG_VARIANCE).clamp(-20.0, 10.0))

    def sample(self, *, generator: torch.Generator | None = None) -> Tensor:
        """Draw once, differentiably."""
        noise = torch.randn(
            self.mean.shape, generator=generator, device=self.mean.device, dtype=self.mean.dtype
        )
        return self.mean + (0.5 * self.log_variance).exp() * noise

    def divergence(self) -> Tensor:
        """Mean Kullback-Leibler divergence from the unit Gaussian, in nats per latent value."""
        spread = self.log_variance.exp() - 1.0 - self.log_variance
        return 0.5 * (self.mean.square() + spread).mean()
