"""The studio's pages, as they are without scripts."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict
from rest_framework.test import APIClient

from accounts.models import User
from core.inputs import nested
from generation.models import Render
from generation.serializers.recipes import document_of
from tests.factories import make_clip, make_render

SHOTS = [{"start_s": 0.0, "end_s": 2.0, "prompt": "a street", "seed": 1},
         {"start_s": 2.0, "end_s": 5.0, "prompt": "a cup", "seed": 2}]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "document"),
    [
        ("prompt=a&seconds=", {"prompt": "a"}),
        ("shots[1].prompt=b&shots[0].prompt=a", {"shots": [{"prompt": "a"}, {"prompt": "b"}]}),
        ("shots[4].seconds=1&shots[9].seconds=", {"shots": [{"seconds": "1"}]}),
        ("cast=a&cast=b&shots[0].cast=a", {"cast": ["a", "b"], "shots": [{"cast": ["a"]}]}),
        ("edit.region.box[0]=1&edit.region.box[1]=2", {"edit": {"region": {"box": ["1", "2"]}}}),
        ("a=1&a.b=2&[0]=3&.=4", {"a": "1"}),
        ("a[0][1].b.c.d.e.f.g=1", {"a": [[{"b": {"c": {"d": "1"}}}]]}),
    ],
)  # fmt: skip
def test_a_form_is_the_document_that_its_fields_name(form: str, document: Any) -> None:
    assert nested(QueryDict(form), lists={"cast"}) == document


def test_a_clip_is_remixed_extended_and_cut_by_plain_forms(as_ben: APIClient, ana: User) -> None:
    clip = make_clip(ana)
    for form in (
        {"operation": "remix", "prompt": "now in snow", "strength": "0.4", "seconds": "3"},
        {"operation": "extend", "seconds": "2", "direction": "before", "pieces[0].start_s": ""},
        {"operation": "trim", "prompt": "not for this", "seconds": "9", "pieces[0].start_s": "1",
         "pieces[0].end_s": "2.5", "pieces[0].transition": "cut", "style": "noir"},
    ):  # fmt: skip
        answer: Any = as_ben.post(f"/create/?remix={clip.pk}", form, format="multipart")
        assert answer.status_code == 302, answer.content
        made = Render.objects.latest("created_at")
        assert (made.operation, made.parent) == (form["operation"], clip.render)
    assert made.seconds == 1.5


def test_a_fault_is_told_with_its_field(as_ana: APIClient) -> None:
    form = {"operation": "storyboard", "seconds": "9",
            "shots[0].prompt": "a street", "shots[0].seconds": "2",
            "shots[1].prompt": "a cup", "shots[1].seconds": "3"}  # fmt: skip
    answer: Any = as_ana.post("/create/", form, format="multipart")
    assert answer.status_code == 422
    assert "The shots last 5 seconds together and the clip 9" in answer.content.decode()
    assert "a cup</textarea>" in answer.content.decode()


def test_what_was_made_opens_again_with_everything_that_was_asked(
    as_ana: APIClient, ana: User
) -> None:
    parts = {
        "version": 1,
        "shots": [{"prompt": "a street", "seconds": 2}, {"prompt": "a cup", "seconds": 3}],
        "sound": {"lines": [{"text": "hello", "speaker": "ana"}], "music": "calm"},
        "negative": "fog",
    }
    render = make_render(ana, operation="storyboard", parts=parts, prompt="")
    page: Any = as_ana.get(f"/create/?again={render.pk}")
    for words in ("a street</textarea>", "a cup</textarea>", "hello", "calm", "fog"):
        assert words in page.content.decode()
    assert document_of(render)["shots"] == parts["shots"]
    assert "seed" not in document_of(render)


def test_a_draft_shows_its_shots_its_takes_and_the_lines_that_nobody_says(
    as_ana: APIClient, as_ben: APIClient, ana: User
) -> None:
    render = make_render(ana, is_partial=True, understood={"unsaid": ["good evening"]})
    render.media_facts |= {"shots": SHOTS}
    render.save()
    other = make_render(ana)
    Render.objects.filter(pk=other.pk).update(stack=render)
    page: Any = as_ana.get(f"/renders/{render.pk}/")
    for words in ("“good evening”", "Re-roll shot 2 for 2 credits", f"/compare/{other.pk}/"):
        assert words in page.content.decode()
    pair = f"/renders/{render.pk}/compare/{other.pk}/"
    assert as_ana.get(pair).status_code == 200
    assert as_ben.get(pair).status_code == 404


def test_a_take_is_made_again_and_made_larger_by_its_maker_alone(
    as_ana: APIClient, as_ben: APIClient, ana: User
) -> None:
    stills = make_render(ana, purpose="stills", seed=3)
    remake, reroll = (f"/renders/{stills.pk}/{act}/" for act in ("remake", "reroll"))
    assert as_ben.post(remake, {"purpose": "final"}, format="multipart").status_code == 404
    assert as_ben.post(reroll, {}, format="multipart").status_code == 404
    for address, form in ((remake, {"purpose": "preview"}), (reroll, {})):
        answer: Any = as_ana.post(address, form, format="multipart")
        assert answer.status_code == 302
    preview, again = Render.objects.filter(stack=stills, state="queued").order_by("created_at")
    assert (preview.purpose, preview.seed) == ("preview", 3)
    assert (again.purpose, again.seed != 3) == ("stills", True)
