"""The services under the application, and the environment variables that name them."""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from launcher.children import Child
from launcher.console import step
from launcher.errors import LauncherError
from launcher.home import CHECKOUT, Home, hold_lock, is_held, secret, socket_folder
from launcher.postgres import find_postmaster, is_answering, open_postgres, run_postgres
from launcher.valkey import answers, open_valkey, run_valkey

DISPOSABLE = "afterimage-test-"
IN_USE = "in-use.lock"
# Younger folders may belong to a run that has not taken its lock yet.
LEFTOVER_AFTER_S = 600.0
UP_LOCK = "up.lock"
SERVICES_LOCK = "services.lock"
# Made at the first start. The mark's key is apart, so that clips stay ours when SECRET_KEY changes.
MADE_SECRETS = ("SECRET_KEY", "MARK_SECRET")
# How long a command waits for an `up` that is still starting its services.
OTHERS_READY_WITHIN_S = 90.0


@dataclass(frozen=True)
class Service:
    """One service that this run must start: how, and how to see that it answers."""

    name: str
    start: Callable[[], Child]
    is_answering: Callable[[], bool]


@dataclass(frozen=True)
class Stack:
    """The services to start, in order, and the environment of the application above them."""

    env: dict[str, str]
    services: list[Service]
    cluster: Path | None  # the files of our own PostgreSQL, None if it is not ours


def plan_stack(
    home: Home, *, folder: Path, environ: Mapping[str, str], is_durable: bool = True
) -> Stack:
    """Describe the services under `folder`; what DATABASE_URL or BROKER_URL names is not ours."""
    env = application_environment(home, environ)
    sockets = socket_folder(folder, environ)
    services, cluster = [], None
    if not env.get("DATABASE_URL"):
        postgres = open_postgres(home, folder=folder, sockets=sockets, is_durable=is_durable)
        env["DATABASE_URL"], cluster = postgres.url, postgres.cluster
        # For `manage dbshell` and `run pg_dump`, which must be of the server's own version.
        env["PATH"] = os.pathsep.join([str(postgres.binaries / "bin"), env["PATH"]])
        services.append(
            Service("PostgreSQL", partial(run_postgres, postgres), partial(is_answering, postgres))
        )
    if not env.get("BROKER_URL"):
        valkey = open_valkey(home, folder=folder, sockets=sockets, is_durable=is_durable)
        env["BROKER_URL"] = valkey.url
        services.append(
            Service("Valkey", partial(run_valkey, valkey), partial(answers, valkey.socket))
        )
    return Stack(env, services, cluster)


@contextmanager
def running(stack: Stack) -> Iterator[dict[str, str]]:
    """Run the services for the block, yield the environment, then stop them in reverse order."""
    with ExitStack() as started:
        for service in stack.services:
            with step(f"Starting {service.name}"):
                started.callback(Child.stop, service.start())
        yield stack.env


@contextmanager
def shared_services(home: Home, *, environ: Mapping[str, str]) -> Iterator[Stack]:
    """Reach the services of this data folder: those of a running `up`, else our own for the block.

    Commands that start their own wait for each other.
    """
    stack = plan_stack(home, folder=home.folder, environ=environ)
    if is_held(home.folder / UP_LOCK):
        wait_for_others(stack)
        yield stack
        return
    with hold_lock(home.folder / SERVICES_LOCK), running(stack):
        yield stack


def wait_for_others(stack: Stack) -> None:
    """Wait until the services that another process starts answer; LauncherError if they do not."""
    deadline = time.monotonic() + OTHERS_READY_WITHIN_S
    while not all(service.is_answering() for service in stack.services):
        if time.monotonic() > deadline:
            raise LauncherError(
                "Another ./afterimage holds this data folder, but its services do not answer.",
                way_out="Stop that one with Ctrl-C or `kill`, then start again.",
            )
        time.sleep(0.2)


@contextmanager
def disposable_services(
    home: Home, *, environ: Mapping[str, str], is_durable: bool = False
) -> Iterator[dict[str, str]]:
    """Run services on a temporary folder, keys and media included; remove it afterwards."""
    remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=DISPOSABLE))
    stack = plan_stack(home, folder=folder, environ=environ, is_durable=is_durable)
    try:
        with hold_lock(folder / IN_USE), running(stack) as env:
            yield env | {
                "AFTERIMAGE_HOME": str(folder),
                "MEDIA_STORAGE": environ.get("MEDIA_STORAGE") or (folder / "media").as_uri(),
            }
    finally:
        for used in {folder, stack.cluster.parent if stack.cluster else folder}:
            shutil.rmtree(used, ignore_errors=True)


def remove_leftovers() -> None:
    """Remove the temporary folders of runs that were killed before they could."""
    for folder in Path(tempfile.gettempdir()).glob(f"{DISPOSABLE}*"):
        if is_leftover(folder):
            shutil.rmtree(folder, ignore_errors=True)


def is_leftover(folder: Path) -> bool:
    """Say whether a run of ours left this folder. Into somebody else's we may not even look."""
    try:
        status = folder.lstat()
    except FileNotFoundError:  # its run has just ended
        return False
    is_ours = status.st_uid == os.geteuid() and stat.S_ISDIR(status.st_mode)
    if not is_ours or status.st_mtime > time.time() - LEFTOVER_AFTER_S:
        return False
    return not (is_held(folder / IN_USE) or find_postmaster(folder / "postgres"))


def application_environment(home: Home, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what every process of the application gets: the caller's settings, then ours."""
    env = dict(environ)
    for name in MADE_SECRETS:
        if not (env.get(name) or env.get(f"{name}_FILE")):
            env[name] = secret(home, name.lower().replace("_", "-"))
    if env.get("REDIS_URL"):
        env.setdefault("BROKER_URL", env["REDIS_URL"])
    env |= {
        "AFTERIMAGE_HOME": str(home.folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(CHECKOUT), environ.get("PYTHONPATH")])),
        # Debian keeps nginx in /usr/sbin, which an ordinary user's PATH lacks.
        "PATH": os.pathsep.join(
            [str(home.venv / "bin"), environ.get("PATH", os.defpath), "/usr/sbin"]
        ),
        "PYTHONUNBUFFERED": "1",
    }
    env.pop("PYTHONHOME", None)
    return env
