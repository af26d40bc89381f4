"""The worker: threads that take tasks from the queue, and the clock that wakes timed work.

It is started by ``flask --app festival serve`` (inside the web process) or ``… worker`` (a process
of its own), never by importing the application.  Any number of workers may run: tasks and mails are
claimed by conditional UPDATEs, so the clocks of two workers do nothing twice.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from festival.shared.clock import utc_now
from festival.shared.queue import QuietConsumer, TaskQueue
from festival.shared.tasks import TIMED, TimedJob

logger = logging.getLogger(__name__)

HEALTH_SECONDS = 15


class Worker:
    """Consumer and clock of one process."""

    def __init__(self, app: Flask, *, threads: int = 2) -> None:
        self._app = app
        self._threads = threads
        self._clock = BackgroundScheduler(timezone="UTC")
        self._consumers: tuple[QuietConsumer, ...] = ()

    def start(self) -> None:
        """Begin at once: what waited while no worker ran is done first."""
        queue: TaskQueue = self._app.extensions["task_queue"]
        self._consumers = queue.consumers(workers=self._threads)
        for consumer in self._consumers:
            consumer.start()
        first = utc_now() + timedelta(seconds=0.5)
        for number, job in enumerate(TIMED.values()):
            self._clock.add_job(
                self._do,
                "interval",
                seconds=job.seconds,
                args=[job],
                id=job.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
                next_run_time=first + timedelta(milliseconds=200 * number),
            )
        for consumer in self._consumers:
            self._clock.add_job(consumer.check_worker_health, "interval", seconds=HEALTH_SECONDS)
        self._clock.start()

    def stop(self) -> None:
        """End after what is being done; what waits is left to the next worker."""
        self._clock.shutdown(wait=True)
        for consumer in self._consumers:
            consumer.stop(graceful=True)

    def _do(self, job: TimedJob) -> None:
        """One run of timed work; a fault is written down and does not stop the clock."""
        with self._app.app_context():
            try:
                job.run()
            except Exception:
                logger.exception("timed work %s failed; it is tried again", job.name)
