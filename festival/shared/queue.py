"""The queue that carries the codes of waiting tasks to the workers: Huey behind one small door.

The rows of ``task`` are the truth; the queue only wakes a worker sooner.  What is lost with it (a
file deleted, Redis restarted) the worker's clock hands over again, so no task depends on it.
Messages are JSON, never pickle: whoever can write into the queue must not be able to run code.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cached_property
from typing import Any

from flask import Flask
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey
from huey.consumer import Consumer
from huey.registry import Message
from huey.serializer import Serializer

from festival.config import Settings

NAME = "festival"


class JsonSerializer(Serializer):  # type: ignore[misc]
    """Huey's message as a JSON object."""

    def _serialize(self, data: Any) -> bytes:
        fields = data._asdict() if isinstance(data, Message) else {"value": data}
        return json.dumps(fields).encode()

    def _deserialize(self, data: bytes) -> Any:
        fields = json.loads(bytes(data))
        return fields["value"] if "value" in fields else Message(**fields)


class QuietConsumer(Consumer):  # type: ignore[misc]
    """A consumer that leaves the process's signals to whoever started it."""

    def _set_signal_handlers(self) -> None:
        """Signals belong to the command (serve, worker), which stops us with ``stop``."""


class TaskQueue:
    """Hands codes over and makes the consumer that runs them.  Opens nothing before first use."""

    def __init__(self, app: Flask, run: Callable[[str], object]) -> None:
        self._app = app
        self._run = run

    @cached_property
    def _huey(self) -> Huey:
        return build_huey(self._app.config["SETTINGS"])

    @cached_property
    def _deliver(self) -> Callable[[str], Any]:
        def run_in_application(code: str) -> None:
            with self._app.app_context():
                self._run(code)

        deliver: Callable[[str], Any] = self._huey.task(name="run_task")(run_in_application)
        return deliver

    def hand_over(self, code: str) -> None:
        """Tell the workers that the task ``code`` waits.  Raises when the queue is away."""
        self._deliver(code)

    def size(self) -> int:
        """How many codes wait in the queue.  Raises when the queue is not reachable."""
        return int(self._huey.pending_count())

    def consumer(self, *, workers: int) -> QuietConsumer:
        """A consumer with ``workers`` threads; the caller starts and stops it."""
        self._deliver  # noqa: B018  registers the task before a worker looks for it
        return QuietConsumer(
            self._huey, workers=workers, periodic=False, initial_delay=0.1, max_delay=1.0
        )


def build_huey(settings: Settings) -> Huey:
    """SQLite in the instance folder, or what ``FESTIVAL_QUEUE_URL`` names.

    ``redis://…`` needs the package ``redis``; ``postgresql://…`` uses psycopg, which is there.
    """
    common = {"results": False, "serializer": JsonSerializer(), "utc": True}
    url = settings.queue_url
    if url.startswith(("redis://", "rediss://")):
        return RedisHuey(NAME, url=url, **common)
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresHuey(NAME, dsn=url, **common)
    if url:
        raise ValueError(f"FESTIVAL_QUEUE_URL names no queue that is known: {url.split(':')[0]}")
    return SqliteHuey(NAME, filename=str(settings.instance_path / "queue.db"), **common)
