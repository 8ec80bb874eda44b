"""Processes are kept running, and stopped in reverse."""

from __future__ import annotations

import itertools
from functools import partial
from pathlib import Path

import pytest

from launcher.children import Child, Program, start
from launcher.supervisor import Supervisor


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def program(folder: Path, name: str, script: str) -> Program:
    return Program(name, ["sh", "-c", script], log=folder / f"{name}.log", stop_within_s=2)


def test_what_dies_is_started_again_after_a_growing_wait(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = Clock()
    starts: list[float] = []

    def begin() -> Child:
        starts.append(clock.now)
        return start(program(tmp_path, "brief", "echo no luck; exit 3"))

    with Supervisor(clock=clock) as supervisor:
        for _ in range(80):
            supervisor.add("brief", begin) if not starts else None
            (child := supervisor.first_ended()) and child.process.wait()
            settle(supervisor)
            clock.now += 0.5

    waits = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert waits[:4] == sorted(waits[:4])
    assert waits[0] <= 2
    assert max(waits) <= 31
    assert "brief ended with code 3" in (said := capsys.readouterr().out)
    assert "no luck" in said


def settle(supervisor: Supervisor) -> None:
    """Tend once, after whatever was just started has had the time to end."""
    supervisor.tend()
    for watched in supervisor._watched:
        if watched.due_at is None:
            watched.child.process.wait(5)


def test_a_task_that_is_done_once_is_not_started_again(tmp_path: Path) -> None:
    clock = Clock()
    with Supervisor(clock=clock) as supervisor:
        child = supervisor.add(
            "once", partial(start, program(tmp_path, "once", "exit 0")), is_restarted=False
        )
        child.process.wait(5)
        clock.now += 100
        supervisor.tend()
        assert supervisor.first_ended() is None
        assert supervisor._watched[0].child is child


def test_services_outlive_the_application_and_the_last_started_is_stopped_first(
    tmp_path: Path,
) -> None:
    order = tmp_path / "order"
    script = 'trap "echo {name} >> {order}; exit 0" TERM; echo up; while :; do sleep 0.05; done'
    with Supervisor() as supervisor:
        for name in ("database", "broker", "web"):
            child = supervisor.add(
                name,
                partial(start, program(tmp_path, name, script.format(name=name, order=order))),
                is_service=name != "web",
            )
            while not child.last_words():
                pass

    assert order.read_text().split() == ["web", "broker", "database"]
