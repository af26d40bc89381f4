"""The administrator's commands, and the server as a newcomer starts it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from festival.accounts.models import OneTimeLink, Person
from festival.extensions import db
from festival.shared.clock import utc_now
from festival.shared.lease import lease_for
from festival.shared.tasks import FUNCTIONS, enqueue
from festival.site import examining
from festival.site.demo.people import PASSWORD
from tests.factories.accounts import person_with_password
from tests.factories.world import World
from tests.forms import submit

ROOT = Path(__file__).resolve().parents[2]
TWICE = {"password": "four unrelated words", "again": "four unrelated words"}


def run(app: Flask, *words: str) -> Result:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=list(words))


def path_in(text: str) -> str:
    found = re.search(r"http://localhost(/\S+)", text)
    assert found, text
    return found[1]


def test_create_admin_prints_a_link_that_makes_one(world: World) -> None:
    printed = run(world.app, "create-admin").output
    way = path_in(printed)
    given = {"name": "First", "email": "first@city.example", **TWICE}
    assert submit(world.browser(), way, given).status_code == 303
    assert world.browser().get(way).status_code == 404


def test_create_admin_makes_somebody_new_or_known_administrator(world: World) -> None:
    known = person_with_password()
    known_email = known.email
    assert "signs in as before" in run(world.app, "create-admin", "--email", known_email).output
    printed = run(world.app, "create-admin", "--email", "New@City.example", "--name", "Nia").output
    assert submit(world.browser(), path_in(printed), TWICE).status_code == 303
    found = select(Person.email).where(Person.is_administrator.is_(True)).order_by(Person.id)
    db.session.rollback()
    assert db.session.scalars(found).all() == [
        "admin@example.org", known_email, "new@city.example",
    ]  # fmt: skip


def test_create_admin_refuses_a_look_alike(world: World) -> None:
    result = run(world.app, "create-admin", "--email", "аdmin@example.org")
    assert result.exit_code == 1
    assert "looks the same" in result.output


def test_an_open_set_up_page_does_not_exist(app: Flask) -> None:
    with app.app_context():
        assert app.test_client().get("/en/setup").status_code == 404
        assert db.session.scalars(select(OneTimeLink)).all() == []


def lines(result: Result) -> dict[str, str]:
    """about → level of each line of the doctor."""
    found = re.findall(r"^  (ok|warn|FAIL) +([a-z ]+): ", result.output, re.MULTILINE)
    return {about: level for level, about in found}


def test_the_doctor_finds_a_good_installation_good(world: World) -> None:
    result = run(world.app, "doctor")
    assert result.exit_code == 0
    assert set(lines(result)) == {
        "configuration", "database", "migrations", "administrator", "queue", "mail", "clock",
        "worker", "fonts", "translations", "disk", "files", "backup",
    }  # fmt: skip
    assert "FAIL" not in result.output


def test_the_doctor_says_whether_a_worker_has_the_clock(world: World) -> None:
    assert lines(run(world.app, "doctor"))["worker"] == "warn"
    lease = lease_for(db.engine)
    assert lease.try_to_hold()
    assert lines(run(world.app, "doctor"))["worker"] == "ok"
    lease.give_up()


def test_the_doctor_names_tables_of_another_version(world: World) -> None:
    db.session.execute(db.text("UPDATE alembic_version SET version_num = '0001'"))
    db.session.commit()
    result = run(world.app, "doctor")
    assert result.exit_code == 1
    assert lines(result)["migrations"] == "FAIL"
    assert "db upgrade" in result.output


def test_the_doctor_names_a_mail_server_that_does_not_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = world.app.config["SETTINGS"]
    away = settings.model_copy(update={"smtp_host": "127.0.0.1", "smtp_port": 1})
    monkeypatch.setitem(world.app.config, "SETTINGS", away)
    result = run(world.app, "doctor")
    assert (result.exit_code, lines(result)["mail"]) == (1, "FAIL")
    assert "FESTIVAL_SMTP_HOST" in result.output


def test_the_doctor_names_work_that_no_worker_does(world: World) -> None:
    FUNCTIONS["test_waiting"] = lambda _run: None
    enqueue("test_waiting", key="k", title="x", payload={}, now=utc_now() - timedelta(hours=1))
    db.session.commit()
    del FUNCTIONS["test_waiting"]
    result = run(world.app, "doctor")
    assert (result.exit_code, lines(result)["queue"]) == (1, "FAIL")
    assert "flask --app festival worker" in result.output


def test_the_doctor_names_a_full_disk_and_a_missing_administrator(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examining, "LEAST_FREE", 1 << 62)
    with app.app_context():
        result = run(app, "doctor")
    assert lines(result)["disk"] == "FAIL"
    assert lines(result)["administrator"] == "warn"


def test_a_check_that_breaks_is_a_finding(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def _broken(_app: Flask, _settings: object) -> examining.Finding:
        raise OSError("the disk is gone")

    monkeypatch.setattr(examining, "CHECKS", (_broken,))
    result = run(world.app, "doctor")
    assert (result.exit_code, lines(result)) == (1, {"broken": "FAIL"})


def test_backup_and_restore_say_what_they_did(world: World, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    said = run(world.app, "backup", str(file))
    assert (said.exit_code, file.exists()) == (0, True)
    assert "secret key" in said.output
    refused = run(world.app, "restore", str(file))
    assert refused.exit_code == 1
    assert "Nothing was changed" in refused.output
    done = run(world.app, "restore", "--replace", str(file))
    assert (done.exit_code, "rows are back" in done.output) == (0, True)


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """``serve --prepare`` in an empty folder, as ``make run`` does; its address and its console."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    console = tmp_path / "console.txt"
    environment = {name: value for name, value in os.environ.items() if "FESTIVAL_" not in name}
    environment["FESTIVAL_INSTANCE_PATH"] = str(tmp_path / "instance")
    command = [sys.executable, "-m", "flask", "--app", "festival", "serve", "--prepare"]
    with console.open("w") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port)], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        yield f"http://127.0.0.1:{port}", console
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0, console.read_text()
    finally:
        process.kill()
        process.wait()


def fetch(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, ""
    except OSError:
        return 0, ""


def test_a_newcomer_sees_the_sample_festival(newcomer: tuple[str, Path]) -> None:
    address, console = newcomer
    for _ in range(300):
        if fetch(f"{address}/readyz")[0] == 200:
            break
        time.sleep(0.2)
    assert fetch(f"{address}/readyz")[0] == 200, console.read_text()
    assert fetch(f"{address}/healthz")[0] == 200
    status, page = fetch(f"{address}/")
    assert status == 200
    assert "<h1" in page
    printed = console.read_text()
    assert f"{address}/en/" in printed
    assert PASSWORD in printed
    for role in ("administrator", "organizer", "reviewer", "door lead", "press officer", "partner"):
        assert role in printed
