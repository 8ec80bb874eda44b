from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from accounts import actions, policies
from accounts.models import Block, Follow, Notice, User
from core.subjects import SubjectRef

BEN = "/api/v1/users/ben"
CLEO = "/api/v1/users/cleo"


def follow(client: APIClient, path: str) -> int:
    return int(client.post(f"{path}/follow").status_code)


def test_a_profile_shows_who_somebody_is_and_how_you_stand(
    as_ana: APIClient, ben: User, cleo: User
) -> None:
    shown = as_ana.get(BEN).json()
    assert (shown["handle"], shown["name"]) == ("ben", "Ben")
    assert (shown["followers"], shown["following"]) == (1, 1)
    assert shown["is_followed"]
    assert shown["follows_you"]
    assert "email" not in shown
    stranger = as_ana.get(CLEO).json()
    assert not stranger["is_followed"]


def test_a_profile_is_one_query_beside_the_session(
    as_ana: APIClient, ben: User, django_assert_num_queries: Any
) -> None:
    as_ana.get(BEN)
    with django_assert_num_queries(2):  # person of the session, profile with its counts
        as_ana.get(BEN)


def test_following_tells_the_followed_once(as_ana: APIClient, ana: User, cleo: User) -> None:
    assert follow(as_ana, CLEO) == 204
    assert follow(as_ana, CLEO) == 204
    assert as_ana.delete(f"{CLEO}/follow").status_code == 204
    assert follow(as_ana, CLEO) == 204
    notice = Notice.objects.get(user=cleo)
    assert (notice.kind, notice.text, notice.url) == ("follow", "@ana follows you.", "/@ana/")
    assert Follow.objects.filter(follower=ana, followed=cleo).count() == 1


def test_nobody_follows_themselves(as_ana: APIClient, ana: User) -> None:
    answer = as_ana.post("/api/v1/users/ana/follow")
    assert (answer.status_code, answer.json()["code"]) == (422, "on_yourself")


def test_mutuals_are_two_who_follow_each_other(ana: User, ben: User, cleo: User) -> None:
    assert policies.are_mutuals(ana, ben)
    assert policies.are_mutuals(ben, ana)
    assert not policies.are_mutuals(ana, ana)
    actions.follow(cleo, by=ana)
    assert not policies.are_mutuals(ana, cleo)
    actions.unfollow(ben, by=ana)
    assert not policies.are_mutuals(ana, ben)


def test_a_block_parts_two_people_on_both_sides(
    as_ana: APIClient, as_ben: APIClient, as_nobody: APIClient, ana: User, ben: User
) -> None:
    assert as_ana.post(f"{BEN}/block").status_code == 204
    assert as_ana.get(BEN).status_code == 404
    assert as_ben.get("/api/v1/users/ana").status_code == 404
    assert as_ben.post("/api/v1/users/ana/follow").status_code == 404
    assert as_nobody.get(BEN).status_code == 200
    assert not Follow.objects.exists()
    assert not policies.may_contact(ben, ana)
    assert not Notice.objects.filter(user=ben).exists()


def test_a_block_can_be_seen_and_taken_back_by_who_made_it(
    as_ana: APIClient, as_ben: APIClient, ana: User, ben: User
) -> None:
    as_ana.post(f"{BEN}/block")
    assert [row["handle"] for row in as_ana.get("/api/v1/me/blocks").json()["items"]] == ["ben"]
    assert as_ben.delete("/api/v1/users/ana/block").status_code == 404
    assert as_ana.delete(f"{BEN}/block").status_code == 204
    assert as_ana.get(BEN).status_code == 200
    assert not Follow.objects.exists()


def test_who_is_blocked_can_block_back(as_ana: APIClient, as_ben: APIClient, ben: User) -> None:
    as_ana.post(f"{BEN}/block")
    assert as_ben.post("/api/v1/users/ana/block").status_code == 204
    assert Block.objects.count() == 2


def test_a_moderator_sees_who_blocked_them_and_who_is_inactive(
    as_mod: APIClient, mod: User, ana: User, cleo: User
) -> None:
    actions.block(mod, by=ana)
    User.objects.filter(pk=cleo.pk).update(is_active=False)
    assert as_mod.get("/api/v1/users/ana").status_code == 200
    assert as_mod.get(CLEO).status_code == 200


def test_an_inactive_person_is_absent_and_not_counted(
    as_ana: APIClient, ana: User, ben: User
) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    assert as_ana.get(BEN).status_code == 404
    me = as_ana.get("/api/v1/users/ana").json()
    assert (me["followers"], me["following"]) == (0, 0)


def test_an_action_refuses_to_follow_over_a_block(ana: User, ben: User) -> None:
    actions.block(ben, by=ana)
    with pytest.raises(actions.BlockedError):
        actions.follow(ana, by=ben)


def test_one_changes_what_one_says_of_oneself_and_nothing_else(
    as_ana: APIClient, ana: User
) -> None:
    answer = as_ana.patch("/api/v1/me", {"bio": "I film rain.", "handle": "eve", "is_staff": True})
    assert answer.json()["bio"] == "I film rain."
    ana.refresh_from_db()
    assert (ana.handle, ana.display_name, ana.is_staff) == ("ana", "Ana", False)


def test_a_bio_that_is_too_long_names_field_and_limit(as_ana: APIClient) -> None:
    answer = as_ana.patch("/api/v1/me", {"bio": "x" * 301})
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert (error["field"], error["code"]) == ("bio", "max_length")
    assert "300" in error["detail"]


def test_notices_are_newest_first_and_read_at_once(as_ana: APIClient, ana: User) -> None:
    for index in range(5):
        about = SubjectRef("render", str(index))
        actions.notify(ana, kind="ready", text=f"Clip {index} is ready.", subject=about)
    first = as_ana.get("/api/v1/me/notices?limit=3").json()
    rest = as_ana.get(first["next"]).json()
    texts = [row["text"] for row in first["items"] + rest["items"]]
    assert texts == [f"Clip {index} is ready." for index in range(4, -1, -1)]
    assert rest["next"] is None
    assert as_ana.get("/api/v1/me").json()["unread_notices"] == 5
    assert as_ana.post("/api/v1/me/notices/read").status_code == 204
    assert as_ana.get("/api/v1/me").json()["unread_notices"] == 0


def test_a_notices_page_costs_the_same_however_long_it_is(
    as_ana: APIClient, ana: User, django_assert_num_queries: Any
) -> None:
    for index in range(12):
        actions.notify(ana, kind="ready", text=str(index))
    for limit in (3, 10):
        with django_assert_num_queries(2):  # person of the session, notices
            assert len(as_ana.get(f"/api/v1/me/notices?limit={limit}").json()["items"]) == limit


def test_nobody_has_no_me_and_is_asked_to_log_in(as_nobody: APIClient, ana: User) -> None:
    for path in ("/api/v1/me", "/api/v1/me/notices", "/api/v1/me/blocks"):
        answer = as_nobody.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert as_nobody.get("/api/v1/users/ana").status_code == 200


@pytest.mark.parametrize("handle", ["Ana", "a", "a b", "a" * 25, "ána"])
def test_the_database_refuses_a_malformed_handle(db: None, handle: str) -> None:
    with pytest.raises(Exception, match=r"well_formed|too long"), transaction.atomic():
        User.objects.bulk_create([User(handle=handle)])


def test_the_database_refuses_one_email_twice_and_following_or_blocking_oneself(ana: User) -> None:
    doubles = (
        lambda: User.objects.create_user("other", "ANA@example.org"),
        lambda: Follow.objects.create(follower=ana, followed=ana),
        lambda: Block.objects.create(blocker=ana, blocked=ana),
    )
    for double in doubles:
        with pytest.raises(IntegrityError), transaction.atomic():
            double()
    User.objects.create_user("no_mail")
    User.objects.create_user("no_mail_either")


def test_an_avatar_keeps_its_colour(ana: User, ben: User) -> None:
    assert ana.avatar_hue == User.objects.get(pk=ana.pk).avatar_hue
    assert 0 <= ben.avatar_hue < 360
