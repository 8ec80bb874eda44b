"""`up`: the whole application on this machine, until Ctrl-C."""

import os
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from launcher import programs
from launcher.addresses import (
    STRIPE_STAND_IN_PORT,
    Address,
    chosen_address,
    free_port,
    readiness,
)
from launcher.children import Program, rotate, start
from launcher.console import say, step
from launcher.demo import LOG_INS, DemoWorld
from launcher.environment import prepare_environment
from launcher.errors import LauncherError
from launcher.home import (
    RUN_FREE_BYTES,
    Home,
    find_home,
    hold_lock,
    is_held,
    require_free_space,
    secret,
)
from launcher.installation import prepare_application
from launcher.stack import SERVICES_LOCK, UP_LOCK, plan_stack
from launcher.supervisor import Supervisor

READY_WITHIN_S = 120.0
LOOK_EVERY_S = 0.5


def run_up(_: Sequence[str]) -> int:
    """Start everything, say where it is, keep it running; stop everything on Ctrl-C or SIGTERM."""
    home = find_home(os.environ)
    refusal = "Afterimage already runs on this data folder"
    with hold_lock(home.folder / UP_LOCK, refusal=refusal):
        address = chosen_address(os.environ)
        require_free_space(home.folder, needed_bytes=RUN_FREE_BYTES)
        prepare_environment(home)
        if is_held(home.folder / SERVICES_LOCK):
            say("  … Waiting for another ./afterimage command on this data folder to end")
        with hold_lock(home.folder / SERVICES_LOCK), Supervisor() as supervisor:
            try:
                demo = start_everything(home, supervisor, address)
                keep_running(home, supervisor, demo)
            except KeyboardInterrupt:
                say("\nStopping. What is being rendered goes on at the next start.")
            finally:
                # The stop below is short and in order; a second Ctrl-C must not cut it in half.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
    say("Stopped.")
    return 0


def start_everything(home: Home, supervisor: Supervisor, address: Address) -> DemoWorld:
    """Start services, application and demo world, in this order, and say where the page is.

    Raises LauncherError if one of them does not come up.
    """
    started = time.monotonic()
    stack = plan_stack(home, folder=home.folder, environ={"SITE_URL": address.url} | os.environ)
    for service in stack.services:
        with step(f"Starting {service.name}"):
            supervisor.add(service.name, service.start, is_service=True)
    prepare_application(home, stack)
    port = None if is_stripe_given(stack.env) else free_port(STRIPE_STAND_IN_PORT)
    env = stack.env | {
        "DEMO_PASSWORD": secret(home, "demo-password", strength_bytes=9),
        "PROMETHEUS_MULTIPROC_DIR": str(fresh_folder(home.folder / "metrics")),
    }
    if port is not None:
        env |= stand_in_settings(home, port)
    web, *others = application(home, env, address, stand_in_port=port)
    with step("Starting web"):
        supervisor.add(web.name, partial(start, web))
        wait_ready(supervisor, address)
    # Only now, so that the page need not share two cores with them; work waits in the database.
    for program in others:
        supervisor.add(program.name, partial(start, program))
    say_where(address, env, seconds=time.monotonic() - started)
    return DemoWorld(home, supervisor, env)


def application(
    home: Home, env: Mapping[str, str], address: Address, *, stand_in_port: int | None
) -> list[Program]:
    """The processes above the services in the order of their start, web first."""
    found = [programs.web(home, env, host=address.host, port=address.port)]
    if stand_in_port is not None:
        webhook = f"{address.url}/webhooks/stripe"
        found.append(programs.stripe_stand_in(home, env, port=stand_in_port, webhook=webhook))
    found += [programs.worker(home, env, queue=queue) for queue in ("render-default", "default")]
    return [*found, programs.beat(home, env)]


def fresh_folder(folder: Path) -> Path:
    """Empty a folder that only means something to the processes of one run."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def is_stripe_given(env: Mapping[str, str]) -> bool:
    """Say whether the environment names a Stripe account."""
    return bool(env.get("STRIPE_API_KEY") or env.get("STRIPE_API_KEY_FILE"))


def stand_in_settings(home: Home, port: int) -> dict[str, str]:
    """Point the application at our stand-in for Stripe; nothing else differs."""
    return {
        "STRIPE_API_KEY": f"sk_test_{secret(home, 'stripe-key')}",
        "STRIPE_API_BASE": f"http://127.0.0.1:{port}",
        "STRIPE_WEBHOOK_SECRET": f"whsec_{secret(home, 'stripe-webhook')}",
        "STRIPE_PRICE_PRO": "price_pro_monthly",
    }


def wait_ready(supervisor: Supervisor, address: Address) -> None:
    """Wait until /readyz is content; LauncherError with what it misses, or with who died."""
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        is_ready, document = readiness(address)
        if is_ready:
            return
        if (ended := supervisor.first_ended()) is not None:
            raise LauncherError(
                f"{ended.program.name} ended at its start:\n{ended.last_words()}",
                way_out=f"The whole output is in {ended.program.log}.",
            )
        if time.monotonic() > deadline:
            raise LauncherError(
                f"The application is not ready after {READY_WITHIN_S:.0f} s: {missing(document)}.",
                way_out=f"Look into the logs beside {address.url}/readyz.",
            )
        time.sleep(0.2)


def missing(document: Mapping[str, Any]) -> str:
    """Put what /readyz misses into words."""
    checks = document.get("checks", {})
    lacking = [f"{name}: {c['detail']} {c['way_out']}" for name, c in checks.items() if not c["ok"]]
    return "; ".join(lacking) or "it does not answer"


def say_where(address: Address, env: Mapping[str, str], *, seconds: float) -> None:
    """Print the address and the log-ins of the demo world."""
    say(f"\nAfterimage is at {address.url}  (ready in {seconds:.1f} s; Ctrl-C stops it)\n")
    for handle, what in LOG_INS.items():
        say(f"  {handle:<5} {env['DEMO_PASSWORD']}   {what}")
    say()
    if not address.is_loopback and not env.get("ALLOWED_HOSTS"):
        say("  ! It answers to the name localhost alone: set ALLOWED_HOSTS and SITE_URL.\n")


def keep_running(home: Home, supervisor: Supervisor, demo: DemoWorld) -> None:
    """Tend the processes until Ctrl-C, telling what the demo world has got to."""
    while True:
        supervisor.tend()
        demo.look()
        for log in home.logs.glob("*.log"):
            rotate(log)
        time.sleep(LOOK_EVERY_S)
