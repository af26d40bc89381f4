"""kill -9 in the middle of an import of 674 sessions: nothing of it is there, or all of it.

Run as a program this module is the victim: it applies a kept import and says how far it is.  The
broken variant commits each batch; the same examination must find it out.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from festival import create_app
from festival.extensions import db
from festival.feeds import actions
from festival.feeds.actions import applying
from festival.feeds.models import ImportState, ProgrammeImport
from festival.festivals.models import Space
from festival.programme.models import Occurrence, Presenter, ProgrammeSession, Strand
from festival.programme.queries import published_programme
from festival.shared.clock import utc_now
from festival.shared.journal import SYSTEM
from festival.shared.work import work
from tests.conftest import settings_for_tests
from tests.factories.feeds import adapt_edition
from tests.factories.world import NOW, World

ROOT = Path(__file__).resolve().parents[2]
FILE = "data/schedules/fosdem_2024.xml"
SESSIONS, BATCHES = 674, 7


def kept_import(world: World, shared: Path) -> str:
    """A checked import of a real programme; answers its code."""
    edition = world.here.edition
    content = (shared / FILE).read_bytes()
    name = Path(FILE).name
    adapt_edition(edition, actions.imports.read_file(edition, content, file_name=name))
    row = actions.keep_import(edition, content, file_name=name, actor=SYSTEM, now=NOW)
    db.session.commit()
    code = row.code
    db.session.remove()
    return code


def start(world: World, code: str, *, variant: str) -> subprocess.Popen[str]:
    settings = world.app.config["SETTINGS"]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.drills.test_import_kill", settings.database_url,
         str(settings.instance_path), code, variant],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def kill_after(victim: subprocess.Popen[str], *, lines: int, seconds: float) -> None:
    """SIGKILL some moments after so many signs of progress."""
    assert victim.stdout is not None
    assert victim.stderr is not None
    for _ in range(lines):
        assert victim.stdout.readline(), victim.stderr.read()
    time.sleep(seconds)
    victim.send_signal(signal.SIGKILL)
    victim.communicate()


def found(world: World) -> dict[str, object]:
    """What an examiner sees after the crash."""
    db.session.remove()
    edition = world.here.edition
    edition = db.session.merge(edition, load=True)
    counts: dict[str, object] = {
        model.__name__: db.session.scalar(select(func.count()).select_from(model))
        for model in (ProgrammeSession, Occurrence, Space, Strand, Presenter)
    }
    counts["state"] = db.session.scalars(select(ProgrammeImport.state)).one()
    counts["published"] = len(published_programme(edition).sessions)
    db.session.remove()
    return counts


@pytest.mark.both_databases
def test_a_killed_import_leaves_nothing_or_all(world: World, shared: Path) -> None:
    code = kept_import(world, shared)
    nothing = found(world)
    assert nothing["ProgrammeSession"] == 0
    dice = random.Random(20240203)
    moments = [1, dice.randint(3, BATCHES), BATCHES + 1, BATCHES + 2]  # the last: publishing
    killed = 0
    for lines in moments:
        kill_after(start(world, code, variant="whole"), lines=lines, seconds=dice.uniform(0, 0.05))
        after = found(world)
        if after != nothing:
            assert after["state"] == ImportState.APPLIED
            break
        killed += 1
    assert killed >= 2
    victim = start(world, code, variant="whole")
    _, errors = victim.communicate(timeout=120)
    assert victim.returncode == 0, errors
    all_of_it = found(world)
    assert all_of_it["ProgrammeSession"] == all_of_it["published"] == SESSIONS
    assert all_of_it["Occurrence"] == SESSIONS
    assert all_of_it["Space"] == nothing["Space"] + 32  # type: ignore[operator]
    assert all_of_it["state"] == ImportState.APPLIED


@pytest.mark.both_databases
def test_the_drill_would_catch_an_import_in_pieces(world: World, shared: Path) -> None:
    code = kept_import(world, shared)
    nothing = found(world)
    kill_after(start(world, code, variant="pieces"), lines=4, seconds=0)
    after = found(world)
    assert after != nothing
    assert after["state"] == ImportState.CHECKED
    assert 0 < int(str(after["ProgrammeSession"])) < SESSIONS


def be_the_victim(url: str, folder: str, code: str, variant: str) -> None:
    app = create_app(settings_for_tests(Path(folder), url))
    if variant == "pieces":
        whole = applying._Writer._add

        def add_and_commit(self: object, sessions: object) -> None:
            whole(self, sessions)  # type: ignore[arg-type]
            db.session.commit()

        applying._Writer._add = add_and_commit  # type: ignore[assignment,method-assign]

    def tell(done: int, total: int) -> None:
        print(done, total, flush=True)

    with app.app_context(), work():
        number = db.session.scalars(
            select(ProgrammeImport.edition_id).where(ProgrammeImport.code == code)
        ).one()
        actions.apply_kept(
            code, edition_id=number, digest="", withdraw_missing=False, publish=True,
            actor=SYSTEM, now=utc_now(), progress=tell,
        )  # fmt: skip


if __name__ == "__main__":
    be_the_victim(*sys.argv[1:])
