"""Issuing, revoking, replacing; and what registrations bring about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from festival.badges import actions, queries
from festival.badges.codes import code_hash, is_well_formed
from festival.badges.models import Badge
from festival.badges.rules import MOST_AT_ONCE, MOST_PEOPLE
from festival.badges.states import BadgeKind, BadgeState
from festival.extensions import db
from festival.shared.errors import FieldRefused
from festival.shared.journal import SYSTEM, Actor, JournalEntry
from festival.visitors.actions import Party, cancel_registration, change_party
from festival.visitors.events import find_badge_code
from tests.factories.badges import make_badge
from tests.factories.visitors import make_household
from tests.factories.world import NOW, World

ORGANIZER = Actor(label="Olga", person_id=None)
LATER = NOW + timedelta(days=1)


def test_a_badge_is_found_by_the_hash_of_its_code(world: World) -> None:
    badge = make_badge(world.here)

    assert is_well_formed(badge.code)
    assert badge.code_hash == code_hash(badge.code)
    assert queries.find_badge_by_code(world.here.edition.id, badge.code.lower()) == badge
    assert queries.find_badge_by_code(world.there.edition.id, badge.code) is None


def test_a_household_gets_one_badge_for_all_when_it_registers(world: World) -> None:
    registration, _ = make_household(world.here, people=4, name="Familie Ünal")

    badge = queries.badge_of(registration.id)
    assert badge is not None
    assert (badge.people, badge.holder_name, badge.kind) == (4, "Familie Ünal", BadgeKind.VISITOR)
    assert find_badge_code(registration.id) == badge.code


def test_the_badge_follows_the_household_and_keeps_its_code(world: World) -> None:
    registration, _ = make_household(world.here, people=4, name="Ünal")
    code = find_badge_code(registration.id)

    change_party(registration, Party(people=6, name="Ünal & Rossi", email=""), now=LATER)
    db.session.commit()

    badge = queries.badge_of(registration.id)
    assert badge is not None
    assert (badge.people, badge.holder_name, badge.code) == (6, "Ünal & Rossi", code)


def test_a_cancelled_registration_leaves_no_badge_that_opens(world: World) -> None:
    registration, _ = make_household(world.here)

    cancel_registration(registration, now=LATER)
    db.session.commit()

    assert queries.badge_of(registration.id) is None
    assert find_badge_code(registration.id) is None
    states = db.session.scalars(select(Badge.state)).all()
    assert states == [BadgeState.REVOKED]


def test_revoking_says_why_and_happens_once(world: World) -> None:
    badge = make_badge(world.here)

    actions.revoke_badge(badge, reason=" lost at the station ", actor=ORGANIZER, now=LATER)
    db.session.commit()

    assert badge.state == BadgeState.REVOKED
    assert (badge.revoked_reason, badge.revoked_at) == ("lost at the station", LATER)
    with pytest.raises(actions.BadgeRevoked):
        actions.revoke_badge(badge, reason="again", actor=ORGANIZER, now=LATER)
    assert badge.revoked_reason == "lost at the station"


def test_a_reason_is_asked_for(world: World) -> None:
    badge = make_badge(world.here)

    with pytest.raises(FieldRefused):
        actions.revoke_badge(badge, reason=" \n", actor=ORGANIZER, now=LATER)
    assert badge.state == BadgeState.ACTIVE


def test_a_new_badge_replaces_the_lost_one(world: World) -> None:
    registration, _ = make_household(world.here, people=3)
    lost = queries.badge_of(registration.id)
    assert lost is not None

    new = actions.reissue_badge(lost, actor=ORGANIZER, now=LATER)
    db.session.commit()

    assert lost.state == BadgeState.REVOKED
    assert (new.state, new.people, new.replaces_id) == (BadgeState.ACTIVE, 3, lost.id)
    assert new.code != lost.code
    assert queries.badge_of(registration.id) == new
    assert queries.find_successor(lost) == new
    with pytest.raises(actions.BadgeRevoked):
        actions.reissue_badge(lost, actor=ORGANIZER, now=LATER)
    assert db.session.scalar(select(func.count(Badge.id))) == 2


def test_badges_are_made_by_the_stack_within_limits(world: World) -> None:
    edition_id = world.here.edition.id

    made = actions.issue_badges(edition_id, count=3, kind=BadgeKind.CREW, actor=ORGANIZER, now=NOW)

    assert len({badge.code for badge in made}) == 3
    for values in ({"count": 0}, {"count": MOST_AT_ONCE + 1}, {"count": 1, "people": 0},
                   {"count": 1, "people": MOST_PEOPLE + 1}):  # fmt: skip
        with pytest.raises(FieldRefused):
            actions.issue_badges(
                edition_id, kind=BadgeKind.CREW, actor=ORGANIZER, now=NOW, **values
            )


def test_the_journal_tells_everything_but_the_code(world: World) -> None:
    badge = make_badge(world.here)
    actions.revoke_badge(badge, reason="lost", actor=SYSTEM, now=LATER)
    db.session.commit()

    entries = db.session.scalars(
        select(JournalEntry).where(JournalEntry.entity == "badge").order_by(JournalEntry.id)
    ).all()
    assert [entry.action for entry in entries] == ["issued", "revoked"]
    assert {entry.edition_id for entry in entries} == {world.here.edition.id}
    assert all(badge.code not in str((entry.before, entry.after)) for entry in entries)


def test_lists_find_by_name_registration_and_code_in_this_edition_only(world: World) -> None:
    registration, _ = make_household(world.here, name="Zoë Åkesson")
    own = queries.badge_of(registration.id)
    assert own is not None
    make_badge(world.here, name="Пётр Иванов", kind=BadgeKind.CREW)
    foreign = make_badge(world.there, name="Zoë Åkesson")
    edition_id = world.here.edition.id

    def found(text: str) -> list[str]:
        wanted = queries.BadgeFilter(text=text)
        rows = queries.badges_matching(edition_id, wanted, page=1)
        assert queries.count_badges_matching(edition_id, wanted) == len(rows)
        return [badge.holder_name for badge in rows]

    for text in ("zoë", "ÅKESSON".title(), registration.code.upper(), own.code.lower()):
        assert found(text) == ["Zoë Åkesson"], text
    assert found("иванов") == ["Пётр Иванов"]
    assert found("%") == []
    assert found(foreign.code) == []
    assert queries.badges_named(edition_id, "åke", most=5) == [own]
