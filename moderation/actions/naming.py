"""The gate for what people call themselves and say of themselves: the port of accounts."""

from __future__ import annotations

from accounts.models import User
from core.errors import InvalidError
from moderation.actions.screening import TextRefusedError, sayable, screen_text, told_of
from moderation.spec import Outcome, Stage


class TextHeldError(InvalidError):
    """These words may break a rule. Choose others, or ask a moderator to decide.

    Nobody looks at them until their writer does ask, by the slip that the refusal carries. What the
    moderator allows passes from then on.
    """

    code = "text_held"


class PersonalTexts:
    """The house rules for names, handles and what people say of themselves."""

    def require(self, text: str, /, *, by: User, field: str) -> None:
        """Let a text pass or raise TextRefusedError or TextHeldError."""
        try:
            verdict = screen_text(text, by=by, stage=Stage.COMMENT)
        except TextRefusedError as refusal:
            refusal.field = field
            raise
        if verdict.outcome == Outcome.HOLD:
            raise TextHeldError(**told_of(verdict, text), field=field)

    def allows_handle(self, handle: str, /) -> bool:
        """Whether the rules find nothing in a handle, read with its underscores as spaces and
        without them. What is only doubtful passes: it can be reported.
        """
        readings = (handle.replace("_", " "), handle.replace("_", ""))
        return all(sayable(text).outcome != Outcome.REFUSE for text in readings)
