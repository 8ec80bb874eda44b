"""How two people stand to each other. Each answer is one query."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Block, Follow, User
from accounts.spec import RESERVED_HANDLES

_BOTH_WAYS = 2


def are_mutuals(one: User, other: User) -> bool:
    """Say whether each follows the other."""
    pair = Q(follower=one, followed=other) | Q(follower=other, followed=one)
    return Follow.objects.filter(pair).count() == _BOTH_WAYS


def has_block_between(one: User, other: User) -> bool:
    """Say whether either has blocked the other."""
    pair = Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one)
    return Block.objects.filter(pair).exists()


def may_contact(sender: User, receiver: User) -> bool:
    """Say whether `sender` may reach `receiver` at all: both active, and no block between them."""
    if not (sender.is_active and receiver.is_active):
        return False
    return not has_block_between(sender, receiver)


def is_reserved(handle: str) -> bool:
    """Say whether a handle could be taken for the site itself, underscores disregarded."""
    return handle.lower().replace("_", "") in RESERVED_HANDLES
