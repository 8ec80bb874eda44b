"""P5: whatever leaves through the media door is labelled, marked and signed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from core import plugins, provenance
from core.watermark.detection import detect_file
from generation.actions import making
from generation.models import Render

SIGNED = (".mp4", ".webp")


@pytest.fixture
def render(settings: Any, made: Callable[..., Render]) -> Render:
    card = {"BACKEND": "generation.engines.test_card.TestCard", "OPTIONS": {"canvas": (540, 960)}}
    settings.GENERATION_ENGINES = {"default": card}
    plugins.load.cache_clear()
    return made(seconds=2.0)


def test_every_file_that_is_delivered_carries_our_signature_and_the_clip_its_mark(
    render: Render, as_ana: APIClient, tmp_path: Path
) -> None:
    media = as_ana.get(f"/api/v1/renders/{render.pk}").json()["media"]
    base = media["poster"].removesuffix("poster.webp")
    names = list(render.assets.values_list("name", flat=True))
    assert {"540.mp4", "360.mp4", "hls_540.mp4", "poster.webp", "sprite.webp"} <= set(names)
    for name in names:
        path = tmp_path / name
        answer = as_ana.get(base + name)
        assert answer.status_code == 200, name
        path.write_bytes(answer.getvalue())
        if name.endswith(SIGNED):
            found = provenance.read(path, anchors=making.signer().anchors)
            assert (found.state, found.render_id) == ("trusted", str(render.pk)), name
    mark = detect_file(tmp_path / "540.mp4", keys=[making.mark_key()])
    assert mark is not None
    assert mark.payload == render.mark_number


def test_the_master_and_its_folder_have_no_address(render: Render, as_ana: APIClient) -> None:
    media = as_ana.get(f"/api/v1/renders/{render.pk}").json()["media"]
    base = media["poster"].removesuffix("poster.webp")
    for name in ("master.mp4", "private/master.mp4", "../private/master.mp4", "%2e%2e/master.mp4"):
        assert as_ana.get(base + name).status_code == 404, name
