"""Measure the sound of the diorama: what each kind is like, how it keeps time, what it costs.

    python -m bench.sound [--kinds] [--pictures FOLDER]

Onset detector and targets: log-spectral flux at 16 kHz, 5 ms steps; mouth correlation at lag zero.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import signal

from generation.engines.diorama.sound import play
from generation.engines.diorama.sound.beds import BEDS
from generation.engines.diorama.sound.calls import CALLS
from generation.engines.diorama.sound.effects import EFFECTS
from generation.engines.diorama.sound.harmony import MOODS
from generation.engines.diorama.sound.impacts import GROUNDS
from generation.engines.diorama.sound.machines import MACHINES
from generation.engines.diorama.sound.mixing import true_peak
from generation.engines.diorama.sound.spec import Played, Score, SoundBed, SoundEvent, SpokenLine

RATE = 48_000
FPS = 24
HIT_S = 0.06
LINE = SpokenLine("Hello there! Look at the rain, it is wonderful.", "dog", 0.4, 7)
BOUNCES = tuple(
    SoundEvent(0.35 + 0.42 * k, "impact", "ball", strength, "wet", pan=0.2 * k - 0.8)
    for k, strength in enumerate((1.0, 0.8, 0.65, 0.9, 0.5, 0.4, 0.7, 0.3, 0.85, 0.6))
)

TYPICAL = {
    "ball in the rain": Score(5, FPS, 1, BOUNCES, (SoundBed("rain", 0.5, 0, 5),)),
    "dog runs, music": Score(
        5,
        FPS,
        2,
        (
            *(SoundEvent(0.1 + 0.18 * k, "footstep", "dog", 0.5, "grass") for k in range(26)),
            SoundEvent(2.0, "call", "dog"),
        ),
        (SoundBed("birds", 0.4, 0, 5),),
        music="happy",
    ),
    "a line over a storm": Score(
        5, FPS, 3, (), (SoundBed("storm", 0.6, 0, 5),), (LINE,), music="epic"
    ),
}


def main() -> None:
    """Print the tables that were asked for; draw spectrograms where a folder is given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", action="store_true", help="one line per kind of sound")
    parser.add_argument("--pictures", type=Path, help="folder for spectrograms")
    asked = parser.parse_args()
    print(f"{'score':22s} {'ms CPU/s':>9s} {'RMS dB':>7s} {'peak dB':>8s}")
    for name, score in TYPICAL.items():
        print(f"{name:22s} {cost_line(score)}")
    print(f"onsets in rain        {onset_line()}")
    print(f"mouth                 {mouth_line()}")
    print(f"silence after a blow  {silence_db():.0f} dB (target under -50)")
    for name, score in every_kind() if asked.kinds else ():
        print(f"{name:22s} {kind_line(play(score))}")
    if asked.pictures:
        asked.pictures.mkdir(parents=True, exist_ok=True)
        for name, score in (*TYPICAL.items(), *every_kind()):
            picture = spectrogram(play(score).sound.mean(axis=0))
            picture.save(asked.pictures / f"{name.replace(' ', '-')}.png")


def cost_line(score: Score) -> str:
    """Measure CPU per second of sound (best of three), loudness and true peak."""
    spent = []
    for _ in range(3):
        started = time.process_time()
        played = play(score)
        spent.append(time.process_time() - started)
    peak = 20 * np.log10(true_peak(played.sound))
    return f"{1000 * min(spent) / score.seconds:9.0f} {decibels(played.sound):7.1f} {peak:8.2f}"


def onset_line() -> str:
    """Compare onsets found in the sound with the blows of the score."""
    score = TYPICAL["ball in the rain"]
    found = onsets_s(play(score).sound.mean(axis=0))
    offsets = [min((f - e.at_s for f in found), key=abs) for e in score.events]
    hits = [offset for offset in offsets if abs(offset) <= HIT_S]
    recall, precision = len(hits) / len(offsets), len(hits) / max(1, len(found))
    median = 1000 * float(np.median(hits)) if hits else float("nan")
    return f"recall {recall:.2f} precision {precision:.2f} median offset {median:+.1f} ms"


def mouth_line() -> str:
    """Correlate the mouth with the loudness of each frame, in the voice alone and under music."""
    alone = Score(5, FPS, 3, lines=(LINE,))
    results = []
    for score in (alone, TYPICAL["a line over a storm"]):
        played = play(score)
        mono = played.sound.mean(axis=0)[: 5 * RATE].reshape(5 * FPS, -1)
        loudness = np.sqrt((mono.astype(np.float64) ** 2).mean(axis=1))
        results.append(float(np.corrcoef(played.mouths["dog"], loudness)[0, 1]))
    return f"r {results[0]:.3f} alone, {results[1]:.3f} under storm and music (target 0.9 alone)"


def silence_db() -> float:
    """Measure what is left two seconds after a blow."""
    sound = play(Score(4, FPS, 1, (SoundEvent(0.5, "impact", "ball", 1.0),))).sound
    return decibels(sound[:, round(2.5 * RATE) :])


def onsets_s(wave: npt.NDArray[np.float32]) -> list[float]:
    """Find onsets by log-spectral flux: peaks over a quarter of the highest, 100 ms apart."""
    slow = signal.resample_poly(wave, 1, 3)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(slow, 256), 512)[::80]
    # Divided by the sum of the window; what is far below -40 dB of full scale counts little.
    logged = np.log1p(100 * np.abs(np.fft.rfft(frames * np.hanning(512), axis=1)) / 256)
    flux = np.maximum(0, np.diff(logged, axis=0)).sum(axis=1)
    flux = np.maximum(0, flux - np.median(flux))
    least = max(0.25 * flux.max(), 1.5 * flux.std())
    peaks, _ = signal.find_peaks(flux, height=least, distance=20)
    return [float(peak + 1) * 0.005 for peak in peaks]


def every_kind() -> Iterator[tuple[str, Score]]:
    """Give a short score for everything the engine knows."""
    for kind in BEDS:
        yield f"bed {kind}", Score(3, FPS, 1, beds=(SoundBed(kind, 0.6, 0, 3),))
    for source in (*CALLS, *MACHINES):
        yield f"call {source}", Score(2.5, FPS, 1, (SoundEvent(0.1, "call", source),))
    for kind in EFFECTS:
        yield kind, Score(2, FPS, 1, (SoundEvent(0.1, kind, "ball"),))
    for ground in GROUNDS:
        hit = SoundEvent(0.1, "impact", "ball", material=ground)
        yield f"hit {ground}", Score(1, FPS, 1, (hit,))
        yield f"step {ground}", Score(1, FPS, 1, (hit._replace(kind="footstep"),))
    for mood in MOODS:
        yield f"music {mood}", Score(6, FPS, 1, music=mood)


def kind_line(played: Played) -> str:
    """Describe one sound: loudness, peak, centre of its spectrum."""
    mono = played.sound.mean(axis=0).astype(np.float64)
    power = np.abs(np.fft.rfft(mono)) ** 2
    centre = (power * np.fft.rfftfreq(len(mono), 1 / RATE)).sum() / (power.sum() + 1e-12)
    peak = 20 * np.log10(float(np.abs(played.sound).max()) + 1e-9)
    return f"RMS {decibels(played.sound):6.1f} dB  peak {peak:6.1f} dB  centre {centre:6.0f} Hz"


def decibels(sound: npt.NDArray[np.float32]) -> float:
    """Give the RMS level of a sound in dB of full scale."""
    return float(20 * np.log10(np.sqrt((sound.astype(np.float64) ** 2).mean()) + 1e-9))


def spectrogram(wave: npt.NDArray[np.float32]) -> Image.Image:
    """Draw 0 to 12 kHz upwards over time, 75 dB from black to white."""
    size, hop = 1024, max(64, len(wave) // 1200)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(wave, size // 2), size)[::hop]
    bins = np.abs(np.fft.rfft(frames * np.hanning(size), axis=1))[:, : size // 4]
    level = 20 * np.log10(bins + 1e-7)
    grey = np.clip((level - level.max() + 75) / 75 * 255, 0, 255).astype(np.uint8)
    return Image.fromarray(grey.T[::-1]).resize((1200, 512), Image.Resampling.BILINEAR)


if __name__ == "__main__":
    main()
