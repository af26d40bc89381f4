"""Reminders of a drill: who is due one, the workers that send them, the server that takes them.

Run as a program, with the settings of the drill in its environment::

    python -m tests.drills.reminded ours            workers, as the application has them
    python -m tests.drills.reminded plain           schedulers that send by themselves
    python -m tests.drills.reminded server 2525     a mail server

The first two have imported everything and become one more process at every SIGUSR1, so that a
worker that was killed has its successor at once.

The server keeps a mail *before* it says yes and then thinks for a moment: whoever is killed
meanwhile has sent a mail and does not know it.  Nothing worse can happen to a sender.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import smtplib
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiosmtpd.controller import Controller
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import insert, select

from festival import create_app
from festival.extensions import db
from festival.mail import delivery, jobs
from festival.programme.actions import publish_programme
from festival.shared import running, tasks
from festival.shared.clock import utc_now
from festival.shared.journal import SYSTEM
from festival.shared.tokens import make_code, make_token, token_hash
from festival.site.working import Worker
from festival.visitors.models import Booking, Registration
from tests.drills.processes import STUCK_AFTER, Diary
from tests.factories.visitors import make_bookable
from tests.factories.world import Corner

THINKS = 0.02
"""Seconds between keeping a mail and saying so."""
CUT_AFTER = 3.0
MAIL_STUCK_AFTER = timedelta(seconds=4)
"""As in earnest, longer than any dialogue may last; there two minutes."""
MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.MULTILINE | re.IGNORECASE)


def prepare(corner: Corner, *, households: int) -> None:
    """So many households have booked what begins in two hours: the reminder of the evening before
    is overdue, the one of the hour before is not due yet.
    """
    now = utc_now()
    starts_at, before = now + timedelta(hours=2), now - timedelta(days=2)
    edition = corner.edition
    day = starts_at.astimezone(ZoneInfo(edition.time_zone)).date()
    edition.starts_on = edition.ends_on = day
    occurrence = make_bookable(corner, capacity=5000, starts_at=starts_at)
    db.session.execute(
        insert(Registration),
        [
            {"edition_id": edition.id, "code": make_code(), "manage_hash": token_hash(make_token()),
             "name": f"Household {number}", "email": f"household{number}@example.org",
             "locale": ["en", "fr", "ar"][number % 3], "people": 2, "created_at": before}
            for number in range(households)
        ],
    )  # fmt: skip
    ids = db.session.scalars(select(Registration.id).where(Registration.edition_id == edition.id))
    db.session.execute(
        insert(Booking),
        [
            {"registration_id": each, "people": 2, "booked_at": before,
             "occurrence_id": occurrence.id}
            for each in ids.all()
        ],
    )  # fmt: skip
    occurrence.places_taken = 2 * households
    publish_programme(edition, actor=SYSTEM, now=before)
    db.session.commit()


@dataclass(frozen=True, slots=True)
class Taken:
    """What the mail server was given: by the code that counts for us and for the broken variant."""

    times: Counter[str]
    """Recipient to number of mails."""
    names: dict[str, set[str]]
    """Recipient to different Message-IDs."""

    @property
    def repeats(self) -> int:
        return sum(self.times.values()) - len(self.times)


def count_taken(diary: Diary) -> Taken:
    times: Counter[str] = Counter()
    names: defaultdict[str, set[str]] = defaultdict(set)
    for line in diary.lines("taken"):
        name, recipient = line.key.split(" ")
        times[recipient] += 1
        names[recipient].add(name)
    return Taken(times, dict(names))


class Keeper:
    """Handler of aiosmtpd."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        found = MESSAGE_ID.search(envelope.content)
        name = found[1].decode() if found else "-"
        self._diary.write("taken", f"{name} {','.join(envelope.rcpt_tos)}")
        await asyncio.sleep(THINKS)
        return "250 OK"


def take_mail(diary: Diary, port: int) -> None:
    """Run until killed."""
    Controller(Keeper(diary), hostname="127.0.0.1", port=port, enable_SMTPUTF8=False).start()
    diary.write("listening")
    threading.Event().wait()


def fork_when_told(diary: Diary, work: Callable[[Diary], None]) -> None:
    """One more worker at every SIGUSR1; each makes an application and connections of its own."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    diary.write("ready")
    while True:
        signal.sigwait({signal.SIGUSR1})
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            diary.write("born")
            work(diary)
            os._exit(0)


def work_as_ours(diary: Diary) -> None:
    """The worker of the application; only its patience is that of a drill."""
    tasks.STUCK_AFTER = running.STUCK_AFTER = STUCK_AFTER
    jobs.stuck_after = lambda _timeout: MAIL_STUCK_AFTER
    delivery.longest_dialogue = lambda _timeout: CUT_AFTER
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    worker = Worker(create_app())
    worker.start()
    diary.write("started")
    told.wait()
    worker.stop()


def work_as_others(diary: Diary) -> None:
    """A scheduler in every worker, which sends when the time has come: no lease, key, outbox."""
    app = create_app()
    diary.write("started")
    while not diary.begin():
        time.sleep(0.05)

    def remind() -> None:
        with app.app_context():
            recipients = db.session.scalars(
                select(Registration.email).join(Booking).order_by(Registration.id)
            ).all()
        settings = app.config["SETTINGS"]
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port) as server:
            for recipient in recipients:
                mail = EmailMessage()
                mail["Message-ID"] = f"<{recipient.partition('@')[0]}@localhost>"
                mail["From"], mail["To"] = "festival@example.org", recipient
                mail.set_content("Tomorrow")
                server.send_message(mail)

    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(remind, "date", run_date=datetime.fromtimestamp(diary.begin(), UTC))
    scheduler.start()
    threading.Event().wait()


def main(what: str, port: str = "0") -> None:
    diary = Diary(Path(os.environ["FESTIVAL_DRILL_DIARY"]))
    if what == "server":
        take_mail(diary, int(port))
    else:
        fork_when_told(diary, work_as_others if what == "plain" else work_as_ours)


if __name__ == "__main__":
    main(*sys.argv[1:])
