"""A judge of adherence, trained on fresh true clips and never on generated ones."""

from __future__ import annotations

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generation.engines.pocket import vocabulary
from generation.engines.pocket.arithmetic import fast_arithmetic
from generation.engines.pocket.mel import log_mel
from training.world import clips
from training.world.picture import Canvas
from training.world.scenes import Scenes

# Every third frame is enough to tell a walk from a run and costs a third.
STRIDE = 3
SIDE = 64
CEILING = 0.98
# What can be heard of an action. Standing and spinning are silent.
SOUND_CLASSES: Mapping[str, str] = {
    "bounce": "impact",
    "jump": "impact",
    "walk": "steps",
    "run": "steps",
    "fly": "flaps",
    "drive": "engine",
    "sing": "voice",
    "spin": "nothing",
    "idle": "nothing",
}
SOUNDS = tuple(dict.fromkeys(SOUND_CLASSES.values()))


class Judge(nn.Module):
    """Two small convolutional networks, one for the picture and one for the log-mel, one head per
    attribute on the picture and one for the class of sound on the mel alone."""

    def __init__(self, width: int = 48) -> None:
        super().__init__()
        self.eye = nn.Sequential(
            _see(3, width // 2, time=1),
            _see(width // 2, width, time=2),
            _see(width, width * 2, time=2),
            _see(width * 2, width * 2, time=2),
        )
        self.ear = nn.Sequential(
            _hear(64, width * 2), _hear(width * 2, width * 2), _hear(width * 2, width * 2)
        )
        self.heads = nn.ModuleDict(
            {
                name: nn.Linear(width * 4, len(values))
                for name, values in vocabulary.ATTRIBUTES.items()
            }
        )
        self.sound_head = nn.Linear(width * 4, len(SOUNDS))

    def forward(self, video: Tensor, sound: Tensor) -> dict[str, Tensor]:
        """Logits per attribute, and for "sound". Both mean and maximum are pooled: a small actor in
        one corner is lost in a mean."""
        small = F.interpolate(video[:, :, ::STRIDE], size=_size(video), mode="trilinear")
        seen = self.eye(small).flatten(2)
        heard = self.ear(log_mel(sound)).flatten(2)
        view = torch.cat([seen.mean(2), seen.amax(2)], dim=1)
        tone = torch.cat([heard.mean(2), heard.amax(2)], dim=1)
        logits = {name: head(view) for name, head in self.heads.items()}
        logits["sound"] = self.sound_head(tone)
        return logits


def _size(video: Tensor) -> tuple[int, int, int]:
    frames = -(-video.shape[2] // STRIDE)
    return frames, SIDE, SIDE


def _see(inward: int, outward: int, *, time: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv3d(inward, outward, 3, stride=(time, 2, 2), padding=1),
        nn.GroupNorm(4, outward),
        nn.ReLU(),
    )


def _hear(inward: int, outward: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv1d(inward, outward, 5, stride=2, padding=2), nn.GroupNorm(4, outward), nn.ReLU()
    )


def truths(scenes: Scenes) -> dict[str, Tensor]:
    """Right answers int64 [B] for every head."""
    answers = {name: scenes.column(name) for name in vocabulary.ATTRIBUTES}
    by_action = [SOUNDS.index(SOUND_CLASSES[action]) for action in vocabulary.ACTIONS]
    answers["sound"] = torch.tensor(by_action, device=scenes.x.device)[scenes.column("action")]
    return answers


def train_judge(
    *, canvas: Canvas, frames: int, steps: int, batch: int, device: torch.device, seed: int = 7
) -> Judge:
    """Train a judge on `steps` batches of fresh true clips, seven eighths of all combinations."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        judge = Judge().to(device)
    optimiser = torch.optim.AdamW(judge.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(steps):
        made = clips.draw(batch, generator=generator, canvas=canvas, frames=frames)
        with fast_arithmetic(device):
            logits = judge(made.video.to(device), made.sound.to(device))
        answers = truths(made.scenes.to(device))
        loss = torch.stack([F.cross_entropy(logits[k].float(), answers[k]) for k in logits]).sum()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return judge.eval()


@torch.no_grad()
def verdicts(judge: Judge, video: Tensor, sound: Tensor) -> dict[str, Tensor]:
    """What the judge takes clips for: int64 [B] per head."""
    with fast_arithmetic(video.device):
        return {name: logits.argmax(1) for name, logits in judge(video, sound).items()}
