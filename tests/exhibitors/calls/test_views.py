"""The editor of calls, and personal links."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from festival.exhibitors.calls import links
from festival.exhibitors.calls.models import CallLink
from festival.exhibitors.calls.queries import find_call
from festival.exhibitors.calls.states import CallKind
from festival.exhibitors.models import Application
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.models import OutboxMessage
from festival.shared.access import Role
from festival.shared.clock import utc_now
from festival.shared.journal import SYSTEM
from tests.exhibitors.reading import press, text_of
from tests.factories.calls import make_question, make_stand_class
from tests.factories.exhibitors import make_application
from tests.factories.world import NOW, World
from tests.forms import submit

pytestmark = pytest.mark.usefixtures("open_call")
FUTURE = datetime(2099, 1, 1, tzinfo=UTC)
NAUGHTY = '<script>alert(1)</script>\u202e"\'&{{7*7}}=HYPERLINK("x")'


def calls(world: World, page: str = "") -> str:
    return f"{world.here.path}/organize/calls/exhibitors{page}"


def mailed(kind: str, word: str) -> str:
    """The address in the last mail of a kind that holds ``word``."""
    mail = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id.desc())
    ).first()
    assert mail is not None
    found = re.search(rf"http://localhost(\S*{word}\S*)", mail.body_text)
    assert found is not None
    return found[1]


# Organizers


def test_a_call_is_made_and_changed_from_its_page(world: World) -> None:
    organizer = world.browser_as(Role.ORGANIZER)
    address = f"{world.here.path}/organize/calls/activities"
    assert "There is no such call yet" in text_of(organizer, f"{world.here.path}/organize/calls")
    values = {
        "opens": "2027-01-01T09:00", "closes": "2099-02-01T18:00", "title_en": "Do something",
        "text_ar": "نص", "most_applications": "30", "papers_wanted": ["insurance"],
    }  # fmt: skip
    assert submit(organizer, address, values).status_code == 303
    call = find_call(world.here.edition, kind=CallKind.ACTIVITIES)
    assert call is not None
    assert call.opens_at == datetime(2027, 1, 1, 8, tzinfo=UTC)
    assert (call.most_applications, call.papers_wanted) == (30, ["insurance"])
    page = text_of(organizer, address)
    assert 'value="2027-01-01T09:00"' in page
    assert "Do something" in text_of(
        world.browser(), f"{world.here.path}/exhibitors/apply?call=activities"
    )
    wrong = submit(organizer, address, {"closes": "2026-01-01T09:00", "most_passes": ""})
    assert wrong.status_code == 422
    assert submit(organizer, address, {"closes": "2026-01-01T09:00"}).status_code == 422


def test_the_second_editor_of_a_call_keeps_the_words(world: World) -> None:
    first, second = world.browser_as(Role.ORGANIZER), world.browser_as(Role.ORGANIZER)
    page = text_of(second, calls(world))
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    version = re.search(r'name="version"[^>]*value="([^"]+)"', page)
    assert token is not None
    assert version is not None
    submit(first, calls(world), {"title_en": "First"})
    typed = {
        "csrf_token": token[1], "version": version[1], "title_en": "Second",
        "most_exhibits": "5", "most_offers": "5", "most_passes": "5",
    }  # fmt: skip
    answer = second.post(calls(world), data=typed)
    assert answer.status_code == 409
    assert 'value="Second"' in answer.text
    db.session.expire_all()
    assert world.here.call.texts["en"]["title"] == "First"


def test_questions_are_written_moved_and_removed_by_buttons(world: World) -> None:
    organizer = world.browser_as(Role.ORGANIZER)
    new = calls(world, "/questions/new")
    values = {"kind": "choice", "label_en": "Classes?", "options-0-text_en": "Yes"}
    page = submit(organizer, new, values | {"add": "1"})
    assert 'name="options-2-text_en"' in page.text
    assert 'value="Classes?"' in page.text
    refused = submit(organizer, new, values)
    assert refused.status_code == 422
    assert "two answers at least" in refused.text
    assert submit(organizer, new, values | {"options-1-text_en": "No"}).status_code == 303
    first = world.here.call.questions[0]
    condition = f"{first.code}:{first.options[0]['value']}"
    values = {"kind": "number", "label_en": "How many?", "shown_if": condition}
    assert submit(organizer, new, values).status_code == 303
    db.session.expire_all()
    second = world.here.call.questions[1]
    assert "Only if “Classes?” is: Yes" in text_of(organizer, calls(world))
    move = calls(world, f"/questions/{second.code}/move")
    assert press(organizer, move, of=calls(world), direction="up").status_code == 409
    remove = calls(world, f"/questions/{first.code}/remove")
    assert press(organizer, remove, of=calls(world)).status_code == 409
    preview = text_of(organizer, calls(world, "/preview"))
    assert "How many?" in preview
    edit = calls(world, f"/questions/{second.code}")
    assert submit(organizer, edit, {"shown_if": "", "required": "y"}).status_code == 303
    assert press(organizer, move, of=calls(world), direction="up").status_code == 303
    assert press(organizer, remove, of=calls(world)).status_code == 303
    db.session.expire_all()
    assert [each.code for each in world.here.call.questions] == [second.code]
    assert submit(organizer, edit, {"kind": "poem"}).status_code == 422


def test_kinds_of_stand_are_kept_by_form(world: World) -> None:
    organizer = world.browser_as(Role.ORGANIZER)
    assert submit(organizer, calls(world, "/stands/new")).status_code == 422
    values = {"name_en": "Tent", "area_m2": "9", "price": "120 €", "quota": "3"}
    assert submit(organizer, calls(world, "/stands/new"), values).status_code == 303
    row = world.here.call.stand_classes[0]
    page = calls(world, f"/stands/{row.code}")
    assert submit(organizer, page, {"area_m2": "12"}).status_code == 303
    db.session.expire_all()
    assert (row.names, row.area_m2, row.price, row.quota) == ({"en": "Tent"}, 12, "120 €", 3)
    assert "Tent · 12 m² · 120 €" in text_of(organizer, calls(world, "/preview"))
    assert press(organizer, f"{page}/remove", of=calls(world)).status_code == 303
    assert organizer.get(page).status_code == 404
    assert press(organizer, f"{page}/remove", of=calls(world)).status_code == 404


def test_the_neighbour_gets_nowhere(world: World) -> None:
    question = make_question(world.here)
    stand = make_stand_class(world.here)
    link = links.make_late_link(
        world.here.call, organization=None, email="a@b.example", language="en",
        expires_at=FUTURE, now=NOW, actor=SYSTEM,
    )  # fmt: skip
    db.session.commit()
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    own = f"{world.there.path}/organize/calls/exhibitors"
    pages = (f"/questions/{question.code}", f"/stands/{stand.code}")
    buttons = (
        f"/questions/{question.code}/move", f"/questions/{question.code}/remove",
        f"/stands/{stand.code}/remove", f"/links/{link.code}/revoke",
    )  # fmt: skip
    for page in ("", "/preview", "/links", "/invite", *pages):
        assert neighbour.get(calls(world, page)).status_code == 404
    for page in pages:
        assert neighbour.get(f"{own}{page}").status_code == 404
    for button in buttons:
        assert press(neighbour, f"{own}{button}", of=own).status_code == 404
        assert press(neighbour, calls(world, button), of=own).status_code == 404
    db.session.expire_all()
    assert (len(world.here.call.questions), link.revoked_at) == (1, None)
    assert neighbour.get(f"{world.there.path}/organize/calls/poems").status_code == 404


# Personal links


def test_a_late_link_is_mailed_and_opens_one_application(world: World) -> None:
    world.here.call.closes_at = NOW - timedelta(days=900)
    db.session.commit()
    organizer = world.browser_as(Role.ORGANIZER)
    values = {"email": "late@example.org", "until": "2098-01-01T12:00", "language": "en"}
    assert submit(organizer, calls(world, "/links"), {"email": "x"}).status_code == 422
    assert submit(organizer, calls(world, "/links"), values | {"until": ""}).status_code == 422
    assert submit(organizer, calls(world, "/links"), values).status_code == 303
    address = mailed("call_late", "invitation")
    browser = world.browser()
    page = text_of(browser, address)
    assert "Hand it in before" in page
    assert db.session.scalars(select(Application)).all() == [], "looking makes nothing"
    assert submit(browser, address).status_code == 422
    answer = submit(browser, address, {"organization_name": "Latecomers"})
    assert answer.status_code == 303
    assert "Latecomers" in text_of(browser, answer.location)
    assert browser.get(address).location == answer.location
    assert "Used" in text_of(organizer, calls(world, "/links"))
    assert browser.get(address.replace(world.here.path, world.there.path)).status_code == 404
    assert text_of(browser, f"{world.here.path}/exhibitors/apply").count("organization_name") == 0


def test_a_link_that_was_taken_back_says_so(world: World) -> None:
    organizer = world.browser_as(Role.ORGANIZER)
    values = {"email": "late@example.org", "until": "2098-01-01T12:00", "language": "fr"}
    submit(organizer, calls(world, "/links"), values)
    link = db.session.scalars(select(CallLink)).one()
    revoke = calls(world, f"/links/{link.code}/revoke")
    assert press(organizer, revoke, of=calls(world, "/links")).status_code == 303
    assert press(organizer, calls(world, "/links/x/revoke"), of=calls(world)).status_code == 404
    assert "Taken back" in text_of(organizer, calls(world, "/links"))
    assert world.browser().get(mailed("call_late", "invitation")).status_code == 404


def test_earlier_exhibitors_are_invited_by_their_boxes(world: World) -> None:
    old, _ = make_application(world.here, state=ApplicationState.ACCEPTED)
    old.edition_id = _another_edition(world)
    db.session.commit()
    organizer = world.browser_as(Role.ORGANIZER)
    page = calls(world, "/invite")
    assert "Paper Workshop" in text_of(organizer, page)
    stranger = world.there.organization.code
    chosen = {"organization": [old.organization.code, stranger]}
    answer = submit(organizer, page, chosen, follow=True)
    assert "1 invitations" in answer.text
    assert "Invited" in answer.text
    address = mailed("call_invited", "invitation")
    browser = world.browser()
    shown = text_of(browser, address)
    assert "what you told us last time" in shown
    assert old.exhibits[0].title not in shown
    answer = submit(browser, address)
    assert answer.status_code == 303
    row = db.session.scalars(
        select(Application).where(Application.edition_id == world.here.edition.id)
    ).one()
    assert [each.title for each in row.exhibits] == [each.title for each in old.exhibits]
    assert "Nobody to invite" in text_of(organizer, page)


def _another_edition(world: World) -> int:
    edition = Edition(
        festival=world.here.festival, slug="2026", title="Luminara Learns 2026",
        starts_on=NOW.date() - timedelta(days=300), ends_on=NOW.date() - timedelta(days=299),
        time_zone="Europe/Madrid", languages=["en"], created_at=NOW,
    )  # fmt: skip
    db.session.add(edition)
    db.session.flush()
    return edition.id


def test_an_invited_one_who_comes_too_early_is_told_when(world: World) -> None:
    old, _ = make_application(world.here, state=ApplicationState.ACCEPTED)
    old.edition_id = _another_edition(world)
    world.here.call.opens_at = FUTURE
    world.here.call.closes_at = FUTURE + timedelta(days=9)
    made = links.invite_again(world.here.call, [old.organization], now=utc_now(), actor=SYSTEM)
    db.session.commit()
    assert len(made) == 1
    page = text_of(world.browser(), mailed("call_invited", "invitation"))
    assert "Keep the link and come back then" in page
    assert "Begin with what we told" not in page


def test_a_closed_call_says_when_it_opens_again(world: World) -> None:
    call = world.here.call
    call.closes_at = datetime(2021, 1, 1, tzinfo=UTC)
    call.reopens_at = FUTURE
    call.texts = {"fr": {"title": "Montrez", "text": "Bonjour\nencore"}}
    db.session.commit()
    page = text_of(world.browser(), f"{world.here.path}/exhibitors/apply")
    assert "It opens again on January 1, 2099" in page
    assert "Montrez" in page, "the next language that has the words"
    assert "organization_name" not in page
