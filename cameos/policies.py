"""Who may use a likeness.

Asked when a render is requested, again when it is made, again at publishing.
"""

from __future__ import annotations

import accounts.policies
from accounts.models import User
from cameos.models import Cameo
from moderation.models import Standing


def may_use(user: User, cameo: Cameo) -> bool:
    """Whether `user` may be lent `cameo` now. The owner always may, while it is active.

    A block between the two ends every permission, whatever the terms say. At most four queries.
    """
    if cameo.state != Cameo.State.ACTIVE or not cameo.owner.is_active or not user.is_active:
        return False
    if is_on_hold(cameo):
        return False
    if cameo.owner_id == user.pk:
        return True
    if accounts.policies.has_block_between(user, cameo.owner):
        return False
    if cameo.terms == Cameo.Terms.EVERYONE or _has_loan(user, cameo):
        return True
    return cameo.terms == Cameo.Terms.MUTUALS and accounts.policies.are_mutuals(user, cameo.owner)


def may_inherit(user: User, cameo: Cameo) -> bool:
    """Whether `user` may keep `cameo` in a remix of somebody's clip."""
    return may_use(user, cameo) and (cameo.allows_remix or cameo.owner_id == user.pk)


def is_on_hold(cameo: Cameo) -> bool:
    """Whether moderation hides `cameo`, for its owner's own clips as well."""
    return Cameo.objects.filter(Standing.hides("cameo", "pk"), pk=cameo.pk).exists()


def _has_loan(user: User, cameo: Cameo) -> bool:
    # Under ONLY_ME a list made earlier sleeps: taking everybody off it is one change of terms.
    if cameo.terms == Cameo.Terms.ONLY_ME:
        return False
    return cameo.loans.filter(borrower=user, ended_at=None).exists()
