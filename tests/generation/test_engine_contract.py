"""What every engine promises, tried on each that ships and needs no weights."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from generation.engines import Cancelled
from generation.engines.diorama import Diorama
from generation.engines.test_card import TestCard
from generation.spec import Rendered, RenderSpec

ENGINES: list[Callable[[], Any]] = [
    lambda: TestCard(canvas=(180, 320)),
    lambda: Diorama(canvas=(180, 320)),
]


@pytest.fixture(params=ENGINES, ids=["test-card", "diorama"])
def engine(request: pytest.FixtureRequest) -> Any:
    return request.param()


def _spec(**changes: Any) -> RenderSpec:
    wish = {"prompt": "a red ball bounces", "seconds": 1.0, "shape": "portrait", "seed": 11}
    return RenderSpec(**(wish | changes))


def _ignore(done: int, total: int) -> None:
    assert 0 <= done <= total


def _digest(rendered: Rendered) -> str:
    whole = hashlib.sha256(rendered.sound.tobytes())
    for frame in rendered.frames:
        whole.update(frame.tobytes())
    return whole.hexdigest()


def test_the_same_spec_gives_the_same_bytes(engine: Any) -> None:
    first, again, other = (
        _digest(engine.render(_spec(seed=seed), report=_ignore)) for seed in (11, 11, 12)
    )
    assert first == again
    assert first != other


def test_frames_and_sound_have_the_promised_shape(engine: Any) -> None:
    rendered = engine.render(_spec(), report=_ignore)
    frames = list(rendered.frames)
    width, height = rendered.canvas or _spec().canvas
    assert len(frames) == rendered.frame_count == 24
    assert {(frame.shape, frame.dtype) for frame in frames} == {
        ((height, width, 3), np.dtype("uint8"))
    }
    samples = round(rendered.frame_count / rendered.fps * rendered.sample_rate_hz)
    assert (rendered.sound.shape, rendered.sound.dtype) == ((2, samples), np.dtype("float32"))
    assert np.abs(rendered.sound).max() <= 1.0


def test_something_is_seen_and_something_moves(engine: Any) -> None:
    frames = list(engine.render(_spec(), report=_ignore).frames)
    assert frames[0].std() > 10
    assert np.abs(frames[0].astype(int) - frames[-1].astype(int)).mean() > 0.2


def test_an_engine_reports_every_frame_and_stops_when_told(engine: Any) -> None:
    seen: list[int] = []

    def report(done: int, total: int) -> None:
        seen.append(done)
        if done >= 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(engine.render(_spec(), report=report).frames)
    assert max(seen) == 5


def test_an_engine_says_who_it_is_and_what_it_understood(engine: Any) -> None:
    rendered = engine.render(_spec(), report=_ignore)
    assert rendered.engine == engine.name
    assert rendered.caption
    assert rendered.understood
