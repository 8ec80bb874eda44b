"""`test`: every test, on real services that live as long as the run."""

import os
import shutil
from collections.abc import Sequence

from launcher.children import Program, run_attached
from launcher.console import say
from launcher.environment import install_debian_packages, prepare_environment
from launcher.home import CHECKOUT, find_home
from launcher.stack import disposable_services

# More processes than this each pay for a test database of their own.
PROCESSES_MAX = 4
# Debian's packages by the program that shows whether they are there. Without one, the tests that
# use it are skipped and say so.
DEBIAN_PACKAGES = {
    "chromium": ("chromium", "fonts-dejavu-core"),
    "espeak-ng": ("espeak-ng",),
    "nginx": ("nginx-light",),
}
# A test works within a transaction, whose rows the heartbeat's own connection cannot see: a lease
# must outlast the slowest test on a busy machine. Tests of leases choose their own.
SETTINGS = {"GENERATION_LEASE_S": "300"}


def run_tests(arguments: Sequence[str]) -> int:
    """Run pytest with `arguments` and return its exit code; its last line is the last line."""
    home = find_home(os.environ)
    prepare_environment(home, group="dev")
    if not is_chosen(arguments):
        prepare_machine()
    with disposable_services(home, environ=os.environ) as env:
        argv = [str(home.python), "-m", "pytest", *spread(arguments), *arguments]
        return run_attached(Program("pytest", argv, env={**env, **SETTINGS}, cwd=CHECKOUT))


def prepare_machine() -> None:
    """Install the Debian packages that tests use, or say which tests are skipped without them."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])
    missing = [name for name in DEBIAN_PACKAGES if not shutil.which(name, path=path)]
    if not missing:
        return
    packages = [name for program in missing for name in DEBIAN_PACKAGES[program]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"  … Installing {', '.join(packages)} (Debian packages that tests use)")
        if install_debian_packages(packages):
            return
    say(f"  ! Tests that need {', '.join(missing)} are skipped.")
    say(f"    way out: sudo apt-get install {' '.join(packages)}")


def is_chosen(arguments: Sequence[str]) -> bool:
    """Say whether the arguments choose some tests, rather than how to run all of them."""
    return any(not argument.startswith("-") for argument in arguments)


def spread(arguments: Sequence[str]) -> list[str]:
    """Spread a full run over the cores; a run of chosen tests is quicker in one process."""
    is_said = any(argument.startswith(("-n", "--numprocesses", "--pdb")) for argument in arguments)
    if is_said or is_chosen(arguments):
        return []
    return ["-n", str(min(os.cpu_count() or 1, PROCESSES_MAX))]
