"""Prompt help: proposals that people read, change and send themselves."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from core import plugins
from generation.rewriters import Rewriter
from generation.spec.wish import RewriteLength
from moderation.actions import screening


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A proposal beside what was written. `rewriter` says who wrote it."""

    prompt: str
    original_prompt: str
    length: RewriteLength
    rewriter: str


def rewrite_prompt(prompt: str, *, length: RewriteLength, seconds: float, by: User) -> Rewrite:
    """Write a prompt out. Both the prompt and the proposal pass the gate; nothing is kept.

    Raises PromptRefusedError.
    """
    screening.screen_prompt(prompt, by=by)
    rewriter: Rewriter = plugins.load("GENERATION_REWRITERS", "default")
    proposal = rewriter.rewrite(prompt, length=length, seconds=seconds)
    screening.screen_prompt(proposal, by=by)
    return Rewrite(proposal, prompt, length, rewriter.name)
