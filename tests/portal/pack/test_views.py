"""Who has a pack made, who sees how far it is, who takes it along, and who does not."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from festival.accounts.states import Role
from festival.exhibitors.actions import withdraw
from festival.exhibitors.models import Application
from festival.extensions import db
from festival.portal.pack import jobs, queries
from festival.portal.pack.actions import forget_pack
from festival.portal.pack.documents import pack_pdf
from festival.portal.pack.models import ExhibitorPack
from festival.portal.pack.shelf import folder_of
from festival.shared.clock import utc_now
from festival.shared.tasks import Task, TaskState
from festival.shared.work import work
from tests.factories.passes import make_pass, make_team, speaker_of
from tests.factories.stands import give, make_plan, stand_called
from tests.factories.world import NOW, World
from tests.forms import submit
from tests.portal.pack.reading import codes_in, run_tasks, text_of
from tests.queries import count_queries


@pytest.fixture
def team(world: World) -> Application:
    shutil.rmtree(folder_of(world.app.config["SETTINGS"]), ignore_errors=True)  # of other tests
    row = make_team(world.here)
    make_pass(row)
    return row


@pytest.fixture
def nour(world: World, team: Application) -> FlaskClient:
    return world.browser(speaker_of(team))


def page(world: World, team: Application, ending: str = "") -> str:
    return f"{world.here.path}/exhibitor/{team.code}/pack{ending}"


def office(world: World, ending: str = "") -> str:
    return f"{world.here.path}/organize/exhibitors/packs{ending}"


def made(world: World, nour: FlaskClient, team: Application) -> bytes:
    assert submit(nour, page(world, team)).status_code == 303
    assert [each.state for each in run_tasks()] == [TaskState.DONE]
    answer = nour.get(page(world, team, ".pdf"))
    assert answer.status_code == 200
    return answer.get_data()


def test_an_exhibitor_has_the_pack_made_and_takes_it_along(
    world: World, team: Application, nour: FlaskClient
) -> None:
    assert "Not made yet" in nour.get(page(world, team)).text
    assert nour.get(page(world, team, ".pdf")).status_code == 404
    assert submit(nour, page(world, team)).status_code == 303
    going = nour.get(page(world, team)).text
    assert "is being made" in going and 'hx-trigger="every 2s"' in going

    run_tasks()

    assert "Your pack is ready" in nour.get(page(world, team)).text
    answer = nour.get(page(world, team, ".pdf"))
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert codes_in(answer.get_data()) == [queries.passes_of_all([team.id])[team.id][0].badge.code]


def test_two_clicks_are_one_work(world: World, team: Application, nour: FlaskClient) -> None:
    for _ in range(2):
        browser_page = nour.get(page(world, team)).text
        token = browser_page.split('name="csrf_token" value="')[1].split('"')[0]
        nour.post(page(world, team), data={"csrf_token": token})

    assert len(db.session.scalars(select(Task).where(Task.kind == "exhibitor_pack")).all()) == 1


def test_a_changed_fact_makes_it_old_and_the_clock_makes_it_anew(
    world: World, team: Application, nour: FlaskClient
) -> None:
    team.edition.ends_on = utc_now().date() + timedelta(days=400)
    db.session.commit()
    made(world, nour, team)
    jobs.renew_packs()
    assert run_tasks() == []  # nothing has changed
    give(stand_called(make_plan(world.here), "A2"), team)
    assert "Something has changed" in nour.get(page(world, team)).text

    jobs.renew_packs()
    jobs.renew_packs()  # another worker does the same

    assert [each.state for each in run_tasks()] == [TaskState.DONE]
    assert "Your pack is ready" in nour.get(page(world, team)).text
    assert "A2" in text_of(nour.get(page(world, team, ".pdf")).get_data())


def test_a_pack_that_cannot_be_set_says_so_and_waits_for_a_person(
    world: World, team: Application, nour: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_args: object, **_values: object) -> bytes:
        raise RuntimeError("no paper")

    made(world, nour, team)
    team.organization.contact_phone = "+34 611"
    db.session.commit()
    monkeypatch.setattr(jobs, "pack_pdf", breaks)
    submit(nour, page(world, team))
    assert [each.state for each in run_tasks()] == [TaskState.FAILED]
    shown = nour.get(page(world, team)).text
    assert "could not be made" in shown and "Download the PDF" in shown  # the old one is there
    with work():
        assert jobs.order_stale(team.edition, now=NOW) == 0

    monkeypatch.setattr(jobs, "pack_pdf", pack_pdf)
    submit(nour, page(world, team))
    assert [each.state for each in run_tasks()] == [TaskState.DONE]
    assert "Your pack is ready" in nour.get(page(world, team)).text


def test_a_file_that_was_lost_is_made_again(
    world: World, team: Application, nour: FlaskClient
) -> None:
    made(world, nour, team)
    for each in folder_of(world.app.config["SETTINGS"]).iterdir():
        each.unlink()

    assert nour.get(page(world, team, ".pdf")).status_code == 404
    assert made(world, nour, team).startswith(b"%PDF")


def test_nobody_else_gets_it(world: World, team: Application, nour: FlaskClient) -> None:
    made(world, nour, team)
    neighbour = make_team(world.here, "Neighbour Books")
    others = [
        world.browser(speaker_of(neighbour, "rosa@books.example")),
        *(world.browser_as(role) for role in Role if role is not Role.ORGANIZER),
        *(world.browser_as(role, at=world.there) for role in Role),
    ]
    for browser in others:
        for place in (page(world, team), page(world, team, ".pdf")):
            assert browser.get(place).status_code == 404
        assert browser.get(office(world, f"/{team.code}.pdf")).status_code == 404
    elsewhere = f"{world.there.path}/organize/exhibitors/packs/{team.code}.pdf"
    assert world.browser_as(Role.ORGANIZER, at=world.there).get(elsewhere).status_code == 404
    assert world.browser().get(page(world, team, ".pdf")).status_code == 401
    assert (
        world.browser_as(Role.ORGANIZER).get(office(world, f"/{team.code}.pdf")).status_code == 200
    )


def test_who_leaves_has_no_pack_and_its_file_is_swept_away(
    world: World, team: Application, nour: FlaskClient
) -> None:
    made(world, nour, team)
    with work():
        withdraw(team, now=NOW)

    assert nour.get(page(world, team, ".pdf")).status_code == 404
    assert db.session.get(ExhibitorPack, team.id) is None
    (file,) = folder_of(world.app.config["SETTINGS"]).iterdir()
    jobs.sweep_packs()
    assert file.exists()  # written a moment ago: a row may follow
    os.utime(file, (0, 0))
    jobs.sweep_packs()
    assert not file.exists()


def test_packs_of_a_festival_that_is_long_over_go(
    world: World, team: Application, nour: FlaskClient
) -> None:
    made(world, nour, team)
    jobs.sweep_packs()
    assert db.session.get(ExhibitorPack, team.id, populate_existing=True) is not None
    today = datetime.now(UTC).date()
    team.edition.starts_on = team.edition.ends_on = today - timedelta(days=40)
    db.session.commit()

    jobs.sweep_packs()

    db.session.expire_all()
    assert queries.packs_of(world.here.edition.id) == {}


def test_work_that_is_done_after_the_exhibitor_has_left_keeps_nothing(
    world: World, team: Application, nour: FlaskClient
) -> None:
    submit(nour, page(world, team))
    with work():
        withdraw(team, now=NOW)

    (task,) = run_tasks()

    assert (task.state, task.result) == (TaskState.DONE, None)
    assert queries.packs_of(world.here.edition.id) == {}


def test_organizers_get_all_packs_as_one_zip(
    world: World, team: Application, nour: FlaskClient
) -> None:
    give(stand_called(make_plan(world.here), "A2"), team)
    make_team(world.here, "../../etc/passwd 纸艺")
    make_team(world.there, "Harbour Books")
    made(world, nour, team)
    browser = world.browser_as(Role.ORGANIZER)

    assert submit(browser, office(world)).status_code == 303
    (task,) = run_tasks()

    assert (task.state, task.progress, task.total) == (TaskState.DONE, 2, 2)
    answer = browser.get(f"{world.here.path}/organize/tasks/{task.code}/file")
    content = answer.get_data()
    answer.close()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        names = packed.namelist()
        assert len(names) == 2 and not any("/" in each or ".." in each for each in names)
        assert f"A2-Paper_Workshop-{team.code}.pdf" in names
        assert all(packed.read(each).startswith(b"%PDF") for each in names)
    shown = browser.get(office(world)).text
    assert shown.count("Make it anew") == 2 and "Harbour Books" not in shown


def test_an_organizer_has_one_pack_made_and_the_task_leads_to_it(
    world: World, team: Application
) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    assert submit(browser, office(world), form=1).status_code == 303

    (task,) = run_tasks()

    assert task.result is not None
    assert browser.get(task.result["links"][0]["href"]).status_code == 200


def test_the_organizers_words_are_kept_by_language(world: World, team: Application) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    place = office(world, "/words/ar")
    assert 'dir="rtl"' in browser.get(place).text
    assert browser.get(office(world, "/words/zh")).status_code == 404  # not of this edition

    for rules in ("- Nothing loud.", "- Nothing loud after eight."):
        assert submit(browser, place, {"rules": rules}).status_code == 303
    assert submit(browser, place, {"rules": "x" * 8001}).status_code == 422

    texts = queries.texts_of(world.here.edition.id)
    assert {key: each.rules for key, each in texts.items()} == {"ar": "- Nothing loud after eight."}
    assert queries.texts_of(world.there.edition.id) == {}


def test_the_lists_cost_the_same_with_one_and_with_many(world: World, team: Application) -> None:
    browser = world.browser_as(Role.ORGANIZER)

    def cost() -> tuple[int, int]:
        db.session.expire_all()
        with count_queries() as shown:
            assert browser.get(office(world)).status_code == 200
        db.session.expire_all()
        edition = world.here.edition
        rows = queries.exhibitors_with_contacts(edition.id)
        with count_queries() as gathered:
            queries.facts_of(edition, rows)
        return shown.count, gathered.count

    give(stand_called(make_plan(world.here), "A1"), team)
    browser.get(office(world))
    few = cost()
    for number in range(12):
        make_pass(make_team(world.here, f"Workshop {number}"))
    assert cost() == few


def test_who_left_and_came_back_has_a_pack_made_at_the_first_click(
    world: World, team: Application, nour: FlaskClient
) -> None:
    team.edition.ends_on = utc_now().date() + timedelta(days=400)
    db.session.commit()
    for _ in range(3):
        made(world, nour, team)
    forget_pack(team.id)
    db.session.commit()

    made(world, nour, team)
