"""Taking a likeness back: for a while, for good, and out of the storage."""

from __future__ import annotations

from datetime import date
from typing import Any

import structlog
from django.db import transaction

from accounts.models import User
from cameos.actions.lending import require_owner
from cameos.actions.locking import instant, lock_again
from cameos.actions.sealing import destroy, remove_files
from cameos.models import Cameo, Loan
from core.errors import ConflictError
from core.states import IllegalMoveError, StaleStateError

log = structlog.get_logger(__name__)


class NotNowError(ConflictError):
    """This is not possible in the state that the likeness is in."""

    code = "cameo_state"


@transaction.atomic
def pause(cameo: Cameo, *, by: User) -> None:
    """Hide a cameo, and every clip with it, until it is resumed.

    Raises NotYourCameoError, NotNowError.
    """
    require_owner(cameo, by)
    lock_again(cameo)
    _move(cameo, Cameo.State.PAUSED)


@transaction.atomic
def resume(cameo: Cameo, *, by: User) -> None:
    """End a pause. Raises NotYourCameoError, NotNowError."""
    require_owner(cameo, by)
    lock_again(cameo)
    if cameo.state != Cameo.State.PAUSED:
        raise NotNowError
    _move(cameo, Cameo.State.ACTIVE)


@transaction.atomic
def revoke(cameo: Cameo, *, by: User) -> None:
    """Take a likeness back for good, everywhere at once.

    From its commit on, querysets of drafts, clips and every remix no longer show it to anybody
    else, queued and running renders are refused, and no new one can start: `revoked_at` is later
    than every receipt. Safe to repeat.
    Raises NotYourCameoError, NotNowError while it is still being captured.
    """
    require_owner(cameo, by)
    lock_again(cameo)
    if cameo.state in (Cameo.State.REVOKED, Cameo.State.ERASED):
        return
    now = instant()
    _move(cameo, Cameo.State.REVOKED, revoked_at=now)
    Loan.objects.filter(cameo=cameo, ended_at=None).update(ended_at=now)
    log.info("cameo.revoked", cameo=str(cameo.pk))


@transaction.atomic
def erase(cameo: Cameo, *, by: User) -> None:
    """Destroy the recording, the stills and their key.

    Receipts stay: they hold no picture. Safe to repeat.

    Revokes first. Once committed, no copy of the files, backups included, can be read again.
    Raises NotYourCameoError, NotNowError.
    """
    require_owner(cameo, by)
    lock_again(cameo)
    if cameo.state == Cameo.State.ERASED:
        return
    if Cameo.State.ERASED not in Cameo.MOVES[cameo.state]:
        revoke(cameo, by=by)
    names = [*cameo.references, cameo.capture_name]
    now = instant()
    _move(
        cameo,
        Cameo.State.ERASED,
        revoked_at=cameo.revoked_at or now,
        erased_at=now,
        references=[],
        capture_name="",
        capture_digest="",
        capture_delete_on=None,
        challenge={},
        voice_seed=0,
    )
    # The key goes with the transaction; the files follow once nothing can bring it back.
    destroy(cameo, names=())
    transaction.on_commit(lambda: remove_files(names))
    log.info("cameo.erased", cameo=str(cameo.pk), files=len(names))


def delete_expired_captures(*, on: date) -> int:
    """Delete the uncut recordings whose time is over. The stills stay while the cameo lives.

    Returns how many. Safe to repeat: a recording is forgotten only after its file is gone.
    """
    due = Cameo.objects.filter(capture_delete_on__lte=on).exclude(capture_name="")
    count = 0
    for cameo in due.iterator():
        remove_files([cameo.capture_name])
        count += Cameo.objects.filter(pk=cameo.pk, capture_name=cameo.capture_name).update(
            capture_name="", capture_delete_on=None
        )
    return count


def _move(cameo: Cameo, to: str, **columns: Any) -> None:
    try:
        cameo.move(to, **columns)
    except (IllegalMoveError, StaleStateError):
        raise NotNowError from None
