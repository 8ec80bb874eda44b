"""The installation's own certificate chain: an authority, and the leaf that signs media.

Verifiers elsewhere do not know this authority and will say so; an operator who buys a certificate
that they know puts it in place of these files.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_AUTHORITY_LIFE = timedelta(days=20 * 365)
# Without a timestamping service a signature is good for as long as its certificate.
_LEAF_LIFE = timedelta(days=5 * 365)
_RENEW_BEFORE = timedelta(days=365)
_BACKDATE = timedelta(hours=1)
# Each holds a certificate and its key, so that no reader can see one without the other.
_AUTHORITY, _LEAF = "authority.pem", "signer.pem"

_Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Chain:
    """What is needed to sign, and what is needed to trust."""

    authority_pem: str
    chain_pem: str
    key: _Key


def load_or_make(folder: Path, *, organization: str) -> Chain:
    """Load the chain in `folder`; make what is missing and renew a leaf that is about to expire.

    Files appear complete, with mode 0600 in a folder of mode 0700. If another process was first,
    its chain is used.
    """
    if not (folder / _AUTHORITY).exists():
        _make_authority(folder, organization=organization)
    if not _is_fresh(folder / _LEAF):
        _make_leaf(folder, organization=organization)
    authority, _ = _load(folder / _AUTHORITY)
    leaf, key = _load(folder / _LEAF)
    return Chain(_pem(authority), _pem(leaf) + _pem(authority), key)


def _load(path: Path) -> tuple[x509.Certificate, _Key]:
    """Read a certificate and its key. Raises TypeError if the key is of another kind than ours."""
    content = path.read_bytes()
    key = serialization.load_pem_private_key(content, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path} holds no elliptic curve key.")
    return x509.load_pem_x509_certificate(content), key


def _make_authority(folder: Path, *, organization: str) -> None:
    """Make the authority.

    Key and certificate share one file, and the first process to link it in wins.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key, name = ec.generate_private_key(ec.SECP256R1()), _name(organization, "Media Authority")
    builder = _builder(name, name, key, life=_AUTHORITY_LIFE)
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    part = _write_part(folder / _AUTHORITY, _pem(certificate) + _key_pem(key))
    try:
        (folder / _AUTHORITY).hardlink_to(part)
    except FileExistsError:
        pass
    finally:
        part.unlink()


def _is_fresh(leaf: Path) -> bool:
    if not leaf.exists():
        return False
    certificate = x509.load_pem_x509_certificate(leaf.read_bytes())
    return certificate.not_valid_after_utc - datetime.now(UTC) > _RENEW_BEFORE


def _make_leaf(folder: Path, *, organization: str) -> None:
    """Issue a leaf.

    The e-mail protection purpose is what C2PA validators accept without configuration.
    """
    authority, authority_key = _load(folder / _AUTHORITY)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(organization, "Media Signer"), authority.subject, key, life=_LEAF_LIFE)
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(purposes, critical=False)
        .add_extension(issuer, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    _write_part(folder / _LEAF, _pem(certificate) + _key_pem(key)).replace(folder / _LEAF)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: _Key, *, life: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATE)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(organization: str, role: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{organization} {role}"),
        ]
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem(key: _Key) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _write_part(path: Path, content: str) -> Path:
    """Write a private file (mode 0600) under a temporary name beside `path`."""
    handle, part = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "w") as output:
        output.write(content)
        output.flush()
        os.fsync(output.fileno())
    return Path(part)
