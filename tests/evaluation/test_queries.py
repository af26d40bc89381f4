"""The four measures on small festivals whose numbers can be counted by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from festival.badges.states import CONTRIBUTORS, BadgeKind
from festival.evaluation.measures import Measure, Method
from festival.evaluation.report import Dimension, Report, Row, make_report
from festival.evaluation.returns.states import CountMethod
from festival.evaluation.rules import MIN_CELL
from festival.extensions import db
from festival.programme.models import Strand
from festival.visitors.models import Booking
from festival.visitors.states import AgeBand, BookingState, RegistrationState
from tests.factories.evaluation import (
    let_in,
    make_badge,
    make_gate,
    make_occurrence,
    make_registration,
)
from tests.factories.returns import hold, make_return
from tests.factories.world import FIRST_DAY, NOW, Corner, World

SECOND_DAY = FIRST_DAY + timedelta(days=1)


def report(corner: Corner, *, least: int = MIN_CELL) -> Report:
    db.session.flush()
    return make_report(corner.edition, least=least, now=NOW)


def value(corner: Corner, measure: Measure) -> float | None:
    return report(corner).figures[measure].value


def rows(corner: Corner, measure: Measure, dimension: Dimension) -> tuple[Row, ...]:
    (found,) = [
        each
        for each in report(corner).breakdowns
        if each.measure == measure and each.dimension == dimension
    ]
    return found.rows


def test_before_the_first_scan_everything_is_zero_and_online_is_not_a_number(world: World) -> None:
    made = report(world.here)

    assert {name: figure.value for name, figure in made.figures.items()} == {
        Measure.REGISTRATIONS: 0,
        Measure.REGISTERED_PEOPLE: 0,
        Measure.BOOKED_PLACES: 0,
        Measure.VISITS: 0,
        Measure.UNIQUE_VISITORS: 0,
        Measure.PARTICIPATIONS: 0,
        Measure.HOSTS_COUNTED: None,
        Measure.HOSTS_TALLIED: None,
        Measure.HOSTS_ESTIMATED: None,
        Measure.CONTRIBUTORS: 0,
        Measure.ONLINE: None,
        Measure.SHARE: 0.0,
    }
    assert made.figures[Measure.ONLINE].method == Method.NOT_COLLECTED
    assert not made.is_scanned
    assert made.last_scan_at is None
    assert made.bands == {}


@pytest.mark.both_databases
def test_a_family_on_two_days_makes_visits_but_stays_the_same_people(world: World) -> None:
    gate, family = make_gate(world.here), make_badge(world.here, people=4)
    let_in(family, gate=gate)
    let_in(family, gate=gate, day=SECOND_DAY, people=3)
    let_in(family, occurrence=make_occurrence(world.here))
    let_in(family, occurrence=make_occurrence(world.here), people=2)

    made = report(world.here)

    assert made.figures[Measure.VISITS].value == 7
    assert made.figures[Measure.UNIQUE_VISITORS].value == 4
    assert made.figures[Measure.PARTICIPATIONS].value == 6
    assert made.figures[Measure.SHARE].value == 4 / 92_000
    assert made.is_scanned


@pytest.mark.both_databases
def test_a_badge_reissued_twice_is_one_visitor_and_one_visit_a_day(world: World) -> None:
    gate = make_gate(world.here)
    first = make_badge(world.here, people=2)
    second = make_badge(world.here, people=2, replaces=first)
    third = make_badge(world.here, people=2, replaces=second)
    for badge in (first, second, third):
        let_in(badge, gate=gate)
    let_in(third, gate=gate, day=SECOND_DAY)
    let_in(make_badge(world.here), gate=gate)

    assert value(world.here, Measure.UNIQUE_VISITORS) == 3
    assert value(world.here, Measure.VISITS) == 5


def test_somebody_who_only_took_part_is_a_visitor_too(world: World) -> None:
    let_in(make_badge(world.here), occurrence=make_occurrence(world.here))

    assert value(world.here, Measure.UNIQUE_VISITORS) == 1
    assert value(world.here, Measure.VISITS) == 0


@pytest.mark.parametrize("kind", sorted(CONTRIBUTORS))
def test_contributors_are_never_audience(world: World, kind: BadgeKind) -> None:
    badge = make_badge(world.here, kind=kind, people=2)
    let_in(badge, gate=make_gate(world.here))
    let_in(badge, occurrence=make_occurrence(world.here))

    made = report(world.here)

    assert made.figures[Measure.CONTRIBUTORS].value == 2
    for measure in (Measure.VISITS, Measure.UNIQUE_VISITORS, Measure.PARTICIPATIONS):
        assert made.figures[measure].value == 0
    assert made.is_scanned


def test_an_undone_scan_does_not_count(world: World) -> None:
    let_in(make_badge(world.here), gate=make_gate(world.here), undone=True)

    made = report(world.here)

    assert not made.is_scanned
    assert made.last_scan_at is not None


def test_the_neighbours_visitors_are_not_ours(world: World) -> None:
    let_in(make_badge(world.there), gate=make_gate(world.there))
    make_registration(world.there, people=3, bands={AgeBand.FROM_6: 3})

    made = report(world.here)

    assert not made.is_scanned
    assert made.figures[Measure.REGISTERED_PEOPLE].value == 0
    assert made.bands == {}


def test_cancelled_registrations_and_bookings_do_not_count(world: World) -> None:
    kept = make_registration(world.here, people=3, bands={AgeBand.FROM_30: 3})
    gone = make_registration(world.here, people=50, bands={AgeBand.FROM_30: 50})
    gone.state = RegistrationState.CANCELLED
    places = [
        (kept, make_occurrence(world.here), BookingState.BOOKED),
        (kept, make_occurrence(world.here), BookingState.CANCELLED),
        (gone, make_occurrence(world.here), BookingState.BOOKED),
    ]
    for registration, occurrence, state in places:
        db.session.add(
            Booking(
                registration_id=registration.id,
                occurrence_id=occurrence.id,
                people=2,
                state=state,
                booked_at=NOW,
            )
        )

    made = report(world.here, least=1)

    assert made.figures[Measure.REGISTRATIONS].value == 1
    assert made.figures[Measure.REGISTERED_PEOPLE].value == 3
    assert made.figures[Measure.BOOKED_PLACES].value == 2
    assert made.bands[AgeBand.FROM_30].value == 3


def test_small_age_bands_are_veiled(world: World) -> None:
    make_registration(
        world.here,
        people=60,
        bands={AgeBand.UNDER_6: 2, AgeBand.FROM_18: 20, AgeBand.FROM_30: 38},
    )

    bands = report(world.here).bands

    assert bands[AgeBand.UNDER_6].value is None
    assert bands[AgeBand.FROM_18].value is None
    assert bands[AgeBand.FROM_30].value == 38
    assert bands[AgeBand.FROM_65].value == 0


def test_without_inhabitants_there_is_no_share(world: World) -> None:
    world.here.edition.inhabitants = None

    assert report(world.here).figures[Measure.SHARE].method == Method.NOT_COLLECTED


@pytest.mark.both_databases
def test_figures_fall_apart_by_day_place_strand_and_organization(world: World) -> None:
    here = world.here
    here.venue.district = "North"
    strand = Strand(edition_id=here.edition.id, slug="green", name="Green", accent="mint")
    db.session.add(strand)
    db.session.flush()
    pottery = make_occurrence(here, title="Pottery", organization_id=here.organization.id)
    garden = make_occurrence(here, title="Garden", strand_id=strand.id)
    garden.space_id = None
    side = make_gate(here, name="Side door", with_venue=False)
    for day, people in ((FIRST_DAY, 5), (SECOND_DAY, 9)):
        let_in(make_badge(here, people=people), gate=make_gate(here, name=f"{day}"), day=day)
    let_in(make_badge(here, people=2), gate=side)
    let_in(make_badge(here, people=4), occurrence=pottery)
    let_in(make_badge(here, people=6), occurrence=garden, day=SECOND_DAY)

    visits, parts = Measure.VISITS, Measure.PARTICIPATIONS
    assert rows(here, visits, Dimension.DAY) == (Row("2027-05-14", 7), Row("2027-05-15", 9))
    assert rows(here, visits, Dimension.VENUE) == (Row("Luminara Library", 14), Row("", 2))
    assert rows(here, parts, Dimension.DAY) == (Row("2027-05-14", 4), Row("2027-05-15", 6))
    assert rows(here, parts, Dimension.VENUE) == (Row("Luminara Library", 4), Row("", 6))
    assert rows(here, parts, Dimension.DISTRICT) == (Row("North", 4), Row("", 6))
    assert rows(here, parts, Dimension.STRAND) == (Row("Green", 6, "mint"), Row("", 4))
    assert rows(here, parts, Dimension.ORGANIZATION) == (Row("Luminara Makers", 4), Row("", 6))
    assert rows(here, parts, Dimension.SECTOR) == (Row("ngo", 4), Row("", 6))
    assert [row.value for row in rows(here, parts, Dimension.SESSION)] == [6, 4]
    for breakdown in report(here).breakdowns:
        assert breakdown.total == report(here).figures[breakdown.measure].value


@pytest.mark.both_databases
def test_what_hosts_told_stays_a_source_of_its_own_for_each_way_of_counting(world: World) -> None:
    ovens = hold(world.here, is_bookable=True, capacity=30)
    bees = hold(world.here, title="Bees")
    paper = hold(world.here, title="Paper")
    make_return(world.here, ovens, total=20, method=CountMethod.ONE_BY_ONE)
    make_return(world.here, bees, total=50, method=CountMethod.ESTIMATE)
    make_return(world.here, paper, total=7, method=CountMethod.ESTIMATE)
    make_return(world.there, hold(world.there), total=1000)
    ovens.places_taken = 18
    published = ovens.starts_at
    ovens.starts_at += timedelta(days=1)  # in the draft only
    let_in(make_badge(world.here, people=3), occurrence=ovens)

    made = report(world.here)

    told = {each: made.figures[each] for each in made.figures if each.startswith("hosts_")}
    assert {name: (figure.value, figure.method) for name, figure in told.items()} == {
        Measure.HOSTS_COUNTED: (20, Method.HOST_COUNT),
        Measure.HOSTS_TALLIED: (None, Method.NOT_COLLECTED),
        Measure.HOSTS_ESTIMATED: (57, Method.HOST_ESTIMATE),
    }
    assert made.figures[Measure.PARTICIPATIONS].value == 3
    assert made.figures[Measure.UNIQUE_VISITORS].value == 3
    assert {each.starts_at for each in made.told} == {published}
    beside = {each.title: (each.people, each.booked, each.scanned) for each in made.told}
    assert beside == {
        "Solar ovens": (20, 18, 3),
        "Bees": (50, None, None),
        "Paper": (7, None, None),
    }
    assert [row.value for row in rows(world.here, Measure.HOSTS_ESTIMATED, Dimension.SESSION)] == [
        50,
        7,
    ]
