"""What the tests of all diffusion engines ask and compare."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generation.spec import Rendered, RenderSpec, Still

RED = Still(np.full((128, 72, 3), (220, 30, 30), np.uint8))


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One thread, no network, and the libraries' own warnings left to them."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    torch.set_num_threads(threads)


def saved(save: Callable[[Path], Path], folder: Path) -> Path:
    """Save a tiny checkpoint and return where; the libraries warn of its size."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return save(folder)


def spec_of(**changes: Any) -> RenderSpec:
    """Return a small clip's spec."""
    wish = {"prompt": "a red ball", "seconds": 1.0, "shape": "portrait", "seed": 5, "lines": 360}
    return RenderSpec(**(wish | changes))


def ignore(done: int, total: int) -> None:
    """Listen to progress."""
    assert 0 <= done <= total


def bytes_of(rendered: Rendered) -> str:
    """Return the digest of all frames and the sound."""
    whole = hashlib.sha256(rendered.sound.tobytes())
    for frame in rendered.frames:
        whole.update(frame.tobytes())
    return whole.hexdigest()
