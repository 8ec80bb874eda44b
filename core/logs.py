"""Logs: one JSON object per line, with the request or job it belongs to, without secrets."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun
from django.utils.log import CallbackFilter
from structlog.contextvars import bound_contextvars, clear_contextvars, get_contextvars
from structlog.typing import EventDict, Processor, WrappedLogger

REDACTED = "[redacted]"
# Prompts are the subject of the work and stay; what proves who somebody is, or shows a face, goes.
SECRET_KEY_NAME = re.compile(
    r"authorization|cookie|passw|secret|token|api_?key|^key$|^uidb36$|signature|"
    r"capture|reference_|challenge",
    re.IGNORECASE,
)
SECRET_VALUE = re.compile(
    r"(?P<keep>://[^/\s:@]*:)[^@\s/]+(?=@)"  # the password in an address
    r"|(?P<keep2>\bBearer\s+)\S+"
    r"|\b(?:sk|rk|whsec)_[A-Za-z0-9_-]{8,}",  # Stripe's keys name themselves
    re.IGNORECASE,
)
# Deep enough for what we log; beyond it nothing is shown rather than something unread.
DEPTH_MAX = 4
CARRIED = ("request_id", "job_id")


def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace secrets in a log event, by the name of the key and by the look of the value."""
    return {key: _clean(key, value, DEPTH_MAX) for key, value in event.items()}


def _clean(key: str, value: Any, depth: int) -> Any:
    if SECRET_KEY_NAME.search(key) and value not in (None, "", True, False):
        return REDACTED
    if isinstance(value, str):
        return SECRET_VALUE.sub(_keep_the_name, value)
    if isinstance(value, Mapping):
        return {k: _clean(str(k), v, depth - 1) for k, v in value.items()} if depth else REDACTED
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean("", item, depth - 1) for item in value] if depth else REDACTED
    return value


def _keep_the_name(found: re.Match[str]) -> str:
    return f"{found['keep'] or found['keep2'] or ''}{REDACTED}"


def _processors() -> list[Processor]:
    """What every event goes through, whether it comes from structlog or from a library."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.StackInfoRenderer(),
    ]


def stdlib_config(*, level: str, is_readable: bool) -> dict[str, Any]:
    """Return Django's LOGGING: everything to stderr, as JSON or, for a person, in columns."""
    # Traces become text before the redaction: what an exception says may hold a secret, too.
    renderer: list[Processor] = (
        [redact, structlog.dev.ConsoleRenderer()]
        if is_readable
        else [structlog.processors.format_exc_info, redact, structlog.processors.JSONRenderer()]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "events": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _processors(),
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *renderer,
                ],
            }
        },
        "filters": {"traced": {"()": CallbackFilter, "callback": _has_trace}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "events"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would say everything twice, once without redaction.
            "django": {"handlers": [], "level": level, "propagate": True},
            # Our line per request says more; what it lacks is the trace of a fault.
            "django.request": {"handlers": [], "filters": ["traced"], "propagate": True},
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            # Stripe's library tells of every request and answer; failures reach us as errors.
            "stripe": {"handlers": [], "level": "WARNING", "propagate": True},
            "uvicorn.access": {"handlers": [], "level": "WARNING", "propagate": False},
            # Three lines for each task that goes well, every few seconds; failures are errors.
            "celery.worker.strategy": {"handlers": [], "level": "WARNING", "propagate": True},
            "celery.app.trace": {"handlers": [], "level": "WARNING", "propagate": True},
            "celery.beat": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }


def _has_trace(record: logging.LogRecord) -> bool:
    return record.exc_info is not None


def configure() -> None:
    """Send structlog's events through the standard library, so that there is one way out."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        # Cached loggers could not be captured by tests; binding anew costs microseconds.
        cache_logger_on_first_use=False,
    )


@contextmanager
def job(job_id: object) -> Iterator[None]:
    """Put `job_id` on every line logged in the block, and on the tasks queued in it."""
    with bound_contextvars(job_id=str(job_id)):
        yield


@setup_logging.connect(weak=False)
def _keep_our_logging(**_: Any) -> None:
    """Celery replaces the logging set-up unless somebody listens here; Django has made ours."""


@before_task_publish.connect(weak=False)
def _send_along(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None:
        known = get_contextvars()
        headers["log_context"] = {name: known[name] for name in CARRIED if name in known}


@task_prerun.connect(weak=False)
def _take_up(task_id: str = "", task: Any = None, **_: Any) -> None:
    carried = getattr(task.request, "log_context", None) or {}
    clear_contextvars()
    structlog.contextvars.bind_contextvars(task=task.name, task_id=task_id, **carried)


@task_postrun.connect(weak=False)
def _lay_down(**_: Any) -> None:
    clear_contextvars()
