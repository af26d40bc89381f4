"""``doctor``: looks at everything that an installation needs and says what to do."""

from __future__ import annotations

import base64
import hashlib
import shutil
import smtplib
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select, text

from festival.accounts.queries import count_administrators
from festival.config import ROOT, Settings
from festival.extensions import db
from festival.mail.delivery import Postman
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.shared.clock import utc_now
from festival.shared.files import missing_files
from festival.shared.languages import DEFAULT, LANGUAGES
from festival.shared.lease import clock_seen
from festival.shared.tasks import Task, TaskState, task_queue
from festival.site.health import present_revision, wanted_revision
from festival.site.nightly import TOO_OLD, kept_backups

OK, WARN, FAIL = "ok", "warn", "fail"
LEAST_FREE = 500 * 1024 * 1024
MOST_SKEW = timedelta(minutes=2)
WAITED_LONG = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination."""

    level: str
    about: str
    sentence: str
    to_do: str = ""


Check = Callable[[Flask, Settings], Finding]


def examine(app: Flask) -> list[Finding]:
    """Every check in its order; one that breaks is a finding too."""
    settings: Settings = app.config["SETTINGS"]
    return [_look(check, app, settings) for check in CHECKS]


def _look(check: Check, app: Flask, settings: Settings) -> Finding:
    about = check.__name__.strip("_").replace("_", " ")
    try:
        return check(app, settings)
    except Exception as fault:
        return Finding(FAIL, about, f"{type(fault).__name__}: {fault}".splitlines()[0])


def _configuration(app: Flask, settings: Settings) -> Finding:
    if settings.is_production and not settings.public_url.startswith("https://"):
        return Finding(
            WARN,
            "configuration",
            f"the public address is {settings.public_url}, without TLS",
            "put a proxy with TLS in front (deploy/Caddyfile.example) and give its address "
            "in FESTIVAL_BASE_URL",
        )
    return Finding(OK, "configuration", f"{settings.environment}, {settings.public_url}")


def _database(app: Flask, settings: Settings) -> Finding:
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            name = connection.scalar(text("SHOW server_version"))
            return Finding(OK, "database", f"PostgreSQL {name}")
        answer = connection.scalar(text("PRAGMA quick_check(1)"))
    if answer != "ok":
        return Finding(FAIL, "database", f"SQLite: {answer}", "restore the last backup")
    return Finding(OK, "database", "SQLite, whole")


def _migrations(app: Flask, settings: Settings) -> Finding:
    present, wanted = present_revision(), wanted_revision(app)
    if present != wanted:
        return Finding(
            FAIL,
            "migrations",
            f"the tables stand at {present or 'nothing'}, this version wants {wanted}",
            "run `flask --app festival db upgrade -d migrations`, after a backup",
        )
    return Finding(OK, "migrations", f"at {present}")


def _administrator(app: Flask, settings: Settings) -> Finding:
    if count_administrators() == 0:
        return Finding(
            WARN,
            "administrator",
            "there is none yet",
            "run `flask --app festival create-admin` and open the address that it prints",
        )
    return Finding(OK, "administrator", f"{count_administrators()}")


def _queue(app: Flask, settings: Settings) -> Finding:
    waiting = task_queue().size()
    oldest = db.session.scalar(
        select(func.min(Task.created_at)).where(Task.state == TaskState.WAITING)
    )
    if oldest is not None and utc_now() - oldest > WAITED_LONG:
        return Finding(
            FAIL,
            "queue",
            f"work has waited since {oldest:%Y-%m-%d %H:%M} UTC",
            "start a worker: `flask --app festival worker`",
        )
    if not settings.queue_url and db.engine.dialect.name == "postgresql":
        return Finding(
            WARN,
            "queue",
            "a file on this machine, while the database is PostgreSQL",
            "on several machines give FESTIVAL_QUEUE_URL, so that workers are woken at once",
        )
    return Finding(OK, "queue", f"reachable, {waiting} waiting")


def _mail(app: Flask, settings: Settings) -> Finding:
    if not settings.smtp_host:
        level = WARN if settings.is_production else OK
        return Finding(
            level, "mail", "no mail server; messages wait in the outbox", "give FESTIVAL_SMTP_HOST"
        )
    try:
        with Postman(settings) as postman:
            postman.greet()
    except (OSError, smtplib.SMTPException) as fault:
        return Finding(
            FAIL,
            "mail",
            f"{settings.smtp_host}:{settings.smtp_port} does not answer: {fault}",
            "check FESTIVAL_SMTP_HOST, _PORT, _SECURITY, _USER and _PASSWORD",
        )
    dead = db.session.scalar(select(func.count()).where(OutboxMessage.state == MessageState.DEAD))
    if dead:
        return Finding(WARN, "mail", f"{dead} messages were given up", "see the outbox page")
    return Finding(OK, "mail", f"{settings.smtp_host}:{settings.smtp_port} answers")


def _clock(app: Flask, settings: Settings) -> Finding:
    """Compare with the database server's clock, or with the disk's on one machine."""
    if db.engine.dialect.name == "postgresql":
        other: datetime = db.session.scalars(select(func.now())).one()
    else:
        with tempfile.NamedTemporaryFile(dir=settings.instance_path) as file:
            other = datetime.fromtimestamp(Path(file.name).stat().st_mtime, UTC)
    skew = abs(utc_now() - other)
    if skew > MOST_SKEW:
        return Finding(
            FAIL,
            "clock",
            f"this machine and the database differ by {skew.total_seconds():.0f} seconds",
            "switch time synchronisation on (systemd-timesyncd or chrony)",
        )
    return Finding(OK, "clock", f"{utc_now():%Y-%m-%d %H:%M:%S} UTC")


def _worker(app: Flask, settings: Settings) -> Finding:
    """Whether some worker has the clock, without which no reminder is sent."""
    if clock_seen(db.engine, now=utc_now()):
        return Finding(OK, "worker", "one of the workers has the clock")
    return Finding(
        WARN,
        "worker",
        "no worker runs here: no reminders, no nightly work, no mail",
        "start one: `flask --app festival worker`, or `serve`, which has one inside",
    )


def _fonts(app: Flask, settings: Settings) -> Finding:
    folder = ROOT / "static" / "fonts"
    listed = tomllib.loads((folder / "FONTS.toml").read_text())
    files = [file for font in listed["font"] for file in font["files"]]
    wrong = [each["path"] for each in files if _sha384(folder / each["path"]) != each["sha384"]]
    if wrong:
        return Finding(
            FAIL, "fonts", f"missing or changed: {', '.join(wrong)}", "install the release again"
        )
    return Finding(OK, "fonts", "whole")


def _sha384(path: Path) -> str:
    """As in FONTS.toml: the algorithm's name, a dash, base64."""
    if not path.is_file():
        return "missing"
    digest = hashlib.sha384(path.read_bytes()).digest()
    return "sha384-" + base64.b64encode(digest).decode()


def _translations(app: Flask, settings: Settings) -> Finding:
    folder = ROOT / "festival" / "translations"
    lacking = [
        code
        for code in LANGUAGES
        if code != DEFAULT and not (folder / code / "LC_MESSAGES" / "messages.mo").is_file()
    ]
    if lacking:
        return Finding(
            WARN, "translations", f"not compiled: {', '.join(lacking)}", "run `make translations`"
        )
    return Finding(OK, "translations", f"{len(LANGUAGES)} languages")


def _disk(app: Flask, settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.instance_path).free
    megabytes = free // (1024 * 1024)
    if free < LEAST_FREE:
        return Finding(
            FAIL, "disk", f"only {megabytes} MB free", "free space before the next backup"
        )
    with tempfile.NamedTemporaryFile(dir=settings.instance_path) as file:
        file.write(b"x")
    return Finding(OK, "disk", f"{megabytes} MB free in {settings.instance_path.name}/")


def _files(app: Flask, settings: Settings) -> Finding:
    """Every private file that the database knows lies in its folder, and nobody else reads it."""
    folder = settings.files_folder
    missing = missing_files(folder=folder)
    if missing:
        told = f"{len(missing)} private files are missing in {folder.name}/, first {missing[0]}"
        return Finding(FAIL, "files", told, "bring them back from the last backup")
    if folder.is_dir() and folder.stat().st_mode & 0o007:
        return Finding(
            WARN, "files", f"{folder.name}/ can be read by others", f"run `chmod 700 {folder.name}`"
        )
    return Finding(OK, "files", "private files are whole")


def _backup(app: Flask, settings: Settings) -> Finding:
    """How old the newest nightly backup is; none is worth a word in production only."""
    lenient = WARN if settings.is_production else OK
    if not settings.backup_at:
        to_do = "give FESTIVAL_BACKUP_AT, or run `flask --app festival backup FILE` every day"
        return Finding(lenient, "backup", "no nightly backup is wanted here", to_do)
    kept = kept_backups(settings.backups)
    where = f"{settings.backups.name}/"
    if not kept:
        told = f"none in {where} yet; the first comes at {settings.backup_at}"
        to_do = "keep a worker running, or run `flask --app festival backup FILE`"
        return Finding(lenient, "backup", told, to_do)
    age = utc_now() - kept[0].made_at
    told = f"{len(kept)} in {where}, the last one {age.total_seconds() / 3600:.0f} hours old"
    if age > TOO_OLD:
        to_do = "look at the task “Nightly backup”: is a worker running, is there space?"
        return Finding(FAIL if settings.is_production else WARN, "backup", told, to_do)
    return Finding(OK, "backup", told)


CHECKS: tuple[Check, ...] = (
    _configuration,
    _database,
    _migrations,
    _administrator,
    _queue,
    _mail,
    _clock,
    _worker,
    _fonts,
    _translations,
    _disk,
    _files,
    _backup,
)
