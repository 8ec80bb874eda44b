"""Prompts with {slots}: what is missing, and the prompt that they make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from generation.spec.wish import Fault

SLOT_CHARS_MAX = 200
_SLOT = re.compile(r"\{([a-z_]+)\}")


def filled(text: str, slots: Mapping[str, str]) -> str:
    """Return the text with each {slot} replaced. What stands in a slot is never read as one."""
    return _SLOT.sub(lambda match: slots.get(match[1], "").strip(), text)


def faults_of_slots(known: Iterable[Mapping[str, Any]], slots: Mapping[str, str]) -> list[Fault]:
    """Return which slots of a template are empty, too long or not its own."""
    names = [slot["name"] for slot in known]
    found = [
        Fault(f"slots.{name}", "required", f"Fill in {name}.", names)
        for name in names
        if not slots.get(name, "").strip()
    ]
    found += [
        Fault(f"slots.{name}", "not_found", f"This template has no {name}.", names)
        for name in slots
        if name not in names
    ]
    found += [
        Fault(f"slots.{name}", "too_long", f"At most {SLOT_CHARS_MAX} characters.", SLOT_CHARS_MAX)
        for name, words in slots.items()
        if len(words) > SLOT_CHARS_MAX
    ]
    return found
