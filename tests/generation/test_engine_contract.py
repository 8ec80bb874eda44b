"""What every engine promises, tried on each that ships and needs no weights."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from generation.engines import Cancelled
from generation.engines.diorama import Diorama
from generation.engines.test_card import TestCard
from generation.spec import (
    Cue,
    Region,
    Rendered,
    RenderSpec,
    SoundWish,
    Source,
    Span,
    SpokenLine,
    Still,
)

ENGINES: list[Callable[[], Any]] = [
    lambda: TestCard(canvas=(108, 192)),
    lambda: Diorama(canvas=(108, 192)),
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


PARENT = RenderSpec("a red ball bounces", 1.5, "portrait", 3)
STILL = Still(np.full((64, 36, 3), (40, 160, 220), np.uint8))


def _source(use: str, **more: Any) -> Source:
    known = {"prompt": PARENT.prompt, "seed": PARENT.seed, "spec": PARENT, "seconds": 1.5}
    return Source(use=use, **(known | more))  # type: ignore[arg-type]


# One shot of every operation, as the assembly asks for it. Boards, cuts and trims are no engine's.
SHOTS: dict[str, dict[str, Any]] = {
    "text": {},
    "image": {"stills": (STILL,)},
    "schedule": {"schedule": (Cue(0.5, "a blue ball rolls"),)},
    "remix": {"prompt": "now in snow", "source": _source("remix")},
    "extend after": {"prompt": "it jumps", "source": _source("after")},
    "extend before": {"prompt": "it rolls in", "source": _source("before")},
    "blend": {
        "source": _source("blend"),
        "blended": _source("blend", prompt="a cat sleeps", seed=4, spec=None),
    },
    "edit a time": {"prompt": "it rains", "source": _source("edit", span=Span(0.5, 1.5))},
    "edit a box": {
        "prompt": "it rains",
        "source": _source("edit", span=Span(0.5, 1.5), region=Region("box", (0, 0, 1, 0.5))),
    },
    "edit a thing": {
        "prompt": "a blue cube",
        "source": _source("edit", span=Span(0.5, 1.5), region=Region("words", words="the ball")),
    },
    "resound": {
        "seconds": 1.5,
        "source": _source("resound"),
        "sound": SoundWish(lines=(SpokenLine("hello"),)),
    },
}


def _shot(engine: Any, name: str, **changes: Any) -> RenderSpec:
    assert name.split(maxsplit=1)[0] in engine.limits.operations
    return replace(_spec(**SHOTS[name]), **changes)


@pytest.mark.parametrize("name", SHOTS)
def test_every_operation_keeps_its_promise_of_length(engine: Any, name: str) -> None:
    spec = _shot(engine, name)
    rendered = engine.render(spec, report=_ignore)
    samples = round(rendered.frame_count / rendered.fps * rendered.sample_rate_hz)
    assert rendered.frame_count == spec.frames
    assert rendered.fps == spec.fps
    assert (rendered.sound.shape, rendered.sound.dtype) == ((2, samples), np.dtype("float32"))
    if name == "resound":
        return
    width, height = rendered.canvas or spec.canvas
    shapes = [frame.shape for frame in rendered.frames]
    assert shapes == [(height, width, 3)] * rendered.frame_count


@pytest.mark.parametrize("name", ["remix", "extend after", "blend", "edit a thing"])
def test_every_operation_is_decided_by_its_spec(engine: Any, name: str) -> None:
    first, again = (_firsts(engine.render(_shot(engine, name), report=_ignore)) for _ in range(2))
    assert first == again


def _firsts(rendered: Rendered) -> str:
    whole = hashlib.sha256(rendered.sound.tobytes())
    for _ in range(3):
        whole.update(next(rendered.frames).tobytes())
    return whole.hexdigest()


@pytest.mark.parametrize("name", ["extend after", "edit a box", "schedule"])
def test_every_operation_stops_when_told(engine: Any, name: str) -> None:
    def report(done: int, total: int) -> None:
        if done >= 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(engine.render(_shot(engine, name), report=report).frames)


def test_a_thing_named_in_words_comes_with_a_mask_for_each_frame(engine: Any) -> None:
    spec = _shot(engine, "edit a thing")
    rendered = engine.render(spec, report=_ignore)
    assert rendered.masks is not None
    shares = []
    for frame in rendered.frames:
        mask = next(rendered.masks)
        assert (mask.shape, mask.dtype) == (frame.shape[:2], np.dtype("uint8"))
        shares.append(float((mask >= 128).mean()))
    assert len(shares) == spec.frames
    assert 0 < max(shares) < 0.8


def test_stills_are_the_frames_of_the_clip_at_their_times(engine: Any) -> None:
    assert "stills" in engine.limits.purposes
    stills = engine.render(_spec(purpose="stills", stills_at_s=(0.25, 0.75)), report=_ignore)
    clip = list(engine.render(_spec(), report=_ignore).frames)
    shown = list(stills.frames)
    assert len(shown) == stills.frame_count == 2
    assert np.array_equal(shown[0], clip[6])
    assert np.array_equal(shown[1], clip[18])


def test_silence_is_silent(engine: Any) -> None:
    rendered = engine.render(_spec(sound=SoundWish(is_silent=True)), report=_ignore)
    assert not rendered.sound.any()


def test_a_given_line_is_said_with_its_times(engine: Any) -> None:
    line = SpokenLine("hello you")
    spec = _spec(seconds=3.0, sound=SoundWish(lines=(line,)))
    rendered = engine.render(spec, report=_ignore)
    said = [word.text.lower().strip(",.!") for word in rendered.words]
    assert said == ["hello", "you"]
    times = [moment for word in rendered.words for moment in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert times[-1] <= 3.0


@pytest.mark.parametrize("engine_class", [TestCard, Diorama])
def test_the_picture_has_the_lines_that_are_asked_for(engine_class: Callable[[], Any]) -> None:
    rendered = engine_class().render(_spec(lines=1080, shape="square"), report=_ignore)
    assert next(rendered.frames).shape == (1080, 1080, 3)
