"""What an organizer does with the draft; each action leaves a line in the journal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from festival.exhibitors.models import ActivityOffer, Application
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.programme.actions import (
    add_occurrence,
    add_presenter,
    add_strand,
    cancel_occurrence,
    change_state,
    create_session,
    edit_presenter,
    edit_session,
    edit_strand,
    move_occurrence,
    publish_programme,
    remove_occurrence,
    remove_presenter,
    remove_strand,
    restore_occurrence,
    take_offer,
    withdraw_session,
)
from festival.programme.models import Occurrence, Presenter, ProgrammeSession, Strand
from festival.programme.queries import (
    find_occurrence,
    find_session,
    offers_waiting,
    published_programme,
    values_of,
)
from festival.programme.rules import OccurrenceValues, SessionValues
from festival.programme.states import AttendanceMode, Kind, OccurrenceState, SessionState
from festival.shared.errors import FieldRefused, NotFound, RuleBroken, StaleVersion
from festival.shared.journal import SYSTEM, JournalEntry
from festival.shared.tokens import make_code, token_hash
from tests.factories.programme import TEN_O_CLOCK, make_presenter, make_session, make_strand
from tests.factories.world import NOW, Corner, World

LATER = NOW + timedelta(hours=1)
ACT: dict[str, Any] = {"actor": SYSTEM, "now": LATER}


def journal() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)))


def full_values(corner: Corner) -> SessionValues:
    return SessionValues(
        title="Solar ovens", kind=Kind.ACTIVITY, subtitle="Cook with the sun", abstract="Abstract",
        description="Long", language="en", languages=("en", "ar"), type_label="workshop",
        strand=make_strand(corner.edition).slug, organization=corner.organization.code,
        city=corner.city.slug, presenters=(make_presenter(corner.edition).code,),
        attendance_mode=AttendanceMode.MIXED, stream_url="https://example.org/live", age_min=8,
        age_max=14, tags=("relaxed",), cost="2 €", bring="A hat",
        links=(("https://example.org", "More"),), translations={"ar": {"title": "أفران"}},
    )  # fmt: skip


@pytest.mark.both_databases
def test_a_session_is_created_with_everything_and_read_back(world: World) -> None:
    values = full_values(world.here)

    session = create_session(world.here.edition, values, **ACT)
    db.session.commit()

    assert values_of(session) == values
    assert (session.state, session.version) == (SessionState.DRAFT, 1)
    assert find_session(world.here.edition, code=session.code) is session
    assert find_session(world.there.edition, code=session.code) is None
    assert journal() == ["session created"]


@pytest.mark.both_databases
def test_editing_replaces_what_was_there_and_notes_only_what_changed(world: World) -> None:
    session = create_session(world.here.edition, full_values(world.here), **ACT)
    first = session.presenter_links[0].presenter.code
    second = make_presenter(world.here.edition, name="Chen Wei").code
    new = SessionValues(
        title="Solar ovens", languages=("fr",), presenters=(second, first), translations={}
    )

    edit_session(session, new, version=1, **ACT)
    db.session.commit()

    assert values_of(session) == new
    assert session.version == 2
    entry = db.session.scalars(select(JournalEntry).where(JournalEntry.action == "session edited"))
    after = entry.one().after or {}
    assert after["languages"] == ["fr"]
    assert "title" not in after and "kind" not in after
    edit_session(session, new, version=2, **ACT)
    assert session.version == 2 and journal().count("session edited") == 1


@pytest.mark.both_databases
def test_the_second_of_two_editors_overwrites_nothing(world: World) -> None:
    session = create_session(world.here.edition, SessionValues(title="Mine"), **ACT)
    edit_session(session, SessionValues(title="Faster"), version=1, **ACT)

    with pytest.raises(StaleVersion, match="Somebody else"):
        edit_session(session, SessionValues(title="Slower"), version=1, **ACT)

    assert session.title == "Faster"


@pytest.mark.parametrize("field", ["strand", "organization", "city", "presenters"])
def test_what_belongs_to_the_neighbour_cannot_be_chosen(world: World, field: str) -> None:
    neighbour = {
        "strand": make_strand(world.there.edition, slug="theirs").slug,
        "organization": world.there.organization.code,
        "city": world.there.city.slug,
        "presenters": (make_presenter(world.there.edition).code,),
    }
    world.there.city.slug = neighbour["city"] = "elsewhere"
    session = create_session(world.here.edition, SessionValues(title="Ours"), **ACT)
    values = SessionValues(title="Changed", **{field: neighbour[field]})  # type: ignore[arg-type]

    with pytest.raises(FieldRefused) as refused:
        edit_session(session, values, version=1, **ACT)

    assert refused.value.field == field
    assert not db.session.is_modified(session)
    assert (session.title, session.version) == ("Ours", 1)


def test_a_session_without_a_title_is_refused(world: World) -> None:
    with pytest.raises(FieldRefused) as refused:
        create_session(world.here.edition, SessionValues(title=""), **ACT)
    assert refused.value.field == "title"
    assert db.session.scalars(select(ProgrammeSession)).all() == []


def test_states_follow_their_table(world: World) -> None:
    session = make_session(world.here.edition, state=SessionState.DRAFT)
    change_state(session, to=SessionState.READY, **ACT)
    change_state(session, to=SessionState.READY, **ACT)
    withdraw_session(session, **ACT)
    assert journal() == ["session state changed"] * 2

    with pytest.raises(RuleBroken, match="first becomes a draft"):
        change_state(session, to=SessionState.READY, **ACT)
    change_state(session, to=SessionState.DRAFT, **ACT)
    assert session.state == SessionState.DRAFT


def make_offer(corner: Corner, *, state: ApplicationState) -> ActivityOffer:
    application = Application(
        edition=corner.edition, organization=corner.organization, code=make_code(),
        resume_hash=token_hash(make_code()), state=state, language="ar", needs={},
        created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    offer = ActivityOffer(
        application=application, title="Bookbinding", description="Sew a book", capacity=12,
        minutes=45, age_min=10, languages=["ar", "fr"], bring="Paper", is_bookable=True,
    )  # fmt: skip
    db.session.add(offer)
    db.session.flush()
    return offer


@pytest.mark.both_databases
def test_an_offer_of_an_accepted_organization_becomes_a_session_once(world: World) -> None:
    here = world.here
    offer = make_offer(here, state=ApplicationState.ACCEPTED)
    assert offers_waiting(here.edition) == [offer]
    assert offers_waiting(world.there.edition) == []

    session = take_offer(offer, edition=here.edition, **ACT)
    db.session.commit()

    found = values_of(session)
    assert (found.title, found.abstract, found.language) == ("Bookbinding", "Sew a book", "ar")
    assert (found.languages, found.age_min, found.bring) == (("ar", "fr"), 10, "Paper")
    assert found.organization == here.organization.code
    assert offers_waiting(here.edition) == []
    with pytest.raises(RuleBroken, match="already"):
        take_offer(offer, edition=here.edition, **ACT)


def test_other_offers_stay_outside(world: World) -> None:
    offer = make_offer(world.here, state=ApplicationState.SUBMITTED)
    assert offers_waiting(world.here.edition) == []
    with pytest.raises(RuleBroken, match="accepted organizations"):
        take_offer(offer, edition=world.here.edition, **ACT)
    with pytest.raises(NotFound):
        take_offer(offer, edition=world.there.edition, **ACT)


def at_ten(**values: Any) -> OccurrenceValues:
    return OccurrenceValues(**{"starts_at": TEN_O_CLOCK, "minutes": 60} | values)


def test_an_occurrence_is_added_with_a_uid_of_its_own(world: World) -> None:
    session = make_session(world.here.edition, starts_at=None)

    first = add_occurrence(session, at_ten(space="hall", is_bookable=True, capacity=9), **ACT)
    second = add_occurrence(session, at_ten(), **ACT)

    assert first.uid != second.uid and len(first.uid) == 36
    assert (first.space, second.space) == (world.here.space, None)
    assert find_occurrence(world.here.edition, uid=first.uid) is first
    assert find_occurrence(world.there.edition, uid=first.uid) is None
    assert session.version == 3


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 48 * 60 + 1}, "minutes"),
        ({"capacity": 4}, "capacity"),
        ({"is_bookable": True}, "capacity"),
        ({"space": "theirs"}, "space"),
    ],
)
def test_impossible_occurrences_are_refused_and_nothing_moves(
    world: World, values: dict[str, Any], field: str
) -> None:
    world.there.space.slug = "theirs"
    session = make_session(world.here.edition, occurrence={"places_taken": 5, "capacity": 9})
    occurrence = session.occurrences[0]

    with pytest.raises(FieldRefused) as refused:
        move_occurrence(
            occurrence, at_ten(**{"starts_at": TEN_O_CLOCK + timedelta(days=1)} | values), **ACT
        )

    assert refused.value.field == field
    assert (occurrence.starts_at, occurrence.capacity) == (TEN_O_CLOCK, 9)


def test_a_move_waits_for_the_publication_unless_it_is_told_at_once(world: World) -> None:
    edition = world.here.edition
    occurrence = make_session(edition).occurrences[0]
    publish_programme(edition, actor=SYSTEM, now=NOW)

    move_occurrence(occurrence, at_ten(minutes=90), **ACT)
    assert published_programme(edition).held[0][1].minutes == 60
    move_occurrence(occurrence, at_ten(minutes=90), publish=True, **ACT)

    assert published_programme(edition).held[0][1].minutes == 90
    assert journal() == ["published", "occurrence moved", "published"]


@pytest.mark.both_databases
def test_cancelling_tells_the_public_in_the_same_step(world: World) -> None:
    edition = world.here.edition
    session = make_session(edition)
    occurrence = session.occurrences[0]
    publish_programme(edition, actor=SYSTEM, now=NOW)
    session.title = "Not for the public yet"

    cancel_occurrence(occurrence, **ACT)
    db.session.commit()

    (found,) = published_programme(edition).sessions
    assert (found.is_cancelled, found.title) == (True, "Solar ovens")
    assert (occurrence.cancelled_at, edition.programme_version) == (LATER, 2)
    cancel_occurrence(occurrence, **ACT)
    assert edition.programme_version == 2
    restore_occurrence(occurrence, **ACT)
    restore_occurrence(occurrence, **ACT)
    assert (occurrence.state, occurrence.cancelled_at) == (OccurrenceState.CONFIRMED, None)
    assert published_programme(edition).sessions[0].is_cancelled


def test_cancelling_can_wait(world: World) -> None:
    edition = world.here.edition
    occurrence = make_session(edition).occurrences[0]
    publish_programme(edition, actor=SYSTEM, now=NOW)

    cancel_occurrence(occurrence, publish=False, **ACT)

    assert not published_programme(edition).sessions[0].is_cancelled


def test_only_what_nobody_saw_can_be_removed(world: World) -> None:
    edition = world.here.edition
    session = make_session(edition)
    seen = session.occurrences[0]
    publish_programme(edition, actor=SYSTEM, now=NOW)
    unseen = add_occurrence(session, at_ten(), **ACT)
    booked = add_occurrence(session, at_ten(capacity=3), **ACT)
    booked.places_taken = 1

    remove_occurrence(unseen, **ACT)
    for kept in (seen, booked):
        with pytest.raises(RuleBroken, match="published already"):
            remove_occurrence(kept, **ACT)
    session.state = SessionState.WITHDRAWN
    publish_programme(edition, actor=SYSTEM, now=NOW)
    with pytest.raises(RuleBroken):
        remove_occurrence(seen, **ACT)

    assert set(db.session.scalars(select(Occurrence))) == {seen, booked}


def test_strands(world: World) -> None:
    edition = world.here.edition
    strand = add_strand(edition, name="Nature & city", accent="mint", **ACT)
    twin = add_strand(edition, name="Nature, city", accent="sky", position=2, **ACT)
    assert (strand.slug, twin.slug) == ("nature-city", "nature-city-2")
    for name, accent, field in (("", "mint", "name"), ("X", "beige", "accent")):
        with pytest.raises(FieldRefused) as refused:
            add_strand(edition, name=name, accent=accent, **ACT)
        assert refused.value.field == field

    edit_strand(strand, name="Nature", accent="lime", position=1, **ACT)
    edit_strand(strand, name="Nature", accent="lime", position=1, **ACT)
    make_session(edition, strand=strand)
    with pytest.raises(RuleBroken, match="still belong"):
        remove_strand(strand, **ACT)
    remove_strand(twin, **ACT)

    assert [(each.slug, each.name) for each in db.session.scalars(select(Strand))] == [
        ("nature-city", "Nature")
    ]
    assert journal() == ["strand added"] * 2 + ["strand edited", "strand removed"]


def test_presenters(world: World) -> None:
    edition = world.here.edition
    with pytest.raises(FieldRefused):
        add_presenter(edition, name="", **ACT)
    one = add_presenter(edition, name="Nour", affiliation="Library", **ACT)
    two = add_presenter(edition, name="Chen", **ACT)
    with pytest.raises(FieldRefused):
        add_presenter(edition, name="Ji-woo", locale="xx", **ACT)
    edit_presenter(
        one, name="Nour Haddad", affiliation="", biography="Binds books",
        email="nour@example.org", locale="ar", **ACT,
    )  # fmt: skip
    make_session(edition, presenters=(one,))

    with pytest.raises(RuleBroken, match="still leads"):
        remove_presenter(one, **ACT)
    remove_presenter(two, **ACT)

    (left,) = db.session.scalars(select(Presenter))
    assert (left.name, left.email, left.locale) == ("Nour Haddad", "nour@example.org", "ar")
