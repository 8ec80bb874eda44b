"""Live progress over a socket."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from rest_framework.test import APIClient

from accounts.models import User
from config.routing import socket_door, websocket_urlpatterns
from core.realtime import push
from generation.actions import requesting, working
from generation.consumers import NOT_FOUND
from generation.models import Render
from generation.spec.wish import Wish
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


class Socket(ApplicationCommunicator):
    """A browser's end of one socket."""

    def __init__(self, path: str, user: User) -> None:
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": [],
            "user": user,
        }
        super().__init__(
            URLRouter(websocket_urlpatterns), scope | {"query_string": b"", "subprotocols": []}
        )

    async def connect(self) -> None:
        await self.send_input({"type": "websocket.connect"})
        assert (await self.receive_output(timeout=5))["type"] == "websocket.accept"

    async def receive_json_from(self, timeout: float = 5) -> Any:
        return json.loads((await self.receive_output(timeout=timeout))["text"])

    async def send_json_to(self, content: Any) -> None:
        await self.send_input({"type": "websocket.receive", "text": json.dumps(content)})

    async def disconnect(self) -> None:
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(timeout=5)


@pytest.fixture
async def queued(ana: User) -> Render:
    wish = Wish(prompt="a red ball", seconds=0.5, seed=7)
    return await database_sync_to_async(requesting.request_render)(wish, by=ana)


async def _events(socket: Socket) -> AsyncIterator[dict[str, Any]]:
    while True:
        yield await socket.receive_json_from(timeout=20)


async def test_a_socket_begins_with_a_snapshot(queued: Render, ana: User) -> None:
    socket = Socket(f"/ws/renders/{queued.pk}/", ana)
    await socket.connect()
    first = await socket.receive_json_from(timeout=5)
    assert (first["state"], first["position"]) == ("queued", 1)
    assert first["eta_s"] > 0
    await socket.disconnect()


async def test_a_socket_follows_the_render_to_its_end_with_rising_seq(
    queued: Render, ana: User
) -> None:
    socket = Socket(f"/ws/renders/{queued.pk}/", ana)
    await socket.connect()
    await socket.receive_json_from(timeout=5)
    await database_sync_to_async(working.work_once)("default")
    seen: list[dict[str, Any]] = []
    async for event in _events(socket):
        seen.append(event)
        if event["state"] == "ready":
            break
    assert [event["seq"] for event in seen] == sorted(event["seq"] for event in seen)
    states = list(dict.fromkeys(event["state"] for event in seen))
    assert states == ["screening", "rendering", "finishing", "reviewing", "ready"]
    await socket.disconnect()


async def test_whatever_a_client_says_is_answered_with_the_present(
    queued: Render, ana: User
) -> None:
    socket = Socket(f"/ws/renders/{queued.pk}/", ana)
    await socket.connect()
    await socket.receive_json_from(timeout=5)
    await database_sync_to_async(requesting.cancel_render)(queued, by=ana)
    await socket.receive_json_from(timeout=5)
    for said in ({"text": "anything"}, {"text": "{"}, {"bytes": b"\xff"}):
        await socket.send_input({"type": "websocket.receive"} | said)
        assert (await socket.receive_json_from(timeout=5))["state"] == "cancelled"
    await socket.send_json_to({"anything": True})
    assert (await socket.receive_json_from(timeout=5))["state"] == "cancelled"
    await socket.disconnect()


async def test_a_stranger_finds_nothing_at_the_socket(queued: Render, cleo: User) -> None:
    socket = Socket(f"/ws/renders/{queued.pk}/", cleo)
    await socket.connect()
    closed = await socket.receive_output(timeout=5)
    assert (closed["type"], closed["code"]) == ("websocket.close", NOT_FOUND)
    await socket.disconnect()


async def test_notices_arrive_on_the_persons_own_socket(ana: User) -> None:
    socket = Socket("/ws/me/", ana)
    await socket.connect()
    await database_sync_to_async(push)(f"user-{ana.pk}", {"text": "hello"})
    assert await socket.receive_json_from(timeout=5) == {"text": "hello"}
    await socket.disconnect()


async def test_an_app_follows_its_render_with_its_token_and_without_an_origin(
    queued: Render, ana: User
) -> None:
    token = await database_sync_to_async(_token_of)(ana)
    socket = AppSocket(f"/ws/renders/{queued.pk}/", token)
    await socket.connect()
    assert (await socket.receive_json_from())["state"] == "queued"
    await socket.disconnect()


async def test_a_token_that_is_not_ours_opens_nothing(queued: Render) -> None:
    socket = AppSocket(f"/ws/renders/{queued.pk}/", "made-up")
    await socket.connect()
    closed = await socket.receive_output(timeout=5)
    assert (closed["type"], closed["code"]) == ("websocket.close", NOT_FOUND)
    await socket.disconnect()


async def test_a_page_of_somebody_else_opens_no_socket(queued: Render) -> None:
    headers = [(b"origin", b"https://evil.example")]
    stranger = ApplicationCommunicator(socket_door, _scope(f"/ws/renders/{queued.pk}/", headers))
    await stranger.send_input({"type": "websocket.connect"})
    assert (await stranger.receive_output(timeout=5))["type"] == "websocket.close"
    await stranger.send_input({"type": "websocket.disconnect", "code": 1006})
    await stranger.wait(timeout=5)


class AppSocket(Socket):
    """An app's end of a socket, through the whole application."""

    def __init__(self, path: str, token: str) -> None:
        headers = [(b"x-session-token", token.encode())]
        ApplicationCommunicator.__init__(self, socket_door, _scope(path, headers))


def _scope(path: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    known = {"type": "websocket", "path": path, "headers": headers}
    return known | {"query_string": b"", "subprotocols": []}


def _token_of(user: User) -> str:
    body = {"username": user.handle, "password": PASSWORD}
    answer = APIClient().post("/_allauth/app/v1/auth/login", body, format="json")
    return str(answer.json()["meta"]["session_token"])
