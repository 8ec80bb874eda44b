"""Loaded weights at work: windows of a clip, remix sources, progress. The only door to torch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np
import numpy.typing as npt
import torch
from diffusers.utils.logging import disable_progress_bar

from generation.engines import EngineError, Report
from generation.engines.diorama.grammar import parse
from generation.engines.pocket.captions import adapt, caption
from generation.engines.pocket.conditions import OVERLAP_STEPS, Clip, Conditions
from generation.engines.pocket.guidance import Sampling
from generation.engines.pocket.pipeline import OnStep, PocketOutput, PocketPipeline, Size
from generation.engines.pocket.shapes import FPS, SAMPLES_PER_FRAME, frames_on_grid
from generation.spec import RenderSpec, Shape, Source

RECIPE = "recipe.json"


class Made(NamedTuple):
    """A whole clip: uint8 [T, H, W, 3] at 16 fps, float32 [T * 1000] at 16 kHz, and the sampling
    steps that it took."""

    frames: npt.NDArray[np.uint8]
    sound: npt.NDArray[np.float32]
    understood: dict[str, str]
    steps: int


class Sampler:
    """A pipeline with the sizes and sampling that its weights were exported for."""

    def __init__(self, folder: Path, *, digest: str, steps: int | None = None) -> None:
        self.digest = digest
        recipe = json.loads((folder / RECIPE).read_text())
        self.canvases: dict[Shape, tuple[int, int]] = {
            shape: (height, width) for shape, (height, width) in recipe["canvases"].items()
        }
        self.window: int = recipe["frames"]
        self.sampling = Sampling(
            steps=steps or recipe["steps"],
            guidance=recipe["guidance"],
            is_distilled=recipe["is_distilled"],
        )
        device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        disable_progress_bar()
        # Weights rest in half precision; the arithmetic's precision is this machine's choice.
        self.pipeline = PocketPipeline.from_pretrained(
            folder, local_files_only=True, dtype=torch.float32
        ).to(device)
        self.pipeline.set_progress_bar_config(disable=True)

    def make(self, spec: RenderSpec, *, text: str, report: Report) -> Made:
        """Sample as many windows as `spec` is long, each going on from the one before."""
        if spec.shape not in self.canvases:
            raise EngineError(f"these weights cannot make {spec.shape} clips", permanent=True)
        height, width = self.canvases[spec.shape]
        count = self._windows(spec)
        source = self._source(spec.source, spec) if spec.source else None
        parts: list[PocketOutput] = []
        for number in range(count):
            conditions = self._conditions(parts, source)
            parts.append(
                self.pipeline(
                    text,
                    size=Size(height, width, self.window),
                    seed=spec.seed + number,
                    conditions=conditions,
                    sampling=self.sampling,
                    on_step=self._progress(report, number, (count, spec.frames)),
                )
            )
        return _joined(parts, overlap=self._overlap)._replace(steps=count * self.sampling.steps)

    @staticmethod
    def _progress(report: Report, window: int, planned: tuple[int, int]) -> OnStep:
        """Count this window's steps among all windows' and the frames that come after them."""
        windows, frames = planned

        def on_step(done: int, steps: int) -> None:
            report(window * steps + done, windows * steps + frames)

        return on_step

    @property
    def _overlap(self) -> int:
        return 1 + (OVERLAP_STEPS - 1) * int(self.pipeline.video_vae.compression.time)

    def _windows(self, spec: RenderSpec) -> int:
        time = self.pipeline.video_vae.compression.time
        frames = frames_on_grid(spec.seconds, time=time)
        return 1 + max(0, -(-(frames - self.window) // (self.window - self._overlap)))

    def _conditions(
        self, parts: list[PocketOutput], source: tuple[Clip, float] | None
    ) -> Conditions:
        if parts:
            return Conditions(extends=_clip(parts[-1].frames, parts[-1].sound))
        if source is None:
            return Conditions()
        clip, strength = source
        return Conditions(source=clip, strength=strength)

    def _source(self, source: Source, spec: RenderSpec) -> tuple[Clip, float]:
        """The parent's first window: from its file, or made again from its prompt and seed."""
        height, width = self.canvases[spec.shape]
        if source.master is not None:
            frames = _read(source.master, Size(height, width, self.window))
            return _clip(frames, None), source.strength
        adapted = adapt(parse(source.prompt), seed=source.seed)
        text = caption(adapted.facts) if adapted else source.prompt
        made = self.pipeline(
            text,
            size=Size(height, width, self.window),
            seed=source.seed,
            sampling=self.sampling,
        )
        return _clip(made.frames, made.sound), source.strength


def _clip(frames: npt.NDArray[np.uint8], sound: npt.NDArray[np.float32] | None) -> Clip:
    video = torch.from_numpy(frames).permute(3, 0, 1, 2).float() / 127.5 - 1
    return Clip(video, None if sound is None else torch.from_numpy(sound))


def _joined(parts: list[PocketOutput], *, overlap: int) -> Made:
    """Put windows one after another: frames without the repeated ones, sound faded over them."""
    frames, sound = parts[0].frames, parts[0].sound
    fade = overlap * SAMPLES_PER_FRAME
    rise = np.linspace(0, 1, fade, dtype=np.float32)
    for part in parts[1:]:
        frames = np.concatenate([frames, part.frames[overlap:]])
        meeting = sound[-fade:] * (1 - rise) + part.sound[:fade] * rise
        sound = np.concatenate([sound[:-fade], meeting, part.sound[fade:]])
    return Made(frames, sound, parts[0].understood, steps=0)


def _read(path: Path, size: Size) -> npt.NDArray[np.uint8]:
    """Decode the first frames of a finished clip at 16 fps and the model's size; the last is
    held."""
    frames: list[npt.NDArray[np.uint8]] = []
    with av.open(str(path), format="mp4") as container:
        for frame in container.decode(video=0):
            while len(frames) < size.frames and (frame.time or 0) >= len(frames) / FPS:
                small = frame.to_ndarray(format="rgb24", width=size.width, height=size.height)
                frames.append(small.astype(np.uint8, copy=False))
            if len(frames) == size.frames:
                break
    if not frames:
        raise EngineError(f"{path.name} has no pictures to start from", permanent=True)
    frames += [frames[-1]] * (size.frames - len(frames))
    return np.stack(frames)
