"""Whether picture and sound agree on when things happen."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

NEAR_S = 0.25
HIT_S = 0.0625


def offsets(seen: Sequence[float], heard: Sequence[float]) -> list[float]:
    """Match two event lists one to one, nearest first, within 250 ms: heard minus seen, in
    seconds."""
    pairs = sorted(
        (abs(h - s), i, j)
        for i, s in enumerate(seen)
        for j, h in enumerate(heard)
        if abs(h - s) <= NEAR_S
    )
    used_seen: set[int] = set()
    used_heard: set[int] = set()
    found = []
    for _, i, j in pairs:
        if i not in used_seen and j not in used_heard:
            used_seen.add(i)
            used_heard.add(j)
            found.append(heard[j] - seen[i])
    return found


def hits(found: Sequence[float]) -> int:
    """How many matches lie within one picture frame."""
    return sum(abs(offset) <= HIT_S for offset in found)


def loudness(sound: Tensor, *, frames: int) -> Tensor:
    """RMS of float32 [S] in a window one frame wide, centred on each frame's instant: [frames]."""
    per_frame = sound.shape[0] // frames
    half = per_frame // 2
    padded = torch.nn.functional.pad(sound.square()[None, None], (half, half))
    power = torch.nn.functional.avg_pool1d(padded, per_frame, per_frame)
    return power[0, 0, :frames].sqrt()


def mouth(video: Tensor) -> Tensor:
    """Opening of the mouth in float32 [3, T, H, W]: share of pixels in the mouth's dark red,
    [T]."""
    picture = (video + 1) / 2
    red, green, blue = picture
    is_mouth = (red > 0.2) & (red < 0.45) & (green < 0.2) & (blue < 0.22) & (red > 1.6 * green)
    return is_mouth.float().mean((1, 2))


def correlation(a: Tensor, b: Tensor) -> float:
    """Pearson's r of two [T]; NaN if either does not change."""
    a, b = a - a.mean(), b - b.mean()
    scale = a.norm() * b.norm()
    return float((a * b).sum() / scale) if float(scale) > 1e-6 else float("nan")
