"""P8: what is deleted, hidden, blocked, revoked, taken down or not addressed to one is 404 on every
surface, at once."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from accounts import actions as account_actions
from accounts.models import User
from cameos import actions as cameo_actions
from core.subjects import SubjectRef
from moderation import actions as moderation_actions
from social import actions
from tests.conftest import client_of
from tests.factories import make_cameo, make_clip


@pytest.fixture(autouse=True)
def _no_memory(settings):
    settings.FEED_FRESH_FOR_S = 0


@pytest.fixture
def cameo(ben):
    return make_cameo(ben)


@pytest.fixture
def root(cleo):
    return make_clip(cleo, caption="the clip above")


@pytest.fixture
def clip(ana, root, cameo):
    """Ana's remix of Cleo's clip, with Ben's likeness in it."""
    clip = make_clip(ana, remix_of=root, cast=[cameo])
    name = f"{clip.render.media_subject}/public/720.mp4"
    storages["media"].save(name, ContentFile(b"0123456789"))
    return clip


@pytest.fixture
def below(clip, person):
    """Dora's remix of it, which inherits Ben's likeness."""
    return make_clip(person("dora"), remix_of=clip)


@pytest.fixture
def people(cameo, mod, eve):
    """Who takes part in what happens."""
    return {"cameo": cameo, "mod": mod, "eve": eve}


def ids_in(answer):
    return {item.get("clip", item)["id"] for item in answer.json()["items"]}


def surfaces(client, clip, root):
    """Where a clip can be met, and whether it is met there."""
    key = str(clip.pk)
    handle = User.objects.get(pk=clip.maker_id).handle
    profile = client.get(f"/api/v1/users/{handle}/clips")
    lineage = client.get(f"/api/v1/clips/{root.pk}/lineage").json()
    found = {
        "page": client.get(f"/api/v1/clips/{key}").status_code == 200,
        "comments": client.get(f"/api/v1/clips/{key}/comments").status_code == 200,
        "own lineage": client.get(f"/api/v1/clips/{key}/lineage").status_code == 200,
        "home": key in ids_in(client.get("/api/v1/feed/home")),
        "profile": profile.status_code == 200 and key in ids_in(profile),
        "lineage": key in {node["clip"]["id"] for node in lineage["descendants"]},
        "count": lineage["descendant_count"] == len(lineage["descendants"]) != 0,
    }
    following = client.get("/api/v1/feed/following")
    if following.status_code == 200:
        found["following"] = key in ids_in(following)
        found["like"] = client.put(f"/api/v1/clips/{key}/like").status_code == 200
        remix = client.post(f"/api/v1/clips/{key}/remixes", {"prompt": ""})
        found["remix"] = remix.status_code != 404
    return found


def address_of(client, clip):
    return client.get(f"/api/v1/clips/{clip.pk}").json()["media"]["mp4"]["720"]


@pytest.fixture
def eve(person):
    """Follows Ana and is no part of it."""
    eve = person("eve")
    account_actions.follow(User.objects.get(handle="ana"), by=eve)
    return eve


@pytest.fixture
def as_eve(clip, eve):
    return client_of(eve)


def deleted(clip, **people):
    actions.delete_clip(clip, by=clip.maker)


def hidden(clip, **people):
    actions.hide_clip(clip, by=clip.maker)


def made_private(clip, **people):
    actions.edit_clip(clip, by=clip.maker, audience="private")


def blocked_by_maker(clip, eve, **people):
    account_actions.block(eve, by=clip.maker)


def blocking_the_maker(clip, eve, **people):
    account_actions.block(clip.maker, by=eve)


def revoked(clip, cameo, **people):
    cameo_actions.revoke(cameo, by=cameo.owner)


def paused(clip, cameo, **people):
    cameo_actions.pause(cameo, by=cameo.owner)


def taken_down(clip, mod, **people):
    subject = SubjectRef("clip", str(clip.pk))
    moderation_actions.take_down(subject, by=mod, rule="harassment", reason="It mocks.")


def render_taken_down(clip, mod, **people):
    subject = SubjectRef("render", str(clip.render_id))
    moderation_actions.take_down(subject, by=mod, rule="harassment", reason="It mocks.")


def maker_deactivated(clip, **people):
    User.objects.filter(pk=clip.maker_id).update(is_active=False)


def owner_deactivated(clip, cameo, **people):
    User.objects.filter(pk=cameo.owner_id).update(is_active=False)


PERSONAL = [blocked_by_maker, blocking_the_maker]
FOR_ALL = [
    deleted, hidden, made_private, revoked, paused, taken_down, render_taken_down,
    maker_deactivated, owner_deactivated,
]  # fmt: skip


@pytest.mark.parametrize("happens", FOR_ALL + PERSONAL, ids=lambda act: act.__name__)
def test_it_is_gone_from_every_surface_at_once(happens, as_eve, clip, root, people):
    before = surfaces(as_eve, clip, root)
    assert all(before.values()), before
    address = address_of(as_eve, clip)
    assert as_eve.head(address).status_code == 200
    happens(clip, **people)
    after = surfaces(as_eve, clip, root)
    assert not any(after.values()), after
    assert as_eve.head(address).status_code == 404


@pytest.mark.parametrize("happens", FOR_ALL, ids=lambda act: act.__name__)
def test_it_is_gone_for_those_who_are_nobody_in_particular(
    happens, as_nobody, clip, root, cameo, mod
):
    before = surfaces(as_nobody, clip, root)
    assert all(before.values()), before
    address = address_of(as_nobody, clip)
    assert as_nobody.head(address).status_code == 200
    happens(clip, cameo=cameo, mod=mod)
    after = surfaces(as_nobody, clip, root)
    assert not any(after.values()), after
    assert as_nobody.head(address).status_code == 404


@pytest.mark.parametrize("happens", [revoked, paused, owner_deactivated])
def test_a_likeness_taken_back_takes_the_remixes_below_with_it(
    happens, as_eve, clip, root, below, cameo
):
    before = surfaces(as_eve, below, root)
    before.pop("following")
    assert all(before.values()), before
    happens(clip, cameo=cameo)
    assert not any(surfaces(as_eve, below, root).values())


def test_a_likeness_lent_again_brings_the_clip_back(as_eve, clip, root, cameo):
    cameo_actions.pause(cameo, by=cameo.owner)
    cameo_actions.resume(cameo, by=cameo.owner)
    assert all(surfaces(as_eve, clip, root).values())


def test_a_restored_clip_is_back(as_eve, clip, root, mod):
    taken_down(clip, mod)
    subject = SubjectRef("clip", str(clip.pk))
    moderation_actions.restore(subject, by=mod, reason="It was harmless.")
    assert all(surfaces(as_eve, clip, root).values())


def test_a_maker_sees_a_hidden_clip_and_can_show_it_again(as_ana, as_eve, clip):
    url = f"/api/v1/clips/{clip.pk}"
    assert as_ana.patch(url, {"is_hidden": True}).json()["state"] == "hidden"
    assert as_eve.get(url).status_code == 404
    assert as_ana.get(url).json()["state"] == "hidden"
    assert str(clip.pk) in ids_in(as_ana.get("/api/v1/users/ana/clips"))
    assert as_ana.patch(url, {"is_hidden": False}).json()["state"] == "published"
    assert as_eve.get(url).status_code == 200


def test_whose_likeness_is_in_it_sees_a_private_clip(as_ben, as_cleo, as_ana, clip):
    as_ana.patch(f"/api/v1/clips/{clip.pk}", {"audience": "private"})
    assert as_ben.get(f"/api/v1/clips/{clip.pk}").status_code == 200
    assert as_cleo.get(f"/api/v1/clips/{clip.pk}").status_code == 404


def test_a_clip_for_followers_is_for_followers(as_eve, as_cleo, as_nobody, as_ana, clip, root):
    as_ana.patch(f"/api/v1/clips/{clip.pk}", {"audience": "followers"})
    assert all(surfaces(as_eve, clip, root).values())
    assert not any(surfaces(as_cleo, clip, root).values())
    assert not any(surfaces(as_nobody, clip, root).values())


def test_an_unlisted_clip_opens_by_its_address_and_is_in_no_list(as_eve, as_ana, clip, root):
    as_ana.patch(f"/api/v1/clips/{clip.pk}", {"audience": "unlisted"})
    found = surfaces(as_eve, clip, root)
    lists = ("home", "following", "profile", "lineage", "count")
    assert not any(found[name] for name in lists)
    assert found["page"]


def test_only_its_maker_changes_or_deletes_a_clip(as_eve, clip):
    url = f"/api/v1/clips/{clip.pk}"
    for answer in (as_eve.patch(url, {"caption": "mine"}), as_eve.delete(url)):
        assert (answer.status_code, answer.json()["code"]) == (403, "not_the_maker")


def test_a_moderator_is_not_stopped_by_a_block(as_mod, mod, clip):
    account_actions.block(mod, by=clip.maker)
    assert as_mod.get(f"/api/v1/clips/{clip.pk}").status_code == 200
