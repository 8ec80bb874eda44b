"""Likenesses that were recorded, reviewed and lent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from cameos.models import Cameo
from core.subjects import SubjectRef
from moderation.actions import decide, open_case


@pytest.fixture
def cameo_of(mod: User) -> Callable[..., Cameo]:
    """Return a maker of cameos that went past a reviewer."""

    def make(owner: User, **fields: Any) -> Cameo:
        defaults = {"name": owner.shown_name, "voice_seed": 7, "consented_at": timezone.now()}
        cameo = Cameo.objects.create(owner=owner, **defaults | fields)
        cameo.move(Cameo.State.VERIFYING)
        case = open_case(SubjectRef("cameo", str(cameo.pk)))
        decide(
            case,
            by=mod,
            outcome="allow",
            rule="likeness-capture",
            reason="One person, alone.",
            version=case.version,
        )
        cameo.refresh_from_db()
        return cameo

    return make


@pytest.fixture
def anas(ana: User, cameo_of: Callable[..., Cameo]) -> Cameo:
    return cameo_of(ana)
