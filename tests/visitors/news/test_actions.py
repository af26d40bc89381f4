"""Who is told what when a programme is published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from festival.accounts.models import Person
from festival.extensions import db
from festival.festivals.states import EditionState
from festival.mail.actions import refuse_topic
from festival.mail.batches.models import MailBatch
from festival.mail.batches.states import BatchState, Origin
from festival.mail.facts import unpacked
from festival.mail.models import MailRecipient, OutboxMessage
from festival.mail.rendering import render_message
from festival.mail.states import MessageState, Topic
from festival.programme.actions import cancel_occurrence, publish_programme
from festival.programme.events import Audience, who_would_be_told
from festival.programme.models import Occurrence, ProgrammeSession
from festival.programme.queries import published_programme
from festival.programme.rules.news import news_between
from festival.programme.states import OccurrenceState, SessionState, Telling
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from festival.visitors.actions import book, cancel_booking, cancel_registration
from tests.factories.exhibitors import make_application
from tests.factories.programme import (
    TEN_O_CLOCK,
    make_occurrence,
    make_presenter,
    make_session,
)
from tests.factories.visitors import make_household
from tests.factories.world import NOW, Corner, World
from tests.queries import count_queries

LATER = NOW + timedelta(days=1)
CHANGED, PUBLISHED = "programme_changed", "programme_published"


def make_bookable(corner: Corner, title: str, *, hour: int = 0, **values: Any) -> Occurrence:
    """Held on the first day, so many hours after ten o'clock."""
    session = make_session(
        corner.edition, title=title, space=corner.space,
        starts_at=TEN_O_CLOCK + timedelta(hours=hour),
        occurrence={"is_bookable": True, "capacity": 200}, **values,
    )  # fmt: skip
    return session.occurrences[0]


def publish(corner: Corner, **values: Any) -> None:
    publish_programme(corner.edition, actor=SYSTEM, now=LATER, **values)
    db.session.commit()


def letters(kind: str = CHANGED) -> list[OutboxMessage]:
    rows = select(OutboxMessage).where(OutboxMessage.kind == kind)
    return list(db.session.scalars(rows.order_by(OutboxMessage.id)))


def told(kind: str = CHANGED) -> dict[str, list[tuple[str, str]]]:
    """Recipient → (what, title) of each item."""
    return {
        row.recipient: [(each["what"], each["title"]) for each in row.facts["items"]]
        for row in letters(kind)
        if row.facts is not None
    }


def book_for(corner: Corner, email: str, *occurrences: Occurrence, locale: str = "en") -> Any:
    row, _token = make_household(corner, email=email, locale=locale)
    for each in occurrences:
        book(row, occurrence_id=each.id, people=2, now=NOW)
    db.session.commit()
    return row


# Households


@pytest.mark.both_databases
def test_whoever_booked_five_changed_sessions_gets_one_mail_with_only_theirs(world: World) -> None:
    here = world.here
    mine = [make_bookable(here, f"Mine {number}", hour=2 * number) for number in range(5)]
    other = make_bookable(here, "Somebody else's", hour=11)
    unchanged = make_bookable(here, "Unchanged", hour=12)
    publish(here)
    book_for(here, "nur@example.org", *mine, unchanged, locale="fr")
    book_for(here, "other@example.org", other)
    book_for(here, "still@example.org", unchanged)
    mine[0].starts_at += timedelta(minutes=30)
    mine[1].space = None
    mine[2].state = OccurrenceState.CANCELLED
    mine[3].minutes = 90
    mine[4].session.state = SessionState.WITHDRAWN
    other.space = None

    publish(here)

    assert told() == {
        "nur@example.org": [
            ("cancelled", "Mine 2"), ("cancelled", "Mine 4"), ("moved", "Mine 0"),
            ("moved", "Mine 3"), ("place", "Mine 1"),
        ],
        "other@example.org": [("place", "Somebody else's")],
    }  # fmt: skip
    assert letters()[0].locale == "fr"
    publish(here)
    assert len(letters()) == 2


@pytest.mark.both_databases
def test_several_edits_are_collected_and_what_moved_back_is_not_told(world: World) -> None:
    here = world.here
    back, twice = make_bookable(here, "Back"), make_bookable(here, "Twice", hour=3)
    publish(here)
    book_for(here, "nur@example.org", back, twice)
    for hours in (1, -1):
        back.starts_at += timedelta(hours=hours)
        twice.starts_at += timedelta(hours=1)
        db.session.commit()
        assert letters() == []

    publish(here)

    (letter,) = letters()
    assert letter.facts is not None
    (item,) = unpacked(letter.facts)["items"]
    assert (item["title"], item["places"]) == ("Twice", 2)
    assert item["now"]["starts_at"] == TEN_O_CLOCK + timedelta(hours=5)
    assert item["before"]["starts_at"] == TEN_O_CLOCK + timedelta(hours=3)


def test_a_single_change_published_at_once_tells_at_once(world: World) -> None:
    occurrence = make_bookable(world.here, "Ovens")
    publish(world.here)
    book_for(world.here, "nur@example.org", occurrence)

    cancel_occurrence(occurrence, actor=SYSTEM, now=LATER)
    db.session.commit()

    assert told() == {"nur@example.org": [("cancelled", "Ovens")]}
    occurrence.state = OccurrenceState.CONFIRMED
    publish(world.here)
    assert [each.facts["items"][0]["what"] for each in letters() if each.facts] == [
        "cancelled",
        "restored",
    ]


def test_who_gave_the_places_back_or_gave_no_address_hears_nothing(world: World) -> None:
    here = world.here
    occurrence = make_bookable(here, "Ovens")
    publish(here)
    gave_back = book_for(here, "back@example.org", occurrence)
    cancel_booking(gave_back, occurrence_id=occurrence.id, now=NOW)
    cancel_registration(book_for(here, "gone@example.org", occurrence), now=NOW)
    book_for(here, "", occurrence)
    occurrence.starts_at += timedelta(hours=1)

    publish(here)

    assert letters() == []


def test_the_neighbour_hears_nothing(world: World) -> None:
    mine, theirs = make_bookable(world.here, "Mine"), make_bookable(world.there, "Theirs")
    publish(world.here)
    publish(world.there)
    book_for(world.here, "mine@example.org", mine)
    book_for(world.there, "theirs@example.org", theirs)
    mine.starts_at += timedelta(hours=1)
    theirs.starts_at += timedelta(hours=1)

    publish(world.here)

    assert list(told()) == ["mine@example.org"]


# Those who hold it


def hold(corner: Corner, title: str = "Ours", **values: Any) -> ProgrammeSession:
    return make_session(corner.edition, title=title, space=corner.space, **values)


@pytest.mark.both_databases
def test_the_first_publication_tells_exhibitors_and_partners_their_sessions(world: World) -> None:
    here = world.here
    here.city.contact_email, here.city.languages = "saebit@example.org", ["ko", "fr"]
    hold(here, "Of the makers", organization=here.organization)
    hold(here, "Of the twin", twin_city=here.city, starts_at=TEN_O_CLOCK + timedelta(hours=8))
    hold(here, "Of nobody")

    publish(here)

    makers, twin = [("announced", "Of the makers")], [("announced", "Of the twin")]
    assert told(PUBLISHED) == {
        "makers@luminara.example": makers,
        "exhibitor@luminara.example": makers,
        "saebit@example.org": twin,
        "partner@luminara.example": twin,
    }
    assert letters(CHANGED) == []
    by_address = {each.recipient: each for each in letters(PUBLISHED)}
    assert by_address["saebit@example.org"].locale == "fr", "the edition does not speak Korean"


def test_a_partner_city_reads_its_own_time_and_the_other_date(world: World) -> None:
    here = world.here
    late = hold(here, "Of the twin", twin_city=here.city, starts_at=TEN_O_CLOCK)
    publish(here)
    late.occurrences[0].starts_at += timedelta(hours=9)  # 19:00 in Madrid, 02:00 in Seoul

    publish(here)

    (letter,) = letters()
    mail = render_message(letter)
    assert "Moved: Of the twin" in mail.subject
    assert "the next day there" in mail.text
    assert "Friday 14 May 2027, 19:00–20:00 (Madrid)" in mail.text
    assert "Saturday 15 May 2027, 02:00–03:00 (Seoul)" in mail.text
    assert "<s>" in mail.html and "&lt;" not in mail.html


@pytest.mark.both_databases
def test_whoever_leads_a_session_is_told_in_the_language_written_down(world: World) -> None:
    here = world.here
    here.city.contact_email = ""
    nour = make_presenter(here.edition, email="nour@example.org", locale="ar")
    chen = make_presenter(here.edition, name="Chen Wei", email="chen@example.org")
    silent = make_presenter(here.edition, name="No address")
    both = hold(here, "By both", presenters=(nour, chen, silent), twin_city=here.city)
    hold(here, "By Chen", presenters=(chen,), starts_at=TEN_O_CLOCK + timedelta(hours=3))
    publish(here)
    both.occurrences[0].starts_at += timedelta(hours=9)  # 19:00 in Madrid, 02:00 in Seoul

    publish(here)

    first, later = told(PUBLISHED), told()
    assert first["nour@example.org"] == [("announced", "By both")]
    assert first["chen@example.org"] == [("announced", "By both"), ("announced", "By Chen")]
    assert later["nour@example.org"] == later["chen@example.org"] == [("moved", "By both")]
    locales = {each.recipient: each.locale for each in letters()}
    assert (locales["nour@example.org"], locales["chen@example.org"]) == ("ar", "en")
    mail = next(each for each in letters() if each.recipient == "chen@example.org")
    assert "02:00–03:00 (Seoul)" in render_message(mail).text


def test_one_address_in_three_roles_gets_one_mail(world: World) -> None:
    here = world.here
    here.organization.contact_email = here.city.contact_email = "all@example.org"
    ours = hold(here, "Ours", organization=here.organization)
    twin = hold(here, "Twin", twin_city=here.city, starts_at=TEN_O_CLOCK + timedelta(hours=2))
    booked = make_bookable(here, "Booked", hour=4)
    publish(here)
    book_for(here, "All@Example.org", booked)
    for each in (ours.occurrences[0], twin.occurrences[0], booked):
        each.space = None
    make_occurrence(ours, starts_at=TEN_O_CLOCK + timedelta(days=1))

    publish(here)

    assert told()["all@example.org"] == [
        ("place", "Ours"), ("place", "Twin"), ("place", "Booked"), ("announced", "Ours"),
    ]  # fmt: skip


def test_the_contact_reads_the_language_of_the_application(world: World) -> None:
    application, _ = make_application(world.here, language="ar")
    hold(world.here, organization=application.organization)
    publish(world.here)
    by_address = {each.recipient: each for each in letters(PUBLISHED)}
    assert by_address["nour@paper.example"].locale == "ar"
    assert 'dir="rtl"' in render_message(by_address["nour@paper.example"]).html


def test_who_may_no_longer_sign_in_is_not_told(world: World) -> None:
    here = world.here
    person = db.session.get_one(Person, here.people[Role.EXHIBITOR.value].id)
    person.is_active = False
    hold(here, organization=here.organization)
    publish(here)
    assert list(told(PUBLISHED)) == ["makers@luminara.example"]


# Held, nobody, not public


def test_held_mails_wait_in_a_batch(world: World) -> None:
    occurrence = make_bookable(world.here, "Ovens")
    publish(world.here)
    book_for(world.here, "nur@example.org", occurrence)
    occurrence.starts_at += timedelta(hours=1)

    publish(world.here, telling=Telling.HELD)

    (letter,) = letters()
    batch = db.session.scalars(select(MailBatch)).one()
    assert (letter.state, letter.batch_id) == (MessageState.HELD, batch.id)
    assert (batch.origin, batch.state) == (Origin.PROGRAMME, BatchState.HELD)


def test_who_wants_no_such_mail_is_neither_counted_nor_told(world: World) -> None:
    here = world.here
    occurrence = make_bookable(here, "Ovens")
    publish(here)
    book_for(here, "nur@example.org", occurrence)
    book_for(here, "No@Example.org", occurrence)
    recipient = MailRecipient(edition_id=here.edition.id, email="no@example.org")
    db.session.add(recipient)
    db.session.flush()
    refuse_topic(recipient, topic=Topic.PROGRAMME_CHANGES, now=NOW)
    before = published_programme(here.edition)
    occurrence.starts_at += timedelta(hours=1)

    publish(here)

    news = news_between(before, published_programme(here.edition))
    assert who_would_be_told(here.edition, news) == Audience(mails=1, people=2)
    assert list(told()) == ["nur@example.org"]


def test_nothing_to_tell_opens_no_batch(world: World) -> None:
    make_bookable(world.here, "Ovens")
    publish(world.here, telling=Telling.HELD)
    assert db.session.scalars(select(MailBatch)).all() == []


def test_nobody_is_told_where_the_organizer_says_so_or_the_edition_is_not_public(
    world: World,
) -> None:
    here = world.here
    occurrence = make_bookable(here, "Ovens")
    publish(here)
    book_for(here, "nur@example.org", occurrence)
    occurrence.starts_at += timedelta(hours=1)
    publish(here, telling=Telling.NOBODY, reason="A typo.")
    assert letters() == []
    here.edition.state = EditionState.DRAFT
    occurrence.starts_at += timedelta(hours=1)
    publish(here)
    assert letters() == []


# The question before, and what it costs


def test_the_summary_counts_people_and_mails_and_writes_nothing(world: World) -> None:
    here = world.here
    one, two = make_bookable(here, "One"), make_bookable(here, "Two", hour=2)
    hold(here, organization=here.organization, starts_at=TEN_O_CLOCK + timedelta(hours=5))
    before = published_programme(here.edition)
    publish(here)
    after = published_programme(here.edition)
    book_for(here, "nur@example.org", one, two)
    book_for(here, "ada@example.org", two)
    moved = news_between(after, before)
    db.session.commit()

    assert who_would_be_told(here.edition, moved) == Audience(mails=4, people=6)
    assert who_would_be_told(here.edition, ()) == Audience()
    assert letters() == []


def test_telling_many_costs_as_many_queries_as_telling_one(world: World) -> None:
    counts = []
    for corner, size in ((world.here, 1), (world.there, 40)):
        corner.city.contact_email = f"twin@{corner.festival.slug}.example"
        occurrences = [make_bookable(corner, f"S{number}", hour=number) for number in range(10)]
        occurrences[0].session.organization = corner.organization
        occurrences[1].session.twin_city = corner.city
        publish(corner)
        for number in range(size):
            book_for(corner, f"n{number}@example.org", occurrences[0], occurrences[1])
        for each in occurrences[: 2 if size == 1 else 10]:
            each.starts_at += timedelta(minutes=5)
        db.session.commit()
        with count_queries() as seen:
            publish_programme(corner.edition, actor=SYSTEM, now=LATER)
        counts.append(seen.count)
    assert counts[0] == counts[1] < 32
