"""The nightly backup: on the installation's clock, read again, rotated, told when it fails."""

from __future__ import annotations

import resource
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from festival.config import Settings, load_settings
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared.appointments import LOOKBACK
from festival.shared.errors import RuleBroken
from festival.shared.tasks import TaskRun
from festival.site import jobs, nightly
from festival.site.examining import FAIL, OK, WARN, examine
from festival.site.nightly import BackupFailed, back_up, kept_backups
from tests.factories.world import World

NIGHT = datetime(2027, 5, 14, 1, 10, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def settings(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The application's settings with a folder for backups of its own."""
    found: Settings = world.app.config["SETTINGS"]
    monkeypatch.setattr(found, "backup_folder", tmp_path / "backups")
    return found


def planned(settings: Settings, now: datetime, **changes: Any) -> dict[str, datetime]:
    """Key → instant of what the clock plans for the nights around ``now``."""
    for name, value in changes.items():
        setattr(settings, name, value)
    horizon = timedelta(hours=24)
    return {each.key: each.at for each in jobs.nightly_work(now=now, horizon=horizon)}


def run_backup(day: str = "2027-05-14") -> dict[str, Any]:
    result = jobs.nightly_backup(TaskRun("code", "nightly_backup", None, None, {"day": day}))
    return dict(result or {})


def names(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.backups.iterdir())


def test_a_night_has_one_backup_on_the_clock_of_the_installation(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "time_zone", "Europe/Madrid")
    found = planned(settings, NIGHT)
    assert found["nightly_backup:2027-05-14"] == NIGHT
    assert found["retention:2027-05-14"] == NIGHT + timedelta(minutes=30)
    backups = [key for key in found if key.startswith("nightly_backup")]
    assert len(backups) == LOOKBACK.days + 2


@pytest.mark.parametrize(
    ("zone", "at", "night"),
    [
        ("Europe/Madrid", "02:30", datetime(2027, 3, 28, 12, tzinfo=UTC)),  # does not exist
        ("Europe/Madrid", "02:30", datetime(2027, 10, 31, 12, tzinfo=UTC)),  # comes twice
        ("Australia/Lord_Howe", "01:45", datetime(2027, 4, 3, 20, tzinfo=UTC)),
        ("Asia/Seoul", "03:10", datetime(2027, 3, 28, 12, tzinfo=UTC)),
    ],
)
def test_when_the_clocks_change_every_day_still_has_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, zone: str, at: str, night: datetime
) -> None:
    monkeypatch.setattr(settings, "time_zone", zone)
    monkeypatch.setattr(settings, "backup_at", at)
    seen: dict[str, datetime] = {}
    for number in range(48):  # the clock asks all the time
        for key, instant in planned(settings, night + timedelta(hours=number - 24)).items():
            assert seen.setdefault(key, instant) == instant, "a planned night does not move"
    found = sorted(instant for key, instant in seen.items() if key.startswith("nightly"))
    days = [instant.astimezone(ZoneInfo(zone)).date() for instant in found]
    assert days == sorted(set(days))
    assert (days[-1] - days[0]).days == len(days) - 1


def test_off_is_empty(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "backup_at", "")
    monkeypatch.setattr(settings, "cleanup_at", "")
    assert planned(settings, NIGHT) == {}


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("backup_at", "25:00", "03:10, or off"),
        ("backup_at", "noon", "03:10, or off"),
        ("cleanup_at", "3:05", "03:10, or off"),
        ("time_zone", "Mars/Olympus", "Europe/Dublin"),
        ("backup_keep", "0", "greater than or equal to 1"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_at_the_start(
    tmp_path: Path, name: str, value: str, told: str
) -> None:
    with pytest.raises(SystemExit, match=told):
        load_settings(environment="test", instance_path=tmp_path, **{name: value})


@pytest.mark.parametrize(("value", "kept"), [("", ""), ("off", ""), ("03:05", "03:05")])
def test_times_of_day(tmp_path: Path, value: str, kept: str) -> None:
    found = load_settings(environment="test", instance_path=tmp_path, backup_at=value)
    assert found.backup_at == kept
    assert found.backups == tmp_path / "backups"


@pytest.mark.both_databases
def test_a_night_leaves_one_whole_file_that_only_its_owner_reads(settings: Settings) -> None:
    with time_machine.travel(NIGHT, tick=False):
        told = run_backup()
    assert names(settings) == ["festival-20270514T011000Z.zip"]
    path = settings.backups / names(settings)[0]
    assert path.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert "tables/person.jsonl" in archive.namelist()
    assert path.name in told["text"]


def test_the_newest_are_kept_and_strangers_files_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "backup_keep", 3)
    settings.backups.mkdir()
    (settings.backups / "keep-me.zip").write_text("not ours")
    (settings.backups / "festival-20270101T000000Z.zip.part").write_text("killed in the middle")
    for number in range(5):
        back_up(settings, version="0", now=NIGHT + number * DAY)
    assert names(settings) == [
        "festival-20270516T011000Z.zip",
        "festival-20270517T011000Z.zip",
        "festival-20270518T011000Z.zip",
        "keep-me.zip",
    ]


@contextmanager
def no_room(limit: int) -> Iterator[None]:
    """Files of this process grow to ``limit`` bytes and no further, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("limit", [0, 1000, 4096])
def test_a_full_disk_leaves_the_old_ones_and_no_half_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(settings, "backup_keep", 1)
    kept = back_up(settings, version="0", now=NIGHT)
    before = kept.path.read_bytes()
    assert len(before) > limit
    with no_room(limit), pytest.raises(BackupFailed, match="OSError"):
        back_up(settings, version="0", now=NIGHT + DAY)
    assert names(settings) == [kept.path.name]
    assert kept.path.read_bytes() == before


def test_what_cannot_be_read_again_does_not_count(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = back_up(settings, version="0", now=NIGHT)

    def written_badly(target: Path, **more: Any) -> None:
        nightly_write(target, **more)
        data = bytearray(target.read_bytes())
        start = len(data) // 3
        data[start : start + 100] = bytes(each ^ 0xFF for each in data[start : start + 100])
        target.write_bytes(bytes(data))

    nightly_write = nightly.write_backup
    monkeypatch.setattr(nightly, "write_backup", written_badly)
    with pytest.raises(BackupFailed):
        back_up(settings, version="0", now=NIGHT + DAY)
    assert names(settings) == [kept.path.name]


def test_a_failure_is_told_to_each_administrator_once_a_night(
    settings: Settings, world: World
) -> None:
    settings.backups.write_text("a file where the folder should be")
    with time_machine.travel(NIGHT, tick=False):
        for _ in range(2):
            with pytest.raises(RuleBroken, match="could not be written"):
                run_backup()
        mails = db.session.scalars(select(OutboxMessage)).all()
        assert [(each.kind, each.recipient) for each in mails] == [
            ("backup_failed", world.administrator.email)
        ]
        assert "FileExistsError" in mails[0].body_text
        with pytest.raises(RuleBroken):
            run_backup("2027-05-15")
    assert len(db.session.scalars(select(OutboxMessage)).all()) == 2


def finding(app: Flask, about: str = "backup") -> tuple[str, str]:
    return next((each.level, each.sentence) for each in examine(app) if each.about == about)


def test_the_doctor_tells_how_old_the_last_one_is(
    settings: Settings, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert finding(world.app) == (OK, "none in backups/ yet; the first comes at 03:10")
    back_up(settings, version="0", now=NIGHT)
    with time_machine.travel(NIGHT + timedelta(hours=20), tick=False):
        assert finding(world.app) == (OK, "1 in backups/, the last one 20 hours old")
    with time_machine.travel(NIGHT + 2 * DAY, tick=False):
        assert finding(world.app) == (WARN, "1 in backups/, the last one 48 hours old")
        monkeypatch.setattr(settings, "environment", "production")
        assert finding(world.app)[0] == FAIL
        monkeypatch.setattr(settings, "backup_at", "")
        assert finding(world.app) == (WARN, "no nightly backup is wanted here")
        monkeypatch.setattr(settings, "backup_at", "03:10")
        monkeypatch.setattr(settings, "backup_folder", settings.backups / "elsewhere")
        assert finding(world.app)[0] == WARN


def test_there_is_nothing_where_there_is_no_folder(tmp_path: Path) -> None:
    assert kept_backups(tmp_path / "nowhere") == []
    (tmp_path / "festival-20270514T011000Z.zip").mkdir()
    assert kept_backups(tmp_path) == []
