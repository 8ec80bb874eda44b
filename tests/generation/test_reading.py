"""What reading costs: the same number of queries however many renders there are."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from generation.models import Render, RenderParent
from tests.factories import make_cameo, make_render


def queries_of(client: APIClient, url: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return len(asked)


def ask(client: APIClient, **wish: Any) -> str:
    answer = client.post("/api/v1/renders", {"prompt": "a fox", "seconds": 1} | wish)
    assert answer.status_code == 202, answer.content
    return str(answer.json()["id"])


def test_lists_cost_the_same_for_one_and_for_many(as_ana: APIClient, ana: User, ben: User) -> None:
    likeness = make_cameo(ben)
    first = make_render(ana, cast=[likeness])
    stack = f"/api/v1/renders/{first.pk}/stack"
    before = [queries_of(as_ana, url) for url in ("/api/v1/renders", stack)]
    for _ in range(4):
        made = make_render(ana, cast=[likeness], parent=first)
        Render.objects.filter(pk=made.pk).update(stack=first)
        ask(as_ana)
    assert len(as_ana.get(stack).json()["items"]) == 5
    assert len(as_ana.get("/api/v1/renders").json()["items"]) == 9
    assert [queries_of(as_ana, url) for url in ("/api/v1/renders", stack)] == before
    assert max(before) <= 6


@pytest.mark.parametrize("is_queued", [True, False])
def test_one_render_costs_the_same_whatever_waits_and_whatever_it_is_made_of(
    as_ana: APIClient, as_ben: APIClient, ana: User, *, is_queued: bool
) -> None:
    parents = [make_render(ana) for _ in range(4)]
    key = ask(as_ana) if is_queued else str(make_render(ana, parent=parents[0]).pk)
    url = f"/api/v1/renders/{key}"
    before = queries_of(as_ana, url)
    for place, parent in enumerate(parents[1:], start=1):
        if not is_queued:
            RenderParent.objects.create(render_id=key, parent=parent, position=place, role="stitch")
        ask(as_ben)
    assert queries_of(as_ana, url) == before
    assert before <= 15
