"""What moderation does. Callers write `moderation.actions.screen_prompt(…)`."""

from moderation.actions.appealing import AppealNotPossibleError, appeal
from moderation.actions.casework import (
    CaseMovedError,
    CaseTakenError,
    NotYourCaseError,
    claim_case,
    decide,
    escalate,
    release_case,
)
from moderation.actions.naming import PersonalTexts, TextHeldError
from moderation.actions.opening import open_case
from moderation.actions.reporting import ReportLimitError, report
from moderation.actions.rules import publish_house_rules, set_thresholds
from moderation.actions.screening import (
    PromptRefusedError,
    TextRefusedError,
    check_text,
    review_media,
    screen_prompt,
    screen_text,
    told_of,
)
from moderation.actions.standing import NotTakenDownError, restore, take_down

__all__ = [
    "AppealNotPossibleError",
    "CaseMovedError",
    "CaseTakenError",
    "NotTakenDownError",
    "NotYourCaseError",
    "PersonalTexts",
    "PromptRefusedError",
    "ReportLimitError",
    "TextHeldError",
    "TextRefusedError",
    "appeal",
    "check_text",
    "claim_case",
    "decide",
    "escalate",
    "open_case",
    "publish_house_rules",
    "release_case",
    "report",
    "restore",
    "review_media",
    "screen_prompt",
    "screen_text",
    "set_thresholds",
    "take_down",
    "told_of",
]
