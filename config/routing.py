"""Addresses of sockets."""

from __future__ import annotations

from typing import Any

from generation.routing import websocket_urlpatterns as generation

websocket_urlpatterns: list[Any] = [*generation]
