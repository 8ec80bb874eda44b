"""The production entry points behind the production nginx, all real, on loopback."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from core import delivery
from generation.actions import requesting, working
from generation.models import Render
from generation.spec.wish import Wish
from launcher.addresses import free_port
from launcher.children import Child, Program, start
from launcher.home import CHECKOUT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed (nginx-light)"),
]


class Door(NamedTuple):
    """Where nginx listens, and what it wrote."""

    url: str
    port: int
    media: Path
    log: Path


@pytest.fixture
def render(door: Door, ana: User, settings: Any) -> Render:
    """A draft of Ana's that went through the whole pipeline, stored where the door finds it."""
    local = "django.core.files.storage.FileSystemStorage"
    kept = {"BACKEND": local, "OPTIONS": {"location": str(door.media)}}
    settings.STORAGES = settings.STORAGES | {"media": kept}
    card = {"BACKEND": "generation.engines.test_card.TestCard", "OPTIONS": {"canvas": (180, 320)}}
    settings.GENERATION_ENGINES = {"default": card}
    wish = Wish(prompt="a red ball", seconds=0.5, seed=7)
    asked = requesting.request_render(wish, by=ana)
    working.work_once("default")
    asked.refresh_from_db()
    assert asked.state == Render.State.READY
    return asked


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Door]:
    """Start API, sockets and nginx by the very files that the containers use."""
    folder = tmp_path_factory.mktemp("door")
    media = folder / "media"
    database = urlsplit(os.environ["DATABASE_URL"])
    env = os.environ | {
        "DATABASE_URL": urlunsplit(database._replace(path=f"/{connection.settings_dict['NAME']}")),
        "AFTERIMAGE_HOME": str(folder),
        "MEDIA_STORAGE": media.as_uri(),
        "MEDIA_ACCEL_PREFIX": "/protected",
        "STATIC_ROOT": str(folder / "static"),
        "BEHIND_PROXY": "1",
        "HOST": "127.0.0.1",
        "WEB_WORKERS": "1",
        "LOG_LEVEL": "WARNING",
    }
    ports = {name: free_port() for name in ("api", "sockets", "nginx")}
    conf = folder / "nginx.conf"
    conf.write_text(adapted((CHECKOUT / "docker/nginx.conf").read_text(), ports, media, folder))
    serve = str(CHECKOUT / "docker/serve")
    collect = [serve, "manage", "collectstatic", "--no-input", "-v0"]
    subprocess.run(collect, env=env, check=True)
    commands = {
        "api": [serve, "api"],
        "sockets": [serve, "sockets"],
        "nginx": ["nginx", "-c", str(conf), "-g", "daemon off;"],
    }
    children = [
        start(Program(n, argv, env=env | {"PORT": str(ports[n])}, log=folder / f"{n}.log"))
        for n, argv in commands.items()
    ]
    try:
        url = f"http://127.0.0.1:{ports['nginx']}"
        found = Door(url, ports["nginx"], media, folder / "access.log")
        wait_until_answered(found.url, f"http://127.0.0.1:{ports['sockets']}", children)
        yield found
    finally:
        for child in reversed(children):
            child.stop()


def adapted(conf: str, ports: dict[str, int], media: Path, folder: Path) -> str:
    """Give the containers' configuration this machine's ports and folders; nothing else."""
    changes = {
        "server api:8000": f"server 127.0.0.1:{ports['api']}",
        "server sockets:8001": f"server 127.0.0.1:{ports['sockets']}",
        "listen 8080": f"listen 127.0.0.1:{ports['nginx']}",
        "alias /media/": f"alias {media}/",
        "/tmp/nginx": f"{folder}/nginx",  # noqa: S108 - the container's own
        "access_log /dev/stdout": f"access_log {folder}/access.log",
        "error_log /dev/stderr": f"error_log {folder}/error.log",
        "worker_processes auto": "worker_processes 1",
    }
    for old, new in changes.items():
        assert old in conf, old
        conf = conf.replace(old, new)
    # pytest's folders are for their owner; that others may read media is asserted apart.
    return ("user root;\n" if os.geteuid() == 0 else "") + conf


def wait_until_answered(nginx: str, sockets: str, children: list[Child]) -> None:
    deadline = time.monotonic() + 60
    for url in (f"{sockets}/healthz", f"{nginx}/healthz"):
        while True:
            try:
                if httpx.get(url, timeout=5).status_code == httpx.codes.OK:
                    break
            except httpx.TransportError:
                pass
            dead = [child.last_words() for child in children if child.exit_code is not None]
            assert not dead, dead
            assert time.monotonic() < deadline, [child.last_words() for child in children]
            time.sleep(0.1)


def test_media_pass_django_once_and_are_then_sent_by_nginx(
    door: Door, render: Render, ana: User
) -> None:
    name = "poster.webp"
    address = delivery.media_url(render.media_subject, name, audience=f"u{ana.pk}")
    with delivery.local_path(render.media_subject, f"public/{name}") as path:
        wanted = path.read_bytes()

    whole = httpx.get(door.url + address)
    part = httpx.get(door.url + address, headers={"Range": "bytes=10-19"})

    assert whole.status_code == 200
    assert whole.content == wanted
    assert whole.headers["Content-Type"] == "image/webp"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Cache-Control"].startswith("private, max-age=")
    assert (part.status_code, part.content) == (206, wanted[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(wanted)}"

    # Nothing else opens the same file, and a good address stops working with the permission.
    subject = render.media_subject
    assert httpx.get(f"{door.url}/protected/{subject}/public/{name}").status_code == 404
    forged = address.replace(f"/{subject}/", f"x/{subject}/")
    assert httpx.get(door.url + forged).status_code == 404
    assert httpx.get(f"{door.url}/media/x/../../protected/{subject}/{name}").status_code == 404

    # The token stays out of the log.
    logged = [json.loads(line) for line in door.log.read_text().splitlines()]
    assert {"/media/…"} == {line["path"] for line in logged if "/media/" in line["path"]}


def test_what_the_pipeline_stores_may_be_read_by_the_user_of_nginx(
    door: Door, render: Render
) -> None:
    folder = door.media / render.media_subject
    public = [folder, *(folder / "public").rglob("*"), folder / "public"]
    for path in public:
        needed = 0o005 if path.is_dir() else 0o004
        assert path.stat().st_mode & needed == needed, f"{path} is {path.stat().st_mode:o}"


def test_a_socket_is_upgraded_and_starts_with_a_snapshot(
    door: Door, render: Render, ana: User
) -> None:
    client = Client()
    client.force_login(ana)
    request = [
        f"GET /ws/renders/{render.pk}/ HTTP/1.1",
        f"Host: 127.0.0.1:{door.port}",
        f"Origin: {door.url}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        f"Cookie: sessionid={client.cookies['sessionid'].value}",
    ]
    with socket.create_connection(("127.0.0.1", door.port), timeout=10) as raw:
        raw.sendall("\r\n".join([*request, "", ""]).encode())
        answer = b""
        while b'"state"' not in answer:
            received = raw.recv(4096)
            assert received, answer
            answer += received
    assert answer.startswith(b"HTTP/1.1 101")
    assert b'"ready"' in answer


def test_a_stranger_at_the_door_gets_no_numbers_and_cannot_choose_an_address(door: Door) -> None:
    assert httpx.get(f"{door.url}/metrics").status_code == 404
    assert httpx.get(f"{door.url}/api/v1/me", headers={"X-Forwarded-For": "::1"}).status_code in (
        401,
        403,
    )
    answer = httpx.get(f"{door.url}/healthz", headers={"X-Request-ID": "chosen-by-me"})
    assert answer.headers["X-Request-ID"] != "chosen-by-me"


def test_a_flood_at_the_log_in_is_slowed_down(door: Door) -> None:
    with httpx.Client() as client:
        codes = [
            client.get(f"{door.url}/_allauth/browser/v1/config").status_code for _ in range(40)
        ]
    assert codes[0] == 200
    assert 429 in codes


def test_the_configuration_as_it_stands_is_accepted_by_nginx(tmp_path: Path) -> None:
    """Only the names of the other containers are unknown here."""
    conf = tmp_path / "nginx.conf"
    text = (CHECKOUT / "docker/nginx.conf").read_text()
    conf.write_text(text.replace("api:8000", "127.0.0.1:1").replace("sockets:8001", "127.0.0.1:2"))
    done = subprocess.run(["nginx", "-t", "-q", "-c", conf], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
