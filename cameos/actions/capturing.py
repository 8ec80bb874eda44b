"""Recording a likeness: a challenge, one upload, checks, and a reviewer."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

import numpy as np
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from PIL import Image

from accounts.models import User
from cameos.actions.lending import require_owner
from cameos.actions.sealing import seal
from cameos.models import Cameo
from cameos.spec import (
    CHALLENGE_DIGITS,
    CHALLENGE_TURNS,
    CHALLENGE_VALID_S,
    RECORDING_S_MAX,
    STILLS,
    TURNS,
    Challenge,
    Check,
    Recording,
)
from cameos.verifiers import Verifier
from core import plugins
from core.errors import ConflictError, DomainError, InvalidError
from core.media import probing, uploads
from core.subjects import SubjectRef
from moderation.actions import open_case, screen_text
from moderation.spec import QUEUES, Stage

UPLOAD_BYTES_MAX = 60_000_000
SAMPLES_PER_S = 6
STILL_LONG_SIDE = 640
# The uncut recording is only needed to judge it, and to judge an appeal.
CAPTURE_KEPT = timedelta(days=30)
ATTEMPTS_MAX = 5
LOCKED = timedelta(hours=24)


class CameoExistsError(ConflictError):
    """You have a likeness already. Take it back before you record another."""

    code = "cameo_exists"


class CaptureLockedError(DomainError):
    """Too many recordings did not fit their challenge. Try again tomorrow."""

    status: ClassVar[int] = 429
    code: ClassVar[str] = "capture_locked"


class ChallengeExpiredError(ConflictError):
    """The challenge has expired. Start again; you have two minutes."""

    code = "challenge_expired"


class ConsentMissingError(InvalidError):
    """A likeness is recorded only with the written consent of the person in it."""

    code = "consent_missing"


class CaptureRefusedError(InvalidError):
    """This recording cannot be used. Record again."""

    code = "capture_refused"


@transaction.atomic
def start_capture(*, by: User, name: str, kind: str = Cameo.Kind.PERSON) -> Cameo:
    """Begin, or begin again, to record a likeness. A person gets a challenge for two minutes.

    Raises CameoExistsError, CaptureLockedError, TextRefusedError.
    """
    screen_text(name, by=by, stage=Stage.COMMENT)
    now = timezone.now()
    begun = Cameo.objects.owned_by(by).filter(kind=kind, state=Cameo.State.CAPTURING)
    cameo = begun.select_for_update().first()
    if cameo is not None and cameo.attempts >= ATTEMPTS_MAX:
        if cameo.challenge_expires_at and now < cameo.challenge_expires_at + LOCKED:
            raise CaptureLockedError
        cameo.attempts = 0
    cameo = cameo or Cameo(owner=by, kind=kind, voice_seed=secrets.randbelow(2**31))
    cameo.name = name
    cameo.challenge = _new_challenge() if kind == Cameo.Kind.PERSON else {}
    cameo.challenge_expires_at = now + timedelta(seconds=CHALLENGE_VALID_S)
    try:
        with transaction.atomic():
            cameo.save()
    except IntegrityError:
        raise CameoExistsError from None
    return cameo


def submit_capture(cameo: Cameo, *, by: User, chunks: Iterable[bytes], consent: bool) -> Cameo:
    """Take one recording: decode it in a bounded process, check it, seal it, and ask a reviewer.

    A challenge can be answered once. What fails a needed check is thrown away at once. Nothing of
    the recording is logged. Seconds of work: call it with no transaction open.

    Raises NotYourCameoError, ConsentMissingError, ChallengeExpiredError, CaptureRefusedError.
    """
    require_owner(cameo, by)
    if not consent:
        raise ConsentMissingError(field="consent")
    challenge = _used_challenge(cameo)
    with TemporaryDirectory(prefix="capture-") as folder:
        path, recording = _decoded(cameo, chunks, Path(folder))
        content = path.read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        checks = [*_checks(recording, challenge), _unseen(digest, cameo)]
    failed = [check for check in checks if check.is_needed and check.passed is False]
    if failed:
        raise CaptureRefusedError(
            f"Record again: {', '.join(f'{check.name} ({check.note})' for check in failed)}.",
            field="file",
            checks=[check.name for check in failed],
        )
    return _kept(cameo, recording, content, checks=checks, digest=digest)


def verifier() -> Verifier:
    """Return the configured verifier."""
    found: Verifier = plugins.load("CAMEOS_VERIFIERS", "default")
    return found


def challenge_of(cameo: Cameo) -> Challenge | None:
    """Return the challenge of a person's capture; a character has none."""
    if not cameo.challenge:
        return None
    return Challenge(cameo.challenge["digits"], tuple(cameo.challenge["turns"]))


def _new_challenge() -> dict[str, object]:
    digits = "".join(secrets.choice("0123456789") for _ in range(CHALLENGE_DIGITS))
    turns = list(TURNS)
    secrets.SystemRandom().shuffle(turns)
    return {"digits": digits, "turns": turns[:CHALLENGE_TURNS]}


def _used_challenge(cameo: Cameo) -> Challenge | None:
    """Spend the challenge: of two uploads at once, one answers it."""
    now = timezone.now()
    live = Cameo.objects.filter(
        pk=cameo.pk, state=Cameo.State.CAPTURING, challenge_expires_at__gt=now
    )
    if live.update(challenge_expires_at=now, attempts=F("attempts") + 1) != 1:
        raise ChallengeExpiredError
    return challenge_of(cameo)


def _decoded(cameo: Cameo, chunks: Iterable[bytes], folder: Path) -> tuple[Path, Recording]:
    try:
        raw = uploads.receive(chunks, parent=folder, limit_bytes=UPLOAD_BYTES_MAX)
        if cameo.kind == Cameo.Kind.CHARACTER:
            picture = uploads.clean_image(raw)
            return picture.path, _still_recording(picture.path)
        clean = uploads.clean_video(raw)
    except uploads.UploadRefused as error:
        raise CaptureRefusedError(str(error), field="file") from None
    if clean.duration_s > RECORDING_S_MAX:
        raise CaptureRefusedError(f"At most {RECORDING_S_MAX:.0f} seconds.", field="file")
    frames = probing.sample_frames(clean.path, every_s=1 / SAMPLES_PER_S, long_side=STILL_LONG_SIDE)
    sound = probing.read_sound(clean.path)
    return clean.path, Recording(frames, SAMPLES_PER_S, sound, clean.duration_s)


def _still_recording(path: Path) -> Recording:
    with Image.open(path) as image:
        image.thumbnail((STILL_LONG_SIDE, STILL_LONG_SIDE))
        frame = np.asarray(image.convert("RGB"), dtype=np.uint8)
    return Recording(frame[None], 1.0, np.zeros(0, np.float32), 0.0)


def _checks(recording: Recording, challenge: Challenge | None) -> list[Check]:
    return list(verifier().check(recording, challenge))


def _unseen(digest: str, cameo: Cameo) -> Check:
    """A recording that was used before is a replay, whoever sends it."""
    seen = Cameo.objects.filter(capture_digest=digest).exclude(pk=cameo.pk).exists()
    return Check("new recording", not seen, "was sent before" if seen else "", is_needed=True)


def _kept(
    cameo: Cameo, recording: Recording, content: bytes, *, checks: list[Check], digest: str
) -> Cameo:
    """Seal the recording and its stills, then call a reviewer, in one transaction."""
    with transaction.atomic():
        stored = seal(cameo, "capture", content)
        stills = [
            seal(cameo, f"still-{index}", still) for index, still in enumerate(_stills(recording))
        ]
        cameo.move(
            Cameo.State.VERIFYING,
            consented_at=timezone.now(),
            checks=[check._asdict() for check in checks],
            capture_digest=digest,
            capture_name=stored,
            capture_delete_on=(timezone.now() + CAPTURE_KEPT).date(),
            references=stills,
        )
        open_case(
            SubjectRef("cameo", str(cameo.pk)), owner_id=cameo.owner_id, queue=QUEUES["likeness"]
        )
    return cameo


def _stills(recording: Recording) -> list[bytes]:
    """Cut the sharpest frame out of each fifth of the recording, as WebP without metadata."""
    parts = np.array_split(np.arange(len(recording.frames)), min(STILLS, len(recording.frames)))
    return [_webp(max((recording.frames[i] for i in part), key=_sharpness)) for part in parts]


def _sharpness(frame: np.ndarray) -> float:
    luma = frame[::2, ::2].mean(axis=2, dtype=np.float32)
    return float(np.abs(np.diff(luma, axis=0)).mean() + np.abs(np.diff(luma, axis=1)).mean())


def _webp(frame: np.ndarray) -> bytes:
    out = BytesIO()
    Image.fromarray(frame).save(out, "WEBP", quality=90, method=4)
    return out.getvalue()
