"""The gate for what people write about clips."""

from __future__ import annotations

import moderation.actions
from accounts.models import User
from core.errors import InvalidError
from moderation.spec import Outcome, Stage


class CaptionHeldError(InvalidError):
    """These words may break a rule. Choose others, leave them out, or ask a moderator to decide.

    Nobody looks at them until their writer does ask, by the slip that the refusal carries: most
    people write another caption. What the moderator allows passes from then on.
    """

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
        raise CaptionHeldError(**moderation.actions.told_of(verdict, text), field="caption")
