"""Signed addresses, byte ranges and storage."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.http import Http404
from django.test import AsyncRequestFactory, RequestFactory

from core import delivery
from core.ranges import ranged_response

# A response that is closed looks after the connections that earlier tests have left open.
pytestmark = pytest.mark.django_db

BYTES = bytes(range(256)) * 4


def _token(address: str) -> str:
    return address.split("/")[2]


def _stored(tmp_path: Path, subject: str = "s1") -> None:
    folder = delivery.working_folder() / "attempt"
    (folder / "public").mkdir(parents=True)
    (folder / "private").mkdir()
    (folder / "public" / "720.mp4").write_bytes(BYTES)
    (folder / "private" / "master.mp4").write_bytes(b"master")
    delivery.store(folder, prefix=subject)


def _ask(**headers: str) -> Any:
    request = RequestFactory().get("/", headers=headers)
    return ranged_response(request, file=ContentFile(BYTES, "a.mp4"), content_type="video/mp4")


def _body(response: Any) -> bytes:
    body = b"".join(response.streaming_content)
    response.close()
    return body


def test_an_address_opens_its_own_subject_and_no_other() -> None:
    token = _token(delivery.media_url("s1", "720.mp4", audience="u7"))
    grant = delivery.verify(token, subject="s1")
    assert grant is not None
    assert grant.audience == "u7"
    assert delivery.verify(token, subject="s2") is None


@pytest.mark.parametrize("position", [0, 10, 20, -1])
def test_a_changed_token_opens_nothing(position: int) -> None:
    token = _token(delivery.media_base("s1", audience="u7"))
    other = "1" if token[position] != "1" else "2"
    at = position % len(token)
    assert delivery.verify(token[:at] + other + token[at + 1 :], subject="s1") is None


def test_an_address_expires() -> None:
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        token = _token(delivery.media_base("s1"))
        clock.shift(timedelta(seconds=440))
        assert delivery.verify(token, subject="s1") is not None
        clock.shift(timedelta(seconds=461))
        assert delivery.verify(token, subject="s1") is None


def test_addresses_stay_the_same_for_a_while_so_that_they_can_be_cached() -> None:
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False) as clock:
        first = delivery.media_base("s1")
        clock.shift(timedelta(seconds=400))
        assert delivery.media_base("s1") == first


def test_a_rotated_key_still_opens_and_an_unknown_one_never_does(settings: Any) -> None:
    old = _token(delivery.media_base("s1"))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret key altogether"
    assert delivery.verify(old, subject="s1") is not None
    assert _token(delivery.media_base("s1")) != old
    settings.SECRET_KEY_FALLBACKS = []
    assert delivery.verify(old, subject="s1") is None


@pytest.mark.parametrize("subject", ["../etc", "a/b", "", "a b"])
def test_no_address_leaves_the_storage(subject: str) -> None:
    with pytest.raises(ValueError, match="is not an address"):
        delivery.media_base(subject)


def test_a_stored_file_is_sent_with_the_headers_of_its_kind(tmp_path: Path) -> None:
    _stored(tmp_path)
    grant = delivery.Grant("u7", int(datetime.now(UTC).timestamp()) + 60)
    response = delivery.deliver(
        RequestFactory().get("/"), subject="s1", name="720.mp4", grant=grant
    )
    assert _body(response) == BYTES
    assert response["Content-Type"] == "video/mp4"
    assert response["Cache-Control"].startswith("private, max-age=")
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["master.mp4", "../private/master.mp4", "no.mp4", "720.exe"])
def test_the_master_and_unknown_files_have_no_address(tmp_path: Path, name: str) -> None:
    _stored(tmp_path)
    grant = delivery.Grant("all", 0)
    with pytest.raises(Http404):
        delivery.deliver(RequestFactory().get("/"), subject="s1", name=name, grant=grant)


def test_nginx_sends_the_bytes_where_it_is_in_front(settings: Any) -> None:
    settings.MEDIA_ACCEL_PREFIX = "/protected/"
    grant = delivery.Grant("all", 0)
    request = RequestFactory().get("/")
    response = delivery.deliver(request, subject="s1", name="720.mp4", grant=grant)
    assert response["X-Accel-Redirect"] == "/protected/s1/public/720.mp4"


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=10-19", 10, 19), ("bytes=1000-", 1000, 1023),
     ("bytes=-24", 1000, 1023), ("bytes=0-99999", 0, 1023)],
)  # fmt: skip
def test_a_range_gets_its_bytes(wanted: str, first: int, last: int) -> None:
    response = _ask(Range=wanted)
    assert response.status_code == 206
    assert _body(response) == BYTES[first : last + 1]
    assert response["Content-Range"] == f"bytes {first}-{last}/1024"
    assert response["Content-Length"] == str(last - first + 1)


@pytest.mark.parametrize("wanted", ["bytes=1024-", "bytes=9-3", "bytes=-0"])
def test_a_range_outside_the_file_is_416(wanted: str) -> None:
    response = _ask(Range=wanted)
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */1024"


@pytest.mark.parametrize(
    "wanted", ["", "bytes=0-1,5-6", "lines=1-2", "bytes=-", f"bytes={'9' * 5000}-"]
)
def test_what_is_not_one_range_gets_the_whole_file(wanted: str) -> None:
    response = _ask(Range=wanted)
    assert response.status_code == 200
    assert _body(response) == BYTES


def test_a_range_of_another_version_gets_the_whole_file() -> None:
    etag = _ask()["ETag"]
    same, other = {"If-Range": etag}, {"If-Range": '"other"'}
    assert _ask(Range="bytes=0-1", **same).status_code == 206
    assert _ask(Range="bytes=0-1", **other).status_code == 200


def test_what_the_client_has_is_not_sent_again() -> None:
    assert _ask(**{"If-None-Match": _ask()["ETag"]}).status_code == 304


def test_head_gets_the_length_and_no_bytes() -> None:
    request = RequestFactory().head("/")
    file = ContentFile(BYTES, "a.mp4")
    response: Any = ranged_response(request, file=file, content_type="video/mp4")
    assert response["Content-Length"] == "1024"
    assert response.content == b""


def test_an_async_server_gets_an_async_stream() -> None:
    request = AsyncRequestFactory().get("/", headers={"Range": "bytes=5-9"})
    file = ContentFile(BYTES, "a.mp4")
    response: Any = ranged_response(request, file=file, content_type="video/mp4")

    async def read() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    assert asyncio.run(read()) == BYTES[5:10]


def test_storing_twice_is_no_error_and_removing_leaves_nothing(tmp_path: Path) -> None:
    _stored(tmp_path)
    _stored(tmp_path)
    with delivery.local_path("s1", "private/master.mp4") as path:
        assert path.read_bytes() == b"master"
    delivery.remove("s1")
    delivery.remove("s1")
    with pytest.raises(FileNotFoundError), delivery.local_path("s1", "private/master.mp4"):
        pass


def test_the_sweep_sees_what_is_stored_and_removes_what_was_left_half_made(tmp_path: Path) -> None:
    _stored(tmp_path)
    (delivery.working_folder() / ".unfinished-x").mkdir()
    soon = datetime.now(UTC) + timedelta(seconds=5)
    assert list(delivery.stored_subjects(older_than=soon)) == ["s1"]
    assert list(delivery.stored_subjects(older_than=soon - timedelta(hours=1))) == []
    assert delivery.sweep_work(older_than=soon) == 1
    assert list(delivery.working_folder().iterdir()) == []


@pytest.fixture
def _remote(settings: Any) -> None:
    """A storage without paths, as S3 is one."""
    storages = dict(settings.STORAGES)
    storages["media"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = storages


@pytest.mark.usefixtures("_remote")
def test_remote_storage_keeps_the_same_promises(tmp_path: Path) -> None:
    _stored(tmp_path)
    _stored(tmp_path)
    with delivery.local_path("s1", "private/master.mp4") as path:
        assert path.read_bytes() == b"master"
    assert not path.exists()
    request = RequestFactory().get("/", headers={"Range": "bytes=1-3"})
    grant = delivery.Grant("all", 0)
    response = delivery.deliver(request, subject="s1", name="720.mp4", grant=grant)
    assert _body(response) == BYTES[1:4]
    soon = datetime.now(UTC) + timedelta(seconds=5)
    assert list(delivery.stored_subjects(older_than=soon)) == ["s1"]
    delivery.remove("s1")
    with pytest.raises(Http404):
        delivery.deliver(request, subject="s1", name="720.mp4", grant=grant)
