"""What a page of a feed costs, beside the bare query and the bare view of the same run.

    python -m bench.feed [--clips 20000] [--people 1000] [--requests 300]

A world of its own in a database of its own, which goes away at the end. Requests pass through the
WSGI application with every middleware and a real session, one after the other in one process. CPU
is the thread's own time plus that of the database's backends, so a busy machine spoils the wall
clock but not the CPU columns.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import django

django.setup()

import orjson  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.cached_db import SessionStore  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse, JsonResponse  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.urls import include, path  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework.permissions import AllowAny  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402
from rest_framework.views import APIView  # noqa: E402

from accounts.models import Block, Follow, User  # noqa: E402
from core.ids import uuid7  # noqa: E402
from core.rendering import JSON  # noqa: E402
from core.throttling import SteadyThrottle  # noqa: E402
from feed.models import Watch  # noqa: E402
from feed.queries import home_cards  # noqa: E402
from generation.models import Render  # noqa: E402
from moderation.models import Verdict  # noqa: E402
from social.models import Clip, Like  # noqa: E402
from social.queries import clip_cards  # noqa: E402

CPU_TARGET_MS = 2.5
DATABASE_TARGET_MS = 0.5
P50_TARGET_MS = 8.0
P99_TARGET_MS = 50.0
WARM_UP = 20
BATCHES = 5
REMIX_SHARE = 0.3
BARE_QUERY = """
    SELECT c.id, c.caption, c.published_at, c.like_count, c.comment_count, u.handle, u.display_name
      FROM social_clip c JOIN accounts_user u ON u.id = c.maker_id
     WHERE c.state = 'published' AND c.audience = 'public'
     ORDER BY c.published_at DESC, c.id DESC LIMIT 20
"""
FILES = ("720.mp4", "540.mp4", "360.mp4", "hls.m3u8", "hls_audio.mp4", "poster.webp", "sprite.webp")
FACTS = {
    "width": 720,
    "height": 1280,
    "duration_s": 5.0,
    "sprite": {"columns": 3, "rows": 2, "tiles": 5, "tile_width": 108, "tile_height": 192},
    "files": {
        name: {"name": name, "size_bytes": 700_000, "sha256": "0" * 64, "content_type": "video/mp4"}
        for name in FILES
    },
}


def plain_page(request: HttpRequest) -> HttpResponse:
    """Answer at once."""
    return JsonResponse({"items": []})


class OpenView(APIView):
    """DRF and nothing else: no session, no limit."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = []

    def get(self, request: Request) -> Response:
        return Response({"items": []})


class KnownView(APIView):
    """The session and its user, too."""

    throttle_classes = []

    def get(self, request: Request) -> Response:
        return Response({"items": [], "user": request.user.pk})


class BareView(APIView):
    """Middleware, session, authentication, limit, rendering: what every view of the API pays."""

    def get(self, request: Request) -> Response:
        return Response({"items": [], "user": request.user.pk})


urlpatterns = [
    path("bench/plain", plain_page),
    path("bench/open", OpenView.as_view()),
    path("bench/known", KnownView.as_view()),
    path("bench/bare", BareView.as_view()),
    path("", include("config.urls")),
]


class Cost(NamedTuple):
    """Milliseconds for one request."""

    web_cpu: float
    database_cpu: float
    p50: float
    p99: float


class World:
    """People, clips in remix trees, follows, likes, blocks and watches, the same in every run."""

    def __init__(self, *, clips: int, people: int) -> None:
        self._random = random.Random(1)  # noqa: S311 - repeatable on purpose
        self._count = clips
        self.people = User.objects.bulk_create(
            User(handle=f"user{n}", display_name=f"User {n}", email=f"user{n}@example.org")
            for n in range(people)
        )
        self.clips = self._clips()
        self._ties()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def _clips(self) -> list[Clip]:
        clips: list[Clip] = []
        for number in range(self._count):
            is_remix = clips and self._random.random() < REMIX_SHARE
            parent = self._random.choice(clips[-2000:]) if is_remix else None
            clips.append(self._clip(number, parent))
        Verdict.objects.bulk_create((clip.verdict for clip in clips), batch_size=1000)
        Render.objects.bulk_create((clip.render for clip in clips), batch_size=1000)
        Clip.objects.bulk_create(clips, batch_size=1000)
        return clips

    def _clip(self, number: int, parent: Clip | None) -> Clip:
        key, maker = uuid7(), self._random.choice(self.people)
        digest = hashlib.sha256(key.bytes).hexdigest()
        at = timezone.now() - timedelta(minutes=3 * (self._count - number))
        verdict = Verdict(
            subject_kind="render", subject_id=str(key), stage="output", outcome="allow",
            subject_digest=digest,
        )  # fmt: skip
        above = parent.render if parent else None
        render = Render(
            id=key, maker=maker, state="ready", prompt="a red ball", seconds=5, shape="portrait",
            seed=1, price=5, operation="remix" if above else "text", parent=above,
            root=(above.root or above) if above else None,
            depth=above.depth + 1 if above else 0, verdict=verdict, media_facts=FACTS,
            media_subject=f"{key.hex}-0123456789ab", media_digest=digest, mark_number=number,
        )  # fmt: skip
        return Clip(
            render=render, maker=maker, caption=f"Clip {number}: a red ball on a wet street",
            verdict=verdict, verdict_outcome="allow", media_digest=digest, published_at=at,
            like_count=int(self._random.expovariate(0.05)),
            ancestor_ids=[*parent.ancestor_ids, parent.render_id] if parent else [],
        )  # fmt: skip

    def _ties(self) -> None:
        ids = [person.pk for person in self.people]
        pairs = self._pairs(ids, ids, 20 * len(ids))
        Follow.objects.bulk_create(Follow(follower_id=a, followed_id=b) for a, b in pairs)
        pairs = self._pairs(ids, ids, len(ids))
        Block.objects.bulk_create(Block(blocker_id=a, blocked_id=b) for a, b in pairs)
        keys = [clip.pk for clip in self.clips]
        pairs = self._pairs(ids, keys, 5 * len(keys))
        Like.objects.bulk_create((Like(user_id=a, clip_id=b) for a, b in pairs), batch_size=5000)
        recent = self._pairs(ids, keys[-1000:], 20 * len(ids))
        whole = {"watched_ratio": 1, "seconds_watched": 5, "is_seen": True}
        Watch.objects.bulk_create(
            Watch(id=uuid.uuid4(), viewer_id=a, clip_id=b, **whole) for a, b in recent
        )

    def _pairs(self, ones: list[Any], others: list[Any], count: int) -> list[tuple[Any, Any]]:
        drawn = {(self._random.choice(ones), self._random.choice(others)) for _ in range(count)}
        return sorted(pair for pair in drawn if pair[0] != pair[1])


class Web:
    """The WSGI application and one signed-in person's cookie."""

    def __init__(self, user: User) -> None:
        self._application = get_wsgi_application()
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        self._cookie = f"sessionid={session.session_key}"

    def read(self, address: str) -> Any:
        """Return what an answer says."""
        return orjson.loads(self.get(address))

    def get(self, address: str) -> bytes:
        """Return the body of an answer; anything but 200 ends the bench."""
        where, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": where, "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1:8000", "HTTP_COOKIE": self._cookie, "REMOTE_ADDR": "127.0.0.1",
            "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(), "wsgi.url_scheme": "http",
        }  # fmt: skip
        statuses: list[str] = []

        def start(status: str, headers: Any, failure: Any = None) -> Any:
            statuses.append(status)

        answer = self._application(environ, start)
        body = b"".join(answer)
        answer.close()
        if not statuses[0].startswith("200"):
            raise SystemExit(f"{address}: {statuses[0]} {body[:300]!r}")
        return body


def measured(act: Callable[[], Any], *, times: int) -> Cost:
    """Run `act` and return what one run costs: CPU of the quietest batch, wall clock of all.

    The database's share needs Linux's schedstat.
    """
    for _ in range(WARM_UP):
        act()
    walls, webs, databases = [], [], []
    for _ in range(BATCHES):
        database, web = _database_cpu_ms(), time.thread_time()
        for _ in range(times // BATCHES):
            start = time.perf_counter()
            act()
            walls.append(1000 * (time.perf_counter() - start))
        webs.append(1000 * (time.thread_time() - web) / (times // BATCHES))
        databases.append((_database_cpu_ms() - database) / (times // BATCHES))
    walls.sort()
    return Cost(min(webs), min(databases), statistics.median(walls), walls[int(0.99 * len(walls))])


def _database_cpu_ms() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        paths = [Path(f"/proc/{pid}/schedstat") for (pid,) in cursor.fetchall()]
    return sum(int(path.read_text().split()[0]) for path in paths if path.exists()) / 1e6


def bare_query() -> None:
    """Fetch twenty clips with their makers and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute(BARE_QUERY)
        cursor.fetchall()


@contextmanager
def own_database() -> Iterator[None]:
    """Use a new database for the block."""
    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        yield
    finally:
        connection.close_pool()  # type: ignore[attr-defined]
        connection.creation.destroy_test_db(name, verbosity=0)


def table(web: Web, *, requests: int) -> dict[str, Cost]:
    """Measure every row of the table."""
    following = web.read("/api/v1/feed/home")["next"].removeprefix("http://127.0.0.1:8000")
    clip = web.read("/api/v1/feed/home")["items"][0]["clip"]["id"]
    acts: dict[str, Callable[[], Any]] = {
        "bare query, 20 rows": bare_query,
        "bare view": lambda: web.get("/bench/bare"),
        "home, ranked": lambda: web.get("/api/v1/feed/home"),
        "home, next page": lambda: web.get(following),
        "following": lambda: web.get("/api/v1/feed/following"),
        "one clip": lambda: web.get(f"/api/v1/clips/{clip}"),
    }
    return {name: measured(act, times=requests) for name, act in acts.items()}


def parts(user: User, *, requests: int) -> dict[str, Cost]:
    """Measure what a page is made of, each row with all that is in the rows above it.

    The first three are requests without their data, the rest are calls without a request.
    """
    with override_settings(MIDDLEWARE=[]):
        alone = Web(user)
    web = Web(user)
    first = home_cards(user)
    ids = [UUID(card.clip["id"]) for card in first.cards]
    answer = web.read("/api/v1/feed/home")
    acts: dict[str, Callable[[], Any]] = {
        "a view, no middleware": lambda: alone.get("/bench/plain"),
        "+ middleware": lambda: web.get("/bench/plain"),
        "+ DRF": lambda: web.get("/bench/open"),
        "+ session and its user": lambda: web.get("/bench/known"),
        "+ limit": lambda: web.get("/bench/bare"),
        "twenty cards": lambda: clip_cards(ids, viewer=user),
        "+ slate: a next page": lambda: home_cards(user, position=first.next),
        "+ viewer, ranking: home": lambda: home_cards(user),
        "JSON of a page": lambda: JSON().render(answer),
    }
    return {name: measured(act, times=requests) for name, act in acts.items()}


def show(costs: dict[str, Cost]) -> None:
    """Print rows of costs."""
    for name, cost in costs.items():
        total = cost.web_cpu + cost.database_cpu
        row = (cost.web_cpu, cost.database_cpu, total, cost.p50, cost.p99)
        print(f"{name:24}" + "".join(f"{value:9.2f}" for value in row))


def main() -> None:
    """Print the tables and the targets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--requests", type=int, default=300)
    given = parser.parse_args()
    # As dear as the real limit for somebody who asks a few times a second, and never reached.
    SteadyThrottle.rate = "1000000/second"
    with own_database(), override_settings(ROOT_URLCONF="bench.feed"):
        world = World(clips=given.clips, people=given.people)
        user = world.people[5]
        costs = table(Web(user), requests=given.requests)
        inside = parts(user, requests=given.requests)
    print(f"{given.clips} clips, {given.people} people, {given.requests} requests each; ms")
    print(f"{'':24}{'web CPU':>9}{'db CPU':>9}{'CPU':>9}{'p50':>9}{'p99':>9}")
    show(costs)
    targets = (DATABASE_TARGET_MS, CPU_TARGET_MS, P50_TARGET_MS, P99_TARGET_MS)
    print(f"{'target, feed page':33}" + "".join(f"{value:9.2f}" for value in targets))
    print("\nwhere it goes")
    show(inside)


if __name__ == "__main__":
    main()
