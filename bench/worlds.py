"""A database of its own for a benchmark, and the environment by which other processes find it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

from django.db import connection


@contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """Use a new, migrated database for the block; yields the environment of processes beside it."""
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    parts = urlsplit(os.environ["DATABASE_URL"])
    address = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    try:
        yield dict(os.environ) | {"DATABASE_URL": address}
    finally:
        made = connection.settings_dict["NAME"]
        connection.close_pool()  # type: ignore[attr-defined]
        connection.settings_dict["NAME"] = name
        with connection._nodb_cursor() as cursor:  # noqa: SLF001 - as Django's own test runner does
            # By force: a pool of another process may keep a session for a moment.
            cursor.execute(f'DROP DATABASE "{made}" WITH (FORCE)')
