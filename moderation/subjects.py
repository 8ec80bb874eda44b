"""The port through which moderation shows, and rules on, rows of apps above it. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from core.subjects import SubjectRef


@dataclass(frozen=True, slots=True)
class Preview:
    """What a reviewer sees of a subject.

    `owner_id`: the user who hears of a decision. `lines`: (label, text) facts. `media`: (kind,
    address), kind being sprite, poster, image, video or audio. `context`: texts it continues,
    nearest first. `fingerprint`: perceptual hashes of its pictures (core.fingerprints), remembered
    when it is removed. `twin`: another subject of the very same pictures, hidden and shown again
    with it. `carriers`: what else its pictures were cut into; once it is gone, people look at them.
    """

    title: str
    owner_id: int | None
    lines: Sequence[tuple[str, str]] = ()
    media: Sequence[tuple[str, str]] = ()
    context: Sequence[str] = ()
    fingerprint: bytes = b""
    twin: SubjectRef | None = None
    carriers: Sequence[SubjectRef] = ()


class Subject(Protocol):
    """One kind of subject, bound by its name in `settings.MODERATION_SUBJECTS`.

    `subject_id` is the text form of the row's key.
    """

    def preview(self, subject_id: str, /) -> Preview:
        """Return what a reviewer needs to see.

        Raises the model's DoesNotExist for a row that is gone.
        """

    def is_visible(self, subject_id: str, /, *, to: Any) -> bool:
        """Whether the user `to` may see the row; a report must not tell that it exists."""

    def ruled(self, subject_id: str, /, *, outcome: str, verdict_id: UUID) -> None:
        """Move the row to where a human decision ("allow" or "refuse") puts it.

        Called inside the deciding transaction: no network, no files, no wait. Must be safe to
        repeat; a row that has moved on by itself (cancelled, deleted) is left alone.
        """
