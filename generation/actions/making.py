"""From a leased render to its stored clip: engine, finishing, and what the row remembers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, replace
from functools import partial
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cameos.actions import lending, sealing
from core import delivery, plugins
from core.media import captions, finishing, glimpses
from core.media.samples import Samples
from core.provenance import Signer, Statement, digest_of
from core.watermark.keys import MarkKey
from generation import queries
from generation.actions.assembling.assembly import Assembled, assemble
from generation.actions.assembling.gathering import has_media, parents_of, script_of
from generation.actions.leasing import Lease
from generation.actions.sourcing import check_sources
from generation.models import Asset, Render
from generation.policies import speech
from generation.spec import Frame, Rendered, canvas_of
from generation.spec.parts import from_json


def make(lease: Lease) -> Samples:
    """Render, finish and store the clip of a lease and move it to REVIEWING.

    Returns the pictures that the review judges, taken in passing. Raises EngineError,
    MediaError, CameoNotLentError, SourceRemovedError, LeaseLostError, CancelRequestedError,
    StaleStateError.
    """
    render = lease.render
    started = perf_counter()
    with ExitStack() as held:
        check_sources(render)
        lent = lending.check_still_lent(render.pk, by=render.maker)
        members = held.enter_context(sealing.unsealed(lent))
        script = held.enter_context(script_of(render, members=members))
        lease.move(Render.State.RENDERING)
        engine = plugins.load("GENERATION_ENGINES", render.engine)
        begun = perf_counter()
        with lease.at_work():
            made = assemble(script, engine=engine, report=lease.report)
        clock = EngineClock(lease, perf_counter() - begun)
        rendered = replace(made.rendered, frames=clock.watching(made.rendered.frames))
        statement = held.enter_context(_statement(render, rendered))
        finished = _finish(lease, rendered, statement)
    subject = f"{render.pk.hex}-{lease.token.hex[:12]}"
    delivery.store(finished.folder, prefix=subject)
    timings = dict(finished.stage_cpu_s) | {
        "engine": clock.spent_s,
        "wall": perf_counter() - started,
    }
    made = replace(made, rendered=rendered)
    _remember(lease, made, finished, subject=subject, timings=timings)
    return finished.samples


class EngineClock:
    """Measures the wall seconds that are spent inside an engine, whose frames come one by one, and
    shows the maker some of them.

    Only there a cancelled lease may interrupt it.
    """

    def __init__(self, lease: Lease, spent_s: float) -> None:
        self._lease = lease
        self.spent_s = spent_s

    def watching(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Pass frames on and add up the time that each took to come."""
        while True:
            begun = perf_counter()
            with self._lease.at_work():
                frame = next(frames, None)
            self.spent_s += perf_counter() - begun
            if frame is None:
                return
            self._lease.show(partial(self._glimpse, frame))
            yield frame

    def _glimpse(self, frame: Frame) -> str:
        handle = self._lease.render.maker.handle
        return glimpses.glimpse(frame, product=settings.PRODUCT_NAME, handle=handle)


def _finish(lease: Lease, rendered: Rendered, statement: Statement) -> finishing.Finished:
    render = lease.render

    def report(done: int, total: int) -> None:
        if done == total and render.state == Render.State.RENDERING:
            lease.move(Render.State.FINISHING)
        lease.report(done, total)

    shape: Any = render.shape
    width, height = rendered.canvas or canvas_of(shape, lines=render.lines)
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


@contextmanager
def _statement(render: Render, rendered: Rendered) -> Iterator[Statement]:
    """Build what the C2PA manifest says. The signed files of all parents are at hand while the
    context is open.
    """
    with ExitStack() as held:
        parents = []
        for parent in {line.parent_id: line.parent for line in parents_of(render)}.values():
            if has_media(parent):
                smallest = list(queries.renditions(parent.media_facts).values())[-1]
                path = delivery.local_path(parent.media_subject, f"public/{smallest}")
                parents.append(held.enter_context(path))
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
    made: Assembled,
    finished: finishing.Finished,
    *,
    subject: str,
    timings: dict[str, float],
) -> None:
    """Write what was made, if the lease still holds; otherwise the stored files are left to the
    sweep.
    """
    render, rendered = lease.render, made.rendered
    unsaid = _unsaid(render, rendered)
    recipe = render.recipe | {
        "engine": rendered.engine,
        "weights_digest": rendered.weights_digest,
    }
    with transaction.atomic():
        lease.move(
            Render.State.REVIEWING,
            media_subject=subject,
            media_digest=media_digest_of(finished.deliverables),
            media_facts=finished.as_json() | {"shots": [asdict(shot) for shot in made.shots]},
            fingerprint=finished.fingerprint.to_bytes(),
            caption=rendered.caption,
            understood=dict(rendered.understood) | ({"unsaid": unsaid} if unsaid else {}),
            is_partial=bool(unsaid),
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


def _unsaid(render: Render, rendered: Rendered) -> list[str]:
    """Return the lines that were asked for and that nobody says. Cuts and stills promise none."""
    parts = from_json(render.parts)
    is_mute = render.purpose == Render.Purpose.STILLS or parts.sound.is_silent
    if is_mute or render.operation in (Render.Operation.STITCH, Render.Operation.TRIM):
        return []
    shots = [shot.prompt for shot in parts.shots]
    texts = [render.prompt, *shots, *(cue.prompt for cue in parts.schedule)]
    wanted = speech.lines_of(texts, parts.sound.lines)
    return list(speech.missing_lines(wanted, rendered.words))
