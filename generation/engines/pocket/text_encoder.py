"""The text encoder: a small transformer over a closed vocabulary, trained on the world's
captions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
from diffusers import ConfigMixin, ModelMixin
from diffusers.configuration_utils import register_to_config
from torch import Tensor, nn

PAD, UNKNOWN, START = range(3)
SPECIAL = ("<pad>", "<unknown>", "<start>")
_WORD = re.compile(r"[a-z]+|[0-9]+|[.,!?\"]")


class Tokens(NamedTuple):
    """Word ids [B, L] with True where a word stands, and per prompt the words that were not
    known."""

    ids: Tensor
    mask: Tensor
    unknown: tuple[tuple[str, ...], ...]


class Reading(NamedTuple):
    """What the encoder makes of prompts: states [B, L, D], mask [B, L], logits [B, K] per
    attribute."""

    states: Tensor
    mask: Tensor
    attributes: Mapping[str, Tensor]


class PocketTextEncoder(ModelMixin, ConfigMixin):
    """Reads prompts as words. The vocabulary is part of the config, so it travels with the weights.

    `attributes` names what the pooled state predicts about the scene (subject, colour ...) and the
    values in order: the training signal that binds words to things, and the engine's answer to
    "what did you understand".
    """

    @register_to_config
    def __init__(
        self,
        *,
        words: Sequence[str] = (),
        attributes: Mapping[str, Sequence[str]] | None = None,
        width: int = 192,
        layers: int = 3,
        length: int = 32,
    ) -> None:
        super().__init__()
        self.index = {word: i for i, word in enumerate((*SPECIAL, *words))}
        self.embed = nn.Embedding(len(self.index), width, padding_idx=PAD)
        self.place = nn.Parameter(torch.randn(length, width) * 0.02)
        layer = nn.TransformerEncoderLayer(
            width,
            max(1, width // 48),
            width * 4,
            dropout=0.0,
            activation="gelu",
            batch_first=True,
            norm_first=True,
        )
        self.trunk = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)
        self.norm = nn.LayerNorm(width)
        self.heads = nn.ModuleDict(
            {name: nn.Linear(width, len(values)) for name, values in (attributes or {}).items()}
        )

    def tokenise(self, prompts: Sequence[str]) -> Tokens:
        """Split prompts into known words; longer prompts are cut at `length` - 1 words."""
        length = self.place.shape[0]
        ids = torch.full((len(prompts), length), PAD)
        unknown = []
        for row, prompt in enumerate(prompts):
            found = _WORD.findall(prompt.lower())
            unknown.append(tuple(word for word in found if word not in self.index))
            kept = [self.index.get(word, UNKNOWN) for word in found][: length - 1]
            ids[row, : len(kept) + 1] = torch.tensor([START, *kept])
        ids = ids.to(self.place.device)
        return Tokens(ids, ids != PAD, tuple(unknown))

    def forward(self, tokens: Tokens) -> Reading:
        """Encode word ids. The start token is the pooled state; an empty prompt is that token
        alone."""
        x = self.embed(tokens.ids) + self.place[: tokens.ids.shape[1]]
        x = self.norm(self.trunk(x, src_key_padding_mask=~tokens.mask))
        pooled = x[:, 0]
        return Reading(x, tokens.mask, {name: head(pooled) for name, head in self.heads.items()})

    def read(self, prompts: Sequence[str]) -> Reading:
        """Tokenise and encode."""
        reading: Reading = self(self.tokenise(prompts))
        return reading

    def understood(self, reading: Reading) -> list[dict[str, str]]:
        """Name the most likely value of every attribute, per prompt."""
        values: Mapping[str, Sequence[str]] = self.config.attributes or {}
        rows = reading.states.shape[0]
        return [
            {
                name: values[name][int(logits[row].argmax())]
                for name, logits in reading.attributes.items()
            }
            for row in range(rows)
        ]
