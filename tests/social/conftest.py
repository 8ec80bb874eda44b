from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from social.models import Clip
from tests.factories import make_clip

TEST_CARD = {"BACKEND": "generation.engines.test_card.TestCard", "OPTIONS": {"canvas": (180, 320)}}


@pytest.fixture(autouse=True)
def _test_card(settings: Any) -> None:
    settings.GENERATION_ENGINES = {"default": TEST_CARD}


@pytest.fixture
def published(ana: User) -> Callable[..., Clip]:
    """Return a maker of clips; Ana's, unless somebody else is named."""

    def publish(by: User | None = None, **wanted: Any) -> Clip:
        return make_clip(by or ana, **wanted)

    return publish


@pytest.fixture
def clip(published: Callable[..., Clip]) -> Clip:
    return published(caption="a red ball")
