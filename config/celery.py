"""The Celery application. Celery only wakes workers up; jobs live in the database."""

from __future__ import annotations

import ctypes
import os
import signal
from typing import Any

from celery import Celery
from celery.signals import (
    celeryd_after_setup,
    task_postrun,
    task_prerun,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
)
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("afterimage")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
# For every thread: a web server's threads queue work too, and without this they would find no task.
app.set_default()


@task_prerun.connect(weak=False)
@task_postrun.connect(weak=False)
def give_connections_back(task: Any, **_: Any) -> None:
    """Begin and end each task without a connection: the pool hands out only those that answer."""
    if not task.request.is_eager:
        close_old_connections()


PR_SET_PDEATHSIG = 1


@worker_process_init.connect(weak=False)
def die_with_parent(**_: Any) -> None:
    """Let a worker's child end with it, however it ends.

    Without this a child whose parent was killed works on, beside the child that took up the same
    job after its lease ran out. Source: prctl(2); a system without it keeps the lease alone.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)


@celeryd_after_setup.connect(weak=False)
def listen_to_queues_of_engines(**_: Any) -> None:
    """Listen to the queues that engines' entries name, where the command names the engines."""
    from generation.actions import staffing

    for queue in staffing.queues_named(app.amqp.queues.consume_from):
        app.amqp.queues.select_add(app.amqp.queues[queue])


@worker_init.connect(weak=False)
def begin_after_celery(**_: Any) -> None:
    """Have each child begin its work once Celery is done with its database.

    Celery's part for Django closes the pool in every new child. It listens from this signal on, and
    listeners are called in the order in which they came: who takes a connection before waits for it
    in vain until the pool's time is up.
    """
    worker_process_init.connect(begin_work, weak=False)


def begin_work(sender: str, **_: Any) -> None:
    """Make the child a worker of the engines whose queues this node, `sender`, listens to."""
    from generation.actions import staffing

    staffing.begin(sender, queues=list(app.amqp.queues.consume_from))


@worker_process_shutdown.connect(weak=False)
def end_work(**_: Any) -> None:
    """Take the child off the list of workers at once; one that is killed ages out of it."""
    from generation.actions import staffing

    staffing.sign_off()
