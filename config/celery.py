"""The Celery application. Celery only wakes workers up; jobs live in the database."""

from __future__ import annotations

import ctypes
import os
import signal
from typing import Any

from celery import Celery
from celery.signals import task_postrun, task_prerun, worker_process_init
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


@worker_process_init.connect(weak=False)
def begin_work(sender: str, **_: Any) -> None:
    """Make the child a worker of the engines whose queues this node, `sender`, listens to."""
    from generation.actions import staffing

    staffing.begin(sender, queues=list(app.amqp.queues.consume_from))
