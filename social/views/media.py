"""The door through which media leave: a signed address, and the question of who looks now."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views import View

from accounts.models import User
from core import delivery
from social import queries


class MediaView(View):
    """GET and HEAD of a file. What the viewer may not see now is 404, however good the address."""

    def get(self, request: HttpRequest, token: str, subject: str, name: str) -> HttpResponseBase:
        grant = delivery.verify(token, subject=subject)
        viewer = _viewer(request, grant.audience) if grant else None
        if grant is None or viewer is None or not queries.may_play(subject, viewer=viewer):
            raise Http404
        answer = delivery.deliver(request, subject=subject, name=name, grant=grant)
        if request.user.is_authenticated:
            # It was this session that opened the door, so no shared cache may keep what is behind.
            patch_cache_control(answer, private=True)
        return answer

    head = get


def _viewer(request: HttpRequest, audience: str) -> Any | None:
    """Return whom to ask for, or None if the address is in wrong hands.

    An address for all is judged for whoever brings it. A personal one itself says who looks, for
    players outside a browser bring no session; in a session of somebody else it is worthless.
    """
    if audience == "all":
        return request.user
    key = int(audience.removeprefix("u"))
    if request.user.is_authenticated:
        return request.user if request.user.pk == key else None
    return User.objects.active().filter(pk=key).first()
