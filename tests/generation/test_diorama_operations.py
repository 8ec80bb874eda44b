"""Every way of making a clip, in the paper world: what changes, and what must not."""

from __future__ import annotations

import itertools
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

from generation.engines import EngineError
from generation.engines.diorama.directing import direct
from generation.engines.diorama.engine import Diorama
from generation.engines.diorama.grammar import parse
from generation.engines.diorama.mounting import fitted, palette
from generation.engines.diorama.physics import simulate
from generation.spec import (
    CastMember,
    Cue,
    Region,
    RenderSpec,
    SoundWish,
    Source,
    Span,
    SpokenLine,
    Still,
)

PROMPT = "a red ball bounces and a brown dog runs in a desert at night"
PARENT = RenderSpec(PROMPT, 1.5, "square", 4, lines=360)
SIDE = 90
ENGINE = Diorama(canvas=(SIDE, SIDE))


def played(spec):
    rendered = ENGINE.render(spec, report=lambda done, total: None)
    return rendered, list(rendered.frames)


@cache
def parent():
    return played(PARENT)


def source(use, **said):
    return Source(PROMPT, 4, use=use, spec=PARENT, seconds=1.5, **said)


def far(one, other):
    return float(np.abs(one.astype(int) - other).mean())


def people(spec):
    """Where everybody of the last act is at the first frame of the window."""
    play = direct(spec)
    return {actor.name: (actor.x, actor.z, actor.seed) for actor in play.acts[-1].scene.actors}


def test_going_on_continues_the_motion_and_keeps_everybody():
    _, frames = parent()
    rendered, more = played(replace(PARENT, prompt="", seconds=1.0, source=source("after")))
    steps = [far(a, b) for a, b in zip(frames[-8:], frames[-7:], strict=False)]
    assert len(more) == 24
    assert far(frames[-1], more[0]) < 1.3 * max(steps)
    assert "ball" in rendered.caption


def test_going_on_with_other_words_changes_the_scene_but_not_the_people():
    spec = replace(PARENT, prompt="then it snows by day", seconds=1.0, source=source("after"))
    rendered, more = played(spec)
    assert "snow" in rendered.caption
    assert people(spec) == people(PARENT)
    assert far(parent()[1][-1], more[0]) < far(more[0], more[-1])


def test_what_comes_before_leads_into_the_first_frame():
    _, frames = parent()
    rendered, ahead = played(
        replace(PARENT, prompt="a calm morning", seconds=1.0, source=source("before"))
    )
    steps = [far(a, b) for a, b in itertools.pairwise(frames)]
    assert far(ahead[-1], frames[0]) < 1.3 * max(steps)
    assert rendered.sound.shape == (2, 48_000)


def test_a_ball_jumps_up_before_it_falls():
    spec = replace(PARENT, prompt="", seconds=1.0, source=source("before"))
    play = direct(spec)
    scene = play.acts[0].scene
    height = simulate(scene).tracks[0].y
    top = int(height[: play.last + 1].argmax())
    assert abs(top - play.last) <= 1
    assert height[0] < height[play.last]


def test_one_thing_is_replaced_and_nothing_else_changes():
    _, frames = parent()
    region = Region("words", words="the ball")
    rendered, changed = played(
        replace(PARENT, prompt="a blue cube", source=source("edit", region=region))
    )
    masks = list(rendered.masks)
    assert "blue cube bounces" in rendered.caption
    assert len(masks) == len(changed) == len(frames)
    for was, now, mask in zip(frames, changed, masks, strict=True):
        outside = np.abs(was.astype(int) - now)[mask == 0]
        # Only the glow of a bright thing reaches farther than its mask.
        assert np.percentile(outside, 99.5) <= 8
        assert set(np.unique(mask)) <= {0, 255}
    inside = [far(a[m > 0], b[m > 0]) for a, b, m in zip(frames, changed, masks, strict=True)]
    assert np.median(inside) > 15


def test_words_without_a_thing_dress_the_thing_that_is_there():
    region = Region("words", words="dog")
    spec = replace(PARENT, prompt="make it white", source=source("edit", region=region))
    assert "white dog" in played(spec)[0].caption
    assert people(spec) == people(PARENT)


def test_one_thing_goes():
    region = Region("words", words="the dog")
    rendered, _ = played(replace(PARENT, prompt="remove it", source=source("edit", region=region)))
    assert "dog" not in rendered.caption
    assert any(mask.any() for mask in rendered.masks)


def test_the_sky_is_a_region_and_excludes_people():
    region = Region("words", words="the sky")
    spec = replace(PARENT, prompt="at sunset", source=source("edit", region=region))
    rendered, _ = played(spec)
    mask = next(rendered.masks)
    assert 0 < (mask > 0).mean() < 0.7
    assert not mask[-1].any()


def test_a_thing_that_is_not_there_cannot_be_edited():
    region = Region("words", words="the giraffe")
    with pytest.raises(EngineError, match="It shows: background, ball, dog") as refused:
        played(replace(PARENT, prompt="a cat", source=source("edit", region=region)))
    assert refused.value.permanent


def test_an_edit_of_a_stretch_gives_the_frames_of_that_stretch():
    spec = replace(PARENT, prompt="by day", seconds=0.5, source=source("edit", span=Span(0.5, 1.0)))
    rendered, frames = played(spec)
    assert len(frames) == 12
    assert rendered.sound.shape == (2, 24_000)
    assert "by day" in rendered.caption


def test_a_schedule_changes_the_scene_along_the_way():
    cues = (Cue(0.75, "snow, day"),)
    spec = replace(PARENT, schedule=cues)
    rendered, frames = played(spec)
    assert rendered.caption.index("night") < rendered.caption.index("by day")
    assert all(far(a, b) < 1e-9 for a, b in zip(frames[:17], parent()[1][:17], strict=True))
    assert far(frames[-1], parent()[1][-1]) > 20
    assert people(spec) == people(PARENT)


def test_a_blend_shows_the_people_of_both():
    other = Source("a penguin walks in a snowfield at dawn", 9, seconds=1.0)
    spec = replace(PARENT, prompt="", source=source("blend", strength=0.3), blended=other)
    caption = played(spec)[0].caption
    assert all(name in caption for name in ("ball", "dog", "penguin", "desert"))
    heavier = replace(spec, source=source("blend", strength=0.8))
    assert "snowfield" in played(heavier)[0].caption


@pytest.mark.parametrize(
    ("keeps", "is_kept", "is_new"),
    [("motion", "bounces", "cube"), ("look", "red ball", "by day")],
)
def test_a_remix_keeps_the_side_that_it_must_keep(keeps, is_kept, is_new):
    said = source("remix", strength=0.7, keeps=frozenset({keeps}))
    spec = replace(PARENT, prompt="a blue cube sleeps by day, snow", seed=8, source=said)
    caption = played(spec)[0].caption
    assert is_kept in caption
    assert (is_new in caption) == (keeps == "motion")


def test_other_sound_for_the_same_picture():
    wish = SoundWish(ambience="at the beach", music="sad", lines=(SpokenLine("woof", "dog"),))
    spec = replace(PARENT, prompt="", source=source("resound"), sound=wish)
    rendered = ENGINE.render(spec, report=lambda done, total: None)
    assert rendered.frame_count == 36
    assert rendered.sound.shape == (2, 72_000)
    assert [word.text for word in rendered.words] == ["woof"]
    assert far(rendered.sound * 1e3, parent()[0].sound * 1e3) > 1


def test_fields_outweigh_the_prompt():
    wish = SoundWish(music="none", lines=(SpokenLine("good night", ""),))
    spec = replace(
        PARENT,
        prompt="a cat runs in the rain, happy music",
        camera="zoom out",
        style="neon",
        negative="rain",
        sound=wish,
    )
    caption = played(spec)[0].caption
    for said in ("zooms out", "neon", "without music", 'a voice says "good night"'):
        assert said in caption
    assert "rain" not in caption


def test_a_lent_likeness_speaks_its_line():
    cast = (CastMember("ana", "Ana", voice_seed=3),)
    wish = SoundWish(lines=(SpokenLine("hello you", "@ana"),))
    rendered, _ = played(replace(PARENT, prompt="a dog sits", cast=cast, sound=wish, seconds=2.0))
    assert {word.speaker for word in rendered.words} == {"@ana"}
    assert [word.text for word in rendered.words] == ["hello", "you"]


def test_stills_are_frames_of_the_clip():
    _, frames = parent()
    rendered, stills = played(replace(PARENT, purpose="stills", stills_at_s=(0.25, 1.0)))
    assert rendered.frame_count == 2
    assert np.array_equal(stills[0], frames[6])
    assert np.array_equal(stills[1], frames[24])


def test_a_small_preview_shows_what_the_large_clip_shows():
    spec = replace(PARENT, prompt="a red ball bounces and a dog runs on a beach", seconds=1.0)
    small, large = (
        list(Diorama(canvas=(side, side)).render(spec, report=lambda done, total: None).frames)
        for side in (160, 320)
    )
    shrunk = [cv2.resize(frame, (160, 160), interpolation=cv2.INTER_AREA) for frame in large]
    same = np.mean([far(a, b) for a, b in zip(small, shrunk, strict=True)])
    late = np.mean([far(a, b) for a, b in zip(small, shrunk[4:], strict=False)])
    assert same < 0.6 * late


def picture():
    image = np.zeros((120, 200, 3), np.uint8)
    image[:60], image[60:] = (60, 110, 200), (80, 160, 70)
    return image


@pytest.mark.parametrize(("role", "at"), [("first", 0), ("last", -1), ("frame", 12)])
def test_a_given_picture_is_the_frame_that_it_is_given_for(role, at):
    still = Still(picture(), role, at_s=0.5)
    rendered, frames = played(replace(PARENT, stills=(still,)))
    assert np.array_equal(frames[at], fitted(picture(), rendered.canvas))
    assert far(frames[at], frames[(at + 20) % 36]) > 5
    assert rendered.understood["pictures"] == [role]


def test_a_reference_lends_its_colours_to_what_has_none():
    assert palette([picture()])[:2] in {("blue", "green"), ("green", "blue")}
    stills = (Still(picture(), "reference"),)
    rendered, _ = played(replace(PARENT, prompt="a ball and a red cube", stills=stills))
    nouns = {noun.subject: noun.colour for noun in parse(rendered.caption).nouns}
    assert nouns["ball"] in {"blue", "green"}
    assert nouns["cube"] == "red"
    assert rendered.understood["colours"][:2]


@pytest.mark.parametrize("use", ["after", "before", "edit", "blend"])
def test_every_operation_gives_the_same_bytes_again(use):
    said = source(use)
    spec = replace(PARENT, prompt="a cat", seconds=0.5, source=said)
    if use == "blend":
        spec = replace(spec, blended=Source("a fish", 3, seconds=1.0))
    one, two = played(spec), played(spec)
    assert all(np.array_equal(a, b) for a, b in zip(one[1], two[1], strict=True))
    assert np.array_equal(one[0].sound, two[0].sound)
