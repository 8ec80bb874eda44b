"""The command line: which word starts what."""

import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from launcher.checking import run_checks
from launcher.children import Terminated
from launcher.console import complain, say
from launcher.errors import LauncherError
from launcher.locking import run_lock
from launcher.managing import run_bench, run_make, run_manage, run_program, run_worker
from launcher.testing import run_tests
from launcher.up import run_up


@dataclass(frozen=True)
class Command:
    """One word of the command line."""

    usage: str
    summary: str
    run: Callable[[Sequence[str]], int]


def show_help(_: Sequence[str] = ()) -> int:
    """Print every command with its one line."""
    say("Afterimage: prompt, gate, clip with sound, feed.\n")
    for command in COMMANDS.values():
        say(f"  ./afterimage {command.usage:<28} {command.summary}")
    say("\nSettings come from the environment; .env.example lists them. PORT chooses the port.")
    return 0


COMMANDS = {
    "up": Command("up", "start everything on this machine, until Ctrl-C", run_up),
    "test": Command("test [pytest arguments]", "run every test on real services", run_tests),
    "check": Command(
        "check [name …]", "format, lint, imports, types, migrations, API file", run_checks
    ),
    "make": Command('make "<prompt>"', "make one clip in this terminal, print its mp4", run_make),
    "bench": Command("bench [name …]", "measure the targets beside their baselines", run_bench),
    "worker": Command(
        "worker --engine NAME", "take renders of one or more engines, for a fleet", run_worker
    ),
    "manage": Command("manage <command>", "run one of Django's management commands", run_manage),
    "run": Command("run <program …>", "run any program on the same services", run_program),
    "lock": Command("lock [--upgrade]", "pin the ranges of pyproject.toml", run_lock),
    "help": Command("help", "show this", show_help),
}


def main(arguments: Sequence[str]) -> int:
    """Run the command that `arguments` name; return the exit code of the process.

    SIGTERM and a closed terminal end a command as Ctrl-C does: what it started stops in order.
    """
    word, *rest = arguments or ["help"]
    command = COMMANDS.get({"-h": "help", "--help": "help"}.get(word, word))
    if command is None:
        complain(LauncherError(f"There is no command {word!r}.", way_out="./afterimage help"))
        return 2
    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGHUP, end)
    try:
        return command.run(rest)
    except LauncherError as error:
        complain(error)
        return 1
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130


def end(*_: object) -> None:
    """Handle a signal by leaving every block, as Ctrl-C does."""
    raise Terminated
