"""Who belongs to each group, and that the neighbour's people never do."""

from __future__ import annotations

import pytest

from festival.accounts.states import Role
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.batches import queries
from festival.mail.batches.models import MailBatch
from festival.mail.batches.rules import Addressees
from festival.mail.batches.segments import ALWAYS, SEGMENTS
from festival.mail.batches.states import Origin
from festival.programme.snapshot import ENTITY
from festival.programme.states import SessionState
from festival.shared.clock import utc_now
from festival.shared.translations import translate
from festival.visitors.actions import book, cancel_booking
from tests.factories.batches import make_households
from tests.factories.exhibitors import make_application
from tests.factories.programme import make_presenter, make_session
from tests.factories.visitors import make_bookable, make_household, publish
from tests.factories.world import NOW, Corner, World
from tests.queries import count_queries


def reached(edition: Edition, segment: str, choice: str = "") -> Addressees:
    batch = MailBatch(segment=segment, choice=choice, origin=Origin.ORGANIZER)
    return queries.addressees(batch, edition, now=utc_now())


def addresses(corner: Corner, segment: str, choice: str = "") -> set[str]:
    return {each.email for each in reached(corner.edition, segment, choice).recipients}


@pytest.mark.both_databases
def test_exhibitors_by_the_state_of_their_application(world: World) -> None:
    here, there = world.here, world.there
    for number, (corner, state) in enumerate(
        [
            (here, ApplicationState.ACCEPTED),
            (here, ApplicationState.SUBMITTED),
            (here, ApplicationState.DRAFT),
            (here, ApplicationState.DECLINED),
            (there, ApplicationState.ACCEPTED),
        ]
    ):
        make_application(
            corner, state=state, name=f"Makers {number}", email=f"{number}@makers.example"
        )
    assert addresses(here, "accepted_exhibitors") == {"0@makers.example"}
    assert addresses(here, "handed_in") == {"1@makers.example"}
    assert addresses(here, "drafts") == {"2@makers.example"}
    assert addresses(here, "declined") == {"3@makers.example"}
    assert addresses(here, "waitlisted") == set()
    assert addresses(there, "accepted_exhibitors") == {"4@makers.example"}


def test_people_who_lead_sessions_read_the_titles_of_theirs(world: World) -> None:
    here, there = world.here, world.there
    nour = make_presenter(here.edition, email="nour@example.org", locale="fr")
    idle = make_presenter(here.edition, name="Leads nothing", email="idle@example.org")
    other = make_presenter(there.edition, email="other@example.org")
    silent = make_presenter(here.edition, name="No address")
    for title, state in (("Bees", "ready"), ("Ants", "ready"), ("Gone", "withdrawn")):
        made = make_session(here.edition, title=title, presenters=(nour, silent))
        made.state = SessionState(state)
        if title == "Bees":
            translate(ENTITY, made.id, field="title", locale="fr", text="Abeilles")
    make_session(there.edition, presenters=(other,))
    db.session.commit()

    assert addresses(here, "presenters") == {"nour@example.org"}, idle.name
    (found,) = reached(here.edition, "presenters").recipients
    assert found.facts_in("fr")["sessions"] == "Ants; Abeilles"
    assert addresses(there, "presenters") == {"other@example.org"}


def test_accepted_exhibitors_are_told_their_own_name_and_page(world: World) -> None:
    row, _token = make_application(world.here, state=ApplicationState.ACCEPTED)
    found = reached(world.here.edition, "accepted_exhibitors").recipients[0]
    assert (found.name, found.facts_in("en")["organization"]) == ("Nour Haddad", "Paper Workshop")
    assert found.facts_in("en")["link"].endswith(
        f"/en/luminara/2027/exhibitors/{row.organization.code}"
    )


def test_whoever_signs_in_for_an_organization_belongs_to_it(world: World) -> None:
    row, _token = make_application(world.here, state=ApplicationState.ACCEPTED)
    grant = world.here.people["exhibitor"].grants[0]
    grant.organization_id = row.organization_id
    db.session.commit()
    assert addresses(world.here, "accepted_exhibitors") == {
        "nour@paper.example", "exhibitor@luminara.example",
    }  # fmt: skip
    world.here.people["exhibitor"].is_active = False
    db.session.commit()
    assert addresses(world.here, "accepted_exhibitors") == {"nour@paper.example"}


def test_households_and_bookers(world: World) -> None:
    occurrence = make_bookable(world.here)
    publish(world.here)
    booked, token = make_household(world.here, name="Nour", email="nour@home.example")
    gone, gone_token = make_household(world.here, email="gone@home.example")
    make_household(world.here, email="none@home.example", locale="ar")
    make_household(world.there, email="else@home.example")
    for row, secret in ((booked, token), (gone, gone_token)):
        book(row, occurrence_id=occurrence.id, people=2, now=NOW, token=secret)
    cancel_booking(gone, occurrence_id=occurrence.id, now=NOW, token=gone_token)
    db.session.commit()
    choice = str(occurrence.id)
    everybody = {"nour@home.example", "gone@home.example", "none@home.example"}
    assert addresses(world.here, "registered") == everybody
    assert addresses(world.here, "registered_without_booking") == everybody - {"nour@home.example"}
    found = reached(world.here.edition, "bookers", choice).recipients
    assert [(each.email, each.name) for each in found] == [("nour@home.example", "Nour")]
    assert found[0].facts_in("en")["session"] == "Bookbinding for beginners"
    assert found[0].facts_in("en")["people"] == "2"
    assert "11:00" in found[0].facts_in("en")["when"]
    assert found[0].facts_in("en")["place"] == "Reading Hall, Luminara Library"
    offered = SEGMENTS["bookers"].choices
    assert offered is not None
    assert [value for value, _label in offered(world.here.edition)] == [choice]
    assert offered(world.there.edition) == []
    assert addresses(world.there, "bookers", choice) == set()


def test_twin_cities_and_their_people(world: World) -> None:
    world.here.city.contact_email = "seoul@city.example"
    world.here.city.contact_name = "Kim"
    db.session.commit()
    expected = {"seoul@city.example", "partner@luminara.example"}
    assert addresses(world.here, "twin_city", "korea") == expected
    assert addresses(world.here, "all_twin_cities") == expected
    assert addresses(world.here, "twin_city", "nowhere") == set()
    found = reached(world.here.edition, "twin_city", "korea").recipients[0]
    assert found.facts_in("en")["city"] == "Twin of Luminara"
    assert found.facts_in("en")["link"].endswith("/twin-cities/korea")


def test_the_team_by_role(world: World) -> None:
    assert addresses(world.here, "team", Role.DOOR_LEAD.value) == {"door_lead@luminara.example"}
    everybody = addresses(world.here, "team", "everybody")
    assert "organizer@luminara.example" in everybody
    assert "exhibitor@luminara.example" not in everybody
    assert all(each.endswith("@luminara.example") for each in everybody)


def test_every_row_tells_what_its_segment_promises(world: World) -> None:
    make_application(world.here, state=ApplicationState.ACCEPTED)
    make_households(world.here, 1)
    for code, segment in SEGMENTS.items():
        for choice in (
            [value for value, _ in segment.choices(world.here.edition)]
            if (segment.choices)
            else [""]
        ):
            for each in segment.recipients(world.here.edition, choice=choice, now=NOW):
                assert set(segment.own_placeholders) <= set(each.facts_in("fr")), code
    assert not any(set(each.own_placeholders) & set(ALWAYS) for each in SEGMENTS.values())


def test_as_many_queries_for_many_as_for_one(world: World) -> None:
    make_households(world.here, 1)
    make_application(world.here, state=ApplicationState.ACCEPTED, name="A", email="a@m.example")
    asked = {}
    for code in ("registered", "accepted_exhibitors"):
        with count_queries() as seen:
            reached(world.here.edition, code)
        asked[code] = seen.count
    make_households(world.here, 60, first=1)
    for number in range(5):
        make_application(
            world.here, state=ApplicationState.ACCEPTED, name=f"N{number}",
            email=f"n{number}@m.example",
        )  # fmt: skip
    for code, count in asked.items():
        with count_queries() as seen:
            reached(world.here.edition, code)
        assert seen.count == count, code
