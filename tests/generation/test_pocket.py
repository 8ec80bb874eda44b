"""Pocket's networks, sampling and engine, on tiny random weights."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch

from generation.engines import Cancelled
from generation.engines.pocket import Pocket, weights
from generation.engines.pocket.conditions import Clip, Conditions, Shot, blend
from generation.engines.pocket.guidance import DISTILLED, DRAFT, Sampling, passes
from generation.engines.pocket.mel import istft, log_mel, stft
from generation.engines.pocket.pipeline import PocketOutput, PocketPipeline, Size
from generation.engines.pocket.shapes import Compression, VideoLatentShape, frames_on_grid
from generation.engines.pocket.stream import (
    Places,
    Stream,
    Words,
    attention_mask,
    sound_places,
    video_places,
)
from generation.spec import RenderSpec, Source
from training import networks
from training.checkpoints import Progress, save
from training.distillation import student_levels
from training.evaluation import pipeline_of
from training.export import export
from training.plans import SMOKE
from training.world.picture import Canvas

SIZE = Size(64, 64, 17)
PROMPT = "a red ball bounces in a meadow by day"
QUICK = Sampling(steps=3)
PLAN = dataclasses.replace(
    SMOKE, canvases=(Canvas(64, 64), Canvas(64, 32), Canvas(32, 64)), student_steps=2
)


@pytest.fixture(scope="module")
def made():
    torch.set_num_threads(1)
    built = networks.build(PLAN)
    with torch.random.fork_rng():
        torch.manual_seed(2)
        # Zero-initialised layers hide every mistake behind them.
        for weight in built.transformer.parameters():
            if not weight.any():
                torch.nn.init.normal_(weight, std=0.05)
    return built


@pytest.fixture(scope="module")
def pipeline(made):
    return pipeline_of(made)


@pytest.fixture(scope="module")
def given():
    generator = torch.Generator().manual_seed(5)
    video = torch.rand(3, 17, 64, 64, generator=generator) * 2 - 1
    return Clip(video, torch.rand(17_000, generator=generator) - 0.5)


def sample(pipeline: PocketPipeline, **kwargs: Any) -> PocketOutput:
    kwargs.setdefault("sampling", QUICK)
    return pipeline(PROMPT, size=SIZE, seed=kwargs.pop("seed", 4), **kwargs)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_clip(pipeline):
    first, again, other = sample(pipeline), sample(pipeline), sample(pipeline, seed=5)
    assert first.frames.shape == (17, 64, 64, 3)
    assert first.sound.shape == (17_000,)
    assert first.frames.tobytes() == again.frames.tobytes()
    assert first.sound.tobytes() == again.sound.tobytes()
    assert first.frames.tobytes() != other.frames.tobytes()


def test_a_saved_pipeline_makes_the_same_clip(pipeline, tmp_path):
    pipeline.save_pretrained(tmp_path)
    loaded = PocketPipeline.from_pretrained(tmp_path, local_files_only=True)
    loaded.set_progress_bar_config(disable=True)
    assert sample(loaded).frames.tobytes() == sample(pipeline).frames.tobytes()


def test_early_latents_do_not_depend_on_later_frames(made, given):
    changed = given.video.clone()
    changed[:, 9:] = 0
    with torch.inference_mode():
        true = made.video_vae.encode(given.video[None]).mean
        cut = made.video_vae.encode(changed[None]).mean
    assert torch.equal(true[:, :, :2], cut[:, :, :2])
    assert not torch.equal(true[:, :, 2], cut[:, :, 2])


def test_the_spectrum_of_a_sound_can_be_turned_back_into_it(given):
    sound = given.sound[None]
    assert log_mel(sound).shape == (1, 64, 136)
    assert (istft(stft(sound)) - sound)[:, 300:-300].abs().max() < 1e-5


@pytest.mark.parametrize(
    "conditions",
    [
        lambda clip: Conditions(stills={0: clip.video[:, 0], -1: clip.video[:, 1]}),
        lambda clip: Conditions(stills={9: clip.video[:, 3]}),
        lambda clip: Conditions(extends=clip),
        lambda clip: Conditions(source=clip, strength=0.6),
        lambda clip: Conditions(references=(clip.video[:, 0], clip.video[:, 1])),
        lambda _: Conditions(envelope=torch.linspace(0, 1, 17)),
        lambda clip: Conditions(track=clip.sound),
        lambda _: Conditions(shots=(Shot("a cat runs", 0, 0.5), Shot("a dog sings", 0.5, 2))),
    ],
    ids=["first and last", "any", "extend", "remix", "cast", "envelope", "track", "shots"],
)
def test_every_condition_changes_the_clip(pipeline, given, conditions):
    out = sample(pipeline, conditions=conditions(given))
    assert out.frames.shape == (17, 64, 64, 3)
    assert out.frames.tobytes() != sample(pipeline).frames.tobytes()


def test_a_given_first_frame_comes_back_as_the_codec_keeps_it(pipeline, given):
    out = sample(pipeline, conditions=Conditions(source=given, strength=0.0))
    with torch.inference_mode():
        vae = pipeline.video_vae
        kept = vae.decode(vae.encode(given.video[None]).mean)[0].clamp(-1, 1)
    pixels = ((kept + 1) * 127.5).round().permute(1, 2, 3, 0).numpy()
    assert np.abs(out.frames.astype(int) - pixels).max() <= 12  # bfloat16 against float32


def test_pixels_outside_the_mask_are_the_sources_own(pipeline, given):
    mask = torch.zeros(17, 64, 64, dtype=torch.bool)
    mask[9:, 10:34, 12:40] = True
    out = sample(pipeline, conditions=Conditions(source=given, mask=mask))
    source = ((given.video + 1) * 127.5).round().to(torch.uint8).permute(1, 2, 3, 0).numpy()
    outside = ~mask.numpy()
    assert np.array_equal(out.frames[outside], source[outside])
    assert not np.array_equal(out.frames, source)


def test_a_clip_without_a_mask_is_not_blended():
    clip = torch.zeros(3, 1, 4, 4)
    assert blend(clip, Conditions()) is clip


def test_a_still_past_the_end_and_a_short_tail_are_refused(pipeline, given):
    with pytest.raises(ValueError, match="past the end"):
        sample(pipeline, conditions=Conditions(stills={17: given.video[:, 0]}))
    with pytest.raises(ValueError, match="needs 9 frames"):
        sample(pipeline, conditions=Conditions(extends=Clip(given.video[:, :3])))


def test_sizes_off_the_codecs_grid_are_named():
    from generation.engines.pocket.shapes import ClipShape

    grid = Compression(8, 16)
    with pytest.raises(ValueError, match="16 frames"):
        VideoLatentShape.of(ClipShape(1, 16, 64, 64), channels=4, compression=grid)
    with pytest.raises(ValueError, match="60 pixels"):
        VideoLatentShape.of(ClipShape(1, 17, 60, 64), channels=4, compression=grid)
    assert [frames_on_grid(s, time=8) for s in (0.1, 1.0, 1.1, 3.06)] == [9, 17, 25, 49]


def test_fewer_passes_are_made_where_nothing_is_steered():
    levels = [1.0, 0.8, 0.5, 0.1]
    assert passes(Sampling(), levels=levels) == 6
    assert passes(Sampling(synchrony=1.0), levels=levels) == 8
    assert passes(DRAFT, levels=levels) == passes(DISTILLED, levels=levels) == 4


def test_the_distilled_network_is_asked_at_the_levels_it_was_taught(pipeline):
    sample(pipeline, sampling=Sampling(steps=8, is_distilled=True))
    taught = student_levels(8, shift=pipeline.scheduler.config.shift)
    assert torch.allclose(pipeline.scheduler.sigmas, taught, atol=1e-6)


def stream(
    made: networks.Networks, *, shots: torch.Tensor | None = None, is_isolated: bool = False
) -> Stream:
    shape = VideoLatentShape(1, 16, 3, 2, 2)
    reading = made.text_encoder.read([PROMPT])
    generator = torch.Generator().manual_seed(1)
    return Stream(
        video=torch.randn(1, shape.tokens, 16, generator=generator),
        sound=torch.randn(1, 17, 8, generator=generator),
        video_sigma=torch.full((1, shape.tokens), 0.5),
        sound_sigma=torch.full((1, 17), 0.5),
        words=Words(reading.states, reading.mask, shots),
        places=Places(video_places(shape, time=8), sound_places(17, frames_per_step=1.0)),
        is_isolated=is_isolated,
    )


def test_sound_listens_to_the_picture_unless_they_are_isolated(made):
    together = stream(made)
    changed = together._replace(video=together.video + 1)
    with torch.inference_mode():
        heard = made.transformer(together).sound, made.transformer(changed).sound
        apart = attention_mask(stream(made, is_isolated=True))[0, 0]
    assert not torch.equal(*heard)
    video, sound = slice(32, 44), slice(44, None)
    assert not apart[video, sound].any()
    assert not apart[sound, video].any()
    assert apart[video, video].all()


def test_padding_does_not_change_the_velocity(made):
    with torch.inference_mode():
        full = stream(made)
        count = int(full.words.mask.sum())
        cut = full._replace(words=Words(full.words.states[:, :count], full.words.mask[:, :count]))
        a, b = made.transformer(full), made.transformer(cut)
    assert torch.allclose(a.video, b.video, atol=1e-4)


def test_words_reach_only_the_frames_of_their_shot(made):
    spans = torch.tensor([[0.0, 8.0]] * 16 + [[8.0, 99.0]] * 16)[None]
    with torch.inference_mode():
        sees = attention_mask(stream(made, shots=spans))[0, 0]
    first_step, last_step = 32, 32 + 11
    words = stream(made).words.mask[0]
    assert torch.equal(sees[first_step, :16], words[:16])
    assert not sees[first_step, 16:32].any()
    assert not sees[last_step, :16].any()
    assert not sees[0, 16:32].any()


def test_whoever_watches_can_stop_the_sampling(pipeline):
    seen = []

    def stop(done, total):
        seen.append((done, total))
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        sample(pipeline, on_step=stop, sampling=Sampling(steps=5))
    assert seen == [(1, 5), (2, 5)]


@pytest.fixture(scope="module")
def engine(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pocket")
    save(folder / "run" / "checkpoint", made, Progress(plan=PLAN.name))
    export(PLAN, folder / "run", into=folder / "weights")
    return Pocket(folder=folder / "weights", steps=2)


@pytest.mark.parametrize("shape", ["portrait", "landscape", "square"])
def test_the_engine_renders_every_shape_with_sound_and_tells_what_it_understood(engine, shape):
    spec = RenderSpec(prompt=PROMPT + ", a dragon", seconds=1.5, shape=shape, seed=7)
    reports = []
    made = engine.render(spec, report=lambda done, total: reports.append((done, total)))
    frames = list(made.frames)
    assert len(frames) == made.frame_count == spec.frames == 36
    assert {frame.shape for frame in frames} == {(spec.canvas.height, spec.canvas.width, 3)}
    assert made.sound.shape == (2, round(1.5 * made.sample_rate_hz))
    assert made.caption == PROMPT
    assert "dragon" in made.understood["left_out"]
    assert made.weights_digest == weights.verify(engine.folder)
    done, totals = zip(*reports, strict=True)
    assert list(done) == list(range(1, totals[0] + 1))
    assert set(totals) == {totals[0]}


def test_the_engine_gives_the_same_bytes_again_and_a_remix_differs(engine):
    def render(**kwargs: Any) -> bytes:
        spec = RenderSpec(prompt=PROMPT, seconds=1.0, shape="square", seed=7, **kwargs)
        made = engine.render(spec, report=lambda _done, _total: None)
        return b"".join(frame.tobytes() for frame in made.frames) + made.sound.tobytes()

    assert render() == render()
    assert render(source=Source(prompt="a blue cat", seed=3, strength=0.7)) != render()
