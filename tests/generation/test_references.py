"""Pictures that people give: cleaned, private, looked at for faces, and gone after a while."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient
from skimage import data

from accounts.models import User
from generation.actions import referencing, working
from generation.models import Reference, Render
from generation.spec.parts import GivenRegion, Parts
from moderation.models import Case
from tests.factories import make_cameo

URL = "/api/v1/references"


def png(picture: np.ndarray) -> SimpleUploadedFile:
    out = BytesIO()
    Image.fromarray(picture).save(out, "PNG")
    return SimpleUploadedFile("mine.png", out.getvalue(), "image/png")


def dots() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 255, (90, 120, 3), np.uint8)


@pytest.fixture
def give(as_ana: APIClient) -> Callable[..., Any]:
    def post(picture: np.ndarray) -> Any:
        return as_ana.post(URL, {"file": png(picture)}, format="multipart")

    return post


def test_a_picture_is_kept_for_its_owner_alone(
    give: Callable[..., Any], as_ana: APIClient, as_cleo: APIClient
) -> None:
    answer = give(dots())
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["width"], body["height"], body["faces"]) == (120, 90, 0)
    assert [one["id"] for one in as_ana.get(URL).json()["items"]] == [body["id"]]
    assert as_cleo.get(URL).json()["items"] == []
    assert as_cleo.delete(f"{URL}/{body['id']}").status_code == 404


def test_what_is_no_picture_is_refused_and_leaves_nothing(as_ana: APIClient) -> None:
    file = SimpleUploadedFile("mine.png", b"<svg onload=alert(1)>", "image/png")
    answer = as_ana.post(URL, {"file": file}, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (422, "picture_refused")
    assert answer.json()["errors"][0]["field"] == "file"
    assert not Reference.objects.exists()


def bomb() -> bytes:
    """A few hundred bytes that say they are a picture of 1.6 thousand million pixels."""
    head = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def test_a_picture_that_would_fill_the_memory_is_refused(as_ana: APIClient) -> None:
    file = SimpleUploadedFile("bomb.png", bomb(), "image/png")
    answer = as_ana.post(URL, {"file": file}, format="multipart")
    assert (answer.status_code, answer.json()["reason"]) == (422, "too_many_pixels")
    for fields in ({}, {"file": "text"}, {"file": SimpleUploadedFile("x.png", b"")}):
        answer = as_ana.post(URL, fields, format="multipart")
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "file"
    assert not Reference.objects.exists()


def test_deep_and_moving_pictures_become_plain_ones_without_their_history(
    as_ana: APIClient,
) -> None:
    deep, moving, tagged = BytesIO(), BytesIO(), BytesIO()
    ramp = np.tile(np.linspace(0, 65535, 64, dtype=np.uint16), (48, 1))
    Image.fromarray(ramp).save(deep, "PNG")
    frames = [Image.fromarray(np.full((48, 64, 3), tone, np.uint8)) for tone in (10, 200)]
    frames[0].save(moving, "WEBP", save_all=True, append_images=frames[1:])
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera of mine"
    frames[0].save(tagged, "JPEG", exif=exif)
    sizes = []
    for out in (deep, moving, tagged):
        file = SimpleUploadedFile("x", out.getvalue())
        answer = as_ana.post(URL, {"file": file}, format="multipart")
        assert answer.status_code == 201, answer.content
        row = Reference.objects.get(pk=answer.json()["id"])
        with storages["media"].open(row.stored) as kept:
            content = kept.read()
        assert b"camera" not in content
        with Image.open(BytesIO(content)) as picture:
            assert (picture.n_frames, picture.mode) == (1, "RGB")
            sizes.append(picture.size)
    assert sizes == [(64, 48), (64, 48), (48, 64)]  # the last one is turned upright


def test_a_deleted_picture_is_gone_from_the_storage(
    give: Callable[..., Any], as_ana: APIClient
) -> None:
    row = Reference.objects.get(pk=give(dots()).json()["id"])
    assert storages["media"].exists(row.stored)
    assert as_ana.delete(f"{URL}/{row.pk}").status_code == 204
    assert not storages["media"].exists(row.stored)
    wish = {"prompt": "x", "stills": [{"reference": str(row.pk)}]}
    assert as_ana.post("/api/v1/renders", wish).json()["code"] == "reference_gone"


def test_an_expired_picture_waits_for_the_render_that_needs_it(
    give: Callable[..., Any], as_ana: APIClient
) -> None:
    row = Reference.objects.get(pk=give(dots()).json()["id"])
    wish = {"prompt": "x", "stills": [{"reference": str(row.pk)}]}
    render = as_ana.post("/api/v1/renders", wish).json()
    Reference.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert referencing.sweep_references() == 0
    as_ana.post(f"/api/v1/renders/{render['id']}/cancel")
    assert referencing.sweep_references() == 1


def test_a_face_is_found_and_its_clip_waits_for_a_person(
    give: Callable[..., Any], as_ana: APIClient, ben: User
) -> None:
    body = give(data.astronaut()[:256, 100:356]).json()
    assert body["faces"] == 1
    wish = {"prompt": "she smiles", "seconds": 1, "stills": [{"reference": body["id"]}]}
    refused = as_ana.post("/api/v1/renders", wish)
    assert (refused.status_code, refused.json()["code"]) == (403, "unverified_person")
    assert not Render.objects.exists()
    make_cameo(ben)
    asked = as_ana.post("/api/v1/renders", wish | {"people": ["@ben"]}).json()
    working.work_once("default")
    render = Render.objects.get(pk=asked["id"])
    assert render.state == "held", render.problem_text
    assert Case.objects.filter(subject_id=str(render.pk)).exists()


def test_a_mask_is_black_or_white(give: Callable[..., Any]) -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:, 32:] = 255
    mask = referencing.mask_of(Parts(region=GivenRegion("mask", mask=give(picture).json()["id"])))
    assert mask is not None
    assert set(np.unique(mask)) == {0, 255}
    assert (mask[:, :30] == 0).all()
    assert (mask[:, 34:] == 255).all()


def test_without_a_detector_no_picture_is_taken(give: Callable[..., Any], settings: Any) -> None:
    settings.CAMEOS_DETECTORS = {}
    answer = give(dots())
    assert (answer.status_code, answer.json()["code"]) == (501, "no_face_detector")
