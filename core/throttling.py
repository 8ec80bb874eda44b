"""How often somebody may ask."""

from __future__ import annotations

from typing import Any

from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

# Counts one request against the window it falls in, unless the window before, in the share of it
# that is still less than a window ago, and this one hold enough already. Returns both counts, and
# whether the request was let in. Refused requests do not count, as in DRF.
_COUNT = """
local limit, duration, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local window = math.floor(now / duration)
local kept = redis.call('HMGET', KEYS[1], window, window - 1)
local current, before = tonumber(kept[1] or 0), tonumber(kept[2] or 0)
local share = 1 - (now / duration - window)
if before * share + current + 1 > limit then
  return {0, current, before}
end
if current == 0 then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], window, 1, window - 1, before)
  redis.call('EXPIRE', KEYS[1], 2 * duration)
else
  redis.call('HINCRBY', KEYS[1], window, 1)
end
return {1, current + 1, before}
"""


class SteadyThrottle(UserRateThrottle):
    """Lets a person or an address ask so often in any window of time, give or take a few requests.

    DRF reads and writes the moment of every request of the window: two round trips, two requests at
    once that count as one, and thousands of bytes for a busy client. This takes one trip, atomic,
    with two counters. It assumes that requests of the window before came evenly.
    """

    num_requests: int
    duration: int

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request and let it in, or refuse it."""
        if self.rate is None:
            return True
        key = self.get_cache_key(request, view)
        now = self.timer()
        arguments = (self.num_requests, self.duration, now)
        shared: Any = caches["default"]
        is_let_in, current, before = shared.run(_COUNT, key=key, arguments=arguments)
        self._full: tuple[float, int, int] = (now, current, before)
        return bool(is_let_in)

    def wait(self) -> float:
        """Return in how many seconds the next request would be let in."""
        now, current, before = self._full
        passed_s, room = now % self.duration, self.num_requests - 1
        if current <= room:
            # When so much of the window before is past that its rest leaves room.
            return self.duration * (1 - (room - current) / before) - passed_s
        return self.duration * (2 - room / current) - passed_s
