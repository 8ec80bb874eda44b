"""How two people stand to each other. Each answer is one query."""

from __future__ import annotations

from string import digits

from django.conf import settings
from django.db.models import Q

from accounts.models import Block, Follow, User
from accounts.spec import LEET, RESERVED_HANDLES, STAFF_WORDS, UNMISTAKABLE_LETTERS

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
    """Say whether a handle could be taken for the site itself or for somebody who speaks for it.

    Underscores are disregarded, and digits that stand for letters are read as those.
    """
    plain = handle.lower()
    return any(_is_of_the_house(name) for name in (plain, plain.translate(LEET)))


def _is_of_the_house(handle: str) -> bool:
    words = handle.strip("_").split("_")
    is_reserved_word = handle.replace("_", "") in RESERVED_HANDLES
    return is_reserved_word or RESERVED_HANDLES.issuperset(words) or sounds_official(*words)


def sounds_official(*words: str) -> bool:
    """Say whether the words of a name claim to speak for the site: by a role or by its own name."""
    plain = [_letters(word.rstrip(digits)) for word in words]
    product = _letters(settings.PRODUCT_NAME)
    joined = "".join(plain)
    # A short product name is part of many honest ones.
    is_within = len(product) >= UNMISTAKABLE_LETTERS and product in joined
    return is_within or product in (joined, *plain) or not STAFF_WORDS.isdisjoint(plain)


def _letters(word: str) -> str:
    return "".join(filter(str.isalpha, word.lower().translate(LEET)))
