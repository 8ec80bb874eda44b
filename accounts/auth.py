"""Who is asking. The session token of apps and the cookie of browsers lead to the same sessions."""

from __future__ import annotations

import re
from functools import cache
from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts import policies
from accounts.actions import text_rules
from accounts.models import User
from accounts.spec import HANDLE_MAX, HANDLE_MIN, HANDLE_PATTERN
from core.errors import ConflictError
from core.prepared import Prepared


class TakenError(ConflictError):
    """Somebody has just taken this handle or e-mail address. Log in, or choose another."""

    code = "taken"


class SignedInRequest(Request):
    """A request behind IsAuthenticated: its user is a person, never anonymous."""

    user: User


class SignedInPage(HttpRequest):
    """A page's request behind login_required: the same promise."""

    user: User
    htmx: HtmxDetails


def signed_in(request: Request) -> User:
    """Return the person behind a generic view's request, which IsAuthenticated let through."""
    assert isinstance(request.user, User)  # noqa: S101 - for the reader and the type checker
    return request.user


class TokenSession(XSessionTokenAuthentication):  # type: ignore[misc]
    """`X-Session-Token`, as /_allauth/app/v1/ hands it out."""

    def authenticate_header(self, request: Request) -> str:
        # Its presence is what makes DRF answer 401 and not 403 to nobody.
        return 'X-Session-Token realm="api"'


class SocketDoor:
    """Lets apps in by `X-Session-Token` and browsers by their cookie and origin.

    No page of somebody else can set a header on a socket, so a token needs no Origin beside it.
    A token that is not ours is treated like none: the consumer finds nobody and closes.
    """

    def __init__(self, *, with_token: Any, with_cookie: Any) -> None:
        self._with_token = with_token
        self._with_cookie = with_cookie

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        token = dict(scope["headers"]).get(b"x-session-token", b"").decode("latin-1")
        if not token:
            await self._with_cookie(scope, receive, send)
            return
        user = await database_sync_to_async(_person_with)(token)
        await self._with_token(scope | {"user": user}, receive, send)


def _person_with(token: str) -> User | AnonymousUser:
    found = authenticate_by_x_session_token(token)
    return found[0] if found else AnonymousUser()


class BrowserSession(SessionAuthentication):
    """The session cookie of the pages, with its CSRF check."""


class IsModerator(BasePermission):
    message = "This is for moderators."

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(getattr(request.user, "is_moderator", False))


class Sessions(AuthenticationBackend):  # type: ignore[misc]
    """Log-in by name, address or passkey as allauth does it, and the person behind a session."""

    def get_user(self, user_id: Any) -> User | None:
        """Return an active person by key. Asked by every request, so its SQL is made once."""
        rows = _prepared_person().rows(pk=int(user_id))
        user = User.from_db(DEFAULT_DB_ALIAS, _PERSON, rows[0]) if rows else None
        return user if self.user_can_authenticate(user) else None


_PERSON = [field.attname for field in User._meta.concrete_fields]
_PERSON_MARK = -7_777_777_777  # nobody's key


@cache
def _prepared_person() -> Prepared:
    people = User.objects.filter(pk=_PERSON_MARK)
    return Prepared(people.values_list(*_PERSON), slots={"pk": _PERSON_MARK})


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Our rules for names, at every door by which an account is made, and our name on mails."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_blacklisted": "This handle is reserved.",
        "username_taken": "Somebody has this handle already.",
        "username_malformed": (
            f"A handle has {HANDLE_MIN} to {HANDLE_MAX} letters a-z, digits or underscores."
        ),
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        handle = username.lower()
        if not re.fullmatch(HANDLE_PATTERN, handle):
            message = self.error_messages["username_malformed"]
            raise ValidationError(message, code="username_malformed")
        if policies.is_reserved(handle):
            raise self.validation_error("username_blacklisted")
        if not text_rules().allows_handle(handle):
            raise ValidationError("This handle is against the house rules.", code="against_rules")
        return str(super().clean_username(handle, shallow=shallow))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail that names the product; by itself it would name the request's host."""
        here = SimpleNamespace(name=settings.PRODUCT_NAME, domain=settings.SITE_URL)
        super().send_mail(template_prefix, email, context | {"current_site": here})

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save a new person. Raises TakenError if another sign-up got the name or address first."""
        try:
            with transaction.atomic():
                saved: User = super().save_user(request, user, form, commit)
        except IntegrityError:
            raise TakenError from None
        return saved
