"""A cameo as a subject of moderation: the port that the console calls."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from cameos.actions.capturing import verifier
from cameos.models import Cameo
from core.states import StaleStateError
from moderation.spec import Outcome
from moderation.subjects import Preview

_UNJUDGED = (Cameo.State.VERIFYING, Cameo.State.REFUSED)


class CameoSubject:
    """A likeness before the moderators, newly captured or reported."""

    def preview(self, subject_id: str, /) -> Preview:
        """Return what the console shows: challenge, findings, stills and recording."""
        cameo = Cameo.objects.select_related("owner").get(pk=subject_id)
        base = f"/api/v1/cameos/{cameo.pk}"
        media = [("image", f"{base}/stills/{index}") for index in range(len(cameo.references))]
        if cameo.capture_name and cameo.kind == Cameo.Kind.PERSON:
            media.append(("video", f"{base}/capture"))
        return Preview(
            title=f"{cameo.get_kind_display()} “{cameo.name}” of @{cameo.owner.handle}",
            owner_id=cameo.owner_id,
            lines=[*_challenge_lines(cameo), *_check_lines(cameo)],
            media=media,
        )

    def is_visible(self, subject_id: str, /, *, to: Any) -> bool:
        """Whether `to` may know of the cameo."""
        return Cameo.objects.visible_to(to).filter(pk=subject_id).exists()

    def ruled(self, subject_id: str, /, *, outcome: str, verdict_id: UUID) -> None:
        """Activate or refuse a capture.

        A likeness in use stays as its owner has it: every read asks the standing, so that a
        decision, a take-down and its end are obeyed from their commit on.
        """
        cameo = Cameo.objects.get(pk=subject_id)
        try:
            if outcome == Outcome.ALLOW:
                self._allow(cameo)
            elif cameo.state == Cameo.State.VERIFYING:
                cameo.move(Cameo.State.REFUSED)
        except StaleStateError:
            return

    def _allow(self, cameo: Cameo) -> None:
        living = Cameo.objects.owned_by(cameo.owner).filter(
            kind=Cameo.Kind.PERSON, state__in=Cameo.LIVING
        )
        # An appeal may be won after its owner has begun another recording: that one stands.
        is_replaced = cameo.kind == Cameo.Kind.PERSON and living.exclude(pk=cameo.pk).exists()
        if cameo.state in _UNJUDGED and not is_replaced:
            cameo.move(Cameo.State.ACTIVE, assurance=verifier().assurance)


def _challenge_lines(cameo: Cameo) -> list[tuple[str, str]]:
    lines = [("Name", cameo.name), ("Terms", cameo.get_terms_display())]
    if cameo.rules_text:
        lines.append(("Owner's rules", cameo.rules_text))
    if cameo.challenge:
        lines.append(("Must say", " ".join(cameo.challenge["digits"])))
        lines.append(("Must look", ", then ".join(cameo.challenge["turns"])))
    lines.append(("Assurance", "basic: challenge and review, not certified liveness"))
    return lines


def _check_lines(cameo: Cameo) -> list[tuple[str, str]]:
    words = {True: "passed", False: "failed", None: "look yourself"}
    return [
        (f"Check: {check['name']}", f"{words[check['passed']]}: {check['note']}".rstrip(": "))
        for check in cameo.checks
    ]
