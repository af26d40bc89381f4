"""Registering and booking, with a database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.programme.models import Occurrence
from festival.programme.states import OccurrenceState
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.journal import JournalEntry
from festival.shared.tokens import make_token
from festival.visitors import events
from festival.visitors.actions import (
    Party,
    RegistrationClosed,
    SessionFull,
    book,
    cancel_booking,
    cancel_registration,
    change_party,
    get_by_key,
    register,
)
from festival.visitors.household import RegistrationEnded
from festival.visitors.models import Booking, PartyBand, Registration
from festival.visitors.places import give_back
from festival.visitors.states import AgeBand, BookingState, RegistrationSource, RegistrationState
from tests.factories.visitors import make_bookable, make_household
from tests.factories.world import NOW, World


def bands_of(registration: Registration) -> dict[AgeBand, int]:
    rows = db.session.scalars(select(PartyBand).where(PartyBand.registration_id == registration.id))
    return {row.band: row.people for row in rows}


def taken(occurrence: Occurrence) -> int:
    db.session.expire_all()
    return occurrence.places_taken


def mails(kind: str) -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)))


class Heard:
    """Listens to one signal while inside."""

    def __init__(self, signal: object) -> None:
        self.signal, self.events = signal, []

    def __enter__(self) -> list[object]:
        self.signal.connect(self.hear)
        return self.events

    def hear(self, _sender: object, *, event: object) -> None:
        self.events.append(event)

    def __exit__(self, *_: object) -> None:
        self.signal.disconnect(self.hear)


# Registering


@pytest.mark.both_databases
def test_registering_counts_the_people_by_band_and_tells_the_badges(world: World) -> None:
    with Heard(events.registered) as heard:
        row = register(
            world.here.edition,
            Party(people=4, bands={AgeBand.FROM_6: 1, AgeBand.FROM_30: 2}, name="Nur"),
            key=make_token(),
            locale="ar",
            now=NOW,
        )
        db.session.commit()

    assert (row.people, row.name, row.locale, row.state) == (4, "Nur", "ar", "active")
    assert bands_of(row) == {AgeBand.FROM_6: 1, AgeBand.FROM_30: 2, AgeBand.UNKNOWN: 1}
    assert heard == [events.Registered(row.id, world.here.edition.id, "Nur", 4, NOW)]


@pytest.mark.both_databases
def test_the_same_form_sent_twice_is_one_registration_and_one_mail(world: World) -> None:
    token = make_token()
    with Heard(events.registered) as heard:
        first, _ = make_household(world.here, token=token, email="nur@example.org")
        again, _ = make_household(world.here, token=token, email="nur@example.org")

    assert first.id == again.id
    assert len(heard) == 1
    assert db.session.scalar(select(func.count()).select_from(Registration)) == 1
    assert len(mails("registration_confirmed")) == 1


def test_two_that_insert_at_once_become_one(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other transaction's row appears between looking and inserting."""
    first, token = make_household(world.here)
    monkeypatch.setattr("festival.visitors.actions.find_by_key", lambda *_, **__: None)

    again, _ = make_household(world.here, token=token)

    assert again.id == first.id


def test_the_mail_holds_the_link_and_the_database_only_its_hash(world: World) -> None:
    row, token = make_household(world.here, email="  Nur@Example.ORG ", name="Nur")

    (mail,) = mails("registration_confirmed")
    assert mail.recipient == row.email == "nur@example.org"
    assert f"/r/{token}" in mail.body_text
    assert token not in row.manage_hash


def test_without_an_address_nothing_is_mailed(world: World) -> None:
    make_household(world.here)
    assert mails("registration_confirmed") == []


@pytest.mark.parametrize(
    ("party", "key", "field"),
    [
        (Party(people=0), "k" * 32, "people"),
        (Party(people=41), "k" * 32, "people"),
        (Party(people=1, bands={AgeBand.FROM_65: 2}), "k" * 32, "people"),
        (Party(people=1, email="two@example.org,three@example.org"), "k" * 32, "email"),
        (Party(people=1), "guess", "key"),
    ],
)
def test_what_cannot_be_registered(world: World, party: Party, key: str, field: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        register(world.here.edition, party, key=key, locale="en", now=NOW)

    assert refused.value.field == field
    assert db.session.scalar(select(func.count()).select_from(Registration)) == 0


def test_the_web_keeps_the_window_and_the_desk_does_not(world: World) -> None:
    world.here.edition.registration_opens_at = NOW + timedelta(days=1)
    party = Party(people=1)

    with pytest.raises(RegistrationClosed):
        register(world.here.edition, party, key=make_token(), locale="en", now=NOW)
    row = register(
        world.here.edition,
        party,
        key=make_token(),
        locale="en",
        now=NOW,
        source=RegistrationSource.WALK_IN,
    )

    assert row.source == RegistrationSource.WALK_IN


def test_a_link_opens_only_its_own_edition(world: World) -> None:
    _, token = make_household(world.here)

    with pytest.raises(NotFound):
        get_by_key(world.there.edition, key=token)
    with pytest.raises(NotFound):
        register(world.there.edition, Party(people=1), key=token, locale="en", now=NOW)


# Changing and cancelling


def test_more_people_reach_the_badge(world: World) -> None:
    row, token = make_household(world.here, people=2)
    party = Party(people=5, bands={AgeBand.UNDER_6: 3}, name="Nur", email="nur@example.org")

    with Heard(events.registration_changed) as heard:
        change_party(row, party, token=token, now=NOW)
        db.session.commit()

    assert heard == [events.RegistrationChanged(row.id, world.here.edition.id, "Nur", 5, NOW)]
    assert bands_of(row) == {AgeBand.UNDER_6: 3, AgeBand.UNKNOWN: 2}
    assert len(mails("registration_confirmed")) == 1


def test_the_same_address_gets_no_second_mail(world: World) -> None:
    row, token = make_household(world.here, email="nur@example.org")
    change_party(row, Party(people=3, email="nur@example.org"), token=token, now=NOW)
    assert len(mails("registration_confirmed")) == 1


def test_a_household_keeps_room_for_its_bookings(world: World) -> None:
    row, _ = make_household(world.here, people=3)
    book(row, occurrence_id=make_bookable(world.here).id, people=3, now=NOW)

    with pytest.raises(FieldRefused):
        change_party(row, Party(people=2), now=NOW)
    change_party(row, Party(people=3, name="Same size"), now=NOW)

    assert row.name == "Same size"


@pytest.mark.both_databases
def test_cancelling_gives_all_places_back_and_tells_the_badges_once(world: World) -> None:
    row, _ = make_household(world.here, people=2, name="Nur", email="nur@example.org")
    first, second = make_bookable(world.here), make_bookable(world.here)
    for each in (first, second):
        book(row, occurrence_id=each.id, people=2, now=NOW)
    cancel_booking(row, occurrence_id=second.id, now=NOW)

    with Heard(events.registration_cancelled) as heard:
        cancel_registration(row, now=NOW)
        cancel_registration(row, forget=True, now=NOW)
        db.session.commit()

    assert (taken(first), taken(second)) == (0, 0)
    assert len(heard) == 1
    assert (row.state, row.name, row.email) == (RegistrationState.CANCELLED, "", "")
    assert sum(bands_of(row).values()) == 2, "numbers stay"
    with pytest.raises(RegistrationEnded):
        book(row, occurrence_id=first.id, people=1, now=NOW)


# Booking


@pytest.mark.both_databases
def test_booking_takes_places_and_the_same_again_takes_none(world: World) -> None:
    row, token = make_household(world.here, people=3, email="nur@example.org")
    occurrence = make_bookable(world.here, capacity=10)

    booking = book(row, occurrence_id=occurrence.id, people=3, now=NOW, token=token)
    again = book(row, occurrence_id=occurrence.id, people=3, now=NOW + timedelta(minutes=1))
    db.session.commit()

    assert again.id == booking.id
    assert taken(occurrence) == 3
    (mail,) = mails("booking_confirmed")
    assert "Bookbinding for beginners" in mail.subject
    assert f"/r/{token}" in mail.body_text


def test_another_number_changes_the_booking_both_ways(world: World) -> None:
    row, _ = make_household(world.here, people=4)
    occurrence = make_bookable(world.here, capacity=4)

    book(row, occurrence_id=occurrence.id, people=2, now=NOW)
    book(row, occurrence_id=occurrence.id, people=4, now=NOW)
    assert taken(occurrence) == 4
    book(row, occurrence_id=occurrence.id, people=1, now=NOW)
    assert taken(occurrence) == 1


def test_a_cancelled_booking_can_be_booked_again(world: World) -> None:
    row, token = make_household(world.here, email="nur@example.org")
    occurrence = make_bookable(world.here)
    book(row, occurrence_id=occurrence.id, people=2, now=NOW)

    cancel_booking(row, occurrence_id=occurrence.id, now=NOW, token=token)
    cancel_booking(row, occurrence_id=occurrence.id, now=NOW, token=token)
    assert taken(occurrence) == 0
    assert len(mails("booking_cancelled")) == 1

    booking = book(row, occurrence_id=occurrence.id, people=1, now=NOW + timedelta(hours=1))
    assert (booking.state, booking.cancelled_at) == (BookingState.BOOKED, None)
    assert taken(occurrence) == 1


def test_a_full_session_says_how_many_are_left(world: World) -> None:
    occurrence = make_bookable(world.here, capacity=3)
    first, _ = make_household(world.here, people=2)
    second, _ = make_household(world.here, people=2)
    book(first, occurrence_id=occurrence.id, people=2, now=NOW)

    with pytest.raises(SessionFull) as full:
        book(second, occurrence_id=occurrence.id, people=2, now=NOW)
    assert (full.value.left, full.value.spoken()) == (1, "Only one place is left.")

    book(second, occurrence_id=occurrence.id, people=1, now=NOW)
    with pytest.raises(SessionFull) as full:
        book(first, occurrence_id=make_bookable(world.here, capacity=0).id, people=1, now=NOW)
    assert full.value.spoken() == "All places are taken."
    third, _ = make_household(world.here, people=9)
    with pytest.raises(SessionFull, match="Only 8 places"):
        book(third, occurrence_id=make_bookable(world.here, capacity=8).id, people=9, now=NOW)


def test_where_nobody_counts_there_is_always_room(world: World) -> None:
    occurrence = make_bookable(world.here, capacity=None)
    row, _ = make_household(world.here, people=40)
    book(row, occurrence_id=occurrence.id, people=40, now=NOW)
    assert taken(occurrence) == 40


def test_becoming_full_and_free_again_renews_the_public_pages(world: World) -> None:
    row, _ = make_household(world.here, people=2)
    occurrence = make_bookable(world.here, capacity=2)
    version = world.here.edition.content_version

    book(row, occurrence_id=occurrence.id, people=1, now=NOW)
    assert world.here.edition.content_version == version
    book(row, occurrence_id=occurrence.id, people=2, now=NOW)
    assert world.here.edition.content_version == version + 1
    cancel_booking(row, occurrence_id=occurrence.id, now=NOW)
    assert world.here.edition.content_version == version + 2


@pytest.mark.parametrize("people", [0, 3])
def test_places_are_for_the_household(world: World, people: int) -> None:
    row, _ = make_household(world.here, people=2)
    occurrence = make_bookable(world.here)
    with pytest.raises(FieldRefused):
        book(row, occurrence_id=occurrence.id, people=people, now=NOW)


@pytest.mark.parametrize("what", ["cancelled", "drop-in", "past"])
def test_what_cannot_be_booked(world: World, what: str) -> None:
    row, _ = make_household(world.here)
    occurrence = make_bookable(world.here, is_bookable=what != "drop-in")
    if what == "cancelled":
        occurrence.state = OccurrenceState.CANCELLED
    if what == "past":
        occurrence.starts_at = NOW

    with pytest.raises(RuleBroken):
        book(row, occurrence_id=occurrence.id, people=1, now=NOW)
    assert taken(occurrence) == 0


def test_another_editions_session_is_not_found(world: World) -> None:
    row, _ = make_household(world.here)
    foreign = make_bookable(world.there)

    for attempt in (book, cancel_booking):
        with pytest.raises(NotFound):
            people = {"people": 1} if attempt is book else {}
            attempt(row, occurrence_id=foreign.id, now=NOW, **people)
    assert taken(foreign) == 0


def test_the_journal_tells_of_bookings_without_names(world: World) -> None:
    row, _ = make_household(world.here, name="Nur", email="nur@example.org")
    occurrence = make_bookable(world.here)
    book(row, occurrence_id=occurrence.id, people=1, now=NOW)
    cancel_booking(row, occurrence_id=occurrence.id, now=NOW)
    db.session.commit()

    lines = db.session.scalars(
        select(JournalEntry).where(JournalEntry.entity != "badge").order_by(JournalEntry.id)
    ).all()
    assert [line.action for line in lines] == ["registered", "booked", "booking_cancelled"]
    assert "Nur" not in repr([(line.before, line.after, line.entity_key) for line in lines])


def test_giving_back_more_than_is_taken_is_a_fault_of_ours(world: World) -> None:
    occurrence = make_bookable(world.here)
    with pytest.raises(RuntimeError, match="fewer places"):
        give_back(occurrence.id, people=1, edition_id=world.here.edition.id)


def test_a_session_full_when_its_row_vanished_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard holds although the facts read before said that there was room."""
    row, _ = make_household(world.here)
    occurrence = make_bookable(world.here, capacity=2)
    monkeypatch.setattr("festival.visitors.booking.take", lambda *_, **__: False)
    with pytest.raises(SessionFull):
        book(row, occurrence_id=occurrence.id, people=1, now=NOW)
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 0


def test_one_address_cannot_be_flooded_with_mail(world: World) -> None:
    for _ in range(7):
        make_household(world.here, email="victim@example.org")
    assert len(mails("registration_confirmed")) == 5
    make_household(world.here, email="victim@example.org", now=NOW + timedelta(days=2))
    assert len(mails("registration_confirmed")) == 6
