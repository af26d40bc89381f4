"""An exhibitor's calendar: made, shown again, made anew, revoked; what is in it; nobody else's."""

from __future__ import annotations

import re
from datetime import time, timedelta

import icalendar
import pytest
from flask.testing import FlaskClient

from festival.accounts.models import Person
from festival.exhibitors.actions import withdraw
from festival.exhibitors.models import Application
from festival.exhibitors.reviewing.actions import release_round
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.places import set_opening_hours
from festival.festivals.states import EditionState
from festival.portal.calendar import actions, queries
from festival.portal.slots import actions as slots
from festival.portal.slots.actions import GateValues, Load, SlotValues
from festival.portal.slots.queries import find_booking
from festival.portal.slots.states import SlotKind
from festival.programme.actions import publish_programme
from festival.shared.journal import SYSTEM
from tests.factories.portal import make_exhibitor, make_gate, make_slots
from tests.factories.programme import make_session
from tests.factories.reviewing import make_round
from tests.factories.stands import give, make_plan, stand_called
from tests.factories.world import FIRST_DAY, NOW, Corner, World
from tests.feeds.ical_js import events_in_ical_js
from tests.forms import submit

EVIL = "a\r\nEND:VEVENT\r\nX-EVIL:1;semi,com\\ma\u2028b"


def page_of(corner: Corner, row: Application) -> str:
    return f"{corner.path}/exhibitor/{row.code}/calendar"


def address_of(browser: FlaskClient, page: str) -> str:
    found = re.search(r"http://localhost(/feeds/exhibitor/[\w-]+\.ics)", browser.get(page).text)
    return found[1] if found else ""


def made_by(world: World, row: Application, speaker: Person) -> str:
    browser = world.browser(speaker)
    submit(browser, page_of(world.here, row))
    return address_of(browser, page_of(world.here, row))


def events(body: bytes) -> dict[str, icalendar.Event]:
    """By title, read without a fault."""
    found = icalendar.Calendar.from_ical(body).walk("VEVENT")
    assert all(not each.errors for each in found)
    return {str(each["SUMMARY"]): each for each in found}


def busy(world: World, name: str = "Paper Workshop") -> tuple[Application, Person]:
    """An exhibitor with a slot, an activity, and a stand in a venue with hours."""
    corner = world.here
    row, speaker = make_exhibitor(corner, name)
    slot = make_slots(corner, make_gate(corner, f"Gate of {name}", address="2 Harbour Street"))[0]
    slots.book_slot(row, slot, Load(), actor=SYSTEM, now=NOW)
    session = make_session(corner.edition, title=f"Bind with {name}", space=corner.space)
    session.organization_id = row.organization_id
    publish_programme(corner.edition, actor=SYSTEM, now=NOW)
    hours = {FIRST_DAY: [(time(9), time(13)), (time(14), time(18))]}
    set_opening_hours(corner.venue, hours, actor=SYSTEM, now=NOW)
    plan = make_plan(corner, name=f"Hall of {name}", venue_id=corner.venue.id)
    give(stand_called(plan, "A2"), row)
    return row, speaker


def test_made_shown_again_made_anew_and_revoked(world: World) -> None:
    row, speaker = make_exhibitor(world.here)
    browser, page = world.browser(speaker), page_of(world.here, row)
    assert address_of(browser, page) == ""
    submit(browser, page)
    first = address_of(browser, page)
    assert browser.get(first).status_code == 200
    assert address_of(browser, page) == first

    submit(browser, page)
    second = address_of(browser, page)
    assert second not in ("", first)
    assert [browser.get(each).status_code for each in (first, second)] == [410, 200]
    submit(browser, page, form=1)
    assert address_of(browser, page) == ""
    assert browser.get(second).status_code == 410
    assert browser.get("/feeds/exhibitor/" + "x" * 32 + ".ics").status_code == 404
    actions.revoke_feed(row, actor=SYSTEM, now=NOW)  # nothing to revoke


def test_what_is_in_it(world: World) -> None:
    row, speaker = busy(world)
    address = made_by(world, row, speaker)
    answer = world.browser().get(address)
    found = events(answer.data)

    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert set(found) == {
        "Set-up: Paper Workshop", "Bind with Paper Workshop", "Stand A2 is open",
    }  # fmt: skip
    slot = found["Set-up: Paper Workshop"]
    assert "2 Harbour Street" in slot["LOCATION"]
    assert slot["DTSTART"].dt.isoformat() == "2027-05-13T08:00:00+02:00"
    assert f"/exhibitor/{row.code}/day" in slot["URL"]
    assert "/programme/" in found["Bind with Paper Workshop"]["URL"]
    assert len(icalendar.Calendar.from_ical(answer.data).walk("VEVENT")) == 4  # two spans of hours


def test_ical_js_reads_the_same(world: World) -> None:
    row, speaker = busy(world)
    body = world.browser().get(made_by(world, row, speaker)).data
    own = icalendar.Calendar.from_ical(body).walk("VEVENT")
    theirs = events_in_ical_js(body)

    assert sorted(each["uid"] for each in theirs) == sorted(str(each["UID"]) for each in own)
    assert {each["minutes"] for each in theirs if "Stand" in each["title"]} == {240}


def test_unchanged_is_304_and_changed_is_not(world: World) -> None:
    row, speaker = busy(world)
    browser, address = world.browser(), made_by(world, row, speaker)
    first = browser.get(address)
    same = browser.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    slots.cancel_slot(row, SlotKind.SET_UP, actor=SYSTEM, now=NOW)
    db.session.commit()
    changed = browser.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert changed.status_code == 200
    assert str(events(changed.data)["Set-up: Paper Workshop"]["STATUS"]) == "CANCELLED"


def test_every_change_raises_the_sequence_and_keeps_the_uid(world: World) -> None:
    row, speaker = busy(world)
    address, browser = made_by(world, row, speaker), world.browser()
    booking = find_booking(row.id, SlotKind.SET_UP)
    assert booking is not None and booking.slot is not None
    slot, gate = booking.slot, booking.slot.gate
    values = SlotValues(
        gate, slot.starts_at - timedelta(hours=1), slot.minutes, slot.vehicles, slot.longest_cm
    )
    other = make_slots(world.here, make_gate(world.here, "Another gate"))[2]
    changes = [
        lambda: slots.change_slot(slot, values, version=slot.version, actor=SYSTEM, now=NOW),
        lambda: slots.change_gate(gate, GateValues("Renamed"), actor=SYSTEM, now=NOW),
        lambda: slots.book_slot(row, other, Load(), actor=SYSTEM, now=NOW),
        lambda: slots.cancel_slot(row, SlotKind.SET_UP, actor=SYSTEM, now=NOW),
    ]
    seen = [events(browser.get(address).data)["Set-up: Paper Workshop"]]
    for change in changes:
        change()
        db.session.commit()
        seen.append(events(browser.get(address).data)["Set-up: Paper Workshop"])

    assert [int(each["SEQUENCE"]) for each in seen] == [0, 1, 2, 3, 4]
    assert len({str(each["UID"]) for each in seen}) == 1


def test_new_hours_raise_the_sequence_of_the_stands_hours(world: World) -> None:
    row, speaker = busy(world)
    address, browser = made_by(world, row, speaker), world.browser()
    before = events(browser.get(address).data)["Stand A2 is open"]
    set_opening_hours(
        world.here.venue, {FIRST_DAY: [(time(10), time(12))]}, actor=SYSTEM,
        now=NOW + timedelta(days=2),
    )  # fmt: skip
    db.session.commit()
    after = events(browser.get(address).data)["Stand A2 is open"]

    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["LAST-MODIFIED"].dt == NOW + timedelta(days=2)


def test_a_slot_given_back_leaves_when_its_day_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, speaker = busy(world)
    address = made_by(world, row, speaker)
    slots.cancel_slot(row, SlotKind.SET_UP, actor=SYSTEM, now=NOW)
    db.session.commit()
    after = make_slots(world.here, make_gate(world.here))[0].starts_at + timedelta(days=1)
    monkeypatch.setattr("festival.portal.views.own_calendar.utc_now", lambda: after)
    assert "Set-up: Paper Workshop" not in events(world.browser().get(address).data)


def test_hostile_words_never_break_a_line(world: World) -> None:
    row, speaker = busy(world)
    row.organization.name = EVIL
    booking = find_booking(row.id, SlotKind.SET_UP)
    assert booking is not None and booking.slot is not None
    booking.slot.gate.name = booking.slot.gate.note = EVIL
    db.session.commit()
    body = world.browser().get(made_by(world, row, speaker)).data

    assert len(icalendar.Calendar.from_ical(body).walk("VEVENT")) == 4
    assert not any(line.startswith(b"X-EVIL") for line in body.split(b"\r\n"))
    assert body.count(b"\n") == body.count(b"\r\n")


def test_who_left_and_a_draft_edition_show_nothing(world: World) -> None:
    row, speaker = busy(world)
    address = made_by(world, row, speaker)
    world.here.edition.state = EditionState.DRAFT
    db.session.commit()
    assert world.browser().get(address).status_code == 404
    world.here.edition.state = EditionState.PUBLIC
    withdraw(row, now=NOW)
    db.session.commit()
    assert world.browser().get(address).status_code == 410


def test_two_exhibitors_never_share_a_calendar(world: World) -> None:
    row, speaker = busy(world)
    other, stranger = busy(world, "Knots")
    address = made_by(world, row, speaker)
    titles = events(world.browser().get(address).data)
    assert not [title for title in titles if "Knots" in title]

    browser = world.browser(stranger)
    assert browser.get(page_of(world.here, row)).status_code == 404
    assert browser.get(page_of(world.there, other)).status_code == 404
    own = browser.get(page_of(world.here, other)).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', own)
    assert token
    for what in ("make", "revoke"):
        page = f"{page_of(world.here, row)}/{what}"
        assert browser.post(page, data={"csrf_token": token[1]}).status_code == 404
    assert world.browser().get(address).status_code == 200


def test_another_secret_of_the_installation_says_so_and_the_address_still_works(
    world: World,
) -> None:
    row, speaker = make_exhibitor(world.here)
    token = actions.make_feed(row, secret="an earlier one", actor=SYSTEM, now=NOW)
    db.session.commit()
    page = world.browser(speaker).get(page_of(world.here, row))

    assert "it can no longer be shown" in page.text
    assert world.browser().get(f"/feeds/exhibitor/{token}.ics").status_code == 200
    assert queries.count_revoked(row.id) == 0


def test_a_stand_without_a_venue_has_no_hours(world: World) -> None:
    row, speaker = make_exhibitor(world.here)
    assert queries.hours_at_stand(row.id) is None
    give(stand_called(make_plan(world.here), "A1"), row)
    assert queries.hours_at_stand(row.id) is None
    assert events(world.browser().get(made_by(world, row, speaker)).data) == {}


def test_who_is_accepted_again_sees_it_in_no_calendar_before_the_mail(world: World) -> None:
    row, speaker = make_exhibitor(world.here)
    address = made_by(world, row, speaker)
    browser = world.browser()
    release_round(make_round(world.here, [(row, ApplicationState.DECLINED)]), now=NOW, actor=SYSTEM)
    again = make_round(world.here, [(row, ApplicationState.ACCEPTED)], hold=None)
    db.session.commit()
    before = browser.get(address).status_code
    release_round(again, now=NOW, actor=SYSTEM)
    db.session.commit()

    assert (before, browser.get(address).status_code) == (410, 200)
