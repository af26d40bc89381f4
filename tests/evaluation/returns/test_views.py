"""The host's page, the organizers' list, and who gets at neither."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from festival.evaluation.returns.actions import file_return
from festival.evaluation.returns.links import return_token
from festival.evaluation.returns.models import HostReturn
from festival.evaluation.returns.states import FiledBy
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.programme.models import Occurrence, ProgrammeSession
from festival.shared.access import Role
from festival.shared.journal import SYSTEM, JournalEntry
from tests.factories.evaluation import let_in, make_badge
from tests.factories.returns import AFTERWARDS, ENDED, hold, make_return, time_of, told
from tests.factories.world import Corner, World
from tests.forms import submit
from tests.queries import count_queries

LATE = AFTERWARDS + timedelta(days=30)
TYPED = {"children": "7", "adults": "5", "method": "tally", "went_well": "Everybody sewed."}


@pytest.fixture(autouse=True)
def afterwards() -> Iterator[None]:
    """Whoever signs in does so the day after."""
    with time_machine.travel(AFTERWARDS, tick=False):
        yield


def link_to(world: World, corner: Corner, occurrence: Occurrence) -> str:
    secret = world.app.config["SETTINGS"].secret_key
    session = db.session.get_one(ProgrammeSession, occurrence.session_id)
    assert session.organization_id is not None
    token = return_token(occurrence.id, organization_id=session.organization_id, secret=secret)
    return f"{corner.path}/return/{token}"


def own_page(corner: Corner, occurrence: Occurrence) -> str:
    return f"{corner.path}/exhibitor/returns/{occurrence.uid}"


def filed() -> list[HostReturn]:
    db.session.expire_all()
    return list(db.session.scalars(select(HostReturn).order_by(HostReturn.id)))


@pytest.mark.both_databases
def test_a_host_tells_how_it_went_by_the_link_without_an_account(world: World) -> None:
    occurrence = hold(world.here)
    page = link_to(world, world.here, occurrence)
    browser = world.browser()

    opened = browser.get(page)
    assert opened.headers["Cache-Control"] == "private, no-store"
    assert "Solar ovens" in opened.text
    assert "scanned at the door" not in opened.text
    answer = submit(browser, page, TYPED)
    after = browser.get(page).text

    (row,) = filed()
    assert answer.status_code == 303
    assert (row.total, row.children, row.filed_by) == (12, 7, FiledBy.LINK)
    assert "12 people: 7 under 18, 5 adults" in after
    assert "Nobody was scanned at its door." in after
    entry = db.session.scalars(
        select(JournalEntry).where(JournalEntry.action == "return_filed")
    ).one()
    assert entry.actor_label == "host of Luminara Makers"


def test_a_link_of_another_time_or_edition_or_by_guess_opens_nothing(world: World) -> None:
    occurrence = hold(world.here)
    foreign = link_to(world, world.there, hold(world.there)).rsplit("/", 1)[1]
    good = link_to(world, world.here, occurrence).rsplit("/", 1)[1]
    browser = world.browser()

    for token in (foreign, good[:-1] + ("0" if good[-1] != "0" else "1"), "1-1-abc", "x"):
        assert browser.get(f"{world.here.path}/return/{token}").status_code == 404
    assert browser.get(f"{world.there.path}/return/{good}").status_code == 404
    assert browser.get(f"{world.here.path}/return/{good}").status_code == 200


def test_a_session_that_went_to_another_host_closes_the_link_a_merged_host_keeps_it(
    world: World,
) -> None:
    occurrence = hold(world.here)
    page = link_to(world, world.here, occurrence)
    session = db.session.get_one(ProgrammeSession, occurrence.session_id)
    other = type(world.here.organization)(
        festival_id=world.here.festival.id, code="newhost", name="New host",
        sector=world.here.organization.sector, created_at=world.here.organization.created_at,
    )  # fmt: skip
    db.session.add(other)
    db.session.flush()
    session.organization_id = other.id
    db.session.commit()
    browser = world.browser()
    own = world.browser_as(Role.EXHIBITOR)

    assert browser.get(page).status_code == 404
    assert own.get(own_page(world.here, occurrence)).status_code == 404
    world.here.organization.merged_into_id = other.id
    db.session.commit()
    assert browser.get(page).status_code == 200


def test_people_of_the_organization_file_signed_in_and_nobody_else_does(world: World) -> None:
    occurrence = hold(world.here)
    page = own_page(world.here, occurrence)

    neighbour = world.browser_as(Role.EXHIBITOR, at=world.there)
    for browser in (
        neighbour,
        world.browser_as(Role.EVALUATOR),
        world.browser_as(Role.PARTNER),
    ):
        assert browser.get(page).status_code == 404
        assert browser.post(page).status_code in (400, 404)
    assert world.browser().get(page).status_code in (302, 401)
    under_there = own_page(world.there, occurrence)
    assert neighbour.get(under_there).status_code == 404
    assert filed() == []
    assert submit(world.browser_as(Role.EXHIBITOR), page, TYPED).status_code == 303

    assert [(row.total, row.filed_by) for row in filed()] == [(12, FiledBy.HOST)]


def test_an_organizer_puts_in_what_a_host_told_on_the_phone_even_late(world: World) -> None:
    occurrence = hold(world.here)
    page = own_page(world.here, occurrence)

    with time_machine.travel(LATE, tick=False):
        host = world.browser_as(Role.EXHIBITOR).get(page)
        assert "The deadline is over" in host.text
        assert 'name="total"' not in host.text
        answer = submit(
            world.browser_as(Role.ORGANIZER), page, {"total": "40", "method": "estimate"}
        )

    assert answer.status_code == 303
    assert [(row.total, row.filed_by) for row in filed()] == [(40, FiledBy.ORGANIZER)]


def test_before_the_end_there_is_no_form(world: World) -> None:
    occurrence = hold(world.here)

    with time_machine.travel(ENDED - timedelta(minutes=1), tick=False):
        page = world.browser().get(link_to(world, world.here, occurrence)).text

    assert "This has not ended yet" in page
    assert 'name="total"' not in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"children": "7"}, "Give both numbers"),
        ({}, "0 if nobody came"),
        ({"total": "12", "children": "7", "adults": "6"}, "not the sum"),
        ({"total": "-4"}, "from 0 to 100,000"),
        ({"total": "9" * 400}, "too long"),
        ({"total": "a dozen"}, "Not a valid integer value"),
        ({"total": "3", "times_held": "0"}, "held at least once"),
        ({"total": "3", "times_held": ""}, "usually it is 1"),
        ({"total": "3", "method": None}, "Say how you know the number."),
        ({"total": "3", "method": "magic"}, "Not a valid choice"),
        ({"total": "3", "went_well": "x" * 4001}, "longer than 4000"),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field_and_kept(
    world: World, typed: dict[str, str | None], sentence: str
) -> None:
    occurrence = hold(world.here)
    page = link_to(world, world.here, occurrence)

    given = {"method": "tally", "visitors_said": "Kept words."} | typed
    answer = submit(world.browser(), page, given)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Kept words." in answer.text
    assert filed() == []


def test_who_is_slower_is_shown_the_difference_and_decides(world: World) -> None:
    occurrence = hold(world.here)
    page = link_to(world, world.here, occurrence)
    browser = world.browser()

    slow = browser.get(page)
    make_return(world.here, occurrence, total=30, visitors_said="First words")
    form = {"csrf_token": slow.text.split('name="csrf_token" value="')[1].split('"')[0]}
    typed = form | {
        "version": "0", "total": "35", "method": "tally", "times_held": "1",
        "visitors_said": "Second words",
    }  # fmt: skip
    refused = browser.post(page, data=typed)
    assert refused.status_code == 409
    for words in ("Somebody else has filed", "First words", "Second words", ">30<", ">35<"):
        assert words in refused.text
    assert [row.total for row in filed()] == [30]
    again = refused.text.split('name="version"')[1].split('value="')[1].split('"')[0]
    assert browser.post(page, data=typed | {"version": again}).status_code == 303

    assert [(row.total, row.version) for row in filed()] == [(35, 2)]


def test_a_number_that_does_not_fit_is_noted_and_stays_as_it_is(world: World) -> None:
    occurrence = hold(world.here)
    let_in(make_badge(world.here, people=4), occurrence=occurrence)
    make_return(world.here, occurrence, total=500)

    host = world.browser().get(link_to(world, world.here, occurrence)).text
    listed = (
        world.browser_as(Role.EVALUATOR)
        .get(f"{world.here.path}/organize/figures/returns?show=doubtful")
        .text
    )

    for page in (host, listed):
        assert "More people than the room holds (80)." in page
        assert "Many more people than were scanned at the door (4)." in page
    assert [row.total for row in filed()] == [500]


def test_the_list_says_what_is_in_and_what_is_missing(world: World) -> None:
    path = f"{world.here.path}/organize/figures/returns"
    organizer = world.browser_as(Role.ORGANIZER)
    assert "No organization holds anything yet" in organizer.get(path).text
    hold(world.here, title="To come", starts_at=AFTERWARDS + timedelta(hours=1))
    assert "Nothing has ended yet" in organizer.get(path).text
    first = hold(world.here, title="Filed one")
    hold(world.here, title="Missing one")
    hold(world.there, title="Neighbour's")
    make_return(world.here, first, went_well="It went <b>well</b>")
    everything, missing, done = (
        organizer.get(f"{path}?show={show}").text for show in ("all", "missing", "filed")
    )

    assert "It went &lt;b&gt;well&lt;/b&gt;" in everything
    assert "Neighbour" not in everything
    assert "To come" not in everything
    assert "Missing one" in missing
    assert "Filed one" not in missing
    assert "Filed one" in done
    assert "Missing one" not in done


def test_a_neighbour_sees_and_changes_nothing(world: World) -> None:
    hold(world.here)
    path = f"{world.here.path}/organize/figures/returns"
    for browser in (
        world.browser_as(Role.ORGANIZER, at=world.there), world.browser_as(Role.EXHIBITOR),
    ):  # fmt: skip
        for address in (path, f"{path}.csv"):
            assert browser.get(address).status_code == 404
        for address in (f"{path}/ask", f"{path}/days"):
            assert browser.post(address).status_code in (400, 404)
    assert world.browser_as(Role.EVALUATOR).post(f"{path}/ask").status_code in (400, 404)
    asked = select(func.count(OutboxMessage.id)).where(OutboxMessage.kind.startswith("return_"))
    assert db.session.scalar(asked) == 0


def test_the_organizer_sets_the_deadline(world: World) -> None:
    path = f"{world.here.path}/organize/figures/returns"
    hold(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    browser.get(path)
    form = 1 if "Remind all hosts" in browser.get(path).text else 0
    assert submit(browser, path, {"days": "500"}, form=form).status_code == 422
    assert submit(browser, path, {"days": "3"}, form=form).status_code == 303
    assert "until Mon, May 17" in browser.get(path).text


def test_the_download_is_defused_and_has_each_source_in_its_own_column(world: World) -> None:
    occurrence = hold(world.here, title="=HYPERLINK(0)", is_bookable=True, capacity=9)
    make_return(world.here, occurrence, total=9, do_better="@SUM(1)")
    let_in(make_badge(world.here, people=4), occurrence=occurrence)
    db.session.commit()

    answer = world.browser_as(Role.EVALUATOR).get(f"{world.here.path}/organize/figures/returns.csv")

    (row,) = csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    assert row["title"] == "'=HYPERLINK(0)"
    assert row["do_better"] == "'@SUM(1)"
    assert (row["total"], row["booked"], row["scanned"], row["room"]) == ("9", "0", "4", "80")
    assert row["how_counted"] == "Kept a tally"


def test_the_figures_show_returns_beside_bookings_and_scans(world: World) -> None:
    make_return(world.here, hold(world.here), total=57)

    page = world.browser_as(Role.EVALUATOR).get(f"{world.here.path}/organize/figures").text

    assert "Host return: tallied by whoever held it" in page
    assert "The same activity, three sources" in page
    assert "The last return was filed or changed on 15 May 2027, 10:00 (Europe/Madrid)." in page
    assert "No host has told such a number yet." in page


def test_thirty_returns_cost_as_many_queries_as_one(world: World) -> None:
    counts = []
    for number, corner in ((1, world.here), (30, world.there)):
        held = [hold(corner, title=f"Held {each}", publish=False) for each in range(number)]
        hold(corner, title="Last")
        for each in held:
            make_return(corner, each)
        browser = world.browser_as(Role.ORGANIZER, at=corner)
        path = f"{corner.path}/organize/figures/returns"
        browser.get(path)
        with count_queries() as seen:
            assert browser.get(path).status_code == 200
        counts.append(seen.count)

    assert counts[0] == counts[1] <= 14


@pytest.mark.parametrize("language", ["ar", "zh", "fr", "ru", "es"])
def test_the_pages_stand_in_every_language(world: World, language: str) -> None:
    occurrence = hold(world.here)
    make_return(world.here, occurrence, total=500)
    here = world.here.path.replace("/en/", f"/{language}/")
    browser = world.browser_as(Role.ORGANIZER)

    assert browser.get(f"{here}/organize/figures/returns").status_code == 200
    assert browser.get(f"{here}/exhibitor/returns/{occurrence.uid}").status_code == 200


def test_a_second_edition_asks_about_its_own_times_only(world: World) -> None:
    """The same organization holds something last year and this year."""
    now: datetime = AFTERWARDS
    occurrence = hold(world.here)
    last = type(world.here.edition)(
        festival_id=world.here.festival.id, slug="2026", title="Last year",
        starts_on=world.here.edition.starts_on - timedelta(days=364),
        ends_on=world.here.edition.ends_on - timedelta(days=364),
        time_zone="Europe/Madrid", languages=["en"], state=world.here.edition.state,
        created_at=world.here.edition.created_at,
    )  # fmt: skip
    db.session.add(last)
    db.session.commit()
    path = f"/en/{world.here.festival.slug}/2026"

    own = world.browser_as(Role.EXHIBITOR)
    assert own.get(f"{path}/exhibitor/returns/{occurrence.uid}").status_code == 404
    token = link_to(world, world.here, occurrence).rsplit("/", 1)[1]
    assert world.browser().get(f"{path}/return/{token}").status_code == 404
    file_return(
        world.here.edition, time_of(world.here, occurrence), told(), version=0,
        by=FiledBy.HOST, actor=SYSTEM, now=now,
    )  # fmt: skip
    db.session.commit()

    assert [row.edition_id for row in filed()] == [world.here.edition.id]
