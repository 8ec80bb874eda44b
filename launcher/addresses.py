"""Where the application listens: ports that are free, and what is wrong when one is not."""

import http.client
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from launcher.errors import LauncherError

PORT_DEFAULT = 8000
STRIPE_STAND_IN_PORT = 8420
PORT_MAX = 65_535


@dataclass(frozen=True)
class Address:
    """A host and a port to listen on."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address as a person on this machine opens it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(self.host, self.host)  # noqa: S104 (compared, not bound)
        return f"http://{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return self.host in ("localhost", "::1") or self.host.startswith("127.")


def chosen_address(environ: Mapping[str, str]) -> Address:
    """Read HOST and PORT. Raises LauncherError if the port is no port or is taken."""
    written = environ.get("PORT") or str(PORT_DEFAULT)
    if not written.isdigit() or not 0 < int(written) <= PORT_MAX:
        raise LauncherError(f"PORT={written} is not a port.", way_out="Use 1 to 65535, say 8000.")
    address = Address(environ.get("HOST") or "127.0.0.1", int(written))
    if (reason := why_unusable(address)) is not None:
        raise LauncherError(
            f"Port {address.port} on {address.host} cannot be used: {reason}.",
            way_out=f"Stop what listens there, or choose another: PORT={address.port + 1} "
            "./afterimage up",
        )
    return address


def why_unusable(address: Address) -> str | None:
    """Say what keeps a server from listening there, or None if nothing does."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do: connections that a stopped run left in TIME_WAIT do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address.host, address.port))
        except OSError as error:
            return (error.strerror or str(error)).lower()
    return None


def free_port(preferred: int = 0) -> int:
    """Return `preferred` if loopback has it free, else any free port."""
    if preferred and why_unusable(Address("127.0.0.1", preferred)) is None:
        return preferred
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def readiness(address: Address) -> tuple[bool, Mapping[str, Any]]:
    """Ask /readyz; returns whether it is ready and its document, empty if nobody answered."""
    host, _, _ = address.url.removeprefix("http://").rpartition(":")
    connection = http.client.HTTPConnection(host.strip("[]"), address.port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return answer.status == http.client.OK, json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return False, {}
    finally:
        connection.close()
