"""What no client of ours would send: refused by name, never a fault of the server."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from billing.queries import balance_of
from core import paging
from social.models import Clip
from tests.factories import make_clip, make_render

pytestmark = pytest.mark.django_db

WISH = {"prompt": "a red ball", "seconds": 2}


@pytest.fixture
def clip(ana: User) -> Clip:
    return make_clip(ana)


@pytest.mark.parametrize("word", ["nan", "inf", "-inf", "1e999"])
def test_a_number_that_has_no_place_on_the_line_is_refused(
    as_ana: APIClient, ana: User, clip: Clip, word: str
) -> None:
    before = balance_of(ana).available
    for address in ("/api/v1/renders", f"/api/v1/clips/{clip.pk}/remixes"):
        for change in ({"seconds": word}, {"strength": word}):
            assert as_ana.post(address, WISH | change).status_code == 422
    assert as_ana.get(f"/api/v1/renders/quote?seconds={word}").status_code == 422
    view = {"id": str(uuid4()), "clip_id": str(clip.pk), "seconds_watched": 1}
    views = {"views": [view | {"watched_ratio": word}]}
    assert as_ana.post("/api/v1/feed/watches", views).status_code == 422
    assert as_ana.post("/create/", WISH | {"seconds": word}, format="multipart").status_code == 422
    assert balance_of(ana).available == before


@pytest.mark.parametrize(
    "body",
    [
        b'{"prompt": NaN}',
        b'{"prompt": "\\u0000"}',
        b'{"prompt": "\\ud800"}',
        b'{"prompt": {"a": 1}}',
        b'{"prompt": "a", "seconds": 1e999}',
        b'{"prompt": "a", "seed": ' + b"9" * 6000 + b"}",
        b'{"prompt": "a", "cast": "ben"}',
        b'{"prompt": "a", "cast": [{"a": 1}]}',
        b'{"prompt": "a", "cast": ["\\u0000"]}',
        b'{"prompt": "a", "shape": ["portrait"]}',
        b'{"prompt": "a", "engine": ["default"]}',
        b'{"prompt": "a", "parent": "x"}',
        b"[1]",
        b'"x"',
        b"null",
        b"{",
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
    ],
    ids=lambda body: repr(body[:40]),
)
def test_a_body_of_the_wrong_kind_is_a_problem_of_its_sender(
    as_ana: APIClient, body: bytes
) -> None:
    answer = as_ana.generic("POST", "/api/v1/renders", body, "application/json")
    assert answer.status_code in (400, 422), answer.content
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("field", ["shape", "operation", "prompt", "parts", "half \ud800"])
def test_half_a_character_is_refused_wherever_it_stands(as_ana: APIClient, field: str) -> None:
    for address in ("/api/v1/renders", "/api/v1/renders/quote"):
        body = json.dumps(WISH | {field: ["\ud800"]}).encode()
        answer = as_ana.generic("POST", address, body, "application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


@pytest.mark.parametrize("address", ["/api/v1/nothing", "/api/v1/clips/x", "/api/v1/clips/%00x"])
def test_an_address_that_the_api_does_not_have_is_a_problem_too(
    as_ana: APIClient, address: str
) -> None:
    answer = as_ana.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"


def test_a_fault_of_ours_is_a_problem_without_its_cause(
    as_ana: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_ana.raise_request_exception = False
    monkeypatch.setattr("accounts.views.api.MeView.get", broken)
    answer = as_ana.get("/api/v1/me")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert "secret" not in str(answer.content)


def broken(*_: Any) -> None:
    raise RuntimeError("a secret of the server")


def test_a_body_larger_than_any_of_ours_is_not_read(as_ana: APIClient) -> None:
    body = b'{"prompt": "' + b"x" * 5_000_000 + b'"}'
    answer = as_ana.generic("POST", "/api/v1/renders", body, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "", "x"],
)
def test_a_body_of_another_type_is_refused(as_ana: APIClient, content_type: str) -> None:
    answer = as_ana.generic("POST", "/api/v1/renders", b'{"prompt": "a"}', content_type)
    assert answer.status_code in (400, 415)


def test_a_charset_that_nobody_knows_changes_nothing(as_ana: APIClient) -> None:
    kind = "application/json; charset=utf-99"
    answer = as_ana.generic("POST", "/api/v1/renders", b'{"prompt": "a"}', kind)
    assert answer.status_code == 202


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/users/a%00b",
        "/api/v1/users/a%00b/clips",
        "/@a%00b/",
        "/@ana/?tab=%00",
        "/@ana/?before=%00",
        "/drafts/?before=x",
        "/create/?remix=x",
        "/create/?again=x",
        "/?cursor=x",
        "/following/?cursor=x",
        "/api/v1/renders?limit=²",
        "/api/v1/renders?limit=-1",
        "/api/v1/renders?limit=1000",
        "/api/v1/feed/home?limit=x",
        "/api/v1/feed/home?cursor=" + "x" * 10_000,
        "/console/?queue=%00",
        "/media/x/y/z",
        "/media/x/../../etc/passwd",
        "/media/x/y/..%2f..%2fprivate%2fmaster.mp4",
        "/c/x/",
    ],
)
def test_an_address_that_means_nothing_is_no_fault(as_mod: APIClient, address: str) -> None:
    assert as_mod.get(address).status_code < 500


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/me/notices",
        "/api/v1/billing/ledger",
        "/api/v1/clips/{clip}/comments",
        "/api/v1/clips/{clip}/lineage",
        "/api/v1/users/ana/clips",
        "/api/v1/feed/home",
        "/api/v1/feed/following",
        "/",
        "/following/",
    ],
)
def test_the_cursor_of_one_list_opens_no_other(
    as_ana: APIClient, ana: User, clip: Clip, address: str
) -> None:
    make_render(ana)
    following = as_ana.get("/api/v1/renders?limit=1").json()["next"]
    assert as_ana.get(following).status_code == 200
    cursor = following.partition("cursor=")[2].partition("&")[0]
    for each in (cursor, paging.sealed("another", ["x"]), paging.sealed("another", [])):
        answer = as_ana.get(f"{address.format(clip=clip.pk)}?cursor={each}")
        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/create/", {"prompt": "", "shape": "round"}),
        ("/create/", {"prompt": "a\x00b"}),
        ("/c/{clip}/comment/", {"text": "a\x00b"}),
        ("/c/{clip}/report/", {"rule": "violence", "text": "a\x00b"}),
        ("/c/{clip}/report/", {"rule": "violence\x00", "text": ""}),
        ("/c/{clip}/change/", {"to": "explode"}),
        ("/renders/{render}/publish/", {"caption": "a\x00b"}),
        ("/renders/{render}/publish/", {"audience": "everybody"}),
        ("/renders/{render}/appeal/", {"text": "a\x00b"}),
        ("/settings/", {"display_name": "a\x00b"}),
        ("/appeals/", {"verdict": "x", "text": "Why?"}),
        ("/appeals/", {"slip": "x", "text": "Why?"}),
        ("/cameo/start/", {"name": "a\x00b"}),
        ("/cameo/lend/", {"handle": "a\x00b"}),
        ("/cameo/terms/", {"terms": "all", "rules_text": "a\x00b"}),
        ("/accounts/login/", {"login": "a\x00b", "password": "a\x00b"}),
    ],
)
def test_a_form_that_no_page_of_ours_makes_is_no_fault(
    as_ana: APIClient, ana: User, clip: Clip, address: str, form: dict[str, str]
) -> None:
    where = address.format(clip=clip.pk, render=make_render(ana).pk)
    answer: Any = as_ana.post(where, form, format="multipart")
    assert answer.status_code < 500


def test_a_report_longer_than_its_column_is_cut(as_ben: APIClient, ben: User, clip: Clip) -> None:
    form = {"rule": "violence", "text": "x" * 5000}
    assert as_ben.post(f"/c/{clip.pk}/report/", form, format="multipart").status_code == 302
    assert len(ben.reports.get().text) == 1000


@pytest.mark.parametrize("subject_id", ["x", "00000000-0000-7000-8000-000000000000", "\u0661"])
def test_what_does_not_exist_cannot_be_reported_or_taken_down(
    as_mod: APIClient, subject_id: str
) -> None:
    for kind in ("clip", "render", "comment", "cameo", "zebra"):
        named = {"subject_kind": kind, "subject_id": subject_id, "rule": "violence"}
        assert as_mod.post("/api/v1/moderation/reports", named).status_code == 404
        taken = named | {"reason": "It is not there."}
        assert as_mod.post("/api/v1/moderation/takedowns", taken).status_code == 404


@pytest.mark.parametrize(
    "prompt", ["🦊 runs 🍂", "ثعلب صغير يجري", "\u202eabc\u202c", "e\u0301" * 50]
)
def test_any_script_is_a_prompt(as_ana: APIClient, prompt: str) -> None:
    answer = as_ana.post("/api/v1/renders", WISH | {"prompt": prompt})
    assert answer.status_code == 202
    assert answer.json()["prompt"] == prompt


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"]
)
def test_a_log_in_leads_to_no_other_site(as_nobody: APIClient, ana: User, where: str) -> None:
    form = {"login": "ana", "password": "a long enough password", "next": where}
    answer: Any = as_nobody.post("/accounts/login/", form, format="multipart")
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_form_from_another_site_is_refused(ana: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(ana)
    assert client.post("/settings/", {"display_name": "Eve"}, format="multipart").status_code == 403
    assert client.post("/api/v1/renders", WISH).status_code == 403
