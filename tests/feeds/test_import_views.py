"""The organizer's pages of imports, and the command."""

from __future__ import annotations

import io
from pathlib import Path

from sqlalchemy import func, select

from festival.extensions import db
from festival.feeds.models import ImportState, ProgrammeImport
from festival.festivals.states import EditionState
from festival.programme.models import ProgrammeSession
from festival.shared.access import Role
from festival.shared.running import run_task
from festival.shared.tasks import Task
from tests.factories.feeds import SMALL_XML, import_file
from tests.factories.world import World
from tests.feeds.test_import_real import fingerprint
from tests.forms import submit
from tests.queries import count_queries


def upload(world: World, content: bytes, name: str = "small.xml"):  # type: ignore[no-untyped-def]
    browser = world.browser_as(Role.ORGANIZER)
    page = f"{world.here.path}/organize/import"
    answer = submit(browser, page, {"file": (io.BytesIO(content), name)})
    answer.request.environ["wsgi.input"].close()  # the test client spools large ones to a file
    return browser, answer


def test_an_organizer_brings_a_file_sees_the_plan_and_takes_it_in_once(world: World) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    empty = browser.get(f"{world.here.path}/organize/import").text
    assert "Nothing imported yet" in empty
    browser, answer = upload(world, SMALL_XML)
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Knots for sailors" in page
    assert "2 new sessions" in page
    assert db.session.scalar(select(func.count(ProgrammeSession.id))) == 0
    first = submit(browser, answer.location, {"publish": "y"})
    assert first.status_code == 303
    assert "/organize/tasks/" in first.location
    token = browser.get(f"{world.here.path}/organize/import").text  # a double click
    csrf = token.split('name="csrf_token" value="')[1].split('"')[0]
    row = db.session.scalars(select(ProgrammeImport)).one()
    again = browser.post(
        f"{answer.location}/apply",
        data={"csrf_token": csrf, "digest": row.report["digest"], "publish": "y"},
    )
    assert again.location == first.location
    task = db.session.scalars(select(Task)).one()
    assert "being imported" in browser.get(answer.location).text
    run_task(task.code)
    db.session.expire_all()
    assert row.state == ImportState.APPLIED
    assert "2 sessions were written" in browser.get(first.location).text
    assert "was imported" in browser.get(answer.location).text
    assert "Knots for sailors" in world.browser().get(f"{world.here.path}/programme").text
    assert browser.post(f"{answer.location}/apply", data={"csrf_token": csrf}).status_code == 400
    assert browser.post(f"{answer.location}/check", data={}).status_code == 400


def test_changes_are_shown_field_by_field(world: World) -> None:
    import_file(world.here.edition, SMALL_XML, adapt=False)
    newer = (
        SMALL_XML.replace(b"How rivers move", b"How rivers move on")
        .replace(b"T12:00:00+02:00", b"T13:30:00+02:00")
        .replace(b"<start>12:00", b"<start>13:30")
        .replace(b"Ada Byrne", b"Ada <b>Lovell</b>".replace(b"<", b"&lt;"))
    )
    browser, answer = upload(world, newer, name="../../<b>new.xml")
    page = browser.get(answer.location).text
    for text in ("How rivers move", "How rivers move on", "12:00", "13:30", "Time and place"):
        assert text in page
    assert "<b>Lovell" not in page
    assert "Ada &lt;b>Lovell" in page or "Ada &lt;b&gt;Lovell" in page
    checked = submit(browser, answer.location, form=1, follow=True)
    assert "checked again" in checked.text
    less = SMALL_XML[: SMALL_XML.index(b'<event guid="5d6f0001-0000-4000-8000-000000000002"')]
    browser, answer = upload(world, less + b"</room></day></schedule>")
    page = browser.get(answer.location).text
    assert "One session is no longer in the file" in page
    assert "withdraw_missing" in page


def test_the_same_file_says_that_there_is_nothing_to_change(world: World) -> None:
    import_file(world.here.edition, SMALL_XML, adapt=False)
    browser, answer = upload(world, SMALL_XML)
    assert "Nothing to change" in browser.get(answer.location).text


def test_a_refused_file_is_told_line_by_line_and_leaves_nothing(world: World) -> None:
    import_file(world.here.edition, SMALL_XML, adapt=False)
    before = fingerprint(without=("sign_in",))
    broken = SMALL_XML.replace(b"<duration>0:45", b"<duration>soon")
    _, answer = upload(world, broken)
    assert answer.status_code == 422
    assert "refused" in answer.text
    line = broken[: broken.index(b"soon")].count(b"\n") + 1
    assert f"<div>{line}</div>" in answer.text
    assert fingerprint(without=("sign_in",)) == before
    browser = world.browser_as(Role.ORGANIZER)
    assert submit(browser, f"{world.here.path}/organize/import").status_code == 422
    assert fingerprint(without=("sign_in",)) == before


def test_hostile_files_change_no_row_and_never_break_the_page(world: World, shared: Path) -> None:
    """Every file made to break a reader, through the page; whole ones are only checked."""
    before = fingerprint(without=("programme_import", "journal_entry", "sign_in"))
    folder = shared / "data"
    files = [
        *(folder / "corpora/made/xml").iterdir(),
        *(folder / "ics_odd").iterdir(),
        *(folder / "corpora/made/img").glob("*.svg"),
        *(folder / "schedules").glob("voc_*.json"),
    ]
    assert len(files) > 40
    statuses = {}
    for file in files:
        _, answer = upload(world, file.read_bytes(), name=file.name)
        statuses[file.name] = answer.status_code
        if answer.status_code == 303:
            page = world.browser_as(Role.ORGANIZER).get(answer.location)
            assert page.status_code == 200, file.name
    assert set(statuses.values()) <= {303, 422}, statuses
    refused = {name for name, status in statuses.items() if status == 422}
    assert {"billion_laughs.xml", "xxe_file.xml", "quadratic.xml", "half_good.xml"} <= refused
    assert fingerprint(without=("programme_import", "journal_entry", "sign_in")) == before
    kept = db.session.scalar(select(func.count(ProgrammeImport.id)))
    assert kept == sum(status == 303 for status in statuses.values())


def test_a_file_over_the_limits_is_refused(world: World) -> None:
    _, answer = upload(world, b"<schedule>" + b" " * (5 * 1024 * 1024))
    assert answer.status_code == 422
    assert "larger than 5 MB" in answer.text
    _, answer = upload(world, b" " * (13 * 1024 * 1024))
    assert answer.status_code == 413


def test_the_neighbour_sees_and_starts_nothing(world: World) -> None:
    _, answer = upload(world, SMALL_XML)
    other = world.browser_as(Role.ORGANIZER, at=world.there)
    assert other.get(answer.location).status_code == 404
    there = answer.location.replace(world.here.path, world.there.path)
    assert other.get(there).status_code == 404
    page = other.get(f"{world.there.path}/organize/import").text
    assert "small.xml" not in page
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    row = db.session.scalars(select(ProgrammeImport)).one()
    data = {"csrf_token": csrf, "digest": row.report["digest"]}
    for address in (answer.location, there):
        assert other.post(f"{address}/apply", data=data).status_code == 404
        assert other.post(f"{address}/check", data=data).status_code == 404
    db.session.expire_all()
    assert row.state == ImportState.CHECKED
    assert db.session.scalar(select(func.count(Task.id))) == 0


def test_the_list_costs_the_same_with_one_and_with_thirty(world: World) -> None:
    browser, _ = upload(world, SMALL_XML)
    page = f"{world.here.path}/organize/import"
    with count_queries() as one:
        browser.get(page)
    for _ in range(29):
        upload(world, SMALL_XML)
    with count_queries() as thirty:
        assert browser.get(page).text.count("small.xml") >= 30
    assert thirty.count == one.count


def run(world: World, *args: str):  # type: ignore[no-untyped-def]
    result = world.app.test_cli_runner().invoke(args=["import-programme", *args])
    db.session.expire_all()
    return result


def test_the_command_imports_and_publishes(world: World, tmp_path: Path) -> None:
    file = tmp_path / "fair.xml"
    file.write_bytes(SMALL_XML)
    asked = run(world, str(file))
    assert asked.exit_code == 1
    assert "harbour/2027, luminara/2027" in asked.output
    dry = run(world, str(file), "--edition", "luminara/2027", "--dry-run")
    assert dry.exit_code == 0
    assert "new 2, changed 0" in dry.output
    assert db.session.scalar(select(func.count(ProgrammeSession.id))) == 0
    world.there.edition.state = EditionState.ARCHIVED
    db.session.commit()
    done = run(world, str(file), "--publish")
    assert done.exit_code == 0, done.output
    assert "Published as version 1" in done.output
    assert db.session.scalar(select(func.count(ProgrammeSession.id))) == 2
    start = SMALL_XML.index(b'<event guid="5d6f0001-0000-4000-8000-000000000002"')
    file.write_bytes(SMALL_XML[:start] + b"</room></day></schedule>")
    assert "Withdrawn: 1" in run(world, str(file), "--withdraw-missing").output


def test_the_command_refuses_with_file_line_and_reason(world: World, tmp_path: Path) -> None:
    file = tmp_path / "fair.xml"
    file.write_bytes(SMALL_XML.replace(b"<duration>0:45", b"<duration>soon"))
    before = fingerprint()
    refused = run(world, str(file), "--edition", "luminara/2027")
    assert refused.exit_code == 1
    assert f"{file}:10: " in refused.output
    assert "soon" in refused.output
    assert fingerprint() == before
    assert run(world, str(file), "--edition", "luminara/1999").exit_code == 1
    for corner in (world.here, world.there):
        corner.edition.state = EditionState.ARCHIVED
    db.session.commit()
    nothing = run(world, str(file))
    assert nothing.exit_code == 1
    assert "no edition yet" in nothing.output
