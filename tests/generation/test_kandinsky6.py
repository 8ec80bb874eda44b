"""Kandinsky 6 with a tiny checkpoint of its very classes, offline, on the CPU."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from generation.engines import Cancelled, EngineError
from generation.engines.kandinsky6 import Kandinsky6
from generation.spec import Rendered, RenderSpec, SoundWish, SpokenLine, Still
from tests.generation.checkpoints import save_kandinsky6, save_ltx2
from tests.generation.test_engine_contract import (  # noqa: F401 - the contract, for this engine too
    test_an_engine_says_who_it_is_and_what_it_understood,
    test_frames_and_sound_have_the_promised_shape,
    test_the_same_spec_gives_the_same_bytes,
)

TINY = {"device": "cpu", "dtype": "float32", "lines_max": 32, "steps": 3}
RED = Still(np.full((128, 72, 3), (220, 30, 30), np.uint8))


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One thread, no network, and the libraries' own warnings left to them."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return save_kandinsky6(tmp_path_factory.mktemp("kandinsky6"))


@pytest.fixture(scope="module")
def engine(checkpoint: Path) -> Kandinsky6:
    return Kandinsky6(model=str(checkpoint), **TINY)


def _spec(**changes: Any) -> RenderSpec:
    wish = {"prompt": "a red ball", "seconds": 1.0, "shape": "portrait", "seed": 5, "lines": 360}
    return RenderSpec(**(wish | changes))


def _ignore(done: int, total: int) -> None:
    assert 0 <= done <= total


def _bytes(rendered: Rendered) -> str:
    whole = hashlib.sha256(rendered.sound.tobytes())
    for frame in rendered.frames:
        whole.update(frame.tobytes())
    return whole.hexdigest()


def test_text_becomes_frames_and_the_same_sound_on_both_sides(engine: Kandinsky6) -> None:
    rendered = engine.render(_spec(seconds=1.1), report=_ignore)
    assert len(list(rendered.frames)) == rendered.frame_count == 26
    assert rendered.understood["frames_made"] == 29
    assert rendered.sound.shape == (2, round(26 / 24 * 16_000))
    assert np.array_equal(rendered.sound[0], rendered.sound[1])
    assert rendered.sound.any()


def test_a_first_picture_changes_the_clip_and_the_same_one_does_not(engine: Kandinsky6) -> None:
    plain, red, again = (
        _bytes(engine.render(_spec(stills=stills), report=_ignore))
        for stills in ((), (RED,), (RED,))
    )
    assert red == again != plain


def test_what_is_said_and_heard_is_tagged_for_the_model(engine: Kandinsky6) -> None:
    sound = SoundWish(ambience="rain", lines=(SpokenLine("hello", "@ana"),))
    rendered = engine.render(_spec(sound=sound), report=_ignore)
    assert rendered.understood["text"] == (
        "a red ball. ana says: <S>hello<E> <AUDCAP>Background sound: rain.<ENDAUDCAP>"
    )
    assert _bytes(rendered) != _bytes(engine.render(_spec(), report=_ignore))


@pytest.mark.parametrize("stop_at", [0, 1, 3])
def test_a_cancelled_clip_stops_within_a_step(engine: Kandinsky6, stop_at: int) -> None:
    seen: list[int] = []

    def report(done: int, total: int) -> None:
        seen.append(done)
        if done >= stop_at:
            raise Cancelled

    with pytest.raises(Cancelled):
        engine.render(_spec(), report=report)
    assert seen.count(stop_at) == 1
    assert seen[-1] == stop_at


def test_other_weights_have_another_digest(engine: Kandinsky6, tmp_path: Path) -> None:
    other = Kandinsky6(model=str(save_kandinsky6(tmp_path, seed=4)), **TINY)
    mine, theirs = (one.render(_spec(), report=_ignore) for one in (engine, other))
    assert mine.weights_digest != theirs.weights_digest


def test_what_only_the_other_family_has_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="neither LoRA") as told:
        Kandinsky6(model=str(checkpoint), loras=str(tmp_path), **TINY).warm()
    assert told.value.permanent
    with pytest.raises(EngineError, match="LTX2ConditionPipeline, not Kandinsky 6"):
        Kandinsky6(model=str(save_ltx2(tmp_path)), **TINY).warm()
