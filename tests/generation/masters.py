"""Clips to start from: small MP4 files with pictures and sound."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

SOUND_RATE_HZ = 48_000


def write_master(
    path: Path, *, frames: int = 24, fps: int = 24, size: tuple[int, int] = (72, 128), hue: int = 0
) -> Path:
    """Write a clip whose brightness rises frame by frame, with a tone. Returns `path`."""
    width, height = size
    with av.open(str(path), "w", format="mp4") as container:
        video = container.add_stream("libx264", rate=fps, options={"crf": "4"})
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        sound = container.add_stream("aac", rate=SOUND_RATE_HZ, layout="stereo")
        for number in range(frames):
            picture = np.full((height, width, 3), 40 + number * 6, np.uint8)
            picture[: height // 2, :, hue] = 220
            container.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(video.encode())
        at = np.arange(round(frames / fps * SOUND_RATE_HZ)) / SOUND_RATE_HZ
        tone = np.tile(0.3 * np.sin(2 * np.pi * 330 * at), (2, 1)).astype(np.float32)
        frame = av.AudioFrame.from_ndarray(tone, format="fltp", layout="stereo")
        frame.sample_rate = SOUND_RATE_HZ
        container.mux(sound.encode(frame))
        container.mux(sound.encode())
    return path
