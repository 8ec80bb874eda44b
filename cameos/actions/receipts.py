"""The record of every use: signed, and chained so that none can be taken out or put in later."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from accounts.models import User
from cameos.models import Cameo, Receipt
from cameos.spec import BrokenLink

FIRST_DIGEST = "0" * 64
_KEY_NAME = "receipts.pem"


def write_receipt(
    cameo: Cameo, *, borrower: User, render_id: UUID, prompt: str, is_inherited: bool, at: datetime
) -> Receipt:
    """Append the record of one use to a cameo's chain.

    The caller holds the lock on the cameo's row, and has taken `at` under it.
    """
    last = cameo.receipts.order_by("-sequence").first()
    row = Receipt(
        cameo=cameo,
        sequence=last.sequence + 1 if last else 1,
        render_id=render_id,
        borrower=borrower,
        terms_snapshot={
            "terms": cameo.terms,
            "version": cameo.terms_version,
            "allows_remix": cameo.allows_remix,
            "rules_text": cameo.rules_text,
            "is_inherited": is_inherited,
        },
        prompt_digest=hashlib.sha256(prompt.encode()).hexdigest(),
        created_at=at,
        previous_digest=last.digest if last else FIRST_DIGEST,
    )
    row.digest = digest_of(row)
    row.signature = base64.b64encode(_private_key().sign(bytes.fromhex(row.digest))).decode()
    row.save(force_insert=True)
    return row


def statement_of(receipt: Receipt) -> dict[str, Any]:
    """Return what a receipt states, as JSON values: everything but its own digest and signature."""
    return {
        "id": str(receipt.pk),
        "cameo": str(receipt.cameo_id),
        "sequence": receipt.sequence,
        "render": str(receipt.render_id),
        "borrower": receipt.borrower_id,
        "terms": receipt.terms_snapshot,
        "prompt_digest": receipt.prompt_digest,
        "at": receipt.created_at.isoformat(),
        "previous_digest": receipt.previous_digest,
    }


def digest_of(receipt: Receipt) -> str:
    """Return the sha256 of a receipt's statement in JSON: sorted keys, no spaces, UTF-8."""
    plain = json.dumps(
        statement_of(receipt), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(plain.encode()).hexdigest()


def verify_receipts(cameo: Cameo) -> Iterator[BrokenLink]:
    """Check a cameo's chain from its first receipt: order, links, digests, signatures.

    Yields what fails.
    """
    key = _private_key().public_key()
    previous, expected = FIRST_DIGEST, 1
    for row in cameo.receipts.order_by("sequence").iterator():
        for problem in _problems(row, key, previous=previous, expected=expected):
            yield BrokenLink(cameo.pk, row.sequence, problem)
        previous, expected = row.digest, row.sequence + 1


def _problems(
    row: Receipt, key: Ed25519PublicKey, *, previous: str, expected: int
) -> Iterator[str]:
    if row.sequence != expected:
        yield f"receipts {expected} to {row.sequence - 1} are missing"
    if row.previous_digest != previous:
        yield "it does not follow the receipt before it"
    if row.digest != digest_of(row):
        yield "its content was changed"
    try:
        key.verify(base64.b64decode(row.signature), bytes.fromhex(row.digest))
    except (InvalidSignature, ValueError):
        yield "its signature is not ours"


def public_key_pem() -> str:
    """Return the public key with which anybody can check receipts."""
    raw = (
        _private_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return raw.decode()


def _private_key() -> Ed25519PrivateKey:
    pem = key_file(_KEY_NAME, _new_pem)
    key = serialization.load_pem_private_key(pem, password=None)
    assert isinstance(key, Ed25519PrivateKey)  # noqa: S101 - the file is ours
    return key


def _new_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def key_file(name: str, make: Any) -> bytes:
    """Return the key in KEYS_DIR, made at first use, readable by this user alone.

    Two processes that start at once agree: the first to link its file wins, the other reads it.
    """
    path = Path(settings.KEYS_DIR) / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        mine = path.with_suffix(f".{os.getpid()}")
        mine.touch(mode=0o600)
        mine.write_bytes(make())
        try:
            os.link(mine, path)
        except FileExistsError:
            pass
        finally:
            mine.unlink()
    return path.read_bytes()
