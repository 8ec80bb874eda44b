"""What a wish holds beside its columns: written on the row, read by the worker."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.spec import (
    Camera,
    Cue,
    RegionKind,
    Shot,
    SoundWish,
    Span,
    SpokenLine,
    StillRole,
    Transition,
)
from generation.spec.parts import (
    GivenRegion,
    GivenStill,
    Keep,
    Parts,
    Piece,
    from_json,
    to_json,
)

words = st.text(max_size=12)
seconds = st.floats(0, 60, allow_nan=False)
shares = st.floats(0, 1, allow_nan=False)
cameras = st.none() | st.sampled_from(get_args(Camera))
transitions = st.sampled_from(get_args(Transition))
spans = st.builds(Span, seconds, seconds)
parts = st.builds(
    Parts,
    shots=st.lists(
        st.builds(
            Shot,
            prompt=words,
            seconds=seconds,
            camera=cameras,
            cast=st.lists(words, max_size=2).map(tuple),
            transition=transitions,
            transition_s=seconds,
            seed=st.none() | st.integers(0, 2**53 - 1),
        ),
        max_size=3,
    ).map(tuple),
    schedule=st.lists(st.builds(Cue, seconds, words), max_size=3).map(tuple),
    stills=st.lists(
        st.builds(GivenStill, words, st.sampled_from(get_args(StillRole)), seconds, shares),
        max_size=2,
    ).map(tuple),
    sound=st.builds(
        SoundWish,
        ambience=words,
        music=words,
        is_silent=st.booleans(),
        lines=st.lists(st.builds(SpokenLine, words, words), max_size=2).map(tuple),
    ),
    camera=cameras,
    style_code=words,
    style=words,
    negative=words,
    keeps=st.lists(st.sampled_from(get_args(Keep)), max_size=2).map(tuple),
    pieces=st.lists(
        st.builds(Piece, st.integers(0, 7), st.none() | spans, transitions, seconds), max_size=3
    ).map(tuple),
    region=st.none()
    | st.builds(
        GivenRegion,
        st.sampled_from(get_args(RegionKind)),
        st.tuples(shares, shares, shares, shares),
        words,
        words,
    ),
    span=st.none() | spans,
    shot=st.none() | st.integers(0, 50),
    added_s=st.none() | seconds,
)


@settings(max_examples=60, deadline=None)
@given(parts)
def test_what_is_written_on_the_row_is_read_again(asked: Parts) -> None:
    assert from_json(json.loads(json.dumps(to_json(asked)))) == asked


def test_a_plain_wish_takes_no_room() -> None:
    assert to_json(Parts()) == {"version": 1}
    assert from_json({}) == Parts()


@pytest.mark.parametrize(
    "value",
    [
        {"version": 2},
        {"shoots": []},
        {"shots": "a fox"},
        {"shots": [{"prompt": "a fox"}]},
        {"shots": [{"prompt": "a fox", "seconds": float("nan")}]},
        {"shots": [{"prompt": "a fox", "seconds": 2, "camera": "drone"}]},
        {"shots": ["a fox"]},
        {"stills": [{"reference": 7}]},
        {"sound": {"is_silent": 1}},
        {"pieces": [{"parent": True}]},
        {"region": {"kind": "box", "box": [0, 0, 1]}},
    ],
)
def test_what_is_not_known_is_never_guessed(value: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        from_json(value)
