"""Addresses of this app's sockets."""

from __future__ import annotations

from django.urls import path

from generation.consumers import MySocket, RenderSocket

websocket_urlpatterns = [
    path("ws/renders/<uuid:render_id>/", RenderSocket.as_asgi()),  # type: ignore[arg-type]
    path("ws/me/", MySocket.as_asgi()),  # type: ignore[arg-type]
]
