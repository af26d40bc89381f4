"""The worker: threads that take from the queue, and a candidate for the clock.

It is started by ``flask --app festival serve`` (inside the web process) or ``… worker`` (a process
of its own), never by importing the application.  Any number of workers may run: tasks, mails and
timed jobs are claimed by conditional UPDATEs, and one of the workers has the clock.
"""

from __future__ import annotations

import logging
import threading
import time

from flask import Flask

from festival.shared.queue import QuietConsumer, TaskQueue
from festival.shared.running import ask_runs_to_stop, give_back_runs
from festival.shared.tasks import STOPPING
from festival.site.clock import Candidate

logger = logging.getLogger(__name__)

HEALTH_SECONDS = 15.0
ENDS_BY_ITSELF = 12.0
"""Seconds that running work has to end when the process is told to."""
ENDS_AT_REPORT = 6.0
"""Further seconds for work that stops at its next report; then its row is given back."""


class Worker:
    """Consumers and candidate of one process; started and stopped once."""

    def __init__(self, app: Flask, *, threads: int = 2) -> None:
        self._app = app
        self._threads = threads
        self._candidate = Candidate(app)
        self._consumers: tuple[QuietConsumer, ...] = ()
        self._ended = threading.Event()
        self._nurse = threading.Thread(target=self._look_after, name="nurse", daemon=True)

    @property
    def has_the_clock(self) -> bool:
        """Whether the clock runs in this process."""
        return self._candidate.has_the_clock

    def start(self) -> None:
        """Begin at once: what waited while no worker ran is done first."""
        queue: TaskQueue = self._app.extensions["task_queue"]
        self._consumers = queue.consumers(workers=self._threads)
        for consumer in self._consumers:
            consumer.start()
        self._candidate.start()
        self._nurse.start()

    def stop(self) -> None:
        """End what is being done or give it back, within twenty seconds; what waits is left."""
        STOPPING.set()
        try:
            self._end()
        finally:
            STOPPING.clear()  # the process may begin anew, as tests do

    def _end(self) -> None:
        self._ended.set()
        self._candidate.stop()
        for consumer in self._consumers:
            consumer.stop_flag.set()
        if self._have_ended(within=ENDS_BY_ITSELF):
            return
        ask_runs_to_stop()
        if self._have_ended(within=ENDS_AT_REPORT):
            return
        with self._app.app_context():
            logger.warning("%s running tasks were given back", give_back_runs())

    def _have_ended(self, *, within: float) -> bool:
        deadline = time.monotonic() + within
        threads = [each for consumer in self._consumers for _, each in consumer.worker_threads]
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _look_after(self) -> None:
        """Put a new thread in the place of one that died."""
        while not self._ended.wait(HEALTH_SECONDS):
            for consumer in self._consumers:
                consumer.check_worker_health()
