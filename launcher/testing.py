"""`test`: every test, on real services that live as long as the run."""

import os
from collections.abc import Sequence

from launcher.children import Program, run_attached
from launcher.environment import prepare_environment
from launcher.home import CHECKOUT, find_home
from launcher.stack import disposable_services

# More processes than this each pay for a test database of their own.
PROCESSES_MAX = 4


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest with `arguments` and return its exit code; its last line is the last line."""
    home = find_home(os.environ)
    prepare_environment(home, group="dev")
    with disposable_services(home, environ=os.environ) as env:
        argv = [str(home.python), "-m", "pytest", *spread(arguments), *arguments]
        return run_attached(Program("pytest", argv, env=env, cwd=CHECKOUT))


def spread(arguments: Sequence[str]) -> list[str]:
    """Spread a full run over the cores; a run of chosen tests is quicker in one process."""
    is_chosen = any(not argument.startswith("-") for argument in arguments)
    is_said = any(argument.startswith(("-n", "--numprocesses", "--pdb")) for argument in arguments)
    if is_chosen or is_said:
        return []
    return ["-n", str(min(os.cpu_count() or 1, PROCESSES_MAX))]
