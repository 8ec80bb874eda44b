"""What diffusion engines decide before any weights are read. Runs without torch."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generation.engines import EngineError, HasWeights
from generation.engines.diffusion import footage, grid, pictures, refusals, weights
from generation.engines.diffusion.briefing import brief
from generation.engines.diffusion.options import Options
from generation.engines.diffusion.places import offload_for
from generation.engines.kandinsky6 import Kandinsky6
from generation.engines.kandinsky6.family import Kandinsky6Family
from generation.engines.ltx2 import Ltx2
from generation.engines.ltx2.family import Ltx2Family
from generation.spec import (
    Canvas,
    Region,
    RenderSpec,
    SoundWish,
    Source,
    Span,
    SpokenLine,
    Still,
    canvas_of,
)
from tests.generation.masters import write_master

GIB = 2**30
ENGINES = (Ltx2, Kandinsky6)


def _spec(**changes: Any) -> RenderSpec:
    wish = {"prompt": "a red ball bounces", "seconds": 2.0, "shape": "portrait", "seed": 11}
    return RenderSpec(**(wish | changes))


@pytest.fixture
def master(tmp_path: Path) -> Path:
    return write_master(tmp_path / "master.mp4")


def _source(master: Path | None, **changes: Any) -> Source:
    return Source(**({"prompt": "before", "seed": 3, "master": master, "seconds": 1.0} | changes))


# --- grids


@pytest.mark.parametrize(
    ("frames", "step", "made"),
    [(1, 8, 1), (2, 8, 9), (24, 8, 25), (25, 8, 25), (120, 8, 121), (120, 4, 121), (26, 4, 29)],
)
def test_frames_are_rounded_up_to_the_grid_of_the_model(frames: int, step: int, made: int) -> None:
    assert grid.frames_on_grid(frames, step=step) == made


def test_sides_are_rounded_up_to_the_grid_of_the_model() -> None:
    assert grid.canvas_on_grid(Canvas(720, 1280), multiple=32) == (736, 1280)
    assert grid.canvas_on_grid(Canvas(720, 1280), multiple=64) == (768, 1280)
    assert grid.canvas_on_grid(Canvas(480, 854), multiple=16) == (480, 864)


def test_a_latent_is_found_by_the_frame_it_begins_at() -> None:
    for latent in range(12):
        first = grid.first_frame_of(latent, step=8)
        assert grid.latent_nearest(first, step=8) == latent


@pytest.mark.parametrize("shape", ["portrait", "landscape", "square"])
def test_a_preview_is_what_the_first_stage_of_the_final_clip_makes(shape: Any) -> None:
    options = Options()
    final = brief(_spec(shape=shape), Ltx2Family(), options).job
    preview, still = (
        brief(_spec(shape=shape, purpose=purpose, lines=lines), Ltx2Family(), options).job
        for purpose, lines in (("preview", 360), ("stills", 720))
    )
    assert still.size == preview.size
    assert (preview.size.width * 2, preview.size.height * 2) == final.size[:2]
    assert preview.size.frames == final.size.frames
    assert preview.seed == final.seed
    assert preview.text == final.text


# --- pictures


@pytest.mark.parametrize("lines", [360, 480, 720, 1080])
@pytest.mark.parametrize("family", [Ltx2Family(), Kandinsky6Family()], ids=["ltx2", "kandinsky6"])
def test_a_picture_comes_back_from_the_grid_where_it_was_laid(lines: int, family: Any) -> None:
    canvas = canvas_of("portrait", lines=lines)
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 255, (canvas.height, canvas.width, 3), dtype=np.uint8)
    cut = pictures.cut_for(canvas, family.grid(is_draft=False), lines_max=1080)
    laid = pictures.onto(picture, cut)
    assert laid.shape == (cut.made.height, cut.made.width, 3)
    assert np.array_equal(pictures.out_of(laid, cut), picture)


def test_a_picture_of_other_proportions_is_cut_and_not_squeezed() -> None:
    wide = np.zeros((100, 400, 3), np.uint8)
    wide[:, 150:250] = 255
    assert pictures.covering(wide, Canvas(50, 50)).min() == 255


def test_above_what_the_weights_were_made_for_pictures_are_enlarged_and_it_is_said() -> None:
    cut = pictures.cut_for(
        Canvas(720, 1280), Kandinsky6Family().grid(is_draft=False), lines_max=480
    )
    assert cut.inner == (480, 854)
    assert cut.notes["enlarged_from"] == [480, 854]
    made = np.zeros((cut.made.height, cut.made.width, 3), np.uint8)
    assert pictures.out_of(made, cut).shape == (1280, 720, 3)


# --- briefs


def test_a_last_picture_stands_at_the_end_or_one_latent_after_it() -> None:
    still = Still(np.zeros((10, 10, 3), np.uint8), role="last")
    for seconds in (1.0, 1.5, 2.0, 5.0):
        job = brief(_spec(seconds=seconds, stills=(still,)), Ltx2Family(), Options()).job
        (guide,) = job.guides
        last = job.shown.frames - 1
        assert last <= guide.at < last + 8
        assert guide.at < job.size.frames


def test_what_goes_on_after_a_clip_begins_with_its_last_frames(master: Path) -> None:
    spec = _spec(seconds=1.0, lines=360, source=_source(master, use="after"))
    order = brief(spec, Ltx2Family(), Options())
    job, (guide,) = order.job, order.job.guides
    assert (guide.at, len(guide.frames)) == (0, 17)
    assert job.shown == (17, 24)
    assert job.size.frames >= 17 + 24
    # The clip grows lighter, so its end is the lightest.
    assert guide.frames[-1].mean() > guide.frames[0].mean()
    assert abs(int(guide.frames[-1][-1, 5, 1]) - (40 + 23 * 6)) < 8


def test_what_leads_up_to_a_clip_ends_where_its_first_frames_begin(master: Path) -> None:
    spec = _spec(seconds=1.0, lines=360, source=_source(master, use="before"))
    job = brief(spec, Ltx2Family(), Options()).job
    (guide,) = job.guides
    assert job.shown.first + job.shown.frames == guide.at
    assert job.shown.frames == 24
    assert job.size.frames >= guide.at + 17
    assert abs(int(guide.frames[0][-1, 5, 1]) - 40) < 8


def test_an_edit_is_made_between_the_frames_around_it(master: Path) -> None:
    source = _source(master, use="edit", strength=0.8, span=Span(0.5, 0.75))
    job = brief(_spec(seconds=0.25, lines=360, source=source), Ltx2Family(), Options()).job
    before, after = job.guides
    assert job.shown == (len(before.frames), 6)
    assert after.at == job.shown.first + job.shown.frames
    assert job.start is not None
    assert len(job.start.frames) == job.size.frames
    assert job.start.level == 0.8


def test_an_edit_may_change_its_box_alone(master: Path) -> None:
    region = Region("box", box=(0.25, 0.5, 0.75, 1.0))
    source = _source(master, use="edit", strength=1.0, region=region)
    order = brief(_spec(seconds=1.0, lines=360, source=source), Ltx2Family(), Options())
    assert order.job.start is not None
    free = order.job.start.may_change
    assert free is not None
    assert free.shape == (order.job.size.height, order.job.size.width)
    assert free.mean() == pytest.approx(
        0.25 * order.cut.inner.width * order.cut.inner.height / free.size, abs=0.01
    )


def test_a_remix_that_keeps_the_motion_does_not_forget_the_layout(master: Path) -> None:
    source = _source(master, strength=1.0, keeps=frozenset({"motion", "look"}))
    job = brief(_spec(source=source, lines=360), Ltx2Family(), Options()).job
    assert job.start is not None
    assert job.start.level < 0.75
    assert job.guides[0].at == 0


def test_a_blend_crosses_over_from_one_clip_to_the_other(master: Path, tmp_path: Path) -> None:
    other = write_master(tmp_path / "other.mp4", hue=2)
    spec = _spec(
        seconds=1.0,
        lines=360,
        source=_source(master, use="blend"),
        blended=_source(other, use="blend"),
    )
    start = brief(spec, Ltx2Family(), Options()).job.start
    assert start is not None
    red, _, blue = start.frames[0][300, 190].astype(int)
    assert red > blue + 100
    red, _, blue = start.frames[-1][300, 190].astype(int)
    assert blue > red + 30
    assert start.sound is not None
    assert np.abs(start.sound[:, 2000:-2000]).max() > 0.1


def test_a_source_whose_file_is_gone_is_refused_with_a_way_out() -> None:
    with pytest.raises(EngineError, match="from its text alone") as told:
        brief(_spec(source=_source(None)), Ltx2Family(), Options())
    assert told.value.permanent


def test_a_source_that_is_no_clip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "master.mp4"
    path.write_bytes(b"not a film")
    with pytest.raises(EngineError, match="cannot be read") as told:
        brief(_spec(source=_source(path)), Ltx2Family(), Options())
    assert told.value.permanent


def test_a_clip_is_read_at_the_frame_rate_that_is_asked_for(tmp_path: Path) -> None:
    path = write_master(tmp_path / "thirty.mp4", frames=30, fps=30)
    assert footage.count_frames(path, fps=30) == 30
    assert footage.count_frames(path, fps=24) in (23, 24)
    clip = footage.read_clip(path, fps=24, first=0, count=40, fit=lambda frame: frame)
    assert clip.shape == (40, 128, 72, 3)
    assert np.array_equal(clip[-1], clip[-2])
    assert footage.read_sound(path, start_s=0.5, seconds=2.0).shape == (2, 96_000)


# --- words


def test_ltx2_reads_one_paragraph_with_speech_in_quotes() -> None:
    spec = _spec(
        style="35 mm film",
        camera="pan left",
        sound=SoundWish(ambience="rain on a roof", music="none", lines=(SpokenLine("Hi", "@ana"),)),
    )
    assert Ltx2Family().text_of(spec) == (
        "Style: 35 mm film. a red ball bounces. The camera pans left. "
        'ana says: "Hi" Background sound: rain on a roof. No music.'
    )


def test_kandinsky6_reads_speech_and_sound_between_tags() -> None:
    spec = _spec(
        prompt='a man says "good day"',
        sound=SoundWish(ambience="rain", lines=(SpokenLine("Hi"),)),
    )
    assert Kandinsky6Family().text_of(spec) == (
        "a man says <S>good day<E> A narrator says: <S>Hi<E> "
        "<AUDCAP>Background sound: rain.<ENDAUDCAP>"
    )


# --- limits


@pytest.mark.parametrize(
    ("engine", "changes", "words"),
    [
        (Ltx2, {"seconds": 21.0}, "1 to 20 s"),
        (Ltx2, {"fps": 25}, "24, 30"),
        (Ltx2, {"lines": 400}, "360, 480"),
        (Ltx2, {"prompt": "x" * 4001}, "4000 characters"),
        (Ltx2, {"source": Source("", 1, use="edit", region=Region("words", words="hat"))}, "box"),
        (Kandinsky6, {"fps": 30}, "24"),
        (Kandinsky6, {"seconds": 6.0}, "1 to 5 s"),
        (Kandinsky6, {"source": Source("", 1)}, "cannot make remix"),
        (Kandinsky6, {"stills": (Still(np.zeros((2, 2, 3), np.uint8), role="last"),)}, "first"),
        (Kandinsky6, {"purpose": "preview"}, "no preview"),
    ],
)
def test_what_an_engine_cannot_make_is_refused_with_what_it_can(
    engine: Any, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(EngineError, match=words) as told:
        refusals.refuse(_spec(**changes), engine.limits)
    assert told.value.permanent


def test_limits_are_read_without_torch() -> None:
    script = (
        "import sys\n"
        "from generation.engines.ltx2 import Ltx2\n"
        "from generation.engines.kandinsky6 import Kandinsky6\n"
        "print(Ltx2.limits.seconds_max, Ltx2().trouble()[:5], Kandinsky6().trouble()[:9])\n"
        "print([m for m in ('torch', 'diffusers', 'transformers') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


# --- options and places


@pytest.mark.parametrize(
    ("free", "offload"), [(80, "none"), (60, "model"), (20, "group"), (10, "sequential")]
)
def test_what_stays_on_the_device_follows_from_its_free_memory(free: int, offload: str) -> None:
    parts = {"transformer": 38 * GIB, "text_encoder": 24 * GIB, "vae": 2 * GIB}
    assert offload_for(parts, free_bytes=free * GIB, working_bytes=14 * GIB) == offload


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"modell": "x"}, "there are: model"),
        ({"offload": "disk"}, "none, model, group"),
        ({"dtype": "float16"}, "bfloat16"),
    ],
)
def test_a_wrong_option_is_refused_with_those_that_exist(
    options: dict[str, Any], words: str
) -> None:
    with pytest.raises(EngineError, match=words) as told:
        Ltx2(**options)
    assert told.value.permanent


# --- weights


@pytest.fixture
def _stack(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the model stack look installed."""
    monkeypatch.setattr(weights, "LIBRARIES", ())


@pytest.mark.usefixtures("_stack")
@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_without_weights_says_what_to_do(engine: Any, tmp_path: Path) -> None:
    family = engine()._runner.family
    assert isinstance(engine(), HasWeights)
    assert f"set {family.setting} to" in engine().trouble()
    assert family.example in engine().trouble()
    assert "no such folder" in engine(model="/nowhere").trouble()
    assert "no model_index.json" in engine(model=str(tmp_path)).trouble()
    with pytest.raises(EngineError, match=family.setting) as told:
        engine().render(_spec(), report=lambda done, total: None)
    assert told.value.permanent


@pytest.mark.usefixtures("_stack")
def test_a_checkpoint_of_another_family_is_named(tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": "WanPipeline"}))
    assert "holds a WanPipeline, not LTX-2" in Ltx2(model=str(tmp_path)).trouble()
    (tmp_path / "model_index.json").write_text("{")
    assert "download the checkpoint again" in Ltx2(model=str(tmp_path)).trouble()


def test_an_engine_without_its_libraries_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(weights, "LIBRARIES", ("no_such_library",))
    assert "needs no_such_library: install requirements/gpu.txt" in Ltx2().trouble()


def _tensors(path: Path, *, count: int) -> None:
    header = json.dumps(
        {"a": {"dtype": "F32", "shape": [2, count], "data_offsets": [0, 8 * count]}}
    )
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(len(header).to_bytes(8, "little") + header.encode() + bytes(8 * count))


def test_weights_are_counted_from_the_heads_of_their_files(tmp_path: Path) -> None:
    _tensors(tmp_path / "transformer" / "one.safetensors", count=3)
    _tensors(tmp_path / "transformer" / "two.safetensors", count=4)
    _tensors(tmp_path / "vae" / "one.safetensors", count=1)
    _tensors(tmp_path / "helper" / "one.safetensors", count=9)
    found = weights.numbers_in(tmp_path, without={"helper"})
    assert found == {"transformer": 14, "vae": 2}


def test_the_digest_follows_every_byte_and_is_remembered(tmp_path: Path) -> None:
    file = tmp_path / "vae" / "one.safetensors"
    _tensors(file, count=3)
    (tmp_path / "all-in-one.safetensors").write_bytes(b"the same again")
    first = weights.digest_of({"checkpoint": tmp_path})
    (tmp_path / "all-in-one.safetensors").unlink()
    remembered = (tmp_path / weights.REMEMBERED).read_text()
    assert weights.digest_of({"checkpoint": tmp_path}) == first
    file.write_bytes(file.read_bytes()[:-1] + b"\1")
    assert weights.digest_of({"checkpoint": tmp_path}) != first
    assert (tmp_path / weights.REMEMBERED).read_text() != remembered
    assert weights.digest_of({"other": tmp_path}) != weights.digest_of({"checkpoint": tmp_path})
