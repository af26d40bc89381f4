"""Who has the clock: one process of all, found out by the database.

PostgreSQL: an advisory lock on a connection of its own.  It ends with the connection, so a killed
process gives it back at once, and one whose machine has vanished after the server's keepalive.

SQLite: one row that the holder beats every second.  Whoever wants it watches the row by its own
monotonic clock and takes it, by a conditional UPDATE, when it has not moved for ``PATIENCE``.  No
process compares wall clocks, so a corrected clock neither makes two holders nor leaves none.

In both cases a holder that could not make sure for ``PATIENCE`` no longer holds (``is_held``).  The
write lock of a long import stops the beat and, with it, every taker: the holder steps down and,
the import over, whoever writes first holds.  A moment with two holders, which is possible only when
a whole process or machine stood still, does nothing twice: what the clock does has a unique key.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Protocol

import psycopg
from sqlalchemy import URL, Engine, Row, create_engine, event, insert, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.pool import NullPool

from festival.extensions import Model
from festival.shared.clock import utc_now
from festival.shared.columns import Code, Moment
from festival.shared.tokens import make_code

logger = logging.getLogger(__name__)

BEAT = 1.0
"""Seconds between two beats, and between two tries to take over."""
PATIENCE = 5.0
"""Seconds without a beat after which a holder counts as gone; with ``BEAT``, under 8 s in all."""
LOCK_NUMBER = 0xF3571_7A1_C10C4
"""Of the advisory lock; PostgreSQL keeps these apart by database."""
CONNECT_SECONDS = 3


class Lease(Protocol):
    """Leadership of one process.  No method raises."""

    def try_to_hold(self) -> bool:
        """Take it, or make sure that it is still ours; call it every ``BEAT`` seconds."""

    def is_held(self) -> bool:
        """Whether it is ours now, as far as was made sure within ``PATIENCE``."""

    def give_up(self) -> None:
        """Let the next one have it at once."""


class ClockLease(Model):
    """The one row with which SQLite's processes agree on who has the clock."""

    __tablename__ = "clock_lease"

    name: Mapped[Code] = mapped_column(primary_key=True)
    holder: Mapped[Code]
    """Random name of a process; empty when it was given up."""
    beat: Mapped[int]
    beaten_at: Mapped[Moment]
    """For people; nothing is decided by it."""


ROW = "clock"
THE_ROW = select(ClockLease.holder, ClockLease.beat).where(ClockLease.name == ROW)


class RowLease:
    """SQLite: see the module's docstring."""

    def __init__(self, url: URL) -> None:
        self._engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BEAT})
        event.listen(self._engine, "connect", _spare_the_disk)
        self._me = make_code(20)
        self._held_since = float("-inf")
        self._seen: tuple[str, int] | None = None
        self._seen_at = 0.0

    def is_held(self) -> bool:
        return time.monotonic() - self._held_since < PATIENCE

    def try_to_hold(self) -> bool:
        began = time.monotonic()
        try:
            mine = self._beat_or_take(began)
        except OperationalError as busy:  # somebody writes for long, or the disk is full
            logger.info("the clock's row could not be written: %s", busy.orig)
            return self.is_held()
        self._held_since = began if mine else float("-inf")
        return mine

    def give_up(self) -> None:
        self._held_since = float("-inf")
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    update(ClockLease)
                    .where(ClockLease.name == ROW, ClockLease.holder == self._me)
                    .values(holder="")
                )
        except OperationalError as busy:
            logger.info("the clock's row could not be given up: %s", busy.orig)

    def _beat_or_take(self, began: float) -> bool:
        with self._engine.connect() as connection:
            row = connection.execute(THE_ROW).one_or_none()
            if row is None:
                connection.execute(
                    insert(ClockLease)
                    .prefix_with("OR IGNORE")
                    .values(name=ROW, holder="", beat=0, beaten_at=utc_now())
                )
                connection.commit()
                row = connection.execute(THE_ROW).one()
            if row.holder and row.holder != self._me and not self._has_gone(row, began):
                return False
            taken = connection.execute(
                update(ClockLease)
                .where(
                    ClockLease.name == ROW,
                    ClockLease.holder == row.holder,
                    ClockLease.beat == row.beat,
                )
                .values(holder=self._me, beat=row.beat + 1, beaten_at=utc_now())
            )
            connection.commit()
            return taken.rowcount == 1

    def _has_gone(self, row: Row[str, int], now: float) -> bool:
        """Whether this row has stood still, before our eyes, for longer than patience lasts."""
        if (row.holder, row.beat) != self._seen:
            self._seen, self._seen_at = (row.holder, row.beat), now
        return now - self._seen_at > PATIENCE


def _spare_the_disk(connection: object, _record: object) -> None:
    """A beat that a power cut loses is no loss: the process that made it is gone as well."""
    connection.execute("PRAGMA synchronous=NORMAL")  # type: ignore[attr-defined]


class AdvisoryLease:
    """PostgreSQL: see the module's docstring.  Needs a connection that no pooler shares."""

    def __init__(self, url: URL) -> None:
        self._address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg.Connection[tuple[bool]] | None = None
        self._has_lock = False
        self._held_since = float("-inf")

    def is_held(self) -> bool:
        return time.monotonic() - self._held_since < PATIENCE

    def try_to_hold(self) -> bool:
        began = time.monotonic()
        try:
            mine = self._ask()
        except psycopg.Error as gone:
            logger.warning("the clock's connection is gone: %s", type(gone).__name__)
            self.give_up()
            return False
        self._held_since = began if mine else float("-inf")
        return mine

    def give_up(self) -> None:
        self._held_since = float("-inf")
        self._has_lock = False
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _ask(self) -> bool:
        """On the connection that has the lock any answer says that it still has it."""
        if self._connection is None:
            self._connection = _connect(self._address)
        if self._has_lock:  # taking it again would only count it twice
            self._connection.execute("SELECT 1")
            return True
        asked = self._connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK_NUMBER,))
        self._has_lock = asked.fetchone() == (True,)
        return self._has_lock


def _connect(address: str) -> psycopg.Connection[tuple[bool]]:
    """Both ends notice within seconds that the other has vanished without a word."""
    connection: psycopg.Connection[tuple[bool]] = psycopg.connect(
        address,
        autocommit=True,
        application_name="festival clock",
        connect_timeout=CONNECT_SECONDS,
        keepalives_idle=1,
        keepalives_interval=1,
        keepalives_count=3,
        tcp_user_timeout=4000,
    )
    for name, value in (
        ("tcp_keepalives_idle", "1"),
        ("tcp_keepalives_interval", "1"),
        ("tcp_keepalives_count", "3"),
        ("statement_timeout", "3000"),
    ):
        connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    return connection


def lease_for(engine: Engine) -> Lease:
    """The kind of lease that this database can give."""
    kind = RowLease if engine.dialect.name == "sqlite" else AdvisoryLease
    return kind(engine.url)


def clock_seen(engine: Engine, *, now: datetime) -> bool:
    """Whether some process has the clock now, for ``doctor``."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            found = connection.scalar(
                text(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND"
                    " (classid::bigint << 32 | objid::bigint) = :number AND database ="
                    " (SELECT oid FROM pg_database WHERE datname = current_database())"
                ),
                {"number": LOCK_NUMBER},
            )
            return bool(found)
        row = connection.execute(select(ClockLease.holder, ClockLease.beaten_at)).one_or_none()
    if row is None or not row.holder:
        return False
    return bool(abs((now - row.beaten_at).total_seconds()) < 2 * PATIENCE)
