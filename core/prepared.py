"""Querysets compiled to SQL once per process, for the few reads that every page is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.models import QuerySet


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
        self._sql, params = queryset.query.sql_with_params()
        self._frozen = list(params)
        self._places = [
            (index, name)
            for index, param in enumerate(params)
            for name, mark in slots.items()
            if param is mark or (type(param) is type(mark) and param == mark)
        ]
        if unused := slots.keys() - {name for _, name in self._places}:
            raise UnusedSlotError(f"Not in the SQL: {', '.join(sorted(unused))}")

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run the query with `values` in its slots and return rows as the driver gives them.

        Fields with converters of their own (JSON) come as they are stored.
        """
        params = self._frozen.copy()
        for index, name in self._places:
            params[index] = values[name]
        with connection.cursor() as cursor:
            cursor.execute(self._sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
