"""Seconds per step of a full-size LTX-2 transformer with random weights: what a GPU can do at best.

    python -m bench.ltx2_transformer count    parameters and arithmetic, on no device at all
    python -m bench.ltx2_transformer run      the table, on the first GPU (also with --compile)
    python -m bench.ltx2_transformer dry      the same code on the CPU with a toy of the same
    classes

Random weights cost the same arithmetic as trained ones, so no checkpoint is needed. Only the
transformer is measured: text encoder, VAEs and vocoder come on top.
"""

from __future__ import annotations

import argparse
import time
from typing import NamedTuple

import torch
from diffusers import LTX2VideoTransformer3DModel
from torch.utils.flop_counter import FlopCounterMode

# Dense bfloat16 by the vendor's data sheet for one H200 (SXM); the share of it is printed as such.
PEAK_FLOPS = 989e12
WARM_UPS = 2
STEPS = 5
TEXT_TOKENS = 1024
# The video latents are 32 times smaller in space and 8 times in time; sound has 25 per second.
SPACE, TIME, SOUND_HZ = 32, 8, 25.0
FPS = 24.0


class Size(NamedTuple):
    """What is made: height, width and frames."""

    height: int
    width: int
    frames: int

    @property
    def grid(self) -> tuple[int, int, int]:
        """Latent frames, rows and columns."""
        return (self.frames - 1) // TIME + 1, self.height // SPACE, self.width // SPACE

    @property
    def video_tokens(self) -> int:
        """Tokens of the picture."""
        frames, rows, columns = self.grid
        return frames * rows * columns

    @property
    def sound_tokens(self) -> int:
        """Tokens of the sound."""
        return round(self.frames / FPS * SOUND_HZ)


SIZES = (Size(512, 768, 121), Size(704, 1280, 121), Size(704, 1280, 241))


# A model of the same classes that a CPU runs in a second: checks this script, measures nothing.
TINY = {
    "num_layers": 2,
    "num_attention_heads": 2,
    "attention_head_dim": 16,
    "cross_attention_dim": 32,
    "audio_num_attention_heads": 2,
    "audio_attention_head_dim": 8,
    "audio_cross_attention_dim": 16,
    "caption_channels": 32,
}


class Measured(NamedTuple):
    """One row: seconds per step and the highest memory in GiB."""

    seconds: float
    memory_gib: float


def build(device: torch.device, *, is_tiny: bool = False) -> LTX2VideoTransformer3DModel:
    """Make the model in bfloat16 with random weights, at its published size unless `is_tiny`."""
    torch.set_default_dtype(torch.bfloat16)
    with device:
        model = LTX2VideoTransformer3DModel(**(TINY if is_tiny else {}))
    torch.set_default_dtype(torch.float32)
    return model.eval().requires_grad_(False)


def parameters(model: LTX2VideoTransformer3DModel) -> int:
    """Count the weights."""
    return sum(weight.numel() for weight in model.parameters())


def operations(model: LTX2VideoTransformer3DModel, size: Size) -> int:
    """Count the arithmetic of one pass in FLOP. On the meta device nothing is computed."""
    with FlopCounterMode(display=False) as counter:
        model(**inputs(model, size))
    return counter.get_total_flops()


def inputs(model: LTX2VideoTransformer3DModel, size: Size) -> dict[str, object]:
    """One denoising step's arguments with random values."""
    device = next(model.parameters()).device
    config = model.config
    frames, rows, columns = size.grid

    def random(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, device=device, dtype=torch.bfloat16)

    return {
        "hidden_states": random(1, size.video_tokens, config.in_channels),
        "audio_hidden_states": random(1, size.sound_tokens, config.audio_in_channels),
        "encoder_hidden_states": random(1, TEXT_TOKENS, config.caption_channels),
        "audio_encoder_hidden_states": random(1, TEXT_TOKENS, config.caption_channels),
        "timestep": torch.full((1, size.video_tokens), 500.0, device=device),
        "audio_timestep": torch.full((1, size.sound_tokens), 500.0, device=device),
        "encoder_attention_mask": torch.ones(1, TEXT_TOKENS, device=device, dtype=torch.bfloat16),
        "audio_encoder_attention_mask": torch.ones(
            1, TEXT_TOKENS, device=device, dtype=torch.bfloat16
        ),
        "num_frames": frames,
        "height": rows,
        "width": columns,
        "fps": FPS,
        "audio_num_frames": size.sound_tokens,
        "return_dict": False,
    }


def measure(model: LTX2VideoTransformer3DModel, size: Size, *, steps: int) -> Measured:
    """Time `steps` passes after warm-ups, waiting for the device before and after."""
    arguments = inputs(model, size)
    device = next(model.parameters()).device
    with torch.inference_mode():
        for _ in range(WARM_UPS):
            model(**arguments)
        _wait(device)
        began = time.perf_counter()
        for _ in range(steps):
            model(**arguments)
        _wait(device)
    seconds = (time.perf_counter() - began) / steps
    highest = torch.cuda.max_memory_allocated() if device.type == "cuda" else 0
    return Measured(seconds, highest / 2**30)


def table(*, device: torch.device, is_tiny: bool, is_compiled: bool) -> None:
    """Print one row per size."""
    blank = build(torch.device("meta"), is_tiny=is_tiny)
    model = build(device, is_tiny=is_tiny)
    if is_compiled:
        model.compile_repeated_blocks(fullgraph=True)
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
    print(f"{name}, torch {torch.__version__}, {parameters(model) / 1e9:.2f} G parameters")
    print("| frames | size | tokens | s per step | GiB | TFLOP per step | share of peak |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for size in SIZES[:1] if is_tiny else SIZES:
        flops = operations(blank, size)
        row = measure(model, size, steps=STEPS)
        share = flops / row.seconds / PEAK_FLOPS
        print(
            f"| {size.frames} | {size.width}x{size.height} | {size.video_tokens} + "
            f"{size.sound_tokens} | {row.seconds:.3f} | {row.memory_gib:.1f} | "
            f"{flops / 1e12:.1f} | {share:.1%} |"
        )


def count() -> None:
    """Print parameters, and per size the arithmetic of a step and its time at the peak rate."""
    model = build(torch.device("meta"))
    weights = parameters(model)
    print(f"{weights / 1e9:.2f} G parameters, {weights * 2 / 2**30:.1f} GiB in bfloat16")
    print("| frames | size | tokens | TFLOP per step | s per step at peak: a bound, not measured |")
    print("| --- | --- | --- | --- | --- |")
    for size in SIZES:
        flops = operations(model, size)
        print(
            f"| {size.frames} | {size.width}x{size.height} | {size.video_tokens} + "
            f"{size.sound_tokens} | {flops / 1e12:.1f} | {flops / PEAK_FLOPS:.3f} |"
        )


def main() -> None:
    """Parse the command line and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("count", "run", "dry"))
    parser.add_argument("--compile", action="store_true")
    given = parser.parse_args()
    if given.what == "count":
        count()
        return
    is_tiny = given.what == "dry"
    device = torch.device("cpu" if is_tiny else "cuda")
    table(device=device, is_tiny=is_tiny, is_compiled=given.compile)


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


if __name__ == "__main__":
    main()
