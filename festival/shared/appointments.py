"""Appointments: work that is due at an instant which the facts in the database decide.

A room says in its ``jobs.py`` what is due when; the clock plans it and only enqueues::

    @appointments
    def end_of_calls(*, now: datetime, horizon: timedelta) -> Iterable[Appointment]:
        for edition in editions_whose_call_ends(since=now - LOOKBACK, until=now + horizon):
            yield Appointment(key=f"call_ends:{edition.id}:{edition.call_ends_at:%Y%m%d%H%M}", …)

Nothing of it is stored: the clock asks anew every half minute, so a session that moves takes its
reminder with it.  What has been done is known by the row of ``task`` with the same key.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from festival.extensions import db

logger = logging.getLogger(__name__)

LOOKBACK = timedelta(days=3)
"""How far back a room answers what is due: no clock ran for a long week-end, say."""
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Appointment:
    """One piece of work that is due at an instant."""

    key: str
    """Idempotency key of the task: what, for whom, which version of the facts (``at`` included
    where work that has moved is to be done again), e.g. ``remind:day:7:2027-05-14``."""
    at: datetime
    """Aware."""
    kind: str
    """Kind of task (``@task(kind)``)."""
    title: str
    """Message id, marked with ``mark()``."""
    payload: Mapping[str, Any] = field(default_factory=dict)
    """JSON."""
    edition_id: int | None = None
    until: datetime | None = None
    """Later than this it is not worth doing; None: late rather than never."""

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= LONGEST_KEY:
            raise ValueError(f"a key has 1 to {LONGEST_KEY} characters: {self.key!r}")
        if self.at.tzinfo is None or (self.until is not None and self.until.tzinfo is None):
            raise ValueError(f"the instant of {self.key} needs a time zone")

    def is_over(self, now: datetime) -> bool:
        """Whether it is too late to be worth doing."""
        return self.until is not None and now > self.until


class Asked(Protocol):
    """A room's answer to: what was due since ``now - LOOKBACK`` or is until ``now + horizon``?"""

    def __call__(self, *, now: datetime, horizon: timedelta) -> Iterable[Appointment]: ...


Function = TypeVar("Function", bound=Callable[..., Iterable[Appointment]])
ASKED: dict[str, Asked] = {}


def appointments(function: Function) -> Function:
    """Register a function that works appointments out from the database.

    It is called in an application context, outside a unit of work, on one machine at a time, twice
    a minute: it should cost a few queries.  What it answers is planned until ``at`` and enqueued
    then; what it no longer answers is forgotten.  Past appointments (no further back than
    ``LOOKBACK``) are enqueued at once unless a task with their key exists or ``until`` has passed.
    """
    ASKED[f"{function.__module__}.{function.__name__}"] = function
    return function


def ask_everybody(*, now: datetime, horizon: timedelta) -> dict[str, list[Appointment] | None]:
    """Each room's appointments, by the name of its function.

    None where it failed: the fault is written down, and what it said before still stands.
    """
    answers: dict[str, list[Appointment] | None] = {}
    for name, function in ASKED.items():
        try:
            answers[name] = list(function(now=now, horizon=horizon))
        except Exception:
            logger.exception("the appointments of %s could not be worked out", name)
            answers[name] = None
        finally:
            db.session.rollback()
    return answers
