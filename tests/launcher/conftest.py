"""A data folder of its own for each test, over the environment that runs the tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.children import Child
from launcher.home import Home, socket_folder
from launcher.postgres import Postgres, open_postgres


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A data folder whose environment is the one these tests run in."""
    folder = tmp_path / "data folder"
    folder.mkdir()
    (folder / "venv").symlink_to(sys.prefix)
    return Home(folder)


@pytest.fixture
def server(home: Home) -> Postgres:
    """A PostgreSQL that has not been started."""
    return open_postgres(
        home, folder=home.folder, sockets=socket_folder(home.folder, {}), is_durable=False
    )


@pytest.fixture
def stopped_at_the_end() -> Iterator[list[Child]]:
    """A list for children that a test starts: each is stopped after it."""
    children: list[Child] = []
    yield children
    for child in reversed(children):
        child.stop()
