"""When sounds begin, heard from the waveform alone."""

from __future__ import annotations

import torch
from torch import Tensor

from generation.engines.pocket.shapes import SAMPLE_RATE_HZ

WINDOW = 512
HOP = 80
APART_S = 0.1
# Rises of less than this share of the clip's largest are reverberation or noise.
SHARE = 0.25
QUIET = 1e-3


def onsets(sound: Tensor) -> list[float]:
    """Find onsets in float32 [S] at 16 kHz, in seconds: peaks of log-spectral flux, 5 ms apart at
    best.

    A window is charged to its centre plus half the analysis lead, calibrated on struck sounds so
    that the median offset on the truth is zero.
    """
    if float(sound.abs().max()) < QUIET:
        return []
    flux = _flux(sound)
    floor = max(SHARE * float(flux.max()), 1.5 * float(flux.std()))
    times: list[float] = []
    for index in _peaks(flux, floor):
        time = (index * HOP + LEAD) / SAMPLE_RATE_HZ
        if not times or time - times[-1] >= APART_S:
            times.append(time)
    return times


# The flux peaks when the front of the window has just passed the onset; see `onsets`.
LEAD = 200


def _flux(sound: Tensor) -> Tensor:
    padded = torch.nn.functional.pad(sound, (WINDOW // 2, WINDOW // 2))
    spectrum = torch.stft(
        padded, WINDOW, HOP, window=torch.hann_window(WINDOW), center=False, return_complex=True
    )
    level = (spectrum.abs() + 1e-2).log()
    rise = level.diff(dim=1).clamp(min=0).sum(0)
    return (rise - rise.median()).clamp(min=0)


def _peaks(flux: Tensor, floor: float) -> list[int]:
    middle = flux[1:-1]
    is_peak = (middle >= flux[:-2]) & (middle > flux[2:]) & (middle >= floor)
    return [int(i) + 1 for i in is_peak.nonzero()[:, 0]]
