"""What a worker does with a render, from the claim to its end."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.db import transaction

from cameos.actions import lending
from core.queue import enqueue
from core.states import StaleStateError
from generation.actions.claiming import claim_next
from generation.actions.leasing import CancelRequestedError, Lease, LeaseLostError, heartbeat
from generation.actions.making import make
from generation.actions.requesting import end_without_asset, queue_of
from generation.actions.reviewing import review
from generation.engines import EngineError
from generation.models import Render

log = structlog.get_logger(__name__)


def work_once(engine: str) -> Render | None:
    """Claim the next render of an engine and carry it to its end, or to the queue for another try.

    Returns the render, or None if nothing waited. If more wait, the next wake-up is sent before the
    work starts, so that a chain that has begun does not depend on the broker remembering the rest.
    """
    lease = claim_next(engine)
    if lease is None:
        return None
    if Render.objects.queued(engine).exists():
        enqueue("generation.tasks.render_next", queue=queue_of(engine), engine=engine)
    with structlog.contextvars.bound_contextvars(
        render_id=str(lease.render.pk), attempt=lease.render.attempts
    ):
        _carry_out(lease)
    return lease.render


def _carry_out(lease: Lease) -> None:
    try:
        with heartbeat(lease):
            seen = None
            if not lease.render.media_subject:
                seen = make(lease)
            else:
                lease.move(Render.State.REVIEWING)
            review(lease, seen=seen)
    except CancelRequestedError:
        _end(lease, Render.State.CANCELLED)
    except (LeaseLostError, StaleStateError):
        _leave(lease)
    except lending.CameoNotLentError as error:
        _end(lease, Render.State.REFUSED, code=error.code, text=error.detail)
    except EngineError as error:
        log.warning("render.attempt_failed", error=str(error), is_permanent=error.permanent)
        give_back(lease.render, token=lease.token, error=error)
    except Exception as error:
        # Whatever went wrong, the attempt is over: another worker tries, up to the limit.
        log.exception("render.attempt_crashed")
        give_back(lease.render, token=lease.token, error=error)


def _end(lease: Lease, to: str, *, code: str = "", text: str = "") -> None:
    try:
        end_without_asset(lease.render, to, code=code, text=text, token=lease.token)
    except StaleStateError:
        _leave(lease)


def _leave(lease: Lease) -> None:
    """Go without a trace, unless the row stopped us only because its maker cancelled it."""
    row = Render.objects.get(pk=lease.render.pk)
    if row.lease_token == lease.token and row.cancel_requested_at and not row.has_ended:
        lease.render = row
        _end(lease, Render.State.CANCELLED)
        return
    log.info("render.lease_lost")


def give_back(render: Render, *, token: Any, error: Exception) -> None:
    """Queue a render for another try, or fail it for good when trying again cannot help.

    Writes nothing if the lease `token` no longer holds.
    """
    is_permanent = isinstance(error, EngineError) and error.permanent
    try:
        if is_permanent or render.attempts >= settings.GENERATION_ATTEMPTS_MAX:
            code = "engine_refused" if is_permanent else "attempts_used_up"
            why = str(error) if isinstance(error, EngineError) else "The engine kept failing."
            text = f"{why} Your credits were not spent."
            end_without_asset(render, Render.State.FAILED, code=code, text=text, token=token)
            return
        with transaction.atomic():
            render.move(
                Render.State.QUEUED,
                only_if={"lease_token": token},
                lease_token=None,
                lease_until=None,
                seq=render.seq + 1,
            )
            queue = queue_of(render.engine)
            enqueue("generation.tasks.render_next", queue=queue, engine=render.engine)
    except StaleStateError:
        log.info("render.lease_lost")
