"""A page asks the database as often for many rows as for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.actions import follow, notify
from accounts.models import User
from core.subjects import SubjectRef
from moderation import actions as moderation
from social import actions
from social.models import Clip
from tests.factories import make_cameo, make_clip, make_render

PAGES = (
    "/", "/following/", "/drafts/", "/create/", "/@ana/", "/@ana/?tab=appearances", "/notices/",
    "/settings/", "/pricing/", "/decisions/", "/rules/", "/cameo/", "/c/{clip}/",
)  # fmt: skip


@pytest.fixture
def grown(ana: User, ben: User, person: Callable[..., User], mod: User) -> Callable[[int], Clip]:
    """Return a way to make everything that pages list longer."""

    def grow(round_: int) -> Clip:
        friend = person(f"friend{round_}")
        follow(friend, by=ana)
        lent = make_cameo(friend)
        root = make_clip(friend, cast=[lent])
        clip = make_clip(ana, remix_of=root)
        remix = make_clip(ben, remix_of=clip)
        for writer in (friend, ben):
            actions.comment(clip, by=writer, text="Lovely.")
        make_render(ana)
        notify(ana, kind="follow", text="Hello.")
        refused = make_clip(ana)
        ground = {"rule": "violence", "reason": "Blood."}
        moderation.take_down(SubjectRef("clip", str(refused.pk)), by=mod, **ground)
        return remix

    return grow


@pytest.mark.parametrize("page", PAGES)
def test_a_page_costs_the_same_however_much_it_lists(
    as_ana: APIClient, grown: Callable[[int], Clip], page: str
) -> None:
    clip = grown(0)
    address = page.format(clip=clip.pk)

    def cost() -> int:
        answer: Any = as_ana.get(address)
        assert answer.status_code == 200
        with CaptureQueriesContext(
            connection,
        ) as asked:
            as_ana.get(address)
        return len(asked)

    before = cost()
    for round_ in (1, 2):
        grown(round_)
    after = cost()
    assert after <= before
    assert after <= 15
