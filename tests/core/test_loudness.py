"""Loudness: the standard's own test tones, and what is delivered."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from core.media import loudness
from core.media.soundtracks import write_delivered
from tests.core.footage import RATE_HZ, knocks


def _tone(
    decibels: float, *, rate_hz: int = RATE_HZ, seconds: float = 5
) -> npt.NDArray[np.float32]:
    at = np.arange(round(seconds * rate_hz)) / rate_hz
    wave = 10 ** (decibels / 20) * np.sin(2 * np.pi * 1000 * at)
    return np.stack([wave, wave]).astype(np.float32)


@pytest.mark.parametrize("rate_hz", [24_000, 44_100, 48_000])
@pytest.mark.parametrize("decibels", [-23, -33])
def test_a_stereo_tone_reads_as_ebu_tech_3341_says(decibels: int, rate_hz: int) -> None:
    measured = loudness.measure(_tone(decibels, rate_hz=rate_hz), sample_rate_hz=rate_hz)
    assert measured.integrated_lufs == pytest.approx(decibels, abs=0.1)


def test_quiet_stretches_do_not_count() -> None:
    sound = np.concatenate([_tone(-36), _tone(-23, seconds=20), _tone(-36)], axis=1)
    measured = loudness.measure(sound, sample_rate_hz=RATE_HZ)
    assert measured.integrated_lufs == pytest.approx(-23, abs=0.1)


def test_a_peak_between_samples_is_seen() -> None:
    at = np.arange(RATE_HZ)
    wave = np.sin(2 * np.pi * at / 4 + np.pi / 4).astype(np.float32)[None]
    assert np.abs(wave).max() == pytest.approx(0.707, abs=0.01)
    assert loudness.measure(wave, sample_rate_hz=RATE_HZ).true_peak_dbtp == pytest.approx(
        0, abs=0.3
    )


@pytest.mark.parametrize("level", [0.05, 0.3, 1.0])
def test_any_sound_comes_out_at_14_lufs_below_1_dbtp_after_coding(
    level: float, tmp_path: Path
) -> None:
    write_delivered(tmp_path / "a.mp4", knocks(3, level=level), sample_rate_hz=RATE_HZ)
    with av.open(str(tmp_path / "a.mp4")) as container:
        coded = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    measured = loudness.measure(coded, sample_rate_hz=RATE_HZ)
    assert measured.integrated_lufs == pytest.approx(-14, abs=0.5)
    assert measured.true_peak_dbtp <= -1.0


def test_one_knock_in_silence_is_not_flattened() -> None:
    sound = np.zeros((2, 3 * RATE_HZ), dtype=np.float32)
    sound[:, RATE_HZ : RATE_HZ + 200] = 0.9
    even = loudness.normalize(sound, sample_rate_hz=RATE_HZ)
    assert loudness.measure(even, sample_rate_hz=RATE_HZ).true_peak_dbtp <= -0.98


@pytest.mark.parametrize("samples", [0, 100, RATE_HZ])
def test_silence_stays_silence(samples: int) -> None:
    silence = np.zeros((2, samples), dtype=np.float32)
    even = loudness.normalize(silence, sample_rate_hz=RATE_HZ)
    assert not even.any()
    assert loudness.measure(even, sample_rate_hz=RATE_HZ).integrated_lufs == -np.inf


def test_hiss_is_left_alone() -> None:
    hiss = np.random.default_rng(1).normal(0, 2e-4, (2, RATE_HZ)).astype(np.float32)
    even = loudness.normalize(hiss, sample_rate_hz=RATE_HZ)
    assert np.array_equal(even, hiss)
