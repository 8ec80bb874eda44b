"""Sockets: a snapshot on connect, then events. What they say can always be asked of the API too."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from generation import events
from generation.models import Render
from generation.queries import waiting

NOT_FOUND = 4404
LOG_IN = 4401


class RenderSocket(AsyncJsonWebsocketConsumer):
    """The progress of one render."""

    group = ""

    async def connect(self) -> None:
        await self.accept()
        render_id = self.scope["url_route"]["kwargs"]["render_id"]
        snapshot = await self._snapshot(render_id)
        if snapshot is None:
            await self.close(code=NOT_FOUND)
            return
        self.group = events.group_of(render_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        # Read again: what happened between the first look and joining the group is in this one.
        await self.send_json(await self._snapshot(render_id) or snapshot)

    async def disconnect(self, code: int) -> None:
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def event(self, message: dict[str, Any]) -> None:
        """Forward one event; once the render has ended there is nothing more to say."""
        await self.send_json(message["event"])

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any
    ) -> None:
        """Answer anything the client says with a fresh snapshot, which closes a gap in `seq`.

        It is not even parsed: what is no JSON is no fault.
        """
        render_id = self.scope["url_route"]["kwargs"]["render_id"]
        snapshot = await self._snapshot(render_id)
        if snapshot is None:
            await self.close(code=NOT_FOUND)
            return
        await self.send_json(snapshot)

    @database_sync_to_async
    def _snapshot(self, render_id: UUID) -> dict[str, Any] | None:
        render = Render.objects.visible_to(self.scope["user"]).filter(pk=render_id).first()
        return None if render is None else waiting.live_state(render)


class MySocket(AsyncJsonWebsocketConsumer):
    """Notices of the person who is logged in."""

    group = ""

    async def connect(self) -> None:
        await self.accept()
        user = self.scope["user"]
        if user is None or not user.is_authenticated:
            await self.close(code=LOG_IN)
            return
        self.group = f"user-{user.pk}"
        await self.channel_layer.group_add(self.group, self.channel_name)

    async def disconnect(self, code: int) -> None:
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any
    ) -> None:
        """Let the client talk: there is nothing to ask here."""

    async def event(self, message: dict[str, Any]) -> None:
        """Forward one notice."""
        await self.send_json(message["event"])
