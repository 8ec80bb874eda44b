"""Putting a pipeline onto its place: offloading, tiling, compiling, caches, LoRA files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from diffusers import DiffusionPipeline, TaylorSeerCacheConfig
from diffusers.utils.logging import disable_progress_bar
from torch import nn

from generation.engines import EngineError
from generation.engines.diffusion.family import Clip
from generation.engines.diffusion.options import Options
from generation.engines.diffusion.places import Place
from generation.engines.diffusion.watching import Watch
from generation.spec import Frame

DTYPES: Mapping[str, torch.dtype] = {"bfloat16": torch.bfloat16, "float32": torch.float32}
"""Number formats by the names that options use."""

# Each guesses work from the steps before: quicker, and another picture. The other caches of the
# library refuse these transformers, or want ratios measured for a checkpoint.
CACHES: Mapping[str, Callable[[], Any]] = {
    "taylorseer": TaylorSeerCacheConfig,
}


def read_pipeline(kind: type[DiffusionPipeline], folder: Path, place: Place, **parts: Any) -> Any:
    """Read a pipeline's components from a folder, without the network and without pickles.

    `parts` replaces components; None leaves one out.
    """
    disable_progress_bar()
    pipeline = kind.from_pretrained(
        folder, dtype=DTYPES[place.dtype], local_files_only=True, use_safetensors=True, **parts
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def settle(pipeline: Any, place: Place, options: Options) -> None:
    """Tune a pipeline that was just read and put it onto its device. LoRA files come before."""
    if options.tiling:
        pipeline.vae.enable_tiling()
        pipeline.vae.enable_slicing()
    if options.cache:
        pipeline.transformer.enable_cache(_cache(options.cache))
    _put(pipeline, place)
    if options.compile:
        pipeline.transformer.compile_repeated_blocks(fullgraph=True)


def _put(pipeline: Any, place: Place) -> None:
    if place.offload == "none":
        pipeline.to(place.device)
    elif place.offload == "model":
        pipeline.enable_model_cpu_offload(device=place.device)
    elif place.offload == "sequential":
        pipeline.enable_sequential_cpu_offload(device=place.device)
    else:
        pipeline.enable_group_offload(
            onload_device=torch.device(place.device),
            offload_device=torch.device("cpu"),
            offload_type="leaf_level",
            # Copying ahead of use takes a device that does both at once.
            use_stream=not place.is_cpu,
        )


def _cache(name: str) -> Any:
    if name not in CACHES:
        raise EngineError(
            f"The option cache is {name!r}; it is one of {', '.join(CACHES)}.", permanent=True
        )
    return CACHES[name]()


def add_loras(pipeline: Any, options: Options) -> None:
    """Read the LoRA files that options name, by their names, none of them on yet."""
    files = options.lora_files
    names = [*options.lora_weights, *([options.stage_two_lora] if options.stage_two_lora else [])]
    for name in dict.fromkeys(names):
        path = files[name]
        pipeline.load_lora_weights(
            str(path.parent), weight_name=path.name, adapter_name=name, local_files_only=True
        )


@contextmanager
def at_work(
    pipeline: Any, watch: Watch, options: Options, *, also: Iterable[nn.Module] = ()
) -> Iterator[None]:
    """Ask the watch before every block of a pipeline's networks, and of those in `also`.

    Afterwards, however it ends, the device is as free for the next clip as it was for this one.
    """
    parts = pipeline.components
    networks = {name: part for name, part in parts.items() if isinstance(part, nn.Module)}
    transformer = networks.pop("transformer")
    asked = [*networks.values(), *also, *([] if options.compile else [transformer])]
    try:
        with watch.over(asked, whole=[transformer] if options.compile else ()):
            yield
    finally:
        pipeline.maybe_free_model_hooks()


def to_pixels(video: torch.Tensor) -> list[Frame]:
    """Turn [1, 3, T, H, W] in -1..1 into T arrays of uint8 [H, W, 3], frame by frame.

    One by one, because a long clip in float32 would be gigabytes at once.
    """
    return [
        ((frame.float().clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(1, 2, 0)
        .contiguous().cpu().numpy()
        for frame in video[0].unbind(1)
    ]  # fmt: skip


def to_video(frames: Clip, *, height: int, width: int, like: torch.Tensor) -> torch.Tensor:
    """Turn uint8 [T, H, W, 3] into [1, 3, T, height, width] in -1..1, as and where `like` is."""

    def small(picture: Frame) -> torch.Tensor:
        frame = torch.from_numpy(picture).permute(2, 0, 1)[None].float()
        if frame.shape[-2:] != (height, width):
            frame = torch.nn.functional.interpolate(frame, (height, width), mode="area")
        return (frame[0] / 127.5 - 1).to(like.dtype)

    return torch.stack([small(picture) for picture in frames], dim=1)[None].to(like.device)
