"""An engine around a family of models: checks, weights, one job at a time, cutting to the frame."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import structlog

from generation.engines import EngineError, Report
from generation.engines.diffusion import pictures, weights
from generation.engines.diffusion.briefing import Brief, brief
from generation.engines.diffusion.family import Family, Made, Model
from generation.engines.diffusion.options import Options
from generation.engines.diffusion.places import Place, choose_place
from generation.engines.diffusion.refusals import refuse
from generation.engines.diffusion.watching import Watch
from generation.spec import Frame, Limits, Rendered, RenderSpec, Sound

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Loaded:
    model: Model
    place: Place
    digest: str


class Runner:
    """Runs the models of one family on this process's device. Weights stay once they are loaded."""

    def __init__(self, family: Family, options: Options, *, name: str, limits: Limits) -> None:
        self.family, self.options = family, options
        self.name, self.limits = name, limits
        self._lock = Lock()
        self._loaded: _Loaded | None = None

    def trouble(self) -> str:
        """Say in one line what keeps this engine from rendering, or nothing. Imports nothing."""
        return weights.trouble_with(self.options.model, self.family)

    def warm(self) -> None:
        """Load the weights now. Raises EngineError with the way out."""
        with self._lock:
            self._load()

    def render(self, spec: RenderSpec, *, report: Report) -> Rendered:
        """Make a clip as the engine port says. A second call waits until the first has sampled."""
        refuse(spec, self.limits)
        order = brief(spec, self.family, self.options)
        with self._lock:
            loaded = self._load()
            watch = Watch(
                report, steps=loaded.model.steps(order.job), frames=order.job.shown.frames
            )
            watch.ask()
            with _translated(self.family.title, loaded.place):
                made = loaded.model.make(order.job, watch)
        return self._rendered(spec, order, (loaded, made, watch))

    def _rendered(
        self, spec: RenderSpec, order: Brief, done: tuple[_Loaded, Made, Watch]
    ) -> Rendered:
        loaded, made, watch = done
        frames, count = _asked_for(self._shown(order, (loaded, made)), order, spec)
        return Rendered(
            frames=_counted(frames, watch),
            frame_count=count,
            fps=spec.fps,
            canvas=order.cut.shown,
            sound=_sound(made, order, seconds=count / spec.fps, is_silent=_is_mute(spec)),
            sample_rate_hz=made.sample_rate_hz,
            engine=self.name,
            weights_digest=loaded.digest,
            caption=spec.prompt,
            understood=self._understood(order, made, loaded.place),
        )

    def _shown(self, order: Brief, done: tuple[_Loaded, Made]) -> Iterator[Frame]:
        loaded, made = done
        first, count = order.job.shown
        frames = islice(made.frames, first, first + count)
        # The first one takes as long as decoding does, on the device that others sample on.
        with self._lock, _translated(self.family.title, loaded.place):
            opening = next(frames, None)
        if opening is not None:
            yield pictures.out_of(opening, order.cut)
        for frame in frames:
            yield pictures.out_of(frame, order.cut)

    def _understood(self, order: Brief, made: Made, place: Place) -> dict[str, Any]:
        job = order.job
        return {
            "text": job.text,
            "negative": job.negative,
            "frames_made": job.size.frames,
            "guides": [
                {"at": guide.at, "frames": len(guide.frames), "strength": guide.strength}
                for guide in job.guides
            ],
            "start_level": job.start.level if job.start else None,
            "arithmetic": place.dtype,
            "cache": self.options.cache,
            "is_compiled": self.options.compile,
            **order.cut.notes,
            **made.notes,
        }

    def _load(self) -> _Loaded:
        if self._loaded is None:
            family, options = self.family, self.options
            folder = weights.find(options.model, family, revision=options.revision)
            log.warning("engine.licence", engine=self.name, **_licence(family))
            place = choose_place(
                options,
                title=family.title,
                numbers=weights.numbers_in(folder, without=family.unused),
                working_bytes=family.working_bytes,
            )
            with _translated(family.title, place, refusals=(ValueError, OSError, ImportError)):
                model = family.load(folder, place, options)
            digest = weights.digest_of({"checkpoint": folder, **_loras(options)})
            log.info("engine.loaded", engine=self.name, digest=digest, **place._asdict())
            self._loaded = _Loaded(model, place, digest)
        return self._loaded


def _loras(options: Options) -> dict[str, Path]:
    """The LoRA files that are on, by name and weight: another weight makes other pictures."""
    files = options.lora_files
    used = {f"{name}@{weight:g}": files[name] for name, weight in options.lora_weights.items()}
    if options.stage_two_lora:
        used[f"{options.stage_two_lora}@second stage"] = files[options.stage_two_lora]
    return used


def _licence(family: Family) -> dict[str, str]:
    licence = family.licence
    return {"licence": licence.name, "notice": licence.notice, "url": licence.url}


@contextmanager
def _translated(
    title: str, place: Place, *, refusals: tuple[type[Exception], ...] = (ValueError,)
) -> Iterator[None]:
    """Let an engine's own words through and say the rest in them.

    Too little memory will be too little again for this clip on this machine; what a library
    refuses, it refuses again. `refusals`: what that is, and what a missing or damaged file raises
    where files are read; elsewhere the report may raise that, for reasons that pass.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not _is_memory(error):
            raise
        _free()
        raise EngineError(
            f"{title} ran out of memory on {place.device} ({place.offload} offloading): ask for "
            "fewer seconds or lines, or set the option offload to group.",
            permanent=True,
        ) from error
    except refusals as error:
        raise EngineError(f"{title}: {error}", permanent=True) from error


def _is_memory(error: BaseException) -> bool:
    return (
        isinstance(error, MemoryError)
        or type(error).__name__ == "OutOfMemoryError"
        or "not enough memory" in str(error)
    )


def _free() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def _asked_for(
    frames: Iterator[Frame], order: Brief, spec: RenderSpec
) -> tuple[Iterator[Frame], int]:
    """All frames, or the few that `stills_at_s` names, in its order."""
    count = order.job.shown.frames
    if not spec.stills_at_s:
        return frames, count
    wanted = [min(count - 1, max(0, round(at * spec.fps))) for at in spec.stills_at_s]
    kept = {number: frame for number, frame in enumerate(frames) if number in wanted}
    return iter([kept[number] for number in wanted if number in kept]), len(wanted)


def _counted(frames: Iterator[Frame], watch: Watch) -> Iterator[Frame]:
    for frame in frames:
        yield frame
        watch.step()


def _is_mute(spec: RenderSpec) -> bool:
    return spec.sound.is_silent or bool(spec.stills_at_s)


def _sound(made: Made, order: Brief, *, seconds: float, is_silent: bool) -> Sound:
    """Cut the shown stretch of sound to the sample: float32 [2, S], padded with silence."""
    rate = made.sample_rate_hz
    wanted = round(seconds * rate)
    exact = np.zeros((2, wanted), dtype=np.float32)
    if is_silent:
        return exact
    first = round(order.job.shown.first / order.job.fps * rate)
    sound = np.nan_to_num(made.sound[:, first : first + wanted]).clip(-1.0, 1.0)
    exact[:, : sound.shape[1]] = sound
    return exact
