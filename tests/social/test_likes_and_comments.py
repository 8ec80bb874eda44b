"""Likes and comments: idempotent, reversible, and counted exactly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import Notice
from core.subjects import SubjectRef
from moderation import actions as moderation_actions
from social import actions
from social.models import Clip, Comment, Like
from tests.factories import make_clip


def like_url(clip):
    return f"/api/v1/clips/{clip.pk}/like"


def comments_url(clip):
    return f"/api/v1/clips/{clip.pk}/comments"


def test_liking_twice_is_liking_once_and_taking_back_twice_is_once(as_ben, clip):
    for _ in range(2):
        assert as_ben.put(like_url(clip)).json() == {"like_count": 1, "has_liked": True}
    for _ in range(2):
        assert as_ben.delete(like_url(clip)).json() == {"like_count": 0, "has_liked": False}


def test_the_maker_hears_of_a_like_once(as_ben, ana, clip):
    for _ in range(3):
        as_ben.put(like_url(clip))
        as_ben.delete(like_url(clip))
    assert Notice.objects.filter(user=ana, kind="like").count() == 1


def test_nobody_in_particular_cannot_like(as_nobody, clip):
    assert as_nobody.put(like_url(clip)).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_after_a_hundred_parallel_toggles_the_number_equals_the_rows(ana, person):
    clip = make_clip(ana)
    people = [person(f"fan{n}") for n in range(5)]

    def toggle(number):
        fan = people[number % len(people)]
        (actions.unlike if number // len(people) % 3 == 2 else actions.like)(clip, by=fan)
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(toggle, range(100)))
    clip.refresh_from_db()
    assert clip.like_count == Like.objects.filter(clip=clip).count()


def test_a_comment_is_posted_counted_and_told(as_ben, ana, clip):
    answer = as_ben.post(comments_url(clip), {"text": " So red! "})
    assert answer.status_code == 201, answer.json()
    assert answer.json()["text"] == "So red!"
    assert answer.json()["author"]["handle"] == "ben"
    assert answer.json()["may_delete"] is True
    assert Clip.objects.get(pk=clip.pk).comment_count == 1
    assert Notice.objects.filter(user=ana, kind="comment").count() == 1


def test_comments_are_read_by_everybody_newest_first(as_ben, as_nobody, clip):
    for text in ("one", "two", "three"):
        as_ben.post(comments_url(clip), {"text": text})
    first = as_nobody.get(comments_url(clip), {"limit": 2}).json()
    assert [item["text"] for item in first["items"]] == ["three", "two"]
    second = as_nobody.get(first["next"]).json()
    assert [item["text"] for item in second["items"]] == ["one"]
    assert second["next"] is None


def test_an_empty_comment_and_one_too_long_name_the_field(as_ben, clip):
    for text in ("  ", "x" * 501):
        answer = as_ben.post(comments_url(clip), {"text": text})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "text")


def test_a_comment_that_breaks_a_rule_is_refused_with_the_rule(as_ben, clip):
    answer = as_ben.post(comments_url(clip), {"text": "kill yourself, you worthless idiot"})
    assert (answer.status_code, answer.json()["code"]) == (422, "text_refused")
    assert answer.json()["rule"]["code"]
    assert not Comment.objects.exists()


@pytest.fixture
def held(ben, clip):
    """A comment of Ben's that the rules were not sure about."""
    comment = actions.comment(clip, by=ben, text="maybe")
    verdict = type(comment.verdict).objects.create(
        subject_kind="comment",
        subject_id=str(comment.pk),
        stage="comment",
        outcome="hold",
        reasons=[{"rule": "harassment", "label": "harassment", "text": "", "span": None}],
        owner=ben,
    )
    Comment.objects.filter(pk=comment.pk).update(verdict=verdict)
    Clip.objects.filter(pk=clip.pk).update(comment_count=0)
    comment.refresh_from_db()
    return comment


def test_a_held_comment_is_seen_by_its_author_alone(as_ben, as_ana, as_nobody, clip, held):
    assert [item["is_held"] for item in as_ben.get(comments_url(clip)).json()["items"]] == [True]
    for client in (as_ana, as_nobody):
        assert client.get(comments_url(clip)).json()["items"] == []


def test_a_held_comment_appears_when_a_moderator_allows_it(as_ana, mod, ben, clip, held):
    subject = SubjectRef("comment", str(held.pk))
    opened = moderation_actions.open_case(subject, verdict=held.verdict, owner_id=ben.pk)
    case = moderation_actions.claim_case(opened, by=mod)
    facts = {"rule": "harassment", "reason": "It is kind.", "version": case.version}
    moderation_actions.decide(case, by=mod, outcome="allow", **facts)
    assert [item["text"] for item in as_ana.get(comments_url(clip)).json()["items"]] == ["maybe"]
    assert Clip.objects.get(pk=clip.pk).comment_count == 1


def test_the_author_and_the_maker_may_delete_a_comment_and_others_may_not(
    as_ana, as_ben, as_cleo, cleo, clip
):
    comments = [actions.comment(clip, by=cleo, text=text) for text in ("one", "two")]
    urls = [f"{comments_url(clip)}/{comment.pk}" for comment in comments]
    assert as_ben.delete(urls[0]).status_code == 403
    assert as_cleo.delete(urls[0]).status_code == 204
    assert as_ana.delete(urls[1]).status_code == 204
    assert as_ana.delete(urls[1]).status_code == 404
    assert as_cleo.get(comments_url(clip)).json()["items"] == []
    assert Clip.objects.get(pk=clip.pk).comment_count == 0


def test_two_page_sizes_of_comments_cost_the_same_queries(
    as_ana, ben, clip, django_assert_num_queries
):
    for number in range(6):
        actions.comment(clip, by=ben, text=f"number {number}")
    as_ana.get(comments_url(clip))
    for limit in (2, 6):
        # session's user, the clip, the comments with their authors
        with django_assert_num_queries(3):
            as_ana.get(comments_url(clip), {"limit": limit})
