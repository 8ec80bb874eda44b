"""The operators' page: workers, queues, and what has failed for good."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core.errors import DomainError
from generation.actions import reviving
from generation.models import Render
from generation.queries import operating

SHOWN_MAX = 50


def staff_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    @login_required
    @never_cache
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_staff:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@staff_only
def console_renders(request: Any) -> HttpResponse:
    """Show who works, what waits in which lane, and the renders that failed."""
    shown = {
        "posts": operating.posts(),
        "depths": operating.depths(),
        "failed": operating.dead_letters()[:SHOWN_MAX],
        "failed_count": Render.objects.filter(state=Render.State.FAILED).count(),
    }
    return render(request, "console/renders.html", shown)


@staff_only
@require_POST
def make_again(request: Any, render_id: UUID) -> HttpResponse:
    """Queue a failed render once more."""
    found = get_object_or_404(Render, pk=render_id)
    try:
        reviving.make_again(found, by=request.user, reason=request.POST.get("reason", ""))
        messages.success(request, "Queued again.")
    except DomainError as error:
        messages.error(request, error.detail)
    return redirect("console_renders")
