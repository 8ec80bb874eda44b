"""A rewriter by rules: it adds what a prompt leaves open, and changes nothing that it says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

from generation.spec.wish import RewriteLength

# Aspects in the order in which they are added, with the words that show a prompt has it already.
_HAS: Mapping[str, re.Pattern[str]] = {
    "camera": re.compile(
        r"(?i)\b(camera|shot|pan|zoom|close-?up|wide|aerial|handheld|orbit|tilt|tracking)"
    ),
    "light": re.compile(
        r"(?i)\b(light|lit|sun|dawn|dusk|noon|night|neon|golden|shadow|moon|morning|evening)"
    ),
    "motion": re.compile(r"(?i)\b(slow|fast|suddenly|then|while|gently|drift|turns?|moves?)\b"),
    "sound": re.compile(
        r"(?i)\b(sound|music|song|hum|rain|wind|silence|says?|sings?|noise|birds)\b|[\"“”]"
    ),
    "mood": re.compile(r"(?i)\b(calm|happy|sad|tense|dreamy|funny|dark|cosy|warm|lonely)\b"),
}
_ADDS: Mapping[str, Sequence[str]] = {
    "camera": (
        "The camera follows slowly at eye level",
        "A steady wide shot that gently moves closer",
        "The camera circles once around it",
        "A handheld shot, close by",
    ),
    "light": (
        "soft morning light from the side",
        "warm evening light with long shadows",
        "an overcast sky, even light",
        "cool light with a bright rim",
    ),
    "motion": (
        "Small things move in the background",
        "It begins calmly and grows livelier",
        "Everything drifts a little, as in a light wind",
    ),
    "sound": (
        "One hears footsteps and a quiet room",
        "One hears the place itself and, far away, a few birds",
        "Soft music lies under the sounds of the scene",
    ),
    "mood": ("The mood is calm", "The mood is playful", "The mood is a little dreamy"),
}
_ASPECTS: Mapping[RewriteLength, int] = {"short": 1, "medium": 3, "long": 5}
# A second holds no more than this many new things to look at.
_ASPECTS_PER_S = 0.7


class Rules:
    """Adds camera, light, movement, sound and mood, each only where the prompt is silent about it.

    The same prompt always gets the same words. It knows English only; in other languages it adds
    nothing but a full stop.
    """

    name = "rules"

    def rewrite(self, prompt: str, *, length: RewriteLength, seconds: float) -> str:
        told = " ".join(prompt.split())
        if not told.isascii():
            return _ended(told)
        most = min(_ASPECTS[length], max(1, round(seconds * _ASPECTS_PER_S)))
        open_aspects = [aspect for aspect, known in _HAS.items() if not known.search(told)]
        added = [_chosen(told, aspect) for aspect in open_aspects[:most]]
        return " ".join([_ended(told), *(_ended(words[0].upper() + words[1:]) for words in added)])


def _chosen(prompt: str, aspect: str) -> str:
    digest = hashlib.sha256(f"{aspect}\n{prompt}".encode()).digest()
    choices = _ADDS[aspect]
    return choices[digest[0] % len(choices)]


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", '"', "”", "…")) else f"{sentence}."
