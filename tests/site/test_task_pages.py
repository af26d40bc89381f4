"""Pages of long work: the list, its filters, the file, cancelling; and who sees nothing of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from festival.extensions import db
from festival.shared.access import Role
from festival.shared.clock import utc_now
from festival.shared.journal import JournalEntry
from festival.shared.results import KEPT_FOR, find_result, forget_old_results, keep_result
from festival.shared.running import run_task
from festival.shared.tasks import FUNCTIONS, TaskResult, TaskRun, TaskState, task_queue
from festival.site.task_queries import PAGE
from tests.factories.world import World
from tests.queries import count_queries
from tests.site.test_task_ends import counted, half_done, in_thread
from tests.site.test_tasks import KIND, look, put

PDF = b"%PDF-1.7 what the work has made"


@pytest.fixture(autouse=True)
def printing(world: World) -> Iterator[None]:
    """A kind of work that leaves a file."""
    task_queue()._huey.flush()

    def print_it(run: TaskRun) -> TaskResult:
        run.keep_file("badges.pdf", PDF)
        return {"text": "Printed."}

    FUNCTIONS[KIND] = print_it
    yield
    del FUNCTIONS[KIND]


def listed(browser: FlaskClient, path: str, **query: str) -> str:
    return browser.get(path, query_string=query).get_data(as_text=True)


def send(browser: FlaskClient, address: str, *, page: str) -> int:
    token = browser.get(page).get_data(as_text=True).split('csrf_token" value="')[1]
    return browser.post(address, data={"csrf_token": token.split('"')[0]}).status_code


def test_an_empty_list_says_what_will_stand_there(world: World) -> None:
    page = listed(world.browser_as(Role.ORGANIZER), f"{world.here.path}/organize/tasks")
    assert "Nothing has been done in the background yet" in page
    assert "hx-trigger" not in page


def test_the_list_says_what_runs_by_whom_and_how_it_ended(world: World) -> None:
    organizer = world.here.people["organizer"]
    done, waits = put(world, "done", person_id=organizer.id), put(world, "waits", title="Reminders")
    run_task(done)
    browser, path = world.browser_as(Role.ORGANIZER), f"{world.here.path}/organize/tasks"
    page = listed(browser, path)
    assert organizer.name in page
    assert "The clock" in page
    assert f"{path}/{done}" in page
    assert f"{path}/{waits}/cancel" in page
    assert f"{path}/{done}/cancel" not in page
    assert 'http-equiv="refresh"' in page
    assert "Reminders" not in listed(browser, path, show="by_people")
    assert "Counting" not in listed(browser, path, show="going")
    assert "Everything has worked" in listed(browser, path, show="failed")
    assert "Reminders" in listed(browser, path, show="nonsense", page="999")


def test_a_list_costs_the_same_with_one_row_and_with_thirty(world: World) -> None:
    browser, path = world.browser_as(Role.ORGANIZER), f"{world.here.path}/organize/tasks"
    put(world, "first")
    browser.get(path)
    with count_queries() as one:
        browser.get(path)
    for number in range(PAGE + 5):
        put(world, f"k{number}", person_id=world.here.people["organizer"].id)
    with count_queries() as many:
        page = listed(browser, path)
    assert one.count == many.count
    assert page.count("/cancel") == PAGE
    assert "page=2" in page


def test_the_file_is_downloaded_from_the_page_and_forgotten_after_a_month(world: World) -> None:
    code = put(world)
    run_task(code)
    browser, page = world.browser_as(Role.ORGANIZER), f"{world.here.path}/organize/tasks/{code}"
    assert f"{page}/file" in listed(browser, page)
    with browser.get(f"{page}/file") as answer:
        assert (answer.status_code, answer.data) == (200, PDF)
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "no-store" in answer.headers["Cache-Control"]
    assert forget_old_results(now=utc_now() + KEPT_FOR - timedelta(hours=1)) == 0
    assert forget_old_results(now=utc_now() + KEPT_FOR + timedelta(hours=1)) >= 1
    assert browser.get(f"{page}/file").status_code == 404
    assert "is gone now" in listed(browser, page)


@pytest.mark.parametrize("name", ["../secret_key", "a/b", "", ".hidden", "x\x00y"])
def test_a_file_lies_nowhere_else(world: World, name: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        keep_result("code", name or "/", b"")
    assert find_result("code", name) is None


def test_a_file_is_whole_or_not_there(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_result("code", "a.pdf", b"first")

    def full(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="full"):
        keep_result("code", "a.pdf", b"second")
    path = find_result("code", "a.pdf")
    assert path is not None
    assert path.read_bytes() == b"first"


def test_an_organizer_cancels_and_the_journal_knows_who(world: World) -> None:
    code = put(world)
    browser, page = world.browser_as(Role.ORGANIZER), f"{world.here.path}/organize/tasks/{code}"
    assert send(browser, f"{page}/cancel", page=page) == 303
    assert look(code).state == TaskState.CANCELLED
    text = listed(browser, page)
    assert "nothing of it was kept" in text
    assert "refresh" not in text
    found = db.session.scalars(
        select(JournalEntry).where(JournalEntry.action == "task_cancelled")
    ).one()
    assert found.entity_key == code
    assert send(browser, f"{page}/cancel", page=page) == 409
    assert send(browser, f"{page}/again", page=page) == 303
    assert look(code).state == TaskState.WAITING


def test_work_that_holds_the_lock_is_cancelled_in_its_own_process(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite: the request cannot write before the work has let go of the lock."""
    begun = threading.Event()
    FUNCTIONS[KIND] = half_done(begun)
    code = put(world)
    browser, page = world.browser_as(Role.ORGANIZER), f"{world.here.path}/organize/tasks/{code}"
    browser.get(page)
    thread = in_thread(world, code)
    assert begun.wait(5)
    began = time.monotonic()
    assert send(browser, f"{page}/cancel", page=page) == 303
    thread.join(5)
    assert time.monotonic() - began < 3
    assert (look(code).state, counted()) == (TaskState.CANCELLED, 0)


def test_the_team_sees_and_cancels_its_own_work_only(world: World) -> None:
    reviewer = world.here.people["reviewer"]
    own, others = put(world, "own", person_id=reviewer.id, title="Mine"), put(world, "other")
    browser, path = world.browser(reviewer), f"{world.here.path}/organize/tasks"
    page = listed(browser, path)
    assert "Mine" in page
    assert "Counting" not in page
    assert send(browser, f"{path}/{others}/cancel", page=path) == 404
    assert browser.get(f"{path}/{others}/file").status_code == 404
    assert send(browser, f"{path}/{own}/cancel", page=path) == 303
    assert (look(own).state, look(others).state) == (TaskState.CANCELLED, TaskState.WAITING)
    assert "You have started nothing yet" in listed(
        world.browser_as(Role.PRESS_OFFICER), f"{world.here.path}/organize/tasks"
    )


def test_the_neighbour_sees_nothing_and_changes_nothing(world: World) -> None:
    code = put(world)
    browser = world.browser_as(Role.ORGANIZER, at=world.there)
    path = f"{world.there.path}/organize/tasks"
    put(world, "theirs", edition_id=world.there.edition.id, title="Theirs")
    assert code not in listed(browser, path)
    for step in ("cancel", "again"):
        assert send(browser, f"{path}/{code}/{step}", page=path) == 404
        assert send(browser, f"/en/tasks/{code}/{step}", page=path) == 404
    for address in (f"{path}/{code}", f"{path}/{code}/file", "/en/tasks", f"/en/tasks/{code}"):
        assert browser.get(address).status_code == 404
    assert look(code).state == TaskState.WAITING


def test_administrators_see_everything_also_what_belongs_to_no_edition(world: World) -> None:
    here, nowhere = put(world, "here"), put(world, "nowhere", edition_id=None, title="Backup")
    browser = world.browser(world.administrator)
    page = listed(browser, "/en/tasks")
    assert here in page
    assert nowhere in page
    assert world.here.edition.title in page
    address = f"/en/tasks/{nowhere}"
    assert send(browser, f"{address}/cancel", page=address) == 303
    assert send(browser, f"{address}/again", page=address) == 303
    assert run_task(nowhere)
    with browser.get(f"{address}/file") as answer:
        assert answer.data == PDF
