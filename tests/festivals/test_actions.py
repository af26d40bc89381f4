"""Founding, editing, moving and cloning; venues, spaces and hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import func, select

from festival.accounts.models import RoleGrant
from festival.accounts.states import Role
from festival.extensions import db
from festival.festivals import actions, places, queries
from festival.festivals.actions import FestivalFacts
from festival.festivals.models import Edition, Festival, OpeningHours, Space, Venue
from festival.festivals.places import SpaceFacts, VenueFacts
from festival.festivals.states import EditionState
from festival.shared.errors import FieldRefused, RuleBroken
from festival.shared.journal import JournalEntry
from tests.factories.festivals import ANA, edition_facts, open_venue, wall
from tests.factories.programme import make_occurrence, make_session
from tests.factories.world import FIRST_DAY, NOW, World

FACTS = FestivalFacts("Sea Days", "Brest", "FR", "Europe/Paris", "fr", "By the sea.")
WHO: dict[str, Any] = {"actor": ANA, "now": NOW}


def journal() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)))


def versions(edition: Edition) -> int:
    return db.session.scalars(select(Edition.content_version).where(Edition.id == edition.id)).one()


@pytest.mark.both_databases
def test_a_festival_is_founded_once_per_address(world: World) -> None:
    made = actions.found_festival(FACTS, slug="brest", **WHO)
    with pytest.raises(FieldRefused) as taken:
        actions.found_festival(FACTS, slug="brest", **WHO)
    assert (made.city_name, made.default_language) == ("Brest", "fr")
    assert taken.value.field == "slug"
    assert db.session.scalar(select(func.count(Festival.id))) == 3
    assert journal() == ["festival founded"]


@pytest.mark.parametrize("slug", ["account", "Brest"])
def test_a_festival_cannot_take_an_address_of_the_house(world: World, slug: str) -> None:
    with pytest.raises(FieldRefused):
        actions.found_festival(FACTS, slug=slug, **WHO)


def test_a_changed_festival_renews_the_pages_of_its_editions_only(world: World) -> None:
    here, there = versions(world.here.edition), versions(world.there.edition)
    actions.change_festival(world.here.festival, FACTS, **WHO)
    assert world.here.festival.name == "Sea Days"
    assert versions(world.here.edition) == here + 1
    assert versions(world.there.edition) == there


def test_an_edition_opens_as_a_draft_with_instants_of_its_own_zone(world: World) -> None:
    facts = edition_facts(registration_opens=wall("2028-04-01T09:00"))
    made = actions.open_edition(world.here.festival, facts, slug="2028", **WHO)
    db.session.refresh(made)
    assert made.state == EditionState.DRAFT
    assert made.registration_opens_at == datetime(2028, 4, 1, 7, 0, tzinfo=UTC)
    assert made.languages == ["en", "fr"]


@pytest.mark.parametrize(
    ("slug", "changes", "field"),
    [
        ("2027", {}, "slug"),
        ("20 28", {}, "slug"),
        ("2028", {"ends_on": date(2020, 1, 1)}, "ends_on"),
    ],
)
def test_an_edition_is_refused_beside_its_field(
    world: World, slug: str, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(FieldRefused) as refused:
        actions.open_edition(world.here.festival, edition_facts(**changes), slug=slug, **WHO)
    assert refused.value.field == field
    assert queries.edition_slugs(world.here.festival.id) == {"2027"}


def test_another_festival_may_use_the_same_year(world: World) -> None:
    made = actions.open_edition(world.there.festival, edition_facts(), slug="2028", **WHO)
    actions.open_edition(world.here.festival, edition_facts(), slug="2028", **WHO)
    assert made.festival_id == world.there.festival.id


def test_a_change_renews_cached_pages_and_tells_the_journal_what_changed(world: World) -> None:
    edition = world.here.edition
    before = versions(edition)
    facts = edition_facts(title="New title")
    actions.change_edition(edition, facts, **WHO)
    assert (edition.title, edition.starts_on) == ("New title", date(2028, 5, 12))
    assert versions(edition) == before + 1
    line = db.session.scalars(select(JournalEntry)).one()
    assert line.before is not None and line.before["title"] == "Luminara Learns 2027"
    assert line.after is not None and line.after["starts_on"] == "2028-05-12"


def test_saving_the_same_again_changes_nothing(world: World) -> None:
    edition = world.here.edition
    actions.change_edition(edition, edition_facts(), **WHO)
    before = versions(edition)
    actions.change_edition(edition, edition_facts(), **WHO)
    assert versions(edition) == before
    assert journal() == ["edition changed"]


def test_the_zone_of_a_published_programme_stays(world: World) -> None:
    edition = world.here.edition
    elsewhere = edition_facts(time_zone="Asia/Seoul")
    edition.programme_version = 1
    with pytest.raises(FieldRefused) as refused:
        actions.change_edition(edition, elsewhere, **WHO)
    assert refused.value.field == "time_zone"
    edition.programme_version = 0
    actions.change_edition(edition, elsewhere, **WHO)
    assert edition.time_zone == "Asia/Seoul"


def test_wrong_facts_change_nothing(world: World) -> None:
    with pytest.raises(FieldRefused):
        actions.change_edition(world.here.edition, edition_facts(languages=()), **WHO)
    assert world.here.edition.title == "Luminara Learns 2027"


def test_an_edition_goes_to_the_archive_and_back(world: World) -> None:
    edition = world.here.edition
    actions.move_edition(edition, to=EditionState.ARCHIVED, **WHO)
    actions.move_edition(edition, to=EditionState.PUBLIC, **WHO)
    with pytest.raises(RuleBroken):
        actions.move_edition(edition, to=EditionState.PUBLIC, **WHO)
    assert journal() == ["edition moved", "edition moved"]


@pytest.mark.both_databases
def test_a_clone_has_the_places_and_hours_but_no_people(world: World) -> None:
    here = world.here
    open_venue(here.venue, FIRST_DAY, (9, 13), (14, 18))
    make_occurrence(make_session(here.edition, title="Pottery"), space=here.space)
    here.edition.registration_opens_at = datetime(2027, 3, 20, 8, 0, tzinfo=UTC)  # 9:00, winter
    made = actions.clone_edition(
        here.edition, slug="2028", title="Next", starts_on=date(2028, 4, 14), **WHO
    )
    venue = db.session.scalars(select(Venue).where(Venue.edition_id == made.id)).one()
    space = db.session.scalars(select(Space).where(Space.edition_id == made.id)).one()
    assert (venue.name, space.name, space.capacity) == ("Luminara Library", "Reading Hall", 80)
    assert space.features == ["step_free"]
    assert [(row.day, row.opens_at) for row in venue.opening_hours] == [
        (date(2028, 4, 14), time(9)),
        (date(2028, 4, 14), time(14)),
    ]
    assert made.state == EditionState.DRAFT
    assert made.ends_on == date(2028, 4, 16)
    # 336 days later, still 9:00 on the clock, now before the change to winter time
    assert made.registration_opens_at == datetime(2028, 2, 19, 8, 0, tzinfo=UTC)
    grants = db.session.scalars(select(RoleGrant).where(RoleGrant.edition_id == made.id)).all()
    assert [(grant.role, grant.person_id) for grant in grants] == [
        (Role.ORGANIZER, here.people["organizer"].id)
    ]


def test_changing_the_clone_leaves_its_source_alone(world: World) -> None:
    made = actions.clone_edition(
        world.here.edition, slug="2028", title="Next", starts_on=date(2028, 5, 12), **WHO
    )
    copied = queries.find_space(made.id, "hall")
    assert copied is not None
    places.change_space(copied, SpaceFacts("Hall", "", 5, ()), **WHO)
    assert (world.here.space.capacity, world.here.space.features) == (80, ["step_free"])


@pytest.mark.parametrize("slug", ["2027", "no good"])
def test_a_clone_needs_an_address_of_its_own(world: World, slug: str) -> None:
    with pytest.raises(FieldRefused):
        actions.clone_edition(
            world.here.edition, slug=slug, title="Next", starts_on=FIRST_DAY, **WHO
        )
    assert queries.edition_slugs(world.here.festival.id) == {"2027"}


def test_places_get_addresses_of_their_own(world: World) -> None:
    first = places.add_venue(world.here.edition, VenueFacts("Library"), **WHO)
    new = places.add_venue(world.here.edition, VenueFacts("New"), **WHO)
    arabic = places.add_venue(world.here.edition, VenueFacts("مكتبة"), **WHO)
    space = places.add_space(first, SpaceFacts("Hall", capacity=3), **WHO)
    assert (first.slug, new.slug, arabic.slug) == ("library-2", "new-2", "venue")
    assert (space.slug, space.edition_id) == ("hall-2", world.here.edition.id)


def test_a_change_keeps_the_address(world: World) -> None:
    before = versions(world.here.edition)
    facts = VenueFacts("Renamed", "2 Side Street", "Old Town", 41.5, -0.8, ("lift",), "Ask.")
    places.change_venue(world.here.venue, facts, **WHO)
    places.change_space(world.here.space, SpaceFacts("Renamed", "1st", 9, ("sink",)), **WHO)
    assert (world.here.venue.slug, world.here.venue.access_facts) == ("library", ["lift"])
    assert (world.here.space.slug, world.here.space.capacity) == ("hall", 9)
    assert versions(world.here.edition) == before + 2


@pytest.mark.both_databases
def test_a_space_in_use_stays(world: World) -> None:
    make_occurrence(make_session(world.here.edition, title="Pottery"), space=world.here.space)
    with pytest.raises(RuleBroken, match="still used"):
        places.remove_space(world.here.space, **WHO)
    assert queries.find_space(world.here.edition.id, "hall") is not None
    assert journal() == []


@pytest.mark.both_databases
def test_a_venue_goes_when_its_spaces_are_gone(world: World) -> None:
    open_venue(world.here.venue, FIRST_DAY, (9, 18))
    with pytest.raises(RuleBroken, match="still has spaces"):
        places.remove_venue(world.here.venue, **WHO)
    places.remove_space(world.here.space, **WHO)
    db.session.expire_all()
    places.remove_venue(world.here.venue, **WHO)
    assert queries.venues_with_spaces(world.here.edition.id) == []
    assert db.session.scalar(select(func.count(OpeningHours.id))) == 0
    assert len(queries.venues_with_spaces(world.there.edition.id)) == 1


def test_opening_hours_are_replaced_as_a_whole(world: World) -> None:
    open_venue(world.here.venue, FIRST_DAY, (8, 20))
    hours = {FIRST_DAY: [(time(14), time(18)), (time(9), time(13))], date(2027, 5, 15): []}
    places.set_opening_hours(world.here.venue, hours, **WHO)
    assert [(row.opens_at, row.closes_at) for row in queries.hours_of(world.here.venue.id)] == [
        (time(9), time(13)),
        (time(14), time(18)),
    ]


def test_wrong_hours_name_the_day_and_change_nothing(world: World) -> None:
    open_venue(world.here.venue, FIRST_DAY, (8, 20))
    with pytest.raises(FieldRefused) as refused:
        places.set_opening_hours(
            world.here.venue, {FIRST_DAY: [(time(9), time(13)), (time(12), time(18))]}, **WHO
        )
    assert refused.value.field == "2027-05-14"
    assert len(queries.hours_of(world.here.venue.id)) == 1
