"""The queue that wakes the workers: Huey behind one small door.

It has two lines.  One carries the codes of waiting tasks; the other the names of timed jobs, which
have threads of their own in every worker, so that no long import keeps the mail waiting.

The rows of ``task`` are the truth; the queue only wakes a worker sooner.  What is lost with it (a
file deleted, Redis restarted) the worker's clock hands over again, so no task depends on it.
Messages are JSON, never pickle: whoever can write into the queue must not be able to run code.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from flask import Flask
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.consumer import Consumer, Scheduler, Worker
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import ConnectionPool

from festival.config import Settings
from festival.shared.redis_link import is_redis, redis_options

logger = logging.getLogger(__name__)

NAME = "festival"
TIMED_NAME = "festival-timed"
TIMED_THREADS = 2
"""Two, so that a press kit which is being built does not keep the mail waiting."""
MOST_FIRED = 200
AWAY_SECONDS = 2.0
CONNECT_SECONDS = 3


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Huey's message as a JSON object."""

    def _serialize(self, data: Any) -> bytes:
        fields = data._asdict() if isinstance(data, Message) else {"value": data}
        return json.dumps(fields).encode()

    def _deserialize(self, data: bytes) -> Any:
        fields = json.loads(bytes(data))
        return fields["value"] if "value" in fields else Message(**fields)


class IdleScheduler(Scheduler):  # type: ignore[misc]
    """Huey's own timetable is not used: reading it would lock the queue's file every second."""

    def loop(self, now: object = None) -> None:
        self.stop_flag.wait(1)


class PatientWorker(Worker):  # type: ignore[misc]
    """A thread that says once that the queue is away, and looks again every second."""

    def initialize(self) -> None:
        super().initialize()
        self._is_away = False

    def loop(self, now: object = None) -> None:
        try:
            task = self.huey.dequeue()
        except Exception as away:
            if not self._is_away:
                logger.warning("the queue cannot be read: %s", type(away).__name__)
            self._is_away = True
            self.stop_flag.wait(1)
            return
        self._is_away = False
        if task is not None:
            self.delay = self.default_delay
            self.huey.execute(task, now)
        elif not self.huey.storage.blocking:
            self.sleep()


class QuietConsumer(Consumer):  # type: ignore[misc]
    """A consumer that leaves the process's signals to whoever started it."""

    scheduler_class = IdleScheduler
    worker_class = PatientWorker

    def _set_signal_handlers(self) -> None:
        """Signals belong to the command (serve, worker), which stops us with ``stop``."""


class QueueAway(Exception):
    """The queue did not answer a moment ago; nobody waits for it again so soon."""


class TaskQueue:
    """Hands codes over and makes the consumers that run them.  Opens nothing before first use."""

    def __init__(
        self,
        app: Flask,
        run: Callable[[str], object],
        run_timed: Callable[[str], object] | None = None,
    ) -> None:
        self._app = app
        self._run = run
        self._run_timed = run_timed or run
        self._away_until = float("-inf")

    @cached_property
    def _huey(self) -> Huey:
        return build_huey(self._app.config["SETTINGS"])

    @cached_property
    def _timed(self) -> Huey:
        return build_huey(self._app.config["SETTINGS"], name=TIMED_NAME)

    @cached_property
    def _deliver(self) -> Callable[[str], Any]:
        def run_in_application(code: str) -> None:
            with self._app.app_context():
                self._run(code)

        deliver: Callable[[str], Any] = self._huey.task(name="run_task")(run_in_application)
        return deliver

    @cached_property
    def _fire(self) -> Callable[[str], Any]:
        def run_in_application(name: str) -> None:
            with self._app.app_context():
                self._run_timed(name)

        fire: Callable[[str], Any] = self._timed.task(name="run_timed")(run_in_application)
        return fire

    def hand_over(self, code: str) -> None:
        """Tell the workers that the task ``code`` waits.  Raises when the queue is away."""
        with self._unless_away():
            self._deliver(code)

    def fire(self, name: str) -> bool:
        """Have the timed job ``name`` run soon; False when it waits in the queue already.

        Who waits has not begun, so it will see everything that is committed now.  Two at once may
        add it twice, which does no harm.  Raises when the queue is away.
        """
        with self._unless_away():
            if name in self.fired():
                return False
            self._fire(name)
            return True

    @contextmanager
    def _unless_away(self) -> Iterator[None]:
        """One visitor waits for a queue that does not answer, not everybody."""
        if time.monotonic() < self._away_until:
            raise QueueAway
        try:
            yield
        except Exception:
            self._away_until = time.monotonic() + AWAY_SECONDS
            raise

    def fired(self) -> set[str]:
        """Names of the timed jobs that wait in the queue.  Raises when it is not reachable."""
        self._fire  # noqa: B018  a message is read by the name of its task
        return {task.args[0] for task in self._timed.pending(limit=MOST_FIRED)}

    def size(self) -> int:
        """How many tasks' codes wait in the queue.  Raises when it is not reachable."""
        return int(self._huey.pending_count())

    def consumers(self, *, workers: int) -> tuple[QuietConsumer, QuietConsumer]:
        """Consumers of tasks (``workers`` threads) and of timed jobs; the caller starts, stops."""
        self._deliver, self._fire  # noqa: B018  registers both before a worker looks for them
        common = {"periodic": False, "initial_delay": 0.05, "max_delay": 0.25}
        return (
            QuietConsumer(self._huey, workers=workers, **common),
            QuietConsumer(self._timed, workers=TIMED_THREADS, **common),
        )


def build_huey(settings: Settings, *, name: str = NAME) -> Huey:
    """SQLite in the instance folder, or what ``FESTIVAL_QUEUE_URL`` names.

    ``redis://…`` needs the package ``redis``; ``postgresql://…`` uses psycopg, which is there.
    """
    common = {"results": False, "serializer": JsonSerializer(), "utc": True}
    url = settings.queue_url
    if is_redis(url):
        if ConnectionPool is None:
            raise ValueError("FESTIVAL_QUEUE_URL names Redis: install the package `redis`")
        pool = ConnectionPool.from_url(url, **redis_options())
        return RedisHuey(name, connection_pool=pool, **common)
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresHuey(name, dsn=url, connect_timeout=CONNECT_SECONDS, **common)
    if url:
        raise ValueError(f"FESTIVAL_QUEUE_URL names no queue that is known: {url.split(':')[0]}")
    return SqliteHuey(name, filename=str(settings.instance_path / "queue.db"), **common)
