"""A render that is too big for its worker."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import plugins
from generation.actions import staffing
from generation.engines.test_card import TestCard
from generation.models import Render
from generation.spec import Rendered

ROOM_MIB = 256


class Hungry(TestCard):
    """Takes two gibibytes for prompts that say so."""

    def render(self, spec: Any, *, report: Any) -> Rendered:
        if "elephant" in spec.prompt:
            np.ones(2 * 1024**3, np.uint8)
        return super().render(spec, report=report)


@pytest.fixture
def _bounded(settings: Any) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    status = Path("/proc/self/status").read_text()
    used_kib = int(status.split("VmData:")[1].split()[0])
    settings.GENERATION_MEMORY_MAX_MIB = used_kib // 1024 + ROOM_MIB
    entry = {"BACKEND": f"{__name__}.Hungry", "OPTIONS": {"canvas": (90, 160)}}
    settings.GENERATION_ENGINES = {"default": entry}
    plugins.load.cache_clear()
    staffing.limit_memory()
    yield
    resource.setrlimit(resource.RLIMIT_DATA, before)


@pytest.mark.usefixtures("_bounded")
def test_a_render_that_needs_too_much_memory_fails_for_good_and_the_worker_lives(
    made: Callable[..., Render],
) -> None:
    big = made("an elephant")
    assert (big.state, big.problem_code) == ("failed", "engine_refused")
    assert "memory" in big.problem_text
    assert big.tries.get().outcome == "impossible"
    assert made("a mouse").state == "ready"


def test_the_bound_follows_the_machine_unless_it_is_set(settings: Any) -> None:
    before = resource.getrlimit(resource.RLIMIT_DATA)
    settings.GENERATION_MEMORY_MAX_MIB = 0
    try:
        bound = staffing.limit_memory()
        assert resource.getrlimit(resource.RLIMIT_DATA)[0] == bound
        assert 0 < bound < staffing._memory_bytes()
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def test_a_process_works_for_the_engines_whose_queues_it_listens_to(settings: Any) -> None:
    settings.GENERATION_ENGINES = {
        "default": {"BACKEND": "x"},
        "big": {"BACKEND": "x", "QUEUE": "gpu"},
        "small": {"BACKEND": "x", "QUEUE": "gpu"},
    }
    assert staffing.engines_on(["gpu", "default"]) == ["big", "small"]
    assert staffing.engines_on(["render-default"]) == ["default"]


def test_each_process_of_a_pool_takes_a_device_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,5")
    assert staffing.take_device() == "cuda 2"
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    assert staffing.take_device() == ""
