"""Content Credentials: signed, read, broken, chained."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core import provenance
from core.media.encoding import Movie, ladder, write_sound
from core.media.pictures import Picture
from tests.core import footage as made


@pytest.fixture(scope="module")
def movie(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("movie")
    write_sound(folder / "sound.mp4", made.knocks(0.5), sample_rate_hz=made.RATE_HZ)
    rung = ladder(180, 320)[0]
    movie = Movie(folder / "a.mp4", rung=rung, fps=24, sound=folder / "sound.mp4")
    for index, frame in enumerate(made.scene("flat", canvas=(180, 320), frames=12)):
        movie.add(Picture.from_rgb(frame), frame_index=index)
    movie.close()
    return folder / "a.mp4"


def test_a_signed_file_says_who_made_it_with_what(movie: Path, tmp_path: Path) -> None:
    signer = made.signer(tmp_path / "keys")
    signer.sign(movie, to=tmp_path / "b.mp4", statement=made.statement())
    said = provenance.read(tmp_path / "b.mp4", anchors=signer.anchors)
    assert said.state == "trusted"
    assert (said.render_id, said.engine) == ("render of Clip", "test card")
    assert said.signed_by == "Test House"
    assert said.made_at == "2026-01-02T03:04:05+00:00"


def test_a_file_without_a_manifest_is_absent_and_not_an_error(movie: Path, tmp_path: Path) -> None:
    anchors = made.signer(tmp_path / "keys").anchors
    assert provenance.read(movie, anchors=anchors).state == "absent"


def test_one_changed_byte_makes_it_invalid(movie: Path, tmp_path: Path) -> None:
    signer = made.signer(tmp_path / "keys")
    signer.sign(movie, to=tmp_path / "b.mp4", statement=made.statement())
    content = bytearray((tmp_path / "b.mp4").read_bytes())
    content[-100] ^= 1
    (tmp_path / "b.mp4").write_bytes(content)
    said = provenance.read(tmp_path / "b.mp4", anchors=signer.anchors)
    assert said.state == "invalid"
    assert "assertion.bmffHash.mismatch" in said.problems


def test_a_stranger_who_signs_the_same_words_is_valid_and_never_trusted(
    movie: Path, tmp_path: Path
) -> None:
    ours = made.signer(tmp_path / "keys")
    made.signer(tmp_path / "theirs").sign(movie, to=tmp_path / "b.mp4", statement=made.statement())
    assert provenance.read(tmp_path / "b.mp4", anchors=ours.anchors).state == "valid"


def test_garbage_is_invalid_and_not_an_error(tmp_path: Path) -> None:
    (tmp_path / "b.mp4").write_bytes(b"\0\0\0\x18ftypisom" + b"\xff" * 200)
    said = provenance.read(tmp_path / "b.mp4", anchors=made.signer(tmp_path / "keys").anchors)
    assert said.state in ("invalid", "absent")


def test_a_file_is_never_signed_in_place(movie: Path, tmp_path: Path) -> None:
    content = movie.read_bytes()
    with pytest.raises(ValueError, match="in place"):
        made.signer(tmp_path / "keys").sign(movie, to=movie, statement=made.statement())
    assert movie.read_bytes() == content


def test_a_remix_names_its_parents(movie: Path, tmp_path: Path) -> None:
    signer = made.signer(tmp_path / "keys")
    for name in ("One", "Two"):
        signer.sign(movie, to=tmp_path / f"{name}.mp4", statement=made.statement(name))
    parents = (tmp_path / "One.mp4", tmp_path / "Two.mp4")
    signer.sign(
        movie, to=tmp_path / "remix.mp4", statement=made.statement("Remix", parents=parents)
    )
    said = provenance.read(tmp_path / "remix.mp4", anchors=signer.anchors)
    assert said.state == "trusted"
    assert said.parents == ("One (One.mp4)", "Two (Two.mp4)")


def test_prompts_are_named_by_a_keyed_digest() -> None:
    digests = {provenance.digest_of("a red ball", secret=secret) for secret in (b"a", b"b")}
    assert len(digests) == 2


def test_the_chain_is_private_and_kept(tmp_path: Path) -> None:
    first = made.signer(tmp_path / "keys")
    assert made.signer(tmp_path / "keys").anchors == first.anchors
    for path in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_processes_that_start_together_share_one_chain(movie: Path, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        signers = list(pool.map(made.signer, [tmp_path / "keys"] * 8))
    assert len({signer.anchors for signer in signers}) == 1
    signers[3].sign(movie, to=tmp_path / "b.mp4", statement=made.statement())
    assert provenance.read(tmp_path / "b.mp4", anchors=signers[5].anchors).state == "trusted"
