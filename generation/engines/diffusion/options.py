"""What an operator may set about a model: OPTIONS of an engine, checked when the engine is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, get_args

from generation.engines import EngineError
from generation.engines.diffusion.places import DType, Offload

OFFLOADS = ("auto", *get_args(Offload))
DTYPES = ("auto", *get_args(DType))


@dataclass(frozen=True, slots=True)
class Options:
    """How a model is found, placed and run. `docs/models` says when to change which.

    `model`: a folder or a hub id; `revision` pins a hub id. `device` auto wants a GPU. `steps` 0
    takes what the weights were made for. `lines_max` 0 takes the family's. `loras`: a folder of
    safetensors, of which `lora_weights` names (by file name) those that are always on.
    """

    model: str = ""
    revision: str = ""
    device: str = "auto"
    dtype: str = "auto"
    offload: str = "auto"
    tiling: bool = True
    compile: bool = False
    cache: str = ""
    steps: int = 0
    guidance: float | None = None
    lines_max: int = 0
    negative: str = ""
    loras: str = ""
    lora_weights: Mapping[str, float] = field(default_factory=dict)
    two_stages: bool | None = None
    stage_two_lora: str = ""
    is_distilled: bool | None = None

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Options:
        """Check OPTIONS. Raises EngineError that names what is unknown and what there is."""
        known = [one.name for one in fields(cls)]
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise EngineError(
                f"Unknown option {', '.join(unknown)}; there are: {', '.join(known)}.",
                permanent=True,
            )
        options = cls(**given)
        _one_of("offload", options.offload, OFFLOADS)
        _one_of("dtype", options.dtype, DTYPES)
        return options

    @property
    def lora_files(self) -> dict[str, Path]:
        """The files of the LoRA folder by name. Raises EngineError if a named one is missing."""
        folder = Path(self.loras).expanduser()
        files = {path.stem: path for path in sorted(folder.glob("*.safetensors"))}
        wanted = {*self.lora_weights, *([self.stage_two_lora] if self.stage_two_lora else [])}
        if missing := sorted(wanted - set(files if self.loras else ())):
            raise EngineError(
                f"No LoRA {', '.join(missing)} in {self.loras or 'the option loras (not set)'}; "
                f"there are: {', '.join(files) if self.loras else 'none'}.",
                permanent=True,
            )
        return files if self.loras else {}


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise EngineError(
            f"The option {name} is {value!r}; it is one of {', '.join(allowed)}.", permanent=True
        )
