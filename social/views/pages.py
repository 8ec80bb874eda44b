"""Pages of making, publishing and talking: studio, drafts, clip, profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.queries import profiles_for
from billing.queries import balance_of
from cameos.models import Cameo
from cameos.policies import may_use
from core.errors import DomainError, as_problem
from core.subjects import SubjectRef
from generation import policies, queries
from generation.actions import requesting
from generation.models import ACTIVE, Render
from generation.serializers import RenderRequest
from moderation.actions import appealing, reporting
from moderation.models import RuleVersion
from social.actions import publishing, talking
from social.models import Clip, Comment
from social.queries import clip_cards, lineage
from social.serializers import CommentRequest, PublishRequest

TILES_PER_PAGE = 24
COMMENTS_SHOWN = 60
CASTABLE_MAX = 24
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
        return _studio(request, parent, values=_first_values(request))
    values = request.POST.dict() | {"cast": request.POST.getlist("cast")}
    asked = RenderRequest(data={name: value for name, value in values.items() if value != ""})
    if not asked.is_valid():
        return _studio(request, parent, values=values, faults=asked.errors, status=422)
    try:
        made = _ask(request, asked, parent)
    except DomainError as error:
        fault = as_problem(error)
        return _studio(request, parent, values=values, fault=fault, status=error.status)
    return redirect("render", made.pk)


def _ask(request: Any, asked: RenderRequest, parent: Clip | None) -> Render:
    if parent is None:
        return requesting.request_render(asked.wish(), by=request.user)
    return publishing.remix_clip(parent, asked.wish(), by=request.user)


def _parent_of(request: HttpRequest) -> Clip | None:
    if not (clip_id := request.GET.get("remix")):
        return None
    return get_object_or_404(Clip.objects.visible_to(request.user), pk=_uuid(clip_id))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _first_values(request: Any) -> dict[str, Any]:
    values: dict[str, Any] = {"shape": "portrait", "cast": [], "strength": "0.6"}
    if again := request.GET.get("again"):
        old = get_object_or_404(request.user.renders, pk=_uuid(again))
        values |= {"prompt": old.prompt, "seconds": f"{old.seconds:g}", "shape": old.shape}
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
        "price": policies.price_of(
            seconds=_seconds(values), shape=values.get("shape") or "portrait"
        ),
        "castable": _castable(request.user),
        "shapes": SHAPES,
        "ideas": IDEAS,
    }
    return render(request, "social/create.html", shown, status=status)


def _castable(user: Any) -> list[Cameo]:
    """Return the likenesses that a person may cast now."""
    rows = Cameo.objects.visible_to(user).usable().select_related("owner")[:CASTABLE_MAX]
    return [row for row in rows if may_use(user, row)]


def _seconds(values: Mapping[str, Any]) -> float:
    try:
        return float(values.get("seconds") or 5)
    except ValueError:
        return 5.0


def _by_field(fault: Any) -> dict[str, list[str]]:
    errors = (fault or {}).get("errors", [])
    return {error["field"]: [error["detail"]] for error in errors}


@login_required
def draft(request: HttpRequest, render_id: UUID) -> HttpResponse:
    """One render: progress while it works, then the draft and the way to publish it."""
    row = get_object_or_404(Render.objects.visible_to(request.user), pk=render_id)
    is_mine = row.maker_id == request.user.pk
    wait = queries.eta_s(row)
    shown = {
        "render": row,
        "media": _playable(row, request.user),
        "is_mine": is_mine,
        "is_working": row.state in (*ACTIVE, Render.State.QUEUED),
        "percent": round(row.progress * 100),
        "stage": STAGES.get(row.state, ""),
        "eta_s": wait,
        "position": queries.queue_position(row),
        "cast": row.cast.select_related("cameo__owner"),
        "clip": Clip.objects.visible_to(request.user).filter(render=row).first(),
        "suggested_caption": row.prompt[:120],
        "can_discard": is_mine and Render.State.DISCARDED in Render.MOVES[row.state],
        "can_appeal": is_mine and row.state == Render.State.REFUSED and row.verdict_id,
    }
    return render(request, "social/render.html", shown)


def _playable(row: Render, viewer: Any) -> dict[str, Any] | None:
    is_open = Render.objects.deliverable_to(viewer).filter(pk=row.pk).exists()
    return queries.media_urls(row, viewer) if is_open else None


@login_required
def drafts(request: HttpRequest) -> HttpResponse:
    """One's own renders, newest first."""
    rows = Render.objects.visible_to(request.user).filter(maker=request.user, clip=None)
    page, next_url = _page_of(request, rows, moment="created_at")
    items = [{"render": row, "media": queries.media_urls(row, request.user)} for row in page]
    return render(request, "social/drafts.html", {"renders": items, "next_url": next_url})


def _page_of(request: HttpRequest, rows: QuerySet[Any], *, moment: str) -> tuple[list[Any], str]:
    """Return a page of rows by `moment`, and the address of the next one or an empty text."""
    before = request.GET.get("before", "")
    if before:
        rows = rows.filter(pk__lt=_uuid(before))
    found = list(rows.order_by("-pk")[: TILES_PER_PAGE + 1])
    has_more = len(found) > TILES_PER_PAGE
    page = found[:TILES_PER_PAGE]
    return page, f"?before={page[-1].pk}" if has_more else ""


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
    clip = publishing.publish_clip(row, by=request.user, **values)
    messages.success(request, "Published.")
    return redirect("clip", clip.pk)


def clip(request: HttpRequest, clip_id: UUID) -> HttpResponse:
    """One clip with its remix line and its comments."""
    row = get_object_or_404(Clip.objects.visible_to(request.user), pk=clip_id)
    card = clip_cards([row.pk], viewer=request.user)[row.pk]
    comments = Comment.objects.visible_to(request.user).filter(clip=row).select_related("author")
    shown = {
        "clip": card,
        "row": row,
        "comments": comments.order_by("-created_at")[:COMMENTS_SHOWN],
        "lineage": lineage(row, viewer=request.user),
        "rules": RuleVersion.objects.current() if request.user.is_authenticated else (),
    }
    return render(request, "social/clip.html", shown)


@login_required
@require_POST
def like(request: Any, clip_id: UUID) -> HttpResponse:
    """Like a clip, or take the like back."""
    row = get_object_or_404(Clip.objects.visible_to(request.user), pk=clip_id)
    has_liked = row.likes.filter(user=request.user).exists()
    act = talking.unlike if has_liked else talking.like
    act(row, by=request.user)
    if not request.htmx:
        return redirect("clip", clip_id)
    row.refresh_from_db(fields=["like_count"])
    shown = {"id": row.pk, "has_liked": not has_liked, "like_count": row.like_count}
    return render(request, "social/_like.html", {"clip": shown})


@login_required
@require_POST
def comment(request: Any, clip_id: UUID) -> HttpResponse:
    """Say something under a clip."""
    row = get_object_or_404(Clip.objects.visible_to(request.user), pk=clip_id)
    asked = CommentRequest(data=request.POST)
    if asked.is_valid():
        talking.comment(row, by=request.user, text=asked.validated_data["text"])
    else:
        messages.error(request, "Write something first, up to 500 characters.")
    return redirect(f"/c/{clip_id}/#comments")


@login_required
@require_POST
def delete_comment(request: Any, comment_id: UUID) -> HttpResponse:
    """Delete a comment of one's own, or one under a clip of one's own."""
    row = get_object_or_404(Comment.objects.visible_to(request.user), pk=comment_id)
    get_object_or_404(Clip.objects.visible_to(request.user), pk=row.clip_id)
    talking.delete_comment(row, by=request.user)
    return redirect(f"/c/{row.clip_id}/#comments")


@login_required
@require_POST
def change_clip(request: Any, clip_id: UUID) -> HttpResponse:
    """Hide, show or delete a clip of one's own."""
    row = get_object_or_404(Clip.objects.visible_to(request.user), pk=clip_id)
    act = _CHANGES.get(request.POST.get("to", ""))
    if act is None:
        raise Http404
    act(row, by=request.user)
    is_gone = request.POST["to"] == "delete"
    return redirect("profile", request.user.handle) if is_gone else redirect("clip", clip_id)


_CHANGES = {
    "hide": publishing.hide_clip,
    "show": publishing.unhide_clip,
    "delete": publishing.delete_clip,
}


@login_required
@require_POST
def report(request: Any, clip_id: UUID) -> HttpResponse:
    """Report a clip to the moderators."""
    row = get_object_or_404(Clip.objects.visible_to(request.user), pk=clip_id)
    rule, text = request.POST.get("rule", ""), request.POST.get("text", "")
    reporting.report(SubjectRef("clip", str(row.pk)), by=request.user, rule=rule, text=text)
    messages.success(request, "Thank you. A moderator looks at it, and you hear what came of it.")
    return redirect("clip", clip_id)


def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """A person and their clips."""
    person = get_object_or_404(profiles_for(request.user), handle=handle.lower())
    tab = request.GET.get("tab", "clips")
    visible = Clip.objects.visible_to(request.user)
    if tab == "appearances":
        rows = visible.listed().filter(render__cast__cameo__owner=person)
    elif person == request.user:
        rows = visible.filter(maker=person)
    else:
        rows = visible.listed().filter(maker=person)
    page, next_url = _page_of(request, rows, moment="published_at")
    cards = clip_cards([row.pk for row in page], viewer=request.user)
    shown = {
        "person": person,
        "tab": tab,
        "cards": [cards[row.pk] for row in page if row.pk in cards],
        "next_url": next_url,
        "is_me": person == request.user,
    }
    return render(request, "social/profile.html", shown)
