"""Pocket's five networks, built for a plan and kept together."""

from __future__ import annotations

from typing import NamedTuple

import torch
from diffusers import ModelMixin

from generation.engines.pocket import captions, vocabulary
from generation.engines.pocket.sound_vae import PocketSoundVAE, PocketVocoder
from generation.engines.pocket.text_encoder import PocketTextEncoder
from generation.engines.pocket.transformer import PocketTransformer
from generation.engines.pocket.video_vae import PocketVideoVAE
from training.plans import Plan


class Networks(NamedTuple):
    """All five, on one device."""

    video_vae: PocketVideoVAE
    sound_vae: PocketSoundVAE
    vocoder: PocketVocoder
    text_encoder: PocketTextEncoder
    transformer: PocketTransformer

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return self.video_vae.latents_mean.device

    def by_name(self) -> dict[str, ModelMixin]:
        """All five under their names in the pipeline."""
        return self._asdict()

    def to(self, device: torch.device) -> Networks:
        """Move every network, in place."""
        for network in self:
            network.to(device)
        return self


def build(plan: Plan) -> Networks:
    """Make all networks with random weights that depend on the plan's seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        sizes = plan.networks
        video_vae = PocketVideoVAE(**sizes["video_vae"])
        video_vae.to(memory_format=torch.channels_last_3d)
        return Networks(
            video_vae=video_vae,
            sound_vae=PocketSoundVAE(**sizes["sound_vae"]),
            vocoder=PocketVocoder(**sizes["vocoder"]),
            text_encoder=PocketTextEncoder(
                words=captions.words(),
                attributes={name: list(values) for name, values in vocabulary.ATTRIBUTES.items()},
                **sizes["text_encoder"],
            ),
            transformer=PocketTransformer(
                video_channels=sizes["video_vae"]["channels"],
                sound_channels=sizes["sound_vae"]["channels"],
                text_width=sizes["text_encoder"]["width"],
                **sizes["transformer"],
            ),
        )


def trained_in(stage: str, networks: Networks) -> dict[str, ModelMixin]:
    """Networks whose weights a stage changes."""
    if stage in {"joint", "distillation"}:
        return {"text_encoder": networks.text_encoder, "transformer": networks.transformer}
    return {stage: getattr(networks, stage)}
