"""What people say of themselves keeps the house rules, as what they say to each other does."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from moderation.actions import decide
from moderation.models import Case, Verdict

pytestmark = pytest.mark.django_db

ME = "/api/v1/me"
SLUR = "all faggots must die"


@pytest.mark.parametrize("field", ["display_name", "bio"])
def test_a_text_against_the_rules_is_refused_and_names_its_field(
    as_ana: APIClient, ana: User, field: str
) -> None:
    answer = as_ana.patch(ME, {field: SLUR})
    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "text_refused")
    assert (told["errors"][0]["field"], told["rule"]["code"]) == (field, "hate")
    ana.refresh_from_db()
    assert SLUR not in (ana.display_name, ana.bio)
    assert Verdict.objects.get().owner == ana


def test_the_settings_page_says_so_beside_the_field(as_ana: APIClient, ana: User) -> None:
    given = {"display_name": "Ana", "bio": SLUR}
    page = as_ana.post("/settings/", given, format="multipart").content.decode()
    assert 'class="fault"' in page
    assert "No hate" in page
    ana.refresh_from_db()
    assert ana.bio == ""


def test_a_refused_text_can_be_appealed_and_then_stands(
    as_ana: APIClient, mod: User, ana: User
) -> None:
    slip = as_ana.patch(ME, {"bio": SLUR}).json()["appeal"]["slip"]
    appeal = {"slip": slip, "text": "It is a quotation."}
    assert as_ana.post("/api/v1/moderation/appeals", appeal).status_code == 201
    case = Case.objects.get()
    decide(case, by=mod, outcome="allow", rule="hate", reason="Quoted.", version=case.version)
    assert as_ana.patch(ME, {"bio": SLUR}).json()["bio"] == SLUR


@pytest.mark.parametrize("name", ["Afterimage Support", "Ana (Moderator)", "4dmin", "OFFICIAL Ana"])
def test_a_name_must_not_speak_for_the_site(as_ana: APIClient, as_mod: Any, name: str) -> None:
    answer = as_ana.patch(ME, {"display_name": name})
    assert (answer.status_code, answer.json()["code"]) == (422, "official_name")
    assert as_mod.patch(ME, {"display_name": name}).status_code == 200


def test_what_stays_as_it_is_is_not_judged_again(as_ana: APIClient) -> None:
    assert as_ana.patch(ME, {"bio": "I like trains.", "display_name": "Ana"}).status_code == 200
    before = Verdict.objects.count()
    assert as_ana.patch(ME, {"bio": "I like trains.", "display_name": "Ana"}).status_code == 200
    assert Verdict.objects.count() == before
