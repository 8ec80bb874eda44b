"""What browsers may load and where forms may lead, for the settings."""

from __future__ import annotations

from typing import Any

_STRIPE = ("https://checkout.stripe.com", "https://billing.stripe.com")


def of_pages(*, payments_at: str) -> dict[str, Any]:
    """Return the content policy of every page: nothing inline, nothing of others but payments."""
    return {
        "DIRECTIVES": {
            "default-src": ["'self'"],
            "img-src": ["'self'", "data:", "blob:"],
            "media-src": ["'self'", "blob:"],
            "connect-src": ["'self'", "ws:", "wss:"],
            "style-src": ["'self'"],
            "script-src": ["'self'"],
            "object-src": ["'none'"],
            "base-uri": ["'none'"],
            "form-action": ["'self'", *_STRIPE, payments_at],
            "frame-ancestors": ["'none'"],
        }
    }
