"""The mechanisms that every app stands on."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from rest_framework.exceptions import ValidationError

from accounts.models import User
from billing.actions import credits
from billing.models import Hold
from core import paging
from core.audit import audit
from core.errors import ConflictError, InvalidError, as_problem
from core.ids import uuid7
from core.states import IllegalMoveError, StaleStateError, Stateful
from core.subjects import SubjectRef

MACHINES = [model for model in apps.get_models() if issubclass(model, Stateful)]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda model: model.__name__)
def test_every_state_is_in_the_table_reachable_and_leads_to_an_end(machine: type[Stateful]) -> None:
    moves = machine.MOVES
    field = machine._meta.get_field("state")
    choices = {value for value, _ in field.choices or []}
    assert set(moves) == choices
    assert all(target in moves for targets in moves.values() for target in targets)
    start = field.default
    reached, frontier = {start}, [start]
    while frontier:
        for target in moves[frontier.pop()]:
            if target not in reached:
                reached.add(target)
                frontier.append(target)
    assert reached == choices
    assert machine.ends()


def test_a_move_that_the_table_forbids_is_a_fault_of_ours(ana: User) -> None:
    hold = credits.hold(ana, amount=1, key="work:1")
    hold.move("released")
    with pytest.raises(IllegalMoveError):
        hold.move("captured")


def test_of_two_who_move_a_row_the_second_is_told(ana: User) -> None:
    credits.hold(ana, amount=1, key="work:1")
    mine, theirs = Hold.objects.get(), Hold.objects.get()
    theirs.move("released")
    with pytest.raises(StaleStateError):
        mine.move("captured")


def test_the_audit_log_cannot_be_changed_and_wants_a_reason(mod: User) -> None:
    about = SubjectRef("user", "1")
    audit(mod, "test", about, reason="why", before={}, after={"a": 1})
    for statement in ("UPDATE core_auditentry SET verb = 'x'", "DELETE FROM core_auditentry"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError), transaction.atomic():
        audit(mod, "test", about, reason="", before={}, after={})


def test_ids_sort_by_time_and_say_their_version() -> None:
    first = uuid7()
    time.sleep(0.002)
    assert first < uuid7()
    assert first.version == 7


def test_a_problem_names_its_code_field_and_facts() -> None:
    document = as_problem(InvalidError("Too long.", field="prompt", limit=9))
    assert document is not None
    assert (document["status"], document["code"], document["limit"]) == (422, "invalid", 9)
    told = {"field": "prompt", "code": "invalid", "detail": "Too long.", "limit": 9}
    assert document["errors"] == [told]


def test_a_refusal_says_what_its_class_says() -> None:
    document = as_problem(ConflictError())
    assert document is not None
    assert document["detail"] == "This cannot be done now."


def test_a_fault_of_ours_is_no_problem_document() -> None:
    assert as_problem(RuntimeError("bug")) is None


def test_nested_field_errors_are_flat_with_their_path() -> None:
    error = ValidationError({"cast": {0: ["Bad handle."]}, "seconds": ["Too long."]})
    document: Any = as_problem(error)
    assert {entry["field"] for entry in document["errors"]} == {"cast[0]", "seconds"}


def test_a_cursor_of_somebody_else_is_refused() -> None:
    sealed = paging.sealed("renders", ["2026-11-21", "x"])
    assert paging.opened(sealed, "renders") == ["2026-11-21", "x"]
    with pytest.raises(ValidationError):
        paging.opened(sealed[:-2] + "xx", "renders")
