"""The whole sample in the order in which a city would do it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import func, select, update

from festival.badges.models import Badge
from festival.cities.actions import CityFacts, CityProfile, add_city
from festival.cities.models import TwinCity
from festival.exhibitors.models import Application
from festival.extensions import db
from festival.festivals import actions as festivals
from festival.festivals.actions import FestivalFacts
from festival.festivals.models import Edition, Festival
from festival.festivals.rules import EditionFacts
from festival.festivals.states import EditionState
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.programme.actions import cancel_occurrence, publish_programme
from festival.programme.models import Occurrence, ProgrammeSession
from festival.programme.states import Kind
from festival.shared.journal import SYSTEM, Actor
from festival.site.demo import (
    calls,
    door,
    elsewhere,
    learning,
    messages,
    news,
    papers,
    people,
    places,
    portal_day,
    portal_leads,
    portal_passes,
    portal_returns,
    press,
    reviewing,
    stands,
    texts,
    visitors,
)
from festival.site.demo.exhibitors import apply_all
from festival.site.demo.programme import ProgrammeMaker, move_onto
from festival.site.demo.stage import Stage

ZONE = "Europe/Madrid"
HOUSEHOLDS = 600
FULL = "Set your name in lead"
CANCELLED = "Inside a beehive, behind glass"
MOVED_ONTO = ("Mend a puncture in nine moves", "City on every wheel")
SAME_SPACE = ("Roll a beeswax candle", "Press apples until it runs")
ABOUT = (
    "For three days the city teaches itself. Bookbinders, beekeepers, nurses, robots and "
    "grandmothers have set up their tables in libraries, workshops, markets and gardens.\n\n"
    "Come for an hour or for the weekend. Nearly everything is free, most of it is for beginners, "
    "and you need nothing but the time."
)
Say = Callable[[str], None]


@dataclass
class Seeder:
    """Fills an empty installation; ``say`` is told what has been done."""

    today: date
    seed: int
    media_folder: Path
    say: Say

    def run(self) -> people.Cast:
        long_ago = datetime.combine(self.today, time(9), tzinfo=UTC) - timedelta(days=600)
        cast = people.begin_cast(now=long_ago)
        festival = _found(now=long_ago)
        before = self._last_year(festival, now=long_ago)
        stage = self._this_year(before, cast)
        cities = _twin_cities(stage)
        people.add_partner(cast, cities["saebit"], now=stage.at(-200, 10))
        applications = apply_all(stage)
        people.add_exhibitor(cast, applications["bindery"].organization, now=stage.at(-90, 10))
        reviewing.review_all(stage, cast, applications)
        self.say(f"{len(applications)} organizations applied.")
        maker = self._programme(stage, cities, applications)
        portal_leads.find_strands(stage, applications, slugs=maker.strands)
        papers.add_papers(stage, applications)
        papers.add_a_double(stage, applications["bindery"])
        papers.remember_last_year(before)
        papers.send_links(stage)
        elsewhere.fill_last_year(before, maker, applications)
        stranger = elsewhere.found_another(
            cast, today=self.today, media_folder=self.media_folder, seed=self.seed
        )
        self._visitors_and_doors(stage, maker, stranger)
        self.say(f"{portal_returns.tell_of_both(before, stage)} hosts told how it went.")
        self.say(f"{news.remind_of_the_first_day(stage)} reminders were written.")
        press.prepare_press(stage, now=stage.at(0, 8))
        messages.write_messages(stage)
        given = stands.draw_hall(stage, applications)
        self.say(f"{given} stands were given.")
        self.say(f"{portal_day.open_gates(stage, applications)} times at the gates were booked.")
        self.say(f"{learning.put_on_the_map(stage, applications)} places of learning are known.")
        self.say(f"{portal_passes.name_teams(stage, applications)} team passes were named.")
        self.say(f"{portal_leads.leave_addresses(stage, applications)} visitors left an address.")
        self._last_touches(stage)
        _all_mail_has_left(now=stage.at(0, 9))
        reviewing.leave_open(stage, applications)
        return cast

    def _last_year(self, festival: Festival, *, now: datetime) -> Stage:
        first = self.today - timedelta(days=364)
        facts = _edition_facts(first, year=first.year)
        edition = festivals.open_edition(
            festival, facts, slug=f"{first.year}", actor=SYSTEM, now=now
        )
        stage = Stage(edition, random.Random(self.seed), SYSTEM, self.media_folder)
        places.build_places(stage, now=now)
        stage.halls = places.find_halls(stage)
        calls.open_calls(stage)
        return stage

    def _this_year(self, before: Stage, cast: people.Cast) -> Stage:
        """Cloned from last year's, as an organizer would."""
        now = before.at(30, 10)
        edition = festivals.clone_edition(
            before.edition, slug=_slug_for(self.today, before.edition), starts_on=self.today,
            title=f"Luminara Learns {self.today.year}", actor=SYSTEM, now=now,
        )  # fmt: skip
        organizer = people.add_team(cast, edition, now=now)
        actor = Actor(organizer.name, organizer.id)
        facts = _edition_facts(self.today, year=self.today.year)
        festivals.change_edition(edition, facts, actor=actor, now=now)
        festivals.move_edition(edition, to=EditionState.PUBLIC, actor=actor, now=now)
        stage = Stage(edition, random.Random(self.seed), actor, self.media_folder)
        stage.halls = places.find_halls(stage)
        self.say(f"{edition.title}: {len(stage.halls)} spaces.")
        return stage

    def _programme(
        self, stage: Stage, cities: dict[str, TwinCity], applications: dict[str, Application]
    ) -> ProgrammeMaker:
        maker = ProgrammeMaker(stage, now=stage.at(-45, 10))
        maker.add_talks(cities)
        maker.add_activities(applications)
        move_onto(
            _time_of(stage, MOVED_ONTO[0]), _time_of(stage, MOVED_ONTO[1]), stage=stage,
            now=maker.now, same_space=False,
        )  # fmt: skip
        move_onto(
            _time_of(stage, SAME_SPACE[0]), _time_of(stage, SAME_SPACE[1]), stage=stage,
            now=maker.now, same_space=True,
        )  # fmt: skip
        publish_programme(
            stage.edition, actor=stage.actor, now=stage.at(-44, 12), note="The first version."
        )
        self.say("The programme is published.")
        return maker

    def _visitors_and_doors(self, stage: Stage, maker: ProgrammeMaker, stranger: Badge) -> None:
        households = visitors.register_households(stage, count=HOUSEHOLDS)
        self.say(f"{len(households)} households registered.")
        visitors.fill_up(stage, households[50:90], occurrence=_time_of(stage, FULL))
        bookable = db.session.scalars(
            select(Occurrence.id)
            .where(Occurrence.edition_id == stage.edition.id, Occurrence.is_bookable)
            .order_by(Occurrence.id)
        ).all()
        made = visitors.book_places(stage, households, bookable=bookable)
        self.say(f"{made} bookings were made.")
        cancel_occurrence(
            _time_of(stage, CANCELLED), actor=stage.actor, now=stage.at(-1, 18), publish=True
        )
        crew = door.make_crew_badges(stage, speakers=list(maker.presenters), now=stage.at(-7, 10))
        doors = door.open_doors(stage, _first_morning(stage), now=stage.at(-3, 10))
        scans = door.Morning(stage, doors, households).scan_all(stranger=stranger, crew=crew[:14])
        self.say(f"{scans} scans were made at the doors.")

    def _last_touches(self, stage: Stage) -> None:
        """A change that waits for the next publication, so that the desk has something to say."""
        occurrence = _time_of(stage, "Sing with no wrong notes")
        move_onto(
            occurrence, _time_of(stage, "Parliament of teenagers: the night bus"), stage=stage,
            now=stage.at(0, 8, 40), same_space=False,
        )  # fmt: skip


def _found(*, now: datetime) -> Festival:
    facts = FestivalFacts(
        name="Luminara Learns", city_name="Luminara", country="ES", time_zone=ZONE,
        default_language="en", about="The learning festival of an invented city.",
    )  # fmt: skip
    return festivals.found_festival(facts, slug="luminara", actor=SYSTEM, now=now)


def _slug_for(today: date, before: Edition) -> str:
    """The year; in the last days of a year both editions may fall into the same one."""
    slug = f"{today.year}"
    return slug if slug != before.slug else f"{slug}-autumn"


def _edition_facts(first: date, *, year: int) -> EditionFacts:
    def wall(days: int, hour: int) -> datetime:
        return datetime.combine(first + timedelta(days=days), time(hour))

    return EditionFacts(
        title=f"Luminara Learns {year}",
        theme="A whole city learns together",
        about=ABOUT,
        starts_on=first,
        ends_on=first + timedelta(days=2),
        time_zone=ZONE,
        languages=("en", "fr", "ar"),
        inhabitants=92_000,
        inhabitants_year=year - 1,
        contact_email="hello@luminara.example",
        registration_opens=wall(-45, 9),
        registration_closes=wall(2, 18),
    )


def _twin_cities(stage: Stage) -> dict[str, TwinCity]:
    found = {}
    for text in texts.cities():
        facts = CityFacts(text.name, text.country, text.zone, text.twinned_since)
        profile = CityProfile(
            about=text.about, languages=text.languages, contact_name=text.contact,
            contact_email=f"learning@{text.key}.example", website=text.website,
            learning_city_since=text.learning_city_since,
        )  # fmt: skip
        found[text.key] = add_city(
            stage.edition.festival, facts, profile, actor=stage.actor, now=stage.at(-200, 9)
        )
    return found


def _time_of(stage: Stage, title: str) -> Occurrence:
    """The first time that a session with this title is held."""
    return db.session.scalars(
        select(Occurrence)
        .join(Occurrence.session)
        .where(ProgrammeSession.edition_id == stage.edition.id, ProgrammeSession.title == title)
        .order_by(Occurrence.starts_at)
        .limit(1)
    ).one()


def _first_morning(stage: Stage) -> list[Occurrence]:
    """Some activities that begin on the first morning."""
    return list(
        db.session.scalars(
            select(Occurrence)
            .join(Occurrence.session)
            .where(
                Occurrence.edition_id == stage.edition.id,
                ProgrammeSession.kind == Kind.ACTIVITY,
                Occurrence.starts_at >= stage.at(0, 9),
                Occurrence.starts_at < stage.at(0, 12),
            )
            .order_by(Occurrence.starts_at, Occurrence.id)
            .limit(12)
        )
    )


def _all_mail_has_left(*, now: datetime) -> None:
    """Nothing is really sent; for the outbox two were given up and one came back."""
    db.session.flush()
    db.session.execute(
        update(OutboxMessage).values(state=MessageState.SENT, sent_at=now, attempts=1)
    )
    newest = select(OutboxMessage.id).order_by(OutboxMessage.id.desc()).limit(2)
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(newest.scalar_subquery()))
        .values(
            state=MessageState.DEAD, sent_at=None, attempts=8, error="550 5.1.1 no such mailbox"
        )
    )
    oldest = select(func.min(OutboxMessage.id)).where(OutboxMessage.state == MessageState.SENT)
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == oldest.scalar_subquery())
        .values(state=MessageState.BOUNCED, error="5.2.2 552 5.2.2 mailbox is full")
    )
