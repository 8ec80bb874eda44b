"""What a maker sees of a clip while it is being made."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rest_framework.test import APIClient

from core.media.glimpses import SIDE_PX, glimpse
from generation import events
from generation.actions import leasing, working
from generation.actions.claiming import claim_next
from generation.models import Render

FRAME = np.full((1280, 720, 3), (40, 90, 160), np.uint8)


def opened(address: str) -> Image.Image:
    kind, _, content = address.partition(",")
    assert kind == "data:image/webp;base64"
    return Image.open(io.BytesIO(base64.b64decode(content))).convert("RGB")


def test_a_glimpse_is_small_and_says_that_it_was_made() -> None:
    address = glimpse(FRAME, product="Afterimage", handle="ana")
    image = np.asarray(opened(address))
    assert image.shape == (SIDE_PX, 135, 3)
    assert len(address) < 15_000
    label, rest = image[8:40, 8:120], image[60:]
    assert label.max() > 220
    assert rest.max() < 190


@pytest.mark.django_db
def test_pictures_go_with_reports_and_are_there_for_who_comes_late(
    asked: Callable[..., Render], as_ana: APIClient, as_ben: APIClient, monkeypatch: Any
) -> None:
    monkeypatch.setattr(leasing, "SHOW_EVERY_S", 0.0)
    monkeypatch.setattr(leasing, "REPORT_EVERY_S", 0.0)
    render = asked()
    assert events.picture_of(render) == ""
    lease = claim_next("default")
    assert lease is not None
    assert lease.render.pk == render.pk
    lease.show(lambda: glimpse(FRAME, product="Afterimage", handle="ana"))
    lease.report(1, 10)
    told = as_ana.get(f"/api/v1/renders/{render.pk}").json()
    assert opened(told["picture"]).height == SIDE_PX
    assert as_ben.get(f"/api/v1/renders/{render.pk}").status_code == 404


@pytest.mark.django_db
def test_a_whole_render_shows_what_it_makes_and_hides_it_at_its_end(
    asked: Callable[..., Render], monkeypatch: Any
) -> None:
    monkeypatch.setattr(leasing, "REPORT_EVERY_S", 0.0)
    shown: list[str] = []
    tell = events.render_progressed
    monkeypatch.setattr(
        events,
        "render_progressed",
        lambda render, *, picture="": (shown.append(picture), tell(render, picture=picture)),
    )
    render = asked()
    working.work_once("default")
    render.refresh_from_db()
    assert render.state == Render.State.READY
    assert len([picture for picture in shown if picture]) == 1
    assert events.picture_of(render) == ""
