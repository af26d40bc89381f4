"""Unit of work: one request or one job, one commit.

Actions change rows and never commit.  A view that writes is marked ``@unit_of_work``: it
commits when the view returns, and rolls back when it raises or answers with a refusal (4xx).  On
SQLite a unit that writes begins with ``BEGIN IMMEDIATE``, because a read transaction that later
wants to write fails at once when somebody else wrote in between, however long the busy timeout is.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from flask import request
from sqlalchemy import Engine, event

from festival.extensions import db

P = ParamSpec("P")
R = TypeVar("R")

_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def intending_to_write() -> Iterator[None]:
    """Transactions begun inside take SQLite's write lock at once."""
    mark = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(mark)


@contextmanager
def work() -> Iterator[None]:
    """One unit of work outside a request: commit at the end, roll back on an exception."""
    with intending_to_write():
        db.session.rollback()  # drop a read snapshot, so that the next statement begins anew
        try:
            yield
            db.session.commit()
        except BaseException:
            db.session.rollback()
            raise


def unit_of_work(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that writes; see the module's docstring.

    Opening the form that it also shows takes no write lock: a GET changes nothing.
    """

    @functools.wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        if request.method in ("GET", "HEAD"):
            return view(*args, **kwargs)
        with work():
            answer = view(*args, **kwargs)
            if _refuses(answer):
                db.session.rollback()  # what an action had begun before it refused
            return answer

    wrapped.__writes__ = True  # type: ignore[attr-defined]
    return wrapped


def _refuses(answer: object) -> bool:
    """Whether a view's answer says that it did not do what was asked (4xx)."""
    status = answer[1] if isinstance(answer, tuple) else getattr(answer, "status_code", 200)
    return isinstance(status, int) and status >= 400


def several_units(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that writes and opens its own units with ``work()``.

    For views that do something slow between two writes (hash a password): a unit of work around
    all of it would hold SQLite's write lock meanwhile.
    """

    @functools.wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        return view(*args, **kwargs)

    wrapped.__writes__ = True  # type: ignore[attr-defined]
    return wrapped


def prepare_engine(engine: Engine) -> None:
    """Set the durability and locking that the festival relies on."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "busy_timeout=10000",
        "foreign_keys=ON",
        "cache_size=-16000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
