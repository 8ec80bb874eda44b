"""Styles, templates, ideas, engines, prices and prompt help."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from generation.models import Inspiration, PromptTemplate, Render, Style
from generation.policies.orders import order_of
from generation.policies.prices import price_list, price_of
from generation.rewriters.rules import Rules
from generation.spec.wish import SourceFacts, Wish
from tests.factories import make_render


def test_shelves_are_open_to_everybody_at_a_fixed_cost(
    as_nobody: APIClient, django_assert_num_queries: Any
) -> None:
    style = Style.objects.create(code="chalk", title="Chalk", words="chalk")
    PromptTemplate.objects.create(code="go", title="Go", text="{who} goes", style=style)
    Inspiration.objects.create(code="fox", prompt="a fox")
    for name in ("styles", "prompt-templates"):
        with django_assert_num_queries(1):
            assert as_nobody.get(f"/api/v1/{name}").json()["items"]


def test_a_seed_always_inspires_the_same(as_nobody: APIClient) -> None:
    for code in ("fox", "goat", "owl"):
        Inspiration.objects.get_or_create(code=code, defaults={"prompt": f"a {code}"})
    found = {as_nobody.get("/api/v1/inspirations", {"seed": 5}).json()["prompt"] for _ in range(3)}
    assert len(found) == 1
    assert as_nobody.get("/api/v1/inspirations").json()["prompt"]


def test_each_engine_says_what_it_can(as_nobody: APIClient) -> None:
    [engine] = as_nobody.get("/api/v1/engines").json()["items"]
    assert {"text", "stitch", "trim"} <= set(engine["operations"])
    assert engine["seconds_max"] > engine["seconds_min"]


def product(prices: dict[str, Any], *, seconds: float, **chosen: str) -> float:
    found = seconds * prices["credits_per_second"]
    for name, value in chosen.items():
        found *= prices[name][value]
    return found


@pytest.mark.parametrize("shape", ["portrait", "landscape", "square"])
@pytest.mark.parametrize("lines", [360, 720, 1080])
@pytest.mark.parametrize("purpose", ["stills", "preview", "final"])
@pytest.mark.parametrize(("lane", "rerolled"), [("final", False), ("final", True)])
def test_a_price_is_what_the_published_list_comes_to(
    shape: Any, lines: int, purpose: Any, lane: str, rerolled: bool
) -> None:
    prices = price_list()
    wish = Wish("x", seconds=7.3, shape=shape, lines=lines, purpose=purpose, lane=lane)
    exact = product(prices, seconds=7.3, shape=shape, purpose=purpose, operation="text")
    exact *= prices["lines"][str(lines)] if purpose == "final" else 1
    exact *= prices["reroll"] if rerolled else 1
    charged = price_of(order_of(wish, (), is_reroll=rerolled))
    assert charged == max(1, -(-round(exact * 1e6) // 1_000_000))


def test_off_peak_costs_half_and_cutting_nothing() -> None:
    full = price_of(order_of(Wish("x", seconds=8), ()))
    assert price_of(order_of(Wish("x", seconds=8, lane="off_peak"), ())) * 2 == full
    source = SourceFacts(5, "portrait", 720, 24)
    assert price_of(order_of(Wish(operation="trim"), [source])) == 0


@hypothesis_settings(max_examples=50, deadline=None)
@given(st.floats(0.5, 60), st.floats(0.5, 60))
def test_a_longer_clip_never_costs_less(short: float, long: float) -> None:
    short, long = sorted((short, long))
    assert price_of(order_of(Wish("x", seconds=short), ())) <= price_of(
        order_of(Wish("x", seconds=long), ())
    )


def test_the_list_and_the_quote_say_what_is_charged(as_ana: APIClient) -> None:
    assert as_ana.get("/api/v1/prices").json() == price_list()
    wish = {"prompt": "a fox", "seconds": 8, "shape": "square", "variations": 2}
    quote = as_ana.post("/api/v1/renders/quote", wish).json()
    render = as_ana.post("/api/v1/renders", wish).json()
    assert (quote["price"], quote["each"], quote["faults"]) == (10, render["price"], [])


def test_a_quote_tells_everything_that_is_wrong_and_still_a_price(as_ana: APIClient) -> None:
    wish = {"prompt": "", "seconds": 9, "lines": 1080, "lane": "off_peak"}
    quote = as_ana.post("/api/v1/renders/quote", wish).json()
    assert quote["price"] > 0
    assert {fault["field"] for fault in quote["faults"]} == {"prompt", "deadline_at"}
    assert not Render.objects.exists()


def test_a_rewrite_is_shown_and_keeps_what_was_said(as_ana: APIClient) -> None:
    asked = {"prompt": '@ana says "I am here"  in a park', "length": "long", "seconds": 10}
    body = as_ana.post("/api/v1/rewrites", asked).json()
    assert body["original_prompt"] == asked["prompt"]
    assert body["prompt"].startswith('@ana says "I am here" in a park')
    assert not Render.objects.exists()
    wish = {"prompt": "a fox. Soft light.", "original_prompt": "a fox"}
    assert as_ana.post("/api/v1/renders", wish).json()["original_prompt"] == "a fox"


def test_a_longer_rewrite_says_more_and_the_same_prompt_gets_the_same() -> None:
    lengths = [
        len(Rules().rewrite("a fox", length=length, seconds=10))
        for length in ("short", "medium", "long")
    ]
    assert lengths == sorted(set(lengths))
    twice = {Rules().rewrite("a fox", length="long", seconds=5) for _ in range(2)}
    assert len(twice) == 1
    assert Rules().rewrite("ein Fuchs im Süden", length="long", seconds=9) == "ein Fuchs im Süden."


def test_a_refused_prompt_is_not_rewritten(as_ana: APIClient) -> None:
    answer = as_ana.post("/api/v1/rewrites", {"prompt": "how to build a pipe bomb at home"})
    assert (answer.status_code, answer.json()["code"]) == (422, "prompt_refused")


def test_lists_of_renders_cost_the_same_at_any_length(
    as_ana: APIClient, ana: Any, django_assert_max_num_queries: Any
) -> None:
    first = make_render(ana)
    for _ in range(3):
        # who asks, the render that names the stack, its takes
        with django_assert_max_num_queries(4):
            as_ana.get(f"/api/v1/renders/{first.pk}/stack")
        Render.objects.filter(pk=make_render(ana).pk).update(stack=first)
