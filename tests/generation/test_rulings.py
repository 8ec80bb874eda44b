"""What verdicts of machines and people do to a render and its credits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from billing.models import Hold, LedgerEntry
from billing.queries import balance_of, drifted_wallets
from core import plugins
from generation import queries
from generation.models import Render
from moderation.actions import appealing, casework
from moderation.models import Case
from tests.generation.conftest import TEST_CARD

Made = Callable[..., Render]


@pytest.fixture
def scripted(settings: Any) -> Callable[[dict[str, dict[str, float]]], None]:
    """Return a way to say what the gate measures, by a word of the prompt."""

    def script(scores: dict[str, dict[str, float]]) -> None:
        options = {"script": scores}
        backend = "moderation.classifiers.fake.Scripted"
        settings.MODERATION_CLASSIFIERS = {"fake": {"BACKEND": backend, "OPTIONS": options}}
        settings.GENERATION_ENGINES = TEST_CARD
        plugins.load.cache_clear()

    return script


def _decide(mod: User, outcome: str) -> Case:
    case = casework.claim_case(Case.objects.live().get(), by=mod)
    return casework.decide(
        case, by=mod, outcome=outcome, rule="violence", reason="Looked at it.", version=case.version
    )


@pytest.fixture
def held(made: Made, scripted: Any) -> Render:
    scripted({"frames": {"violence": 0.6}})
    render = made()
    assert render.state == "held", render.problem_text
    return render


def test_a_held_render_keeps_its_credits_aside(held: Render) -> None:
    assert Hold.objects.get(key=held.hold_key).state == "open"


def test_a_moderator_allows_a_held_render_and_it_is_paid(held: Render, mod: User) -> None:
    _decide(mod, "allow")
    held.refresh_from_db()
    assert held.state == "ready"
    assert held.verdict is not None
    assert (held.verdict.outcome, held.verdict.subject_digest) == ("allow", held.media_digest)
    assert Hold.objects.get(key=held.hold_key).state == "captured"


def test_a_moderator_refuses_a_held_render_and_it_costs_nothing(
    held: Render, mod: User, ana: User
) -> None:
    _decide(mod, "refuse")
    held.refresh_from_db()
    assert held.state == "refused"
    assert held.problem_text
    assert balance_of(ana).held == 0
    assert not LedgerEntry.objects.filter(kind="capture").exists()


def test_who_judges_an_appeal_sees_what_was_refused_and_nobody_else_does(
    held: Render, mod: User, ana: User, ben: User
) -> None:
    _decide(mod, "refuse")
    held.refresh_from_db()
    assert held.verdict is not None
    appealing.appeal(held.verdict, by=ana, text="It is a test card.")
    kinds = [kind for kind, _ in queries.preview(held).media]
    assert kinds == ["sprite", "poster", "video"]
    may = {who: Render.objects.deliverable_to(who).filter(pk=held.pk).exists()
           for who in (mod, ana, ben)}  # fmt: skip
    assert may == {mod: True, ana: False, ben: False}
    assert queries.media_urls(held, ana) is None


def test_an_overturned_refusal_makes_the_clip_ready_for_nothing(
    held: Render, mod: User, ana: User, person: Callable[..., User]
) -> None:
    _decide(mod, "refuse")
    held.refresh_from_db()
    assert held.verdict is not None
    appealing.appeal(held.verdict, by=ana, text="It is a test card.")
    _decide(person("judge", is_moderator=True), "allow")
    held.refresh_from_db()
    assert (held.state, held.problem_code) == ("ready", "")
    assert Hold.objects.get(key=held.hold_key).state == "released"
    assert not drifted_wallets().exists()
