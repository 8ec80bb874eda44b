"""The door through which media leave: a signed address, and the question of who looks now."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views import View

from accounts.models import User
from core import delivery
from social import queries


class MediaView(View):
    """GET and HEAD of a file. What the viewer may not see now is 404, however good the address."""

    def get(self, request: HttpRequest, token: str, subject: str, name: str) -> HttpResponseBase:
        grant = delivery.verify(token, subject=subject)
        if grant is None or not queries.may_play(subject, viewer=_viewer(request, grant.audience)):
            raise Http404
        return delivery.deliver(request, subject=subject, name=name, grant=grant)

    head = get


def _viewer(request: HttpRequest, audience: str) -> Any:
    """Return whom the address was given to. An address for all is judged for whoever brings it.

    Players outside a browser bring no session: then the address alone says who looks. A session of
    somebody else makes a personal address worthless.
    """
    if audience == "all":
        return request.user
    named = User.objects.active().filter(pk=int(audience.removeprefix("u"))).first()
    if named is None or (request.user.is_authenticated and request.user.pk != named.pk):
        return AnonymousUser()
    return named
