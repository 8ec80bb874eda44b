"""What must have happened once before the application runs: migrations and static files."""

import hashlib
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from launcher.children import tail
from launcher.console import step
from launcher.environment import lock_digest
from launcher.errors import LauncherError
from launcher.home import CHECKOUT, Home
from launcher.stack import Stack


def prepare_application(home: Home, stack: Stack) -> None:
    """Migrate the database and collect the static files, each only if what it reads has changed.

    A database of somebody else's is always asked, because others may migrate it too.
    Raises LauncherError with the end of the output of a command that failed.
    """
    migrations = digest_of(CHECKOUT.glob("*/migrations/*.py"))
    if stack.cluster is None or is_due(home, "migrated", f"{migrations} {age_of(stack.cluster)}"):
        with step("Preparing the database"):
            manage(home, stack.env, "migrate", "--no-input")
        if stack.cluster is not None:
            mark_done(home, "migrated", f"{migrations} {age_of(stack.cluster)}")
    static = digest_of(path for path in (CHECKOUT / "static").rglob("*") if path.is_file())
    if is_due(home, "static", static):
        with step("Collecting static files"):
            manage(home, stack.env, "collectstatic", "--no-input", "--clear")
        mark_done(home, "static", static)


def digest_of(files: Iterable[Path]) -> str:
    """Name the state of some files, and of the locked packages, which bring files of their own."""
    digest = hashlib.sha256(lock_digest("core").encode())
    for path in sorted(files):
        digest.update(f"{path.relative_to(CHECKOUT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def age_of(cluster: Path) -> int:
    """Tell one cluster from the next that is made in its place."""
    return (cluster / "PG_VERSION").stat().st_mtime_ns


def is_due(home: Home, name: str, digest: str) -> bool:
    """Say whether the work called `name` was last done for another digest, or never."""
    done = home.folder / "done" / name
    return not done.exists() or done.read_text() != digest


def mark_done(home: Home, name: str, digest: str) -> None:
    """Note that the work called `name` was done for `digest`."""
    done = home.folder / "done" / name
    done.parent.mkdir(exist_ok=True)
    done.write_text(digest)


def manage(home: Home, env: Mapping[str, str], *arguments: str) -> None:
    """Run one management command to its end, its output into a log."""
    log = home.logs / f"{arguments[0]}.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as output:
        done = subprocess.run(
            [home.python, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=env,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise LauncherError(
            f"manage.py {arguments[0]} failed:\n{tail(log, lines=12)}",
            way_out=f"The whole output is in {log}.",
        )
