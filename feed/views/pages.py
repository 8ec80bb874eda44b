"""The pages of the feeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from core import paging
from feed import queries
from feed.spec import Card, Page, Reason

PAGE_SIZE = 6


def home(request: HttpRequest) -> HttpResponse:
    """Show the ranked feed."""
    return _show(request, "home", "For you", queries.home_cards)


@login_required
def following(request: HttpRequest) -> HttpResponse:
    """Show the clips of those one follows, newest first."""
    return _show(request, "following", "Following", queries.following_cards)


def _show(request: Any, feed: str, heading: str, cards_of: Callable[..., Page]) -> HttpResponse:
    cursor = request.GET.get("cursor")
    position = paging.opened(cursor, f"{feed} page") if cursor else None
    page = cards_of(request.user, position=position, limit=PAGE_SIZE)
    following = (
        f"{reverse(feed)}?cursor={paging.sealed(f'{feed} page', page.next)}" if page.next else ""
    )
    shown = {
        "feed": feed,
        "heading": heading,
        "cards": [{"clip": card.clip, "why": _shares(card)} for card in page.cards],
        "next_url": following,
    }
    is_part = request.htmx and cursor
    return render(request, "feed/_cards.html" if is_part else "feed/feed.html", shown)


def _shares(card: Card) -> list[dict[str, Any]]:
    """Return the reasons with points as a reader sees them: what helped, and what held it back."""
    return [{"text": part.text, "share": _points(part)} for part in card.why]


def _points(part: Reason) -> str:
    return f"{part.points / 1000:+.2f}" if part.points else ""
