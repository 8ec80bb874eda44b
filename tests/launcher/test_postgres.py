"""The private PostgreSQL: safe by default, and up again after any death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from launcher.children import Child, Program, start, wait_gone
from launcher.errors import LauncherError
from launcher.home import CHECKOUT, Home
from launcher.postgres import Postgres, is_answering, run_postgres


def answer(server: Postgres, sql: str) -> object:
    with psycopg.connect(server.url, autocommit=True) as connection:
        row = connection.execute(sql).fetchone()
        assert row is not None
        return row[0]


def test_the_application_is_no_superuser_and_has_the_vector_type(
    server: Postgres, stopped_at_the_end: list[Child]
) -> None:
    stopped_at_the_end.append(run_postgres(server))

    assert answer(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    assert answer(server, "SELECT '[3,4]'::vector <-> '[0,0]'") == 5
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE one_of_a_test")
    assert answer(server, "SELECT datcollate FROM pg_database WHERE datname = 'one_of_a_test'") == (
        "C.UTF-8"
    )


def test_nobody_gets_in_without_the_password_and_nothing_listens_on_the_network(
    server: Postgres, stopped_at_the_end: list[Child]
) -> None:
    stopped_at_the_end.append(run_postgres(server))

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=str(server.sockets), user="afterimage", password="guess")
    assert answer(server, "SHOW listen_addresses") == ""
    assert server.sockets.stat().st_mode & 0o777 == 0o700


def test_a_second_start_keeps_what_was_written(
    server: Postgres, stopped_at_the_end: list[Child]
) -> None:
    first = run_postgres(server)
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    first.stop()
    assert not is_answering(server)

    stopped_at_the_end.append(run_postgres(server))

    assert answer(server, "SELECT n FROM kept") == 7


def test_a_half_made_cluster_is_made_again(
    server: Postgres, stopped_at_the_end: list[Child]
) -> None:
    half = server.cluster.with_name("postgres.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    stopped_at_the_end.append(run_postgres(server))

    assert answer(server, "SELECT 1") == 1


def test_a_lock_file_whose_process_id_is_now_somebody_else_is_stale(
    server: Postgres, stopped_at_the_end: list[Child]
) -> None:
    run_postgres(server).stop()
    (server.cluster / "postmaster.pid").write_text(f"{os.getppid()}\n{server.cluster}\n")

    stopped_at_the_end.append(run_postgres(server))

    assert answer(server, "SELECT 1") == 1


def test_a_server_that_a_killed_run_left_is_stopped_first(
    server: Postgres, stopped_at_the_end: list[Child]
) -> None:
    left = run_postgres(server)

    stopped_at_the_end.append(run_postgres(server))

    assert left.process.wait(5) == 0
    assert answer(server, "SELECT 1") == 1


def test_a_failed_start_says_why(server: Postgres) -> None:
    run_postgres(server).stop()
    (server.cluster / "global" / "pg_control").unlink()

    with pytest.raises(LauncherError, match="pg_control") as caught:
        run_postgres(server)
    assert "DATABASE_URL" in caught.value.way_out


def test_no_process_survives_a_launcher_that_is_killed(home: Home, server: Postgres) -> None:
    script = (
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from launcher.home import Home\n"
        "from launcher.stack import plan_stack, running\n"
        "home = Home(Path(sys.argv[1]))\n"
        "with running(plan_stack(home, folder=home.folder, environ=dict(os.environ))):\n"
        "    print('running', flush=True)\n"
        "    time.sleep(60)\n"
    )
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT)}
    launcher = subprocess.Popen(
        [sys.executable, "-c", script, str(home.folder)], env=env, stdout=subprocess.PIPE
    )
    try:
        assert launcher.stdout is not None
        while launcher.stdout.readline() != b"running\n":
            assert launcher.poll() is None
        left = processes_naming(str(home.folder))
        assert len(left) >= 2
    finally:
        launcher.send_signal(signal.SIGKILL)
        launcher.communicate()

    assert all(wait_gone(pid, timeout_s=10) for pid in left)


def processes_naming(text: str) -> list[int]:
    """The ids of the processes, other than Python, whose command line contains `text`."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        is_python = Path(words[0].decode()).name.startswith("python")
        if text.encode() in b" ".join(words) and not is_python:
            found.append(int(folder.name))
    return found


def test_a_child_that_ignores_the_request_to_stop_is_killed_with_its_group(tmp_path: Path) -> None:
    stubborn = "trap '' TERM; sleep 60 & echo $!; wait; sleep 60"
    log = tmp_path / "stubborn.log"
    program = Program("stubborn", ["sh", "-c", stubborn], log=log, stop_within_s=0.2)
    child = start(program)
    while not log.read_text().endswith("\n"):
        time.sleep(0.01)

    child.stop()

    assert child.exit_code == -signal.SIGKILL
    assert wait_gone(int(log.read_text()), timeout_s=5)
