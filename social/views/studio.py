"""Pages of making: the studio, and a render from its queue to its publication."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from billing.queries import balance_of
from cameos.models import Cameo
from core.errors import DomainError, InvalidError, as_problem
from core.ids import uuid_of
from generation import queries
from generation.actions import requesting
from generation.models import Render
from generation.policies import orders, prices
from generation.queries import waiting
from generation.serializers.wishes import WishRequest
from generation.spec.wish import Wish
from moderation.actions import appealing
from moderation.models import Appeal
from moderation.policies import may_appeal
from moderation.queries import current_rules
from social.actions import publishing, remixing
from social.models import Clip
from social.queries import clip_cards
from social.serializers import PublishRequest

CASTABLE_MAX = 24
AUDIENCES = (
    (Clip.Audience.PUBLIC, "globe", "Everybody"),
    (Clip.Audience.FOLLOWERS, "users", "Followers"),
    (Clip.Audience.UNLISTED, "link", "With the link"),
    (Clip.Audience.PRIVATE, "lock", "Only me"),
)
SHAPES = (("portrait", "Portrait"), ("landscape", "Landscape"), ("square", "Square"))
STAGES = {
    "queued": "Waiting for a free engine",
    "screening": "Checking the cast",
    "rendering": "Drawing frames and sound",
    "finishing": "Labelling, marking and signing",
    "reviewing": "Looking at the result",
}
IDEAS = (
    "a red ball bounces on a wet street at night, rain",
    "two white rabbits hop through a snowy forest at dawn",
    'a robot dances on a stage, neon, "I was born to move"',
    "a blue whale swims under the moon, calm music",
    "a small fox runs through an autumn forest, falling leaves",
    "a yellow taxi drives through the city at sunset, watercolour",
)


@login_required
def create(request: HttpRequest) -> HttpResponse:
    """The studio: a prompt, or a remix of a clip that one sees."""
    parent = _parent_of(request)
    if request.method != "POST":
        return _studio(request, parent, values=_first_values(request, parent))
    values = request.POST.dict() | {"cast": request.POST.getlist("cast")}
    asked = WishRequest(data={name: value for name, value in values.items() if value != ""})
    if not asked.is_valid():
        return _studio(request, parent, values=values, faults=asked.errors, status=422)
    try:
        made = _ask(request, asked, parent)
    except DomainError as error:
        fault = as_problem(error)
        return _studio(request, parent, values=values, fault=fault, status=error.status)
    return redirect("render", made.pk)


def _ask(request: Any, asked: WishRequest, parent: Clip | None) -> Render:
    if parent is None:
        return requesting.request_render(asked.wish(), by=request.user)
    return remixing.remix_clip(parent, asked.wish(), by=request.user)[0]


def _parent_of(request: HttpRequest) -> Clip | None:
    if not (clip_id := request.GET.get("remix")):
        return None
    return get_object_or_404(Clip.objects.visible_to(request.user), pk=uuid_of(clip_id))


def _first_values(request: Any, parent: Clip | None) -> dict[str, Any]:
    values: dict[str, Any] = {"shape": "portrait", "cast": [], "strength": "0.6"}
    if parent is not None:
        values |= {"seconds": f"{parent.render.seconds:.0f}", "shape": parent.render.shape}
    if again := request.GET.get("again"):
        old = get_object_or_404(request.user.renders, pk=uuid_of(again))
        values |= {"prompt": old.prompt, "seconds": f"{old.seconds:.0f}", "shape": old.shape}
    return values


def _studio(
    request: Any,
    parent: Clip | None,
    *,
    values: Mapping[str, Any],
    faults: Any = None,
    fault: Any = None,
    status: int = 200,
) -> HttpResponse:
    card = clip_cards([parent.pk], viewer=request.user)[parent.pk] if parent else None
    balance = balance_of(request.user)
    shown = {
        "parent": card,
        "values": values,
        "faults": faults or _by_field(fault),
        "fault": fault,
        "balance": balance,
        "seconds_max": int(balance.plan.seconds_max),
        "price": _price(values),
        "castable": _castable(request.user),
        "shapes": SHAPES,
        "ideas": IDEAS,
    }
    return render(request, "social/create.html", shown, status=status)


def _price(values: Mapping[str, Any]) -> int:
    shape: Any = _shape(values)
    return prices.price_of(orders.order_of(Wish(seconds=_seconds(values), shape=shape), ()))


def _castable(user: Any) -> QuerySet[Cameo]:
    """Return likenesses that a person may cast now."""
    rows = Cameo.objects.lent_to(user).select_related("owner")
    return rows.order_by("owner__handle", "pk")[:CASTABLE_MAX]


def _seconds(values: Mapping[str, Any]) -> float:
    try:
        seconds = float(values.get("seconds") or 5)
    except ValueError:
        return 5.0
    return seconds if math.isfinite(seconds) else 5.0


def _shape(values: Mapping[str, Any]) -> str:
    shape = str(values.get("shape"))
    return shape if shape in dict(SHAPES) else "portrait"


def _by_field(fault: Any) -> dict[str, list[str]]:
    errors = (fault or {}).get("errors", [])
    return {error["field"]: [error["detail"]] for error in errors}


@login_required
def draft(request: HttpRequest, render_id: UUID) -> HttpResponse:
    """One render: progress while it works, then the draft and the way to publish it."""
    row = get_object_or_404(Render.objects.visible_to(request.user), pk=render_id)
    values = {"caption": row.prompt[:120], "audience": Clip.Audience.PUBLIC, "allows_remix": True}
    return _draft(request, row, values=values)


def _draft(
    request: Any, row: Render, *, values: Mapping[str, Any], fault: Any = None, status: int = 200
) -> HttpResponse:
    is_mine = row.maker_id == request.user.pk
    is_working = row.state in STAGES
    seen = waiting.outlook(row)
    shown = {
        "render": row,
        "media": _playable(row, request.user),
        "heading": _heading(row, is_mine=is_mine),
        "is_mine": is_mine,
        "is_working": is_working,
        "percent": round(row.progress * 100),
        "stage": STAGES.get(row.state, ""),
        "stages": STAGES.items(),
        "eta_s": seen.eta_s,
        "position": seen.position,
        "lacks_slot": seen.status == waiting.WAITING_SLOT,
        "cast": row.cast.select_related("cameo__owner"),
        "clip": Clip.objects.visible_to(request.user).filter(render=row).first(),
        "values": values,
        "audiences": AUDIENCES,
        "fault": fault,
        "can_discard": is_mine
        and row.kept_at is None
        and Render.State.DISCARDED in Render.MOVES[row.state],
    }
    shown |= _refusal(row, request.user)
    return render(request, "social/render.html", shown, status=status)


def _heading(row: Render, *, is_mine: bool) -> str:
    if row.state in STAGES:
        return "Making your clip" if is_mine else "Being made"
    if row.state == Render.State.READY:
        return "Your draft is ready" if is_mine else f"A draft of @{row.maker.handle}"
    return _ENDINGS.get(row.state, "This clip was not made")


_ENDINGS: dict[str, str] = {
    Render.State.HELD: "Held for review",
    Render.State.REFUSED: "This clip was refused",
    Render.State.CANCELLED: "Cancelled",
    Render.State.DISCARDED: "Thrown away",
}


def _refusal(row: Render, viewer: Any) -> dict[str, Any]:
    """Return the rules that a refusal turned on, and the appeal against it or whether one may."""
    if row.state != Render.State.REFUSED or row.verdict is None:
        return {}
    wordings = current_rules(reason["rule"] for reason in row.verdict.reasons)
    # Only what a person wrote is for the maker to read; notes of checks are for moderators.
    is_human = row.verdict.decided_by_id is not None
    appeal = Appeal.objects.filter(against=row.verdict).first()
    return {
        "reasons": [
            {
                "title": wordings[reason["rule"]].title,
                "url": wordings[reason["rule"]].url,
                "said": reason["note"] if is_human else "",
            }
            for reason in row.verdict.reasons
            if reason["rule"] in wordings
        ],
        "appeal": appeal,
        "can_appeal": appeal is None and may_appeal(viewer, row.verdict, at=timezone.now()),
    }


def _playable(row: Render, viewer: Any) -> dict[str, Any] | None:
    is_open = Render.objects.deliverable_to(viewer).filter(pk=row.pk).exists()
    return queries.media_urls(row, viewer) if is_open else None


@login_required
@require_POST
def cancel(request: Any, render_id: UUID) -> HttpResponse:
    """Cancel a render of one's own."""
    row = get_object_or_404(Render.objects.visible_to(request.user), pk=render_id)
    requesting.cancel_render(row, by=request.user)
    return redirect("render", render_id)


@login_required
@require_POST
def discard(request: Any, render_id: UUID) -> HttpResponse:
    """Throw a draft of one's own away."""
    row = get_object_or_404(Render.objects.visible_to(request.user), pk=render_id)
    requesting.discard_render(row, by=request.user)
    messages.success(request, "Thrown away.")
    return redirect("drafts")


@login_required
@require_POST
def appeal(request: Any, render_id: UUID) -> HttpResponse:
    """Ask another person to look at a refused render of one's own."""
    row = get_object_or_404(request.user.renders, pk=render_id, verdict__isnull=False)
    appealing.appeal(row.verdict, by=request.user, text=request.POST.get("text", ""))
    messages.success(request, "Sent. Somebody who has not decided it before looks at it.")
    return redirect("render", render_id)


@login_required
@require_POST
def publish(request: Any, render_id: UUID) -> HttpResponse:
    """Publish a draft of one's own."""
    row = get_object_or_404(Render.objects.visible_to(request.user), pk=render_id)
    asked = PublishRequest(
        data={
            "render_id": str(render_id),
            "caption": request.POST.get("caption", ""),
            "audience": request.POST.get("audience", Clip.Audience.PUBLIC),
            "allows_remix": request.POST.get("allows_remix") == "true",
        }
    )
    asked.is_valid(raise_exception=True)
    values = {name: asked.validated_data[name] for name in ("caption", "audience", "allows_remix")}
    try:
        clip = publishing.publish_clip(row, by=request.user, **values)
    except InvalidError as error:  # the words: they stay in the form, with the reason beside them
        return _draft(request, row, values=values, fault=as_problem(error), status=error.status)
    messages.success(request, "Published.")
    return redirect("clip", clip.pk)
