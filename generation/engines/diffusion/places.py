"""Where and in which number format a model runs: decided from what the machine has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from generation.engines import EngineError

if TYPE_CHECKING:
    from generation.engines.diffusion.options import Options

Offload = Literal["none", "model", "group", "sequential"]
DType = Literal["bfloat16", "float32"]
ITEM_BYTES: Mapping[str, int] = {"bfloat16": 2, "float32": 4}


class Place(NamedTuple):
    """A device (`cuda:0`, `cpu`), a number format, and how weights take turns on the device."""

    device: str
    dtype: DType
    offload: Offload

    @property
    def is_cpu(self) -> bool:
        """Whether there is no accelerator, and so nothing to offload to."""
        return self.device == "cpu"


def offload_for(parts: Mapping[str, int], *, free_bytes: int, working_bytes: int) -> Offload:
    """Choose what stays on a device with `free_bytes`.

    `parts`: bytes of each component's weights. `working_bytes`: what sampling and decoding take on
    top. Everything if it fits; else the component at work; else its layers in groups, copied ahead
    of their use; else one layer at a time, which fits nearly anywhere and is several times slower.
    """
    if sum(parts.values()) + working_bytes <= free_bytes:
        return "none"
    largest = max(parts.values(), default=0)
    if largest + working_bytes <= free_bytes:
        return "model"
    return "group" if working_bytes <= free_bytes else "sequential"


def choose_place(
    options: Options, *, title: str, numbers: Mapping[str, int], working_bytes: int
) -> Place:
    """Choose device, number format and offloading. `numbers`: weights of each component, counted.

    Imports torch. Raises EngineError with the way out if there is no GPU and none was waived.
    """
    import torch

    from generation.engines.pocket.arithmetic import has_fast_bfloat16

    device = options.device
    if device == "auto":
        if not torch.cuda.is_available():
            raise EngineError(
                f"{title} needs a GPU, and torch {torch.__version__} sees none: check the driver "
                "and torch's build, or set the option device to cpu and wait very long.",
                permanent=True,
            )
        device = "cuda"
    dtype: Any = options.dtype
    if dtype == "auto":
        dtype = "bfloat16" if has_fast_bfloat16(torch.device(device)) else "float32"
    offload: Any = options.offload
    if device == "cpu":
        offload = "none"
    elif offload == "auto":
        free_bytes, _ = torch.cuda.mem_get_info(torch.device(device))
        sizes = {name: count * ITEM_BYTES[dtype] for name, count in numbers.items()}
        offload = offload_for(sizes, free_bytes=free_bytes, working_bytes=working_bytes)
    return Place(device, dtype, offload)
