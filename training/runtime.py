"""Device, name of the machine, and the clock of a training run."""

from __future__ import annotations

import platform
import time

import torch

from generation.engines.pocket.arithmetic import has_fast_bfloat16


def best_device() -> torch.device:
    """The first GPU if there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def hardware(device: torch.device) -> str:
    """Name the machine for the model card."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    amx = " with AMX" if has_fast_bfloat16(device) else ""
    return f"{platform.machine()} CPU{amx}, {torch.get_num_threads()} threads"


class Clock:
    """Time left of a run."""

    def __init__(self, seconds: float) -> None:
        self.began = time.monotonic()
        self.seconds = seconds

    @property
    def spent(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.began

    @property
    def is_over(self) -> bool:
        """Whether the run should save and stop."""
        return self.spent >= self.seconds
