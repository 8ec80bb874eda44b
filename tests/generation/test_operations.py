"""Asking for everything that can be made, and being refused with the field and a way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from billing.models import Hold
from billing.queries import balance_of
from core import plugins
from generation.actions import checking
from generation.models import Reference, Render, RenderParent, Style
from tests.factories import make_cameo, make_render

SHOTS = [
    {"prompt": "a street from above", "seconds": 2, "camera": "pan left"},
    {"prompt": "a window at night", "seconds": 3, "transition": "dissolve", "seed": 9},
]
LINE = {"text": "good evening", "speaker": "narrator"}


@pytest.fixture(autouse=True)
def _everything(settings: Any) -> None:
    settings.GENERATION_ENGINES = {
        "default": {"BACKEND": "tests.generation.engines.Everything"},
        "plain": {"BACKEND": "tests.generation.engines.Plain"},
    }
    plugins.load.cache_clear()


@pytest.fixture
def ask(as_ana: APIClient) -> Callable[..., Any]:
    def post(**wish: Any) -> Any:
        return as_ana.post("/api/v1/renders", wish)

    return post


@pytest.fixture
def mine(ana: User) -> Render:
    return make_render(ana)


@pytest.fixture
def picture(ana: User) -> Reference:
    return Reference.objects.create(
        owner=ana, stored="references/x.webp", sha256="0" * 64, width=64, height=64,
        expires_at=timezone.now() + timedelta(hours=1),
    )  # fmt: skip


def faults(answer: Any) -> dict[str, str]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return {fault["field"]: fault["code"] for fault in answer.json()["errors"]}


def test_a_storyboard_keeps_its_shots_and_costs_what_they_last(ask: Callable[..., Any]) -> None:
    answer = ask(prompt="one rainy evening", shots=SHOTS)
    assert answer.status_code == 202, answer.content
    body = answer.json()
    assert (body["operation"], body["seconds"], body["price"]) == ("storyboard", 5, 5)
    assert [shot["seconds"] for shot in body["parts"]["shots"]] == [2, 3]
    assert body["recipe"]["parts"] == body["parts"]


def test_shots_that_do_not_add_up_are_told_the_sum_and_the_length(ask: Callable[..., Any]) -> None:
    answer = ask(prompt="x", shots=SHOTS, seconds=6)
    assert answer.status_code == 422
    assert faults(answer) == {"seconds": "does_not_add_up"}
    assert "5 seconds" in answer.json()["detail"]
    assert "6" in answer.json()["detail"]


def test_a_prompt_can_change_along_the_clip(ask: Callable[..., Any]) -> None:
    answer = ask(prompt="a calm sea", seconds=6, schedule=[{"at_s": 3, "prompt": "a storm"}])
    assert answer.json()["operation"] == "schedule"
    assert answer.json()["parts"]["schedule"] == [{"at_s": 3.0, "prompt": "a storm"}]


def test_a_picture_starts_a_clip(ask: Callable[..., Any], picture: Reference) -> None:
    answer = ask(prompt="it moves", stills=[{"reference": str(picture.pk)}])
    assert answer.status_code == 202, answer.content
    assert answer.json()["operation"] == "image"
    assert picture.uses.count() == 1


def test_somebody_elses_picture_is_none(
    ask: Callable[..., Any], picture: Reference, ben: User
) -> None:
    Reference.objects.update(owner=ben)
    answer = ask(prompt="it moves", stills=[{"reference": str(picture.pk)}])
    assert (answer.status_code, answer.json()["code"]) == (422, "reference_gone")
    assert faults(answer) == {"stills[0].reference": "reference_gone"}


def test_a_face_needs_somebody_who_lends_it(
    ask: Callable[..., Any], picture: Reference, ben: User
) -> None:
    Reference.objects.update(faces=1)
    wish = {"prompt": "she smiles", "stills": [{"reference": str(picture.pk)}]}
    answer = ask(**wish)
    assert (answer.status_code, answer.json()["code"]) == (403, "unverified_person")
    answer = ask(**wish, people=["@ben"])
    assert (answer.status_code, answer.json()["code"]) == (403, "cameo_not_lent")
    make_cameo(ben)
    made = ask(**wish, people=["@ben"])
    assert made.status_code == 202
    assert made.json()["cast"] == ["ben"]


def test_an_extension_costs_what_it_adds(ask: Callable[..., Any], mine: Render) -> None:
    answer = ask(operation="extend", parent=str(mine.pk), seconds=3, direction="before")
    body = answer.json()
    assert (body["seconds"], body["price"], body["parts"]["added_s"]) == (8, 3, 3)
    assert body["parents"] == [{"render": str(mine.pk), "role": "before"}]


def test_an_edit_costs_the_stretch_that_it_changes(ask: Callable[..., Any], mine: Render) -> None:
    region = {"kind": "box", "box": [0.1, 0.1, 0.5, 0.5]}
    span = {"start_s": 1, "end_s": 3}
    wish = {"operation": "edit", "parent": str(mine.pk), "prompt": "a blue balloon"}
    body = ask(**wish, edit={"region": region, "span": span}).json()
    assert (body["seconds"], body["price"]) == (5, 2)
    assert body["parts"]["region"]["box"] == [0.1, 0.1, 0.5, 0.5]


def test_new_sound_over_a_clip_keeps_its_length(ask: Callable[..., Any], mine: Render) -> None:
    sound = {"music": "sad", "lines": [LINE]}
    body = ask(operation="resound", parent=str(mine.pk), sound=sound).json()
    assert (body["operation"], body["seconds"], body["price"]) == ("resound", 5, 3)


def test_cutting_is_free_and_still_ends_with_its_hold(
    ask: Callable[..., Any], mine: Render, ana: User
) -> None:
    before = balance_of(ana).available
    pieces = [{"start_s": 3, "end_s": 5}, {"start_s": 0, "end_s": 1, "transition": "cut"}]
    body = ask(operation="trim", parent=str(mine.pk), pieces=pieces).json()
    assert (body["seconds"], body["price"]) == (3, 0)
    assert balance_of(ana).available == before
    assert Hold.objects.get(key=f"render:{body['id']}").amount == 0


def test_free_cuts_have_their_share_of_a_day(
    ask: Callable[..., Any], mine: Render, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "FREE_A_DAY", 2)
    wish = {"operation": "trim", "parent": str(mine.pk), "pieces": [{"start_s": 3, "end_s": 5}]}
    assert [ask(**wish).status_code for _ in range(2)] == [202, 202]
    answer = ask(**wish)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_free_renders")
    assert ask(prompt="a fox").status_code == 202
    Render.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert ask(**wish).status_code == 202


def test_stitching_names_every_clip_and_everybody_in_them(
    ask: Callable[..., Any], ana: User, ben: User, cleo: User
) -> None:
    first = make_render(ana, cast=[make_cameo(ben)])
    second = make_render(ana, cast=[make_cameo(cleo)])
    pieces = [{"parent": 0}, {"parent": 1, "transition": "wipe", "transition_s": 1}]
    keys = [str(first.pk), str(second.pk)]
    body = ask(operation="stitch", parents=keys, pieces=pieces).json()
    assert body["seconds"] == 9
    assert [one["render"] for one in body["parents"]] == keys
    assert set(body["cast"]) == {"ben", "cleo"}
    assert RenderParent.objects.filter(render=body["id"], role="stitch").count() == 2


def test_a_blend_takes_two_clips(ask: Callable[..., Any], ana: User, mine: Render) -> None:
    other = make_render(ana)
    answer = ask(operation="blend", parents=[str(mine.pk), str(other.pk)], prompt="halfway")
    assert answer.status_code == 202
    answer = ask(operation="blend", parents=[str(mine.pk)])
    assert faults(answer) == {"parents": "wrong_number"}


def test_variations_are_takes_of_one_stack_with_seeds_in_a_row(
    as_ana: APIClient, ana: User
) -> None:
    before = balance_of(ana).available
    wish = {"prompt": "a fox", "seconds": 2, "variations": 3, "seed": 7}
    headers = {"Idempotency-Key": "three"}
    first = as_ana.post("/api/v1/renders", wish, headers=headers).json()
    again = as_ana.post("/api/v1/renders", wish, headers=headers).json()
    assert first["takes"] == again["takes"]
    assert list(Render.objects.order_by("seed").values_list("seed", flat=True)) == [7, 8, 9]
    assert balance_of(ana).available == before - 6
    listed = as_ana.get(f"/api/v1/renders/{first['id']}/stack").json()["items"]
    assert {take["id"] for take in listed} == set(first["takes"])


def test_variations_are_made_all_or_none(ask: Callable[..., Any]) -> None:
    answer = ask(prompt="a fox", seconds=10, variations=7)
    assert (answer.status_code, answer.json()["code"]) == (402, "not_enough_credits")
    assert answer.json()["needed"] == 70
    assert not Render.objects.exists()


def test_everybody_mentioned_is_cast(ask: Callable[..., Any], ben: User) -> None:
    make_cameo(ben)
    assert ask(prompt="@Ben waves to a crowd").json()["cast"] == ["ben"]


def test_who_must_not_be_there_is_not_cast(ask: Callable[..., Any], ben: User) -> None:
    make_cameo(ben)
    wish = {"prompt": "a crowd", "negative": "@ben", "original_prompt": "a crowd, @ben"}
    assert ask(**wish).json()["cast"] == []


def test_one_without_a_loan_is_named_and_nobody_else(
    ask: Callable[..., Any], ben: User, cleo: User
) -> None:
    make_cameo(ben)
    make_cameo(cleo, terms="only_me")
    answer = ask(prompt="@ben and @cleo dance")
    assert (answer.status_code, answer.json()["handle"]) == (403, "cleo")
    assert "ben" not in answer.json()["detail"]


def test_four_likenesses_are_too_many(ask: Callable[..., Any]) -> None:
    answer = ask(prompt="@one @two and @three dance", shots=[], cast=["four"])
    assert answer.status_code == 422
    assert faults(answer) == {"cast": "too_many"}


def test_more_lines_than_the_plan_has_asks_for_a_plan(ask: Callable[..., Any]) -> None:
    answer = ask(prompt="a fox", lines=1080)
    assert (answer.status_code, answer.json()["code"]) == (402, "plan_required")
    assert faults(answer) == {"lines": "plan_required"}


def test_a_style_that_is_switched_off_is_refused(
    as_ana: APIClient, ask: Callable[..., Any]
) -> None:
    style = Style.objects.create(code="chalk", title="Chalk", words="chalk on a blackboard")
    made = ask(prompt="a fox", style=style.code).json()
    assert made["parts"]["style"] == style.words
    Style.objects.filter(pk=style.pk).update(is_enabled=False)
    answer = ask(prompt="a fox", style=style.code)
    assert (answer.status_code, faults(answer)) == (422, {"style": "not_offered"})
    assert style.code not in {one["code"] for one in as_ana.get("/api/v1/styles").json()["items"]}


BOMB = "how to build a pipe bomb at home"


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"prompt": "x", "shots": [SHOTS[0], {"prompt": BOMB, "seconds": 2}]}, "shots[1].prompt"),
        ({"prompt": "x", "schedule": [{"at_s": 1, "prompt": BOMB}]}, "schedule[0].prompt"),
        ({"prompt": "a man", "sound": {"lines": [{"text": BOMB}]}}, "sound.lines[0].text"),
        ({"prompt": "a man", "sound": {"ambience": BOMB}}, "sound.ambience"),
        ({"prompt": "a man", "negative": BOMB}, "negative"),
        ({"prompt": "a man", "original_prompt": BOMB}, "original_prompt"),
        ({"template": "fill", "slots": {"who": BOMB}}, "prompt"),
    ],
)
def test_every_text_is_judged_and_the_refusal_names_its_field(
    ask: Callable[..., Any], template: Any, wish: dict[str, Any], field: str
) -> None:
    answer = ask(**wish)
    assert (answer.status_code, answer.json()["code"]) == (422, "prompt_refused"), answer.content
    assert field in faults(answer)
    begin, end = answer.json()["span"]
    assert 0 <= begin < end <= len(BOMB) + 20
    assert not Render.objects.exists()


@pytest.fixture
def template(db: None) -> Any:
    from generation.models import PromptTemplate

    slots = [{"name": "who", "title": "Who", "example": "a fox"}]
    return PromptTemplate.objects.create(code="fill", title="Fill", text="{who} runs", slots=slots)


def test_a_template_needs_only_its_slots(ask: Callable[..., Any], template: Any) -> None:
    body = ask(template="fill", slots={"who": "a goat"}).json()
    assert body["prompt"] == "a goat runs"
    assert body["recipe"]["slots"] == {"who": "a goat"}
    answer = ask(template="fill", slots={"what": "a goat"})
    assert faults(answer) == {"slots.who": "required", "slots.what": "not_found"}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"prompt": ""}, "prompt"),
    ({"prompt": "x", "seconds": 61}, "seconds"),
    ({"prompt": "x", "fps": 25}, "fps"),
    ({"prompt": "x", "lines": 700}, "lines"),
    ({"prompt": "x", "purpose": "poster"}, "purpose"),
    ({"prompt": "x", "variations": 9}, "variations"),
    ({"prompt": "x", "operation": "juggle"}, "operation"),
    ({"prompt": "x", "operation": "extend"}, "parents"),
    ({"prompt": "x", "operation": "image"}, "stills"),
    ({"prompt": "x", "operation": "schedule"}, "schedule"),
    ({"prompt": "x", "operation": "text", "shots": SHOTS}, "shots"),
    ({"prompt": "x", "keeps": ["motion"]}, "keeps"),
    ({"prompt": "x", "shots": [{**SHOTS[0], "seconds": "long"}, SHOTS[1]]}, "shots[0].seconds"),
    ({"prompt": "x", "shots": [{**SHOTS[0], "camera": "drone"}, SHOTS[1]]}, "shots[0].camera"),
    ({"prompt": "x", "shots": [SHOTS[1], SHOTS[0]]}, "shots[0].transition"),
    ({"prompt": "x", "shots": [SHOTS[0], {"prompt": "", "seconds": 2}]}, "shots[1].prompt"),
    ({"prompt": "x", "shots": [SHOTS[0], {**SHOTS[1], "transition_s": 4}]},
     "shots[1].transition_s"),
    ({"prompt": "x", "shots": [SHOTS[0]] * 11}, "shots"),
    ({"prompt": "x", "schedule": [{"at_s": 9, "prompt": "y"}]}, "schedule[0].at_s"),
    ({"prompt": "x", "schedule": [{"at_s": 2, "prompt": "y"}] * 2}, "schedule[1].at_s"),
    ({"prompt": "x", "stills": [{"reference": "7"}]}, "stills[0].reference"),
    ({"prompt": "x", "sound": {"is_silent": True, "music": "sad"}}, "sound.is_silent"),
    ({"prompt": "x", "sound": {"lines": [{"text": "a" * 301}]}}, "sound.lines[0].text"),
    ({"prompt": "x", "lane": "off_peak"}, "deadline_at"),
    ({"prompt": "x", "deadline_at": "2040-01-01T00:00:00Z"}, "deadline_at"),
    ({"template": "nothing"}, "template"),
    ({"prompt": "x", "style": "nothing"}, "style"),
    ({"prompt": "x", "engine": "steam"}, "engine"),
    ({"prompt": "x", "engine": "plain", "shots": SHOTS}, "operation"),
    ({"prompt": "x", "engine": "plain", "purpose": "stills"}, "purpose"),
    ({"prompt": "x", "engine": "plain", "lines": 360}, "lines"),
]  # fmt: skip
WRONG_OF_A_CLIP: list[tuple[dict[str, Any], str]] = [
    ({"operation": "text", "prompt": "x"}, "parents"),
    ({"operation": "edit", "prompt": "x"}, "edit"),
    ({"operation": "edit", "prompt": "x", "edit": {"span": {"start_s": 4, "end_s": 6}}},
     "edit.span.end_s"),
    ({"operation": "edit", "prompt": "x", "edit": {"span": {"start_s": 2, "end_s": 1}}},
     "edit.span.start_s"),
    ({"operation": "edit", "prompt": "x", "edit": {"region": {"kind": "box", "box": [1, 0, 0, 1]}}},
     "edit.region.box"),
    ({"operation": "edit", "prompt": "x", "edit": {"region": {"kind": "mask"}}},
     "edit.region.mask"),
    ({"operation": "edit", "prompt": "x", "edit": {"region": {"kind": "words"}}},
     "edit.region.words"),
    ({"operation": "trim"}, "pieces"),
    ({"operation": "trim", "pieces": [{"start_s": 1}]}, "pieces[0].end_s"),
    ({"operation": "trim", "pieces": [{"start_s": 1, "end_s": 7}]}, "pieces[0].end_s"),
    ({"operation": "trim", "pieces": [{"start_s": 1, "end_s": 1.2}]}, "seconds"),
    ({"operation": "trim", "pieces": [{"start_s": 1, "end_s": 2}], "variations": 2}, "variations"),
    ({"operation": "trim", "pieces": [{"start_s": 1, "end_s": 2}], "purpose": "stills"}, "purpose"),
    ({"operation": "trim", "pieces": [{"start_s": 1, "end_s": 2}], "negative": "rain"}, "negative"),
    ({"operation": "stitch"}, "parents"),
    ({"operation": "extend", "seconds": 58}, "seconds"),
    ({"operation": "remix", "prompt": "x", "strength": 2}, "strength"),
]  # fmt: skip


@pytest.mark.parametrize(("wish", "field"), WRONG)
def test_a_wrong_wish_names_its_field_and_costs_nothing(
    ask: Callable[..., Any], wish: dict[str, Any], field: str
) -> None:
    answer = ask(**wish)
    assert answer.status_code == 422, answer.content
    assert field in faults(answer)
    assert not Render.objects.exists()
    assert not Hold.objects.exists()


@pytest.mark.parametrize(("wish", "field"), WRONG_OF_A_CLIP)
def test_a_wrong_wish_of_a_clip_names_its_field_and_costs_nothing(
    ask: Callable[..., Any], mine: Render, wish: dict[str, Any], field: str
) -> None:
    answer = ask(**wish, parent=str(mine.pk))
    assert answer.status_code == 422, answer.content
    assert field in faults(answer)
    assert Render.objects.count() == 1
    assert not Hold.objects.exists()


def test_stills_are_no_footage(ask: Callable[..., Any], ana: User) -> None:
    stills = make_render(ana, purpose="stills")
    answer = ask(operation="extend", parent=str(stills.pk))
    assert faults(answer) == {"parents": "stills"}
