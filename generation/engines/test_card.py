"""A test card with a moving bar and a tone: the cheapest engine that does everything an engine
does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from generation.engines import EngineError, Report
from generation.spec import Canvas, Frame, Limits, Rendered, RenderSpec, Sound

SAMPLE_RATE_HZ = 48_000
# Hue order of the EBU colour bars, at 75 % amplitude.
_BARS = ((191, 191, 191), (191, 191, 0), (0, 191, 191), (0, 191, 0), (191, 0, 191), (191, 0, 0))


class TestCard:
    """Colour bars whose order, bar position and tone follow from prompt and seed.

    For development and tests of everything around engines: `canvas` makes it small and quick. A
    prompt with the words "fails for good" or "fails once more" raises the corresponding
    EngineError.
    """

    __test__: ClassVar[bool] = False  # pytest: not a test class
    name = "test-card"
    limits = Limits(
        shapes=("portrait", "landscape", "square"),
        seconds_min=0.5,
        seconds_max=20,
        fps=(24, 30),
        prompt_chars_max=2000,
        cast_max=3,
        has_sound=True,
        accepts_source=True,
    )

    def __init__(self, canvas: tuple[int, int] | None = None) -> None:
        self._canvas = None if canvas is None else Canvas(*canvas)

    def render(self, spec: RenderSpec, *, report: Report) -> Rendered:
        if "fails for good" in spec.prompt:
            raise EngineError("The test card refuses this prompt.", permanent=True)
        if "fails once more" in spec.prompt:
            raise EngineError("The test card is having a bad day.")
        canvas = self._canvas or spec.canvas
        return Rendered(
            frames=_frames(spec, canvas, report),
            frame_count=spec.frames,
            fps=spec.fps,
            canvas=canvas,
            sound=_tone(spec),
            sample_rate_hz=SAMPLE_RATE_HZ,
            engine=self.name,
            weights_digest="",
            caption=f"test card: {spec.prompt}",
            understood={"seed": spec.seed},
        )


def _frames(spec: RenderSpec, canvas: Canvas, report: Report) -> Iterator[Frame]:
    rng = np.random.default_rng(spec.seed)
    bars = rng.permutation(np.array(_BARS, np.uint8))
    columns = np.arange(canvas.width) * len(bars) // canvas.width
    still = np.broadcast_to(bars[columns], (canvas.height, canvas.width, 3))
    width = max(2, canvas.width // 12)
    for index in range(spec.frames):
        frame = still.copy()
        left = int((canvas.width - width) * index / max(1, spec.frames - 1))
        frame[canvas.height // 3 : 2 * canvas.height // 3, left : left + width] = 255
        yield frame
        report(index + 1, spec.frames)


def _tone(spec: RenderSpec) -> Sound:
    count = round(spec.frames / spec.fps * SAMPLE_RATE_HZ)
    pitch_hz = 220.0 * 2 ** (spec.seed % 24 / 12)
    wave = 0.2 * np.sin(2 * np.pi * pitch_hz * np.arange(count) / SAMPLE_RATE_HZ)
    return np.stack([wave, wave]).astype(np.float32)
