"""Kandinsky 6 with a tiny checkpoint of its very classes, offline, on the CPU."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from generation.engines import Cancelled, EngineError
from generation.engines.kandinsky6 import Kandinsky6
from generation.spec import SoundWish, SpokenLine
from tests.generation.checkpoints import save_kandinsky6, save_ltx2
from tests.generation.diffusion import (  # noqa: F401 - `quiet` is around every test
    RED,
    bytes_of,
    ignore,
    quiet,
    saved,
    spec_of,
)
from tests.generation.test_engine_contract import (  # noqa: F401 - the contract, for this engine too
    test_an_engine_says_who_it_is_and_what_it_understood,
    test_frames_and_sound_have_the_promised_shape,
    test_the_same_spec_gives_the_same_bytes,
)

TINY = {"device": "cpu", "dtype": "float32", "lines_max": 32, "steps": 3}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(save_kandinsky6, tmp_path_factory.mktemp("kandinsky6"))


@pytest.fixture(scope="module")
def engine(checkpoint: Path) -> Kandinsky6:
    return Kandinsky6(model=str(checkpoint), **TINY)


def test_text_becomes_frames_and_the_same_sound_on_both_sides(engine: Kandinsky6) -> None:
    rendered = engine.render(spec_of(seconds=1.1), report=ignore)
    assert len(list(rendered.frames)) == rendered.frame_count == 26
    assert rendered.understood["frames_made"] == 29
    assert rendered.sound.shape == (2, round(26 / 24 * 16_000))
    assert np.array_equal(rendered.sound[0], rendered.sound[1])
    assert rendered.sound.any()


def test_a_first_picture_changes_the_clip_and_the_same_one_does_not(engine: Kandinsky6) -> None:
    plain, red, again = (
        bytes_of(engine.render(spec_of(stills=stills), report=ignore))
        for stills in ((), (RED,), (RED,))
    )
    assert red == again != plain


def test_what_is_said_and_heard_is_tagged_for_the_model(engine: Kandinsky6) -> None:
    sound = SoundWish(ambience="rain", lines=(SpokenLine("hello", "@ana"),))
    rendered = engine.render(spec_of(sound=sound), report=ignore)
    assert rendered.understood["text"] == (
        "a red ball. ana says: <S>hello<E> <AUDCAP>Background sound: rain.<ENDAUDCAP>"
    )
    assert bytes_of(rendered) != bytes_of(engine.render(spec_of(), report=ignore))


@pytest.mark.parametrize("stop_at", [0, 1, 3])
def test_a_cancelled_clip_stops_within_a_step(engine: Kandinsky6, stop_at: int) -> None:
    seen: list[int] = []

    def report(done: int, total: int) -> None:
        seen.append(done)
        if done >= stop_at:
            raise Cancelled

    with pytest.raises(Cancelled):
        engine.render(spec_of(), report=report)
    assert seen.count(stop_at) == 1
    assert seen[-1] == stop_at


def test_other_weights_have_another_digest(engine: Kandinsky6, tmp_path: Path) -> None:
    other = Kandinsky6(model=str(save_kandinsky6(tmp_path, seed=4)), **TINY)
    mine, theirs = (one.render(spec_of(), report=ignore) for one in (engine, other))
    assert mine.weights_digest != theirs.weights_digest


def test_what_only_the_other_family_has_is_refused(checkpoint: Path, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="neither LoRA") as told:
        Kandinsky6(model=str(checkpoint), loras=str(tmp_path), **TINY).warm()
    assert told.value.permanent
    with pytest.raises(EngineError, match="LTX2ConditionPipeline, not Kandinsky 6"):
        Kandinsky6(model=str(save_ltx2(tmp_path)), **TINY).warm()
