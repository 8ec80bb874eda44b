"""Terms, loans, and the one door through which a render gets a likeness."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.actions import notify
from accounts.models import User
from cameos import policies
from cameos.actions.locking import instant, lock, lock_again
from cameos.actions.receipts import write_receipt
from cameos.models import Cameo, Loan, Receipt
from cameos.spec import Borrowed, Terms
from core.errors import ForbiddenError, InvalidError
from core.subjects import SubjectRef
from moderation.actions import screen_text
from moderation.spec import Stage


class CameoNotLentError(ForbiddenError):
    """This likeness is not lent to you."""

    code = "cameo_not_lent"


class NotYourCameoError(ForbiddenError):
    """Only the person whose likeness it is can do this."""

    code = "not_your_cameo"


class WrongTermsError(InvalidError):
    """Terms are only_me, approved, mutuals or everyone."""

    code = "wrong_terms"


def borrow(
    cast: Sequence[str | UUID],
    *,
    by: User,
    render_id: UUID,
    prompt: str,
    inherited: Sequence[UUID] = (),
) -> tuple[Borrowed, ...]:
    """Lend every likeness in `cast` and `inherited` to one render of `by`, or none of them.

    `cast` names people by handle (with or without "@") and characters by id; `inherited` are those
    of the clip that the render remixes. Locks the cameos' rows in id order, so that a revocation
    happens either before, and refuses, or after, and finds the receipt. Writes one signed receipt
    for each. Safe to repeat.

    Must run in the transaction that creates the render. Raises CameoNotLentError, which names who
    said no.
    """
    named = [_cameo_called(name) for name in cast]
    wanted = {cameo.pk for cameo in named}
    locked = lock(wanted | set(inherited))
    at = instant()
    for pk in wanted:
        _require(policies.may_use(by, locked[pk]), locked[pk])
    kept = [locked[pk] for pk in dict.fromkeys(inherited) if pk in locked and pk not in wanted]
    for cameo in kept:
        _require(policies.may_inherit(by, cameo), cameo)
    lent = [_borrowed(locked[cameo.pk]) for cameo in named]
    lent += [_borrowed(cameo, is_inherited=True) for cameo in kept]
    lent = list({one.cameo_id: one for one in lent}.values())
    for one in lent:
        cameo = locked[one.cameo_id]
        if not cameo.receipts.filter(render_id=render_id).exists():
            write_receipt(
                cameo,
                borrower=by,
                render_id=render_id,
                prompt=prompt,
                is_inherited=one.is_inherited,
                at=at,
            )
    return tuple(lent)


def lock_lent(render_id: UUID) -> None:
    """Keep what a render borrowed as it is until the transaction ends.

    A revocation then comes before, and `check_still_lent` sees it, or waits. Locks the cameos' rows
    in key order; call it before anything else is locked.
    """
    lock(Receipt.objects.filter(render_id=render_id).values_list("cameo_id", flat=True))


def check_still_lent(render_id: UUID, *, by: User) -> tuple[Borrowed, ...]:
    """Return what a render borrowed, if each is still lent to `by` on its terms of now.

    Asked when a worker takes the render, when the render is paid for, and when its clip is
    published. Raises CameoNotLentError.
    """
    receipts = (
        Receipt.objects.filter(render_id=render_id)
        .select_related("cameo__owner")
        .order_by("created_at", "pk")
    )
    lent = []
    for receipt in receipts:
        is_inherited = receipt.terms_snapshot["is_inherited"]
        may = policies.may_inherit if is_inherited else policies.may_use
        _require(may(by, receipt.cameo), receipt.cameo)
        lent.append(_borrowed(receipt.cameo, is_inherited=is_inherited))
    return tuple(lent)


def tell_owners_of_use(render_id: UUID) -> None:
    """Tell each owner, once, that a clip with their likeness was made.

    Nobody can turn this off for them.
    """
    receipts = Receipt.objects.filter(render_id=render_id).select_related(
        "cameo__owner", "borrower"
    )
    for receipt in receipts:
        owner = receipt.cameo.owner
        subject = SubjectRef("render", str(render_id))
        told = owner.notices.filter(kind="likeness", subject_id=subject.id).exists()
        if receipt.borrower_id == owner.pk or told:
            continue
        notify(
            owner,
            kind="likeness",
            text=f"@{receipt.borrower.handle} made a clip with {receipt.cameo.name}.",
            subject=subject,
            url=f"/renders/{render_id}/",
        )


@transaction.atomic
def set_terms(cameo: Cameo, *, by: User, terms: Terms) -> Cameo:
    """Change who may use a cameo and how; queued renders are asked again when they start.

    Raises NotYourCameoError, WrongTermsError, TextRefusedError.
    """
    require_owner(cameo, by)
    if terms.terms not in Cameo.Terms.values:
        raise WrongTermsError(field="terms")
    if terms.rules_text:
        screen_text(terms.rules_text, by=by, stage=Stage.COMMENT)
    Cameo.objects.filter(pk=cameo.pk).update(
        terms=terms.terms,
        allows_remix=terms.allows_remix,
        rules_text=terms.rules_text,
        terms_version=F("terms_version") + 1,
    )
    cameo.refresh_from_db()
    return cameo


@transaction.atomic
def lend(cameo: Cameo, *, to: User, by: User) -> Loan:
    """Let one person use a cameo, and tell them. Safe to repeat. Under `only_me` it sleeps.

    Raises NotYourCameoError.
    """
    require_owner(cameo, by)
    lock_again(cameo)
    loan, is_new = Loan.objects.get_or_create(
        cameo=cameo, borrower=to, ended_at=None, defaults={"granted_at": instant()}
    )
    if is_new and to.pk != by.pk:
        notify(
            to,
            kind="loan",
            text=f"@{by.handle} lets you cast {cameo.name}.",
            subject=SubjectRef("cameo", str(cameo.pk)),
            url=f"/@{by.handle}/",
        )
    return loan


@transaction.atomic
def end_loan(cameo: Cameo, *, to: User, by: User) -> None:
    """Take one person's permission back. Their queued renders with it are refused. Safe to repeat.

    Raises NotYourCameoError.
    """
    require_owner(cameo, by)
    lock_again(cameo)
    Loan.objects.filter(cameo=cameo, borrower=to, ended_at=None).update(ended_at=instant())


def require_owner(cameo: Cameo, by: User) -> None:
    """Raise NotYourCameoError unless `by` is the person whose likeness it is."""
    if cameo.owner_id != by.pk:
        raise NotYourCameoError


def _cameo_called(name: str | UUID) -> Cameo:
    """Find the usable cameo that a cast entry names. Raises CameoNotLentError with that name."""
    found = Cameo.objects.usable().filter(**_meaning(name)).first()
    if found is None:
        raise _not_lent(str(name).lstrip("@"))
    return found


def _meaning(name: str | UUID) -> dict[str, Any]:
    try:
        return {"pk": name if isinstance(name, UUID) else UUID(name)}
    except ValueError:
        handle = str(name).lstrip("@").lower()
        return {"owner__handle": handle, "kind": Cameo.Kind.PERSON}


def _require(is_lent: bool, cameo: Cameo) -> None:
    if not is_lent:
        raise _not_lent(cameo.owner.handle)


def _not_lent(name: str) -> CameoNotLentError:
    # One answer for "there is none" and "not for you": terms are nobody else's business.
    return CameoNotLentError(f"@{name} has not lent you their likeness.", field="cast", handle=name)


def _borrowed(cameo: Cameo, *, is_inherited: bool = False) -> Borrowed:
    return Borrowed(
        cameo_id=cameo.pk,
        handle=cameo.owner.handle,
        name=cameo.name,
        voice_seed=cameo.voice_seed,
        is_inherited=is_inherited,
    )


def granted_names(members: Iterable[Borrowed]) -> tuple[str, ...]:
    """Return what a prompt may call the people who lent their likeness: names and handles."""
    return tuple(name for one in members for name in (one.name, one.handle))
