"""The queue behind its small door: a file, PostgreSQL, Redis; and what cannot be a queue."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import redis
from flask import Flask
from huey.registry import Message

from festival.shared import queue as queues
from festival.shared import redis_link
from festival.shared.queue import JsonSerializer, QueueAway, TaskQueue, build_huey
from tests.conftest import Backend, start_postgres
from tests.postgres import PostgresServer
from tests.redis_server import RedisServer, find_redis

KINDS = ["file", "postgresql", "redis"]
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning"  # Huey leaves its listeners to the collector
)


@dataclass
class Bench:
    """A queue of its own, what its workers did, and the server behind it."""

    queue: TaskQueue
    codes: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)
    redis: RedisServer | None = None


@pytest.fixture(scope="module")
def postgres() -> Iterator[PostgresServer]:
    server = start_postgres()
    server.create("queue")
    yield server
    server.stop()


@pytest.fixture
def bench(request: pytest.FixtureRequest, backend: Backend, tmp_path: Path) -> Iterator[Bench]:
    kind, server = request.param, None
    if kind == "redis":
        if find_redis() is None:
            pytest.skip("no redis-server on this machine (make peers installs one where it may)")
        server = RedisServer(tmp_path)
        server.start()
    url = {
        "file": lambda: "",
        "postgresql": lambda: request.getfixturevalue("postgres").url("queue"),
        "redis": lambda: server.url if server else "",
    }[kind]()
    app = Flask("queue")
    app.config["SETTINGS"] = backend.app.config["SETTINGS"].model_copy(
        update={"queue_url": url, "instance_path": tmp_path}
    )
    made = Bench(TaskQueue(app, lambda code: run(code), lambda name: made.names.append(name)))
    made.redis = server

    def run(code: str) -> None:
        made.codes.append(code)
        if len(made.codes) == 5:
            made.enough.set()

    yield made
    if server is not None:
        server.__exit__()
    elif kind == "postgresql":
        made.queue._huey.flush()
        made.queue._timed.flush()
    for huey in (made.queue._huey, made.queue._timed):
        if hasattr(huey.storage, "close"):
            huey.storage.close()
        else:
            huey.storage.pool.disconnect()
    gc.collect()


@pytest.mark.parametrize("bench", KINDS, indirect=True)
def test_each_code_is_taken_by_one_worker(bench: Bench) -> None:
    for number in range(5):
        bench.queue.hand_over(f"code{number}")
    assert bench.queue.size() == 5
    consumers = bench.queue.consumers(workers=3)
    for consumer in consumers:
        consumer.start()
    try:
        assert bench.enough.wait(10)
    finally:
        for consumer in consumers:
            consumer.stop(graceful=True)
    assert sorted(bench.codes) == [f"code{number}" for number in range(5)]
    assert bench.queue.size() == 0


@pytest.mark.parametrize("bench", KINDS, indirect=True)
def test_a_timed_job_waits_once_and_does_not_stand_behind_long_work(bench: Bench) -> None:
    assert bench.queue.fire("mail")
    assert not bench.queue.fire("mail")
    assert bench.queue.fire("kits")
    assert bench.queue.fired() == {"mail", "kits"}
    assert bench.queue.size() == 0
    _tasks, timed = bench.queue.consumers(workers=1)
    timed.start()
    try:
        deadline = time.monotonic() + 10
        while len(bench.names) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
    finally:
        timed.stop(graceful=True)
    assert sorted(bench.names) == ["kits", "mail"]
    assert bench.queue.fired() == set()


@pytest.mark.parametrize("bench", ["redis"], indirect=True)
@pytest.mark.parametrize("how", ["kill", "freeze"])
def test_a_redis_that_is_away_keeps_one_visitor_waiting_and_then_nobody(
    bench: Bench, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bench.redis is not None
    monkeypatch.setattr(redis_link, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(queues, "AWAY_SECONDS", 1.0)
    bench.queue.hand_over("before")
    getattr(bench.redis, how)()
    began = time.monotonic()
    with pytest.raises(redis.RedisError):
        bench.queue.hand_over("lost")
    assert time.monotonic() - began < 2
    began = time.monotonic()
    for _ in range(50):
        with pytest.raises(QueueAway):
            bench.queue.hand_over("lost")
    assert time.monotonic() - began < 0.1
    if how == "kill":
        bench.redis.start()
    bench.redis.resume()
    time.sleep(1.05)
    bench.queue.hand_over("after")
    assert bench.queue.size() >= 1


@pytest.mark.parametrize("bench", ["redis"], indirect=True)
def test_workers_wait_for_a_redis_that_is_away_and_say_so_once(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    assert bench.redis is not None
    consumers = bench.queue.consumers(workers=1)
    for consumer in consumers:
        consumer.start()
    try:
        bench.redis.kill()
        time.sleep(2.5)
        said = [each for each in caplog.records if "cannot be read" in each.getMessage()]
        assert len(said) == 1 + queues.TIMED_THREADS
        assert not any(each.exc_info for each in caplog.records)
        bench.redis.start()
        bench.queue.hand_over("again")
        deadline = time.monotonic() + 5
        while not bench.codes and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        for consumer in consumers:
            consumer.stop(graceful=True)
    assert bench.codes == ["again"]


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


def test_a_redis_without_its_package_is_said_in_words(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "ConnectionPool", None)
    monkeypatch.setattr(redis_link, "Retry", None)
    settings = app.config["SETTINGS"].model_copy(update={"queue_url": "redis://127.0.0.1/0"})
    with pytest.raises(ValueError, match="install the package"):
        build_huey(settings)
    assert redis_link.redis_options() == {}
