"""Pages about oneself, and the buttons beside people."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import actions
from accounts.auth import SignedInPage
from accounts.models import Notice, User
from accounts.serializers import ProfileRequest
from core.errors import InvalidError

NOTICES_MAX = 100


@login_required
def notices(request: SignedInPage) -> HttpResponse:
    """Show the newest notices, and count them as read."""
    rows = list(Notice.objects.for_user(request.user).order_by("-created_at")[:NOTICES_MAX])
    actions.read_notices(request.user)
    return render(request, "accounts/notices.html", {"notices": rows})


@login_required
def settings(request: SignedInPage) -> HttpResponse:
    """Show and change what others see of oneself."""
    asked = ProfileRequest(data=request.POST if request.method == "POST" else None)
    faults: dict[str, list[str]] = {}
    if request.method == "POST":
        if asked.is_valid():
            faults = _refused(request, asked.validated_data)
            if not faults:
                messages.success(request, "Saved.")
                return redirect("settings")
        else:
            faults = asked.errors
    blocked = User.objects.blocked_by_viewer(request.user).order_by("handle")
    return render(request, "accounts/settings.html", {"faults": faults, "blocked": blocked})


def _refused(request: SignedInPage, wanted: dict[str, str]) -> dict[str, list[str]]:
    """Change the profile. Returns what stands in its way, by field."""
    kept = {"display_name": request.user.display_name, "bio": request.user.bio}
    try:
        actions.set_profile(request.user, **(kept | wanted))
    except InvalidError as error:
        return {error.field: [error.detail]}
    return {}


@login_required
@require_POST
def follow(request: SignedInPage, handle: str) -> HttpResponse:
    """Follow somebody, or stop following."""
    person = get_object_or_404(User.objects.visible_to(request.user), handle=handle)
    is_on = request.POST.get("on") == "true"
    act = actions.follow if is_on else actions.unfollow
    act(person, by=request.user)
    if not request.htmx:
        return redirect("profile", person.handle)
    return render(request, "accounts/_follow.html", {"person": person, "is_followed": is_on})


@login_required
@require_POST
def block(request: SignedInPage, handle: str) -> HttpResponse:
    """Block somebody: they are gone from the next page on."""
    person = get_object_or_404(User.objects.visible_to(request.user), handle=handle)
    actions.block(person, by=request.user)
    messages.success(request, f"@{person.handle} is blocked. Settings lists whom you have blocked.")
    return redirect("home")


@login_required
@require_POST
def unblock(request: SignedInPage, handle: str) -> HttpResponse:
    """Take a block back."""
    person = get_object_or_404(User.objects.blocked_by_viewer(request.user), handle=handle)
    actions.unblock(person, by=request.user)
    messages.success(request, f"@{person.handle} is not blocked any more.")
    return redirect("settings")
