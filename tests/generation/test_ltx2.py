"""LTX-2 with a tiny checkpoint of its very classes: every operation, offline, on the CPU."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import LTX2ConditionPipeline
from diffusers.pipelines.ltx2.utils import DEFAULT_NEGATIVE_PROMPT
from structlog.testing import capture_logs

from generation.engines import Cancelled, EngineError
from generation.engines.diffusion import weights
from generation.engines.diffusion.briefing import brief
from generation.engines.diffusion.places import Place
from generation.engines.diffusion.runner import _translated
from generation.engines.diffusion.watching import Watch
from generation.engines.ltx2 import Ltx2, schedule
from generation.engines.ltx2.family import Ltx2Family
from generation.engines.ltx2.model import load
from generation.spec import Region, RenderSpec, SoundWish, Source, Span, Still
from tests.generation.checkpoints import save_kandinsky6, save_lora, save_ltx2
from tests.generation.diffusion import (  # noqa: F401 - `quiet` is around every test
    RED,
    bytes_of,
    ignore,
    quiet,
    saved,
    spec_of,
)
from tests.generation.masters import write_master
from tests.generation.test_engine_contract import (  # noqa: F401 - the contract, for this engine too
    test_an_engine_reports_every_frame_and_stops_when_told,
    test_an_engine_says_who_it_is_and_what_it_understood,
    test_frames_and_sound_have_the_promised_shape,
    test_the_same_spec_gives_the_same_bytes,
)

# Small: 64 lines are made, and enlarged to what is asked for.
TINY = {"device": "cpu", "dtype": "float32", "lines_max": 64, "is_distilled": True}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved(save_ltx2, tmp_path_factory.mktemp("ltx2"))


@pytest.fixture(scope="module")
def engine(checkpoint: Path) -> Ltx2:
    return Ltx2(model=str(checkpoint), **TINY)


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_master(tmp_path_factory.mktemp("master") / "master.mp4")


def _source(master: Path, **changes: Any) -> Source:
    return Source(**({"prompt": "before", "seed": 3, "master": master, "seconds": 1.0} | changes))


def _latents(engine: Ltx2, spec: RenderSpec) -> tuple[Any, Any]:
    """Sample a spec with the engine's weights. Returns (model, video latents)."""
    engine.warm()
    assert engine._runner._loaded is not None
    model: Any = engine._runner._loaded.model
    job = brief(spec, Ltx2Family(), engine._runner.options).job
    with torch.no_grad():
        watch = Watch(ignore, steps=model.steps(job), frames=0)
        return model, model._sampled(job, model._stages(job), watch).video


OPERATIONS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "text": lambda _: {},
    "image": lambda _: {"stills": (RED,)},
    "last picture": lambda _: {"stills": (Still(RED.image, "last"),)},
    "keyframe": lambda _: {"stills": (Still(RED.image, "frame", at_s=0.5, strength=0.7),)},
    "remix": lambda m: {"source": _source(m, strength=0.6)},
    "remix of the look": lambda m: {"source": _source(m, keeps=frozenset({"look"}))},
    "remix of nothing": lambda m: {"source": _source(m, strength=1.0)},
    "extend": lambda m: {"source": _source(m, use="after")},
    "lead up": lambda m: {"source": _source(m, use="before")},
    "blend": lambda m: {"source": _source(m, use="blend"), "blended": _source(m, seed=4)},
    "edit of a box": lambda m: {
        "source": _source(m, use="edit", strength=0.9, region=Region("box", (0.0, 0.0, 0.5, 0.5)))
    },
    "edit of a span": lambda m: {
        "seconds": 0.25,
        "source": _source(m, use="edit", strength=1.0, span=Span(0.5, 0.75)),
    },
    "preview": lambda _: {"purpose": "preview"},
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_gives_its_frames_and_sound_to_the_sample(
    engine: Ltx2, master: Path, operation: str
) -> None:
    spec = spec_of(**OPERATIONS[operation](master))
    seen: list[tuple[int, int]] = []
    rendered = engine.render(spec, report=lambda done, total: seen.append((done, total)))
    frames = list(rendered.frames)
    assert len(frames) == rendered.frame_count == spec.frames
    assert {frame.shape for frame in frames} == {(640, 360, 3)}
    samples = round(spec.frames / spec.fps * rendered.sample_rate_hz)
    assert rendered.sound.shape == (2, samples)
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    json.dumps(rendered.understood)
    assert bytes_of(engine.render(spec, report=ignore)) == bytes_of(
        engine.render(spec, report=ignore)
    )


def test_weights_that_come_to_the_device_in_groups_make_the_same_clip(
    engine: Ltx2, checkpoint: Path
) -> None:
    """Offloading proper needs a device; the hooks, and what goes around them, do not."""
    job = brief(spec_of(), Ltx2Family(), engine._runner.options).job

    def made(offload: Any) -> list[Any]:
        model = load(checkpoint, Place("cpu", "float32", offload), engine._runner.options)
        return list(model.make(job, Watch(ignore, steps=11, frames=0)).frames)

    assert np.array_equal(made("none"), made("group"))


def test_a_checkpoint_read_again_makes_the_same_clip(engine: Ltx2, checkpoint: Path) -> None:
    again = Ltx2(model=str(checkpoint), **TINY)
    first, second = (one.render(spec_of(), report=ignore) for one in (engine, again))
    assert first.weights_digest == second.weights_digest
    assert bytes_of(first) == bytes_of(second)


def test_other_weights_have_another_digest_and_make_another_clip(
    engine: Ltx2, tmp_path: Path
) -> None:
    other = Ltx2(model=str(save_ltx2(tmp_path, seed=9)), **TINY)
    mine, theirs = (one.render(spec_of(), report=ignore) for one in (engine, other))
    assert mine.weights_digest != theirs.weights_digest
    assert bytes_of(mine) != bytes_of(theirs)


def test_a_final_clip_is_sampled_in_two_stages_of_distilled_levels(engine: Ltx2) -> None:
    understood = engine.render(spec_of(), report=ignore).understood
    first, second = understood["stages"]
    assert [len(one["levels"]) for one in (first, second)] == [8, 3]
    assert [2 * side for side in first["size"]] == second["size"]


def test_without_an_upsampler_there_is_one_stage(tmp_path: Path) -> None:
    folder = save_ltx2(tmp_path, has_upsampler=False)
    engine = Ltx2(model=str(folder), **TINY)
    assert len(engine.render(spec_of(), report=ignore).understood["stages"]) == 1
    with pytest.raises(EngineError, match="no latent_upsampler") as told:
        Ltx2(model=str(folder), two_stages=True, **TINY).warm()
    assert told.value.permanent


def test_one_stage_makes_what_the_pipeline_of_the_library_makes(checkpoint: Path) -> None:
    """Our levels, and our way of passing them, change nothing about a plain clip."""
    engine = Ltx2(model=str(checkpoint), **(TINY | {"is_distilled": False, "steps": 3}))
    _, latents = _latents(engine, spec_of(purpose="preview"))
    theirs = LTX2ConditionPipeline.from_pretrained(checkpoint, local_files_only=True)
    theirs.set_progress_bar_config(disable=True)
    assert theirs.scheduler.config.use_dynamic_shifting
    frames = theirs(
        prompt="a red ball.",
        negative_prompt=DEFAULT_NEGATIVE_PROMPT,
        height=latents.shape[3] * 32,
        width=latents.shape[4] * 32,
        num_frames=25,
        num_inference_steps=3,
        spatio_temporal_guidance_blocks=[1],
        use_cross_timestep=False,
        max_sequence_length=64,
        generator=torch.Generator().manual_seed(5),
        output_type="latent",
    ).frames
    assert torch.allclose(latents, frames, atol=1e-4)


def test_what_must_not_be_there_counts_where_guidance_does(checkpoint: Path) -> None:
    engine = Ltx2(model=str(checkpoint), **(TINY | {"is_distilled": False, "steps": 2}))
    _, without = _latents(engine, spec_of(purpose="preview"))
    _, with_it = _latents(engine, spec_of(purpose="preview", negative="rain and fog"))
    assert not torch.equal(without, with_it)


def test_a_given_picture_is_the_first_frame(engine: Ltx2) -> None:
    spec = spec_of(stills=(RED,), purpose="preview")
    model, latents = _latents(engine, spec)
    job = brief(spec, Ltx2Family(), engine._runner.options).job
    pixels = torch.from_numpy(job.guides[0].frames).permute(3, 0, 1, 2)[None].float() / 127.5 - 1
    # The pipeline codes a single picture as video first, as the weights are used to.
    coded = model.pipeline.vae.encode(pixels).latent_dist.mode()
    assert torch.allclose(latents[:, :, :1], coded, atol=0.05)


def test_a_clip_that_goes_on_begins_with_the_end_of_the_one_before(
    engine: Ltx2, master: Path
) -> None:
    spec = spec_of(source=_source(master, use="after"), purpose="preview")
    model, latents = _latents(engine, spec)
    tail = brief(spec, Ltx2Family(), engine._runner.options).job.guides[0].frames
    pixels = torch.from_numpy(tail).permute(3, 0, 1, 2)[None].float() / 127.5 - 1
    coded = model.pipeline.vae.encode(pixels).latent_dist.mode()
    assert torch.allclose(latents[:, :, :3], coded, atol=1e-3)


def test_a_remix_stays_nearer_the_less_it_may_change(engine: Ltx2, master: Path) -> None:
    def made(strength: float) -> Any:
        return _latents(engine, spec_of(source=_source(master, strength=strength)))[1]

    kept = made(0.0)
    far = [float((made(level) - kept).abs().mean()) for level in (0.2, 0.5, 0.8)]
    assert 0 < far[0] < far[1] < far[2]


def test_what_an_edit_may_not_change_is_held_to_the_clip(engine: Ltx2, master: Path) -> None:
    region = Region("box", box=(0.0, 0.0, 0.5, 0.25))
    source = _source(master, use="edit", strength=1.0, region=region)
    _, changed = _latents(engine, spec_of(source=source))
    kept = _latents(engine, spec_of(source=_source(master, strength=0.0)))[1]
    assert torch.allclose(changed[..., -1, :], kept[..., -1, :], atol=1e-4)
    assert not torch.allclose(changed[..., 0, 0], kept[..., 0, 0], atol=1e-2)


def test_sound_alone_is_made_to_the_pictures_of_a_clip(engine: Ltx2, master: Path) -> None:
    spec = spec_of(source=_source(master, use="resound"))
    rendered = engine.render(spec, report=ignore)
    assert list(rendered.frames) == []
    assert rendered.frame_count == 24
    assert rendered.sound.shape == (2, rendered.sample_rate_hz)
    assert np.abs(rendered.sound).max() > 0
    other = engine.render(spec_of(source=_source(master, use="resound"), seed=6), report=ignore)
    assert not np.array_equal(rendered.sound, other.sound)


def test_stills_are_frames_of_the_very_clip(engine: Ltx2) -> None:
    whole = list(engine.render(spec_of(purpose="preview"), report=ignore).frames)
    rendered = engine.render(spec_of(purpose="stills", stills_at_s=(0.0, 0.5)), report=ignore)
    frames = list(rendered.frames)
    assert rendered.frame_count == len(frames) == 2
    assert np.array_equal(frames[0], whole[0])
    assert np.array_equal(frames[1], whole[12])
    assert rendered.sound.shape == (2, round(2 / 24 * rendered.sample_rate_hz))


def test_silence_is_silent(engine: Ltx2) -> None:
    rendered = engine.render(spec_of(sound=SoundWish(is_silent=True)), report=ignore)
    assert not rendered.sound.any()


@pytest.mark.parametrize("stop_at", [0, 1, 7, 9, 11])
def test_a_cancelled_clip_stops_within_a_step_and_the_next_is_whole(
    engine: Ltx2, stop_at: int
) -> None:
    whole = bytes_of(engine.render(spec_of(), report=ignore))
    seen: list[int] = []

    def report(done: int, total: int) -> None:
        seen.append(done)
        if done >= stop_at:
            raise Cancelled

    with pytest.raises(Cancelled):
        engine.render(spec_of(), report=report)
    assert seen[-1] == stop_at
    assert seen.count(stop_at) == 1
    assert bytes_of(engine.render(spec_of(), report=ignore)) == whole


@pytest.mark.parametrize("after", [1, 12])
def test_a_clip_is_cancelled_within_a_step_and_while_it_is_decoded(
    engine: Ltx2, after: int
) -> None:
    """All eleven steps are done: what is left are the blocks of the decoders."""
    asked = 0

    def report(done: int, total: int) -> None:
        nonlocal asked
        asked += done == 11
        if asked > after:
            raise Cancelled

    with pytest.raises(Cancelled):
        list(engine.render(spec_of(), report=report).frames)
    assert asked == after + 1


def test_two_threads_wait_for_each_other(engine: Ltx2) -> None:
    specs = [spec_of(seed=seed) for seed in (1, 2)]
    alone = [bytes_of(engine.render(spec, report=ignore)) for spec in specs]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda s: bytes_of(engine.render(s, report=ignore)), specs))
    assert together == alone


def test_the_licence_is_told_once_with_its_duties(checkpoint: Path) -> None:
    engine = Ltx2(model=str(checkpoint), **TINY)
    with capture_logs() as logs:
        engine.warm()
        engine.warm()
    (told,) = [one for one in logs if one["event"] == "engine.licence"]
    assert "10 million USD" in told["notice"]
    assert "disclose" in told["notice"]


def test_a_cache_of_the_library_is_an_option(checkpoint: Path) -> None:
    engine = Ltx2(model=str(checkpoint), cache="taylorseer", **TINY)
    first, again = (bytes_of(engine.render(spec_of(), report=ignore)) for _ in range(2))
    assert first == again


def test_half_precision_is_an_option(checkpoint: Path) -> None:
    engine = Ltx2(model=str(checkpoint), **(TINY | {"dtype": "bfloat16"}))
    rendered = engine.render(spec_of(purpose="preview"), report=ignore)
    assert rendered.understood["arithmetic"] == "bfloat16"
    assert len(list(rendered.frames)) == 24


def test_a_cache_that_does_not_exist_is_refused(checkpoint: Path) -> None:
    with pytest.raises(EngineError, match="taylorseer") as told:
        Ltx2(model=str(checkpoint), cache="all", **TINY).warm()
    assert told.value.permanent


def test_a_lora_changes_the_clip_and_its_digest(
    engine: Ltx2, checkpoint: Path, tmp_path: Path
) -> None:
    save_lora(checkpoint, tmp_path)
    with_it = Ltx2(model=str(checkpoint), loras=str(tmp_path), lora_weights={"ink": 0.8}, **TINY)
    second = Ltx2(model=str(checkpoint), loras=str(tmp_path), stage_two_lora="ink", **TINY)
    plain, whole, refined = (
        one.render(spec_of(), report=ignore) for one in (engine, with_it, second)
    )
    assert len({one.weights_digest for one in (plain, whole, refined)}) == 3
    assert len({bytes_of(one) for one in (plain, whole, refined)}) == 3
    preview = spec_of(purpose="preview")
    assert bytes_of(second.render(preview, report=ignore)) == bytes_of(
        engine.render(preview, report=ignore)
    )
    with pytest.raises(EngineError, match="No LoRA chalk") as told:
        Ltx2(model=str(checkpoint), loras=str(tmp_path), lora_weights={"chalk": 1}, **TINY).warm()
    assert told.value.permanent


def test_a_hub_id_that_cannot_be_fetched_now_may_be_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(EngineError, match="set LTX2_MODEL to the folder") as told:
        weights.find("Lightricks/LTX-2", Ltx2Family())
    assert not told.value.permanent


def test_a_checkpoint_of_another_family_is_refused(tmp_path: Path) -> None:
    folder = save_kandinsky6(tmp_path)
    with pytest.raises(EngineError, match="Kandinsky6TI2VAPipeline, not LTX-2"):
        Ltx2(model=str(folder), **TINY).warm()


def test_a_damaged_checkpoint_is_refused_for_good(tmp_path: Path) -> None:
    folder = save_ltx2(tmp_path)
    (folder / "vae" / "config.json").unlink()
    with pytest.raises(EngineError, match="LTX-2: ") as told:
        Ltx2(model=str(folder), **TINY).warm()
    assert told.value.permanent


def test_without_a_gpu_the_engine_says_so(checkpoint: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(EngineError, match="needs a GPU") as told:
        Ltx2(model=str(checkpoint)).warm()
    assert told.value.permanent


def test_too_little_memory_is_final_for_this_clip() -> None:
    with (
        pytest.raises(EngineError, match="fewer seconds") as told,
        _translated("LTX-2", Place("cuda", "bfloat16", "model")),
    ):
        raise torch.OutOfMemoryError("CUDA out of memory")
    assert told.value.permanent


def test_a_walk_may_begin_at_any_level() -> None:
    assert schedule.below(schedule.DISTILLED, 0.6) == (0.6, 0.421875)
    assert schedule.below(schedule.DISTILLED, 1.0) == schedule.DISTILLED
    assert schedule.below(schedule.DISTILLED, 0.0) == ()
