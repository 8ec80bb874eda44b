"""Services for one run leave nothing behind, whatever happened to earlier runs."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from launcher.children import Child
from launcher.home import Home, hold_lock, socket_folder
from launcher.postgres import is_answering, open_postgres, run_postgres
from launcher.stack import (
    IN_USE,
    LEFTOVER_AFTER_S,
    disposable_services,
    is_leftover,
    remove_leftovers,
)

NOBODY = 65_534


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def leftover(temporary: Path, name: str, *, age_s: float) -> Path:
    folder = temporary / name
    folder.mkdir()
    (folder / "postgres").touch()
    os.utime(folder, (time.time() - age_s,) * 2)
    return folder


def test_only_old_folders_of_dead_runs_are_removed(temporary: Path) -> None:
    dead = leftover(temporary, "afterimage-test-dead", age_s=LEFTOVER_AFTER_S + 1)
    young = leftover(temporary, "afterimage-test-young", age_s=1)
    foreign = leftover(temporary, "something-else", age_s=LEFTOVER_AFTER_S + 1)
    alive = leftover(temporary, "afterimage-test-alive", age_s=0)
    with hold_lock(alive / IN_USE):
        os.utime(alive, (time.time() - LEFTOVER_AFTER_S - 1,) * 2)
        remove_leftovers()
        assert alive.exists()
    assert not dead.exists()
    assert young.exists()
    assert foreign.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_the_folder_of_another_person_stops_nobody() -> None:
    # Not under tmp_path, which only its owner may pass.
    with tempfile.TemporaryDirectory() as folder:
        theirs = leftover(Path(folder), "afterimage-test-theirs", age_s=LEFTOVER_AFTER_S + 1)
        theirs.chmod(0o700)
        Path(folder).chmod(0o755)
        os.seteuid(NOBODY)
        try:
            assert not is_leftover(theirs)
        finally:
            os.seteuid(0)


def test_a_folder_that_has_just_gone_is_no_leftover(tmp_path: Path) -> None:
    assert not is_leftover(tmp_path / "afterimage-test-gone")


def test_a_folder_whose_server_lives_is_not_a_leftover(
    temporary: Path, home: Home, stopped_at_the_end: list[Child]
) -> None:
    folder = leftover(temporary, "afterimage-test-busy", age_s=0)
    (folder / "postgres").unlink()
    server = open_postgres(home, folder=folder, sockets=socket_folder(folder, {}), is_durable=False)
    stopped_at_the_end.append(run_postgres(server))
    os.utime(folder, (time.time() - LEFTOVER_AFTER_S - 1,) * 2)

    remove_leftovers()

    assert is_answering(server)
    assert server.cluster.exists()


def test_given_services_are_used_and_none_is_started(
    home: Home, temporary: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {
        "DATABASE_URL": "postgresql:///somebody-elses",
        "REDIS_URL": "redis://somebody-elses",
        "MEDIA_STORAGE": "s3://bucket",
        "SECRET_KEY": "given",
    }
    with disposable_services(home, environ=given) as env:
        assert env["DATABASE_URL"] == given["DATABASE_URL"]
        assert env["BROKER_URL"] == given["REDIS_URL"]
        assert env["MEDIA_STORAGE"] == "s3://bucket"
        assert env["SECRET_KEY"] == "given"
        assert Path(env["AFTERIMAGE_HOME"]).parent == temporary
    assert "Starting" not in capsys.readouterr().out
    assert not list(temporary.glob("afterimage-test-*"))
