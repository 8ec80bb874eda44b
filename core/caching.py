"""The shared cache, with one client per process.

Django makes its clients per thread, and under ASGI a request has a context of its own: every
request would open a connection and leave it to be collected. It also builds a client for each call,
which costs as much as the call. redis-py's clients and pools may be shared by threads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from django.core.cache.backends import redis as django_redis
from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import NoScriptError
from redis.retry import Retry

# A server that is started again is away for a second or two: requests wait for it, 2.3 s at most.
_PATIENCE = Retry(ExponentialBackoff(base=0.05, cap=0.8), retries=5)


class _Clients(django_redis.RedisCacheClient):
    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, retry=_PATIENCE, **options)
        self._kept: dict[int, Redis] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        """Return the client of one server; two threads that make it at once do no harm."""
        index = self._get_connection_pool_index(write)  # type: ignore[attr-defined]
        if index not in self._kept:
            self._kept[index] = super().get_client(key, write=write)
        return self._kept[index]


@lru_cache(maxsize=8)
def _clients(servers: tuple[str, ...], options: tuple[tuple[str, Any], ...]) -> _Clients:
    return _Clients(list(servers), **dict(options))


class RedisCache(django_redis.RedisCache):
    """Django's cache in Redis or Valkey, on this process's clients."""

    _servers: Sequence[str]
    _options: Mapping[str, Any]

    @property
    def _cache(self) -> _Clients:
        return _clients(tuple(self._servers), tuple(sorted(self._options.items())))

    def run(self, script: str, *, key: str, arguments: Sequence[float]) -> Any:
        """Run a Lua script on the value of one key, at once and in one round trip."""
        client, name = self._cache.get_client(write=True), self.make_and_validate_key(key)
        try:
            return client.evalsha(_digest(script), 1, name, *arguments)
        except NoScriptError:  # the server has been started since
            return client.eval(script, 1, name, *arguments)


@cache
def _digest(script: str) -> str:
    return hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
