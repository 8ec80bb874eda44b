"""Captures at rest: encrypted with a key of each cameo's own, which erasing destroys.

AES-256-GCM (NIST SP 800-38D) with a fresh 96-bit nonce per file and the file's name as associated
data, so that sealed files cannot be exchanged. The key is wrapped by the installation's key in
KEYS_DIR.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from cameos.actions.receipts import key_file
from cameos.models import Cameo, CameoKey
from cameos.spec import Borrowed

_NONCE_BYTES = 12
_KEY_BITS = 256
_KEY_NAME = "cameos.key"


def seal(cameo: Cameo, name: str, content: bytes) -> str:
    """Encrypt `content` and store it out of reach of every media URL. Returns its stored name."""
    stored = f"cameos/{cameo.pk.hex}/{name}.sealed"
    sealed = _encrypt(_data_key(cameo, is_new_allowed=True), content, stored)
    return storages["media"].save(stored, ContentFile(sealed))


def unsealed_file(cameo: Cameo, stored: str) -> bytes:
    """Return the plain content of a sealed file.

    Raises CameoKey.DoesNotExist once it was erased.
    """
    with storages["media"].open(stored) as file:
        sealed = file.read()
    return _decrypt(_data_key(cameo), sealed, _bound_name(stored))


def destroy(cameo: Cameo, *, names: Iterable[str]) -> None:
    """Delete the key, which makes every copy of the files unreadable, then the files themselves."""
    CameoKey.objects.filter(cameo=cameo).delete()
    remove_files(names)


def remove_files(names: Iterable[str]) -> None:
    """Delete stored files. Absent ones are fine."""
    for name in names:
        if name:
            storages["media"].delete(name)


@contextmanager
def unsealed(members: Iterable[Borrowed]) -> Iterator[tuple[Borrowed, ...]]:
    """Give borrowed likenesses their pictures, as files that exist while the context is open."""
    with TemporaryDirectory(prefix="cast-") as folder:
        yield tuple(_with_references(one, Path(folder)) for one in members)


def _with_references(one: Borrowed, folder: Path) -> Borrowed:
    cameo = Cameo.objects.get(pk=one.cameo_id)
    paths = []
    for index, stored in enumerate(cameo.references):
        path = folder / f"{one.cameo_id.hex}-{index}.webp"
        path.write_bytes(unsealed_file(cameo, stored))
        paths.append(path)
    return replace(one, references=tuple(paths))


def _bound_name(stored: str) -> str:
    # Storage may add a suffix to a taken name; the folder is what a file must not leave.
    return stored.rsplit("/", 1)[0]


def _data_key(cameo: Cameo, *, is_new_allowed: bool = False) -> bytes:
    if is_new_allowed:
        fresh = AESGCM.generate_key(_KEY_BITS)
        wrapped = _encrypt(_master_key(), fresh, f"key/{cameo.pk.hex}/")
        row, _ = CameoKey.objects.get_or_create(cameo=cameo, defaults={"wrapped": wrapped})
    else:
        row = CameoKey.objects.get(cameo=cameo)
    return _decrypt(_master_key(), bytes(row.wrapped), _bound_name(f"key/{cameo.pk.hex}/"))


def _master_key() -> bytes:
    return key_file(_KEY_NAME, lambda: AESGCM.generate_key(_KEY_BITS))


def _encrypt(key: bytes, content: bytes, stored: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, _bound_name(stored).encode())


def _decrypt(key: bytes, sealed: bytes, bound: str) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound.encode())
