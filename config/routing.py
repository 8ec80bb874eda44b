"""Addresses of sockets, and the door before them."""

from __future__ import annotations

from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from accounts.auth import SocketDoor
from generation.routing import websocket_urlpatterns as generation

# The stubs want a private class that nobody can make; URLPattern is what Channels takes.
websocket_urlpatterns: list[Any] = [*generation]
_sockets = URLRouter(websocket_urlpatterns)

socket_door = SocketDoor(
    with_token=_sockets, with_cookie=AllowedHostsOriginValidator(AuthMiddlewareStack(_sockets))
)
