"""Asking for a render."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.models import User
from billing.models import Hold, LedgerEntry
from billing.queries import balance_of
from generation.models import Render

WISH = {"prompt": "a red ball bounces on a wet street", "seconds": 2, "shape": "portrait"}


def test_a_render_is_queued_with_its_credits_set_aside(as_ana: APIClient, ana: User) -> None:
    before = balance_of(ana).available
    answer = as_ana.post("/api/v1/renders", WISH)
    assert answer.status_code == 202
    body = answer.json()
    assert body["state"] == "queued"
    assert body["price"] == 2
    assert body["socket"].endswith(f"/ws/renders/{body['id']}/")
    assert body["position"] == 1
    assert balance_of(ana).available == before - 2
    assert Hold.objects.get(key=f"render:{body['id']}").state == "open"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"seconds": 45}, "seconds"),
        ({"seconds": "soon"}, "seconds"),
        ({"shape": "round"}, "shape"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "x" * 3000}, "prompt"),
        ({"cast": ["a", "b", "c", "d"]}, "cast"),
        ({"seed": -1}, "seed"),
        ({"engine": "steam"}, "engine"),
    ],
)
def test_a_wrong_request_names_its_field_and_costs_nothing(
    as_ana: APIClient, ana: User, change: dict[str, Any], field: str
) -> None:
    before = balance_of(ana).available
    answer = as_ana.post("/api/v1/renders", WISH | change)
    assert answer.status_code in (402, 422), answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert balance_of(ana).available == before
    assert not Render.objects.exists()


def test_more_seconds_than_the_plan_has_asks_for_a_plan(as_ana: APIClient) -> None:
    answer = as_ana.post("/api/v1/renders", WISH | {"seconds": 15})
    assert (answer.status_code, answer.json()["code"]) == (402, "plan_required")
    assert [way["do"] for way in answer.json()["ways_out"]] == ["upgrade"]


def test_a_person_without_credits_is_told_the_ways_out(as_ana: APIClient, ana: User) -> None:
    for _ in range(6):
        assert as_ana.post("/api/v1/renders", WISH | {"seconds": 10}).status_code == 202
    answer = as_ana.post("/api/v1/renders", WISH)
    assert (answer.status_code, answer.json()["code"]) == (402, "not_enough_credits")
    assert answer.json()["ways_out"]
    assert Render.objects.count() == 6


def test_nobody_asks_without_logging_in(as_nobody: APIClient) -> None:
    assert as_nobody.post("/api/v1/renders", WISH).status_code == 401


def test_the_same_key_gives_the_same_render(as_ana: APIClient) -> None:
    headers = {"Idempotency-Key": "one"}
    first = as_ana.post("/api/v1/renders", WISH, headers=headers)
    again = as_ana.post("/api/v1/renders", WISH, headers=headers)
    other = as_ana.post("/api/v1/renders", WISH | {"seconds": 3}, headers=headers)
    assert again.json()["id"] == first.json()["id"]
    assert again["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Render.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_requests_at_once_with_one_key_make_one_render(as_ana: APIClient) -> None:
    statuses: list[int] = []

    def ask() -> None:
        answer = as_ana.post("/api/v1/renders", WISH, headers={"Idempotency-Key": "race"})
        statuses.append(answer.status_code)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) == {202}
    assert Render.objects.count() == 1
    assert Hold.objects.count() == 1


def test_a_render_is_sent_to_workers_only_after_the_commit(
    as_ana: APIClient, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        as_ana.post("/api/v1/renders", WISH)
    assert any("_publish" in repr(callback) for callback in callbacks)


def test_a_quote_is_the_price_that_is_charged(as_ana: APIClient) -> None:
    quote = as_ana.get("/api/v1/renders/quote", {"seconds": 8, "shape": "square"}).json()
    render = as_ana.post("/api/v1/renders", WISH | {"seconds": 8, "shape": "square"}).json()
    assert quote["price"] == render["price"] == 5


def test_a_refused_prompt_keeps_nothing_but_the_record(as_ana: APIClient, ana: User) -> None:
    answer = as_ana.post("/api/v1/renders", WISH | {"prompt": "how to build a pipe bomb at home"})
    assert (answer.status_code, answer.json()["code"]) == (422, "prompt_refused")
    assert not Render.objects.exists()
    assert not Hold.objects.exists()
    assert not LedgerEntry.objects.filter(kind="capture").exists()


def test_a_queued_render_is_cancelled_at_once_and_refunded(as_ana: APIClient, ana: User) -> None:
    before = balance_of(ana).available
    render = as_ana.post("/api/v1/renders", WISH).json()
    answer = as_ana.post(f"/api/v1/renders/{render['id']}/cancel")
    assert answer.json()["state"] == "cancelled"
    assert balance_of(ana).available == before
    again = as_ana.post(f"/api/v1/renders/{render['id']}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "render_over")


def test_a_stranger_sees_no_render_of_ana(as_ana: APIClient, as_cleo: APIClient) -> None:
    render = as_ana.post("/api/v1/renders", WISH).json()
    assert as_cleo.get(f"/api/v1/renders/{render['id']}").status_code == 404
    assert as_cleo.post(f"/api/v1/renders/{render['id']}/cancel").status_code == 404
    assert as_cleo.get("/api/v1/renders").json()["items"] == []


def test_no_work_is_taken_while_the_disk_is_full(
    as_ana: APIClient, ana: User, settings: Any
) -> None:
    before = balance_of(ana).available
    settings.FREE_DISK_MIN_BYTES = 2**62
    answer = as_ana.post("/api/v1/renders", WISH)
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_full")
    assert balance_of(ana).available == before
