"""Addresses of sockets."""

from __future__ import annotations

from generation.routing import websocket_urlpatterns as generation

websocket_urlpatterns = [*generation]
