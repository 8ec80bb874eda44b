"""What is given beside the text, and how it becomes tokens that are already known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from generation.engines.pocket.mel import log_mel
from generation.engines.pocket.shapes import FPS, VideoLatentShape
from generation.engines.pocket.sound_vae import PocketSoundVAE
from generation.engines.pocket.video_vae import PocketVideoVAE

# Known steps at the start of an extension: the last nine frames, enough for speed and direction.
OVERLAP_STEPS = 2


class Shot(NamedTuple):
    """A part of the clip with its own text, in seconds from the start."""

    prompt: str
    start_s: float
    end_s: float


class Clip(NamedTuple):
    """A given clip: `video` float32 [3, T, H, W] in -1..1, `sound` float32 [T * 1000] at 16 kHz or
    None."""

    video: Tensor
    sound: Tensor | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """Everything that a clip can be asked to agree with. Empty means: from the text alone.

    `stills`: frame number, -1 for the last, to float32 [3, H, W] in -1..1. A still in the middle or
    at the end holds for the eight frames of its latent.
    `extends`: the clip that this one goes on from; its last nine frames come back as the first.
    `source`: the clip that is remixed, or re-rendered where `mask` (bool [T, H, W]) is true.
    `strength`: 0 keeps the source, 1 only its mask. `references`: stills float32 [3, H, W] of who
    appears. `envelope`: loudness of the voice per frame, 0..1. `track`: sound to make a picture to.
    """

    stills: Mapping[int, Tensor] = field(default_factory=dict)
    extends: Clip | None = None
    source: Clip | None = None
    mask: Tensor | None = None
    strength: float = 1.0
    references: tuple[Tensor, ...] = ()
    envelope: Tensor | None = None
    track: Tensor | None = None
    shots: tuple[Shot, ...] = ()


class Known(NamedTuple):
    """Clean latents and which of them are to be made: 1 is to be made, 0 is given.

    `video` [1, C, T, h, w], `video_fresh` [1, T, h, w], `sound` [1, C', S], `sound_fresh` [1, S],
    `start` the noise level that sampling begins at.
    """

    video: Tensor
    video_fresh: Tensor
    sound: Tensor
    sound_fresh: Tensor
    start: float


class Codecs(NamedTuple):
    """The two autoencoders that conditions are coded with."""

    video: PocketVideoVAE
    sound: PocketSoundVAE


def known(
    conditions: Conditions,
    *,
    shape: VideoLatentShape,
    sound_channels: int,
    steps: int,
    codecs: Codecs,
) -> Known:
    """Code what is given. Later conditions win over earlier ones: source, extension, stills,
    track."""
    device = codecs.video.latents_mean.device
    video = torch.zeros(1, *shape[1:], device=device)
    fresh = torch.ones(1, *shape[2:], device=device)
    sound = torch.zeros(1, sound_channels, steps, device=device)
    sound_fresh = torch.ones(1, steps, device=device)
    found = Known(video, fresh, sound, sound_fresh, 1.0)
    if conditions.source is not None:
        found = _from_source(found, conditions, conditions.source, codecs)
    if conditions.extends is not None:
        _give_tail(found, conditions.extends, codecs)
    for number, still in conditions.stills.items():
        _give_still(found, number, (still, codecs))
    if conditions.track is not None:
        found.sound[:] = code_sound(conditions.track, codecs.sound, steps=steps)
        found.sound_fresh[:] = 0
    return found


def code_video(video: Tensor, vae: PocketVideoVAE) -> Tensor:
    """Normalised latents [1, C, 1+k, h, w] of float32 [3, 1+8k, H, W]."""
    return vae.normalise(vae.encode(video[None].to(vae.latents_mean.device)).mean)


def code_sound(sound: Tensor, vae: PocketSoundVAE, *, steps: int) -> Tensor:
    """Normalised latents [1, C, steps] of float32 [S], cut or padded with silence."""
    mel = log_mel(sound[None].to(vae.latents_mean.device))
    short = steps * vae.hop_mels - mel.shape[-1]
    mel = (
        F.pad(mel, (0, short), mode="replicate") if short > 0 else mel[..., : steps * vae.hop_mels]
    )
    return vae.normalise(vae.encode(mel).mean)


def code_references(stills: tuple[Tensor, ...], vae: PocketVideoVAE) -> Tensor:
    """Tokens [1, slots * rows * columns, C] of identity stills."""
    coded = [code_video(still[:, None], vae).flatten(2).transpose(1, 2) for still in stills]
    return torch.cat(coded, dim=1)


def spans(conditions: Conditions, *, words: int) -> Tensor | None:
    """Frames that each shot's words apply to: float32 [1, shots * words, 2], or None without
    shots."""
    if not conditions.shots:
        return None
    rows = [(shot.start_s * FPS, shot.end_s * FPS) for shot in conditions.shots]
    return torch.tensor(rows).repeat_interleave(words, dim=0)[None]


def blend(made: Tensor, conditions: Conditions, *, feather_px: int = 4) -> Tensor:
    """Put the untouched pixels of a masked source back, exactly, with a soft edge inside the
    mask."""
    if conditions.mask is None or conditions.source is None:
        return made
    outside = (~conditions.mask).float()[None]
    kernel = 2 * feather_px + 1
    # Growing the outside inwards before smoothing leaves every pixel outside the mask at weight 1.
    grown = F.max_pool2d(outside, kernel, 1, feather_px)
    soft = F.avg_pool2d(grown, kernel, 1, feather_px, count_include_pad=False)
    weight = torch.maximum(soft, outside).to(made.device)
    return torch.lerp(made, conditions.source.video.to(made.device), weight)


def _from_source(found: Known, conditions: Conditions, source: Clip, codecs: Codecs) -> Known:
    found.video[:] = code_video(source.video, codecs.video)
    if source.sound is not None:
        found.sound[:] = code_sound(source.sound, codecs.sound, steps=found.sound.shape[-1])
    if conditions.mask is not None:
        found.video_fresh[:] = _coarse(conditions.mask, found.video_fresh.shape[1:])
        _give_sound_outside(found)
    return found._replace(start=conditions.strength)


def _coarse(mask: Tensor, grid: torch.Size) -> Tensor:
    """A latent is to be made if any of its pixels is, in any of its frames, or in a neighbour's."""
    steps, rows, columns = grid
    by_step = [mask[:1].any(0), *(part.any(0) for part in mask[1:].chunk(steps - 1))]
    stacked = torch.stack(by_step).float()[:, None]
    coarse = F.adaptive_max_pool2d(stacked, (rows, columns))
    return F.max_pool2d(coarse, 3, 1, 1)[:, 0]


def _give_sound_outside(found: Known) -> None:
    """Keep the sound of moments at which nothing of the picture is re-made."""
    made = found.video_fresh.amax((2, 3))
    steps = found.sound_fresh.shape[1]
    found.sound_fresh[:] = F.interpolate(made[:, None], steps, mode="nearest")[:, 0]


def _give_tail(found: Known, tail: Clip, codecs: Codecs) -> None:
    time = codecs.video.compression.time
    frames = 1 + (OVERLAP_STEPS - 1) * time
    if tail.video.shape[1] < frames:
        raise ValueError(f"a clip to extend needs {frames} frames, got {tail.video.shape[1]}")
    found.video[:, :, :OVERLAP_STEPS] = code_video(tail.video[:, -frames:], codecs.video)
    found.video_fresh[:, :OVERLAP_STEPS] = 0
    if tail.sound is None:
        return
    steps = int(frames // codecs.sound.frames_per_step)
    per_frame = tail.sound.shape[0] // tail.video.shape[1]
    last = tail.sound[-frames * per_frame :]
    found.sound[..., :steps] = code_sound(last, codecs.sound, steps=steps)
    found.sound_fresh[:, :steps] = 0


def _give_still(found: Known, number: int, what: tuple[Tensor, Codecs]) -> None:
    still, codecs = what
    time = codecs.video.compression.time
    steps = found.video.shape[2]
    index = number if number >= 0 else (steps - 1) * time
    step = -(-index // time)
    if step >= steps:
        raise ValueError(f"frame {number} is past the end of the clip")
    # The first latent is one frame; any other is the still held for its eight frames.
    held = still[:, None].expand(-1, 1 if step == 0 else 1 + time, -1, -1)
    found.video[:, :, step] = code_video(held, codecs.video)[:, :, -1]
    found.video_fresh[:, step] = 0
