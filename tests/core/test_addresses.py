"""What an address in the environment means."""

from __future__ import annotations

import pytest
from redis import ConnectionPool

from config import addresses


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("redis://127.0.0.1:6379/3", 3),
        ("redis+socket:///run/valkey.sock", 0),
        ("redis+socket:///run/valkey.sock?virtual_host=7", 7),
    ],
)
def test_the_cache_reads_the_address_that_celery_reads(asked: str, number: int) -> None:
    pool = ConnectionPool.from_url(addresses.redis(asked))
    assert int(pool.connection_kwargs.get("db", 0)) == number
    assert pool.make_connection() is not None
