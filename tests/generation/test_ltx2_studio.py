"""LTX-2 behind the studio: from a request to a ready clip, with a tiny checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from accounts.models import User
from core import plugins
from generation.actions import requesting, staffing, working
from generation.models import Render
from generation.spec import Shot, Span
from generation.spec.parts import GivenRegion, Parts
from generation.spec.wish import Wish
from tests.generation.checkpoints import save_ltx2
from tests.generation.diffusion import quiet, saved  # noqa: F401 - `quiet` is around every test
from tests.generation.test_ltx2 import TINY


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(save_ltx2, tmp_path_factory.mktemp("ltx2"))


@pytest.mark.django_db
def test_a_clip_goes_through_the_whole_studio(
    made: Callable[..., Any], settings: Any, checkpoint: Path
) -> None:
    backend = "generation.engines.ltx2.Ltx2"
    options = {"model": str(checkpoint), **TINY}
    settings.GENERATION_ENGINES = {"default": {"BACKEND": backend, "OPTIONS": options}}
    staffing.warm([("default", plugins.load("GENERATION_ENGINES", "default"))])
    render = made("a red ball bounces on the grass", seconds=1.0)
    assert render.state == "ready", (render.problem_code, render.problem_text)
    assert render.recipe["engine"] == "ltx2"
    assert len(render.recipe["weights_digest"]) == 64
    assert render.media_facts["frame_count"] == 24


@pytest.mark.django_db
def test_without_weights_a_render_fails_with_the_way_out_and_nothing_is_spent(
    made: Callable[..., Any], settings: Any
) -> None:
    engine = {"BACKEND": "generation.engines.ltx2.Ltx2", "OPTIONS": {"model": "/nowhere"}}
    settings.GENERATION_ENGINES = {"default": engine}
    with capture_logs() as logs:
        staffing.warm([("default", plugins.load("GENERATION_ENGINES", "default"))])
    assert "no such folder" in logs[-1]["error"]
    render = made("a red ball bounces on the grass", seconds=1.0)
    assert render.state == "failed"
    assert "LTX2_MODEL is '/nowhere'" in render.problem_text


@pytest.mark.django_db
def test_the_studio_goes_on_with_changes_and_resounds_a_clip(
    ana: User, settings: Any, checkpoint: Path
) -> None:
    backend = "generation.engines.ltx2.Ltx2"
    options = {"model": str(checkpoint), **TINY}
    settings.GENERATION_ENGINES = {"default": {"BACKEND": backend, "OPTIONS": options}}

    def done(prompt: str, *parents: Render, **wish: Any) -> Render:
        wanted = {"seed": 7, "lines": 360} | wish
        render = requesting.request_render(Wish(prompt=prompt, **wanted), by=ana, parents=parents)
        working.work_once("default")
        render.refresh_from_db()
        assert render.state == "ready", render.problem_text
        return render

    first = done("a red ball", seconds=1.0)
    longer = done("it jumps", first, operation="extend", seconds=1.0)
    assert longer.media_facts["frame_count"] == 48
    box = Parts(region=GivenRegion("box", (0.0, 0.0, 0.5, 0.5)), span=Span(0.25, 0.75))
    changed = done("a blue ball", first, operation="edit", parts=box)
    assert changed.media_facts["frame_count"] == 24
    heard = done("rain", first, operation="resound")
    assert heard.media_facts["frame_count"] == 24
    again = done("a red ball in snow", first, operation="remix", strength=0.5)
    assert again.understood["start_level"] == 0.5
    shots = (Shot("a red ball", 1.0), Shot("a cube", 1.0, transition="dissolve"))
    board = done("", parts=Parts(shots=shots), seconds=None)
    assert board.media_facts["frame_count"] == 48
    seen = done("a red ball", seconds=1.0, purpose="stills")
    assert seen.state == "ready"
