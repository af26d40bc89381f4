"""The sample festival: its texts fit together, and what it writes is what it promises."""

from __future__ import annotations

import random
import shutil
import unicodedata
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from festival import create_app
from festival.checkin.models import Admission, Scan
from festival.checkin.states import Verdict
from festival.exhibitors.models import Application
from festival.extensions import db
from festival.festivals.models import Edition, Space, Venue
from festival.festivals.states import SPACE_FEATURES, EditionState
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.press.models import PressPicture
from festival.programme.models import Occurrence, ProgrammeSession
from festival.programme.queries import opening_hours_of, published_programme
from festival.programme.rules import clashes_between
from festival.programme.states import TAGS, Kind, OccurrenceState
from festival.site.demo import texts
from festival.site.demo.festival import CANCELLED, FULL, MOVED_ONTO, SAME_SPACE
from festival.site.demo.names import invent_name
from festival.site.demo.programme import STRANDS
from festival.site.demo.stage import Hall
from festival.site.demo.timetable import Timetable, Wish
from festival.visitors.models import Registration
from tests.conftest import settings_for_tests
from tests.sample import build_sample


def test_the_texts_fit_together() -> None:
    exhibitors = {each.key: each for each in texts.exhibitors()}
    venues = texts.venues()
    kinds = {space.kind for venue in venues for space in venue.spaces}
    activities, talks = texts.activities(), texts.talks()
    assert (len(activities), len(talks), len(venues)) == (150, 40, 14)
    assert sum(len(venue.spaces) for venue in venues) == 40
    for each in activities:
        assert exhibitors[each.exhibitor].state == "accepted"
        assert each.strand in STRANDS
        assert each.space_kind in kinds
        assert set(each.tags) <= set(TAGS)
        assert each.places or not each.is_bookable
    for venue in venues:
        for space in venue.spaces:
            assert set(space.features) <= set(SPACE_FEATURES)
    cities = {city.key for city in texts.cities()}
    assert {talk.city for talk in talks if talk.city} == cities
    titles = [each.title for each in [*activities, *talks]]
    assert len(set(titles)) == len(titles)
    assert set(texts.translations()) <= set(titles)
    assert {CANCELLED, FULL, *MOVED_ONTO, *SAME_SPACE} <= set(titles)


def test_names_come_in_six_scripts_and_are_the_same_again() -> None:
    first = [invent_name(random.Random(number))[0] for number in range(300)]
    assert first == [invent_name(random.Random(number))[0] for number in range(300)]
    scripts = {unicodedata.name(name[0]).split()[0] for name in first}
    assert scripts == {"LATIN", "CYRILLIC", "ARABIC", "CJK", "HANGUL", "DEVANAGARI"}


def _halls() -> list[Hall]:
    return [
        Hall(Space(slug=name, name=name), "room", district, time(10), time(12))
        for name, district in (("a", "East"), ("b", "West"))
    ]


def test_the_timetable_prefers_the_district_and_never_clashes() -> None:
    table, day = Timetable(random.Random(1)), date(2027, 5, 14)
    wish = Wish(60, ("room",), frozenset({"me"}), district="West")
    slot = table.place(wish, halls=_halls(), days=[day])
    assert slot is not None and slot.hall.space.slug == "b"
    other = Wish(120, ("room",), frozenset({"other"}), district="West")
    second = table.place(other, halls=_halls(), days=[day])
    assert second is not None and second.hall.space.slug == "a"
    assert table.place(other, halls=_halls(), days=[day]) is None
    again = Timetable(random.Random(1)).place(wish, halls=_halls(), days=[day])
    assert again is not None and again.starts == slot.starts


def test_one_person_is_not_in_two_places() -> None:
    table, day = Timetable(random.Random(1)), date(2027, 5, 14)
    wish = Wish(90, ("room",), frozenset({"me"}))
    assert table.place(wish, halls=_halls(), days=[day]) is not None
    assert table.place(wish, halls=_halls(), days=[day]) is None


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on a copy of the sample."""
    folder = tmp_path_factory.mktemp("copy") / "sample"
    shutil.copytree(build_sample(tmp_path_factory), folder)
    app = create_app(settings_for_tests(folder, f"sqlite:///{folder / 'festival.db'}"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def edition(sample: Flask) -> Iterator[Edition]:
    """The main edition of the sample."""
    with sample.app_context():
        yield db.session.scalars(
            select(Edition).where(Edition.state == EditionState.PUBLIC).order_by(Edition.starts_on)
        ).first()
        db.session.remove()


def count(*conditions: object) -> int:
    return db.session.scalar(select(func.count()).where(*conditions)) or 0  # type: ignore[arg-type]


def test_three_editions_in_two_cities(edition: Edition) -> None:
    found = db.session.scalars(select(Edition).order_by(Edition.starts_on)).all()
    assert [(each.festival.slug, each.state.value) for each in found] == [
        ("luminara", "archived"),
        ("luminara", "public"),
        ("port-sorrel", "public"),
    ]
    assert (edition.ends_on - edition.starts_on).days == 2
    assert edition.inhabitants == 92_000


def test_the_size_that_it_promises(edition: Edition) -> None:
    assert count(Venue.edition_id == edition.id) == 14
    assert count(Space.edition_id == edition.id) == 40
    for kind, number in ((Kind.ACTIVITY, 150), (Kind.CONFERENCE, 40)):
        assert count(ProgrammeSession.edition_id == edition.id, ProgrammeSession.kind == kind) == (
            number
        )
    states = dict(
        db.session.execute(
            select(Application.state, func.count())
            .where(Application.edition_id == edition.id)
            .group_by(Application.state)
        ).all()
    )
    assert states == {
        "accepted": 36, "accepted_with_changes": 1, "waitlisted": 3, "submitted": 7,
        "declined": 3, "draft": 2,
    }  # fmt: skip
    assert count(Registration.edition_id == edition.id) == 600
    assert count(PressPicture.edition_id == edition.id) == 4


def test_only_the_two_clashes_that_are_meant(edition: Edition) -> None:
    found = clashes_between(published_programme(edition), hours=opening_hours_of(edition))
    titles = {
        frozenset({clash.first[0].title, clash.other[0].title}) for clash in found if clash.other
    }
    assert titles == {frozenset(MOVED_ONTO), frozenset(SAME_SPACE)}


def test_one_is_cancelled_and_one_is_full(edition: Edition) -> None:
    def first_of(title: str) -> Occurrence:
        return db.session.scalars(
            select(Occurrence)
            .join(Occurrence.session)
            .where(ProgrammeSession.title == title, Occurrence.edition_id == edition.id)
            .order_by(Occurrence.starts_at)
        ).all()[0]

    assert first_of(CANCELLED).state == OccurrenceState.CANCELLED
    assert first_of(FULL).places_taken == first_of(FULL).capacity


def test_a_morning_at_the_doors_with_everything_that_happens_there(edition: Edition) -> None:
    verdicts = dict(
        db.session.execute(
            select(Scan.verdict, func.count())
            .where(Scan.edition_id == edition.id)
            .group_by(Scan.verdict)
        ).all()
    )
    assert set(verdicts) == set(Verdict)
    assert 700 <= sum(verdicts.values()) <= 950
    assert verdicts[Verdict.ADMITTED] == count(Admission.edition_id == edition.id)


def test_no_mail_waits_to_be_sent_to_invented_people(edition: Edition) -> None:
    states = set(db.session.scalars(select(OutboxMessage.state)))
    held = MessageState.HELD  # leaves only when an organizer releases it
    assert states == {MessageState.SENT, MessageState.DEAD, MessageState.BOUNCED, held}


def test_a_second_seeding_is_refused(sample: Flask) -> None:
    answer = sample.test_cli_runner().invoke(args=["seed-demo"])
    assert answer.exit_code == 1
    assert "There is a festival already" in answer.output


def test_it_is_refused_in_production(tmp_path: Path) -> None:
    settings = settings_for_tests(tmp_path, f"sqlite:///{tmp_path / 'festival.db'}")
    app = create_app(settings)
    app.config["SETTINGS"] = settings.model_copy(update={"environment": "production"})
    answer = app.test_cli_runner().invoke(args=["seed-demo"])
    assert answer.exit_code == 1
    assert "production" in answer.output
    with app.app_context():
        db.engine.dispose()
