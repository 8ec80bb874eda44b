"""Another take of a wish: the same with another seed, or for another purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from accounts.models import User
from core.errors import ConflictError, InvalidError
from generation.actions.requesting import NotYoursError, request_renders
from generation.models import Render
from generation.policies import orders
from generation.spec import Purpose, Span
from generation.spec import parts as parts_codec
from generation.spec.parts import Parts
from generation.spec.wish import Wish


class NothingToRepeatError(ConflictError):
    """Only a finished clip can be made again."""

    code = "render_not_ready"


class NothingLeftToChanceError(InvalidError):
    """Cutting and joining leaves nothing to chance: another take would be the same."""

    code = "nothing_left_to_chance"


class NoSuchShotError(InvalidError):
    """This clip has no such shot."""

    code = "no_such_shot"


def reroll_render(
    render: Render,
    *,
    by: User,
    parents: Sequence[Render],
    seed: int | None = None,
    shot: int | None = None,
) -> Render:
    """Ask for the same again with another seed, at a discount, in the same stack.

    With `shot`, counted from 0, only that shot is made again; every other frame stays as it is.
    `parents` are those of the render, which the caller has found to be free to start from. Raises
    NotYoursError, NothingToRepeatError, NothingLeftToChanceError, NoSuchShotError, and what
    `request_renders` raises.
    """
    _check(render, by=by)
    if render.operation in orders.WITHOUT_ENGINE:
        raise NothingLeftToChanceError
    wish, sources = replace(wish_of(render), seed=seed), list(parents)
    if shot is not None:
        wish, sources = _wish_for_shot(render, wish, shot), [render]
    stack = render.stack or render
    return request_renders(wish, by=by, parents=sources, stack=stack, is_reroll=True)[0]


def remake_render(
    render: Render, *, by: User, parents: Sequence[Render], purpose: Purpose, **size: int | None
) -> Render:
    """Ask for the same with the same seed for another purpose: a preview of stills, the final of
    a preview.

    `size` may hold `lines` and `fps`. Raises NotYoursError, NothingToRepeatError, and what
    `request_renders` raises.
    """
    _check(render, by=by)
    given: dict[str, Any] = {name: value for name, value in size.items() if value is not None}
    wish = replace(wish_of(render), seed=render.seed, purpose=purpose, **given)
    return request_renders(wish, by=by, parents=parents, stack=render.stack or render)[0]


def wish_of(render: Render) -> Wish:
    """Return the wish that a render was made of, without its seed."""
    recipe = render.recipe
    parts = parts_codec.from_json(render.parts)
    is_extension = render.operation == Render.Operation.EXTEND
    given: Any = {
        "operation": render.operation,
        "shape": render.shape,
        "purpose": render.purpose,
        "lines": render.lines if render.purpose == Render.Purpose.FINAL else None,
    }
    return Wish(
        prompt=render.prompt,
        seconds=parts.added_s if is_extension else render.seconds,
        fps=render.fps,
        cast=recipe.get("cast", ()),
        people=recipe.get("people", ()),
        strength=render.strength,
        engine=render.engine,
        direction=recipe.get("direction", "after"),
        original_prompt=render.original_prompt,
        parts=parts,
        **given,
    )


def _check(render: Render, *, by: User) -> None:
    if render.maker_id != by.pk:
        raise NotYoursError
    # What was taken down is no material, for its maker either.
    if not Render.objects.to_start_from().filter(pk=render.pk).exists():
        raise NothingToRepeatError


def _wish_for_shot(render: Render, wish: Wish, index: int) -> Wish:
    """Return the edit that makes one shot again: its stretch of the clip, with its own words."""
    shots = wish.parts.shots
    if not 0 <= index < len(shots):
        raise NoSuchShotError(field="shot", limit=len(shots) - 1)
    if render.purpose == Render.Purpose.STILLS:
        raise NothingToRepeatError("Stills are no footage. Make a preview or the final first.")
    shot, parts = shots[index], wish.parts
    # What a storyboard says of all its shots is part of their look; an edit of one has it already.
    said_of_all = wish.prompt if render.operation == Render.Operation.STORYBOARD else ""
    return replace(
        wish,
        operation="edit",
        prompt=shot.prompt,
        original_prompt="",
        seconds=None,
        parts=Parts(
            shots=shots,
            camera=shot.camera,
            style_code=parts.style_code,
            style=", ".join(text for text in (said_of_all, parts.style) if text),
            negative=parts.negative,
            span=_span_of_shot(render, shots, index),
            shot=index,
        ),
    )


def _span_of_shot(render: Render, shots: Sequence[Any], index: int) -> Span:
    made = render.media_facts.get("shots") or []
    if index < len(made):
        return Span(made[index]["start_s"], made[index]["end_s"])
    start = sum(shot.seconds for shot in shots[:index])
    return Span(start, start + shots[index].seconds)
