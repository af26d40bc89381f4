"""The queue behind its small door: files, PostgreSQL, and what cannot be a queue."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from huey.registry import Message

from festival.shared.queue import JsonSerializer, TaskQueue, build_huey
from tests.conftest import Backend


@pytest.fixture
def queue(
    backend: Backend, tmp_path: Path
) -> Iterator[tuple[TaskQueue, list[str], threading.Event]]:
    """A queue of its own: a file for SQLite, tables for PostgreSQL."""
    url = backend.server.url("festival_test") if backend.server else ""
    settings = backend.app.config["SETTINGS"].model_copy(
        update={"queue_url": url, "instance_path": tmp_path}
    )
    app = Flask("queue")
    app.config["SETTINGS"] = settings
    done: list[str] = []
    enough = threading.Event()

    def run(code: str) -> None:
        done.append(code)
        if len(done) == 5:
            enough.set()

    made = TaskQueue(app, run)
    yield made, done, enough
    made._huey.storage.close()


@pytest.mark.both_databases
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Huey leaves its listeners to the collector
def test_each_code_is_taken_by_one_worker(
    queue: tuple[TaskQueue, list[str], threading.Event],
) -> None:
    made, done, enough = queue
    for number in range(5):
        made.hand_over(f"code{number}")
    assert made.size() == 5
    consumer, _timed = made.consumers(workers=3)
    consumer.start()
    try:
        assert enough.wait(10)
    finally:
        consumer.stop(graceful=True)
    gc.collect()
    assert sorted(done) == [f"code{number}" for number in range(5)]
    assert made.size() == 0


def test_what_lies_in_the_queue_is_plain_json() -> None:
    message = Message("id", "run_task", args=["code"], kwargs={})
    laid = JsonSerializer().serialize(message)
    assert laid.startswith(b"{")
    assert JsonSerializer().deserialize(laid) == message
    assert JsonSerializer().deserialize(JsonSerializer().serialize(7)) == 7
    with pytest.raises(ValueError, match="Expecting"):
        JsonSerializer().deserialize(b"cos\nsystem\n(S'id'\ntR.")


def test_an_unknown_kind_of_queue_is_refused(app: Flask) -> None:
    settings = app.config["SETTINGS"].model_copy(update={"queue_url": "amqp://queue.example"})
    with pytest.raises(ValueError, match="FESTIVAL_QUEUE_URL"):
        build_huey(settings)
