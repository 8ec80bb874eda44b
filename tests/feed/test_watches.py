"""What a viewer tells about watching."""

from __future__ import annotations

import uuid

import pytest

from feed.models import Watch
from tests.factories import make_clip

WATCHES = "/api/v1/feed/watches"


def view(clip, **facts):
    usual = {"watched_ratio": 0.8, "seconds_watched": 4.0}
    return {"id": str(uuid.uuid4()), "clip_id": str(clip.pk), **usual, **facts}


def test_a_batch_of_fifty_is_stored_in_one_go(as_ben, ana, django_assert_max_num_queries):
    clip = make_clip(ana)
    views = [view(clip) for _ in range(50)]
    as_ben.get("/api/v1/me")
    # the session's user, the visible clips, the insert and its transaction
    with django_assert_max_num_queries(5):
        answer = as_ben.post(WATCHES, {"views": views})
    assert answer.json() == {"stored": 50}
    assert Watch.objects.count() == 50


def test_a_report_sent_twice_counts_once(as_ben, ana):
    report = {"views": [view(make_clip(ana))]}
    for _ in range(2):
        assert as_ben.post(WATCHES, report).status_code == 200
    assert Watch.objects.count() == 1


def test_what_one_may_not_see_is_dropped_without_a_word(as_cleo, ana):
    views = [view(make_clip(ana, audience="private")), view(make_clip(ana))]
    views[1]["clip_id"] = str(uuid.uuid4())
    assert as_cleo.post(WATCHES, {"views": views}).json() == {"stored": 0}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"watched_ratio": 1.5}, "watched_ratio"),
        ({"seconds_watched": -1}, "seconds_watched"),
        ({"id": "x"}, "id"),
    ],
)
def test_an_impossible_view_names_its_field(as_ben, ana, facts, field):
    answer = as_ben.post(WATCHES, {"views": [view(make_clip(ana), **facts)]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].endswith(field)


def test_more_than_fifty_at_once_are_too_many(as_ben, ana):
    clip = make_clip(ana)
    answer = as_ben.post(WATCHES, {"views": [view(clip) for _ in range(51)]})
    assert answer.status_code == 422
