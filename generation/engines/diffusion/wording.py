"""Saying camera, style and sound in words, for models that read nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from generation.spec import Camera, RenderSpec, SpokenLine

CAMERAS: Mapping[Camera, str] = {
    "still": "The camera is still.",
    "pan left": "The camera pans left.",
    "pan right": "The camera pans right.",
    "tilt up": "The camera tilts up.",
    "tilt down": "The camera tilts down.",
    "zoom in": "The camera zooms in slowly.",
    "zoom out": "The camera zooms out slowly.",
    "orbit": "The camera moves around in a circle.",
    "handheld": "Handheld camera, slightly shaky.",
    "close": "A close-up shot.",
    "follow": "The camera follows the movement.",
    "wide": "A wide shot.",
}


def scene_of(spec: RenderSpec) -> str:
    """Word what is to be seen: style, prompt, camera."""
    style = f"Style: {spec.style.strip().rstrip('.')}." if spec.style.strip() else ""
    camera = CAMERAS[spec.camera] if spec.camera else ""
    return joined(style, sentence(spec.prompt), camera)


def sounds_of(spec: RenderSpec) -> str:
    """Word what is to be heard beside speech. Silence says so, for the picture follows sound."""
    wish = spec.sound
    if wish.is_silent:
        return "There is no sound at all."
    ambience = f"Background sound: {wish.ambience.strip()}." if wish.ambience.strip() else ""
    music = ""
    if wish.music.strip():
        music = "No music." if wish.music == "none" else f"Music: {wish.music.strip()}."
    return joined(ambience, music)


def who_says(line: SpokenLine) -> str:
    """Name a speaker for a sentence: a handle without its sign, or a narrator."""
    return line.speaker.removeprefix("@").strip() or "A narrator"


def sentence(text: str) -> str:
    """End a text as a sentence, so that what follows does not run into it."""
    text = text.strip()
    return text if not text or text[-1] in ".!?…\"”’'" else f"{text}."


def joined(*parts: str) -> str:
    """Join the parts that are not empty with a space."""
    return " ".join(part for part in parts if part)
