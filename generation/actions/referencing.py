"""Pictures that people give: cleaned, private, and theirs for a while."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image

from accounts.models import User
from cameos.actions import recognising
from core.errors import ConflictError, ForbiddenError, InvalidError
from core.ids import uuid7
from core.media import uploads
from generation.models import Reference, Render
from generation.spec import Frame, Mask, Still
from generation.spec.parts import Parts

UPLOAD_BYTES_MAX = 20_000_000
REFERENCES_MAX = 100
KEPT = timedelta(days=7)
# Larger than any clip; what a mask or a look needs is less.
LONG_SIDE_PX = 1920
_WHITE = 128
_SWEPT_MAX = 500


class PictureRefusedError(InvalidError):
    """This picture cannot be used."""

    code = "picture_refused"


class TooManyReferencesError(ConflictError):
    """You keep as many pictures as you may. Delete some, or wait until they expire."""

    code = "too_many_references"


class ReferenceGoneError(InvalidError):
    """This picture has expired or never was yours. Upload it again."""

    code = "reference_gone"


class UnverifiedPersonError(ForbiddenError):
    """There is a face in this picture. Name whose it is; each must lend you their likeness."""

    code = "unverified_person"


def give_reference(*, by: User, chunks: Iterable[bytes]) -> Reference:
    """Keep a picture for renders of one's own, for a week.

    It is decoded and encoded again in a bounded process, which leaves positions, names and whatever
    was appended behind; then faces are counted. About a second of work: call it with no
    transaction open. Raises PictureRefusedError, TooManyReferencesError, NoDetectorError.
    """
    now = timezone.now()
    if Reference.objects.visible_to(by).usable(now).count() >= REFERENCES_MAX:
        raise TooManyReferencesError(limit=REFERENCES_MAX)
    with TemporaryDirectory(prefix="reference-") as folder:
        try:
            raw = uploads.receive(chunks, parent=Path(folder), limit_bytes=UPLOAD_BYTES_MAX)
            limits = uploads.ImageLimits(long_side_px=LONG_SIDE_PX)
            clean = uploads.clean_image(raw, limits=limits)
        except uploads.UploadRefused as error:
            raise PictureRefusedError(str(error), field="file", reason=error.reason) from None
        content = clean.path.read_bytes()
    key = uuid7()
    return Reference.objects.create(
        id=key,
        owner=by,
        faces=recognising.count_faces(_decoded(content)),
        stored=storages["media"].save(f"references/{key.hex}.webp", ContentFile(content)),
        sha256=clean.sha256,
        width=clean.width,
        height=clean.height,
        expires_at=now + KEPT,
    )


def forget_reference(reference: Reference) -> None:
    """Let a picture expire now. What waits to be made of it still is. Safe to repeat."""
    Reference.objects.filter(pk=reference.pk).update(expires_at=timezone.now())
    sweep_references()


def sweep_references() -> int:
    """Delete the pictures that have expired and that no unfinished render needs; return how many.

    The rows stay: recipes name them by their digests.
    """
    rows = list(Reference.objects.outlived(timezone.now()).order_by("expires_at")[:_SWEPT_MAX])
    for row in rows:
        storages["media"].delete(row.stored)
    Reference.objects.filter(pk__in=[row.pk for row in rows]).update(stored="")
    return len(rows)


def stills_of(parts: Parts) -> tuple[Still, ...]:
    """Return the given pictures of a wish, to be read by an engine.

    Raises ReferenceGoneError if one was deleted, which the sweep does not while it is needed.
    """
    return tuple(
        Still(_picture(still.reference), still.role, still.at_s, still.strength)
        for still in parts.stills
    )


def mask_of(parts: Parts) -> Mask | None:
    """Return the given mask of an edit, 255 where the clip may change. Raises as `stills_of`."""
    if parts.region is None or not parts.region.mask:
        return None
    bright = _picture(parts.region.mask).max(axis=2) >= _WHITE
    return np.where(bright, np.uint8(255), np.uint8(0))


def doubts_of(render: Render) -> list[str]:
    """Return why a person has to look at a render: nothing here proves whose face it shows."""
    faces = sum(render.given.values_list("reference__faces", flat=True))
    people = ", ".join(f"@{handle}" for handle in render.recipe.get("people", ()))
    return [f"a given picture shows a face, said to be of {people}"] if faces else []


def _picture(name: str) -> Frame:
    key = _key(name)
    row = Reference.objects.filter(pk=key).exclude(stored="").first() if key else None
    if row is None:
        raise ReferenceGoneError
    with storages["media"].open(row.stored) as file:
        return _decoded(file.read())


def _decoded(content: bytes) -> Frame:
    """Decode a picture that we encoded ourselves: uint8 [H, W, 3] RGB."""
    with Image.open(BytesIO(content), formats=("WEBP",)) as image:
        return np.asarray(image.convert("RGB"), dtype=np.uint8)


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
