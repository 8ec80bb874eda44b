"""The ASGI application: pages, API and sockets in one process."""

from __future__ import annotations

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()

from config.routing import socket_door  # noqa: E402 - models exist only after set-up

application = ProtocolTypeRouter({"http": http, "websocket": socket_door})
