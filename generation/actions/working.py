"""What a worker does with a render, from the claim to its end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from time import perf_counter
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cameos.actions import lending, sealing
from core import delivery, plugins
from core.media import captions, finishing
from core.provenance import Signer, Statement, digest_of
from core.queue import enqueue
from core.states import StaleStateError
from core.watermark.keys import MarkKey
from generation import queries
from generation.actions.leasing import (
    CancelRequestedError,
    Lease,
    LeaseLostError,
    claim_next,
    heartbeat,
)
from generation.actions.requesting import end_without_asset, queue_of
from generation.actions.reviewing import review
from generation.engines import EngineError
from generation.models import FINISHED, Asset, Render
from generation.spec import (
    CANVASES,
    Canvas,
    CastMember,
    Frame,
    Rendered,
    RenderSpec,
    Source,
)

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
            if not lease.render.media_subject:
                _make(lease)
            else:
                lease.move(Render.State.REVIEWING)
            review(lease)
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


def _make(lease: Lease) -> None:
    render = lease.render
    started = perf_counter()
    with ExitStack() as held:
        lent = lending.check_still_lent(render.pk, by=render.maker)
        members = held.enter_context(sealing.unsealed(lent))
        spec = held.enter_context(_spec(render, members))
        lease.move(Render.State.RENDERING)
        engine = plugins.load("GENERATION_ENGINES", render.engine)
        begun = perf_counter()
        rendered = engine.render(spec, report=lease.report)
        clock = EngineClock(perf_counter() - begun)
        rendered = replace(rendered, frames=clock.watching(rendered.frames))
        statement = held.enter_context(_statement(render, rendered))
        finished = _finish(lease, rendered, statement)
    subject = f"{render.pk.hex}-{lease.token.hex[:12]}"
    delivery.store(finished.folder, prefix=subject)
    timings = dict(finished.stage_cpu_s) | {
        "engine": clock.spent_s,
        "wall": perf_counter() - started,
    }
    _remember(lease, rendered, finished, subject=subject, timings=timings)


class EngineClock:
    """Measures the wall seconds that are spent inside an engine, whose frames come one by one."""

    def __init__(self, spent_s: float) -> None:
        self.spent_s = spent_s

    def watching(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Pass frames on and add up the time that each took to come."""
        while True:
            begun = perf_counter()
            frame = next(frames, None)
            self.spent_s += perf_counter() - begun
            if frame is None:
                return
            yield frame


def _finish(lease: Lease, rendered: Rendered, statement: Statement) -> finishing.Finished:
    render = lease.render

    def report(done: int, total: int) -> None:
        if done == total and render.state == Render.State.RENDERING:
            lease.move(Render.State.FINISHING)
        lease.report(done, total)

    width, height = rendered.canvas or canvas_of(render)
    footage = finishing.Footage(
        frames=rendered.frames,
        frame_count=rendered.frame_count,
        fps=rendered.fps,
        canvas=(width, height),
        sound=rendered.sound,
        sample_rate_hz=rendered.sample_rate_hz,
        words=tuple(
            captions.Word(word.text, word.start_s, word.end_s, word.speaker)
            for word in rendered.words
        ),
    )
    marks = finishing.Marks(
        product=settings.PRODUCT_NAME,
        handle=render.maker.handle,
        key=mark_key(),
        payload=render.mark_number,
    )
    return finishing.finish(
        footage,
        folder=delivery.working_folder() / lease.token.hex,
        marks=marks,
        signer=signer(),
        statement=statement,
        report=report,
    )


def canvas_of(render: Render) -> Canvas:
    """Return the size of a render's picture in pixels."""
    return CANVASES[render.shape]  # type: ignore[index]


def _has_media(parent: Render) -> bool:
    """Whether the parent's files are still there: one that was thrown away leaves only its
    words.
    """
    return bool(parent.media_subject) and parent.state in FINISHED


@contextmanager
def _spec(render: Render, members: Any) -> Iterator[RenderSpec]:
    """Build the engine's spec. The parent's master is on this machine while the context is open."""
    cast = tuple(
        CastMember(one.handle, one.name, tuple(one.references), one.voice_seed) for one in members
    )
    with ExitStack() as held:
        source = None
        if render.parent is not None:
            master = None
            if _has_media(render.parent):
                subject = render.parent.media_subject
                master = held.enter_context(delivery.local_path(subject, "private/master.mp4"))
            source = Source(
                prompt=render.parent.caption or render.parent.prompt,
                seed=render.parent.seed,
                strength=render.strength,
                master=master,
            )
        yield RenderSpec(
            prompt=render.prompt,
            seconds=render.seconds,
            shape=render.shape,  # type: ignore[arg-type]
            seed=render.seed,
            fps=render.fps,
            cast=cast,
            source=source,
        )


@contextmanager
def _statement(render: Render, rendered: Rendered) -> Iterator[Statement]:
    """Build what the C2PA manifest says. The parent's signed file is at hand while the context
    is open.
    """
    with ExitStack() as held:
        parents = []
        if render.parent is not None and _has_media(render.parent):
            smallest = list(queries.renditions(render.parent.media_facts).values())[-1]
            subject = render.parent.media_subject
            parents.append(held.enter_context(delivery.local_path(subject, f"public/{smallest}")))
        yield Statement(
            title=f"{settings.PRODUCT_NAME} {render.pk}",
            render_id=str(render.pk),
            engine=rendered.engine,
            weights_digest=rendered.weights_digest,
            prompt_digest=digest_of(render.prompt, secret=settings.MARK_SECRET.encode()),
            mark_key_id=mark_key().key_id,
            made_at=timezone.now(),
            parents=tuple(parents),
        )


def signer() -> Signer:
    """Return the signer of this installation; its chain is made at first use."""
    return Signer.at(settings.KEYS_DIR / "provenance", organization=settings.PRODUCT_NAME)


def mark_key() -> MarkKey:
    """Return the key of the invisible mark of this installation."""
    return MarkKey.derive(settings.MARK_SECRET.encode(), key_id="m1")


def media_digest_of(deliverables: Any) -> str:
    """Return one SHA-256 over names and digests of all delivered files: what a verdict is about."""
    lines = sorted(f"{one.name} {one.sha256}" for one in deliverables)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _remember(
    lease: Lease,
    rendered: Rendered,
    finished: finishing.Finished,
    *,
    subject: str,
    timings: dict[str, float],
) -> None:
    """Write what was made, if the lease still holds; otherwise the stored files are left to the
    sweep.
    """
    render = lease.render
    recipe = render.recipe | {
        "engine": rendered.engine,
        "weights_digest": rendered.weights_digest,
    }
    with transaction.atomic():
        lease.move(
            Render.State.REVIEWING,
            media_subject=subject,
            media_digest=media_digest_of(finished.deliverables),
            media_facts=finished.as_json(),
            fingerprint=finished.fingerprint.to_bytes(),
            caption=rendered.caption,
            understood=dict(rendered.understood),
            words=[word._asdict() for word in rendered.words],
            recipe=recipe,
            progress=1.0,
            timings=timings,
        )
        render.assets.all().delete()
        Asset.objects.bulk_create(
            Asset(
                render=render,
                name=one.name,
                content_type=one.content_type,
                size_bytes=one.size_bytes,
                sha256=one.sha256,
                width=one.width,
                height=one.height,
            )
            for one in finished.deliverables
        )
