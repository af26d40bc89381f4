"""What applicants see and do, from the call to handing in."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select

from festival.exhibitors.actions import accept_application
from festival.exhibitors.models import Application
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared.journal import SYSTEM
from tests.exhibitors.reading import address_of, press, text_of
from tests.factories.exhibitors import fill, make_application, make_draft
from tests.factories.world import NOW, World
from tests.forms import submit

pytestmark = pytest.mark.usefixtures("open_call")

S = ApplicationState


# The call


@pytest.mark.parametrize(
    ("opens", "closes", "words"),
    [
        (None, None, "not announced yet"),
        (datetime(2099, 1, 1, tzinfo=UTC), None, "not open yet"),
        (datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 2, 1, tzinfo=UTC), "call is closed"),
        (datetime(2020, 1, 1, tzinfo=UTC), None, "call is open"),
    ],
)
def test_the_page_says_where_the_call_stands(
    world: World, opens: datetime | None, closes: datetime | None, words: str
) -> None:
    world.here.call.opens_at = opens
    world.here.call.closes_at = closes
    db.session.commit()
    page = text_of(world.browser(), f"{world.here.path}/exhibitors/apply")
    assert words in page
    assert ('name="organization_name"' in page) is (words == "call is open")


@pytest.mark.parametrize(
    "values",
    [
        {"organization_name": ""},
        {"email": ""},
        {"email": "a@b.example,c@d.example"},
        {"email": "nobody"},
        {"organization_name": "x" * 201},
        {"key": "short"},
    ],
)
def test_the_first_page_refuses_and_keeps_what_was_typed(
    world: World, values: dict[str, str]
) -> None:
    typed = {"organization_name": "Paper", "email": "nour@paper.example"} | values
    answer = submit(world.browser(), f"{world.here.path}/exhibitors/apply", typed)
    assert answer.status_code == 422
    assert typed["email"] in answer.text
    assert db.session.scalar(select(func.count(Application.id))) == 0


def test_who_needs_nothing_says_so_by_saving_the_page_as_it_stands(world: World) -> None:
    row, token = make_draft(world.here)
    browser, own = world.browser(), address_of(world, token)
    assert "even if it is nothing" in text_of(browser, f"{own}/check")
    for version in (row.version + 1, row.version + 1):
        assert submit(browser, f"{own}/needs").location == f"{own}/check"
        db.session.refresh(row)
        assert row.version == version, "told once; the same again changes nothing"
    assert "even if it is nothing" not in text_of(browser, f"{own}/check")


# From the first field to the catalogue, as a person does it


@pytest.mark.both_databases
def test_an_application_goes_the_whole_way(world: World) -> None:
    browser = world.browser()
    start = {"organization_name": "Paper Workshop", "email": "nour@paper.example"}
    answer = submit(browser, f"{world.here.path}/exhibitors/apply", start)
    assert answer.status_code == 303
    page = text_of(browser, answer.location)
    assert "We have mailed you the link" in page
    assert f"http://localhost{answer.location}" in page
    own = answer.location

    other_device = world.browser()
    answer = submit(
        other_device,
        f"{own}/organization",
        {
            "sector": "library", "about": "We bind books.\nAnd more.", "contact_name": "Nour",
        },
    )  # fmt: skip
    assert answer.location == f"{own}/plan"
    plan = {"brings": ["exhibits", "activities"], "space": "more"}
    assert submit(other_device, answer.location, plan).location == f"{own}/exhibits"
    more = {"languages": "English, العربية", "website": "https://paper.example"}
    assert submit(other_device, f"{own}/profile", more).location == f"{own}/check"
    answer = submit(
        other_device,
        f"{own}/exhibits",
        {"exhibits-0-title": "Evening course", "exhibits-0-kind": "course"},
    )
    assert answer.location == f"{own}/activities"
    answer = submit(
        other_device,
        answer.location,
        {"offers-0-title": "Bind your own notebook", "offers-0-languages": "fr"},
    )
    assert answer.location == f"{own}/needs"
    answer = submit(other_device, answer.location, {"tables": "2", "noise": "some"})
    assert answer.location == f"{own}/check"
    page = text_of(other_device, answer.location)
    assert "Still missing" not in page
    assert "Bind your own notebook" in page
    answer = submit(other_device, answer.location)
    assert answer.location == own
    assert "Your application is handed in." in text_of(browser, own)

    row = db.session.scalars(select(Application)).one()
    accept_application(row, text="Welcome!", now=NOW, actor=SYSTEM)
    db.session.commit()
    catalogue = text_of(browser, f"{world.here.path}/exhibitors")
    assert "Paper Workshop" in catalogue
    page = text_of(browser, f"{world.here.path}/exhibitors/{row.organization.code}")
    for words in ("We bind books.", "Evening course", "Bind your own notebook", "English, Arabic"):
        assert words in page
    for secret in ("nour@paper.example", "Nour<", row.code):
        assert secret not in page
    assert "Welcome!" in text_of(browser, own)
    kinds = db.session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)).all()
    assert kinds == ["application_resume", "application_received", "application_accepted"]


def test_rows_are_added_and_removed_without_losing_a_word(world: World) -> None:
    row, token = make_draft(world.here)
    browser = world.browser()
    address = address_of(world, token, "/exhibits")

    page = submit(browser, address, {"exhibits-0-title": "One", "add": "1"})
    assert page.status_code == 200
    assert 'value="One"' in page.text
    assert 'name="exhibits-1-title"' in page.text
    values = {"exhibits-0-title": "One", "exhibits-1-title": "Two", "exhibits-2-title": "Three"}
    values |= {"exhibits-1-kind": "course", "exhibits-2-kind": "material"}
    page = submit(browser, address, values | {"remove": "1"})
    assert 'value="One"' in page.text
    assert 'value="Three"' in page.text
    assert 'value="Two"' not in page.text
    assert row.exhibits == [], "nothing is saved before saving"
    for nonsense in ("99", "-1", "x"):
        assert submit(browser, address, {"remove": nonsense}).status_code == 200

    submit(browser, address, values | {"exhibits-1-title": ""})
    db.session.expire_all()
    assert [each.title for each in row.exhibits] == ["One", "Three"]


def test_no_more_rows_than_allowed(world: World) -> None:
    _, token = make_draft(world.here)
    values = {f"offers-{number}-title": f"A{number}" for number in range(10)}
    page = submit(world.browser(), address_of(world, token, "/activities"), values | {"add": "1"})
    assert 'name="offers-9-title"' in page.text
    assert 'name="offers-10-title"' not in page.text
    assert 'name="add"' not in page.text


@pytest.mark.parametrize(
    ("page", "values", "words"),
    [
        ("/profile", {"languages": "English, Moonspeak"}, "Moonspeak"),
        ("/profile", {"website": "javascript:alert(1)"}, "https://"),
        ("/profile", {"contact_email": "a@b.example;c@d.example"}, "one e-mail address"),
        ("/profile", {"name": ""}, "Give the name"),
        ("/exhibits", {"exhibits-0-description": "What?"}, "Give it a name"),
        ("/needs", {"tables": "1000"}, "from 0 to 100"),
        ("/needs", {"tables": "9" * 400}, "too long"),
        ("/activities", {"offers-0-title": "A", "offers-0-capacity": "0"}, "from 1 to"),
        (
            "/activities",
            {"offers-0-title": "A", "offers-0-age_min": "9", "offers-0-age_max": "8"},
            "below the lower",
        ),
        ("/activities", {"offers-0-bring": "Pens"}, "Give it a name"),
    ],
)
def test_what_is_refused_is_told_beside_its_field(
    world: World, page: str, values: dict[str, str], words: str
) -> None:
    row, token = make_draft(world.here)
    answer = submit(world.browser(), address_of(world, token, page), values)
    assert answer.status_code == 422
    assert words in answer.text
    db.session.expire_all()
    assert row.version == 1


def test_a_logo_is_made_anew_and_a_fake_one_refused(world: World) -> None:
    row, token = make_draft(world.here)
    address = address_of(world, token, "/profile")
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "#5b2bd0").save(picture, "PNG")
    picture.seek(0)

    assert submit(world.browser(), address, {"logo": (picture, "l.png")}).status_code == 303
    db.session.expire_all()
    assert row.organization.logo is not None
    name = row.organization.logo.file_name.rpartition("/")[2]
    assert name in text_of(world.browser(), address)
    with world.browser().get(f"/media/{name}") as served:
        assert served.status_code == 200

    fake = (io.BytesIO(b"<svg onload=alert(1)>"), "l.png")
    answer = submit(world.browser(), address, {"logo": fake})
    assert answer.status_code == 422
    assert "not a PNG" in answer.text


def test_saving_for_later_leads_back_to_the_overview(world: World) -> None:
    row, token = make_draft(world.here)
    answer = submit(
        world.browser(), address_of(world, token, "/needs"), {"chairs": "4", "later": "1"}
    )
    assert answer.location == address_of(world, token)
    db.session.expire_all()
    assert row.needs["chairs"] == 4


def test_the_second_of_two_editors_sees_the_difference_and_decides(world: World) -> None:
    row, token = make_draft(world.here)
    address = address_of(world, token, "/organization")
    first, second = world.browser(), world.browser()
    token_of_second = second.get(address).text
    fields = dict(re.findall(r'name="(csrf_token|version)"[^>]*value="([^"]*)"', token_of_second))
    typed = {
        "name": "Paper Workshop", "sector": "other", "about": "Second", "languages": "English",
        "contact_email": "nour@paper.example",
    }  # fmt: skip
    submit(first, address, {"about": "First"})

    answer = second.post(address, data=fields | typed)

    assert answer.status_code == 409
    table = answer.text.split("<tbody")[1].split("</tbody")[0]
    assert re.search(r"About the organization.*First.*Second", table, re.DOTALL)
    assert "Second</textarea>" in answer.text
    db.session.expire_all()
    assert row.organization.about == "First"

    fields = dict(re.findall(r'name="(csrf_token|version)"[^>]*value="([^"]*)"', answer.text))
    assert second.post(address, data=fields | typed).status_code == 303
    db.session.expire_all()
    assert row.organization.about == "Second"


def test_two_editors_of_rows_see_them_side_by_side(world: World) -> None:
    row, token = make_draft(world.here)
    address = address_of(world, token, "/activities")
    page = world.browser().get(address)
    submit(world.browser(), address, {"offers-0-title": "Clay"})
    browser = world.browser()
    browser.get(address)
    answer = submit(browser, address, {"offers-0-title": "Ink", "version": "1"})
    assert page.status_code == 200
    assert answer.status_code == 409
    assert "Clay" in answer.text
    db.session.expire_all()
    assert [each.title for each in row.offers] == ["Clay"]


@pytest.mark.parametrize("version", ["", "x", "9" * 40, "-1"])
def test_a_version_of_nonsense_is_old(world: World, version: str) -> None:
    _, token = make_draft(world.here)
    answer = submit(
        world.browser(), address_of(world, token, "/needs"), {"tables": "1", "version": version}
    )
    assert answer.status_code == 409


# Handing in, taking back, withdrawing


def test_what_is_missing_is_named_with_a_way_to_it(world: World) -> None:
    _, token = make_draft(world.here)
    browser = world.browser()
    page = text_of(browser, address_of(world, token, "/check"))
    assert "Say what you need" in page
    assert address_of(world, token, "/plan") in page
    answer = press(
        browser, address_of(world, token, "/check"), of=f"{world.here.path}/register", version="1"
    )
    assert answer.status_code == 422
    assert "Still missing" in answer.text


def test_handing_in_twice_is_harmless_and_a_stale_one_shows_the_latest(world: World) -> None:
    row, token = make_draft(world.here)
    fill(row)
    check = address_of(world, token, "/check")
    browser = world.browser()
    page = browser.get(check).text
    fields = dict(re.findall(r'name="(csrf_token|version)"[^>]*value="([^"]*)"', page))
    submit(world.browser(), address_of(world, token, "/needs"), {"tables": "7"})

    answer = browser.post(check, data=fields)
    assert answer.status_code == 409
    assert "Nothing was handed in" in answer.text
    fields = dict(re.findall(r'name="(csrf_token|version)"[^>]*value="([^"]*)"', answer.text))
    assert [browser.post(check, data=fields).status_code for _ in range(2)] == [303, 303]
    db.session.expire_all()
    assert row.state == S.SUBMITTED


def test_what_was_handed_in_is_read_not_written_until_taken_back(world: World) -> None:
    row, token = make_application(world.here)
    browser = world.browser()
    own = address_of(world, token)
    assert browser.get(f"{own}/needs").location == own

    submit(browser, own)
    db.session.expire_all()
    assert row.state == S.DRAFT
    assert text_of(browser, f"{own}/needs")


def test_withdrawing_asks_once(world: World) -> None:
    row, token = make_application(world.here, state=S.ACCEPTED)
    browser = world.browser()
    assert "Paper Workshop" in text_of(browser, f"{world.here.path}/exhibitors")
    text_of(browser, address_of(world, token, "/withdraw"))
    assert row.state == S.ACCEPTED

    submit(browser, address_of(world, token, "/withdraw"))

    db.session.expire_all()
    assert row.state == S.WITHDRAWN
    assert "Paper Workshop" not in text_of(browser, f"{world.here.path}/exhibitors")
    assert "You have withdrawn" in text_of(browser, address_of(world, token))


def test_after_the_call_a_draft_is_kept_but_not_handed_in(world: World) -> None:
    row, token = make_draft(world.here)
    fill(row)
    world.here.call.closes_at = NOW - timedelta(days=900)
    db.session.commit()
    page = text_of(world.browser(), address_of(world, token, "/check"))
    assert "cannot be handed in" in page
    assert 'name="version"' not in page
