"""Where the application listens, and what is said when it cannot."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from launcher.addresses import Address, chosen_address, free_port, readiness
from launcher.errors import LauncherError


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_another_to_try(taken_port: int) -> None:
    with pytest.raises(LauncherError, match=f"Port {taken_port} on 127.0.0.1") as caught:
        chosen_address({"PORT": str(taken_port)})
    assert f"PORT={taken_port + 1}" in caught.value.way_out


@pytest.mark.parametrize("written", ["no", "0", "65536", "-1"])
def test_what_is_no_port_is_refused(written: str) -> None:
    with pytest.raises(LauncherError, match="is not a port"):
        chosen_address({"PORT": written})


def test_loopback_and_8000_are_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launcher.addresses.why_unusable", lambda address: None)
    assert chosen_address({}) == Address("127.0.0.1", 8000)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),  # noqa: S104 - not bound
        ("::1", "http://[::1]:80"),
        ("example.org", "http://example.org:80"),
    ],
)
def test_the_address_is_one_that_a_browser_opens(host: str, url: str) -> None:
    assert Address(host, 80).url == url


def test_another_port_is_found_when_the_preferred_one_is_taken(taken_port: int) -> None:
    assert free_port(taken_port) != taken_port


def test_nobody_answering_is_not_ready(taken_port: int) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        assert readiness(Address("127.0.0.1", unused.getsockname()[1])) == (False, {})
