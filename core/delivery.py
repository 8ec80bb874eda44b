"""The one way by which media leaves the installation, and the only code that knows where it lies.

A subject is one finished attempt, a folder in storage with public/ and private/ in it. Addresses
carry their permission in the path, `/media/<token>/<subject>/<file>`, so that a playlist's relative
names work, proxies can cache, and no cookie is needed. A token says that an address was given to
somebody; whether they may still look is asked again, by the view, at every request.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import re
import shutil
import tempfile
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.crypto import constant_time_compare

from core.media.packaging import CONTENT_TYPES
from core.ranges import ranged_response

_SLUG = re.compile(r"[A-Za-z0-9_-]{1,100}")
_FILE = re.compile(r"[A-Za-z0-9_-]{1,60}\.[a-z0-9]{2,4}")
_TOKEN = re.compile(r"([0-9a-f]{8})\.([0-9a-f]{1,12})\.([A-Za-z0-9_-]{1,40})\.([A-Za-z0-9_-]{22})")
_MAC_BYTES = 16
# What is taken back is gone from every cache a minute later, however long its address lives.
_CACHED_MAX_S = 60
_EVERYBODY = "all"
_UPLOADING = ".part"
_WORKING = ".work"


class Grant(NamedTuple):
    """What a valid token allows: `audience` may look until `expires_at` (seconds since 1970)."""

    audience: str
    expires_at: int


class _Key(NamedTuple):
    key_id: str
    secret: bytes


def media_url(subject: str, name: str, *, audience: str = _EVERYBODY) -> str:
    """Give the address of one file of `subject`."""
    return media_base(subject, audience=audience) + name


def media_base(subject: str, *, audience: str = _EVERYBODY) -> str:
    """Give the address that all files of `subject` share, with its closing slash.

    Raises ValueError for a subject or an audience that no address can carry.
    """
    return Signer(audience).base(subject)


class Signer:
    """Gives addresses to one audience: "all", or one viewer ("u12").

    For half of MEDIA_URL_LIFETIME_S the answers stay the same, so that browsers and proxies can
    cache; they are valid for half to all of that time. Made anew for each request.
    """

    def __init__(self, audience: str = _EVERYBODY) -> None:
        """Fix the moment. Raises ValueError for an audience that no address can carry."""
        if not _SLUG.fullmatch(audience):
            raise ValueError(f"{audience!r} is not an address.")
        step = max(1, settings.MEDIA_URL_LIFETIME_S // 2)
        self._grant = Grant(audience, (math.floor(time.time() / step) + 2) * step)
        self._key = _key(str(settings.SECRET_KEY))

    def base(self, subject: str) -> str:
        """Give the address that all files of `subject` share; ValueError if none can carry it."""
        if not _SLUG.fullmatch(subject):
            raise ValueError(f"{subject!r} is not an address.")
        return f"/media/{_token(self._key, subject, self._grant)}/{subject}/"


def verify(token: str, *, subject: str) -> Grant | None:
    """Read a token. None if it is forged, expired or was given for another subject."""
    match = _TOKEN.fullmatch(token)
    if match is None or not _SLUG.fullmatch(subject):
        return None
    grant = Grant(match[3], int(match[2], 16))
    # Every key is tried, whatever the token names: the answer then takes the same time for all.
    genuine = [constant_time_compare(_token(key, subject, grant), token) for key in _keys()]
    return grant if any(genuine) and time.time() < grant.expires_at else None


def _token(key: _Key, subject: str, grant: Grant) -> str:
    signed = f"{subject}\n{grant.audience}\n{grant.expires_at}".encode()
    mac = hmac.digest(key.secret, signed, "sha256")[:_MAC_BYTES]
    signature = urlsafe_b64encode(mac).decode().rstrip("=")
    return f"{key.key_id}.{grant.expires_at:x}.{grant.audience}.{signature}"


def _keys() -> list[_Key]:
    """Return the keys of SECRET_KEY, which signs, and of its fallbacks, which are only believed."""
    return [_key(str(one)) for one in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


@lru_cache(maxsize=16)  # a page of twenty cards signs twenty times; deriving is half the work
def _key(secret_key: str) -> _Key:
    secret = hmac.digest(secret_key.encode(), b"afterimage.media", "sha256")
    return _Key(hashlib.sha256(secret).hexdigest()[:8], secret)


def deliver(request: HttpRequest, *, subject: str, name: str, grant: Grant) -> HttpResponseBase:
    """Send a public file of `subject`: all of it or the range that was asked for.

    The caller has verified the token and asked its own rows whether the viewer may look. Where
    MEDIA_ACCEL_PREFIX is set and files are local, nginx sends the bytes. Raises Http404.
    """
    content_type = CONTENT_TYPES.get(PurePosixPath(name).suffix)
    if content_type is None or not _FILE.fullmatch(name) or not _SLUG.fullmatch(subject):
        raise Http404
    path = f"{subject}/public/{name}"
    response: HttpResponseBase
    if settings.MEDIA_ACCEL_PREFIX:
        response = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = f"{settings.MEDIA_ACCEL_PREFIX.rstrip('/')}/{path}"
    else:
        try:
            file = _storage().open(path)
        except FileNotFoundError:
            raise Http404 from None
        response = ranged_response(request, file=file, content_type=content_type)
    scope = "public" if grant.audience == _EVERYBODY else "private"
    left_s = min(_CACHED_MAX_S, max(0, math.floor(grant.expires_at - time.time())))
    response["Cache-Control"] = f"{scope}, max-age={left_s}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def working_folder() -> Path:
    """Give the folder in which to finish clips: where the storage is local, on its own disk."""
    storage = _storage()
    if isinstance(storage, FileSystemStorage):
        folder = Path(storage.location) / _WORKING
    else:
        folder = Path(tempfile.gettempdir()) / "afterimage-work"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sweep_work(*, older_than: datetime) -> int:
    """Remove what killed processes left half made or half moved. Returns how many folders went."""
    found = list(working_folder().iterdir())
    storage = _storage()
    if isinstance(storage, FileSystemStorage):
        found += Path(storage.location).glob(f"{_UPLOADING}-*")
    left = [path for path in found if path.stat().st_mtime < older_than.timestamp()]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def store(folder: Path, *, prefix: str) -> None:
    """Move everything in `folder` to the subject `prefix`. Doing it again is no error.

    Local storage: one rename, so that the subject is there whole or not at all. Elsewhere file by
    file; nothing shows before a row names the subject, and `stored_subjects` finds what never was.
    """
    if not _SLUG.fullmatch(prefix):
        raise ValueError(f"{prefix!r} is not a subject.")
    storage = _storage()
    if isinstance(storage, FileSystemStorage):
        _move(folder, Path(storage.location) / prefix)
        return
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = f"{prefix}/{path.relative_to(folder).as_posix()}"
        with path.open("rb") as content:
            # Writing over an earlier try's file, never beside it under another name.
            storage.delete(name)
            storage.save(name, File(content, name=path.name))
    shutil.rmtree(folder)


def remove(prefix: str) -> None:
    """Remove a subject with all its files. One that is not there is no error."""
    if not _SLUG.fullmatch(prefix):
        raise ValueError(f"{prefix!r} is not a subject.")
    storage = _storage()
    if isinstance(storage, FileSystemStorage):
        shutil.rmtree(Path(storage.location) / prefix, ignore_errors=True)
        return
    for name in list(_names(storage, prefix)):
        storage.delete(name)


@contextmanager
def local_path(prefix: str, name: str) -> Iterator[Path]:
    """Give a file of a subject ("private/master.mp4") as a path while the block runs.

    Fetches it first where storage is remote. Raises FileNotFoundError.
    """
    storage = _storage()
    if isinstance(storage, FileSystemStorage):
        path = Path(storage.path(f"{prefix}/{name}"))
        if not path.is_file():
            raise FileNotFoundError(f"{prefix}/{name} is not stored.")
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="afterimage-") as folder:
        path = Path(folder) / PurePosixPath(name).name
        with storage.open(f"{prefix}/{name}") as content, path.open("wb") as copy:
            shutil.copyfileobj(content, copy)
        yield path


def stored_subjects(*, older_than: datetime) -> Iterator[str]:
    """List the subjects whose files were all there before `older_than`, for a sweep to judge."""
    storage = _storage()
    try:
        folders, _ = storage.listdir("")
    except FileNotFoundError:
        return
    for prefix in folders:
        if _SLUG.fullmatch(prefix) and _stored_at(storage, prefix) < older_than:
            yield prefix


def _stored_at(storage: Storage, prefix: str) -> datetime:
    if isinstance(storage, FileSystemStorage):
        seconds = (Path(storage.location) / prefix).stat().st_mtime
        return datetime.fromtimestamp(seconds, tz=UTC)
    times = (storage.get_modified_time(name) for name in _names(storage, prefix))
    return max(times, default=datetime.now(UTC))


def _names(storage: Storage, folder: str) -> Iterator[str]:
    folders, files = storage.listdir(folder)
    yield from (f"{folder}/{file}" for file in files)
    for inner in folders:
        yield from _names(storage, f"{folder}/{inner}")


def _move(folder: Path, target: Path) -> None:
    """Rename, through a copy beside the target where they lie on two disks."""
    if target.exists():
        shutil.rmtree(folder, ignore_errors=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.rename(target)
    except OSError:
        part = target.with_name(f"{_UPLOADING}-{target.name}")
        shutil.rmtree(part, ignore_errors=True)
        shutil.copytree(folder, part)
        part.rename(target)
        shutil.rmtree(folder)


def _storage() -> Storage:
    return storages["media"]
