"""P1 and P2: a clip is a render, published on a verdict that allowed exactly its bytes."""

from __future__ import annotations

import re
import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import Notice
from cameos import actions as cameo_actions
from core.errors import ConflictError
from generation.actions import requesting
from generation.models import Render
from moderation import actions as moderation_actions
from moderation.models import Case, Verdict
from social import actions as social_actions
from social.models import Clip
from tests.factories import make_cameo, make_clip, make_render

URL = "/api/v1/clips"


def publish(client, render, **wanted):
    return client.post(URL, {"render_id": str(render.pk), **wanted})


def test_a_ready_render_is_published_and_its_card_comes_back(as_ana, ana):
    render = make_render(ana)
    answer = publish(as_ana, render, caption="Bounce", audience="public")
    assert answer.status_code == 201, answer.json()
    card = answer.json()
    assert card["caption"] == "Bounce"
    assert card["maker"] == {"handle": "ana", "name": "Ana", "avatar_hue": ana.avatar_hue}
    assert card["is_mine"] is True
    assert card["is_remix"] is False
    assert card["media"]["mp4"]["720"].endswith(f"/{render.media_subject}/720.mp4")
    clip = Clip.objects.get(pk=card["id"])
    assert (clip.render_id, clip.verdict_id) == (render.pk, render.verdict_id)
    assert clip.media_digest == render.media_digest


@pytest.mark.parametrize(
    ("state", "outcome", "code"),
    [("held", "hold", "moderation_pending"), ("cancelled", "allow", "render_not_ready")],
)
def test_nothing_is_published_before_it_is_allowed(as_ana, ana, state, outcome, code):
    render = make_render(ana, state=state, outcome=outcome)
    answer = publish(as_ana, render)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert not Clip.objects.exists()


@pytest.mark.parametrize("purpose", ["stills", "preview"])
def test_what_is_for_trying_is_not_published(as_ana, ana, purpose):
    render = make_render(ana)
    Render.objects.filter(pk=render.pk).update(purpose=purpose)
    answer = publish(as_ana, render)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_final")
    assert not Clip.objects.exists()


def test_a_clip_with_a_notice_is_published_and_says_so(as_ana, ana):
    answer = publish(as_ana, make_render(ana, outcome="label"))
    assert answer.json()["is_labelled"] is True


def test_a_render_is_published_once(as_ana, ana):
    render = make_render(ana)
    publish(as_ana, render)
    answer = publish(as_ana, render)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_published")


def test_a_repeated_request_with_the_same_key_gets_the_first_answer(as_ana, ana):
    body = {"render_id": str(make_render(ana).pk)}
    answers = [as_ana.post(URL, body, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert answers[1].headers["Idempotent-Replayed"] == "true"


def test_a_published_render_is_thrown_away_with_its_clip_only(as_ana, ana):
    clip = make_clip(ana)
    address = f"/api/v1/renders/{clip.render_id}"
    assert as_ana.get(address).json()["can_publish"] is False
    answer = as_ana.delete(address)
    assert (answer.status_code, answer.json()["code"]) == (409, "render_published")
    assert as_ana.get(f"/api/v1/clips/{clip.pk}").status_code == 200
    assert as_ana.delete(f"/api/v1/clips/{clip.pk}").status_code == 204
    assert as_ana.get(address).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_draft_is_published_or_thrown_away_but_never_both(ana):
    for _ in range(5):
        render = make_render(ana)
        start = threading.Barrier(2)
        acts = (
            lambda draft: social_actions.publish_clip(draft, by=ana),
            lambda draft: requesting.discard_render(draft, by=ana),
        )
        threads = [threading.Thread(target=_at_once, args=(act, render.pk, start)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        render.refresh_from_db()
        assert (render.state == "ready") == Clip.objects.filter(render=render).exists()


def _at_once(act, key, start):
    try:
        draft = Render.objects.get(pk=key)
        start.wait(timeout=5)
        act(draft)
    except ConflictError:
        pass
    finally:
        connection.close()


def test_the_database_refuses_to_throw_a_published_render_away(ana):
    clip = make_clip(ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Render.objects.filter(pk=clip.render_id).update(state="discarded")


def test_somebody_elses_render_looks_absent(as_cleo, ana):
    assert publish(as_cleo, make_render(ana)).status_code == 404


def test_the_person_in_a_draft_sees_it_but_cannot_publish_it(as_ben, ana, ben):
    answer = publish(as_ben, make_render(ana, cast=[make_cameo(ben)]))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_the_maker")


def test_a_likeness_taken_back_before_publication_stops_it(as_ana, ana, ben):
    cameo = make_cameo(ben)
    render = make_render(ana, cast=[cameo])
    cameo_actions.revoke(cameo, by=ben)
    answer = publish(as_ana, render)
    assert (answer.status_code, answer.json()["code"]) == (403, "cameo_not_lent")
    assert "ben" in answer.json()["detail"] or "ben" in str(answer.json())


def test_the_people_in_a_clip_and_the_maker_above_hear_of_it(ana, ben, cleo):
    original = make_clip(ana)
    make_clip(cleo, remix_of=original, cast=[make_cameo(ben)])
    assert Notice.objects.filter(user=ana, kind="remix").count() == 1
    assert Notice.objects.filter(user=ben, kind="appearance").count() == 1


def test_a_private_clip_is_told_to_nobody_who_could_not_open_it(ana, cleo):
    make_clip(cleo, remix_of=make_clip(ana), audience="private")
    assert not Notice.objects.filter(user=ana, kind="remix").exists()


def test_a_caption_that_breaks_a_rule_is_refused_by_name(as_ana, ana):
    answer = publish(as_ana, make_render(ana), caption="kill yourself, you worthless idiot")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "caption"
    assert not Clip.objects.exists()


APPEALS = "/api/v1/moderation/appeals"


def test_a_held_caption_says_why_and_passes_once_a_moderator_allows_it(as_ana, ana, mod):
    render = make_render(ana)
    answer = publish(as_ana, render, caption="a bloody wound, of ketchup")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "caption_held")
    assert problem["errors"][0]["field"] == "caption"
    assert problem["rule"]["code"] == "violence"
    assert problem["change"]
    assert not Case.objects.exists()
    slip = problem["appeal"]["slip"]
    asked = as_ana.post(problem["appeal"]["url"], {"slip": slip, "text": "It is ketchup."})
    assert asked.status_code == 201, asked.json()
    again = as_ana.post(APPEALS, {"slip": slip, "text": "It is ketchup."})
    assert again.json()["code"] == "appeal_not_possible"
    decided = Case.objects.get()
    allowed = {"outcome": "allow", "rule": "violence", "reason": "Ketchup."}
    moderation_actions.decide(decided, by=mod, version=decided.version, **allowed)
    answer = publish(as_ana, render, caption="a bloody wound, of ketchup")
    assert answer.status_code == 201, answer.json()


def test_a_held_caption_that_a_moderator_refuses_is_refused_for_good(as_ana, ana, mod):
    render = make_render(ana)
    slip = publish(as_ana, render, caption="a bloody wound").json()["appeal"]["slip"]
    as_ana.post(APPEALS, {"slip": slip, "text": "Please."})
    decided = Case.objects.get()
    refused = {"outcome": "refuse", "rule": "violence", "reason": "It is a wound."}
    moderation_actions.decide(decided, by=mod, version=decided.version, **refused)
    problem = publish(as_ana, render, caption="a bloody wound").json()
    assert (problem["code"], problem["appeal"]) == ("text_refused", None)


def test_the_page_keeps_what_was_written_beside_the_reason_and_the_way_to_appeal(ana):
    browser = Client()
    browser.force_login(ana)
    render = make_render(ana)
    written = {"caption": "a bloody wound", "audience": "followers"}
    page = browser.post(f"/renders/{render.pk}/publish/", written)
    assert page.status_code == 422
    shown = page.content.decode()
    assert 'value="a bloody wound"' in shown
    assert 'value="followers" checked' in shown
    assert "Ask a person to decide" in shown
    assert 'href="/rules/#violence"' in shown
    slip = re.search(r'name="slip" value="([^"]+)"', shown)[1]
    page = browser.post("/appeals/", {"slip": slip, "text": "It is paint."}, follow=True)
    assert "Your appeal: open" in page.content.decode()


def test_no_endpoint_of_clips_takes_a_file(as_ana, ana):
    answer = as_ana.post(URL, {"render_id": str(uuid.uuid4()), "file": b"x"}, format="multipart")
    assert answer.status_code == 415


# The database itself says no, whatever code might try.


def insert(**columns):
    """Write a clip past every action and every model."""
    facts = {
        "id": uuid.uuid4(),
        "state": "published",
        "state_since": "now",
        "caption": "",
        "audience": "public",
        "allows_remix": True,
        "ancestor_ids": "{}",
        "like_count": 0,
        "comment_count": 0,
        "remix_count": 0,
        "published_at": "now",
    } | columns
    names = ", ".join(facts)
    marks = ", ".join(["%s"] * len(facts))
    with transaction.atomic(), connection.cursor() as cursor:
        insert = f"INSERT INTO social_clip ({names}) VALUES ({marks})"  # noqa: S608
        cursor.execute(insert, list(facts.values()))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def honest(render):
    return {
        "render_id": render.pk,
        "maker_id": render.maker_id,
        "verdict_id": render.verdict_id,
        "verdict_outcome": render.verdict.outcome,
        "media_digest": render.media_digest,
    }


def test_the_raw_insert_of_these_tests_works_when_it_is_honest(ana):
    insert(**honest(make_render(ana)))
    assert Clip.objects.count() == 1


def test_a_clip_without_a_render_cannot_be_written(ana):
    with pytest.raises(IntegrityError):
        insert(**honest(make_render(ana)) | {"render_id": None})


def test_a_clip_without_a_verdict_cannot_be_written(ana):
    with pytest.raises(IntegrityError):
        insert(**honest(make_render(ana)) | {"verdict_id": None})


def test_two_clips_of_one_render_cannot_be_written(ana):
    facts = honest(make_render(ana))
    insert(**facts)
    with pytest.raises(IntegrityError):
        insert(**facts)


@pytest.mark.parametrize("outcome", ["hold", "refuse"])
def test_a_verdict_that_did_not_allow_cannot_carry_a_clip(ana, outcome):
    render = make_render(ana, state="held", outcome=outcome)
    with pytest.raises(IntegrityError):
        insert(**honest(render))


def test_a_verdict_cannot_be_passed_off_as_another_outcome(ana):
    render = make_render(ana, state="held", outcome="hold")
    with pytest.raises(IntegrityError):
        insert(**honest(render) | {"verdict_outcome": "allow"})


def test_a_verdict_on_other_bytes_cannot_carry_a_clip(ana):
    mine, other = make_render(ana), make_render(ana)
    with pytest.raises(IntegrityError):
        insert(**honest(mine) | {"verdict_id": other.verdict_id})
    with pytest.raises(IntegrityError):
        insert(**honest(mine) | {"media_digest": other.media_digest})


def test_a_verdict_and_digest_of_another_render_cannot_carry_a_clip(ana):
    mine, other = make_render(ana), make_render(ana)
    with pytest.raises(IntegrityError):
        insert(**honest(other) | {"render_id": mine.pk})


def test_somebody_elses_render_cannot_carry_a_clip(ana, cleo):
    with pytest.raises(IntegrityError):
        insert(**honest(make_render(ana)) | {"maker_id": cleo.pk})


def test_media_cannot_be_replaced_under_a_published_clip(ana):
    clip = make_clip(ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Render.objects.filter(pk=clip.render_id).update(media_digest="f" * 64)


def test_a_verdict_cannot_be_changed_or_deleted_under_a_published_clip(ana):
    clip = make_clip(ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verdict.objects.filter(pk=clip.verdict_id).update(outcome="hold")
    with pytest.raises(IntegrityError), transaction.atomic():
        Verdict.objects.filter(pk=clip.verdict_id).delete()
