"""The two sound tracks of a clip: what is delivered, and what is kept."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from core.media import loudness
from core.media.encoding import SOUND_RATE_HZ, write_sound
from core.media.errors import MediaError
from core.media.loudness import Loudness, Sound

_AXES = 2
# Lossy coding overshoots, by half a decibel for music and by more than two for a hard knock. So the
# first try leaves room for music, and a second one for what was then measured.
_HEADROOM_DB = 0.6
_MORE_HEADROOM_DB = 0.3
_TRIES = 3


def fitted(sound: Sound, *, seconds: float, sample_rate_hz: int) -> Sound:
    """Cut or pad float32 [C, S] to the length of the pictures.

    Raises MediaError if it has another shape or is more than a second off.
    """
    samples = round(seconds * sample_rate_hz)
    if sound.ndim != _AXES or abs(sound.shape[1] - samples) > sample_rate_hz:
        raise MediaError(f"The sound has shape {sound.shape}, not [2, {samples}].")
    length = min(samples, sound.shape[1])
    exact = np.zeros((sound.shape[0], samples), dtype=np.float32)
    exact[:, :length] = sound[:, :length]
    return exact


def write_delivered(path: Path, sound: Sound, *, sample_rate_hz: int) -> Loudness:
    """Write the sound at even loudness as AAC; measure what a listener's decoder makes of it.

    Coded again with a lower ceiling while its peaks pass -1 dBTP.
    """
    ceiling = loudness.CEILING_DBTP - _HEADROOM_DB
    level = Loudness(-np.inf, -np.inf)
    for _ in range(_TRIES):
        even = loudness.normalize(sound, sample_rate_hz=sample_rate_hz, ceiling_dbtp=ceiling)
        write_sound(path, even, sample_rate_hz=sample_rate_hz)
        level = loudness.measure(_decoded(path), sample_rate_hz=SOUND_RATE_HZ)
        over = level.true_peak_dbtp - loudness.CEILING_DBTP
        if over <= 0:
            break
        ceiling -= over + _MORE_HEADROOM_DB
    return level


def write_kept(path: Path, sound: Sound, *, sample_rate_hz: int) -> None:
    """Write the sound as it came, lossless, for later edits."""
    write_sound(path, sound, sample_rate_hz=sample_rate_hz, codec="flac")


def _decoded(path: Path) -> npt.NDArray[np.float32]:
    with av.open(str(path)) as container:
        pieces = [frame.to_ndarray() for frame in container.decode(audio=0)]
    return np.concatenate(pieces, axis=1) if pieces else np.zeros((2, 0), dtype=np.float32)
