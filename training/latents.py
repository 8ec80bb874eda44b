"""A rolling bank of coded clips: painting and coding cost more than a step, so each is used a few
times."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from generation.engines.pocket import vocabulary
from generation.engines.pocket.arithmetic import fast_arithmetic
from generation.engines.pocket.mel import log_mel
from generation.engines.pocket.stream import to_tokens
from training.networks import Networks
from training.plans import Plan
from training.world import clips, scenes
from training.world.picture import Canvas
from training.world.scenes import Scenes, on_stage


class Coded(NamedTuple):
    """Coded clips of one canvas, normalised, as tokens.

    `video` [B, Nv, C], `sound` [B, Ns, C'], `envelope` [B, Ns] of all voices in 0..1, `reference`
    [B, rows * columns, C]: a still of the same subject elsewhere; `attributes` int64 [B, 8].
    """

    video: Tensor
    sound: Tensor
    envelope: Tensor
    reference: Tensor
    attributes: Tensor
    captions: list[str]


# Every field but the captions is a tensor.
FIELDS = range(len(Coded._fields) - 1)


class Bank:
    """Coded clips of one canvas, replaced chunk by chunk as they wear out."""

    def __init__(self, plan: Plan, networks: Networks, canvas: Canvas) -> None:
        self.plan, self.networks, self.canvas = plan, networks, canvas
        self.size = max(plan.chunk, plan.bank // len(plan.canvases))
        self.chunks: list[Coded] = []
        self.drawn = 0
        self.oldest = 0

    def draw(self, count: int, *, generator: torch.Generator) -> Coded:
        """Draw `count` clips at random, topping the bank up first."""
        self._refresh(count, generator)
        chunk_size = self.plan.chunk
        picks = torch.randint(len(self.chunks) * chunk_size, (count,), generator=generator).tolist()
        rows = [(self.chunks[i // chunk_size], i % chunk_size) for i in picks]
        # Autocast cannot stack integers, and there is nothing here to speed up.
        with torch.autocast(self.networks.device.type, enabled=False):
            tensors = [torch.stack([chunk[field][row] for chunk, row in rows]) for field in FIELDS]
        video, sound, envelope, reference, attributes = tensors
        return Coded(
            video=video.float(),
            sound=sound.float(),
            envelope=envelope.float(),
            reference=reference.float(),
            attributes=attributes,
            captions=[chunk.captions[row] for chunk, row in rows],
        )

    def _refresh(self, count: int, generator: torch.Generator) -> None:
        # Fill in proportion to what was drawn, so that training starts at once on a small bank
        # instead of waiting for a full one.
        self.drawn += count
        wanted = max(2, -(-self.drawn // (self.plan.reuse * self.plan.chunk)))
        while self.oldest < wanted:
            fresh = code(self.plan, self.networks, canvas=self.canvas, generator=generator)
            if len(self.chunks) * self.plan.chunk < self.size:
                self.chunks.append(fresh)
            else:
                self.chunks[self.oldest % len(self.chunks)] = fresh
            self.oldest += 1


@torch.no_grad()
def code(plan: Plan, networks: Networks, *, canvas: Canvas, generator: torch.Generator) -> Coded:
    """Draw, perform and code one chunk of clips, in float16 to keep a large bank small."""
    cast = scenes.draw(plan.chunk, generator=generator).to(networks.device)
    style = int(torch.randint(4, (), generator=generator))
    made = clips.perform(cast, canvas=canvas, frames=plan.frames, style=style)
    still = clips.perform(_portraits(cast), canvas=canvas, frames=1)
    vae, sound_vae = networks.video_vae.eval(), networks.sound_vae.eval()
    with fast_arithmetic(networks.device):
        video = vae.normalise(vae.encode(made.video).mean)
        reference = vae.normalise(vae.encode(still.video).mean)
        sound = sound_vae.normalise(sound_vae.encode(padded_mel(networks, made.sound)).mean)
    return Coded(
        video=to_tokens(video).half(),
        sound=to_tokens(sound).half(),
        envelope=voices(made, steps=sound.shape[-1]).half(),
        reference=to_tokens(reference).half(),
        attributes=cast.indices,
        captions=made.captions,
    )


def voices(made: clips.Clips, *, steps: int) -> Tensor:
    """The louder of all voices in each sound step: float32 [B, steps]."""
    opening = (made.motion.mouth * on_stage(made.scenes)[..., None]).amax(1)
    return torch.nn.functional.adaptive_max_pool1d(opening[:, None], steps)[:, 0]


def _portraits(cast: Scenes) -> Scenes:
    """The same actors, one each, standing in a room by day: what an identity reference looks
    like."""
    shown = {"action": "idle", "place": "room", "weather": "clear", "time": "day", "count": "1"}
    indices = cast.indices.clone()
    for column, (name, values) in enumerate(vocabulary.ATTRIBUTES.items()):
        if name in shown:
            indices[:, column] = values.index(shown[name])
    return cast._replace(indices=indices, x=torch.zeros_like(cast.x))


def padded_mel(networks: Networks, sound: Tensor) -> Tensor:
    """Log-mel padded to whole sound steps."""
    mel = log_mel(sound)
    step = networks.sound_vae.hop_mels
    short = -mel.shape[-1] % step
    return torch.nn.functional.pad(mel, (0, short), mode="replicate") if short else mel
