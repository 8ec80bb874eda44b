"""Media go out by a signed address, and only to those who may see the clip now."""

from __future__ import annotations

import time

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from core import delivery
from tests.factories import make_clip, make_render


def stored(render):
    content = ContentFile(bytes(range(100)))
    storages["media"].save(f"{render.media_subject}/public/720.mp4", content)
    storages["media"].save(f"{render.media_subject}/private/master.mp4", ContentFile(b"master"))
    return render


@pytest.fixture
def clip(ana):
    clip = make_clip(ana)
    stored(clip.render)
    return clip


@pytest.fixture
def address(as_ben, clip):
    return as_ben.get(f"/api/v1/clips/{clip.pk}").json()["media"]["mp4"]["720"]


def test_a_range_of_a_clip_is_sent(as_ben, address):
    answer = as_ben.get(address, headers={"Range": "bytes=10-19"})
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == "bytes 10-19/100"
    assert b"".join(answer.streaming_content) == bytes(range(10, 20))


def test_the_head_of_a_clip_has_no_body(as_ben, address):
    answer = as_ben.head(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Length"] == "100"
    assert answer.content == b""


def test_a_personal_address_works_without_a_session_but_not_in_another_one(
    as_nobody, as_cleo, address
):
    assert as_nobody.head(address).status_code == 200
    assert as_cleo.head(address).status_code == 404


def test_a_forged_or_moved_address_is_nothing(as_ben, address, ana):
    other = stored(make_render(ana)).media_subject
    _, _, token, subject, name = address.split("/")
    assert as_ben.get(f"/media/{token[:-1]}x/{subject}/{name}").status_code == 404
    assert as_ben.get(f"/media/{token}/{other}/{name}").status_code == 404


def test_an_address_ends(as_ben, address, time_machine):
    time_machine.move_to(time.time() + 2000)
    assert as_ben.head(address).status_code == 404


def test_the_unmarked_master_has_no_address(as_ana, clip):
    base = delivery.media_base(clip.render.media_subject, audience="all")
    for name in ("master.mp4", "private/master.mp4", "..%2Fprivate%2Fmaster.mp4"):
        assert as_ana.get(base + name).status_code == 404


def test_a_draft_is_for_its_maker_and_its_reviewers(as_ana, as_mod, as_cleo, as_nobody, ana):
    draft = stored(make_render(ana, state="held", outcome="hold"))
    address = delivery.media_url(draft.media_subject, "720.mp4")
    assert as_ana.head(address).status_code == 200
    assert as_mod.head(address).status_code == 200
    assert as_cleo.head(address).status_code == 404
    assert as_nobody.head(address).status_code == 404


def test_asking_who_may_look_is_one_query(as_nobody, clip, django_assert_num_queries):
    address = delivery.media_url(clip.render.media_subject, "720.mp4")
    as_nobody.head(address)
    with django_assert_num_queries(1):
        as_nobody.head(address)


def test_what_a_session_opened_is_kept_by_no_shared_cache(as_mod, as_nobody, ana, clip):
    draft = stored(make_render(ana, state="held", outcome="hold"))
    held = as_mod.head(delivery.media_url(draft.media_subject, "720.mp4"))
    assert "private" in held.headers["Cache-Control"]
    assert "public" not in held.headers["Cache-Control"]
    for_all = as_nobody.head(delivery.media_url(clip.render.media_subject, "720.mp4"))
    assert for_all.headers["Cache-Control"] == "public, max-age=60"
