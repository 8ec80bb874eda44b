"""Content Credentials: who made a clip, with what, and from what, signed into the file itself.

Source: C2PA Technical Specification 2.2; X.509 profile in its section 14. The marks, the label and
the manifest are three layers; this one is the only one that anybody can check without us, and the
first one that a re-upload loses.
"""

from __future__ import annotations

import hmac
import io
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

import c2pa
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from core.certificates import Chain, load_or_make

FORMATS = {".mp4": "video/mp4", ".webp": "image/webp", ".jpg": "image/jpeg", ".png": "image/png"}
_RENDER = "org.afterimage.render"
_MARK_ALGORITHM = "org.afterimage.mark.1"
_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"

State = Literal["trusted", "valid", "invalid", "absent"]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a manifest says about a clip. Everybody can read it: no prompt, no e-mail, no user id.

    `weights_digest`: empty for an engine that was not trained. `prompt_digest`: of `digest_of`.
    `parents`: signed files that this one was made from, best their smallest renditions. `finish`
    fills in the mark.
    """

    title: str
    render_id: str
    engine: str
    weights_digest: str
    prompt_digest: str
    made_at: datetime
    parents: tuple[Path, ...] = ()
    mark_key_id: str = ""
    mark_payload: int | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a file says about itself, and how far to believe it.

    trusted: intact, signed by one of our anchors. valid: intact, but anybody could have signed it;
    show it as a claim, never as a fact. invalid: changed after signing. absent: no manifest.
    """

    state: State
    title: str = ""
    render_id: str = ""
    engine: str = ""
    prompt_digest: str = ""
    mark_key_id: str = ""
    made_at: str = ""
    signed_by: str = ""
    parents: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def digest_of(prompt: str, *, secret: bytes) -> str:
    """Digest a prompt with a key.

    A plain hash of a short sentence can be found by trying sentences.
    """
    return hmac.digest(secret, prompt.encode(), "sha256").hex()


class Signer:
    """Signs files with the installation's own chain.

    Holds keys as bytes and makes the library's objects per signature: they must not cross a fork,
    and a worker forks.
    """

    def __init__(self, chain: Chain) -> None:
        """Use `chain`; see `at` for the usual way."""
        self._chain = chain
        self._key = chain.key

    @classmethod
    def at(cls, folder: Path, *, organization: str) -> Self:
        """Load the chain in `folder`.

        Make it at the first start, and renew the leaf before it expires.

        Private files have mode 0600. Two processes may start at once: one chain wins and both use
        it.
        """
        return cls(load_or_make(folder, organization=organization))

    @property
    def anchors(self) -> str:
        """PEM of our certificate authority, to hand to readers. Public."""
        return self._chain.authority_pem

    def sign(self, source: Path, *, to: Path, statement: Statement) -> None:
        """Write a signed copy of `source` to `to`, by a temporary name.

        Raises ValueError if both are the same file (the library would empty it) or the type cannot
        be signed, and c2pa.C2paError if the library refuses.
        """
        if to.exists() and source.samefile(to):
            raise ValueError("A file cannot be signed in place.")
        media_type = media_type_of(source)
        with (
            c2pa.Context(_settings(self.anchors)) as context,
            self._native() as signer,
            c2pa.Builder(
                _manifest(statement, name=to.name, media_type=media_type), context
            ) as builder,
        ):
            for index, parent in enumerate(statement.parents):
                _add_parent(builder, parent, label=f"parent{index}")
            signed = io.BytesIO()
            with source.open("rb") as unsigned:
                builder.sign(signer, media_type, unsigned, signed)
        part = to.with_name(f".{to.name}.{secrets.token_hex(4)}")
        with part.open("wb") as output:
            output.write(signed.getbuffer())
            output.flush()
            os.fsync(output.fileno())
        part.replace(to)

    def _native(self) -> c2pa.Signer:
        return c2pa.Signer.from_callback(
            self._signature, c2pa.C2paSigningAlg.ES256, self._chain.chain_pem, None
        )

    def _signature(self, content: bytes) -> bytes:
        return self._key.sign(content, ec.ECDSA(hashes.SHA256()))


def media_type_of(path: Path) -> str:
    """Name the type to sign `path` as. Raises ValueError if we do not sign such files."""
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        raise ValueError(f"Files like {path.name} carry no manifest.") from None


def read(path: Path, *, anchors: str) -> Provenance:
    """Read and check the manifest of `path`.

    Works on hostile files: nothing is fetched from anywhere.
    """
    with c2pa.Context(_settings(anchors)) as context:
        try:
            with path.open("rb") as content:
                reader = c2pa.Reader(media_type_of(path), content, context=context)
                store = json.loads(reader.json())
                reader.close()
        except c2pa.C2paError.ManifestNotFound:
            return Provenance(state="absent")
        except c2pa.C2paError as error:
            return Provenance(state="invalid", problems=(str(error),))
    return _summary(store)


def _settings(anchors: str) -> c2pa.Settings:
    """Trust our own authority and no other; never follow an address out of somebody's file."""
    return c2pa.Settings.from_dict(
        {"trust": {"user_anchors": anchors}, "verify": {"remote_manifest_fetch": False}}
    )


def _manifest(statement: Statement, *, name: str, media_type: str) -> dict[str, Any]:
    assertions = [
        {"label": "c2pa.actions.v2", "data": {"actions": _actions(statement)}},
        {"label": _RENDER, "data": _render_facts(statement)},
    ]
    if statement.mark_payload is not None:
        assertions.append({"label": "c2pa.soft-binding", "data": _soft_binding(statement)})
    return {
        "claim_generator_info": [{"name": "Afterimage", "version": "1"}],
        "title": f"{statement.title} ({name})",
        "format": media_type,
        "assertions": assertions,
    }


def _actions(statement: Statement) -> list[dict[str, Any]]:
    """Say how the pixels came to be.

    Opened from its parents if there are any, and made by an algorithm.
    """
    learned = "trainedAlgorithmicMedia" if statement.weights_digest else "algorithmicMedia"
    made = {
        "when": statement.made_at.astimezone(UTC).isoformat(timespec="seconds"),
        "softwareAgent": {"name": statement.engine},
        "digitalSourceType": _SOURCE_TYPES + learned,
    }
    if statement.parents:
        labels = [f"parent{index}" for index in range(len(statement.parents))]
        first = {"action": "c2pa.opened", "parameters": {"ingredientIds": labels[:1]}}
        rest = [
            {"action": "c2pa.placed", "parameters": {"ingredientIds": [label]}}
            for label in labels[1:]
        ]
        actions = [first, *rest, {"action": "c2pa.edited", **made}]
    else:
        actions = [{"action": "c2pa.created", **made}]
    if statement.mark_payload is not None:
        actions.append({"action": "c2pa.watermarked.bound"})
    return actions


def _render_facts(statement: Statement) -> dict[str, str]:
    return {
        "render_id": statement.render_id,
        "engine": statement.engine,
        "weights_digest": statement.weights_digest,
        "prompt_digest": statement.prompt_digest,
        "mark_key_id": statement.mark_key_id,
        "made_at": statement.made_at.astimezone(UTC).isoformat(timespec="seconds"),
    }


def _soft_binding(statement: Statement) -> dict[str, Any]:
    value = f"{statement.mark_key_id}:{statement.mark_payload:010x}"
    return {"alg": _MARK_ALGORITHM, "blocks": [{"scope": {}, "value": value}]}


def _add_parent(builder: c2pa.Builder, parent: Path, *, label: str) -> None:
    """Tie in a parent with its own manifest.

    The first is what was opened, others were placed into it.
    """
    relationship = "parentOf" if label == "parent0" else "componentOf"
    ingredient = {"title": parent.name, "relationship": relationship, "label": label}
    with parent.open("rb") as content:
        builder.add_ingredient(json.dumps(ingredient), media_type_of(parent), content)


def _summary(store: Mapping[str, Any]) -> Provenance:
    manifest = store["manifests"][store["active_manifest"]]
    assertions = {item["label"]: item.get("data") or {} for item in manifest.get("assertions", ())}
    facts = assertions.get(_RENDER, {})
    wanted = ("render_id", "engine", "prompt_digest", "mark_key_id", "made_at")
    return Provenance(
        state=_state(store),
        title=str(manifest.get("title", "")),
        **{name: str(facts.get(name, "")) for name in wanted},
        signed_by=str(manifest.get("signature_info", {}).get("issuer", "")),
        parents=_parents(store, manifest),
        problems=tuple(str(item.get("code", "")) for item in store.get("validation_status", ())),
    )


def _state(store: Mapping[str, Any]) -> State:
    states: Mapping[str, State] = {"Trusted": "trusted", "Valid": "valid"}
    return states.get(str(store.get("validation_state")), "invalid")


def _parents(store: Mapping[str, Any], manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Title each parent by its own manifest where it has one: the file name says nothing."""
    ingredients: Sequence[Mapping[str, Any]] = manifest.get("ingredients", ())
    manifests = store["manifests"]
    named = (manifests.get(item.get("active_manifest", ""), item) for item in ingredients)
    return tuple(str(item.get("title", "")) for item in named)
