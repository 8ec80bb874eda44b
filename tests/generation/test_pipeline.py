"""What a worker does with a render."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Notice, User
from billing.models import Hold, LedgerEntry
from billing.queries import balance_of
from core import delivery
from core.media import probing
from generation.actions import claiming, leasing, requesting, sweeping, working
from generation.engines import test_card
from generation.models import Asset, Render

Asked = Callable[..., Render]


def test_a_render_becomes_a_ready_draft_and_is_paid_once(made: Asked, ana: User) -> None:
    render = made()
    assert render.state == "ready", render.problem_text
    assert render.verdict is not None
    assert render.verdict.subject_digest == render.media_digest
    names = set(render.assets.values_list("name", flat=True))
    assert {"180.mp4", "hls.m3u8", "poster.webp", "sprite.webp"} <= names
    assert "master.mp4" not in names
    assert Hold.objects.get(key=render.hold_key).state == "captured"
    assert LedgerEntry.objects.filter(kind="capture", user=ana).count() == 1
    assert Notice.objects.filter(user=ana, kind="render_ready").count() == 1


def test_the_stored_file_has_picture_and_sound(made: Asked) -> None:
    render = made(seconds=1.0)
    with delivery.local_path(render.media_subject, "public/180.mp4") as path:
        facts = probing.probe(path)
        sound = probing.read_sound(path)
    assert facts.has_sound
    assert facts.frame_count == 24
    assert abs(sound).max() > 0.05


def test_two_workers_never_take_the_same_render(asked: Asked) -> None:
    asked()
    first = claiming.claim_next("default")
    assert first is not None
    assert claiming.claim_next("default") is None


def test_whoever_has_nothing_in_work_comes_first(asked: Asked, ana: User, ben: User) -> None:
    asked(by=ana), asked(by=ana)
    bens = asked(by=ben)
    claiming.claim_next("default")
    second = claiming.claim_next("default")
    assert second is not None
    assert second.render.pk == bens.pk


def test_an_engine_that_refuses_for_good_fails_the_render_and_costs_nothing(
    made: Asked, ana: User
) -> None:
    before = balance_of(ana).available
    render = made("fails for good")
    assert (render.state, render.problem_code) == ("failed", "engine_refused")
    assert balance_of(ana).available == before


def test_a_passing_failure_is_tried_again_up_to_the_limit(made: Asked, settings: Any) -> None:
    render = made("fails once more")
    assert (render.state, render.attempts) == ("queued", 1)
    for _ in range(settings.GENERATION_ATTEMPTS_MAX):
        working.work_once("default")
    render.refresh_from_db()
    assert (render.state, render.attempts) == ("failed", settings.GENERATION_ATTEMPTS_MAX)
    assert Hold.objects.get(key=render.hold_key).state == "released"


def test_a_render_of_a_dead_worker_is_queued_again_and_made_by_another(asked: Asked) -> None:
    render = asked()
    lease = claiming.claim_next("default")
    assert lease is not None
    past = timezone.now() - timedelta(seconds=1)
    Render.objects.filter(pk=render.pk).update(lease_until=past)
    assert sweeping.sweep_stuck()["requeued"] == 1
    working.work_once("default")
    render.refresh_from_db()
    assert (render.state, render.attempts) == ("ready", 2)


def test_a_worker_that_wakes_up_late_writes_nothing(asked: Asked) -> None:
    render = asked()
    stale = claiming.claim_next("default")
    assert stale is not None
    Render.objects.filter(pk=render.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    sweeping.sweep_stuck()
    working.work_once("default")
    with pytest.raises(leasing.LeaseLostError):
        stale.renew()
    working.give_back(stale.render, token=stale.token, error=OSError("disk"))
    render.refresh_from_db()
    assert render.state == "ready"
    assert LedgerEntry.objects.filter(kind="capture").count() == 1


def test_a_render_whose_worker_dies_again_and_again_fails_and_is_refunded(
    asked: Asked, ana: User, settings: Any
) -> None:
    before = balance_of(ana).available
    render = asked()
    for _ in range(settings.GENERATION_ATTEMPTS_MAX):
        assert claiming.claim_next("default") is not None
        past = timezone.now() - timedelta(seconds=1)
        Render.objects.filter(pk=render.pk).update(lease_until=past)
        sweeping.sweep_stuck()
    render.refresh_from_db()
    assert (render.state, render.problem_code) == ("failed", "attempts_used_up")
    assert balance_of(ana).available == before


def test_cancelling_stops_an_engine_in_the_middle(
    asked: Asked, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    render = asked(seconds=2.0)
    monkeypatch.setattr(leasing, "REPORT_EVERY_S", 0.0)
    seen: list[int] = []
    real = test_card._frames

    def frames(spec: Any, canvas: Any, report: Any) -> Iterator[Any]:
        for index, frame in enumerate(real(spec, canvas, report)):
            seen.append(index)
            if index == 10:
                requesting.cancel_render(Render.objects.get(pk=render.pk), by=ana)
            yield frame

    monkeypatch.setattr(test_card, "_frames", frames)
    working.work_once("default")
    render.refresh_from_db()
    assert render.state == "cancelled"
    assert max(seen) < 20
    assert Hold.objects.get(key=render.hold_key).state == "released"
    assert list(_stored()) == []


def _stored() -> Iterator[str]:
    return iter(delivery.stored_subjects(older_than=timezone.now() + timedelta(days=1)))


def test_files_of_a_lost_attempt_are_swept_and_kept_ones_stay(made: Asked) -> None:
    kept, thrown = made(), made()
    requesting.discard_render(thrown, by=thrown.maker)
    assert sweeping.sweep_media() == 0  # too young to be judged
    folder = Path(_media_root())
    old = (timezone.now() - timedelta(hours=3)).timestamp()
    _age(folder, old)
    assert sweeping.sweep_media() == 1
    assert list(_stored()) == [kept.media_subject]


def _media_root() -> str:
    return str(storages["media"].location)  # type: ignore[attr-defined]


def _age(folder: Path, moment: float) -> None:
    for path in [folder, *folder.rglob("*")]:
        os.utime(path, (moment, moment))


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_a_capture_without_a_ready_render(asked: Asked) -> None:
    render = asked()
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE billing_hold SET state = 'captured' WHERE key = %s", [render.hold_key]
        )


def test_the_database_refuses_a_ready_render_without_verdict_or_media(asked: Asked) -> None:
    render = asked()
    with pytest.raises(IntegrityError), transaction.atomic():
        Render.objects.filter(pk=render.pk).update(state="ready")
    with pytest.raises(IntegrityError), transaction.atomic():
        Render.objects.filter(pk=render.pk).update(state="rendering", lease_token=None)


def test_a_remix_keeps_its_parent_root_and_depth(made: Asked) -> None:
    root = made()
    child = made("now in snow", parent=root)
    grandchild = made("at night", parent=child)
    assert (child.root_id, child.depth) == (root.pk, 1)
    assert (grandchild.parent_id, grandchild.root_id, grandchild.depth) == (child.pk, root.pk, 2)


def test_media_of_a_draft_play_for_its_maker_only(
    made: Asked, as_ana: APIClient, as_cleo: APIClient
) -> None:
    render = made()
    media = as_ana.get(f"/api/v1/renders/{render.pk}").json()["media"]
    answer = as_ana.get(media["mp4"]["180"], headers={"Range": "bytes=0-99"})
    assert (answer.status_code, len(answer.getvalue())) == (206, 100)
    assert as_cleo.get(media["mp4"]["180"]).status_code == 404
    master = media["mp4"]["180"].replace("180.mp4", "master.mp4")
    assert as_ana.get(master).status_code == 404


def test_a_list_of_drafts_costs_the_same_at_any_length(
    made: Asked, as_ana: APIClient, django_assert_num_queries: Any
) -> None:
    made()
    as_ana.get("/api/v1/renders")
    # The user, then the page: renders with their makers. The session is in the cache.
    with django_assert_num_queries(2):
        as_ana.get("/api/v1/renders")
    made(), made()
    with django_assert_num_queries(2):
        assert len(as_ana.get("/api/v1/renders").json()["items"]) == 3
    assert Asset.objects.exists()


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.django_db(transaction=True)
def test_making_into_a_pipe_prints_a_line_for_each_stage_and_no_bar(tmp_path: Path) -> None:
    piped = StringIO()
    call_command("make_clip", "a red ball", seconds=0.5, out=tmp_path, stdout=piped)
    lines = piped.getvalue().splitlines()
    assert "\r" not in piped.getvalue()
    assert lines[0].strip() == "queued"
    assert "  ready" in lines
    assert len(lines) == len(set(lines)) <= 9
    assert Path(lines[-1]).is_file()


@pytest.mark.django_db(transaction=True)
def test_making_in_a_terminal_redraws_one_bar(tmp_path: Path) -> None:
    terminal = Terminal()
    call_command("make_clip", "a red ball", seconds=0.5, out=tmp_path, stdout=terminal)
    assert "\r  ████████████████████████████████ 100% ready" in terminal.getvalue()
