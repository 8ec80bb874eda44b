"""The cast, their clients, and a world of its own for every test.

Ana makes clips. Ben is her mutual. Cleo is a stranger to both. Mod moderates.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache, caches
from rest_framework.test import APIClient

from accounts.models import Follow, User
from core import plugins
from generation.actions import leasing

PASSWORD = "a long enough password"
# What is slow here may be the machine: no example fails for the time that it took.
hypothesis.settings.register_profile(
    "busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("busy")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the long tests first, so that no process of a parallel run works alone at the end."""
    items.sort(key=_is_short)


def _is_short(item: pytest.Item) -> bool:
    return item.get_closest_marker("slow") is None and item.get_closest_marker("browser") is None


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse connections that leave this machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host not in ("", "127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address}")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture(autouse=True, scope="session")
def _static_folder() -> None:
    """Make the folder that nothing is collected into: WhiteNoise warns about a missing one."""
    django_settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True, scope="session")
def _own_cache(worker_id: str) -> None:
    """Give each process of a parallel run a cache of its own: clearing empties a whole database."""
    database = 1 if worker_id == "master" else 2 + int(worker_id.removeprefix("gw"))
    cache_settings = django_settings.CACHES["default"]
    cache_settings["LOCATION"] = f"{cache_settings['LOCATION']}?db={database}"
    # Whatever was opened before looks at the shared one.
    for alias in [each for each in caches if hasattr(caches._connections, each)]:
        del caches[alias]


@pytest.fixture(autouse=True)
def _own_folders(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Give the test its own media storage, keys and cache."""
    media = tmp_path / "media"
    media.mkdir()
    storages = dict(settings.STORAGES)
    for alias in ("default", "media"):
        storages[alias] = {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(media)},
        }
    # Static files under their own names: tests collect none.
    storages["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
    }
    settings.STORAGES = storages
    settings.AFTERIMAGE_HOME = tmp_path
    settings.KEYS_DIR = tmp_path / "keys"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()
    plugins.load.cache_clear()
    yield
    plugins.load.cache_clear()


@pytest.fixture(autouse=True)
def _slow_heartbeat(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the heartbeat away where it would take the lease for lost: its connection does not see
    what is inside a test's own transaction.
    """
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        monkeypatch.setattr(leasing, "LOOK_EVERY_S", 60.0)


@pytest.fixture
def person(db: None) -> Callable[..., User]:
    """Return a maker of people."""

    def make(handle: str, **fields: Any) -> User:
        return User.objects.create_user(handle, f"{handle}@example.org", PASSWORD, **fields)

    return make


@pytest.fixture
def ana(person: Callable[..., User]) -> User:
    return person("ana", display_name="Ana")


@pytest.fixture
def ben(person: Callable[..., User], ana: User) -> User:
    ben = person("ben", display_name="Ben")
    Follow.objects.create(follower=ana, followed=ben)
    Follow.objects.create(follower=ben, followed=ana)
    return ben


@pytest.fixture
def cleo(person: Callable[..., User]) -> User:
    return person("cleo", display_name="Cleo")


@pytest.fixture
def mod(person: Callable[..., User]) -> User:
    return person("mod", is_moderator=True)


def client_of(user: User | None) -> APIClient:
    client = APIClient()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def as_ana(ana: User) -> APIClient:
    return client_of(ana)


@pytest.fixture
def as_ben(ben: User) -> APIClient:
    return client_of(ben)


@pytest.fixture
def as_cleo(cleo: User) -> APIClient:
    return client_of(cleo)


@pytest.fixture
def as_mod(mod: User) -> APIClient:
    return client_of(mod)


@pytest.fixture
def as_nobody(db: None) -> APIClient:
    return client_of(None)
