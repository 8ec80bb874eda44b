"""The gate after a render: what was made is judged, and the verdict settles state and credits."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

import billing.actions.credits
from accounts.actions import notify
from cameos.actions import lending
from core import delivery
from core.media import probing, samples
from core.media.samples import Samples
from generation import events, queries
from generation.actions import referencing
from generation.actions.leasing import Lease
from generation.actions.requesting import subject_of
from generation.actions.sourcing import check_sources
from generation.actions.trying import record_try
from generation.models import Render
from moderation.actions import screening


def review(lease: Lease, *, seen: Samples | None = None) -> None:
    """Have what was made judged, bytes, words and lineage, and settle the render by the verdict.

    `seen`: the pictures to judge, if whoever made the clip kept them; else they are read back from
    its master, which is what a worker does that takes up another's render.

    Raises LeaseLostError, CancelRequestedError, StaleStateError, CameoNotLentError,
    SourceRemovedError.
    """
    render = lease.render
    with delivery.local_path(render.media_subject, "private/master.mp4") as master:
        frames, frames_per_s = seen or samples.of_file(master)
        audio = probing.read_sound(master)
    cast = render.cast.values_list("cameo__owner__handle", "cameo__name")
    verdict = screening.review_media(
        subject_of(render),
        digest=render.media_digest,
        frames=frames,
        audio=audio,
        transcript=" ".join(word["text"] for word in render.words),
        prompt=queries.words_of(render),
        context=queries.story_above(queries.parents_of(render)),
        granted=tuple(name for names in cast for name in names),
        frames_per_s=frames_per_s,
        owner_id=render.maker_id,
        doubts=referencing.doubts_of(render),
    )
    lease.renew()
    check_sources(render)
    settle(render, verdict, token=lease.token)


def settle(render: Render, verdict: Any, *, token: Any = None) -> None:
    """Give a judged render the state that its verdict calls for and settle its credits, in one
    transaction.

    A refusal that is overturned makes the clip ready for nothing, as does a failure that staff had
    made again: its credits went back, and it was ours to get right. Raises StaleStateError if
    somebody else moved it first or its maker has asked to stop, CameoNotLentError if a likeness in
    it was taken back meanwhile.
    """
    to = _STATE_OF[verdict.outcome]
    is_overturned = render.state == Render.State.REFUSED
    columns: dict[str, Any] = {"verdict_id": verdict.pk, "seq": render.seq + 1}
    columns |= refusal_of(verdict) if to == Render.State.REFUSED else _NO_PROBLEM
    ended = {"lease_token": None, "lease_until": None, "ended_at": timezone.now()}
    only_if = {"lease_token": token, "cancel_requested_at": None} if token else None
    with transaction.atomic():
        if to == Render.State.READY:
            # Locked before the wallet: what is lent when the credits are spent stays so until then.
            lending.lock_lent(render.pk)
            lending.check_still_lent(render.pk, by=render.maker)
        render.move(to, only_if=only_if, **ended, **columns)
        if to == Render.State.READY and not (is_overturned or render.is_waived):
            billing.actions.credits.capture(render.hold_key)
        elif to == Render.State.REFUSED:
            billing.actions.credits.release(render.hold_key)
        if token:
            record_try(render, token=token)
        _tell(render)


_NO_PROBLEM = {"problem_code": "", "problem_text": ""}
_STATE_OF = {
    "allow": Render.State.READY,
    "label": Render.State.READY,
    "hold": Render.State.HELD,
    "refuse": Render.State.REFUSED,
}


def refusal_of(verdict: Any) -> dict[str, str]:
    """Return the columns that tell a maker which rule refused the render and why."""
    first = verdict.reasons[0] if verdict.reasons else {}
    return {
        "problem_code": str(first.get("rule") or "refused"),
        "problem_text": str(first.get("text") or "The review refused this clip."),
    }


def _tell(render: Render) -> None:
    events.render_moved(render)
    if render.state == Render.State.READY:
        notify(
            render.maker,
            kind="render_ready",
            text="Your clip is ready.",
            subject=subject_of(render),
            url=f"/renders/{render.pk}/",
        )
        lending.tell_owners_of_use(render.pk)
