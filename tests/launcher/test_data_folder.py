"""The data folder: ours alone, and clear about what is wrong with it."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from launcher.errors import LauncherError
from launcher.home import (
    Home,
    find_home,
    hold_lock,
    is_held,
    require_free_space,
    secret,
    socket_folder,
)


def test_a_folder_that_cannot_be_written_is_named_with_the_way_out() -> None:
    with pytest.raises(LauncherError, match="/dev/null/data") as caught:
        find_home({"AFTERIMAGE_HOME": "/dev/null/data"})
    assert "AFTERIMAGE_HOME" in caught.value.way_out


def test_a_relative_folder_is_relative_to_where_the_command_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_home({"AFTERIMAGE_HOME": "here"}).folder == tmp_path / "here"


def test_a_full_disk_is_named_with_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(LauncherError, match="MB left"):
        require_free_space(tmp_path, needed_bytes=2**60)


def test_a_secret_is_made_once_and_is_for_its_owner_only(home: Home) -> None:
    made = secret(home, "secret-key")

    assert len(made) >= 43
    assert secret(home, "secret-key") == made
    assert (home.secrets / "secret-key").stat().st_mode & 0o777 == 0o600
    assert home.secrets.stat().st_mode & 0o777 == 0o700


def test_the_second_holder_of_a_lock_is_told_who_has_it(tmp_path: Path) -> None:
    lock = tmp_path / "up.lock"
    with hold_lock(lock), pytest.raises(LauncherError, match=r"Runs already \(process \d+\)"):
        hold_lock(lock, refusal="Runs already").__enter__()
    with hold_lock(lock, refusal="Runs already"):
        assert is_held(lock)


def test_a_lock_dies_with_its_holder(tmp_path: Path) -> None:
    lock = tmp_path / "up.lock"
    context = multiprocessing.get_context("spawn")
    holder = context.Process(target=hold_for_ever, args=(lock,))
    holder.start()
    while not is_held(lock):
        assert holder.is_alive()
    holder.kill()
    holder.join()

    with hold_lock(lock, refusal="Runs already"):
        pass


def hold_for_ever(lock: Path) -> None:
    with hold_lock(lock):
        multiprocessing.Event().wait()


@pytest.mark.parametrize("name", ["d" * 120, "with space", "with,comma", "mit-Ümlaut"])
def test_sockets_move_to_a_short_plain_private_folder(tmp_path: Path, name: str) -> None:
    runtime = tmp_path / "r"
    runtime.mkdir()
    environ = {"XDG_RUNTIME_DIR": str(runtime) if len(str(runtime)) < 40 else ""}

    found = socket_folder(tmp_path / name, environ)

    assert len(bytes(found)) <= 85
    assert str(found).isascii()
    assert not set(" ,") & set(str(found))
    assert found.stat().st_mode & 0o777 == 0o700
    assert socket_folder(tmp_path / name, environ) == found
    found.rmdir()


def test_a_socket_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    found = socket_folder(tmp_path / ("d" * 120), {})
    found.rmdir()
    found.symlink_to(tmp_path)

    with pytest.raises(LauncherError, match="somebody else"):
        socket_folder(tmp_path / ("d" * 120), {})
    found.unlink()
