"""What a worker does with a render, from the claim to its end."""

from __future__ import annotations

import time
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cameos.actions import lending
from core.states import StaleStateError
from generation.actions.claiming import claim_next
from generation.actions.leasing import CancelRequestedError, Lease, LeaseLostError, heartbeat
from generation.actions.making import make
from generation.actions.requesting import (
    ATTEMPTS_USED_UP,
    ENGINE_REFUSED,
    end_without_asset,
    wake_for,
    wake_workers,
)
from generation.actions.reviewing import review
from generation.actions.sourcing import SourceRemovedError
from generation.actions.trying import record_try
from generation.engines import EngineError
from generation.models import Render, RenderAttempt, Worker

log = structlog.get_logger(__name__)

# How long a worker waits before it offers a render that crashed under it to the others again.
OFFER_AGAIN_AFTER_S = 0.25


def work_once(engine: str, *, worker: str = "") -> Render | None:
    """Claim the next render of an engine and carry it to its end, or to the queue for another try.

    Returns the render, or None if nothing waited that this worker may take. If more wait, the next
    wake-up is sent before the work starts, so that a chain that has begun does not depend on the
    broker remembering the rest.
    """
    lease = claim_next(engine, worker=worker)
    if lease is None:
        _offer_to_others(engine, worker)
        return None
    if Render.objects.queued(engine).exists():
        wake_workers(engine)
    with structlog.contextvars.bound_contextvars(
        render_id=str(lease.render.pk), attempt=lease.render.attempts
    ):
        _carry_out(lease)
    wake_for(lease.render.maker_id)
    return lease.render


def _offer_to_others(engine: str, worker: str) -> None:
    """Pass a wake-up on that this worker has taken for a render it should leave to another."""
    mine = Render.objects.queued(engine).filter(attempts__gt=0, worker=worker)
    others = Worker.objects.alive(timezone.now(), engine=engine).exclude(name=worker)
    if mine.exists() and others.exists():
        time.sleep(OFFER_AGAIN_AFTER_S)
        wake_workers(engine)


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
    except (lending.CameoNotLentError, SourceRemovedError) as error:
        _end(lease, Render.State.REFUSED, code=error.code, text=error.detail)
    except EngineError as error:
        log.warning("render.attempt_failed", error=str(error), is_permanent=error.permanent)
        give_back(lease.render, token=lease.token, error=error)
    except MemoryError as error:
        log.warning("render.too_big", error=str(error))
        give_back(lease.render, token=lease.token, error=_too_big())
    except Exception as error:
        # Whatever went wrong, the attempt is over: another worker tries, up to the limit.
        log.exception("render.attempt_crashed")
        give_back(lease.render, token=lease.token, error=error)


def _too_big() -> EngineError:
    why = "This render needs more memory than a worker has. Ask for fewer seconds or a smaller one."
    return EngineError(why, permanent=True)


def _end(lease: Lease, to: str, *, code: str = "", text: str = "") -> None:
    try:
        with transaction.atomic():
            end_without_asset(lease.render, to, code=code, text=text, token=lease.token)
            record_try(lease.render, token=lease.token, error=text)
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
    said = str(error) if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"
    try:
        with transaction.atomic():
            if is_permanent or render.attempts >= settings.GENERATION_ATTEMPTS_MAX:
                _fail(render, token=token, error=error, is_permanent=is_permanent)
            else:
                _queue_again(render, token=token)
            outcome = RenderAttempt.Outcome.IMPOSSIBLE if is_permanent else ""
            record_try(render, token=token, outcome=outcome, error=said)
    except StaleStateError:
        log.info("render.lease_lost")


def _fail(render: Render, *, token: Any, error: Exception, is_permanent: bool) -> None:
    code = ENGINE_REFUSED if is_permanent else ATTEMPTS_USED_UP
    why = str(error) if isinstance(error, EngineError) else "The engine kept failing."
    text = f"{why} Your credits were not spent."
    end_without_asset(render, Render.State.FAILED, code=code, text=text, token=token)


def _queue_again(render: Render, *, token: Any) -> None:
    render.move(
        Render.State.QUEUED,
        only_if={"lease_token": token},
        lease_token=None,
        lease_until=None,
        seq=render.seq + 1,
    )
    wake_workers(render.engine)
