"""The clock: in one process of all it plans what is due, and only ever enqueues.

Every worker is a ``Candidate``; the one that holds the lease (``festival.shared.lease``) runs
APScheduler with three kinds of jobs: the timed jobs (``@every``), whose names go to the queue; the
appointments (``@appointments``), each of which becomes a task at its instant; and the asking for
appointments, twice a minute.  Nothing of the plan is stored: the next holder works it out anew.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask
from sqlalchemy import select

from festival.extensions import db
from festival.shared.appointments import Appointment, ask_everybody
from festival.shared.clock import utc_now
from festival.shared.lease import BEAT, Lease, lease_for
from festival.shared.tasks import TIMED, Task, enqueue, task_queue
from festival.shared.work import work

logger = logging.getLogger(__name__)

ASK_SECONDS = 30
HORIZON = timedelta(hours=1)
JUMP = 3.0
"""Seconds that the wall clock may gain or lose between two beats before all is planned anew."""
AT_A_TIME = 500
"""Keys in one question to the database."""


class Clock:
    """What the holder of the lease runs, from taking it to losing it."""

    def __init__(self, app: Flask, lease: Lease) -> None:
        self._app = app
        self._lease = lease
        self._planned: dict[str, Appointment] = {}
        self._answers: dict[str, list[Appointment]] = {}
        self._done: set[str] = set()
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(3)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Plan; what is overdue is enqueued at once."""
        self._plan_again()
        self._scheduler.start()

    def stop(self) -> None:
        """At once; what a thread is just doing it finds out by the lease."""
        self._scheduler.shutdown(wait=False)

    def after_a_jump(self) -> None:
        """The wall clock was set: every job is planned by the new one."""
        logger.warning("the machine's clock has jumped; everything is planned anew")
        self._plan_again()

    def _plan_again(self) -> None:
        self._planned.clear()
        self._scheduler.remove_all_jobs()
        first = utc_now()
        self._scheduler.add_job(
            self.plan, "interval", seconds=ASK_SECONDS, id="plan", next_run_time=first
        )
        for number, job in enumerate(TIMED.values(), start=1):
            self._scheduler.add_job(
                self.fire,
                "interval",
                seconds=job.seconds,
                args=[job.name],
                id=f"every:{job.name}",
                next_run_time=first + timedelta(milliseconds=100 * number),
            )

    def fire(self, name: str) -> None:
        """Hand a timed job to the queue, unless it waits there."""
        if not self._lease.is_held():
            return
        with self._app.app_context():
            try:
                task_queue().fire(name)
            except Exception as away:
                logger.warning("the queue is not reachable: %s", type(away).__name__)

    def plan(self) -> None:
        """Ask the rooms, enqueue what is due, plan what will be, drop what no longer is."""
        if not self._lease.is_held():
            return
        now = utc_now()
        with self._app.app_context():
            wanted = self._ask(now)
            due = {key: each for key, each in wanted.items() if each.at <= now}
            self._done &= due.keys()
            for each in self._not_yet_enqueued(due, now):
                self._enqueue(each)
        self._reconcile({key: each for key, each in wanted.items() if each.at > now})

    def _ask(self, now: datetime) -> dict[str, Appointment]:
        for name, answer in ask_everybody(now=now, horizon=HORIZON).items():
            if answer is not None:
                self._answers[name] = answer
        return {each.key: each for answer in self._answers.values() for each in answer}

    def _not_yet_enqueued(
        self, due: dict[str, Appointment], now: datetime
    ) -> Iterable[Appointment]:
        """Those whose task is not there; in the order of their instants."""
        open_keys = [key for key in due if key not in self._done and not due[key].is_over(now)]
        for start in range(0, len(open_keys), AT_A_TIME):
            some = open_keys[start : start + AT_A_TIME]
            self._done.update(db.session.scalars(select(Task.key).where(Task.key.in_(some))))
        db.session.rollback()
        left = [due[key] for key in open_keys if key not in self._done]
        return sorted(left, key=lambda each: each.at)

    def _reconcile(self, future: dict[str, Appointment]) -> None:
        for key, each in list(self._planned.items()):
            if future.get(key) != each:
                del self._planned[key]
                with suppress(JobLookupError):  # its instant has just come
                    self._scheduler.remove_job(f"at:{key}")
        for key in future.keys() - self._planned.keys():
            self._planned[key] = future[key]
            self._scheduler.add_job(
                self.keep, "date", run_date=future[key].at, args=[future[key]], id=f"at:{key}"
            )

    def keep(self, appointment: Appointment) -> None:
        """Its instant has come."""
        with self._app.app_context():
            self._enqueue(appointment)

    def _enqueue(self, appointment: Appointment) -> None:
        """Write its task down, once; when that fails, the next asking tries again."""
        now = utc_now()
        if not self._lease.is_held() or appointment.is_over(now):
            return
        try:
            with work():
                enqueue(
                    appointment.kind,
                    key=appointment.key,
                    title=appointment.title,
                    payload=appointment.payload,
                    edition_id=appointment.edition_id,
                    now=now,
                )
        except Exception:
            logger.exception("%s could not be enqueued; it is tried again", appointment.key)


class Candidate:
    """A thread of a worker that has the clock, or waits for it."""

    def __init__(self, app: Flask, *, lease: Lease | None = None) -> None:
        self._app = app
        self._lease = lease
        self._clock: Clock | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clock", daemon=True)
        self._offset = _wall_offset()

    @property
    def has_the_clock(self) -> bool:
        """Whether this process is the one."""
        return self._clock is not None and self._lease is not None and self._lease.is_held()

    def start(self) -> None:
        """Begin to wait for the clock."""
        with self._app.app_context():
            self._lease = self._lease or lease_for(db.engine)
        self._thread.start()

    def stop(self) -> None:
        """Give the clock to the next process at once."""
        self._stop.set()
        self._thread.join(timeout=BEAT * 5)

    def _run(self) -> None:
        assert self._lease is not None
        while not self._stop.is_set():
            self._guarded(self._look)
            self._stop.wait(BEAT)
        if self._clock is not None:
            self._guarded(self._clock.stop)
        self._clock = None
        self._lease.give_up()

    def _guarded(self, step: Callable[[], None]) -> None:
        """No fault may end the thread: a festival without a clock sends no reminder."""
        try:
            step()
        except Exception:
            logger.exception("the clock stumbled; it goes on")

    def _look(self) -> None:
        assert self._lease is not None
        holds = self._lease.try_to_hold()
        if self._stop.is_set():
            return
        offset = _wall_offset()
        jumped, self._offset = abs(offset - self._offset) > JUMP, offset
        if holds and self._clock is None:
            logger.info("this process has the clock")
            clock = Clock(self._app, self._lease)
            clock.start()
            self._clock = clock
        elif not holds and self._clock is not None:
            logger.warning("this process has lost the clock")
            lost, self._clock = self._clock, None
            lost.stop()
        elif jumped and self._clock is not None:
            self._clock.after_a_jump()


def _wall_offset() -> float:
    """Moves only when somebody sets the machine's clock, or it was asleep."""
    return time.time() - time.monotonic()
