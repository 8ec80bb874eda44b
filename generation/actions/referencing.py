"""Pictures that people give: cleaned, private, and theirs for a while."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from core.errors import ForbiddenError, InvalidError
from generation.models import Reference
from generation.spec.parts import Parts


class ReferenceGoneError(InvalidError):
    """This picture has expired or never was yours. Upload it again."""

    code = "reference_gone"


class UnverifiedPersonError(ForbiddenError):
    """There is a face in this picture. Name whose it is; each must lend you their likeness."""

    code = "unverified_person"


def references_for(parts: Parts, *, by: User) -> tuple[Reference, ...]:
    """Return the pictures that a wish gives, each once.

    Raises ReferenceGoneError with its field.
    """
    asked = _places_of(parts)
    keys = {key for key in map(_key, asked) if key}
    rows = {
        row.pk: row
        for row in Reference.objects.visible_to(by).usable(timezone.now()).filter(pk__in=keys)
    }
    for name, field in asked.items():
        if _key(name) not in rows:
            raise ReferenceGoneError(field=field)
    return tuple(rows.values())


def check_faces(references: Sequence[Reference], parts: Parts, *, people: Sequence[str]) -> None:
    """Refuse pictures with more faces than there are people named for them.

    That those lend their likeness is checked where the cast is borrowed. Raises
    UnverifiedPersonError.
    """
    faces = max((row.faces for row in references), default=0)
    if faces <= len(people):
        return
    field = next(
        field
        for name, field in _places_of(parts).items()
        if any(row.faces > len(people) and _key(name) == row.pk for row in references)
    )
    raise UnverifiedPersonError(field=field, faces=faces, people=list(people))


def _places_of(parts: Parts) -> dict[str, str]:
    """Return the id of each given picture with the field that names it."""
    places = {
        still.reference: f"stills[{index}].reference" for index, still in enumerate(parts.stills)
    }
    if parts.region is not None and parts.region.mask:
        places.setdefault(parts.region.mask, "edit.region.mask")
    return places


def _key(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
