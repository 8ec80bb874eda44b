"""What moderation hides: a likeness that was taken down, reported or refused, and what uses it."""

import pytest

from cameos.actions import CameoNotLentError, check_still_lent, pause, resume, revoke
from cameos.models import Cameo, Receipt
from core.subjects import SubjectRef
from generation.models import Render
from moderation import actions as moderation
from moderation.models import Case
from tests.factories import make_cameo, make_clip, make_render

pytestmark = pytest.mark.django_db


@pytest.fixture
def anas(ana):
    return make_cameo(ana)


@pytest.fixture
def clip(ben, anas):
    return make_clip(ben, cast=[anas])


def ask_to_hide(client, cameo, reason="Somebody else's face."):
    body = {"subject_kind": "cameo", "subject_id": str(cameo.pk), "reason": reason}
    return client.post("/api/v1/moderation/takedowns", body | {"rule": "likeness"})


def ask_to_restore(client, cameo):
    body = {"subject_kind": "cameo", "subject_id": str(cameo.pk), "reason": "It is hers."}
    return client.delete("/api/v1/moderation/takedowns", body)


def sees(client, clip):
    return client.get(f"/api/v1/clips/{clip.pk}").status_code == 200


def test_a_likeness_that_is_taken_down_hides_its_clips_until_it_is_restored(
    as_mod, as_cleo, as_nobody, ben, anas, clip
):
    remix = make_clip(ben, remix_of=clip)
    for step, is_shown in ((None, True), (ask_to_hide, False), (ask_to_restore, True)):
        if step is not None:
            assert step(as_mod, anas).status_code == 204
        found = [sees(client, row) for client in (as_cleo, as_nobody) for row in (clip, remix)]
        assert found == [is_shown] * 4


def test_a_likeness_that_is_taken_down_cannot_be_cast_by_anybody(as_mod, as_ana, as_ben, anas):
    wish = {"prompt": "at the beach", "seconds": 2, "cast": ["ana"]}
    ask_to_hide(as_mod, anas)
    for client in (as_ana, as_ben):
        answer = client.post("/api/v1/renders", wish)
        assert (answer.status_code, answer.json()["code"]) == (403, "cameo_not_lent")
    assert not Receipt.objects.exists()
    ask_to_restore(as_mod, anas)
    assert as_ben.post("/api/v1/renders", wish).status_code == 202


def test_a_render_that_waits_is_refused_and_a_draft_does_not_play(as_mod, ben, anas):
    render = make_render(ben, cast=[anas])
    assert Render.objects.deliverable_to(ben).filter(pk=render.pk).exists()
    ask_to_hide(as_mod, anas)
    assert not Render.objects.deliverable_to(ben).filter(pk=render.pk).exists()
    with pytest.raises(CameoNotLentError):
        check_still_lent(render.pk, by=ben)


def test_a_draft_whose_likeness_is_gone_lists_no_media(as_mod, as_ben, ana, ben, anas):
    render = make_render(ben, cast=[anas])
    addresses = (f"/api/v1/renders/{render.pk}", "/api/v1/renders")

    def shows_media():
        one, many = (as_ben.get(address).json() for address in addresses)
        page = as_ben.get("/drafts/").content.decode()
        return [one["media"] is not None, many["items"][0]["media"] is not None, "/media/" in page]

    assert shows_media() == [True] * 3
    ask_to_hide(as_mod, anas)
    assert shows_media() == [False] * 3
    ask_to_restore(as_mod, anas)
    assert shows_media() == [True] * 3
    revoke(anas, by=ana)
    assert shows_media() == [False] * 3


def test_a_draft_that_is_taken_down_lists_no_media(as_ben, mod, ben):
    render = make_render(ben)
    subject = SubjectRef("render", str(render.pk))
    moderation.take_down(subject, by=mod, rule="violence", reason="Blood.")
    assert as_ben.get(f"/api/v1/renders/{render.pk}").json()["media"] is None
    moderation.restore(subject, by=mod, reason="Paint.")
    assert as_ben.get(f"/api/v1/renders/{render.pk}").json()["media"] is not None


def test_three_trusted_reports_hide_a_likeness_until_a_moderator_has_looked(
    person, mod, as_cleo, anas, clip
):
    for name in ("one", "two", "three"):
        assert sees(as_cleo, clip)
        subject = SubjectRef("cameo", str(anas.pk))
        moderation.report(subject, by=person(f"rep_{name}"), rule="likeness")
    assert not sees(as_cleo, clip)
    case = Case.objects.live().get()
    ground = {"rule": "likeness", "reason": "It is her.", "version": case.version}
    moderation.decide(case, by=mod, outcome="allow", **ground)
    assert sees(as_cleo, clip)


def test_what_moderation_does_leaves_a_pause_to_the_owner(as_mod, as_cleo, ana, anas, clip):
    pause(anas, by=ana)
    ask_to_hide(as_mod, anas)
    ask_to_restore(as_mod, anas)
    anas.refresh_from_db()
    assert anas.state == Cameo.State.PAUSED
    ask_to_hide(as_mod, anas)
    resume(anas, by=ana)
    assert not sees(as_cleo, clip)


def test_its_owner_is_told_that_it_is_on_hold_and_others_find_nothing(
    as_mod, as_ana, as_cleo, anas
):
    address = f"/api/v1/cameos/{anas.pk}"
    assert as_cleo.get(address).status_code == 200
    ask_to_hide(as_mod, anas)
    assert as_cleo.get(address).status_code == 404
    own = as_ana.get(address).json()
    assert (own["state"], own["is_on_hold"]) == ("active", True)
    assert as_ana.get("/api/v1/cameos").json()["items"][0]["is_on_hold"] is True
    assert "On hold." in as_ana.get("/cameo/").content.decode()
