"""What Pocket makes of prompts and files, without torch: these run in every installation."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from generation.engines import EngineError
from generation.engines.diorama.grammar import parse
from generation.engines.pocket import Pocket, presentation, vocabulary, weights
from generation.engines.pocket.captions import Facts, adapt, caption, words
from generation.spec import CANVASES, RenderSpec


def facts_of(prompt: str) -> Facts:
    """Read a prompt that names all attributes."""
    adapted = adapt(parse(prompt), seed=1)
    assert adapted is not None
    assert not adapted.left_out
    return adapted.facts


@pytest.mark.parametrize("style", range(4))
def test_a_caption_read_by_the_diorama_says_the_same_facts(style):
    for number, (subject, place) in enumerate(
        itertools.product(vocabulary.SUBJECTS, vocabulary.PLACES)
    ):
        repertoire = vocabulary.REPERTOIRE[subject]
        is_sheltered = place in vocabulary.SHELTERED
        facts = Facts(
            subject=subject,
            colour=vocabulary.COLOURS[number % len(vocabulary.COLOURS)],
            action=repertoire[number % len(repertoire)],
            place=place,
            weather="clear" if is_sheltered else vocabulary.WEATHERS[number % 4],
            time=vocabulary.TIMES[number % 3],
            how_many=1 + number % 3,
            size=vocabulary.SIZES[number % 3],
        )
        assert facts_of(caption(facts, style=style)) == facts


def test_the_vocabulary_holds_every_word_of_every_caption():
    known = set(words())
    for subject, repertoire in vocabulary.REPERTOIRE.items():
        for action, number in itertools.product(repertoire, vocabulary.COUNTS):
            facts = Facts(subject, "orange", action, "room", "clear", "night", number, "small")
            assert set(caption(facts).split()) <= known


def test_what_pocket_cannot_show_is_replaced_and_listed():
    adapted = adapt(parse("four teal dogs drive in a kitchen, a dragon flies"), seed=3)
    assert adapted is not None
    assert adapted.facts.subject == "dog"
    assert adapted.facts.how_many == 3
    assert {"teal", "drive", "kitchen", "dragon", "more than 3"} <= set(adapted.left_out)
    assert adapted.facts.action in vocabulary.REPERTOIRE["dog"]


def test_what_the_prompt_leaves_open_is_chosen_by_the_seed():
    brief = parse("a cat")
    chosen = [adapt(brief, seed=seed) for seed in range(12)]
    assert chosen[0] == adapt(brief, seed=0)
    assert len({one.facts for one in chosen if one}) > 6
    assert all(one and one.made_up for one in chosen)


def test_a_prompt_without_a_known_subject_is_refused_for_good():
    spec = RenderSpec(prompt="a whale sings", seconds=2, shape="portrait", seed=1)
    with pytest.raises(EngineError, match="none of the subjects") as refusal:
        Pocket().render(spec, report=lambda _done, _total: None)
    assert refusal.value.permanent


def test_missing_weights_say_how_to_make_them(tmp_path):
    with pytest.raises(EngineError, match="python -m training") as refusal:
        weights.verify(tmp_path)
    assert refusal.value.permanent


def test_a_changed_byte_of_the_weights_is_noticed(tmp_path):
    (tmp_path / "transformer").mkdir()
    shard = tmp_path / "transformer" / "model.safetensors"
    shard.write_bytes(b"weights")
    digest = weights.seal(tmp_path)
    assert weights.verify(tmp_path) == digest
    shard.write_bytes(b"weightS")
    with pytest.raises(EngineError, match="damaged"):
        weights.verify(tmp_path)


def test_weights_over_the_budget_are_not_sealed(tmp_path, monkeypatch):
    (tmp_path / "model.safetensors").write_bytes(bytes(11))
    monkeypatch.setattr(weights, "BUDGET_BYTES", 10)
    with pytest.raises(ValueError, match="budget"):
        weights.seal(tmp_path)


def test_loading_the_engine_does_not_load_torch():
    code = (
        "import sys, generation.engines.pocket as p; p.Pocket(); sys.exit('torch' in sys.modules)"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


@pytest.mark.parametrize(
    ("shape", "made"),
    [("portrait", (160, 96)), ("landscape", (96, 160)), ("square", (128, 128))],
)
def test_a_made_clip_is_brought_to_the_size_and_rate_that_were_asked_for(shape, made):
    clip = np.zeros((17, *made, 3), np.uint8)
    clip[8:] = 200
    canvas = CANVASES[shape]
    frames = list(presentation.present(clip, canvas=canvas, fps=24, frames=30))
    assert len(frames) == 30
    assert {frame.shape for frame in frames} == {(canvas.height, canvas.width, 3)}
    assert frames[10].max() == 0
    assert frames[-1].min() == 200


def test_sound_is_as_long_as_the_frames():
    sound = presentation.stereo(np.zeros(17_000, np.float32), seconds=1.25)
    assert sound.shape == (2, 60_000)
    assert sound.dtype == np.float32


def test_one_in_eight_combinations_is_held_out_and_every_word_is_trained_on():
    combinations = list(
        itertools.product(vocabulary.SUBJECTS, vocabulary.COLOURS, vocabulary.PLACES)
    )
    held_out = [c for c in combinations if vocabulary.is_held_out(*c)]
    assert len(held_out) == len(combinations) / 8
    trained = [c for c in combinations if not vocabulary.is_held_out(*c)]
    for position, names in enumerate((vocabulary.SUBJECTS, vocabulary.COLOURS, vocabulary.PLACES)):
        assert {c[position] for c in trained} == set(names)
        assert {c[position] for c in held_out} == set(names)
