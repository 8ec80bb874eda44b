"""Everything that can be wrong with a wish, found before it costs anything."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

import billing.queries
from accounts.models import User
from core import plugins
from core.errors import ConflictError, DomainError, InvalidError
from generation import queries
from generation.actions import referencing
from generation.models import ACTIVE, PromptTemplate, Reference, Render, Style
from generation.policies import limits as engine_limits
from generation.policies import orders, prices, templates, texts, wishes
from generation.spec import Limits
from generation.spec.wish import Fault, Order, SourceFacts, Wish
from moderation.actions import screening

OPEN_RENDERS_MAX = 20
# What costs nothing still takes a worker's time and room on a disk.
FREE_A_DAY = 100


class WrongWishError(InvalidError):
    """This wish contradicts itself."""

    code = "wrong_wish"


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


class TooManyFreeError(DomainError):
    """You have made as many free cuts as a day has. Go on tomorrow; all else still works."""

    status = 429
    code = "too_many_free_renders"


class StorageFullError(DomainError):
    """This server has no room for new clips at the moment. Nothing was charged; try again later."""

    status = 503
    code = "storage_full"


@dataclass(frozen=True, slots=True)
class Checked:
    """A wish that can be carried out, and what it comes to."""

    wish: Wish
    order: Order
    texts: tuple[texts.Text, ...]
    cast: tuple[str, ...]
    references: tuple[Reference, ...]


def check_wish(
    wish: Wish, *, by: User, parents: Sequence[Render] = (), is_reroll: bool = False
) -> Checked:
    """Return what a wish comes to, or refuse it with every fault that was found.

    Writes nothing and judges no words: for that, see `screen`. Raises WrongWishError,
    EngineCannotError, PlanRequiredError, ReferenceGoneError, UnverifiedPersonError.
    """
    wish = _filled_in(wish)
    sources = [facts_of(parent) for parent in parents]
    order = orders.order_of(wish, sources, is_reroll=is_reroll)
    _refuse(WrongWishError, wishes.faults_of_wish(wish, order, sources, now=timezone.now()))
    _refuse(WrongWishError, _faults_of_sources(parents))
    found = tuple(texts.texts_of(wish.prompt, order.parts, original=wish.original_prompt))
    cast = _cast_of(wish, order, found)
    limits = limits_of(wish.engine)
    _refuse(EngineCannotError, engine_limits.faults_of(limits, order, texts=found, cast=cast))
    _check_plan(order, by=by)
    references = referencing.references_for(order.parts, by=by)
    referencing.check_faces(references, order.parts, people=wish.people)
    return Checked(wish, order, found, cast, references)


def check_room(by: User, *, renders: int) -> None:
    """Stop taking work while a full disk can still be emptied (a database without room stays down)
    and from people who have enough of it waiting.

    Raises StorageFullError, TooManyOpenError.
    """
    if shutil.disk_usage(settings.AFTERIMAGE_HOME).free < settings.FREE_DISK_MIN_BYTES:
        raise StorageFullError
    waiting = by.renders.filter(state__in=(*ACTIVE, Render.State.QUEUED)).count()
    if waiting + renders > OPEN_RENDERS_MAX:
        raise TooManyOpenError(limit=OPEN_RENDERS_MAX, open=waiting)


def check_share(order: Order, *, by: User) -> None:
    """Bound what costs nothing. Raises TooManyFreeError."""
    if prices.price_of(order) > 0:
        return
    since = timezone.now() - timedelta(days=1)
    if by.renders.filter(price=0, created_at__gte=since).count() >= FREE_A_DAY:
        raise TooManyFreeError(limit=FREE_A_DAY)


def screen(checked: Checked, *, by: User, parents: Sequence[Render]) -> None:
    """Have all words of a wish judged together, after the words of the clips it is made of.

    Raises PromptRefusedError, which names the field and the place in it.
    """
    if not checked.texts:
        return
    lineage = queries.story_above(parents)
    whole = texts.whole_text(checked.texts)
    try:
        screening.screen_prompt(whole, by=by, lineage=lineage, granted=checked.cast)
    except screening.PromptRefusedError as error:
        _point_into(error, checked.texts)
        raise


def limits_of(engine: str) -> Limits:
    """Return what an engine accepts. Loads no model. Raises EngineCannotError if there is none."""
    known = list(plugins.configured("GENERATION_ENGINES"))
    if engine not in known:
        fault = Fault("engine", "not_found", f"There is no engine {engine!r}.", known)
        _refuse(EngineCannotError, [fault])
    found: Limits = plugins.backend_class("GENERATION_ENGINES", engine).limits
    return found


def facts_of(render: Render) -> SourceFacts:
    """Return what an order needs to know of a clip."""
    shape: Any = render.shape
    seconds = float(render.media_facts.get("duration_s") or render.seconds)
    return SourceFacts(seconds, shape, render.lines, render.fps)


def _refuse(error: type[DomainError], faults: Sequence[Fault]) -> None:
    if not faults:
        return
    told = [
        {"field": one.field, "code": one.code, "detail": one.detail, "limit": one.limit}
        for one in faults
    ]
    raise error(faults[0].detail, errors=told, limit=faults[0].limit)


def _filled_in(wish: Wish) -> Wish:
    """Replace a template by its words and a style by its own, as they are today."""
    if wish.template:
        row = PromptTemplate.objects.offered().filter(code=wish.template).first()
        if row is None:
            _refuse(WrongWishError, [_not_offered("template", PromptTemplate)])
        else:
            _refuse(WrongWishError, templates.faults_of_slots(row.slots, dict(wish.slots)))
            wish = replace(wish, prompt=templates.filled(row.text, dict(wish.slots)))
    elif wish.slots:
        detail = "Slots belong to a template. Name it, or leave them out."
        _refuse(WrongWishError, [Fault("slots", "not_for_operation", detail)])
    # A take of an earlier wish keeps the words that its style had then.
    if wish.parts.style_code and not wish.parts.style:
        style = Style.objects.offered().filter(code=wish.parts.style_code).first()
        if style is None:
            _refuse(WrongWishError, [_not_offered("style", Style)])
        else:
            wish = replace(wish, parts=replace(wish.parts, style=style.words))
    return wish


def _not_offered(field: str, shelf: Any) -> Fault:
    known = list(shelf.objects.offered().values_list("code", flat=True))
    return Fault(field, "not_offered", f"There is no such {field} at the moment.", known)


def _faults_of_sources(parents: Sequence[Render]) -> list[Fault]:
    return [
        Fault("parents", "stills", "Stills are no footage. Make a preview or the final first.")
        for parent in parents
        if parent.purpose == Render.Purpose.STILLS
    ]


def _cast_of(wish: Wish, order: Order, found: Sequence[texts.Text]) -> tuple[str, ...]:
    """Return everybody whose likeness is asked for: cast, named in a shot, or mentioned."""
    named = [*wish.cast, *wish.people, *(name for shot in order.parts.shots for name in shot.cast)]
    plain = (name.removeprefix("@").lower() for name in named)
    return tuple(dict.fromkeys((*plain, *texts.mentions(found))))


def _check_plan(order: Order, *, by: User) -> None:
    plan = billing.queries.plan_of(by)
    ways_out = [{"do": "upgrade", "url": f"{settings.SITE_URL}/pricing/"}]
    if order.seconds > plan.seconds_max:
        detail = f"The {plan.name} plan makes clips of up to {plan.seconds_max:g} seconds."
        raise PlanRequiredError(detail, field="seconds", limit=plan.seconds_max, ways_out=ways_out)
    if order.lines > plan.lines_max:
        detail = f"The {plan.name} plan makes clips of up to {plan.lines_max} lines."
        raise PlanRequiredError(detail, field="lines", limit=plan.lines_max, ways_out=ways_out)


def _point_into(error: screening.PromptRefusedError, found: Sequence[texts.Text]) -> None:
    """Make a refusal of all words together speak of the field in which the worst of them stand."""
    for facts in (error.facts, *error.facts.get("reasons", ())):
        span = facts.get("span")
        if not span:
            continue
        text, begins = texts.text_at(found, span[0])
        end = min(span[1] - begins, len(text.words))
        facts["span"] = [span[0] - begins, end]
        facts["field"] = text.field
    error.field = error.facts.pop("field", found[0].field)
