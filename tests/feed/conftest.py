from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from social.models import Clip
from tests.factories import make_clip


@pytest.fixture(autouse=True)
def _no_memory(settings: Any) -> None:
    """Read the shared window for every request: tests do not wait for it to age."""
    settings.FEED_FRESH_FOR_S = 0


@pytest.fixture
def world(ana: Any, ben: Any, cleo: Any) -> list[Clip]:
    """Fifteen public clips by three makers, oldest first."""
    return [make_clip((ana, ben, cleo)[number % 3]) for number in range(15)]


@pytest.fixture
def seen() -> Callable[..., Any]:
    """Return a way to report that a client's person has watched clips to the end."""

    def see(client: Any, *clips: Any, **facts: Any) -> Any:
        usual = {"watched_ratio": 1.0, "seconds_watched": 5.0}
        views = [
            {"id": str(uuid.uuid4()), "clip_id": str(getattr(clip, "pk", clip)), **usual, **facts}
            for clip in clips
        ]
        return client.post("/api/v1/feed/watches", {"views": views})

    return see
