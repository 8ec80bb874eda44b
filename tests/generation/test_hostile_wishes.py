"""Rubbish in wishes: every refusal names the field, keeps nothing and costs nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from billing.models import Hold
from core import plugins
from generation.models import Render
from tests.factories import make_render

HUGE = int("9" * 400)
SHOT: dict[str, Any] = {"prompt": "a street", "seconds": 2}


@pytest.fixture(autouse=True)
def _everything(settings: Any) -> None:
    settings.GENERATION_ENGINES = {"default": {"BACKEND": "tests.generation.engines.Everything"}}
    plugins.load.cache_clear()


CASES: list[tuple[dict[str, Any], str]] = [
    ({"seconds": HUGE}, "seconds"),
    ({"seconds": "1e400"}, "seconds"),
    ({"seconds": "nan"}, "seconds"),
    ({"seconds": -1}, "seconds"),
    ({"seconds": [5]}, "seconds"),
    ({"seconds": {}}, "seconds"),
    ({"seconds": True}, "seconds"),
    ({"fps": HUGE}, "fps"),
    ({"seed": HUGE}, "seed"),
    ({"seed": 1.5}, "seed"),
    ({"variations": 0}, "variations"),
    ({"variations": "many"}, "variations"),
    ({"prompt": {"a": 1}}, "prompt"),
    ({"prompt": ["a"]}, "prompt"),
    ({"prompt": "a\x00b"}, "prompt"),
    ({"prompt": "a" * 4001}, "prompt"),
    ({"original_prompt": "\x00"}, "original_prompt"),
    ({"style": "\x00"}, "style"),
    ({"style": 7.5}, "style"),
    ({"template": "\x00"}, "template"),
    ({"slots": {"a\x00": "b"}}, "slots"),
    ({"slots": {"who": "b"}}, "slots"),
    ({"slots": ["a"]}, "slots"),
    ({"slots": "a"}, "slots"),
    ({"shots": {"prompt": "x"}}, "shots"),
    ({"shots": "abc"}, "shots"),
    ({"shots": [1, 2]}, "shots[0]"),
    ({"shots": [SHOT] * 10_000}, "shots"),
    ({"shots": [{**SHOT, "seconds": HUGE}, SHOT]}, "shots[0].seconds"),
    ({"shots": [{**SHOT, "seconds": 0}, SHOT]}, "shots[0].seconds"),
    ({"shots": [{**SHOT, "cast": "ben"}, SHOT]}, "shots[0].cast"),
    ({"shots": [{**SHOT, "cast": [["ben"]]}, SHOT]}, "shots[0].cast[0]"),
    ({"shots": [{**SHOT, "cast": ["b\x00"]}, SHOT]}, "shots[0].cast[0]"),
    ({"shots": [SHOT, {**SHOT, "transition": "dissolve", "transition_s": 0}]},
     "shots[1].transition_s"),
    ({"shots": [{**SHOT, "seed": -1}, SHOT]}, "shots[0].seed"),
    ({"shots": [{**SHOT, "camera": ["close"]}, SHOT]}, "shots[0].camera"),
    ({"shots": [SHOT, SHOT], "schedule": [{"at_s": 1, "prompt": "y"}]}, "schedule"),
    ({"schedule": [{"at_s": "nan", "prompt": "x"}]}, "schedule[0].at_s"),
    ({"schedule": [{"at_s": -1, "prompt": "x"}]}, "schedule[0].at_s"),
    ({"schedule": [{"at_s": 3, "prompt": "x"}, {"at_s": 2, "prompt": "y"}]}, "schedule[1].at_s"),
    ({"schedule": [{"prompt": "x"}]}, "schedule[0].at_s"),
    ({"sound": "loud"}, "sound"),
    ({"sound": {"lines": "hello"}}, "sound.lines"),
    ({"sound": {"lines": [{"text": "hi", "speaker": "\x00"}]}}, "sound.lines[0].speaker"),
    ({"sound": {"lines": [{"text": "hi"}] * 21}}, "sound.lines"),
    ({"sound": {"is_silent": "perhaps"}}, "sound.is_silent"),
    ({"stills": [{"reference": "../../etc/passwd"}]}, "stills[0].reference"),
    ({"stills": [{"reference": "0" * 32, "role": "boss"}]}, "stills[0].role"),
    ({"stills": [{"reference": "0" * 32, "strength": "inf"}]}, "stills[0].strength"),
    ({"stills": [{"reference": "0" * 32}]}, "stills[0].reference"),
    ({"cast": ["\x00"]}, "cast[0]"),
    ({"cast": {"a": 1}}, "cast"),
    ({"keeps": "motion"}, "keeps"),
    ({"lane": "vip"}, "lane"),
    ({"lane": "preview"}, "lane"),
    ({"lane": "off_peak", "deadline_at": "soon"}, "deadline_at"),
    ({"lane": "off_peak", "deadline_at": "0001-01-01T00:00:00+14:00"}, "deadline_at"),
    ({"lane": "off_peak", "deadline_at": "9999-12-31T23:59:59-14:00"}, "deadline_at"),
    ({"parent": "not a key"}, "parent"),
    ({"parents": "x"}, "parents"),
    ({"parents": ["x"]}, "parents[0]"),
    ({"stack": "x"}, "stack"),
    ({"promt": "a typo"}, "promt"),
    ({"shots": [{**SHOT, "promt": "x"}, SHOT]}, "shots[0].promt"),
]  # fmt: skip
OF_A_CLIP: list[tuple[dict[str, Any], str]] = [
    ({"operation": "trim", "pieces": [{"start_s": "nan", "end_s": 2}]}, "pieces[0].start_s"),
    ({"operation": "trim", "pieces": [{"start_s": 0, "end_s": 1}] * 10_000}, "pieces"),
    ({"operation": "trim", "pieces": [{"start_s": 2, "end_s": 2}]}, "pieces[0].start_s"),
    ({"operation": "trim", "pieces": [{"start_s": 3, "end_s": 2}]}, "pieces[0].start_s"),
    ({"operation": "trim", "pieces": [{"start_s": 9, "end_s": 11}]}, "pieces[0].end_s"),
    ({"operation": "trim", "pieces": [{"parent": 1, "start_s": 0, "end_s": 2}]},
     "pieces[0].parent"),
    ({"operation": "trim", "pieces": [{"parent": -1, "start_s": 0, "end_s": 2}]},
     "pieces[0].parent"),
    ({"operation": "trim", "pieces": [{"parent": 1.5, "start_s": 0, "end_s": 2}]},
     "pieces[0].parent"),
    ({"operation": "edit", "edit": "all"}, "edit"),
    ({"operation": "edit", "edit": {"region": {"kind": "box", "box": [0, 0, 1]}}},
     "edit.region.box"),
    ({"operation": "edit", "edit": {"region": {"kind": "box", "box": [-1, 0, 1, 1]}}},
     "edit.region.box"),
    ({"operation": "edit", "edit": {"region": {"kind": "box", "box": [0, 0, 1, HUGE]}}},
     "edit.region.box[3]"),
    ({"operation": "edit", "edit": {"region": {"kind": "mask", "mask": "0" * 32}}},
     "edit.region.mask"),
    ({"operation": "edit", "edit": {"region": {"kind": "words", "words": "\x00"}}},
     "edit.region.words"),
    ({"operation": "edit", "edit": {"span": {"start_s": 1}}}, "edit.span.end_s"),
    ({"operation": "edit", "edit": {"span": {"start_s": -1, "end_s": 2}}}, "edit.span.start_s"),
    ({"operation": "extend", "direction": "sideways"}, "direction"),
    ({"operation": "extend", "seconds": 2, "shape": "square"}, "shape"),
    ({"operation": "extend", "seconds": 2, "fps": 30}, "fps"),
    ({"operation": "resound", "seconds": 9}, "seconds"),
    ({"operation": "resound", "lines": 1080}, "lines"),
    ({"operation": "remix", "strength": HUGE}, "strength"),
    ({"operation": "remix", "strength": "nan"}, "strength"),
]  # fmt: skip


def refuse(client: APIClient, wish: dict[str, Any], field: str) -> None:
    before = Render.objects.count()
    for url in ("/api/v1/renders", "/api/v1/renders/quote"):
        answer = client.post(
            url, json.dumps({"prompt": "x"} | wish), content_type="application/json"
        )
        if url.endswith("quote") and answer.status_code == 200:
            told = answer.json()["faults"]
        else:
            assert 400 <= answer.status_code < 500, answer.content
            assert answer["Content-Type"] == "application/problem+json", answer.content
            told = answer.json().get("errors", [])
        named = {one["field"] for one in told}
        assert field in named, (url, named, answer.content[:300])
    assert Render.objects.count() == before
    assert not Hold.objects.exists()


@pytest.mark.parametrize(("wish", "field"), CASES)
def test_rubbish_is_refused_by_its_field(
    as_ana: APIClient, wish: dict[str, Any], field: str
) -> None:
    refuse(as_ana, wish, field)


@pytest.mark.parametrize(("wish", "field"), OF_A_CLIP)
def test_rubbish_about_a_clip_is_refused_by_its_field(
    as_ana: APIClient, ana: User, wish: dict[str, Any], field: str
) -> None:
    refuse(as_ana, wish | {"parent": str(make_render(ana).pk)}, field)
