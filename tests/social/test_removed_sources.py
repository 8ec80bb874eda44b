"""What is cut from what: a clip that is taken down is no material, and neither are its pictures."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Hold
from cameos.actions import revoke
from core import plugins
from core.subjects import SubjectRef
from generation.actions import working
from generation.models import Render, RenderParent
from moderation.actions import decide
from moderation.actions.standing import restore, take_down
from moderation.models import Case
from social import actions, queries
from tests.factories import make_cameo, make_clip, make_render

RULE = "violence"
CUT = {"operation": "trim", "pieces": [{"start_s": 0, "end_s": 4}]}
SHOTS = {
    "version": 1,
    "shots": [{"prompt": "a street", "seconds": 2}, {"prompt": "a window", "seconds": 3}],
}


@pytest.fixture(autouse=True)
def _everything(settings):
    settings.GENERATION_ENGINES = {"default": {"BACKEND": "tests.generation.engines.Everything"}}
    plugins.load.cache_clear()


@pytest.fixture
def dora(person):
    return person("dora")


@pytest.fixture
def clip(ana):
    return make_clip(ana)


def remove(kind, row, mod):
    take_down(SubjectRef(kind, str(row.pk)), by=mod, rule=RULE, reason="a fight")


def stitched(maker, *renders):
    """A draft that holds the footage of others."""
    render = make_render(maker, parent=renders[0], operation="stitch")
    RenderParent.objects.filter(render=render).update(role="stitch")
    for position, other in enumerate(renders[1:], start=1):
        RenderParent.objects.create(render=render, parent=other, position=position, role="stitch")
    return render


def test_what_was_taken_down_is_no_material_for_its_maker_either(as_ana, clip, mod):
    remove("clip", clip, mod)
    url = f"/api/v1/renders/{clip.render_id}"
    answer = as_ana.post("/api/v1/renders", CUT | {"parent": str(clip.render_id)})
    assert answer.status_code == 404
    for address, wish in (("rerolls", {}), ("takes", {"purpose": "final"})):
        answer = as_ana.post(f"{url}/{address}", wish)
        assert (answer.status_code, answer.json()["code"]) == (409, "render_not_ready")
    assert Render.objects.count() == 1
    restore(SubjectRef("clip", str(clip.pk)), by=mod, reason="a play")
    answer = as_ana.post("/api/v1/renders", CUT | {"parent": str(clip.render_id)})
    assert answer.status_code == 202


def test_a_shot_of_a_board_that_was_taken_down_is_not_made_again(as_ana, ana, mod):
    board = make_render(ana, operation="storyboard", parts=SHOTS)
    remove("render", board, mod)
    answer = as_ana.post(f"/api/v1/renders/{board.pk}/rerolls", {"shot": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "render_not_ready")


def test_a_moderator_still_plays_what_was_taken_down(ana, clip, mod):
    subject = clip.render.media_subject
    remove("clip", clip, mod)
    assert queries.may_play(subject, viewer=mod)
    assert not queries.may_play(subject, viewer=ana)


def test_what_was_cut_from_a_removed_clip_waits_for_a_person(as_nobody, ana, ben, clip, mod):
    stitch = actions.publish_clip(stitched(ben, make_render(ben), clip.render), by=ben)
    cut = actions.publish_clip(stitched(ben, stitch.render), by=ben)
    remix = make_clip(ben, remix_of=clip)
    remove("clip", clip, mod)
    seen = {one: as_nobody.get(f"/api/v1/clips/{one.pk}").status_code for one in (stitch, cut)}
    assert seen == {stitch: 404, cut: 404}
    assert as_nobody.get(f"/api/v1/clips/{remix.pk}").status_code == 200
    cases = Case.objects.filter(subject_kind="render")
    assert {case.subject_id for case in cases} == {str(stitch.render_id), str(cut.render_id)}
    case = cases.get(subject_id=str(stitch.render_id))
    decide(case, by=mod, outcome="allow", rule=RULE, reason="not that part", version=case.version)
    assert as_nobody.get(f"/api/v1/clips/{stitch.pk}").status_code == 200
    assert as_nobody.get(f"/api/v1/clips/{cut.pk}").status_code == 404


@pytest.mark.parametrize("wish", [{"prompt": "snow"}, CUT, {"operation": "extend", "seconds": 1}])
def test_a_clip_taken_down_in_the_meantime_is_not_worked_on(as_ben, ben, clip, mod, wish):
    asked = as_ben.post(f"/api/v1/clips/{clip.pk}/remixes", wish)
    assert asked.status_code == 202, asked.content
    remove("clip", clip, mod)
    working.work_once("default")
    render = Render.objects.get(pk=asked.json()["id"])
    assert (render.state, render.problem_code) == ("refused", "source_removed")
    assert Hold.objects.get(key=render.hold_key).state == "released"


def test_what_was_shown_to_some_is_nobody_elses_material(as_ben, ana, ben, clip):
    private = make_clip(ana, cast=[make_cameo(ben)], audience="private")
    for shown in (private, make_clip(ana, audience="followers")):
        assert as_ben.get(f"/api/v1/clips/{shown.pk}").status_code == 200
        answer = as_ben.post(f"/api/v1/clips/{shown.pk}/remixes", CUT)
        assert (answer.status_code, answer.json()["code"]) == (403, "remix_closed")
        wish = {"operation": "stitch", "clips": [str(shown.pk)]}
        answer = as_ben.post(f"/api/v1/clips/{clip.pk}/remixes", wish)
        assert (answer.status_code, answer.json()["code"]) == (403, "remix_closed")


def test_a_revoked_likeness_reaches_what_was_stitched_of_it(as_ben, as_nobody, ben, cleo, dora):
    first, second = make_cameo(cleo), make_cameo(dora)
    inner = make_render(ben, cast=[first])
    middle = stitched(ben, inner, make_render(ben))
    last = make_render(ben, cast=[second])
    keys = [str(make_render(ben).pk), str(middle.pk), str(last.pk)]
    pieces = [{"parent": place, "start_s": 0, "end_s": 2} for place in range(3)]
    wish = {"operation": "stitch", "parents": keys, "pieces": pieces}
    asked = as_ben.post("/api/v1/renders", wish).json()
    assert set(asked["cast"]) == {"cleo", "dora"}
    for likeness in (first, second):
        assert likeness.receipts.get(render_id=asked["id"]).terms_snapshot["is_inherited"]
    clip = actions.publish_clip(stitched(ben, middle), by=ben)
    assert as_nobody.get(f"/api/v1/clips/{clip.pk}").status_code == 200
    revoke(first, by=cleo)
    assert as_nobody.get(f"/api/v1/clips/{clip.pk}").status_code == 404
    working.work_once("default")
    render = Render.objects.get(pk=asked["id"])
    assert (render.state, render.problem_code) == ("refused", "cameo_not_lent")
    assert as_ben.post("/api/v1/renders", wish).status_code == 404


def test_drafts_made_of_drafts_are_published_in_a_few_queries(ana):
    draft = make_render(ana)
    for _ in range(8):
        draft = stitched(ana, draft, draft)
    with CaptureQueriesContext(connection) as asked:
        clip = actions.publish_clip(draft, by=ana)
    assert len(clip.ancestor_ids) == 8
    assert len(asked) < 45
