"""The home feed: explained, stable while it is paged, without repeats, and quick."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from accounts import actions as account_actions
from feed.rankers import RankerError
from feed.rankers.simple import Simple
from social import actions
from tests.factories import make_clip

HOME = "/api/v1/feed/home"


def ids(page):
    return [item["clip"]["id"] for item in page["items"]]


def pages(client, limit=4, between=lambda number: None):
    """Every page of the home feed, with something happening between them."""
    answers = [client.get(HOME, {"limit": limit}).json()]
    while answers[-1]["next"]:
        between(len(answers))
        answers.append(client.get(answers[-1]["next"]).json())
    return answers


def test_every_card_says_why_it_is_there_and_the_points_add_up(as_ben, world):
    page = as_ben.get(HOME).json()
    assert page["version"] == Simple.version
    assert len(page["items"]) == 15
    for item in page["items"]:
        assert sum(part["points"] for part in item["why"]) == item["score"]
        assert all(part["text"] for part in item["why"])
    scores = [item["score"] for item in page["items"]]
    assert scores == sorted(scores, reverse=True)


def test_a_followed_maker_is_named_as_a_reason(as_ben, world, ana):
    for item in as_ben.get(HOME).json()["items"]:
        reasons = {part["reason"] for part in item["why"]}
        assert ("following" in reasons) == (item["clip"]["maker"]["handle"] == "ana")


def test_asking_again_at_once_gives_the_same_order_and_reasons(as_ben, world, time_machine):
    time_machine.move_to("2027-01-01T12:00:10Z", tick=False)
    first, again = (as_ben.get(HOME).json()["items"] for _ in range(2))
    assert first == again


def test_pages_neither_repeat_nor_skip_while_clips_are_published_and_liked(
    as_ben, as_cleo, world, cleo
):
    def meanwhile(number):
        make_clip(cleo)
        actions.like(world[number], by=cleo)

    found = [key for page in pages(as_ben, between=meanwhile) for key in ids(page)]
    assert sorted(found) == sorted(str(clip.pk) for clip in world)


def test_a_clip_that_vanishes_between_pages_leaves_no_hole(as_ben, world):
    def meanwhile(number):
        doomed = world[number]
        actions.delete_clip(doomed, by=doomed.maker)

    answers = pages(as_ben, limit=3, between=meanwhile)
    assert [len(page["items"]) for page in answers[:-1]] == [3] * (len(answers) - 1)


def test_what_was_watched_comes_back_only_when_nothing_else_is_left(as_ben, world, seen):
    watched = [str(clip.pk) for clip in world[:5]]
    seen(as_ben, *watched)
    items = as_ben.get(HOME).json()["items"]
    assert {item["clip"]["id"] for item in items[-5:]} == set(watched)
    assert [item["is_repeat"] for item in items] == [False] * 10 + [True] * 5


def test_with_older_clips_left_nothing_watched_comes_back(as_ben, world, seen, monkeypatch):
    monkeypatch.setattr("feed.queries.FRESH_MAX", 5)
    from feed import queries

    queries._prepared_window.cache_clear()
    seen(as_ben, *world[-5:])
    found = [key for page in pages(as_ben) for key in ids(page)]
    queries._prepared_window.cache_clear()
    assert len(found) == len(set(found))
    assert set(found[:10]) == {str(clip.pk) for clip in world[:10]}


def test_a_short_glance_is_no_watching(as_ben, world, seen):
    seen(as_ben, world[0], watched_ratio=0.1, seconds_watched=0.5)
    assert not any(item["is_repeat"] for item in as_ben.get(HOME).json()["items"])


def test_two_strangers_see_the_same_order(as_nobody, as_cleo, world, time_machine):
    time_machine.move_to("2027-01-01T12:00:10Z", tick=False)
    assert ids(as_nobody.get(HOME).json()) == ids(as_cleo.get(HOME).json())


def test_a_cursor_is_of_no_use_to_somebody_else(as_ben, as_cleo, world):
    first = as_ben.get(HOME, {"limit": 5}).json()
    stolen = as_cleo.get(first["next"]).json()
    fresh = as_cleo.get(HOME, {"limit": 5}).json()
    assert ids(stolen) == ids(fresh)


def test_a_forgotten_slate_starts_anew(as_ben, world):
    first = as_ben.get(HOME, {"limit": 5}).json()
    cache.clear()
    assert len(ids(as_ben.get(first["next"]).json())) == 5


@pytest.mark.parametrize("cursor", ["nonsense", "WzEsMl0:x:y"])
def test_a_forged_cursor_is_named(as_ben, cursor):
    answer = as_ben.get(HOME, {"cursor": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


def test_a_cursor_of_another_list_is_named(as_ben, world):
    other = as_ben.get("/api/v1/feed/following", {"limit": 2}).json()["next"]
    answer = as_ben.get(HOME + "?" + other.partition("?")[2])
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


def test_a_ranker_that_fails_gives_way_to_the_order_of_time(as_ben, world, monkeypatch):
    def fail(self, viewer, candidates):
        raise RankerError("no model")

    monkeypatch.setattr(Simple, "score", fail)
    page = as_ben.get(HOME).json()
    assert page["version"] == "recency-1"
    assert ids(page) == [str(clip.pk) for clip in reversed(world)]


def test_a_clip_for_followers_reaches_their_home(as_ben, as_cleo, ana):
    clip = make_clip(ana, audience="followers")
    assert ids(as_ben.get(HOME).json()) == [str(clip.pk)]
    assert ids(as_cleo.get(HOME).json()) == []


def test_a_new_clip_is_there_at_once_though_the_window_is_older(as_ben, settings, world, cleo):
    settings.FEED_FRESH_FOR_S = 3600
    from feed import queries

    queries._fresh.forget()
    as_ben.get(HOME)
    clip = make_clip(cleo)
    assert str(clip.pk) in ids(as_ben.get(HOME).json())
    queries._fresh.forget()


@pytest.mark.parametrize("limit", [2, 14])
def test_a_home_page_is_three_queries_whatever_its_size(
    as_ben, settings, world, limit, django_assert_num_queries
):
    from feed import queries

    settings.FEED_FRESH_FOR_S = 3600
    queries._fresh.forget()
    first = as_ben.get(HOME, {"limit": limit}).json()
    # the session's user, the viewer's own facts, the cards
    with django_assert_num_queries(3):
        as_ben.get(HOME, {"limit": limit})
    # the session's user, the cards
    with django_assert_num_queries(2):
        as_ben.get(first["next"])
    queries._fresh.forget()


def test_what_one_blocks_is_not_in_the_page(as_ben, ben, world, cleo):
    account_actions.block(cleo, by=ben)
    makers = {item["clip"]["maker"]["handle"] for item in as_ben.get(HOME).json()["items"]}
    assert makers == {"ana", "ben"}
