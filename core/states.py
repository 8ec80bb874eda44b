"""State machines whose only move is a compare-and-set UPDATE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone


class IllegalMoveError(RuntimeError):
    """The table of moves does not allow this step. Always a fault in our code."""


class StaleStateError(RuntimeError):
    """The row was no longer in the state that we read: somebody else won. Log it and leave."""


class Stateful(models.Model):
    """A row with a state that changes along `MOVES` and in no other way.

    `MOVES` lists every state; an empty set ends the machine.
    """

    MOVES: ClassVar[Mapping[str, frozenset[str]]]

    state = models.CharField(max_length=20, editable=False)
    state_since = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def move(self, to: str, *, only_if: Mapping[str, Any] | None = None, **columns: Any) -> None:
        """Move to state `to` and write `columns` in the same UPDATE, if the row still is as we know
        it.

        `only_if` adds conditions on columns, such as a fencing token. The instance is brought up to
        date.
        Raises IllegalMoveError if MOVES forbids the step, StaleStateError if the row has changed
        meanwhile.
        """
        if to not in self.MOVES[self.state]:
            raise IllegalMoveError(
                f"{self._meta.label} {self.pk}: {self.state} does not lead to {to}"
            )
        now = timezone.now()
        changes = {"state": to, "state_since": now, **columns}
        rows = type(self)._default_manager.filter(pk=self.pk, state=self.state, **(only_if or {}))
        if rows.update(**changes) != 1:
            raise StaleStateError(f"{self._meta.label} {self.pk} is no longer {self.state}")
        for name, value in changes.items():
            setattr(self, name, value)

    @classmethod
    def ends(cls) -> frozenset[str]:
        """Return the states that nothing leaves."""
        return frozenset(state for state, following in cls.MOVES.items() if not following)
