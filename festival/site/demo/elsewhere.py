"""What the sample has beside the main edition: last year's, and a festival in another city."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from festival.badges.models import Badge
from festival.badges.queries import badge_of
from festival.exhibitors.actions import accept_application, start_again, submit
from festival.exhibitors.models import Application
from festival.festivals import actions as festivals
from festival.festivals.actions import FestivalFacts
from festival.festivals.models import Edition
from festival.festivals.places import (
    SpaceFacts,
    VenueFacts,
    add_space,
    add_venue,
    set_opening_hours,
)
from festival.festivals.rules import EditionFacts
from festival.festivals.states import EditionState
from festival.programme.actions import (
    add_occurrence,
    add_strand,
    change_state,
    create_session,
    publish_programme,
)
from festival.programme.rules.sessions import OccurrenceValues, SessionValues
from festival.programme.states import SessionState
from festival.shared.journal import SYSTEM, Actor
from festival.shared.tokens import make_token
from festival.site.demo import people, visitors
from festival.site.demo.calls import open_small_call
from festival.site.demo.door import Doors, Morning, open_doors
from festival.site.demo.programme import ProgrammeMaker
from festival.site.demo.stage import Stage
from festival.visitors.actions import Party, register

LAST_YEAR = ("bindery", "library", "branch", "natural")
PORT_SORREL = (
    ("Boat Shed", "Mending Floor", "Splice a rope that will hold", 60,
     "Three strands, eleven tucks and a knot your grandfather would test with his weight."),
    ("Boat Shed", "Slipway", "Read the tide table", 45,
     "Springs, neaps and the one hour in which the sandbar can be crossed on foot."),
    ("Lighthouse School", "Long Classroom", "Draw the coast from memory", 45,
     "First without looking, then with. The difference is the lesson."),
    ("Lighthouse School", "Library Corner", "Whale songs, slowed down", 30,
     "Four recordings, good loudspeakers and a scientist who says when she does not know."),
    ("Market Jetty", "Under the Awning", "Cook seaweed with Auntie Bea", 60,
     "Seven kinds from the beach below, two of them delicious at once."),
    ("Market Jetty", "Under the Awning", "How a lighthouse counts", 45,
     "Every light has its own rhythm. Learn five, build one, and signal across the bay."),
)  # fmt: skip


def fill_last_year(
    before: Stage, maker: ProgrammeMaker, applications: dict[str, Application]
) -> None:
    """A dozen activities, eighty households, one morning; then the archive."""
    del maker
    edition = before.edition
    again = {}
    for key in LAST_YEAR:
        now = before.at(-100, 10)
        application = start_again(
            edition, applications[key].organization, language="en", key=make_token(), now=now,
            actor=SYSTEM,
        )  # fmt: skip
        submit(application, version=application.version, now=now)
        accept_application(application, now=before.at(-80, 10), actor=SYSTEM)
        again[key] = application
    programme = ProgrammeMaker(before, now=before.at(-45, 10))
    programme.add_talks({}, most=8)
    programme.add_activities(again, most=14)
    publish_programme(edition, actor=SYSTEM, now=before.at(-44, 10))
    festivals.move_edition(edition, to=EditionState.PUBLIC, actor=SYSTEM, now=before.at(-44, 11))
    households = visitors.register_households(before, count=80)
    doors: Doors = open_doors(before, [], now=before.at(-3, 10))
    Morning(before, doors, households).scan_all(stranger=None)
    festivals.move_edition(edition, to=EditionState.ARCHIVED, actor=SYSTEM, now=before.at(40, 10))


def found_another(cast: people.Cast, *, today: date, media_folder: Path, seed: int) -> Badge:
    """Port Sorrel, on the other side of the world, in four months; answers a badge of its."""
    now = datetime.combine(today, time(9), tzinfo=UTC) - timedelta(days=80)
    facts = FestivalFacts(
        name="Tide Table", city_name="Port Sorrel", country="AU", time_zone="Australia/Hobart",
        default_language="en",
    )  # fmt: skip
    festival = festivals.found_festival(facts, slug="port-sorrel", actor=SYSTEM, now=now)
    first = today + timedelta(days=120)
    edition = festivals.open_edition(
        festival, _tide_facts(first, today=today), slug=f"{first.year}", actor=SYSTEM, now=now
    )
    organizer = people.add_organizer_elsewhere(cast, edition, now=now)
    stage = Stage(
        edition, random.Random(seed + 1), Actor(organizer.name, organizer.id), media_folder
    )
    _fill(stage, now=now)
    open_small_call(stage, opens=now, closes=stage.at(-30, 18), now=now)
    festivals.move_edition(edition, to=EditionState.PUBLIC, actor=stage.actor, now=now)
    household = register(
        edition, Party(people=2, name="Mei-Ling O’Hara"), key=make_token(), locale="en",
        now=stage.at(-125, 12),
    )  # fmt: skip
    badge = badge_of(household.id)
    assert badge is not None  # issued by who listens to the registration
    return badge


def _tide_facts(first: date, *, today: date) -> EditionFacts:
    return EditionFacts(
        title=f"Tide Table {first.year}",
        theme="What the sea taught us this time",
        about="A small festival on two jetties, a school and a shed, timed by the tide.",
        starts_on=first,
        ends_on=first + timedelta(days=1),
        time_zone="Australia/Hobart",
        languages=("en",),
        inhabitants=4_300,
        inhabitants_year=first.year - 1,
        contact_email="hello@port-sorrel.example",
        registration_opens=datetime.combine(today - timedelta(days=10), time(9)),
        registration_closes=datetime.combine(first + timedelta(days=1), time(12)),
    )


def _fill(stage: Stage, *, now: datetime) -> None:
    strand = add_strand(
        stage.edition, name="Between the tides", accent="sky", actor=stage.actor, now=now
    )
    rooms: dict[tuple[str, str], str] = {}
    for number, (venue_name, space_name, title, minutes, text) in enumerate(PORT_SORREL):
        if (venue_name, space_name) not in rooms:
            rooms[venue_name, space_name] = _room(stage, venue_name, space_name, now=now)
        session = create_session(
            stage.edition,
            SessionValues(
                title=title, abstract=text, language="en", languages=("en",), strand=strand.slug,
                type_label="activity",
            ),
            actor=stage.actor, now=now,
        )  # fmt: skip
        values = OccurrenceValues(
            starts_at=stage.at(number % 2, 10 + number), minutes=minutes,
            space=rooms[venue_name, space_name], is_bookable=number % 2 == 0,
            capacity=16 if number % 2 == 0 else None,
        )  # fmt: skip
        add_occurrence(session, values, actor=stage.actor, now=now)
        change_state(session, to=SessionState.READY, actor=stage.actor, now=now)
    publish_programme(stage.edition, actor=stage.actor, now=now)


def _room(stage: Stage, venue_name: str, space_name: str, *, now: datetime) -> str:
    edition: Edition = stage.edition
    venue = next((each for each in edition.venues if each.name == venue_name), None)
    if venue is None:
        facts = VenueFacts(
            name=venue_name, address=f"{venue_name}, Front Street", district="Waterfront",
            access_facts=("step_free", "accessible_toilet"),
        )  # fmt: skip
        venue = add_venue(edition, facts, actor=stage.actor, now=now)
        hours = {day: [(time(9), time(18))] for day in stage.days}
        set_opening_hours(venue, hours, actor=stage.actor, now=now)
    space = add_space(venue, SpaceFacts(space_name, "", 30), actor=stage.actor, now=now)
    return space.slug
