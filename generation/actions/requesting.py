"""Asking for a render, and taking the request back."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

import billing.actions.credits
import billing.queries
from accounts.models import User
from billing.models import LedgerEntry
from cameos.actions import lending
from core import plugins
from core.errors import ConflictError, DomainError, InvalidError
from core.ids import uuid7
from core.queue import enqueue
from core.states import StaleStateError
from core.subjects import SubjectRef
from generation import events, policies
from generation.models import ACTIVE, Render, RenderCast, RenderParent
from moderation.actions import screening

# JavaScript clients keep whole numbers only up to 2**53.
SEED_MAX = 2**53 - 1
OPEN_RENDERS_MAX = 20
TERMINAL_HANDLE = "terminal"
# Problem codes of failed renders: the engine cannot make this, or it kept failing for now.
ENGINE_REFUSED = "engine_refused"
ATTEMPTS_USED_UP = "attempts_used_up"


class EngineCannotError(InvalidError):
    """The engine cannot make this."""

    code = "engine_limits"


class PlanRequiredError(DomainError):
    """Your plan does not include this."""

    status = 402
    code = "plan_required"


class TooManyOpenError(ConflictError):
    """You have too many renders waiting. Wait for one to finish, or cancel one."""

    code = "too_many_open_renders"


class RenderOverError(ConflictError):
    """This render has ended; there is nothing left to cancel."""

    code = "render_over"


class RenderOpenError(ConflictError):
    """This render is still being made. Cancel it first, or wait until it has ended."""

    code = "render_open"


class RenderKeptError(ConflictError):
    """This render is published. Delete its clip to throw it away."""

    code = "render_published"


class StorageFullError(DomainError):
    """This server has no room for new clips at the moment. Nothing was charged; try again later."""

    status = 503
    code = "storage_full"


class NotYoursError(DomainError):
    """Only its maker can do this."""

    status = 403
    code = "not_the_maker"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for. `cast` holds handles; `seed` None lets us draw one.

    `lane`: a preview goes before finals, `off_peak` waits for an idle worker until `deadline_at`.
    """

    prompt: str
    seconds: float = 5.0
    shape: str = "portrait"
    seed: int | None = None
    cast: Sequence[str] = ()
    strength: float = 0.6
    engine: str = "default"
    lane: str = Render.Lane.FINAL
    deadline_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A price in credits beside what the person can spend."""

    price: int
    available: int
    plan: str


def quote(*, seconds: float, shape: str, by: User) -> Quote:
    """Return the price of a render and what `by` has available. Grants today's free credits when
    due.
    """
    balance = billing.queries.balance_of(by)
    price = policies.price_of(seconds=seconds, shape=shape)
    return Quote(price, balance.available, balance.plan.code)


def request_render(wish: Wish, *, by: User, parent: Render | None = None) -> Render:
    """Check, price, set the credits aside and queue one render, all in one transaction.

    `parent` is the render to start from, already found through `visible_to` by the caller; its cast
    is inherited. Locks, in this order: cameos by id, then the wallet. Raises EngineCannotError,
    PlanRequiredError, TooManyOpenError, StorageFullError, CameoNotLentError, PromptRefusedError,
    NotEnoughCreditsError; nothing is kept of a refusal but the record of why.
    """
    _check_room()
    _check_limits(wish, by=by, parent=parent)
    # Outside the transaction: the record of a refused prompt must survive the refusal.
    lineage = prompts_above(parent) if parent else ()
    screening.screen_prompt(wish.prompt, by=by, lineage=lineage, granted=wish.cast)
    with transaction.atomic():
        render = _insert(wish, by=by, parent=parent)
        _borrow(render, wish, parent=parent)
        billing.actions.credits.hold(by, amount=render.price, key=render.hold_key)
        wake_workers(render.engine)
        events.render_requested(render)
    return render


def cancel_render(render: Render, *, by: User) -> Render:
    """Cancel a render of one's own. A queued one ends now, as does one held for a moderator; a
    working one stops at its next report.

    Raises NotYoursError, and RenderOverError if it has ended. Credits go back in full when it ends.
    """
    if render.maker_id != by.pk:
        raise NotYoursError
    if render.has_ended and render.state != Render.State.HELD:
        raise RenderOverError
    now = timezone.now()
    Render.objects.filter(pk=render.pk, cancel_requested_at=None).update(cancel_requested_at=now)
    render.refresh_from_db()
    if render.state in (Render.State.QUEUED, Render.State.HELD):
        try:
            end_without_asset(render, Render.State.CANCELLED)
        except StaleStateError:
            render.refresh_from_db()
    if render.has_ended and render.state != Render.State.CANCELLED:
        raise RenderOverError
    return render


def end_without_asset(
    render: Render, to: str, *, code: str = "", text: str = "", token: Any = None
) -> None:
    """Move a render to a state that costs nothing and give its credits back, in one transaction.

    `token`: the lease that must still hold it; the caller records its try. Raises StaleStateError
    if somebody else moved it first.
    """
    only_if = {"lease_token": token} if token else None
    with transaction.atomic():
        render.move(
            to,
            only_if=only_if,
            problem_code=code,
            problem_text=text,
            lease_token=None,
            lease_until=None,
            ended_at=timezone.now(),
            seq=render.seq + 1,
        )
        billing.actions.credits.release(render.hold_key)
        events.render_moved(render)


def keep_render(render: Render) -> None:
    """Protect a ready render from being thrown away, because its clip is published.

    Locks its row until the caller's transaction ends. Raises StaleStateError if it is not ready.
    """
    ready = Render.objects.filter(pk=render.pk, state=Render.State.READY)
    if ready.update(kept_at=timezone.now()) != 1:
        raise StaleStateError(f"{render.pk} is no longer ready")


def discard_render(render: Render, *, by: User, is_unpublished: bool = False) -> None:
    """Throw an ended render of one's own away. Its files are swept soon after. Safe to repeat.

    `is_unpublished` says that its clip goes in the same transaction. Raises NotYoursError,
    RenderOpenError while it is being worked on, RenderKeptError while it is published.
    """
    if render.maker_id != by.pk:
        raise NotYoursError
    if render.state == Render.State.DISCARDED:
        return
    if Render.State.DISCARDED not in Render.MOVES[render.state]:
        raise RenderOpenError
    only_if = {} if is_unpublished else {"kept_at": None}
    try:
        render.move(Render.State.DISCARDED, only_if=only_if, kept_at=None, seq=render.seq + 1)
    except StaleStateError:
        render.refresh_from_db()
        if render.state == Render.State.DISCARDED:
            return
        raise (RenderKeptError if render.kept_at else RenderOpenError) from None
    events.render_moved(render)


def queue_of(engine: str) -> str:
    """Return the name of the Celery queue that workers of this engine listen to.

    Its own, unless the engine's entry in the settings names another by QUEUE.
    """
    entry = plugins.configured("GENERATION_ENGINES").get(engine, {})
    return str(entry.get("QUEUE") or f"render-{engine}")


def wake_workers(engine: str) -> None:
    """Send a wake-up to the workers of an engine when the open transaction commits."""
    enqueue("generation.tasks.render_next", queue=queue_of(engine), engine=engine)


def prompts_above(parent: Render, *, limit: int = 20) -> tuple[str, ...]:
    """Return the prompts of a render and its nearest ancestors, oldest first: the whole story."""
    found: list[str] = []
    step: Render | None = parent
    while step is not None and len(found) < limit:
        found.append(step.prompt)
        step = step.parent
    return tuple(reversed(found))


def _check_room() -> None:
    """Stop taking work while a full disk can still be emptied: a database without room stays
    down.
    """
    if shutil.disk_usage(settings.AFTERIMAGE_HOME).free < settings.FREE_DISK_MIN_BYTES:
        raise StorageFullError


def _check_limits(wish: Wish, *, by: User, parent: Render | None) -> None:
    if wish.engine not in plugins.configured("GENERATION_ENGINES"):
        known = list(plugins.configured("GENERATION_ENGINES"))
        raise EngineCannotError(f"There is no engine {wish.engine!r}.", field="engine", limit=known)
    limits = plugins.backend_class("GENERATION_ENGINES", wish.engine).limits
    facts = {
        "seconds": wish.seconds,
        "shape": wish.shape,
        "prompt": wish.prompt,
        "cast": wish.cast,
        "has_parent": parent is not None,
    }
    for fault in policies.faults_of(limits, wish=facts):
        raise EngineCannotError(
            fault.detail, field=fault.field, limit=fault.limit, reason=fault.code
        )
    plan = billing.queries.plan_of(by)
    if wish.seconds > plan.seconds_max:
        detail = f"The {plan.name} plan makes clips of up to {plan.seconds_max} seconds."
        raise PlanRequiredError(
            detail, field="seconds", limit=plan.seconds_max, ways_out=["/pricing/"]
        )
    open_renders = by.renders.filter(state__in=(*ACTIVE, Render.State.QUEUED)).count()
    if open_renders >= OPEN_RENDERS_MAX:
        raise TooManyOpenError(limit=OPEN_RENDERS_MAX)


def _insert(wish: Wish, *, by: User, parent: Render | None) -> Render:
    plan = billing.queries.plan_of(by)
    render = Render(
        maker=by,
        operation=Render.Operation.REMIX if parent else Render.Operation.TEXT,
        prompt=wish.prompt,
        seconds=wish.seconds,
        shape=wish.shape,
        seed=secrets.randbelow(SEED_MAX) if wish.seed is None else wish.seed,
        engine=wish.engine,
        strength=wish.strength,
        parent=parent,
        root=(parent.root or parent) if parent else None,
        depth=parent.depth + 1 if parent else 0,
        price=policies.price_of(seconds=wish.seconds, shape=wish.shape),
        priority=plan.priority,
        slots=plan.concurrent_renders,
        lane=wish.lane,
        deadline_at=wish.deadline_at,
    )
    render.recipe = recipe_of(render, cast=wish.cast)
    render.stack_id = render.pk
    render.save(force_insert=True)
    if parent is not None:
        role = RenderParent.Role.REMIX
        RenderParent.objects.create(render=render, parent=parent, position=0, role=role)
    return render


def recipe_of(render: Render, *, cast: Sequence[str]) -> dict[str, Any]:
    """Return everything needed to render again; the worker adds the engine's own name and
    weights.
    """
    return {
        "version": 1,
        "engine_alias": render.engine,
        "backend": settings.GENERATION_ENGINES[render.engine]["BACKEND"],
        "prompt": render.prompt,
        "prompt_digest": hashlib.sha256(render.prompt.encode()).hexdigest(),
        "seconds": render.seconds,
        "shape": render.shape,
        "fps": render.fps,
        "seed": render.seed,
        "strength": render.strength,
        "parent": str(render.parent_id) if render.parent_id else None,
        "cast": list(cast),
    }


def _borrow(render: Render, wish: Wish, *, parent: Render | None) -> None:
    borrower = render.maker
    inherited = list(parent.cast.values_list("cameo_id", flat=True)) if parent else []
    borrowed = lending.borrow(
        tuple(wish.cast),
        by=borrower,
        render_id=render.pk,
        prompt=render.prompt,
        inherited=tuple(inherited),
    )
    RenderCast.objects.bulk_create(
        RenderCast(render=render, cameo_id=one.cameo_id, is_inherited=one.is_inherited)
        for one in borrowed
    )


def subject_of(render: Render) -> SubjectRef:
    """Return the pointer under which moderation knows a render."""
    return SubjectRef("render", str(render.pk))


def request_render_in_terminal(wish: Wish) -> Render:
    """Queue a render for the person at the machine's own terminal, who owns the installation.

    The first call makes the account @terminal, which cannot log in; each call grants the price.
    Everything else, the gate included, is as for anybody.
    """
    operator, _ = User.objects.get_or_create(
        handle=TERMINAL_HANDLE, defaults={"display_name": "Terminal", "password": "!"}
    )
    price = policies.price_of(seconds=wish.seconds, shape=wish.shape)
    source = SubjectRef("terminal", str(uuid7()))
    billing.actions.credits.grant(
        operator, amount=price, kind=LedgerEntry.Kind.GRANT_STAFF, source=source
    )
    return request_render(wish, by=operator)
