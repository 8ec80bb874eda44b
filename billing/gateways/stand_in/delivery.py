"""Sending events to the webhook: signed, at least once, and as badly as a test asks for."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

import requests
from stripe import WebhookSignature

from billing.gateways.stand_in.wire import Object

TIMEOUT_S = 10
# Later than Stripe's five minutes, so that a receiver must refuse it.
OLD_S = 1000


@dataclass(frozen=True)
class Faults:
    """What goes wrong with deliveries. Counts are of the next events, and count down to zero."""

    duplicate: int = 0  # are sent this often more
    drop: int = 0  # are never sent; only the list of events knows them
    lost_answer: int = 0  # have their first answer taken for a 500, so that they are sent again
    wrong_secret: int = 0  # are signed with another secret first
    old_timestamp: int = 0  # are signed as of long ago first
    reorder: int = 0  # wait for so many, then go out shuffled
    delay_s: float = 0.0  # before every delivery

    def with_(self, given: Mapping[str, Any]) -> Faults:
        """Return the faults with these changed; ValueError names what is not one."""
        unknown = given.keys() - {each.name for each in fields(self)}
        if unknown:
            raise ValueError(f"unknown faults: {', '.join(sorted(unknown))}")
        return replace(self, **given)


@dataclass
class Courier:
    """Delivers events to one address. Lives on the event loop of the stand-in."""

    webhook: str  # "" sends nothing
    secret: str
    retry_first_s: float = 1.0
    retries: int = 6
    faults: Faults = field(default_factory=Faults)
    waiting: deque[Object] = field(default_factory=deque)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _random: random.Random = field(default_factory=lambda: random.Random(8420))  # noqa: S311

    def flush(self) -> None:
        """Start the delivery of what has been told since the last time."""
        if len(self.waiting) < self.faults.reorder:
            return
        batch = list(self.waiting)
        self.waiting.clear()
        if self.faults.reorder:
            self._random.shuffle(batch)
            self.faults = replace(self.faults, reorder=0)
        if batch and self.webhook:
            task = asyncio.create_task(self._deliver(batch))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Wait until nothing is on its way."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _deliver(self, batch: list[Object]) -> None:
        for event in batch:
            if self._strikes("drop"):
                continue
            await self._deliver_one(event)
            for _ in range(self.faults.duplicate):
                await self._send(event)

    async def _deliver_one(self, event: Object) -> None:
        """Send until it is answered 2xx, with pauses that double, then give up as Stripe does."""
        if self._strikes("wrong_secret"):
            await self._send(event, secret="whsec_of_somebody_else")  # noqa: S106
        if self._strikes("old_timestamp"):
            await self._send(event, age_s=OLD_S)
        is_answer_lost = self._strikes("lost_answer")
        for attempt in range(self.retries):
            is_accepted = await self._send(event)
            if is_accepted and not is_answer_lost:
                return
            is_answer_lost = False
            await asyncio.sleep(self.retry_first_s * 2**attempt)

    def _strikes(self, fault: str) -> bool:
        left = getattr(self.faults, fault)
        if left:
            self.faults = replace(self.faults, **{fault: left - 1})
        return bool(left)

    async def _send(self, event: Object, *, secret: str = "", age_s: int = 0) -> bool:
        await asyncio.sleep(self.faults.delay_s)
        return await asyncio.to_thread(self._post, event, secret or self.secret, age_s)

    def _post(self, event: Object, secret: str, age_s: int) -> bool:
        payload = json.dumps(event)
        at = int(time.time()) - age_s
        signature = WebhookSignature.generate_signature_header(payload, secret, at)
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        try:
            answer = requests.post(
                self.webhook, payload.encode(), headers=headers, timeout=TIMEOUT_S
            )
        except requests.RequestException:
            return False
        return answer.ok
