"""The first three stages: video autoencoder, sound autoencoder, vocoder."""

from __future__ import annotations

import torch
from torch import Tensor

from generation.engines.pocket.mel import log_mel
from generation.engines.pocket.shapes import HOP, SAMPLES_PER_FRAME
from training.losses import KL_WEIGHT, mel_loss, picture_loss, wave_loss
from training.networks import Networks
from training.plans import Plan
from training.trainer import Losses
from training.world import clips, scenes
from training.world.motion import move
from training.world.picture import Canvas, paint
from training.world.sound import play

STATISTICS_CLIPS = 48
# One second: the vocoder looks no further than a tenth of one.
VOCODER_MELS = 128
FPS = 16


class VideoStage:
    """Trains the video autoencoder on random spans of frames."""

    name = "video_vae"

    def __init__(self, plan: Plan, networks: Networks) -> None:
        self.plan, self.networks = plan, networks

    def losses(self, step: int, *, generator: torch.Generator) -> Losses:
        """Reconstruct one batch of spans."""
        canvas = self.plan.canvases[step % len(self.plan.canvases)]
        span = self._spans(canvas, generator)
        made = self.networks.video_vae(span)
        picture = picture_loss(made.clip.float(), span)
        divergence = made.posterior.divergence()
        parts = {"picture": float(picture.detach()), "kl": float(divergence.detach())}
        return Losses(picture + KL_WEIGHT * divergence, parts)

    def _spans(self, canvas: Canvas, generator: torch.Generator) -> Tensor:
        """Frames [B, 3, crop, H, W] from the middle of clips: motion is moved in time, so that only
        the frames that are needed are painted."""
        batch = self.plan.stages[self.name].batch
        cast = scenes.draw(batch, generator=generator).to(self.networks.device)
        motion = move(cast, frames=self.plan.frames, fps=FPS)
        start = int(torch.randint(self.plan.frames - self.plan.crop + 1, (), generator=generator))
        span = slice(start, start + self.plan.crop)
        cut = motion._replace(
            **{
                name: getattr(motion, name)[..., span]
                for name in ("x", "y", "angle", "squash", "stride", "mouth")
            }
        )
        side = self.plan.crop_px
        top = _offset(canvas.height - side, generator)
        left = _offset(canvas.width - side, generator)
        # Painted whole and then cut: the codec is convolutional, so what it learns on a part of the
        # picture holds for all of it, at a fraction of the cost.
        whole = paint(cast, cut, canvas=canvas, fps=FPS)
        return whole[..., top : top + side, left : left + side]

    @torch.no_grad()
    def finish(self) -> None:
        """Measure the latents' mean and deviation per channel on fresh clips."""
        vae = self.networks.video_vae
        generator = torch.Generator().manual_seed(self.plan.seed)
        latents = []
        for _ in range(STATISTICS_CLIPS // 8):
            made = clips.draw(
                8, generator=generator, canvas=self.plan.canvases[0], frames=self.plan.frames
            )
            latents.append(vae.encode(made.video.to(self.networks.device)).mean)
        _set_statistics(vae, torch.cat(latents))


class SoundStage:
    """Trains the sound autoencoder on log-mel pictures of whole clips."""

    name = "sound_vae"

    def __init__(self, plan: Plan, networks: Networks) -> None:
        self.plan, self.networks = plan, networks

    def losses(self, step: int, *, generator: torch.Generator) -> Losses:
        """Reconstruct one batch of log-mel pictures."""
        del step
        vae = self.networks.sound_vae
        mel = log_mel(_sounds(self.plan, self.name, generator).to(self.networks.device))
        posterior = vae.encode(mel)
        made = vae.decode(posterior.sample()).float()
        error, divergence = mel_loss(made, mel), posterior.divergence()
        parts = {"mel": float(error.detach()), "kl": float(divergence.detach())}
        return Losses(error + KL_WEIGHT * divergence, parts)

    @torch.no_grad()
    def finish(self) -> None:
        """Measure the latents' mean and deviation per channel on fresh sounds."""
        generator = torch.Generator().manual_seed(self.plan.seed)
        sounds = [_sounds(self.plan, self.name, generator) for _ in range(8)]
        mel = log_mel(torch.cat(sounds).to(self.networks.device))
        _set_statistics(self.networks.sound_vae, self.networks.sound_vae.encode(mel).mean)


class VocoderStage:
    """Trains the vocoder, half on true log-mel and half on what the sound autoencoder makes of
    it."""

    name = "vocoder"

    def __init__(self, plan: Plan, networks: Networks) -> None:
        self.plan, self.networks = plan, networks

    def losses(self, step: int, *, generator: torch.Generator) -> Losses:
        """Turn one batch of log-mel back into sound."""
        sound = _sounds(self.plan, self.name, generator).to(self.networks.device)
        mel = log_mel(sound)
        if step % 2:
            with torch.no_grad():
                vae = self.networks.sound_vae.eval()
                mel = vae.decode(vae.encode(mel).mean).float()
        sound, mel = _cut(sound, mel, generator)
        made = self.networks.vocoder(mel)
        with torch.autocast(sound.device.type, enabled=False):
            loss = wave_loss(made.float(), sound)
        return Losses(loss, {})

    def finish(self) -> None:
        """Nothing to measure."""


def _offset(room: int, generator: torch.Generator) -> int:
    return int(torch.randint(max(room, 0) + 1, (), generator=generator))


def _sounds(plan: Plan, stage: str, generator: torch.Generator) -> Tensor:
    """Fresh sounds [B, frames * 1000], without painting the pictures."""
    cast = scenes.draw(plan.stages[stage].batch, generator=generator)
    motion = move(cast, frames=plan.frames, fps=FPS)
    return play(cast, motion, samples=plan.frames * SAMPLES_PER_FRAME)


def _cut(sound: Tensor, mel: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The same random second of waveforms and of their log-mel; all of it if it is shorter."""
    start = _offset(mel.shape[-1] - VOCODER_MELS, generator)
    span = slice(start, start + VOCODER_MELS)
    return sound[:, start * HOP : (start + VOCODER_MELS) * HOP], mel[..., span]


def _set_statistics(vae: torch.nn.Module, latents: Tensor) -> None:
    over = [axis for axis in range(latents.ndim) if axis != 1]
    vae.get_buffer("latents_mean").copy_(latents.mean(over))
    vae.get_buffer("latents_std").copy_(latents.std(over).clamp_min(1e-3))
