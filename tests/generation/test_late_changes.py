"""What changes under a render at the last moment: its likenesses, its maker's mind, its judge."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings as project
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from rest_framework.test import APIClient

from accounts.models import User
from billing.actions import credits
from billing.models import Hold
from billing.queries import balance_of
from cameos.actions import revoke
from cameos.models import Cameo
from generation.actions import requesting, reviewing, sweeping, working
from generation.models import Render
from moderation import actions as moderation
from moderation.models import Case, Verdict
from tests.factories import make_cameo
from tests.racing import in_another_connection

Asked = Callable[..., Render]


@pytest.fixture
def held(made: Asked) -> Asked:
    """Return a maker of renders that wait for a moderator."""

    def make(**wish: Any) -> Render:
        render = made("a marble nude statue", **wish)
        assert render.state == "held"
        return render

    return make


def _decide(render: Render, *, by: User, outcome: str) -> Verdict:
    case = Case.objects.live().get(subject_kind="render", subject_id=str(render.pk))
    ground = {"rule": "sexual", "reason": "A statue in a museum."}
    verdict = moderation.decide(case, by=by, outcome=outcome, version=case.version, **ground)
    render.refresh_from_db()
    return verdict


def _hold_of(render: Render) -> str:
    return str(Hold.objects.get(key=render.hold_key).state)


@pytest.fixture
def mia(person: Callable[..., User]) -> User:
    return person("mia", is_moderator=True)


def test_an_appeal_that_is_lost_leaves_the_render_refused_by_the_last_word(
    held: Asked, ana: User, mod: User, mia: User
) -> None:
    render = held()
    moderation.appeal(_decide(render, by=mod, outcome="refuse"), by=ana, text="It is a statue.")
    answer = _decide(render, by=mia, outcome="refuse")
    assert (render.state, render.verdict_id) == ("refused", answer.pk)


def test_a_held_render_can_be_taken_back_by_its_maker(
    held: Asked, ana: User, as_ana: APIClient, mod: User
) -> None:
    before = balance_of(ana).available
    render = held()
    answer = as_ana.post(f"/api/v1/renders/{render.pk}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert balance_of(ana).available == before
    _decide(render, by=mod, outcome="allow")
    assert (render.state, _hold_of(render)) == ("cancelled", "released")


def test_a_likeness_taken_back_while_a_render_is_held_ends_it_for_nothing(
    held: Asked, ana: User, ben: User, mod: User
) -> None:
    before = balance_of(ana).available
    cameo = make_cameo(ben)
    render = held(cast=["ben"])
    revoke(cameo, by=ben)
    _decide(render, by=mod, outcome="allow")
    assert (render.state, render.problem_code) == ("refused", "cameo_not_lent")
    assert (_hold_of(render), balance_of(ana).available) == ("released", before)


def test_a_likeness_taken_back_while_a_worker_renders_ends_the_render_for_nothing(
    asked: Asked, ana: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = balance_of(ana).available
    cameo = make_cameo(ben)
    render = asked(cast=["ben"])
    _just_before(monkeypatch, working, "review", lambda: revoke(cameo, by=ben))
    working.work_once("default")
    render.refresh_from_db()
    assert (render.state, render.problem_code) == ("refused", "cameo_not_lent")
    assert balance_of(ana).available == before
    assert not ben.notices.filter(kind="likeness").exists()


@pytest.mark.django_db(transaction=True)
def test_a_likeness_is_not_taken_back_between_the_last_question_and_the_payment(
    asked: Asked, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    cameo = make_cameo(ben)
    render = asked(cast=["ben"])
    late: list[Thread] = []

    def take_back() -> None:
        late.append(in_another_connection(lambda: revoke(cameo, by=ben)))
        assert Cameo.objects.get(pk=cameo.pk).state == Cameo.State.ACTIVE

    _just_before(monkeypatch, credits, "capture", take_back)
    working.work_once("default")
    late[0].join()
    render.refresh_from_db()
    cameo.refresh_from_db()
    assert (render.state, _hold_of(render)) == ("ready", "captured")
    assert (cameo.state, Hold.objects.get().state_since < cameo.revoked_at) == ("revoked", True)


def test_a_render_cancelled_at_the_last_moment_is_not_paid(
    asked: Asked, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    render = asked()

    def cancel() -> None:
        requesting.cancel_render(Render.objects.get(pk=render.pk), by=ana)

    _just_before(monkeypatch, reviewing, "settle", cancel)
    working.work_once("default")
    render.refresh_from_db()
    assert (render.state, _hold_of(render)) == ("cancelled", "released")


def _just_before(
    patch: pytest.MonkeyPatch, module: Any, step: str, act: Callable[[], None]
) -> None:
    real = getattr(module, step)

    def late(*args: Any, **kwargs: Any) -> Any:
        act()
        return real(*args, **kwargs)

    patch.setattr(module, step, late)


def test_only_an_allowed_draft_of_ones_own_is_a_place_to_start(
    held: Asked, made: Asked, as_ana: APIClient, ben: User
) -> None:
    wish = {"prompt": "the same in snow", "seconds": 0.5}
    ready, waiting, foreign = made(), held(), made(by=ben)
    assert as_ana.post("/api/v1/renders", wish | {"parent": str(ready.pk)}).status_code == 202
    for parent in (waiting, foreign):
        assert as_ana.post("/api/v1/renders", wish | {"parent": str(parent.pk)}).status_code == 404


def test_the_sweep_touches_nothing_but_attempts_of_renders(made: Asked) -> None:
    render = made()
    storage: Any = storages["media"]
    kept = storage.save("cameos/0123/still.sealed", ContentFile(b"sealed"))
    root = Path(storage.location)
    for path in (root, *root.rglob("*")):
        os.utime(path, (0, 0))
    assert sweeping.sweep_media() == 0
    assert storage.exists(kept)
    assert storage.exists(f"{render.media_subject}/public/poster.webp")


def test_every_sweep_is_on_the_clock() -> None:
    tasks = {entry["task"] for entry in project.CELERY_BEAT_SCHEDULE.values()}
    assert {"generation.tasks.sweep", "generation.tasks.sweep_media"} <= tasks
