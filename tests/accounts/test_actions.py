"""What actions change, refuse and write down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from festival.accounts import actions
from festival.accounts.actions import Try
from festival.accounts.granting import (
    Place,
    grant_role,
    invite,
    revoke_role,
    set_active,
    set_administrator,
)
from festival.accounts.identity import find_signed_in
from festival.accounts.jobs import forget
from festival.accounts.models import OneTimeLink, Person, RoleGrant, SignIn, SignInAttempt
from festival.accounts.queries import live_sign_ins, team_of
from festival.accounts.states import LinkPurpose, Role
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, NotAllowed, NotFound, RuleBroken
from festival.shared.journal import Actor, JournalEntry
from tests.factories.accounts import person_with_password
from tests.factories.world import NOW, Corner, World

ACTOR = Actor(label="Olga Organizer")
ME = Try(email_hash="a" * 64, client_hash="c" * 64)


def edition_place(corner: Corner) -> Place:
    return Place(name=corner.edition.title, edition_id=corner.edition.id, edition=corner.edition)


def kinds_of_mail() -> list[str]:
    return list(db.session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def journal_actions() -> list[str]:
    return list(db.session.scalars(select(JournalEntry.action).order_by(JournalEntry.id)))


@pytest.mark.both_databases
def test_five_tries_are_counted_and_the_sixth_is_not_made(world: World) -> None:
    assert [actions.count_try(ME, now=NOW) for _ in range(7)] == [True] * 5 + [False] * 2
    actions.forgive_tries(ME)
    assert actions.count_try(ME, now=NOW)


def test_one_network_address_has_fifty_tries(world: World) -> None:
    made = [
        actions.count_try(Try(email_hash=f"{number:064}", client_hash="c" * 64), now=NOW)
        for number in range(52)
    ]
    assert made == [True] * 50 + [False] * 2


def test_old_tries_sign_ins_and_links_are_forgotten(world: World) -> None:
    person = person_with_password()
    for _ in range(5):
        actions.count_try(ME, now=NOW)
    kept = NOW + timedelta(days=60)
    actions.start_sign_in(person, now=NOW, expires_at=NOW + timedelta(days=14))
    actions.start_sign_in(person, now=NOW, expires_at=kept)
    actions.make_link(LinkPurpose.RESET, person=person, now=NOW)
    db.session.flush()
    actions.forget_what_is_over(now=NOW + timedelta(days=45))
    assert db.session.scalars(select(SignInAttempt)).all() == []
    assert db.session.scalars(select(SignIn.expires_at)).all() == [kept]
    assert db.session.scalars(select(OneTimeLink)).all() == []
    assert actions.count_try(ME, now=NOW)


def test_the_hourly_job_keeps_what_still_counts(world: World) -> None:
    actions.count_try(ME, now=utc_now())
    db.session.commit()
    forget()
    assert len(db.session.scalars(select(SignInAttempt)).all()) == 1


@pytest.mark.both_databases
def test_a_link_works_once(world: World) -> None:
    person = person_with_password()
    token, _ends = actions.make_link(LinkPurpose.RESET, person=person, now=NOW)
    purposes = (LinkPurpose.RESET,)
    assert actions.use_link(token, purposes=purposes, now=NOW).person == person
    with pytest.raises(NotFound):
        actions.use_link(token, purposes=purposes, now=NOW)


@pytest.mark.parametrize(
    ("purpose", "lives"),
    [
        (LinkPurpose.RESET, timedelta(minutes=30)),
        (LinkPurpose.INVITATION, timedelta(days=7)),
        (LinkPurpose.SETUP, timedelta(days=1)),
    ],
)
def test_a_link_ends(world: World, purpose: LinkPurpose, lives: timedelta) -> None:
    token, ends = actions.make_link(purpose, person=None, now=NOW)
    assert ends == NOW + lives
    with pytest.raises(NotFound):
        actions.use_link(token, purposes=(purpose,), now=ends)
    assert actions.use_link(token, purposes=(purpose,), now=ends - timedelta(seconds=1))


@pytest.mark.parametrize("token", ["", "x", "\x00", "None", "é" * 40])
def test_a_token_that_nobody_made_opens_nothing(world: World, token: str) -> None:
    actions.make_link(LinkPurpose.RESET, person=person_with_password(), now=NOW)
    with pytest.raises(NotFound):
        actions.use_link(token, purposes=tuple(LinkPurpose), now=NOW)


def test_a_link_for_one_purpose_does_not_serve_another(world: World) -> None:
    token, _ends = actions.make_link(LinkPurpose.SETUP, person=None, now=NOW)
    with pytest.raises(NotFound):
        actions.use_link(token, purposes=(LinkPurpose.RESET, LinkPurpose.INVITATION), now=NOW)


def test_the_page_behind_a_link_is_not_shown_for_a_deactivated_person(world: World) -> None:
    person = person_with_password()
    token, _ends = actions.make_link(LinkPurpose.RESET, person=person, now=NOW)
    assert actions.person_for_link(token, now=NOW)[1] == person
    person.is_active = False
    with pytest.raises(NotFound):
        actions.person_for_link(token, now=NOW)


def test_a_new_password_ends_other_sign_ins_and_open_links(world: World) -> None:
    person = person_with_password()
    now = utc_now()
    tokens = [
        actions.start_sign_in(person, now=now, expires_at=now + timedelta(days=1)) for _ in "ab"
    ]
    link, _ends = actions.make_link(LinkPurpose.RESET, person=person, now=now)
    db.session.flush()
    kept = live_sign_ins(person.id, now=now)[-1]

    actions.set_password(person, "new", actor=ACTOR, now=now, keep_sign_in=kept.id)

    assert [each.id for each in live_sign_ins(person.id, now=now)] == [kept.id]
    assert [find_signed_in(token) is not None for token in tokens] == [True, False]
    with pytest.raises(NotFound):
        actions.use_link(link, purposes=(LinkPurpose.RESET,), now=now)
    assert kinds_of_mail() == ["account_password_changed"]
    assert journal_actions() == ["password_set"]


def test_the_first_password_is_not_told_by_mail(world: World) -> None:
    actions.set_password(world.here.people["reviewer"], "new", actor=ACTOR, now=NOW)
    assert kinds_of_mail() == []


def test_a_reset_is_asked_once_in_ten_minutes(world: World) -> None:
    person = person_with_password()
    for minute in (0, 5, 11):
        actions.ask_reset(person, now=NOW + timedelta(minutes=minute))
    assert kinds_of_mail() == ["account_reset"] * 2


def test_nobody_and_the_deactivated_get_no_reset(world: World) -> None:
    person = person_with_password()
    person.is_active = False
    actions.ask_reset(person, now=NOW)
    actions.ask_reset(None, now=NOW)
    assert kinds_of_mail() == []
    assert db.session.scalars(select(OneTimeLink)).all() == []


def test_ending_a_sign_in_of_somebody_else_is_not_possible(world: World) -> None:
    now = utc_now()
    person, other = person_with_password(), world.here.people["reviewer"]
    token = actions.start_sign_in(person, now=now, expires_at=now + timedelta(days=1))
    db.session.flush()
    mine = live_sign_ins(person.id, now=now)[0]
    with pytest.raises(NotFound):
        actions.end_sign_in(mine.id, person_id=other.id, now=now)
    assert find_signed_in(token) is not None
    actions.end_sign_in(mine.id, person_id=person.id, now=now)
    assert find_signed_in(token) is None
    with pytest.raises(NotFound):
        actions.end_sign_in(mine.id, person_id=person.id, now=now)


@pytest.mark.parametrize(
    "variant", ["аdmin@example.org", "ａdmin@example.org", "admín@example.org", "admin@example.org"]
)
def test_a_look_alike_of_somebody_is_refused(world: World, variant: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        actions.add_person(email=variant, name="Mallory", locale="en", now=NOW)
    assert refused.value.field == "email"


@pytest.mark.parametrize(
    "address", ["a,b@example.org", "a b@c.org", "a\x00@b.org", "a", "a@b;c.org"]
)
def test_what_is_not_one_address_is_refused(world: World, address: str) -> None:
    with pytest.raises(FieldRefused):
        actions.add_person(email=address, name="Mallory", locale="en", now=NOW)


def test_the_database_too_refuses_a_look_alike(world: World) -> None:
    db.session.add(Person(email="аdmin@example.org", name="Mallory", created_at=NOW))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_the_own_address_is_no_look_alike(world: World) -> None:
    actions.check_address("admin@example.org", but=world.administrator.id)


def test_the_first_administrator_comes_by_the_printed_link(world: World) -> None:
    token, _ends = actions.make_link(LinkPurpose.SETUP, person=None, now=NOW)
    made = {"email": "first@city.example", "name": "First", "locale": "fr", "password_hash": "x"}
    person = actions.set_up(token, **made, now=NOW)
    assert (person.is_administrator, person.locale, person.password_hash) == (True, "fr", "x")
    with pytest.raises(NotFound):
        actions.set_up(token, **{**made, "email": "second@city.example"}, now=NOW)
    assert journal_actions() == ["administrator_made"]


def test_a_changed_profile_stands_in_the_journal(world: World) -> None:
    person = person_with_password()
    actions.change_profile(person, name="Ana S.", locale="ar", actor=ACTOR, now=NOW)
    entry = db.session.scalars(select(JournalEntry)).one()
    assert (entry.before, entry.after) == (
        {"name": "Ana Sol", "locale": "en"},
        {"name": "Ana S.", "locale": "ar"},
    )


def test_a_weak_password_is_refused_at_its_field(world: World) -> None:
    with pytest.raises(FieldRefused) as refused:
        actions.check_new_password("short")
    assert refused.value.field == "password"
    actions.check_new_password("four unrelated words")


def test_inviting_a_stranger_adds_the_person_the_role_and_the_mail(world: World) -> None:
    place = edition_place(world.here)
    invited = {"email": " New@City.Example ", "name": "Nia New", "locale": "fr"}
    person = invite(**invited, role=Role.REVIEWER, place=place, actor=ACTOR, now=NOW)
    assert (person.email, person.password_hash) == ("new@city.example", "")
    assert [grant.role for grant in person.grants] == [Role.REVIEWER]
    message = db.session.scalars(select(OutboxMessage)).one()
    assert (message.recipient, message.locale) == ("new@city.example", "fr")
    assert "/fr/password/" in message.body_text
    assert message.edition_id == world.here.edition.id
    assert journal_actions() == ["person_added", "role_given"]


def test_inviting_somebody_known_gives_the_role_and_keeps_the_password(world: World) -> None:
    person = person_with_password()
    kept = person.password_hash
    for _ in range(2):
        invite(
            email=person.email, name="Other Name", role=Role.ORGANIZER,
            place=edition_place(world.there), locale="ru", actor=ACTOR, now=NOW,
        )  # fmt: skip
    assert (person.name, person.locale, person.password_hash) == ("Ana Sol", "en", kept)
    assert kinds_of_mail() == ["account_role"]
    assert person in team_of(world.there.edition.id)
    assert person not in team_of(world.here.edition.id)


def test_a_deactivated_person_is_not_invited(world: World) -> None:
    person = person_with_password()
    person.is_active = False
    with pytest.raises(NotAllowed):
        invite(
            email=person.email, name="Ana", role=Role.REVIEWER,
            place=edition_place(world.here), locale="en", actor=ACTOR, now=NOW,
        )  # fmt: skip


def test_a_role_is_held_only_where_it_belongs(world: World) -> None:
    person, corner = person_with_password(), world.here
    organization = Place(name="Makers", organization_id=corner.organization.id)
    city = Place(name="Twin", twin_city_id=corner.city.id, edition=corner.edition)
    assert grant_role(person, Role.EXHIBITOR, place=organization, actor=ACTOR, now=NOW)
    assert grant_role(person, Role.PARTNER, place=city, actor=ACTOR, now=NOW)
    assert not grant_role(person, Role.PARTNER, place=city, actor=ACTOR, now=NOW)
    for role, place in [
        (Role.ORGANIZER, organization),
        (Role.EXHIBITOR, city),
        (Role.PARTNER, edition_place(corner)),
    ]:
        with pytest.raises(ValueError, match="cannot be held"):
            grant_role(person, role, place=place, actor=ACTOR, now=NOW)
    edition_ids = db.session.scalars(select(JournalEntry.edition_id).order_by(JournalEntry.id))
    assert list(edition_ids) == [None, corner.edition.id]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "scope",
    [
        lambda corner: {"role": Role.ORGANIZER, "edition_id": corner.edition.id},
        lambda corner: {"role": Role.EXHIBITOR, "organization_id": corner.organization.id},
        lambda corner: {"role": Role.PARTNER, "twin_city_id": corner.city.id},
    ],
)
def test_the_database_refuses_the_same_grant_twice(
    world: World, scope: Callable[[Corner], dict[str, object]]
) -> None:
    person = person_with_password()
    for _ in range(2):
        db.session.add(RoleGrant(person_id=person.id, granted_at=NOW, **scope(world.here)))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_role_is_taken_back(world: World) -> None:
    person = world.here.people["reviewer"]
    place = edition_place(world.here)
    revoke_role(person.id, Role.REVIEWER, place=place, actor=ACTOR, now=NOW)
    assert person.grants == []
    assert journal_actions() == ["role_taken"]
    with pytest.raises(NotFound):
        revoke_role(person.id, Role.REVIEWER, place=place, actor=ACTOR, now=NOW)


def test_the_last_organizer_stays(world: World) -> None:
    last = world.here.people["organizer"]
    place = edition_place(world.here)
    with pytest.raises(RuleBroken):
        revoke_role(last.id, Role.ORGANIZER, place=place, actor=ACTOR, now=NOW)
    assert [grant.role for grant in last.grants] == [Role.ORGANIZER]
    revoke_role(last.id, Role.ORGANIZER, place=place, actor=ACTOR, now=NOW, by_administrator=True)
    assert last.grants == []


def test_deactivating_ends_every_sign_in(world: World) -> None:
    person, now = person_with_password(), utc_now()
    token = actions.start_sign_in(person, now=now, expires_at=now + timedelta(days=1))
    db.session.flush()
    set_active(person, is_active=False, actor=ACTOR, now=now)
    assert find_signed_in(token) is None
    set_active(person, is_active=True, actor=ACTOR, now=now)
    set_active(person, is_active=True, actor=ACTOR, now=now)
    assert find_signed_in(token) is None
    assert journal_actions() == ["person_deactivated", "person_activated"]


def test_the_last_administrator_can_be_neither_unmade_nor_deactivated(world: World) -> None:
    with pytest.raises(RuleBroken):
        set_administrator(world.administrator, is_administrator=False, actor=ACTOR, now=NOW)
    with pytest.raises(RuleBroken):
        set_active(world.administrator, is_active=False, actor=ACTOR, now=NOW)
    assert (world.administrator.is_administrator, world.administrator.is_active) == (True, True)


def test_one_of_two_administrators_can_go(world: World) -> None:
    person = person_with_password()
    for _ in range(2):
        set_administrator(person, is_administrator=True, actor=ACTOR, now=NOW)
    set_administrator(world.administrator, is_administrator=False, actor=ACTOR, now=NOW)
    assert journal_actions() == ["administrator_made", "administrator_unmade"]
