"""Scenes in bulk: attributes and initial conditions as tensors, drawn with one seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import torch
from torch import Tensor

from generation.engines.pocket import vocabulary
from generation.engines.pocket.captions import Facts

T = TypeVar("T")
SLOTS = max(vocabulary.COUNTS)


class Scenes(NamedTuple):
    """A batch of scenes. `indices` int64 [B, 8]: one column per ATTRIBUTES entry, in its order.

    The rest, float32 [B, 3] per actor slot, are what nature decides: `x` in -0.5..0.5 across the
    picture, `facing` -1 or 1, `pace` and `rise` in 0..1 (how fast, how high), `phase` in 0..1.
    `variant` float32 [B] in 0..1 chooses the plate. Slots beyond the count are not on stage.
    """

    indices: Tensor
    x: Tensor
    facing: Tensor
    pace: Tensor
    rise: Tensor
    phase: Tensor
    variant: Tensor

    def column(self, attribute: str) -> Tensor:
        """Indices int64 [B] of one attribute."""
        return self.indices[:, list(vocabulary.ATTRIBUTES).index(attribute)]

    def facts(self) -> list[Facts]:
        """Return what each scene shows, as words."""
        names = list(vocabulary.ATTRIBUTES.values())
        rows = []
        for row in self.indices.tolist():
            who, colour, action, place, weather, time, number, size = (
                values[i] for values, i in zip(names, row, strict=True)
            )
            rows.append(Facts(who, colour, action, place, weather, time, int(number), size))
        return rows

    def to(self, device: torch.device) -> Scenes:
        """Return the same scenes on another device."""
        return Scenes(*(part.to(device) for part in self))


def draw(count: int, *, generator: torch.Generator, held_out: bool = False) -> Scenes:
    """Draw `count` scenes, all from the training combinations or all from the held-out ones."""
    rows: list[list[int]] = []
    while len(rows) < count:
        facts = _some_facts(generator)
        if vocabulary.is_held_out(facts.subject, facts.colour, facts.place) == held_out:
            rows.append(_indices(facts))
    return _with_nature(torch.tensor(rows), generator)


def scenes_of(facts: Sequence[Facts], *, generator: torch.Generator) -> Scenes:
    """Return one scene for each of `facts`, nature drawn at random."""
    return _with_nature(torch.tensor([_indices(f) for f in facts]), generator)


def on_stage(scenes: Scenes) -> Tensor:
    """Which slots are in use: bool [B, 3]."""
    counts = scenes.column("count") + 1
    return torch.arange(SLOTS, device=counts.device)[None] < counts[:, None]


def _some_facts(generator: torch.Generator) -> Facts:
    subject = _pick(vocabulary.SUBJECTS, generator)
    place = _pick(vocabulary.PLACES, generator)
    is_sheltered = place in vocabulary.SHELTERED
    return Facts(
        subject=subject,
        colour=_pick(vocabulary.COLOURS, generator),
        action=_pick(vocabulary.REPERTOIRE[subject], generator),
        place=place,
        weather="clear" if is_sheltered else _pick(vocabulary.WEATHERS, generator),
        time=_pick(vocabulary.TIMES, generator),
        # One actor in half of the clips: sync and physics are clearest there.
        how_many=_pick((1, 1, 2, 3), generator),
        size=_pick(vocabulary.SIZES, generator),
    )


def _pick(values: Sequence[T], generator: torch.Generator) -> T:
    return values[int(torch.randint(len(values), (), generator=generator))]


def _indices(facts: Facts) -> list[int]:
    values = (*facts[:6], str(facts.how_many), facts.size)
    return [
        names.index(value)
        for names, value in zip(vocabulary.ATTRIBUTES.values(), values, strict=True)
    ]


def _with_nature(indices: Tensor, generator: torch.Generator) -> Scenes:
    batch = indices.shape[0]

    def some() -> Tensor:
        return torch.rand(batch, SLOTS, generator=generator)

    counts = indices[:, list(vocabulary.ATTRIBUTES).index("count")] + 1
    slot = torch.arange(SLOTS)[None]
    # Actors stand evenly across the stage with a little freedom, so that they rarely hide each
    # other.
    even = (slot + 0.5) / counts[:, None] - 0.5
    x = even * 0.75 + (some() - 0.5) * 0.22 / counts[:, None]
    # A group faces one way: that is how herds move and how a caption reads.
    facing = torch.where(torch.rand(batch, 1, generator=generator) < 0.5, -1.0, 1.0)
    return Scenes(
        indices=indices,
        x=x,
        facing=facing.expand(-1, SLOTS).clone(),
        pace=some(),
        rise=some(),
        phase=some(),
        variant=torch.rand(batch, generator=generator),
    )
