"""Pages of a render: its progress, the draft, its shots, its takes, and its publication."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from core.errors import DomainError, InvalidError, as_problem
from generation import queries
from generation.actions import checking, repeating, requesting
from generation.models import Render
from generation.policies import orders, prices
from generation.queries import waiting
from generation.serializers.recipes import document_of
from generation.spec import Span
from generation.spec.parts import Parts
from generation.spec.wish import Wish
from moderation.actions import appealing
from moderation.models import Appeal
from moderation.policies import may_appeal
from moderation.queries import current_rules
from social.actions import publishing, remixing
from social.models import Clip
from social.serializers import PublishRequest, RerollRequest, TakeRequest
from social.views.studio import FROM_CLIP

AUDIENCES = (
    (Clip.Audience.PUBLIC, "globe", "Everybody"),
    (Clip.Audience.FOLLOWERS, "users", "Followers"),
    (Clip.Audience.UNLISTED, "link", "With the link"),
    (Clip.Audience.PRIVATE, "lock", "Only me"),
)
STAGES = {
    "queued": "Waiting for a free engine",
    "screening": "Checking the cast",
    "rendering": "Drawing frames and sound",
    "finishing": "Labelling, marking and signing",
    "reviewing": "Looking at the result",
}
TAKES_SHOWN = 24
# What each purpose leads to, with the words on its button.
NEXT_STEPS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "stills": (("preview", "See it move"), ("final", "Make the final")),
    "preview": (("final", "Make the final"),),
    "final": (),
}


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
        "shots": _shots(row),
        "parents": _parents(row, request.user),
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
    shown |= _story(row, request.user) if is_mine else {}
    shown |= _refusal(row, request.user)
    return render(request, "social/render.html", shown, status=status)


def _story(row: Render, viewer: Any) -> dict[str, Any]:
    """Return what its maker sees beside a render: its takes, what comes next, and its recipe."""
    is_ready = row.state == Render.State.READY
    takes = _takes(row, viewer)
    return {
        "takes": takes,
        "earlier": next((one["media"] for one in takes if one["media"]), None),
        "steps": _steps(row) if is_ready else (),
        "reroll_price": _price_again(row) if is_ready and _has_chance(row) else None,
        "can_start": is_ready and row.purpose != Render.Purpose.STILLS,
        "changes": FROM_CLIP,
        "again_from": _again_from(row, viewer),
        "recipe": json.dumps(
            {**document_of(row), "seed": row.seed}, indent=2, ensure_ascii=False, sort_keys=True
        ),
    }


def _again_from(row: Render, viewer: Any) -> str:
    """Return the rest of an address that opens the studio on what a render was made of."""
    first = next(iter(_parents(row, viewer)), None)
    if first is None:
        return ""
    if first["clip"]:
        return f"&remix={first['clip'].pk}"
    return f"&from={first['render'].pk}" if first["render"] else ""


def _takes(row: Render, viewer: Any) -> list[dict[str, Any]]:
    """Return the takes of the same wish, newest first."""
    rows = viewer.renders.visible_to(viewer).of_stack(row).with_playable().order_by("-pk")
    return [
        {
            "render": take,
            "media": queries.media_urls(take, viewer) if take.is_playable else None,
            "is_here": take.pk == row.pk,
            "is_working": take.state in STAGES,
        }
        for take in rows[:TAKES_SHOWN]
    ]


def _steps(row: Render) -> list[dict[str, Any]]:
    """Return the larger purposes that this take can be made for, with their prices."""
    return [
        {"purpose": purpose, "label": label, "price": _price_again(row, purpose=purpose)}
        for purpose, label in NEXT_STEPS[row.purpose]
    ]


def _price_again(row: Render, *, purpose: Any = None) -> int:
    """Return what another take costs: a re-roll, or the same for another purpose."""
    wish = repeating.wish_of(row)
    if purpose is not None:
        wish = replace(wish, purpose=purpose)
    sources = [checking.facts_of(parent) for parent in queries.parents_of(row)]
    return prices.price_of(orders.order_of(wish, sources, is_reroll=purpose is None))


def _shots(row: Render) -> list[dict[str, Any]]:
    """Return the shots of a finished storyboard, with what it costs to make each again."""
    facts = [checking.facts_of(row)]
    found = []
    for shot in row.media_facts.get("shots", []):
        span = Span(shot["start_s"], shot["end_s"])
        wish = Wish(operation="edit", parts=Parts(span=span))
        order = orders.order_of(wish, facts, is_reroll=True)
        found.append({**shot, "price": prices.price_of(order)})
    return found


def _has_chance(row: Render) -> bool:
    return row.operation not in orders.WITHOUT_ENGINE


def _parents(row: Render, viewer: Any) -> list[dict[str, Any]]:
    """Return the clips that it is made of, as far as the viewer may see them."""
    if not row.parent_id:
        return []
    renders = queries.parents_of(row)
    clips = {
        clip.render_id: clip for clip in Clip.objects.visible_to(viewer).filter(render__in=renders)
    }
    return [
        {"clip": clips.get(one.pk), "render": one if one.maker_id == viewer.pk else None}
        for one in renders
    ]


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


@login_required
@require_POST
def reroll(request: Any, render_id: UUID) -> HttpResponse:
    """Make a render of one's own, or one of its shots, again with another seed."""
    asked = RerollRequest(data={name: value for name, value in request.POST.items() if value})
    asked.is_valid(raise_exception=True)
    return _again(request, render_id, remixing.reroll, **asked.validated_data)


@login_required
@require_POST
def remake(request: Any, render_id: UUID) -> HttpResponse:
    """Make a render of one's own for another purpose, with the same seed."""
    asked = TakeRequest(data=request.POST)
    asked.is_valid(raise_exception=True)
    return _again(request, render_id, remixing.remake, **asked.validated_data)


def _again(request: Any, render_id: UUID, make: Any, **asked: Any) -> HttpResponse:
    own = request.user.renders.visible_to(request.user)
    row = get_object_or_404(own.select_related("stack"), pk=render_id)
    try:
        made = make(row, by=request.user, **asked)
    except DomainError as error:
        messages.error(request, error.detail)
        return redirect("render", render_id)
    return redirect("render", made.pk)


@login_required
def compare(request: Any, render_id: UUID, other_id: UUID) -> HttpResponse:
    """Two takes of one wish, side by side."""
    own = request.user.renders.visible_to(request.user)
    row = get_object_or_404(own, pk=render_id)
    pair = [row, get_object_or_404(own.of_stack(row), pk=other_id)]
    shown = [{"render": one, "media": _playable(one, request.user)} for one in pair]
    if not all(one["media"] for one in shown):
        raise Http404
    takes = [one for one in _takes(row, request.user) if one["media"]]
    return render(request, "social/compare.html", {"pair": shown, "takes": takes})
