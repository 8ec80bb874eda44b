"""What a clip keeps when it is coded and decoded: the ceiling of everything that follows, and a
gate."""

from __future__ import annotations

import math

import torch

from generation.engines.pocket import vocabulary
from generation.engines.pocket.arithmetic import fast_arithmetic
from generation.engines.pocket.captions import Facts
from generation.engines.pocket.mel import log_mel
from generation.engines.pocket.shapes import FPS
from training.latents import padded_mel
from training.metrics.timing import hits, offsets
from training.metrics.tracking import TRACKABLE, contacts, track
from training.networks import Networks
from training.plans import Plan
from training.world import clips, scenes

PROBES = 24


class GateError(Exception):
    """The codecs are not good enough for a transformer to be trained on their latents."""


def measure(plan: Plan, networks: Networks, *, probes: int = PROBES) -> dict[str, float]:
    """Round-trip held-out clips with one bouncing actor: picture PSNR in dB, mean log-mel error,
    and the share of seen impacts that are still seen within one frame of the same instant."""
    made = clips.perform(
        bouncing(probes, seed=plan.seed), canvas=plan.canvases[0], frames=plan.frames
    )
    coded = recoded(networks, made)
    error = (coded.video - made.video).square().mean(dim=(1, 2, 3, 4)) / 4
    sound_error = (log_mel(coded.sound) - log_mel(made.sound)).abs().mean()
    seen, kept = 0, 0
    for facts, before, after in zip(made.scenes.facts(), made.video, coded.video, strict=True):
        pigment = vocabulary.PIGMENTS[facts.colour]
        true = contacts(track(before, pigment=pigment).height, fps=FPS)
        seen += len(true)
        kept += hits(offsets(true, contacts(track(after, pigment=pigment).height, fps=FPS)))
    return {
        "picture_db": -10 * math.log10(float(error.mean())),
        "mel_error": float(sound_error),
        "sync_share": kept / max(seen, 1),
    }


@torch.no_grad()
def recoded(networks: Networks, made: clips.Clips) -> clips.Clips:
    """Pass clips through both autoencoders and the vocoder."""
    device = networks.device
    videos, sounds = [], []
    for start in range(0, made.video.shape[0], 8):
        part = slice(start, start + 8)
        with fast_arithmetic(device):
            vae = networks.video_vae.eval()
            videos.append(vae.decode(vae.encode(made.video[part].to(device)).mean).float().cpu())
            mel = padded_mel(networks, made.sound[part].to(device))
            sound_vae = networks.sound_vae.eval()
            heard = sound_vae.decode(sound_vae.encode(mel).mean)
            waves = networks.vocoder.eval()(heard.float())[:, : made.sound.shape[1]]
        sounds.append(waves.float().cpu())
    return made._replace(video=torch.cat(videos).clamp(-1, 1), sound=torch.cat(sounds).clamp(-1, 1))


def bouncing(count: int, *, seed: int) -> scenes.Scenes:
    """Held-out scenes in which one large thing bounces in clear daylight."""
    generator = torch.Generator().manual_seed(seed)
    facts: list[Facts] = []
    while len(facts) < count:
        facts += [
            some._replace(how_many=1, weather="clear", time="day", size="big")
            for some in scenes.draw(64, generator=generator, held_out=True).facts()
            if some.action == "bounce" and some.place != "moon" and some.colour in TRACKABLE
        ]
    return scenes.scenes_of(facts[:count], generator=generator)


def check(plan: Plan, found: dict[str, float]) -> None:
    """Raise GateError unless the round trip is good enough, naming what is missing."""
    gates = plan.gates
    faults = []
    if found["picture_db"] < gates.picture_db:
        faults.append(f"picture {found['picture_db']:.1f} dB, needs {gates.picture_db}")
    if found["mel_error"] > gates.mel_error:
        faults.append(f"log-mel error {found['mel_error']:.3f}, needs {gates.mel_error} at most")
    if found["sync_share"] < gates.sync_share:
        faults.append(f"impacts kept {found['sync_share']:.2f}, needs {gates.sync_share}")
    if faults:
        raise GateError("codec round trip: " + "; ".join(faults))
