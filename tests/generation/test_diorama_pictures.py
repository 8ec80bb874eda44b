"""What the diorama draws: every subject, place and style, in every shape, the same each time."""

from __future__ import annotations

import hashlib
from itertools import islice

import cv2
import numpy as np
import pytest

from generation.engines import Cancelled, EngineError
from generation.engines.diorama import Diorama, world
from generation.engines.diorama.layers import rig_of
from generation.engines.diorama.painting.lighting import light_of
from generation.engines.diorama.sheets import BACKDROP
from generation.engines.diorama.vocabulary import words
from generation.engines.diorama.vocabulary.places import PLACES
from generation.engines.diorama.vocabulary.subjects import SUBJECTS
from generation.spec import Canvas, CastMember, RenderSpec

SHAPES = {"portrait": Canvas(90, 160), "landscape": Canvas(160, 90), "square": Canvas(96, 96)}


def _frames(prompt, *, seed=1, canvas=SHAPES["portrait"], count=2, **more):
    scene = world.stage(prompt, seed=seed, seconds=1, canvas=canvas, **more)
    return [frame.copy() for frame in islice(world.frames(scene), count)]


def _digest(frames):
    return hashlib.sha256(b"".join(frame.tobytes() for frame in frames)).hexdigest()


@pytest.mark.parametrize("name", sorted(SUBJECTS))
def test_every_subject_is_drawn_within_its_frame(name):
    scene = world.stage(f"a {name} in a park by day", seed=3, canvas=SHAPES["square"])
    light = light_of(scene.brief, hue_shift=0.0)
    rig = rig_of(scene, scene.actors[0], px=48, light=light)
    body = next(part for part in rig.parts if part.name == "body")
    assert int((body.sprite.rgba[..., 3] > 128).sum()) > 60
    if SUBJECTS[name].is_alive:
        assert rig.has("lids"), "the living blink"
        assert rig.has("mouth") or rig.has("jaw"), "the living speak"
    names = [part.name for part in rig.parts]
    assert len(names) == len(set(names))
    for part in rig.parts:
        colour, alpha = part.sprite.rgba[..., :3], part.sprite.rgba[..., 3:]
        assert (colour <= alpha).all(), "premultiplied"


@pytest.mark.parametrize("shape", sorted(SHAPES))
@pytest.mark.parametrize("place", sorted(PLACES))
def test_every_place_is_painted_in_every_shape(place, shape):
    canvas = SHAPES[shape]
    (frame,) = _frames(f"a cat {PLACES[place].phrase}", canvas=canvas, count=1)
    assert frame.shape == (canvas.height, canvas.width, 3)
    assert frame.dtype == np.uint8
    assert frame.std() > 12, "not blank"


@pytest.fixture(scope="module")
def plain():
    return _frames("a dog in a desert by day", count=1)[0]


@pytest.mark.parametrize("style", sorted(words.STYLE_WORDS))
def test_every_style_looks_different_from_the_plain_one(style, plain):
    styled = _frames(f"a dog in a desert by day, {style}", count=1)[0]
    far = np.abs(plain.astype(int) - styled.astype(int)).mean()
    assert far == 0 if style == "diorama" else far > 2


@pytest.mark.parametrize("weather", sorted(set(words.WEATHER_WORDS) - {"clear", "cloudy"}))
def test_weather_moves_from_frame_to_frame(weather):
    phrase = words.WEATHER_WORDS[weather][0]
    first, second = _frames(f"a house stands in a desert by day {phrase}, still camera", count=2)
    assert (first != second).any()


@pytest.mark.parametrize("camera", sorted(words.CAMERA_WORDS))
def test_no_camera_move_shows_the_edge_of_the_paper(camera):
    scene = world.stage(
        f"a house stands in a desert by day, {words.CAMERA_WORDS[camera][0]}",
        seed=2, seconds=2, canvas=SHAPES["portrait"],
    )  # fmt: skip
    stack = world.stack(scene)
    plates = [layer for layer in stack.layers if layer.name in {"sky", "ground"}]
    width, height = scene.canvas
    for layer in plates:
        tall, wide = layer.rgba.shape[:2]
        left, right = (
            layer.matrices[:, 0, 2],
            layer.matrices[:, 0, 0] * wide + layer.matrices[:, 0, 2],
        )
        bottom = layer.matrices[:, 1, 1] * tall + layer.matrices[:, 1, 2]
        assert left.max() <= 0.5
        assert right.min() >= width - 0.5
        assert layer.name == "sky" or bottom.min() >= height - 0.5


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    prompt = "a red ball bounces on a wet street at night, rain"
    assert _digest(_frames(prompt)) == _digest(_frames(prompt))
    assert _digest(_frames(prompt)) != _digest(_frames(prompt, seed=2))


def test_unknown_words_change_the_picture_always_in_the_same_way():
    plain, odd, again, other = (
        _digest(_frames(f"a dog in a desert by day{tail}", count=1))
        for tail in ("", " florp", " florp", " quux")
    )
    assert odd == again
    assert len({plain, odd, other}) == 3


def test_colours_of_the_prompt_are_seen():
    red, blue = (
        _frames(f"a giant {c} balloon floats in a meadow by day", count=1)[0]
        for c in ("red", "blue")
    )
    changed = np.abs(red.astype(int) - blue.astype(int)).sum(axis=2) > 60
    assert changed.sum() > 60
    assert red[changed][:, 0].mean() > blue[changed][:, 0].mean() + 30
    assert blue[changed][:, 2].mean() > red[changed][:, 2].mean() + 30


def test_a_stack_drawn_by_its_definition_is_what_the_painter_draws():
    scene = world.stage(
        "a dog walks in a desert by day", seed=1, seconds=1, canvas=SHAPES["square"]
    )
    stack = world.stack(scene)
    slow = world.composite(stack.layers, at=3, canvas=scene.canvas)
    fast = next(islice(world.frames(scene), 3, None))
    assert stack.layers[0].actor == BACKDROP
    assert (
        np.abs(slow.astype(int) - fast.astype(int)).mean() < 12
    )  # weather, grain and grade differ


def test_mouths_open_with_the_voice():
    scene = world.stage(
        "a cat stands in a desert by day", seed=1, seconds=1, canvas=SHAPES["square"]
    )
    loud = {"cat": np.ones(scene.frames, np.float32)}
    quiet, speaking = (world.stack(scene, mouths=mouths) for mouths in ({}, loud))
    opened = [next(p for p in s.layers if p.name == "cat.mouth").opacity for s in (quiet, speaking)]
    assert opened[0].max() == 0
    assert opened[1].min() == 1


def test_a_cast_member_looks_the_same_in_every_clip_and_wears_a_lent_face(tmp_path):
    picture = np.full((120, 100, 3), 40, np.uint8)
    cv2.circle(picture, (50, 52), 30, (60, 160, 240), -1)
    path = tmp_path / "face.png"
    cv2.imwrite(str(path), picture)
    plain, faced = CastMember("ana", "Ana"), CastMember("ana", "Ana", (path,))
    heads = []
    for seed, member in ((1, plain), (2, plain), (1, faced)):
        scene = world.stage(
            "@ana waves in a park by day", seed=seed, canvas=SHAPES["portrait"], cast=(member,)
        )
        rig = rig_of(scene, scene.actors[0], px=64, light=light_of(scene.brief, hue_shift=0.0))
        heads.append(next(part for part in rig.parts if part.name == "head").sprite.rgba)
    size = min(heads[0].shape[0], heads[1].shape[0])
    assert np.abs(heads[0][:size].astype(int).mean() - heads[1][:size].astype(int).mean()) < 6
    assert heads[2].shape != heads[0].shape or (heads[2] != heads[0]).any()


def test_an_unreadable_face_is_no_face(tmp_path):
    path = tmp_path / "face.png"
    path.write_bytes(b"not a picture")
    members = (CastMember("ana", "Ana", (path, tmp_path / "missing.png")),)
    assert len(_frames("@ana waves", cast=members, count=1)) == 1


def _silent(done, total):
    return None


def test_a_render_has_every_frame_its_sound_and_its_events():
    seen = []
    spec = RenderSpec('a red ball bounces in a meadow by day, the dog says "hi"', 1.0, "square", 5)
    rendered = Diorama().render(spec, report=lambda done, total: seen.append((done, total)))
    assert rendered.frame_count == 24
    assert rendered.sound.shape == (2, round(24 / 24 * rendered.sample_rate_hz))
    assert np.isfinite(rendered.sound).all()
    assert {"impact"} <= {happening.kind for happening in rendered.happenings}
    assert rendered.words
    assert rendered.words[0].speaker == "dog"
    assert rendered.understood["subjects"][0]["subject"] == "ball"
    assert len(rendered.weights_digest) == 64
    first = next(rendered.frames)
    assert first.shape == (720, 720, 3)
    assert seen[0] == (0, 24)
    rendered.frames.close()


def test_a_render_stops_where_the_report_says_so():
    def stop(done, total):
        if done == 2:
            raise Cancelled

    rendered = Diorama().render(
        RenderSpec("a ball in space, silent", 1.0, "square", 5), report=stop
    )
    with pytest.raises(Cancelled):
        list(rendered.frames)


@pytest.mark.parametrize(
    "spec",
    [
        RenderSpec("a dog", 0.2, "square", 1),
        RenderSpec("a dog", 61.0, "square", 1),
        RenderSpec("a dog", 2.0, "square", 1, fps=25),
        RenderSpec("a" * 2001, 2.0, "square", 1),
        RenderSpec("a", 2.0, "square", 1, cast=tuple(CastMember(n, n) for n in "abcd")),
    ],
)
def test_what_is_outside_the_limits_is_refused_for_good(spec):
    with pytest.raises(EngineError) as refused:
        Diorama().render(spec, report=_silent)
    assert refused.value.permanent
