"""Making something of a clip, and keeping the tree it grows from."""

from __future__ import annotations

import pytest

from cameos import actions as cameo_actions
from core.subjects import SubjectRef
from generation.models import Render
from moderation import actions as moderation_actions
from social import actions
from social.models import Clip
from tests.factories import make_cameo, make_clip, make_render


def remix_url(clip):
    return f"/api/v1/clips/{clip.pk}/remixes"


def lineage_url(clip):
    return f"/api/v1/clips/{clip.pk}/lineage"


def test_a_remix_is_one_call_that_needs_only_a_prompt(as_ben, clip):
    answer = as_ben.post(remix_url(clip), {"prompt": "the same ball in snow"})
    assert answer.status_code == 202, answer.json()
    render = Render.objects.get(pk=answer.json()["id"])
    assert render.parent_id == clip.render_id
    assert (render.seconds, render.shape) == (clip.render.seconds, clip.render.shape)
    assert answer.json()["socket"] == f"/ws/renders/{render.pk}/"


def test_a_second_tap_with_the_same_key_makes_no_second_remix(as_ben, clip):
    for _ in range(2):
        as_ben.post(remix_url(clip), {"prompt": "snow"}, headers={"Idempotency-Key": "tap"})
    assert Render.objects.filter(parent=clip.render).count() == 1


def test_a_clip_closed_to_remixes_says_so_but_not_to_its_maker(as_ben, as_ana, published):
    closed = published(allows_remix=False)
    answer = as_ben.post(remix_url(closed), {"prompt": "snow"})
    assert (answer.status_code, answer.json()["code"]) == (403, "remix_closed")
    assert as_ana.post(remix_url(closed), {"prompt": "snow"}).status_code == 202


def test_a_clip_that_one_may_not_see_looks_absent(as_cleo, published):
    hidden = published(audience="private")
    assert as_cleo.post(remix_url(hidden), {"prompt": "snow"}).status_code == 404


def test_a_likeness_that_is_not_lent_for_remixes_refuses_the_remix(as_cleo, published, ben):
    clip = published(cast=[make_cameo(ben, allows_remix=False)])
    answer = as_cleo.post(remix_url(clip), {"prompt": "snow"})
    assert (answer.status_code, answer.json()["code"]) == (403, "cameo_not_lent")
    assert not Render.objects.filter(parent=clip.render).exists()


def test_a_remix_inherits_the_people_in_the_clip(as_cleo, published, ben):
    clip = published(cast=[make_cameo(ben)])
    answer = as_cleo.post(remix_url(clip), {"prompt": "snow"})
    [cast] = Render.objects.get(pk=answer.json()["id"]).cast.all()
    assert (cast.cameo.owner, cast.is_inherited) == (ben, True)


@pytest.fixture
def family(ana, ben, cleo):
    """Root by Ana, child by Ben, grandchild by Cleo, and a second child by Cleo."""
    root = make_clip(ana)
    child = make_clip(ben, remix_of=root)
    grandchild = make_clip(cleo, remix_of=child)
    second = make_clip(cleo, remix_of=root)
    return root, child, grandchild, second


def test_a_remix_of_a_remix_credits_its_parent_and_its_root(as_nobody, family):
    root, child, grandchild, _ = family
    card = as_nobody.get(f"/api/v1/clips/{grandchild.pk}").json()
    assert card["parent"] == {"clip_id": str(child.pk), "handle": "ben"}
    assert card["root"] == {"clip_id": str(root.pk), "handle": "ana"}


def test_a_lineage_shows_the_way_down_and_everything_below(as_nobody, family):
    root, child, grandchild, second = family
    below = as_nobody.get(lineage_url(root)).json()
    assert below["ancestors"] == []
    assert below["descendant_count"] == 3
    found = [(node["clip"]["id"], node["depth"]) for node in below["descendants"]]
    assert found == [(str(second.pk), 1), (str(grandchild.pk), 2), (str(child.pk), 1)]
    above = as_nobody.get(lineage_url(grandchild)).json()
    assert [node["clip"]["id"] for node in above["ancestors"]] == [str(root.pk), str(child.pk)]
    assert above["descendant_count"] == 0


def test_a_lineage_is_paged_without_repeats_while_remixes_appear(as_nobody, family, ana):
    root = family[0]
    first = as_nobody.get(lineage_url(root), {"limit": 2}).json()
    make_clip(ana, remix_of=root)
    second = as_nobody.get(first["next"]).json()
    ids = [node["clip"]["id"] for page in (first, second) for node in page["descendants"]]
    assert len(ids) == len(set(ids)) == 3
    assert second["next"] is None


def test_a_deleted_clip_leaves_a_tombstone_and_its_remixes_stay(as_nobody, as_ben, family):
    _, child, grandchild, _ = family
    assert as_ben.delete(f"/api/v1/clips/{child.pk}").status_code == 204
    above = as_nobody.get(lineage_url(grandchild)).json()
    assert [node["clip"] is None for node in above["ancestors"]] == [False, True]
    card = as_nobody.get(f"/api/v1/clips/{grandchild.pk}").json()
    assert card["is_remix"] is True
    assert card["parent"] is None
    assert card["root"]["handle"] == "ana"


def counts(root):
    root.refresh_from_db()
    return root.remix_count


def test_the_number_of_remixes_equals_what_can_be_paged_through(as_nobody, family, ben, cleo):
    root, child, _, second = family
    assert counts(root) == 3
    actions.hide_clip(second, by=cleo)
    assert counts(root) == as_nobody.get(lineage_url(root)).json()["descendant_count"] == 2
    actions.hide_clip(second, by=cleo)
    actions.unhide_clip(second, by=cleo)
    assert counts(root) == 3
    actions.edit_clip(second, by=cleo, audience="followers")
    assert counts(root) == as_nobody.get(lineage_url(root)).json()["descendant_count"] == 2
    actions.delete_clip(child, by=ben)
    assert counts(root) == as_nobody.get(lineage_url(root)).json()["descendant_count"] == 1


def test_a_revocation_and_a_takedown_reach_the_number_with_the_next_recount(
    as_nobody, ana, ben, cleo, mod
):
    root = make_clip(ana)
    cameo = make_cameo(ben)
    starring = make_clip(cleo, remix_of=root, cast=[cameo])
    make_clip(ana, remix_of=starring)
    bad = make_clip(cleo, remix_of=root)
    before = bad.state_since
    assert counts(root) == 3
    cameo_actions.revoke(cameo, by=ben)
    subject = SubjectRef("clip", str(bad.pk))
    moderation_actions.take_down(subject, by=mod, rule="harassment", reason="It mocks somebody.")
    assert as_nobody.get(lineage_url(root)).json()["descendant_count"] == 0
    assert actions.recount(since=before) == 2
    assert counts(root) == 0
    assert Clip.objects.get(pk=starring.pk).remix_count == 0
    assert actions.recount() == 0


def test_who_publishes_a_remix_sees_it_counted_at_once(as_ben, as_nobody, ben, clip):
    render = make_render(ben, parent=clip.render)
    assert as_ben.post("/api/v1/clips", {"render_id": str(render.pk)}).status_code == 201
    for client in (as_ben, as_nobody):
        assert client.get(f"/api/v1/clips/{clip.pk}").json()["remix_count"] == 1
    assert actions.recount() == 0


def test_what_a_recount_took_out_is_not_taken_out_again(ana, ben, cleo):
    root = make_clip(ana)
    cameo = make_cameo(ben)
    starring = make_clip(cleo, remix_of=root, cast=[cameo])
    make_clip(ana, remix_of=root)
    cameo_actions.revoke(cameo, by=ben)
    actions.recount()
    actions.hide_clip(starring, by=cleo)
    assert counts(root) == 1
    assert actions.recount() == 0


def test_a_number_of_remixes_never_falls_below_none(ana, cleo, mod):
    root = make_clip(ana)
    bad = make_clip(cleo, remix_of=root)
    subject = SubjectRef("clip", str(bad.pk))
    moderation_actions.take_down(subject, by=mod, rule="harassment", reason="It mocks somebody.")
    actions.recount()
    moderation_actions.restore(subject, by=mod, reason="It does not.")
    actions.hide_clip(bad, by=cleo)  # lawful again, and not counted again yet
    assert counts(root) == 0
    assert actions.recount() == 0


def test_a_tree_of_any_size_costs_the_same_queries(
    as_nobody, family, ana, django_assert_num_queries
):
    _, child, grandchild, _ = family
    as_nobody.get(lineage_url(child))
    for _ in range(2):
        # the clip, its ancestors' keys, the count, the page's keys, the cards
        with django_assert_num_queries(5):
            as_nobody.get(lineage_url(child))
        make_clip(ana, remix_of=grandchild)
