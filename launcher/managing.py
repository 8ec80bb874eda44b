"""Commands that run one program inside the installation: manage, run, make, bench, worker."""

import argparse
import os
import re
from collections.abc import Mapping, Sequence

from launcher import programs
from launcher.children import Program, run_attached
from launcher.environment import prepare_environment
from launcher.errors import LauncherError
from launcher.home import CHECKOUT, RUN_FREE_BYTES, find_home, require_free_space
from launcher.installation import prepare_application
from launcher.stack import disposable_services, shared_services

MANAGE = CHECKOUT / "manage.py"
# At a terminal the answer is what counts; LOG_LEVEL=INFO brings the log lines back.
QUIET = {"LOG_LEVEL": "WARNING", "LOG_FORMAT": "text"}
ENGINE_ALIAS = re.compile(r"[a-z0-9][a-z0-9_-]{0,40}")
FLEET_SETTINGS = ("DATABASE_URL", "BROKER_URL", "MEDIA_STORAGE", "SECRET_KEY")


def run_manage(arguments: Sequence[str]) -> int:
    """Run `manage.py` with `arguments` on this data folder's services."""
    home = find_home(os.environ)
    prepare_environment(home)
    with shared_services(home, environ=os.environ) as stack:
        return run_here([str(home.python), str(MANAGE), *arguments], QUIET | stack.env)


def run_program(arguments: Sequence[str]) -> int:
    """Run any program with the application's environment and services, such as pg_dump."""
    if not arguments:
        raise LauncherError(
            "There is no program to run.",
            way_out="""./afterimage run sh -c 'pg_dump "$DATABASE_URL" > afterimage.sql'""",
        )
    home = find_home(os.environ)
    prepare_environment(home)
    with shared_services(home, environ=os.environ) as stack:
        return run_here(arguments, stack.env)


def run_make(arguments: Sequence[str]) -> int:
    """Make one clip in this terminal, through the whole pipeline, and print where its file is."""
    if not arguments:
        raise LauncherError(
            "There is no prompt to make a clip from.",
            way_out='./afterimage make "a red ball bounces on a wet street at night, rain"',
        )
    home = find_home(os.environ)
    require_free_space(home.folder, needed_bytes=RUN_FREE_BYTES)
    prepare_environment(home)
    with shared_services(home, environ=os.environ) as stack:
        prepare_application(home, stack)
        argv = [str(home.python), str(MANAGE), "make_clip", *arguments]
        return run_here(argv, QUIET | stack.env)


def run_bench(arguments: Sequence[str]) -> int:
    """Measure the targets beside their bare baselines, on services that write through to disk."""
    home = find_home(os.environ)
    prepare_environment(home, group="dev")
    with disposable_services(home, environ=os.environ, is_durable=True) as env:
        return run_here([str(home.python), "-m", "bench", *arguments], env)


def run_worker(arguments: Sequence[str]) -> int:
    """Work for a fleet: take renders of engines until SIGTERM. The services are elsewhere."""
    asked = worker_arguments().parse_args(arguments)
    missing = [name for name in FLEET_SETTINGS if not is_given(name)]
    if missing and not asked.local:
        raise LauncherError(
            f"A worker of a fleet needs {', '.join(missing)}.",
            way_out="Set them as for the web process, or give --local to work for the `up` of "
            "this data folder.",
        )
    home = find_home(os.environ)
    prepare_environment(home)
    queues = asked.queue or [f"render-{engine}" for engine in asked.engine or ["default"]]
    # Two commands on one machine are two nodes.
    node = asked.name or f"{queues[0]}-{os.getpid()}"
    with shared_services(home, environ=os.environ) as stack:
        program = programs.worker(
            home, stack.env, queue=",".join(queues), processes=asked.processes, node=node
        )
        return run_here(list(program.argv), program.env or stack.env)


def worker_arguments() -> argparse.ArgumentParser:
    """Describe the arguments of `worker`."""
    parser = argparse.ArgumentParser(prog="./afterimage worker")
    parser.add_argument(
        "--engine", action="append", type=engine_alias, help="may be repeated (default)"
    )
    parser.add_argument(
        "--queue",
        action="append",
        help="a Celery queue instead of the engine's own; may be repeated",
    )
    parser.add_argument("--processes", default=1, type=int, help="one per device (1)")
    parser.add_argument("--name", help="of this node in the list of workers; unlike the others'")
    parser.add_argument("--local", action="store_true", help="use this data folder's services")
    return parser


def engine_alias(text: str) -> str:
    """Accept an alias of GENERATION_ENGINES by its form; the worker knows whether it exists."""
    if not ENGINE_ALIAS.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not the alias of an engine")
    return text


def is_given(name: str) -> bool:
    """Say whether a setting, or the file that holds it, is in the environment."""
    return bool(os.environ.get(name) or os.environ.get(f"{name}_FILE"))


def run_here(argv: Sequence[str], env: Mapping[str, str]) -> int:
    """Run a program of the application on this terminal, in the folder the person stands in."""
    return run_attached(Program(argv[0], argv, env=env))
