"""A studio with the cheapest engine, small enough that a whole clip takes a moment."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import pytest

from accounts.models import User
from core import plugins
from generation.actions import requesting, working
from generation.models import Render
from generation.spec.wish import Wish

# The model stack is an opt-in group: without it the tests of networks are not collected.
MODEL_STACK = ("torch", "diffusers", "transformers")
NEEDS = {
    "test_pocket.py": MODEL_STACK,
    "test_kandinsky6.py": MODEL_STACK,
    "test_ltx2.py": (*MODEL_STACK, "peft"),
    "test_ltx2_studio.py": (*MODEL_STACK, "peft"),
}
collect_ignore = [name for name, needs in NEEDS.items() if not all(map(find_spec, needs))]

TEST_CARD = {
    "default": {
        "BACKEND": "generation.engines.test_card.TestCard",
        "OPTIONS": {"canvas": (180, 320)},
    }
}


@pytest.fixture(autouse=True)
def _test_card(settings: Any) -> None:
    settings.GENERATION_ENGINES = TEST_CARD
    plugins.load.cache_clear()


@pytest.fixture
def asked(ana: User) -> Callable[..., Render]:
    """Return a maker of queued renders."""

    def ask(prompt: str = "a red ball", *, by: User | None = None, **wish: Any) -> Render:
        wanted = {"seconds": 0.5, "seed": 7} | wish
        parent = wanted.pop("parent", None)
        return requesting.request_render(
            Wish(prompt=prompt, **wanted), by=by or ana, parents=[parent] if parent else []
        )

    return ask


@pytest.fixture
def made(asked: Callable[..., Render]) -> Callable[..., Render]:
    """Return a maker of renders that have gone through the whole pipeline."""

    def make(*args: Any, **kwargs: Any) -> Render:
        render = asked(*args, **kwargs)
        working.work_once(render.engine)
        render.refresh_from_db()
        return render

    return make
