"""Querysets compiled to SQL once per process, for the few reads that every page is made of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from psycopg.pq import Format


class UnusedSlotError(RuntimeError):
    """A value that should vary was not found in the SQL. Always a fault in our code."""


class Prepared:
    """A queryset whose SQL is kept, and run again with other values in its slots.

    Composing and compiling a rich queryset costs Django many times what its execution costs. Its
    conditions still have one home: this takes the SQL from that queryset instead of repeating it.
    Build the queryset with a mark in the place of each value that varies, one that occurs nowhere
    else, and end it with `values_list`. All other values are frozen: no `timezone.now()`.
    """

    def __init__(self, queryset: QuerySet[Any, Any], *, slots: Mapping[str, Any]) -> None:
        """Compile `queryset`; `slots` names its marks. Raises UnusedSlotError."""
        self._template, self._params = queryset.query.sql_with_params()
        self._slots = [_slot_of(param, slots) for param in self._params]
        if unused := slots.keys() - set(self._slots):
            raise UnusedSlotError(f"Not in the SQL: {', '.join(sorted(unused))}")

    @cached_property
    def _sql(self) -> str:
        """The SQL with its frozen values written into it.

        The driver need not convert them each time, and PostgreSQL, which knows them, plans once:
        of thirty unknown values it would make a plan for each run.
        """
        first, *rest = self._template.split("%s")
        places = zip(self._params, self._slots, rest, strict=True)
        return first + "".join(_place(param, slot) + text for param, slot, text in places)

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run the query with `values` in its slots and return rows as the driver gives them.

        They travel in binary, which halves the driver's work: UUIDs and moments are not spelled and
        read again. Cast what must come as it is stored to text, such as JSON.
        """
        with connection.cursor() as cursor:
            cursor.cursor.format = Format.BINARY
            cursor.execute(self._sql, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def _slot_of(param: Any, slots: Mapping[str, Any]) -> str | None:
    for name, mark in slots.items():
        if param is mark or (type(param) is type(mark) and param == mark):
            return name
    return None


def _place(param: Any, slot: str | None) -> str:
    if slot is not None:
        return f"%({slot})s"
    literal: str = connection.ops.compose_sql("%s", [param])  # type: ignore[attr-defined]
    return literal.replace("%", "%%")
