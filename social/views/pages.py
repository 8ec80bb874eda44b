"""Pages of what people posted and said: drafts, clip, profile."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.auth import SignedInPage
from accounts.queries import profiles_for
from core.ids import uuid_of
from core.subjects import SubjectRef
from generation import queries
from generation.models import ACTIVE, Render
from moderation.actions import reporting
from moderation.models import RuleVersion
from social.actions import publishing, talking
from social.models import Clip, Comment
from social.queries import clip_cards, lineage
from social.serializers import CommentRequest

TILES_PER_PAGE = 24
COMMENTS_SHOWN = 60
REPORT_CHARS_MAX = 1000


@login_required
def drafts(request: SignedInPage) -> HttpResponse:
    """One's own renders, newest first."""
    rows = (
        Render.objects.visible_to(request.user)
        .filter(maker=request.user, clip=None)
        .with_playable()
    )
    page, next_url = _page_of(request, rows)
    items = [
        {
            "render": row,
            "media": queries.media_urls(row, request.user) if row.is_playable else None,
            "is_working": row.state in (*ACTIVE, Render.State.QUEUED),
        }
        for row in page
    ]
    shown = {
        "renders": items,
        "next_url": next_url,
        "is_working": any(item["is_working"] for item in items),
    }
    return render(request, "social/drafts.html", shown)


def _page_of(request: HttpRequest, rows: QuerySet[Any]) -> tuple[list[Any], str]:
    """Return a page of rows newest first, and the address of the next one or an empty text."""
    if before := uuid_of(request.GET.get("before", "")):
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: TILES_PER_PAGE + 1])
    has_more = len(found) > TILES_PER_PAGE
    page = found[:TILES_PER_PAGE]
    return page, f"?before={page[-1].pk}" if has_more else ""


def clip(request: HttpRequest, clip_id: UUID) -> HttpResponse:
    """One clip with its remix line and its comments."""
    row = get_object_or_404(Clip.objects.visible_to(request.user), pk=clip_id)
    card = clip_cards([row.pk], viewer=request.user).get(row.pk)
    if card is None:
        raise Http404  # taken back since the line above
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
    rule, text = request.POST.get("rule", ""), request.POST.get("text", "")[:REPORT_CHARS_MAX]
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
    page, next_url = _page_of(request, rows)
    cards = clip_cards([row.pk for row in page], viewer=request.user)
    shown = {
        "person": person,
        "tab": tab,
        "cards": [cards[row.pk] for row in page if row.pk in cards],
        "next_url": next_url,
        "is_me": person == request.user,
    }
    return render(request, "social/profile.html", shown)
