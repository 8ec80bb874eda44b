"""The Following feed: strictly newest first, and complete."""

from __future__ import annotations

from accounts import actions as account_actions
from tests.factories import make_clip

FOLLOWING = "/api/v1/feed/following"


def ids(page):
    return [item["clip"]["id"] for item in page["items"]]


def test_it_is_everything_by_those_one_follows_newest_first(as_ben, world, ana):
    page = as_ben.get(FOLLOWING).json()
    of_ana = [str(clip.pk) for clip in reversed(world) if clip.maker_id == ana.pk]
    assert ids(page) == of_ana
    assert {part["text"] for item in page["items"] for part in item["why"]} == {"You follow @ana"}
    assert all(sum(p["points"] for p in item["why"]) == item["score"] for item in page["items"])


def test_pages_neither_repeat_nor_skip_while_clips_are_published(as_ben, world, ana):
    first = as_ben.get(FOLLOWING, {"limit": 2}).json()
    make_clip(ana)
    found = ids(first)
    following = first["next"]
    while following:
        page = as_ben.get(following).json()
        found += ids(page)
        following = page["next"]
    assert found == [str(clip.pk) for clip in reversed(world) if clip.maker_id == ana.pk]


def test_clips_for_followers_are_in_it_and_private_ones_are_not(as_ben, ana):
    for_followers = make_clip(ana, audience="followers")
    make_clip(ana, audience="private")
    make_clip(ana, audience="unlisted")
    assert ids(as_ben.get(FOLLOWING).json()) == [str(for_followers.pk)]


def test_unfollowing_empties_it(as_ben, ben, ana, world):
    account_actions.unfollow(ana, by=ben)
    assert as_ben.get(FOLLOWING).json()["items"] == []


def test_nobody_in_particular_follows_nobody(as_nobody):
    assert as_nobody.get(FOLLOWING).status_code == 401


def test_two_page_sizes_cost_the_same_queries(as_ben, world, django_assert_num_queries):
    as_ben.get(FOLLOWING)
    for limit in (2, 5):
        # the session's user, the page's keys, the cards
        with django_assert_num_queries(3):
            as_ben.get(FOLLOWING, {"limit": limit})
