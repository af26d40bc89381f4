"""The nightly backup: one file a night, read again before it counts, the oldest thrown away last.

A file bears its instant in its name (``festival-20270514T011000Z.zip``, UTC).  It is written under
another name and appears only when it is whole; an old one goes only after a new one was checked.
"""

from __future__ import annotations

import logging
import re
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from festival.config import Settings
from festival.site.backup import write_backup
from festival.site.health import present_revision
from festival.site.restoring import read_manifest

logger = logging.getLogger(__name__)

NAME = re.compile(r"festival-(\d{8}T\d{6})Z\.zip")
STAMP = "%Y%m%dT%H%M%S"
TOO_OLD = timedelta(hours=36)
"""A night was missed."""


class BackupFailed(Exception):
    """Tonight's backup is not there; the message says why."""


@dataclass(frozen=True, slots=True)
class KeptBackup:
    path: Path
    made_at: datetime
    size: int
    """Bytes."""


def kept_backups(folder: Path) -> list[KeptBackup]:
    """The nightly backups in a folder, the newest first; other files there are not ours."""
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        match = NAME.fullmatch(path.name)
        if match and path.is_file():
            made_at = datetime.strptime(match[1], STAMP).replace(tzinfo=UTC)
            found.append(KeptBackup(path, made_at, path.stat().st_size))
    return sorted(found, key=lambda each: each.made_at, reverse=True)


def back_up(settings: Settings, *, version: str, now: datetime) -> KeptBackup:
    """Write tonight's backup, read it again, and keep the newest ``backup_keep``.

    Raises ``BackupFailed``: then no half file is left and every older backup is still there.
    """
    folder = settings.backups
    path = folder / f"festival-{now.astimezone(UTC).strftime(STAMP)}Z.zip"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_backup(path, media_folder=settings.media_folder, version=version, now=now)
        _check(path)
    except Exception as fault:  # whatever it was: a night without a backup must be told
        _forget(path)
        said = (str(fault).splitlines() or [""])[0]
        raise BackupFailed(f"{type(fault).__name__}: {said}") from fault
    _throw_away(folder, keep=settings.backup_keep)
    return KeptBackup(path, now, path.stat().st_size)


def _forget(path: Path) -> None:
    """What was not checked does not count; the folder itself may be what is wrong."""
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _check(path: Path) -> None:
    """Read every byte back and compare it with the hashes in the manifest."""
    with zipfile.ZipFile(path) as archive:
        read_manifest(archive, revision=present_revision())


def _throw_away(folder: Path, *, keep: int) -> None:
    """All but the newest, and what a run that was killed left half written."""
    for each in kept_backups(folder)[keep:]:
        each.path.unlink(missing_ok=True)
    for path in folder.glob("festival-*.zip.part"):
        logger.warning("a backup that was begun and never finished is thrown away: %s", path.name)
        path.unlink(missing_ok=True)
