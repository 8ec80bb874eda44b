"""The services under the application, and the environment variables that name them."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from launcher.children import Child
from launcher.console import step
from launcher.home import CHECKOUT, Home, secret, socket_folder
from launcher.postgres import open_postgres, run_postgres
from launcher.valkey import open_valkey, run_valkey


@contextmanager
def services(
    home: Home, *, folder: Path, environ: Mapping[str, str], is_durable: bool = True
) -> Iterator[dict[str, str]]:
    """Run the services for the block and yield the environment that reaches them.

    What DATABASE_URL or BROKER_URL names already is used instead. Stops what it started in
    reverse order.
    """
    env = application_environment(home, environ)
    with ExitStack() as running:
        sockets = socket_folder(folder, environ)
        if not env.get("DATABASE_URL"):
            postgres = open_postgres(
                home, folder=folder, sockets=sockets, is_durable=is_durable
            )
            with step("Starting PostgreSQL"):
                running.callback(Child.stop, run_postgres(postgres))
            env["DATABASE_URL"] = postgres.url
        if not env.get("BROKER_URL"):
            valkey = open_valkey(home, folder=folder, sockets=sockets, is_durable=is_durable)
            with step("Starting Valkey"):
                running.callback(Child.stop, run_valkey(valkey))
            env["BROKER_URL"] = valkey.url
        yield env


@contextmanager
def disposable_services(home: Home, *, environ: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Run services on a temporary folder, keys and media included; remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="afterimage-test-"))
    try:
        with services(home, folder=folder, environ=environ, is_durable=False) as env:
            yield env | {
                "AFTERIMAGE_HOME": str(folder),
                "MEDIA_STORAGE": environ.get("MEDIA_STORAGE") or (folder / "media").as_uri(),
            }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def application_environment(home: Home, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what every process of the application gets: the caller's settings, then ours."""
    env = dict(environ)
    env.setdefault("SECRET_KEY", secret(home, "secret-key"))
    if env.get("REDIS_URL"):
        env.setdefault("BROKER_URL", env["REDIS_URL"])
    env |= {
        "AFTERIMAGE_HOME": str(home.folder),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(CHECKOUT), environ.get("PYTHONPATH")])),
        "PATH": os.pathsep.join([str(home.venv / "bin"), environ.get("PATH", os.defpath)]),
    }
    env.pop("PYTHONHOME", None)
    return env
