"""What is told about a render: the log line, the counter, the push to open sockets, and nothing
else.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.core.cache import cache

from core.metrics import RENDER_ENDS, RENDER_SECONDS
from core.realtime import push
from generation.models import ACTIVE, Render

log = structlog.get_logger(__name__)

PICTURE_LIFETIME_S = 120


def group_of(render_id: Any) -> str:
    """Return the name of the group of sockets that watch a render."""
    return f"render-{render_id}"


def render_requested(render: Render) -> None:
    """Tell that a render waits in the queue."""
    log.info("render.requested", render_id=str(render.pk), maker_id=render.maker_id)


def render_moved(render: Render) -> None:
    """Tell the sockets the new state, and count a render that has ended."""
    push(group_of(render.pk), snapshot(render))
    log.info("render.moved", render_id=str(render.pk), state=render.state, code=render.problem_code)
    if render.has_ended:
        RENDER_ENDS.labels(state=render.state, engine=render.engine).inc()
    for stage, seconds in render.timings.items() if render.state in ("ready", "held") else ():
        RENDER_SECONDS.labels(stage=stage, engine=render.engine).observe(seconds)


def render_progressed(render: Render, *, picture: str = "") -> None:
    """Tell the sockets how far it is, and show them `picture`, a data address, where there is a new
    one. Callers keep to four a second.
    """
    shown = {"picture": picture} if picture else {}
    if picture:
        _keep(render, picture)
    push(group_of(render.pk), snapshot(render) | shown)


def _keep(render: Render, picture: str) -> None:
    """Keep a picture for who comes late. Like a push it is a hint: no render fails for it."""
    try:
        cache.set(_picture_key(render), picture, PICTURE_LIFETIME_S)
    except Exception as error:
        log.warning("render.picture_lost", render_id=str(render.pk), error=str(error))


def picture_of(render: Render) -> str:
    """Return the latest picture of a render that is being made, for who comes late or polls."""
    if render.state not in ACTIVE:
        return ""
    found: str = cache.get(_picture_key(render), "")
    return found


def _picture_key(render: Render) -> str:
    # The token too: what another try has shown is not this one's.
    return f"render:picture:{render.lease_token}"


def snapshot(render: Render) -> dict[str, Any]:
    """Return what a socket is sent: the whole present, so that a missed event does no harm."""
    return {
        "id": str(render.pk),
        "seq": render.seq,
        "state": render.state,
        "progress": round(render.progress, 4),
        "problem_code": render.problem_code,
        "problem_text": render.problem_text,
    }
