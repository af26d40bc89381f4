"""What an organization shows of itself: its own page, the organizers' office, and the actions."""

from __future__ import annotations

from datetime import date
from typing import Any

import html5lib
import pytest
from sqlalchemy import select

from festival.accounts.models import RoleGrant
from festival.accounts.states import Role
from festival.exhibitors.actions import save_step, start_again
from festival.exhibitors.catalogue.actions import (
    CardValues,
    PlaceValues,
    choose_terms,
    save_public_face,
)
from festival.exhibitors.catalogue.models import LearningPlace
from festival.exhibitors.catalogue.queries import abouts_of, places_of, terms_of
from festival.exhibitors.catalogue.states import Licence
from festival.exhibitors.models import Application
from festival.exhibitors.organizations.actions import merge_organizations
from festival.exhibitors.states import ApplicationState, Step
from festival.extensions import db
from festival.festivals.actions import clone_edition
from festival.shared.errors import FieldRefused
from festival.shared.journal import SYSTEM, JournalEntry
from festival.shared.tokens import make_token
from tests.factories.catalogue import MADRID, make_exhibitor, show
from tests.factories.reviewing import make_round
from tests.factories.world import NOW, World
from tests.forms import XHTML, present_values, submit

pytestmark = pytest.mark.usefixtures("open_call")
STABLE = PlaceValues("Stable", "1 Mill Race", "Old Town", MADRID)


def own(world: World, row: Application) -> None:
    """The exhibitor of ``here`` speaks for this organization."""
    person = world.here.people[Role.EXHIBITOR.value]
    grant = RoleGrant(person_id=person.id, role=Role.EXHIBITOR, granted_at=NOW)
    grant.organization_id = row.organization_id
    db.session.add(grant)
    db.session.commit()


def form_of(body: bytes) -> Any:
    """The page's own form."""
    tree = html5lib.parse(body, treebuilder="etree")
    return next(each for each in tree.iter(f"{XHTML}form") if each.get("class") == "form")


def lines(action: str) -> list[JournalEntry]:
    return list(db.session.scalars(select(JournalEntry).where(JournalEntry.action == action)))


def test_an_exhibitor_says_where_it_teaches_and_visitors_read_it(world: World) -> None:
    row = make_exhibitor(world.here, "Paper Hand")
    own(world, row)
    browser = world.browser_as(Role.EXHIBITOR)
    page = f"{world.here.path}/exhibitor/{row.code}/catalogue"
    assert "Say where you teach" in browser.get(
        f"{world.here.path}/exhibitor/{row.code}/day"
    ).get_data(as_text=True)
    values = {
        "places-0-name": "Stable", "places-0-address": "1 Mill Race",
        "places-0-position": "https://www.openstreetmap.org/?mlat=40.4168&mlon=-3.7038#map=17/1/2",
        "abouts-1-text": "نحن نطوي الورق.", "card_email": "HELLO@paper.example",
        "card_agreed": "y",
    }  # fmt: skip
    assert submit(browser, page, values).status_code == 303
    (place,) = places_of(row.organization_id)
    assert (place.latitude, place.longitude) == (40.4168, -3.7038)
    assert abouts_of(row.organization_id) == {"ar": "نحن نطوي الورق."}
    assert row.organization.card_email == "hello@paper.example"
    stranger = world.browser()
    shown = stranger.get(f"{world.here.path}/exhibitors/{row.organization.code}")
    assert b"1 Mill Race" in shown.data
    assert submit(browser, page).status_code == 303
    assert [each.code for each in places_of(row.organization_id)] == [place.code]
    assert len(lines("public_face_saved")) == 1, "nothing had changed"

    assert submit(browser, page, {"places-0-name": "", "places-0-address": "",
                                  "places-0-position": ""}).status_code == 303  # fmt: skip
    assert places_of(row.organization_id) == []


def test_two_at_once_overwrite_nothing_unseen(world: World) -> None:
    row = make_exhibitor(world.here, "Paper Hand")
    own(world, row)
    mine, office = world.browser_as(Role.EXHIBITOR), world.browser_as(Role.ORGANIZER)
    page = f"{world.here.path}/exhibitor/{row.code}/catalogue"
    form = present_values(form_of(mine.get(page).data))
    other = f"{world.here.path}/organize/catalogue/{row.organization.code}"
    assert submit(office, other, {"places-0-name": "Attic"}).status_code == 303

    form["places-0-name"] = "Stable"
    answer = mine.post(page, data=form)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422 and "Somebody else has changed this page" in body
    assert "Attic" in body and 'value="Stable"' in body
    assert [each.name for each in places_of(row.organization_id)] == ["Attic"]
    again = present_values(form_of(answer.data))
    assert again["seen"] != form["seen"]
    assert mine.post(page, data=again).status_code == 303
    assert [each.name for each in places_of(row.organization_id)] == ["Stable"]
    code = places_of(row.organization_id)[0].code
    assert mine.post(page, data=again).status_code == 303, "sent twice is saved once"
    assert [each.code for each in places_of(row.organization_id)] == [code]
    again["places-0-name"] = "Cellar"
    assert mine.post(page, data=again).status_code == 422, "that was not what it had seen"


def test_what_cannot_be_read_stays_beside_its_field(world: World) -> None:
    row = make_exhibitor(world.here, "Paper Hand")
    own(world, row)
    page = f"{world.here.path}/exhibitor/{row.code}/catalogue"
    answer = submit(
        world.browser_as(Role.EXHIBITOR), page,
        {"places-0-name": "Stable", "places-0-position": "behind the church",
         "card_email": "not an address"},
    )  # fmt: skip
    assert answer.status_code == 422
    body = answer.get_data(as_text=True)
    assert "behind the church" in body and "such as 40.4168" in body
    assert 'id="card_email-error"' in body and 'id="places-0-position-error"' in body
    assert places_of(row.organization_id) == []
    answer = submit(world.browser_as(Role.EXHIBITOR), page, {"places-0-address": "1 Mill Race"})
    assert answer.status_code == 422 and b"Give it a name" in answer.data


def test_nobody_else_writes_it(world: World) -> None:
    mine, other = make_exhibitor(world.here, "Mine"), make_exhibitor(world.here, "Other")
    there = make_exhibitor(world.there, "There")
    own(world, mine)
    show(other, STABLE)
    browser = world.browser_as(Role.EXHIBITOR)
    for path, code in (
        (world.here.path, other.code), (world.there.path, there.code),
        (world.there.path, mine.code), (world.here.path, there.code),
    ):  # fmt: skip
        page = f"{path}/exhibitor/{code}/catalogue"
        assert browser.get(page).status_code == 404
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    for page in (
        f"{world.here.path}/organize/catalogue/{other.organization.code}",
        f"{world.there.path}/organize/catalogue/{other.organization.code}",
        f"{world.here.path}/organize/catalogue",
    ):
        assert neighbour.get(page).status_code == 404
    assert [each.name for each in places_of(other.organization_id)] == ["Stable"]


def test_another_organizations_place_is_not_taken_over_by_its_code(world: World) -> None:
    mine, other = make_exhibitor(world.here, "Mine"), make_exhibitor(world.here, "Other")
    show(other, STABLE)
    code = places_of(other.organization_id)[0].code
    show(mine, PlaceValues("Mine now", code=code))
    assert [each.name for each in places_of(other.organization_id)] == ["Stable"]
    assert places_of(mine.organization_id)[0].code != code


def test_who_was_not_told_yet_has_no_such_page(world: World) -> None:
    row = make_exhibitor(world.here, "Paper Hand", state=ApplicationState.SUBMITTED)
    own(world, row)
    make_round(world.here, [(row, ApplicationState.ACCEPTED)], hold=None)
    page = f"{world.here.path}/exhibitor/{row.code}/catalogue"
    assert world.browser_as(Role.EXHIBITOR).get(page).status_code == 404


def test_organizers_choose_the_terms_and_see_who_is_missing(world: World) -> None:
    shown = make_exhibitor(world.here, "On the map")
    make_exhibitor(world.here, "Not yet")
    show(shown, STABLE)
    browser = world.browser_as(Role.ORGANIZER)
    page = f"{world.here.path}/organize/catalogue"
    body = browser.get(page).get_data(as_text=True)
    assert "One exhibitor is not on the map yet." in body
    assert body.index("Not yet") < body.index("On the map</a>")
    version = world.here.edition.content_version
    values = {"licence": "ODbL-1.0", "source": "City of Luminara", "note": "By hand."}
    assert submit(browser, page, values).status_code == 303
    terms = terms_of(world.here.edition)
    assert terms is not None and terms.licence is Licence.ODBL
    db.session.refresh(world.here.edition)
    assert world.here.edition.content_version == version + 1
    assert 'value="ODbL-1.0" selected' in browser.get(page).get_data(as_text=True).replace(
        'selected value="ODbL-1.0"', 'value="ODbL-1.0" selected'
    )
    assert submit(browser, page).status_code == 303
    assert len(lines("catalogue_terms_saved")) == 1
    assert submit(browser, page, {"licence": "GPL"}).status_code == 422
    assert terms_of(world.there.edition) is None


def test_an_organizer_writes_it_for_an_organization(world: World) -> None:
    row = make_exhibitor(world.here, "Paper Hand")
    page = f"{world.here.path}/organize/catalogue/{row.organization.code}"
    answer = submit(
        world.browser_as(Role.ORGANIZER), page,
        {"places-0-name": "Stable", "places-0-position": MADRID},
    )  # fmt: skip
    assert answer.status_code == 303
    assert places_of(row.organization_id)[0].latitude == 40.4168


def test_every_catalogue_that_shows_it_is_made_anew(world: World) -> None:
    row = make_exhibitor(world.here, "Paper Hand")
    version = world.here.edition.content_version
    show(row, STABLE)
    db.session.refresh(world.here.edition)
    assert world.here.edition.content_version == version + 1
    show(row, PlaceValues("Stable", "1 Mill Race", "Old Town", MADRID,
                          code=places_of(row.organization_id)[0].code))  # fmt: skip
    db.session.refresh(world.here.edition)
    assert world.here.edition.content_version == version + 1
    show(row, card=CardValues("a@b.example", "", agreed=True))
    show(row, card=CardValues("c@b.example", "", agreed=True))
    db.session.refresh(world.here.edition)
    assert world.here.edition.content_version == version + 3


def test_a_new_name_in_the_next_draft_shows_in_the_catalogue_of_before(world: World) -> None:
    row = make_exhibitor(world.here, "Paper Hand")
    stranger, page = world.browser(), f"{world.here.path}/exhibitors"
    assert b"Paper Hand" in stranger.get(page).data
    nextyear = clone_edition(
        world.here.edition, slug="2028", starts_on=date(2028, 5, 12), title="Luminara 2028",
        actor=SYSTEM, now=NOW,
    )  # fmt: skip
    draft = start_again(
        nextyear, row.organization, language="en", key=make_token(), now=NOW, actor=SYSTEM
    )
    save_step(
        draft, step=Step.PROFILE, values={"name": "The Paper Foot"}, version=draft.version, now=NOW
    )
    db.session.commit()
    assert b"The Paper Foot" in stranger.get(page).data


def test_the_journal_knows_no_address_of_the_card(world: World) -> None:
    row = make_exhibitor(world.here, "Paper Hand")
    show(row, STABLE, card=CardValues("secret@b.example", "+34 600", agreed=True))
    (line,) = lines("public_face_saved")
    assert "secret" not in str(line.after) and "+34" not in str(line.after)
    assert "1 Mill Race" in str(line.after)
    assert row.organization.card_agreed_at == NOW


def test_too_many_places_and_unreadable_ones_are_refused(world: World) -> None:
    row = make_exhibitor(world.here, "Paper Hand")
    for places, field in (
        ([PlaceValues(f"Place {number}") for number in range(13)], "places"),
        ([STABLE, PlaceValues("Other", position="nowhere")], "places-1-position"),
    ):
        with pytest.raises(FieldRefused) as refusal:
            save_public_face(
                row.organization, edition=world.here.edition, places=places, abouts={},
                card=CardValues(), actor=SYSTEM, now=NOW,
            )  # fmt: skip
        assert refusal.value.field == field
        db.session.rollback()
    assert places_of(row.organization_id) == []


def test_terms_stand_once_for_an_edition(world: World) -> None:
    for licence in (Licence.CC0, None, None):
        choose_terms(world.here.edition, licence=licence, source="", note="", actor=SYSTEM, now=NOW)
        db.session.commit()
    terms = terms_of(world.here.edition)
    assert terms is not None and terms.licence is None
    assert len(lines("catalogue_terms_saved")) == 2


def test_merging_two_organizations_keeps_both_places(world: World) -> None:
    keep = make_exhibitor(world.here, "Paper Hand")
    gone = make_exhibitor(world.here, "The Paper Hand", state=ApplicationState.WITHDRAWN)
    show(keep, STABLE)
    show(gone, PlaceValues("Attic"))
    merge_organizations(
        keep.organization, gone=gone.organization, edition=world.here.edition, now=NOW,
        actor=SYSTEM,
    )  # fmt: skip
    db.session.commit()
    assert sorted(each.name for each in places_of(keep.organization_id)) == ["Attic", "Stable"]
    assert len(db.session.scalars(select(LearningPlace)).all()) == 2
