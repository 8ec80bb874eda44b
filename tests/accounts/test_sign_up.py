from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from rest_framework.test import APIClient

from accounts.auth import Adapter
from accounts.models import User
from tests.conftest import PASSWORD

SIGN_UP = "/_allauth/app/v1/auth/signup"
LOG_IN = "/_allauth/app/v1/auth/login"
SESSION = "/_allauth/app/v1/auth/session"


def asked(handle: str, **more: str) -> dict[str, str]:
    return {"username": handle, "email": f"{handle}@example.org", "password": PASSWORD} | more


def problems(answer: Any) -> dict[str, str]:
    return {error["param"]: error["code"] for error in answer.json()["errors"]}


def test_signing_up_gives_a_token_that_opens_the_api(as_nobody: APIClient) -> None:
    answer = as_nobody.post(SIGN_UP, asked("Dora"))
    assert answer.status_code == 200, answer.json()
    token = answer.json()["meta"]["session_token"]
    client = APIClient(headers={"X-Session-Token": token})
    assert client.get("/api/v1/me").json()["handle"] == "dora"
    assert mail.outbox[0].to == ["Dora@example.org".lower()]


def test_mails_name_the_product_and_not_the_host_that_was_asked(as_nobody: APIClient) -> None:
    as_nobody.post(SIGN_UP, asked("dora"))
    assert mail.outbox[0].subject.startswith("[Afterimage] ")
    assert mail.outbox[0].body.startswith("Hello from Afterimage!")


def test_the_token_is_dead_after_log_out(as_nobody: APIClient) -> None:
    token = as_nobody.post(SIGN_UP, asked("dora")).json()["meta"]["session_token"]
    client = APIClient(headers={"X-Session-Token": token})
    assert client.delete(SESSION).status_code == 401
    assert client.get("/api/v1/me").status_code == 401


@pytest.mark.parametrize("name", ["dora", "DORA", "dora@example.org"])
def test_people_log_in_with_handle_or_email_however_they_write_it(
    as_nobody: APIClient, person: Any, name: str
) -> None:
    person("dora")
    field = "email" if "@" in name else "username"
    answer = as_nobody.post(LOG_IN, {field: name, "password": PASSWORD})
    assert answer.status_code == 200, answer.json()


def test_a_wrong_password_says_nothing_about_who_exists(as_nobody: APIClient, ana: User) -> None:
    wrong = {"password": "not the password"}
    known = as_nobody.post(LOG_IN, {"username": "ana"} | wrong)
    unknown = as_nobody.post(LOG_IN, {"username": "nobody_at_all"} | wrong)
    assert known.status_code == unknown.status_code == 400
    assert known.json() == unknown.json()


@pytest.mark.parametrize("handle", ["ab", "a" * 25, "ana maria", "ána", "ana-maria", "@ana"])
def test_a_handle_that_no_address_could_carry_is_refused(as_nobody: APIClient, handle: str) -> None:
    answer = as_nobody.post(SIGN_UP, asked("x", username=handle, email="d@example.org"))
    assert answer.status_code == 400
    assert "username" in problems(answer)
    assert not User.objects.exists()


@pytest.mark.parametrize("handle", ["admin", "Support", "after_image", "ad_min", "me_", "adm1n"])
def test_a_handle_that_sounds_like_the_house_is_reserved(as_nobody: APIClient, handle: str) -> None:
    answer = as_nobody.post(SIGN_UP, asked(handle))
    assert problems(answer) == {"username": "username_blacklisted"}


@pytest.mark.parametrize(
    "handle",
    ["admin7", "ana_admin", "0fficial_ana", "afterimage_help", "support_team", "Staff_Ben"],
)
def test_a_handle_that_speaks_for_the_house_is_reserved(as_nobody: APIClient, handle: str) -> None:
    assert problems(as_nobody.post(SIGN_UP, asked(handle))) == {"username": "username_blacklisted"}


@pytest.mark.parametrize("handle", ["n1gger_boy", "faggot99", "white_power", "porn_star", "ki_ke"])
def test_a_handle_against_the_house_rules_is_refused(as_nobody: APIClient, handle: str) -> None:
    answer = as_nobody.post(SIGN_UP, asked("dora", username=handle))
    assert problems(answer) == {"username": "against_rules"}
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "handle", ["dora", "scunthorpe", "user123", "news24", "supporter", "nigeria"]
)
def test_an_honest_handle_passes(as_nobody: APIClient, handle: str) -> None:
    assert as_nobody.post(SIGN_UP, asked(handle)).status_code == 200


def test_a_taken_handle_or_email_is_named(as_nobody: APIClient, ana: User) -> None:
    answer = as_nobody.post(SIGN_UP, asked("ANA", email="other@example.org"))
    assert problems(answer) == {"username": "username_taken"}
    answer = as_nobody.post(SIGN_UP, asked("other", email="ANA@example.org"))
    assert problems(answer) == {"email": "email_taken"}


def test_a_weak_password_is_refused(as_nobody: APIClient) -> None:
    answer = as_nobody.post(SIGN_UP, asked("dora", password="password"))
    assert problems(answer) == {"password": "password_too_common"}


def test_an_inactive_person_cannot_log_in(as_nobody: APIClient, person: Any) -> None:
    person("dora", is_active=False)
    answer = as_nobody.post(LOG_IN, {"username": "dora", "password": PASSWORD})
    assert answer.status_code in {400, 401}
    assert "session_token" not in answer.json().get("meta", {})


def test_the_sign_up_page_makes_the_same_account(client: Any, db: None) -> None:
    given = {"username": "Dora", "email": "dora@example.org", "password1": PASSWORD}
    answer = client.post("/accounts/signup/", given)
    assert answer.status_code == 302, answer.content
    assert User.objects.get().handle == "dora"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same", ["email", "username"])
def test_of_two_sign_ups_at_once_one_gets_the_name_and_the_other_an_answer(same: str) -> None:
    wishes = [asked(handle) | {same: asked("dora")[same]} for handle in ("dora", "dana")]
    start, codes = threading.Barrier(2), []

    def sign_up(wish: dict[str, str]) -> None:
        try:
            start.wait(timeout=5)
            codes.append(APIClient(raise_request_exception=False).post(SIGN_UP, wish).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign_up, args=(wish,)) for wish in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Whoever comes later is told so by the form (400) or, in the same moment, by the row (409).
    assert sorted(codes) in ([200, 400], [200, 409])
    assert User.objects.count() == 1


def test_a_name_taken_between_the_look_and_the_save_is_a_refusal(
    as_nobody: APIClient, client: Any, person: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Adapter.save_user

    def late(self: Any, request: Any, user: Any, form: Any, commit: bool = True) -> Any:
        if not User.objects.exists():
            person("dora")
        return real(self, request, user, form, commit)

    monkeypatch.setattr(Adapter, "save_user", late)
    answer = as_nobody.post(SIGN_UP, asked("dora"))
    assert (answer.status_code, answer.json()["code"]) == (409, "taken")
    assert User.objects.count() == 1
    User.objects.all().delete()
    form = {"username": "dora", "email": "dora@example.org", "password1": PASSWORD}
    assert client.post("/accounts/signup/", form).status_code == 409
