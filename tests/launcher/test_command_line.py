"""The command itself: what it says, what it needs, what it returns."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from launcher import environment, testing
from launcher.checking import leads_somewhere
from launcher.errors import LauncherError
from launcher.home import CHECKOUT, Home
from launcher.locking import outdated
from launcher.main import COMMANDS, main
from launcher.managing import run_worker


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    said = capsys.readouterr().out
    assert all(f"./afterimage {word}" in said for word in COMMANDS)


def test_an_unknown_command_is_named_with_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upp"]) == 2
    said = capsys.readouterr().err
    assert "'upp'" in said
    assert "./afterimage help" in said


def test_it_works_from_any_folder_by_any_path(tmp_path: Path) -> None:
    link = tmp_path / "with space"
    link.symlink_to(CHECKOUT)
    done = subprocess.run(
        [sys.executable, link / "afterimage", "help"], cwd="/", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "./afterimage up" in done.stdout


def test_the_launcher_needs_nothing_but_the_standard_library() -> None:
    foreign = {
        f"{path.name}: {module}"
        for path in [CHECKOUT / "afterimage", *(CHECKOUT / "launcher").glob("*.py")]
        for node in ast.walk(ast.parse(path.read_text()))
        for module in imported(node)
        if module not in sys.stdlib_module_names | {"launcher"}
    }
    assert foreign == set()


def imported(node: ast.AST) -> list[str]:
    """The top packages that an import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [(node.module or "").partition(".")[0]]
    return []


def test_an_older_python_is_told_which_one_it_takes() -> None:
    first_import_of_ours = (CHECKOUT / "afterimage").read_text().index("from launcher")
    head = (CHECKOUT / "afterimage").read_text()[:first_import_of_ours]
    ast.parse(head, feature_version=(3, 4))
    pretend = "import sys; sys.version_info = (3, 9, 2); sys.argv = ['./afterimage', 'up']\n"
    done = subprocess.run([sys.executable, "-c", pretend + head], capture_output=True, text=True)
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; this is 3.9" in done.stderr


def test_an_environment_filled_from_another_lock_is_filled_again(
    home: Home, tmp_path: Path
) -> None:
    venv = tmp_path / "venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").touch()
    other = Home(tmp_path)
    digest = environment.lock_digest("core")
    assert not environment.is_current(other, group="core", digest=digest)

    environment.stamp(other, "core").write_text(digest)
    assert environment.is_current(other, group="core", digest=digest)
    assert not environment.is_current(other, group="core", digest="a newer lock")


def test_a_python_without_any_pip_is_told_how_to_get_one(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare = tmp_path / "python3"
    bare.write_text("#!/bin/sh\nexit 1\n")
    bare.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(bare))
    monkeypatch.setattr(environment, "bundled_wheels", list)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(LauncherError, match="has no pip") as caught:
        environment.find_uv(home)
    assert "python3-pip" in caught.value.way_out


def test_without_a_network_the_first_install_says_so_in_one_line(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pip = tmp_path / "python3"
    pip.write_text(
        '#!/bin/sh\n[ "$3" = --version ] && exit 0\n'
        "echo 'WARNING: Retrying' >&2; echo 'ERROR: No matching distribution found' >&2; exit 1\n"
    )
    pip.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(pip))

    with pytest.raises(LauncherError, match="No matching distribution") as caught:
        environment.find_uv(home)
    assert "network" in caught.value.way_out


def test_the_locks_belong_to_the_ranges_and_name_no_index() -> None:
    assert outdated() == []
    for lock in environment.LOCKS.values():
        text = lock.read_text()
        assert "://" not in text
        assert "--find-links" not in text
        assert all(
            line.startswith(("#", " ")) or "==" in line for line in text.splitlines() if line
        )


@pytest.mark.parametrize(
    ("arguments", "is_spread"),
    [
        ([], True),
        (["-q", "--durations=5"], True),
        (["tests/launcher"], False),
        (["-n", "3"], False),
        (["--pdb"], False),
    ],
)
def test_a_full_run_uses_the_cores_and_a_chosen_test_does_not(
    arguments: list[str], is_spread: bool
) -> None:
    assert bool(testing.spread(arguments)) is is_spread


def test_what_tests_need_and_lack_is_named_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr("shutil.which", lambda name, path=None: None if name == "nginx" else name)

    testing.prepare_machine()

    said = capsys.readouterr().out
    assert "Tests that need nginx are skipped" in said
    assert "apt-get install nginx-light" in said


def test_a_worker_of_a_fleet_is_told_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("MEDIA_STORAGE_FILE", "/run/secrets/media")
    with pytest.raises(LauncherError, match="DATABASE_URL") as caught:
        run_worker(["--engine", "default"])
    assert "MEDIA_STORAGE" not in caught.value.problem
    assert "--local" in caught.value.way_out


@pytest.mark.parametrize("alias", ["../etc", "", "UPPER", "a b"])
def test_an_engine_is_named_by_a_plain_alias(alias: str) -> None:
    with pytest.raises(SystemExit):
        run_worker(["--engine", alias])


def test_a_link_in_a_document_must_lead_somewhere(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    (tmp_path / "other page.md").touch()
    assert leads_somewhere(page, "other%20page.md#part")
    assert leads_somewhere(page, "#part")
    assert leads_somewhere(page, "https://example.org/x")
    assert not leads_somewhere(page, "missing.md")


@pytest.mark.parametrize(
    ("test_code", "check_code", "code"), [(0, 0, 0), (1, 0, 1), (0, 1, 1), (5, 1, 1)]
)
def test_ci_ends_with_pytests_own_closing_line_and_fails_when_either_fails(
    tmp_path: Path, test_code: int, check_code: int, code: int
) -> None:
    closing = "=========== 1 failed, 41 passed, 2 skipped in 63.52s (0:01:03) ==========="
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci/run").write_text((CHECKOUT / ".ci/run").read_text())
    (tmp_path / "afterimage").write_text(
        "#!/bin/sh\n"
        f'[ "$1" = test ] && {{ echo one test; echo "{closing}"; exit {test_code}; }}\n'
        f"echo All in order.; exit {check_code}\n"
    )
    (tmp_path / "afterimage").chmod(0o700)

    done = subprocess.run(
        ["bash", tmp_path / ".ci/run"],
        cwd="/",
        env={"PATH": os.defpath, "CI": "true"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )

    assert done.returncode == code
    assert done.stdout.splitlines()[-1] == closing
    assert done.stdout.index("one test") < done.stdout.index("All in order.")
