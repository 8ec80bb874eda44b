"""Small things that every page draws: icons, avatars, the product's own words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# Inline styles are forbidden by the content security policy: hues are classes, one per 30 degrees.
HUES = 12


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite. Without a label it is decoration to a screen reader."""
    address = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.simple_tag
def avatar(user: Any, size: str = "") -> SafeString:
    """Draw the avatar of a user or of a card's maker: a letter on the colour of the handle."""
    is_card = isinstance(user, Mapping)
    name, degrees = (
        (user["name"], user["avatar_hue"]) if is_card else (user.shown_name, user.avatar_hue)
    )
    letter, hue = name[:1].upper(), degrees * HUES // 360
    return format_html(
        '<span class="avatar hue-{} {}" aria-hidden="true">{}</span>', hue, size, letter
    )


@register.filter
def rendition(media: Mapping[str, Any], lines: int) -> str:
    """Return the address of the largest mp4 of at most `lines`, or of the smallest there is.

    Small canvases have none of the usual sizes.
    """
    sizes = sorted((int(name), address) for name, address in media["mp4"].items())
    fitting = [address for size, address in sizes if size <= lines]
    return fitting[-1] if fitting else sizes[0][1] if sizes else ""


@register.simple_tag
def product_name() -> str:
    """Return what this installation calls itself."""
    return str(settings.PRODUCT_NAME)


@register.simple_tag
def cameo_noun() -> str:
    """Return what pages call a lent likeness."""
    return str(settings.PRODUCT_CAMEO_NOUN)


@register.filter
def ago(moment: datetime | str | None) -> str:
    """Return how long ago a moment was, as short as a feed wants it: now, 5m, 3h, 2d, 4w."""
    if not moment:
        return ""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    seconds = max(0, int((timezone.now() - moment).total_seconds()))
    for span, unit in ((604_800, "w"), (86_400, "d"), (3600, "h"), (60, "m")):
        if seconds >= span:
            return f"{seconds // span}{unit}"
    return "now"


@register.filter
def compact(count: int) -> str:
    """Return a count as feeds show it: 950, 1.2k, 34k, 5.6M."""
    for size, unit in ((1_000_000, "M"), (1000, "k")):
        if count >= size:
            value = count / size
            return f"{value:.1f}{unit}" if value < 10 else f"{value:.0f}{unit}"  # noqa: PLR2004
    return str(count)
