"""What is written down about requests and jobs, and what never is."""

from __future__ import annotations

import io
import json
import logging
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from celery import shared_task
from celery.contrib.testing.worker import start_worker
from django.http import HttpResponse
from django.test import AsyncClient, Client
from django.urls import path
from structlog.contextvars import bound_contextvars, get_contextvars

from config.celery import app
from core import logs


class Written:
    """The lines that were logged, through the real formatter."""

    def __init__(self) -> None:
        formatter = logs.stdlib_config(level="INFO", is_readable=False)["formatters"]["events"]
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=formatter["foreign_pre_chain"],
                processors=formatter["processors"],
            )
        )

    def __call__(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def written() -> Iterator[Written]:
    written = Written()
    logging.getLogger().addHandler(written.handler)
    yield written
    logging.getLogger().removeHandler(written.handler)


def test_secrets_are_never_written(written: Written) -> None:
    structlog.get_logger("test").info(
        "something",
        authorization="Bearer abc",
        prompt="a red ball",
        request={"headers": {"Cookie": "sessionid=abc", "accept": "*/*"}, "token": "abc"},
        url="postgresql://afterimage:hunter2@db/afterimage",
        said="the key is sk_live_0123456789abcdef, and Bearer abc.def",
        captures=["face.png"],
        items=[{"password": "hunter2"}],
    )

    line = written()[-1]

    text = json.dumps(line)
    for secret in ("hunter2", "abc", "face.png"):
        assert secret not in text
    assert line["prompt"] == "a red ball"
    assert line["request"]["headers"]["accept"] == "*/*"
    assert line["url"] == "postgresql://afterimage:[redacted]@db/afterimage"


def test_a_library_that_logs_a_secret_is_redacted_too(written: Written) -> None:
    logging.getLogger("a.library").warning("connecting to %s", "redis://:hunter2@broker/0")
    assert written()[-1]["event"] == "connecting to redis://:[redacted]@broker/0"


def test_an_exception_is_one_line_with_its_trace(written: Written) -> None:
    try:
        int("no")
    except ValueError:
        structlog.get_logger("test").exception("failed")
    assert "ValueError: invalid literal" in written()[-1]["exception"]


@pytest.mark.urls("tests.core.test_logs")
def test_a_request_can_be_found_by_the_id_it_answers_with(client: Client, written: Written) -> None:
    response = client.get("/refused", headers={"X-Request-ID": "from-the-proxy-1"})

    line = next(line for line in written() if line["event"] == "request")
    assert response["X-Request-ID"] == line["request_id"] == "from-the-proxy-1"
    assert (line["method"], line["status"]) == ("GET", 403)
    assert line["ms"] >= 0


@pytest.mark.urls("tests.core.test_logs")
def test_a_refusal_is_one_line_and_a_fault_brings_its_trace(
    client: Client, written: Written
) -> None:
    client.raise_request_exception = False
    client.get("/refused")
    assert len(written()) == 1

    client.get("/broken")

    fault, request = written()[1:]
    assert "a fault of ours" in fault["exception"]
    assert request["status"] == 500
    assert fault["request_id"] == request["request_id"]


@pytest.mark.parametrize("offered", ["short", "x" * 65, 'forged"}', "two words here"])
def test_an_id_that_could_forge_a_line_is_replaced(client: Client, offered: str) -> None:
    response = client.get("/healthz", headers={"X-Request-ID": offered})
    assert response["X-Request-ID"] != offered
    assert len(response["X-Request-ID"]) == 32


def broken(_: Any) -> HttpResponse:
    raise RuntimeError("a fault of ours")


def signed_media(_: Any, token: str) -> HttpResponse:
    return HttpResponse(token)


async def later(_: Any) -> HttpResponse:
    structlog.get_logger("test").info("inside")
    return HttpResponse("later")


def refused(_: Any) -> HttpResponse:
    return HttpResponse(status=403)


urlpatterns = [
    path("refused", refused),
    path("broken", broken),
    path("media/<str:token>/clip.mp4", signed_media),
    path("later", later),
]


@pytest.mark.urls("tests.core.test_logs")
def test_a_signed_address_is_logged_without_its_signature(client: Client, written: Written) -> None:
    client.get("/media/abcdef/clip.mp4?expires=12345")
    line = next(line for line in written() if line["event"] == "request")
    assert line["route"] == "media/<str:token>/clip.mp4"
    assert line["arguments"] == {"token": "[redacted]"}
    assert "abcdef" not in json.dumps(line)
    assert "12345" not in json.dumps(line)


@pytest.mark.urls("tests.core.test_logs")
async def test_under_asgi_what_a_view_logs_carries_the_request(
    async_client: AsyncClient, written: Written
) -> None:
    response = await async_client.get("/later")
    inside = next(line for line in written() if line["event"] == "inside")
    assert inside["request_id"] == response["X-Request-ID"]


@shared_task
def noted(**_: Any) -> None:
    structlog.get_logger("test").info("worked")


def test_a_task_carries_the_id_of_the_request_that_queued_it(written: Written) -> None:
    queue = f"test-{uuid.uuid4().hex}"
    with start_worker(app, queues=[queue], pool="solo", loglevel="INFO", perform_ping_check=False):
        logging.getLogger().addHandler(written.handler)  # the worker sets Django up again
        with bound_contextvars(request_id="the-request"), logs.job("the-job"):
            noted.apply_async(queue=queue)
        deadline = time.monotonic() + 10
        while not (lines := [line for line in written() if line["event"] == "worked"]):
            assert time.monotonic() < deadline
            time.sleep(0.01)

    assert (lines[0]["request_id"], lines[0]["job_id"]) == ("the-request", "the-job")
    assert lines[0]["task"].endswith("noted")
    assert get_contextvars() == {}


def test_a_trace_holds_no_secret_either(written: Written) -> None:
    error = OSError("no answer from redis://:hunter2@broker:6379/0 with sk_test_0123456789")
    logging.getLogger("library").error("It failed.", exc_info=error)
    [line] = written()
    assert "OSError" in line["exception"]
    assert "hunter2" not in line["exception"]
    assert "sk_test_0123456789" not in line["exception"]
