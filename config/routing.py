"""Addresses of sockets, and the door before them."""

from __future__ import annotations

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from accounts.auth import SocketDoor
from generation.routing import websocket_urlpatterns as generation

websocket_urlpatterns = [*generation]
_sockets = URLRouter(websocket_urlpatterns)

socket_door = SocketDoor(
    with_token=_sockets, with_cookie=AllowedHostsOriginValidator(AuthMiddlewareStack(_sockets))
)
