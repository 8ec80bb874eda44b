"""Another take of a wish, and making something of several clips."""

from __future__ import annotations

import pytest

from core import plugins
from generation.models import Render, RenderParent
from social import actions
from tests.factories import make_cameo, make_clip, make_render

SHOTS = {
    "version": 1,
    "shots": [{"prompt": "a street", "seconds": 2}, {"prompt": "a window", "seconds": 3}],
}


@pytest.fixture(autouse=True)
def _everything(settings):
    settings.GENERATION_ENGINES = {"default": {"BACKEND": "tests.generation.engines.Everything"}}
    plugins.load.cache_clear()


@pytest.fixture
def mine(ana):
    return make_render(ana)


def test_a_reroll_has_a_new_seed_half_the_price_and_the_same_stack(as_ana, mine):
    answer = as_ana.post(f"/api/v1/renders/{mine.pk}/rerolls", {})
    assert answer.status_code == 202, answer.content
    take = Render.objects.get(pk=answer.json()["id"])
    assert (take.prompt, take.seconds, take.shape) == (mine.prompt, mine.seconds, mine.shape)
    assert take.seed != mine.seed
    assert (take.price, take.stack_id) == (3, mine.pk)
    listed = as_ana.get(f"/api/v1/renders/{take.pk}/stack").json()["items"]
    assert [one["id"] for one in listed] == [str(take.pk), str(mine.pk)]


def test_one_shot_is_made_again_as_an_edit_of_its_stretch(as_ana, ana):
    board = make_render(ana, operation="storyboard", parts=SHOTS)
    Render.objects.update(prompt="one evening")
    answer = as_ana.post(f"/api/v1/renders/{board.pk}/rerolls", {"shot": 1, "seed": 99})
    assert answer.status_code == 202, answer.content
    take = Render.objects.get(pk=answer.json()["id"])
    assert (take.operation, take.prompt, take.seed) == ("edit", "a window", 99)
    assert take.parts["span"] == {"start_s": 2.0, "end_s": 5.0}
    assert (take.parts["shot"], take.parts["style"]) == (1, "one evening")
    assert take.price == 2
    assert take.parents.get().parent == board
    answer = as_ana.post(f"/api/v1/renders/{board.pk}/rerolls", {"shot": 2})
    assert (answer.status_code, answer.json()["code"]) == (422, "no_such_shot")


def test_a_preview_becomes_the_final_with_the_same_seed_at_its_own_price(as_ana, ana):
    preview = make_render(ana, purpose="preview", lines=360)
    answer = as_ana.post(f"/api/v1/renders/{preview.pk}/takes", {"purpose": "final"})
    take = Render.objects.get(pk=answer.json()["id"])
    assert (take.seed, take.purpose, take.lines, take.price) == (preview.seed, "final", 720, 5)
    assert take.stack_id == preview.pk


def test_only_what_is_finished_and_ones_own_is_made_again(as_ana, as_ben, as_cleo, ana, mine):
    waiting = as_ana.post("/api/v1/renders", {"prompt": "a fox"}).json()["id"]
    answer = as_ana.post(f"/api/v1/renders/{waiting}/rerolls", {})
    assert (answer.status_code, answer.json()["code"]) == (409, "render_not_ready")
    for client in (as_ben, as_cleo):
        assert client.post(f"/api/v1/renders/{mine.pk}/rerolls", {}).status_code == 404
        assert client.get(f"/api/v1/renders/{mine.pk}/stack").status_code == 404


def test_a_cut_leaves_nothing_to_chance(as_ana, mine):
    answer = as_ana.post(
        "/api/v1/renders",
        {"operation": "trim", "parent": str(mine.pk), "pieces": [{"start_s": 0, "end_s": 2}]},
    )
    Render.objects.filter(pk=answer.json()["id"]).update(parts=answer.json()["parts"])
    cut = make_render(mine.maker, parent=mine)
    Render.objects.filter(pk=cut.pk).update(operation="trim")
    answer = as_ana.post(f"/api/v1/renders/{cut.pk}/rerolls", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing_left_to_chance")


def test_a_clip_that_was_closed_meanwhile_is_not_made_again(as_ben, ben, clip, ana):
    remix = make_render(ben, parent=clip.render)
    assert as_ben.post(f"/api/v1/renders/{remix.pk}/rerolls", {}).status_code == 202
    actions.edit_clip(clip, by=ana, allows_remix=False)
    answer = as_ben.post(f"/api/v1/renders/{remix.pk}/rerolls", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "remix_closed")
    actions.edit_clip(clip, by=ana, audience="private")
    assert as_ben.post(f"/api/v1/renders/{remix.pk}/rerolls", {}).status_code == 404


def url(clip):
    return f"/api/v1/clips/{clip.pk}/remixes"


@pytest.mark.parametrize(
    ("wish", "role"),
    [
        ({"operation": "extend", "seconds": 2}, "after"),
        ({"operation": "edit", "prompt": "x", "edit": {"span": {"start_s": 0, "end_s": 1}}},
         "edit"),
        ({"operation": "trim", "pieces": [{"start_s": 0, "end_s": 1}]}, "trim"),
        ({"operation": "resound", "sound": {"is_silent": True}}, "resound"),
        ({"prompt": "in snow", "keeps": ["motion"], "strength": 0.3}, "remix"),
    ],
)  # fmt: skip
def test_whatever_is_made_of_a_clip_keeps_its_line(as_ben, clip, wish, role):
    answer = as_ben.post(url(clip), wish)
    assert answer.status_code == 202, answer.content
    line = RenderParent.objects.get(render=answer.json()["id"])
    assert (line.parent_id, line.role) == (clip.render_id, role)


def test_a_stitch_of_clips_lists_them_all_with_everybody_in_them(as_cleo, ana, ben, cleo):
    first, second = make_clip(ana, cast=[make_cameo(ben)]), make_clip(ben)
    own = make_render(cleo)
    pieces = [{"parent": place, "start_s": 1, "end_s": 3} for place in range(3)]
    wish = {"operation": "stitch", "clips": [str(second.pk), str(own.pk)], "pieces": pieces}
    answer = as_cleo.post(url(first), wish)
    assert answer.status_code == 202, answer.content
    render = Render.objects.get(pk=answer.json()["id"])
    sources = [first.render_id, second.render_id, own.pk]
    assert [line.parent_id for line in render.parents.order_by("position")] == sources
    assert [one.cameo.owner for one in render.cast.all()] == [ben]


def test_permission_must_hold_on_every_clip_of_a_blend(as_cleo, ana, ben, published):
    first, closed = make_clip(ben), published(allows_remix=False)
    wish = {"operation": "blend", "prompt": "halfway", "clips": [str(closed.pk)]}
    answer = as_cleo.post(url(first), wish)
    assert (answer.status_code, answer.json()["code"]) == (403, "remix_closed")
    hidden = published(audience="private")
    answer = as_cleo.post(url(first), wish | {"clips": [str(hidden.pk)]})
    assert answer.status_code == 404
    assert not Render.objects.filter(operation="blend").exists()


def test_a_published_stitch_stands_below_all_its_clips(as_nobody, ana, ben, cleo):
    first, second = make_clip(ana), make_clip(ben)
    render = make_render(cleo, parent=first.render)
    RenderParent.objects.create(render=render, parent=second.render, position=1, role="stitch")
    stitch = actions.publish_clip(render, by=cleo)
    assert stitch.ancestor_ids == [first.render_id, second.render_id]
    for source in (first, second):
        below = as_nobody.get(f"/api/v1/clips/{source.pk}/lineage").json()["descendants"]
        assert [node["clip"]["id"] for node in below] == [str(stitch.pk)]
        source.refresh_from_db()
        assert source.remix_count == 1
    assert {notice.user for notice in ana.notices.all() | ben.notices.all()} == {ana, ben}


def test_a_remix_is_quoted_with_what_stands_in_its_way(as_ben, clip):
    quote = as_ben.post(f"{url(clip)}/quote", {"operation": "extend", "seconds": 3}).json()
    assert (quote["price"], quote["seconds"], quote["faults"]) == (3, 8, [])
    quote = as_ben.post(f"{url(clip)}/quote", {"prompt": "", "seconds": 12}).json()
    assert {fault["field"] for fault in quote["faults"]} == {"prompt"}
    assert not Render.objects.filter(operation="extend").exists()
