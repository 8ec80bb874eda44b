"""Read everything that a spec asks: its prompt, and each field that says more than the prompt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from generation.engines.diorama.grammar import parse
from generation.engines.diorama.scene import Brief, Line, Noun, Scene
from generation.spec import RenderSpec, SoundWish

_SCENE_WORDS = ("place", "weather", "time", "camera", "style", "music")


def asked(spec: RenderSpec) -> Brief:
    """Return what a spec asks, in the vocabulary's names. A field outweighs the prompt."""
    brief = parse(spec.prompt)
    if spec.style and (style := parse(spec.style).style):
        brief = replace(brief, style=style)
    if spec.camera:
        brief = replace(brief, camera=spec.camera)
    return with_sound(_without(brief, spec.negative), spec.sound)


def _without(brief: Brief, negative: str) -> Brief:
    """Forbid what `negative` names; what the prompt wants is dropped where both speak of it."""
    if not negative:
        return brief
    unwanted = parse(negative)
    names = {noun.subject for noun in unwanted.nouns} | unwanted.forbidden
    names |= {value for name in _SCENE_WORDS if (value := getattr(unwanted, name))}
    kept: dict[str, Any] = {name: None for name in _SCENE_WORDS if getattr(brief, name) in names}
    return replace(brief, forbidden=brief.forbidden | names, **kept)


def with_sound(brief: Brief, wish: SoundWish) -> Brief:
    """Return `brief` with the mood, the silence and the spoken lines of a wish."""
    if wish.music:
        mood = "" if wish.music == "none" else parse(f"{wish.music} music").music
        brief = brief if mood is None else replace(brief, music=mood)
    if wish.is_silent:
        brief = replace(brief, is_silent=True)
    for line in wish.lines:
        brief = _with_line(brief, line.text, line.speaker)
    return brief


def _with_line(brief: Brief, text: str, speaker: str) -> Brief:
    """Add a spoken line; a speaker whom the prompt does not mention joins the scene."""
    words = " ".join(text.split())
    if any(line.text == words for line in brief.lines):
        return brief
    if not speaker:
        return replace(brief, lines=(*brief.lines, Line(-1, words)))
    noun = _speaker(speaker)
    same = (index for index, other in enumerate(brief.nouns) if _is_meant(other, noun))
    index = next(same, len(brief.nouns))
    nouns = brief.nouns if index < len(brief.nouns) else (*brief.nouns, noun)
    return replace(brief, nouns=nouns, lines=(*brief.lines, Line(index, words)))


def _is_meant(noun: Noun, speaker: Noun) -> bool:
    if speaker.handle:
        return noun.handle == speaker.handle
    return noun.handle is None and noun.subject == speaker.subject


def _speaker(name: str) -> Noun:
    """Read who speaks: a handle with or without @, or words for a subject."""
    if name.startswith("@"):
        return Noun("person", handle=name[1:].lower())
    nouns = parse(name).nouns
    return nouns[0] if nouns else Noun("person", handle=name.lower())


def bed_of(scene: Scene, ambience: str) -> Brief | None:
    """Return the surroundings that are heard instead of those seen, or None for the same."""
    if not ambience:
        return None
    heard = parse(ambience)
    changes = {name: getattr(heard, name) for name in ("place", "weather", "time")}
    said = {name: value for name, value in changes.items() if value is not None}
    if not said:
        return None
    return replace(scene.brief, **({"weather": "clear"} | said))
