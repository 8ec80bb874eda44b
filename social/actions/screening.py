"""The gate for what people write about clips."""

from __future__ import annotations

import moderation.actions
from accounts.models import User
from core.errors import InvalidError
from moderation.spec import Outcome, Stage


class CaptionHeldError(InvalidError):
    """A moderator would have to read these words first. Choose others, or leave them out."""

    code = "caption_held"


def screen_caption(text: str, *, by: User) -> None:
    """Let a caption pass or raise TextRefusedError or CaptionHeldError, both naming `caption`.

    Keep out of transactions: the record of a refusal must survive it.
    """
    if not text:
        return
    try:
        verdict = moderation.actions.screen_text(text, by=by, stage=Stage.PUBLISH)
    except moderation.actions.TextRefusedError as refusal:
        refusal.field = "caption"
        raise
    if verdict.outcome == Outcome.HOLD:
        rules = sorted({reason["rule"] for reason in verdict.reasons})
        raise CaptionHeldError(field="caption", rules=rules, verdict=str(verdict.pk))
