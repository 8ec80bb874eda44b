"""A likeness is given and taken back one act at a time: row locks, and instants taken under them.

Every act that lends, borrows or takes back locks the cameos' rows first, in key order, before it
locks anything else (renders, wallets). What an act then reads stays true until it commits.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from cameos.models import Cameo


def lock(ids: Iterable[UUID]) -> dict[UUID, Cameo]:
    """Lock cameos' rows in key order until the transaction ends. Unknown ids are left out."""
    rows = Cameo.objects.select_for_update(of=("self",)).select_related("owner").order_by("pk")
    return {row.pk: row for row in rows.filter(pk__in=set(ids))}


def lock_again(cameo: Cameo) -> None:
    """Lock the row of a cameo that was read earlier, and bring it up to date."""
    cameo.refresh_from_db(from_queryset=Cameo.objects.select_for_update())


def instant() -> datetime:
    """Return the time of now by the database's clock, the one clock that all hosts share.

    Read it after the lock: an instant from before the wait would claim another order than the one
    in which things happened. No column of the locking query can say it, because PostgreSQL works
    columns out before it waits for the row.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
