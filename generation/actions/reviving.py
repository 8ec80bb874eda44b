"""Having a failed render made again, by staff."""

from __future__ import annotations

from django.db import transaction

from accounts.actions import notify
from accounts.models import User
from core.audit import audit
from core.errors import ConflictError, InvalidError
from core.states import StaleStateError
from generation import events
from generation.actions.requesting import subject_of, wake_workers
from generation.models import Render


class NotFailedError(ConflictError):
    """This render has not failed, or somebody else has taken it up already."""

    code = "not_failed"


class ReasonRequiredError(InvalidError):
    """Say why: the log of staff actions keeps it."""

    code = "reason_required"


def make_again(render: Render, *, by: User, reason: str) -> Render:
    """Queue a failed render once more, with all its tries, for nothing: its credits went back.

    Raises ReasonRequiredError, NotFailedError.
    """
    if not reason.strip():
        raise ReasonRequiredError(field="reason")
    if render.state != Render.State.FAILED:
        raise NotFailedError
    before = {"state": str(render.state), "code": render.problem_code}
    try:
        with transaction.atomic():
            render.move(
                Render.State.QUEUED,
                attempts=0,
                is_waived=True,
                problem_code="",
                problem_text="",
                cancel_requested_at=None,
                ended_at=None,
                progress=0.0,
                seq=render.seq + 1,
            )
            after = {"state": str(render.state), "code": ""}
            subject = subject_of(render)
            audit(by, "render.make_again", subject, reason=reason, before=before, after=after)
            text = "We are making your clip again. It costs nothing."
            url = f"/renders/{render.pk}/"
            notify(render.maker, kind="render_again", text=text, subject=subject, url=url)
            wake_workers(render.engine)
            events.render_moved(render)
    except StaleStateError:
        raise NotFailedError from None
    return render
