"""Where the stand-in keeps its objects: one SQLite file, or memory."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from billing.gateways.stand_in.wire import Object, no_such

_TABLES = """
CREATE TABLE IF NOT EXISTS object (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, kind TEXT, body TEXT
);
CREATE INDEX IF NOT EXISTS object_kind ON object (kind, seq);
CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, request TEXT, status INTEGER, body TEXT);
"""


class Answer(NamedTuple):
    """What was answered to the first request with an Idempotency-Key."""

    request: str
    status: int
    body: str


class Store:
    """Objects by id, and the answers to remember. Used from one thread."""

    def __init__(self, path: Path | None = None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False
        )
        self._db.executescript(_TABLES)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep all of what is written inside, or none of it."""
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def put(self, body: Object) -> Object:
        """Keep an object, new or changed; `kind` is its own `object`."""
        self._db.execute(
            "INSERT INTO object (id, kind, body) VALUES (?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            (body["id"], body["object"], json.dumps(body)),
        )
        return body

    def find(self, key: str) -> Object | None:
        row = self._db.execute("SELECT body FROM object WHERE id = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def get(self, kind: str, key: str) -> Object:
        """Return an object; raises StripeProblemError 404 if there is none of that kind."""
        found = self.find(key)
        if found is None or found["object"] != kind:
            raise no_such(kind, key)
        return found

    def all(self, kind: str, **wanted: object) -> list[Object]:
        """Return the objects of a kind with these values, newest first."""
        rows = self._db.execute("SELECT body FROM object WHERE kind = ? ORDER BY seq DESC", (kind,))
        found = [json.loads(body) for (body,) in rows]
        return [row for row in found if all(row.get(k) == v for k, v in wanted.items())]

    def drop(self, key: str) -> None:
        self._db.execute("DELETE FROM object WHERE id = ?", (key,))

    def answer(self, key: str) -> Answer | None:
        query = "SELECT request, status, body FROM answer WHERE key = ?"
        row = self._db.execute(query, (key,)).fetchone()
        return None if row is None else Answer(*row)

    def remember(self, key: str, answer: Answer) -> None:
        self._db.execute("INSERT OR IGNORE INTO answer VALUES (?, ?, ?, ?)", (key, *answer))

    def now(self, clock: str | None = None) -> int:
        """Return Unix seconds, by a test clock if one is named."""
        if clock:
            return int(self.get("test_helpers.test_clock", clock)["frozen_time"])
        return int(time.time())


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"
