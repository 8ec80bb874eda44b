"""What an address in the environment means to Django: a database, a broker, a media store."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def database(url: str) -> dict[str, Any]:
    """Read postgresql://user:password@host:port/name?host=/socket/folder."""
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


def redis(url: str) -> str:
    """Write the address of a broker as redis-py reads it; the settings use Celery's way.

    On a socket Celery calls the number of the database `virtual_host`, redis-py calls it `db`.
    """
    if not url.startswith("redis+socket://"):
        return url
    plain, _, query = url.replace("redis+socket://", "unix://", 1).partition("?")
    return f"{plain}?{query.replace('virtual_host=', 'db=')}" if query else plain


def media_storage(url: str, *, folder: Path) -> dict[str, Any]:
    """Read file:///folder or s3://bucket/prefix?region=…&endpoint=…; `folder` if it names none."""
    parts = urlsplit(url)
    if parts.scheme == "s3":
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        options = {
            "bucket_name": parts.netloc,
            "location": parts.path.strip("/"),
            "region_name": query.get("region"),
            "endpoint_url": query.get("endpoint"),
            "default_acl": None,
            "file_overwrite": True,
        }
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": unquote(parts.path) or str(folder)},
    }
