"""Recording a likeness: challenge, upload, checks, review, and what is left afterwards."""

from io import BytesIO

import av
import numpy as np
import pytest
import time_machine
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from cameos import actions
from cameos.models import Cameo, CameoKey
from cameos.spec import Borrowed
from core.models import AuditEntry
from moderation.actions import decide
from moderation.models import Case

pytestmark = pytest.mark.django_db

RATE = 12
SECONDS = 4


def recording(*, seconds=SECONDS, is_moving=True, is_loud=True, seed=0):
    """A small MP4 of something that turns and hums: enough for checks that know no faces."""
    out = BytesIO()
    rng = np.random.default_rng(seed)
    scene = rng.integers(60, 200, (96, 400, 3), dtype=np.uint8)
    with av.open(out, "w", format="mp4") as file:
        video = file.add_stream("libx264", rate=RATE)
        video.width, video.height, video.pix_fmt = 64, 96, "yuv420p"
        audio = file.add_stream("aac", rate=16_000, layout="mono")
        for index in range(seconds * RATE):
            shift = index * 2 if is_moving else 0
            frame = av.VideoFrame.from_ndarray(
                np.ascontiguousarray(scene[:, shift : shift + 64]), format="rgb24"
            )
            for packet in video.encode(frame):
                file.mux(packet)
        for packet in video.encode():
            file.mux(packet)
        time = np.arange(seconds * 16_000) / 16_000
        level = (np.sin(time * 12) > 0) * (0.3 if is_loud else 0.0)
        hum = (level * np.sin(2 * np.pi * 180 * time)).astype(np.float32)
        sound = av.AudioFrame.from_ndarray(hum[None], format="fltp", layout="mono")
        sound.sample_rate = 16_000
        for packet in [*audio.encode(sound), *audio.encode()]:
            file.mux(packet)
    return out.getvalue()


@pytest.fixture(scope="module")
def good():
    return recording()


def submit(cameo, by, content, *, consent=True):
    return actions.submit_capture(cameo, by=by, chunks=[content], consent=consent)


def test_a_likeness_is_recorded_reviewed_and_then_its_owners_to_lend(ana, as_ana, mod, good):
    begun = as_ana.post("/api/v1/cameos", {"name": "Ana"})
    assert begun.status_code == 201
    challenge = begun.json()["challenge"]
    assert len(challenge["digits"]) == 4
    assert len(challenge["turns"]) == 2
    url = f"/api/v1/cameos/{begun.json()['id']}/capture"
    file = SimpleUploadedFile("me.mp4", good, "video/mp4")
    sent = as_ana.post(url, {"file": file, "consent": "true"}, format="multipart")
    assert (sent.status_code, sent.json().get("state")) == (202, "verifying"), sent.json()
    case = Case.objects.get()
    assert case.queue == "likeness"
    decide(
        case, by=mod, outcome="allow", rule="likeness-capture", reason="Fine.", version=case.version
    )
    cameo = Cameo.objects.get()
    assert (cameo.state, cameo.terms, cameo.assurance) == ("active", "only_me", 1)


def test_a_challenge_is_answered_once_and_in_time(ana, good):
    cameo = actions.start_capture(by=ana, name="Ana")
    later = time_machine.travel(timezone.now().timestamp() + 121, tick=False)
    with later, pytest.raises(Exception, match="expired"):
        submit(cameo, ana, good)
    cameo = actions.start_capture(by=ana, name="Ana")
    submit(cameo, ana, good)
    with pytest.raises(Exception, match="expired"):
        submit(cameo, ana, good)


def test_without_consent_nothing_is_taken(ana, good):
    cameo = actions.start_capture(by=ana, name="Ana")
    with pytest.raises(actions.ConsentMissingError):
        submit(cameo, ana, good, consent=False)
    cameo.refresh_from_db()
    assert cameo.attempts == 0


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        ({"seconds": 1}, "length"),
        ({"is_moving": False}, "motion"),
        ({"is_loud": False}, "voice"),
    ],
)
def test_what_is_plainly_no_answer_is_sent_back_and_not_kept(ana, made, fault):
    cameo = actions.start_capture(by=ana, name="Ana")
    with pytest.raises(actions.CaptureRefusedError) as caught:
        submit(cameo, ana, recording(**made))
    assert fault in caught.value.facts["checks"]
    assert not CameoKey.objects.exists()
    assert storages["media"].listdir("")[0] == []


def test_a_file_that_is_no_video_is_refused_in_words(ana):
    cameo = actions.start_capture(by=ana, name="Ana")
    with pytest.raises(actions.CaptureRefusedError):
        submit(cameo, ana, b"ffconcat version 1.0\nfile /etc/passwd\n" * 10)


def test_five_wrong_recordings_lock_the_capture_for_a_day(ana):
    for _ in range(5):
        cameo = actions.start_capture(by=ana, name="Ana")
        with pytest.raises(actions.CaptureRefusedError):
            submit(cameo, ana, b"no video")
    with pytest.raises(actions.CaptureLockedError):
        actions.start_capture(by=ana, name="Ana")
    with time_machine.travel(timezone.now().timestamp() + 25 * 3600, tick=False):
        actions.start_capture(by=ana, name="Ana")


def test_a_recording_that_was_sent_before_is_a_replay(ana, ben, good):
    submit(actions.start_capture(by=ana, name="Ana"), ana, good)
    with pytest.raises(actions.CaptureRefusedError) as caught:
        submit(actions.start_capture(by=ben, name="Ben"), ben, good)
    assert caught.value.facts["checks"] == ["new recording"]


def test_a_person_has_one_living_likeness(ana, good):
    submit(actions.start_capture(by=ana, name="Ana"), ana, good)
    with pytest.raises(actions.CameoExistsError):
        actions.start_capture(by=ana, name="Ana again")


def test_stored_files_are_unreadable_without_the_key_and_shown_to_few(
    ana, as_ana, as_ben, as_mod, good
):
    cameo = submit(actions.start_capture(by=ana, name="Ana"), ana, good)
    with storages["media"].open(cameo.references[0]) as file:
        assert b"WEBP" not in file.read()
    urls = [f"/api/v1/cameos/{cameo.pk}/capture", f"/api/v1/cameos/{cameo.pk}/stills/0"]
    assert [as_ben.get(url).status_code for url in urls] == [404, 404]
    assert [as_mod.get(url).status_code for url in urls] == [200, 200]
    assert as_mod.get(urls[0]).status_code == 200
    looks = AuditEntry.objects.filter(verb="cameo.evidence_viewed")
    assert looks.count() == 2  # asking again for the same is the same look
    still = as_ana.get(urls[1])
    assert still.headers["Cache-Control"] == "private, no-store"
    assert Image.open(BytesIO(still.content)).format == "WEBP"


def test_a_reviewer_cannot_look_past_the_log(ana, as_mod, good):
    cameo = submit(actions.start_capture(by=ana, name="Ana"), ana, good)
    url = f"/api/v1/cameos/{cameo.pk}/capture"
    assert as_mod.get(url, headers={"Range": "bytes=1-"}).status_code == 206
    assert AuditEntry.objects.filter(verb="cameo.evidence_viewed").count() == 1


def test_a_borrowed_likeness_has_its_pictures_only_while_the_engine_works(ana, mod, good):
    cameo = submit(actions.start_capture(by=ana, name="Ana"), ana, good)
    lent = [Borrowed(cameo.pk, "ana", "Ana", 0)]
    with actions.unsealed(lent) as members:
        paths = members[0].references
        assert len(paths) == 5
        assert all(path.read_bytes()[8:12] == b"WEBP" for path in paths)
    assert not any(path.exists() for path in paths)


def test_erasing_destroys_key_and_files_and_keeps_the_receipts(
    ana, good, django_capture_on_commit_callbacks
):
    cameo = submit(actions.start_capture(by=ana, name="Ana"), ana, good)
    names = [*cameo.references, cameo.capture_name]
    with django_capture_on_commit_callbacks(execute=True):
        actions.erase(cameo, by=ana)
    assert cameo.state == "erased"
    assert not CameoKey.objects.exists()
    assert not any(storages["media"].exists(name) for name in names)
    cameo.refresh_from_db()
    assert (cameo.references, cameo.capture_digest, cameo.challenge) == ([], "", {})


def test_the_uncut_recording_goes_after_thirty_days_and_the_stills_stay(ana, good):
    cameo = submit(actions.start_capture(by=ana, name="Ana"), ana, good)
    today = timezone.now().date()
    assert actions.delete_expired_captures(on=today) == 0
    assert actions.delete_expired_captures(on=cameo.capture_delete_on) == 1
    cameo.refresh_from_db()
    assert cameo.capture_name == ""
    assert len(cameo.references) == 5


def test_a_character_is_made_of_a_picture_and_reviewed_too(ana):
    out = BytesIO()
    rng = np.random.default_rng(3)
    Image.fromarray(rng.integers(60, 200, (64, 64, 3), dtype=np.uint8)).save(out, "PNG")
    cameo = actions.start_capture(by=ana, name="Mr Fox", kind="character")
    assert cameo.challenge == {}
    submit(cameo, ana, out.getvalue())
    assert Case.objects.get().subject_id == str(cameo.pk)


def test_terms_and_loans_through_the_api(ana, ben, as_ana, as_ben, anas):
    url = f"/api/v1/cameos/{anas.pk}"
    assert as_ben.get(url).status_code == 404
    changed = as_ana.patch(url, {"terms": "approved", "rules_text": "no politics"})
    assert changed.json()["rules_text"] == "no politics"
    assert as_ana.put(f"{url}/loans/ben").status_code == 204
    shown = as_ben.get(url).json()
    assert "state" not in shown
    assert shown["handle"] == "ana"
    assert as_ben.patch(url, {"terms": "everyone"}).status_code == 404
    assert as_ana.delete(f"{url}/loans/ben").status_code == 204
    assert as_ben.get(url).status_code == 404
    assert as_ana.post(f"{url}/revoke").json()["state"] == "revoked"


def test_anybody_can_check_a_receipt_with_the_public_key(ana, as_ana, as_nobody, anas):
    import base64
    import hashlib
    import json
    from uuid import uuid4

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    actions.borrow(["ana"], by=ana, render_id=uuid4(), prompt="a walk")
    row = as_ana.get(f"/api/v1/cameos/{anas.pk}/receipts").json()["items"][0]
    pem = as_nobody.get("/api/v1/cameos/receipt-key").json()["public_key"]
    plain = json.dumps(row["statement"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(plain.encode()).hexdigest() == row["digest"]
    key = load_pem_public_key(pem.encode())
    assert isinstance(key, Ed25519PublicKey)
    key.verify(base64.b64decode(row["signature"]), bytes.fromhex(row["digest"]))
