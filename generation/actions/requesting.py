"""Asking for a render, and taking the request back."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
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
from core.errors import ConflictError, DomainError
from core.ids import uuid7
from core.queue import enqueue
from core.states import StaleStateError
from core.subjects import SubjectRef
from generation import events
from generation.actions import checking
from generation.actions.checking import Checked
from generation.models import Render, RenderCast, RenderParent, RenderReference
from generation.policies import prices, texts
from generation.spec import parts as parts_codec
from generation.spec.wish import Wish

# JavaScript clients keep whole numbers only up to 2**53.
SEED_MAX = 2**53 - 1
TERMINAL_HANDLE = "terminal"
# Problem codes of failed renders: the engine cannot make this, or it kept failing for now.
ENGINE_REFUSED = "engine_refused"
ATTEMPTS_USED_UP = "attempts_used_up"


class RenderOverError(ConflictError):
    """This render has ended; there is nothing left to cancel."""

    code = "render_over"


class RenderOpenError(ConflictError):
    """This render is still being made. Cancel it first, or wait until it has ended."""

    code = "render_open"


class RenderKeptError(ConflictError):
    """This render is published. Delete its clip to throw it away."""

    code = "render_published"


class NotYoursError(DomainError):
    """Only its maker can do this."""

    status = 403
    code = "not_the_maker"


def request_render(wish: Wish, *, by: User, parents: Sequence[Render] = ()) -> Render:
    """Ask for one render, or for the first of several variations. See `request_renders`."""
    return request_renders(wish, by=by, parents=parents)[0]


def request_renders(
    wish: Wish,
    *,
    by: User,
    parents: Sequence[Render] = (),
    stack: Render | None = None,
    is_reroll: bool = False,
) -> list[Render]:
    """Check, price, set the credits aside and queue a render for each variation, in one
    transaction.

    `parents` are the renders to start from, already found by the caller among those that `by` may
    start from; their casts are inherited. `stack` is the first take of the wish that this is
    another take of. Locks, in this order: cameos by id, then the wallet. Raises WrongWishError,
    EngineCannotError, PlanRequiredError, TooManyOpenError, TooManyFreeError, StorageFullError,
    ReferenceGoneError,
    UnverifiedPersonError, CameoNotLentError, PromptRefusedError, NotEnoughCreditsError; nothing is
    kept of a refusal but the record of why.
    """
    checking.check_room(by, renders=wish.variations)
    checked = checking.check_wish(wish, by=by, parents=parents, is_reroll=is_reroll)
    checking.check_share(checked.order, by=by)
    # Outside the transaction: the record of a refused prompt must survive the refusal.
    checking.screen(checked, by=by, parents=parents)
    with transaction.atomic():
        renders = _insert(checked, by=by, parents=parents, stack=stack)
        for render in renders:
            _borrow(render, checked, parents=parents)
        amounts = {render.hold_key: render.price for render in renders}
        billing.actions.credits.hold_each(by, amounts=amounts)
        for render in renders:
            wake_workers(render.engine)
            events.render_requested(render)
    return renders


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
    return str(entry.get("QUEUE") or named_after(engine))


def named_after(engine: str) -> str:
    """Return the name of an engine's own queue."""
    return f"render-{engine}"


def wake_workers(engine: str) -> None:
    """Send a wake-up to the workers of an engine when the open transaction commits."""
    enqueue("generation.tasks.render_next", queue=queue_of(engine), engine=engine)


def wake_for(maker_id: int) -> None:
    """Wake the engines that a person's next render waits for: a slot of theirs is free."""
    waiting = Render.objects.filter(maker=maker_id, state=Render.State.QUEUED)
    for engine in waiting.order_by().values_list("engine", flat=True).distinct():
        wake_workers(engine)


def _insert(
    checked: Checked, *, by: User, parents: Sequence[Render], stack: Render | None
) -> list[Render]:
    """Write a row for each variation: seeds follow each other, and the first leads the stack."""
    wish = checked.wish
    seed = secrets.randbelow(SEED_MAX) if wish.seed is None else wish.seed
    first: Render | None = stack
    made: list[Render] = []
    for number in range(wish.variations):
        render = _row(checked, by=by, parents=parents, seed=(seed + number) % (SEED_MAX + 1))
        first = first or render
        render.stack_id = first.pk
        render.recipe = recipe_of(render, checked, parents=parents)
        render.save(force_insert=True)
        made.append(render)
    role = wish.direction if checked.order.operation == "extend" else checked.order.operation
    RenderParent.objects.bulk_create(
        RenderParent(render=render, parent=parent, position=position, role=role)
        for render in made
        for position, parent in enumerate(parents)
    )
    RenderReference.objects.bulk_create(
        RenderReference(render=render, reference=reference)
        for render in made
        for reference in checked.references
    )
    return made


def _row(checked: Checked, *, by: User, parents: Sequence[Render], seed: int) -> Render:
    wish, order = checked.wish, checked.order
    plan = billing.queries.plan_of(by)
    parent = parents[0] if parents else None
    return Render(
        maker=by,
        operation=order.operation,
        purpose=order.purpose,
        prompt=wish.prompt,
        original_prompt=wish.original_prompt,
        parts=parts_codec.to_json(order.parts),
        seconds=order.seconds,
        shape=order.shape,
        lines=order.lines,
        fps=order.fps,
        seed=seed,
        engine=wish.engine,
        strength=wish.strength,
        parent=parent,
        root=(parent.root or parent) if parent else None,
        depth=max(one.depth for one in parents) + 1 if parents else 0,
        price=prices.price_of(order),
        priority=plan.priority,
        slots=plan.concurrent_renders,
        lane=order.lane,
        deadline_at=wish.deadline_at,
    )


def recipe_of(render: Render, checked: Checked, *, parents: Sequence[Render]) -> dict[str, Any]:
    """Return everything needed to render again; the worker adds the engine's own name and
    weights.
    """
    return {
        "version": 2,
        "engine_alias": render.engine,
        "backend": settings.GENERATION_ENGINES[render.engine]["BACKEND"],
        "operation": render.operation,
        "purpose": render.purpose,
        "prompt": render.prompt,
        "prompt_digest": hashlib.sha256(render.prompt.encode()).hexdigest(),
        "original_prompt": render.original_prompt,
        "template": checked.wish.template,
        "slots": dict(checked.wish.slots),
        "parts": render.parts,
        "seconds": render.seconds,
        "shape": render.shape,
        "lines": render.lines,
        "fps": render.fps,
        "seed": render.seed,
        "strength": render.strength,
        "direction": checked.wish.direction,
        "parents": [str(parent.pk) for parent in parents],
        "references": {str(one.pk): one.sha256 for one in checked.references},
        "cast": list(checked.cast),
        "people": list(checked.wish.people),
    }


def _borrow(render: Render, checked: Checked, *, parents: Sequence[Render]) -> None:
    inherited = RenderCast.objects.filter(render__in=parents).values_list("cameo_id", flat=True)
    borrowed = lending.borrow(
        checked.cast,
        by=render.maker,
        render_id=render.pk,
        prompt=texts.whole_text(checked.texts),
        inherited=tuple(dict.fromkeys(inherited.order_by("pk"))),
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
    order = checking.check_wish(wish, by=operator).order
    price = prices.price_of(order) * wish.variations
    source = SubjectRef("terminal", str(uuid7()))
    billing.actions.credits.grant(
        operator, amount=price, kind=LedgerEntry.Kind.GRANT_STAFF, source=source
    )
    return request_render(wish, by=operator)
