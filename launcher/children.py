"""Child processes that never outlive the launcher."""

import ctypes
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from launcher.errors import LauncherError

PR_SET_PDEATHSIG = 1
LOG_LIMIT_BYTES = 10 * 1024**2


@dataclass(frozen=True)
class Program:
    """How to start one process and how to ask it to stop."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] | None = None
    cwd: Path | None = None
    log: Path | None = None  # None: shares the launcher's terminal
    news: Path | None = None  # takes stdout apart from the log, written anew at each start
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals | None = None  # sent by the kernel at our death; else stop_signal
    stop_within_s: float = 10.0
    popen: Mapping[str, Any] = field(default_factory=dict)  # user, group, extra_groups


class Terminated(KeyboardInterrupt):
    """This process was asked to end by SIGTERM or SIGHUP rather than by Ctrl-C."""


class Child:
    """A running Program, in a session of its own so that Ctrl-C reaches only the launcher."""

    def __init__(self, program: Program, process: subprocess.Popen[bytes]) -> None:
        self.program = program
        self.process = process
        self._stop_by: float | None = None

    @property
    def exit_code(self) -> int | None:
        return self.process.poll()

    def ask_to_stop(self) -> float:
        """Send the stop signal and return by when the process must be gone (monotonic seconds).

        Sends it only once: to some programs a second one means "drop everything".
        """
        if self._stop_by is None:
            self._stop_by = time.monotonic() + self.program.stop_within_s
            if self.exit_code is None:
                self.process.send_signal(self.program.stop_signal)
        return self._stop_by

    def stop(self) -> None:
        """Ask the process to stop, give it its time from the first asking, kill what is left."""
        stop_by = self.ask_to_stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, stop_by - time.monotonic()))
        kill_group(self.process.pid)
        self.process.wait()

    def last_words(self, *, lines: int = 8) -> str:
        """Return the end of the log, indented, for a message about a failed start."""
        return tail(self.program.log, lines=lines) if self.program.log else ""


def start(program: Program) -> Child:
    """Start `program` so that the kernel stops it when this process dies, however it dies.

    Must be called on the main thread: the kernel watches the starting thread, not the process.
    """
    if program.log is not None:
        program.log.parent.mkdir(parents=True, exist_ok=True)
        rotate(program.log)
    with ExitStack() as files:
        log = files.enter_context(program.log.open("ab")) if program.log is not None else None
        news = files.enter_context(program.news.open("wb")) if program.news is not None else log
        return Child(program, spawn(program, stdout=news, stderr=log))


def spawn(
    program: Program, *, stdout: IO[bytes] | None, stderr: IO[bytes] | None
) -> subprocess.Popen[bytes]:
    """Start the process of `program` on the given files; None is the launcher's own."""
    try:
        return subprocess.Popen(
            program.argv,
            env=program.env,
            cwd=program.cwd,
            stdin=subprocess.DEVNULL if program.log else None,
            stdout=stdout,
            stderr=stderr,
            start_new_session=program.log is not None,
            preexec_fn=tied_to_this_process(program.death_signal or program.stop_signal),  # noqa: PLW1509 (one thread, no locks)
            **program.popen,
        )
    except FileNotFoundError as error:
        raise LauncherError(
            f"{program.argv[0]} is not there, so {program.name} cannot start.",
            way_out="Correct its name; if it is one of ours, remove `venv` in the data folder.",
        ) from error


def run_attached(program: Program) -> int:
    """Run a program on this terminal to its end and return its exit code.

    Ctrl-C reaches it from the terminal itself; SIGTERM is passed on. It is awaited either way.
    """
    child = start(program)
    while True:
        try:
            return child.process.wait()
        except Terminated:
            child.process.terminate()
        except KeyboardInterrupt:
            continue


def tied_to_this_process(sent: signal.Signals) -> Any:
    """Return a function, run in the new child, that asks the kernel for `sent` at our death.

    Source: prctl(2), PR_SET_PDEATHSIG; survives exec of a program that changes no identity.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None, use_errno=True)

    def tie() -> None:
        if hasattr(libc, "prctl"):  # Linux; elsewhere the lock files tell the next run
            libc.prctl(PR_SET_PDEATHSIG, int(sent), 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel was asked
            os._exit(1)

    return tie


def kill_group(group: int) -> None:
    """Kill what is left of a process group; nothing left is fine."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def wait_gone(pid: int, *, timeout_s: float) -> bool:
    """Wait until a process that is not our child has ended; say whether it has."""
    deadline = time.monotonic() + timeout_s
    while is_alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_alive(pid: int) -> bool:
    """Say whether a process runs; one that has ended and is not yet collected does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    # The name in brackets may itself hold brackets and spaces; the state follows the last one.
    return stat.rpartition(")")[2].split()[0] != "Z"


def rotate(log: Path) -> None:
    """Move a log past its limit aside, keeping one older; whoever writes to it goes on writing.

    The writers append, so after the cut they continue at the beginning of the emptied file.
    """
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def tail(log: Path, *, lines: int) -> str:
    """Return the last `lines` lines of a log file, indented by four spaces."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 16_384))
        text = file.read().decode(errors="replace")
    return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
