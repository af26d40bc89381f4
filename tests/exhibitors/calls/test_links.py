"""What a personal link lets in, and whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from festival.exhibitors.actions import CallClosed, submit, take_back
from festival.exhibitors.calls import links
from festival.exhibitors.calls.models import Call, CallLink
from festival.exhibitors.calls.queries import find_call
from festival.exhibitors.calls.states import LinkPurpose
from festival.exhibitors.models import Application, Organization
from festival.exhibitors.queries import earlier_exhibitors
from festival.exhibitors.starting import add_resume_link, find_by_key
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.actions import clone_edition
from festival.festivals.models import Edition
from festival.mail.models import OutboxMessage
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.journal import SYSTEM, JournalEntry
from festival.shared.tokens import make_token, token_hash
from tests.factories.exhibitors import fill, make_application, make_draft
from tests.factories.world import NOW, World

DAY = timedelta(days=1)
ARGUMENTS: dict[str, Any] = {"now": NOW, "actor": SYSTEM}


def closed(world: World) -> Call:
    world.here.call.closes_at = NOW - DAY
    db.session.commit()
    return world.here.call


def next_edition(world: World) -> Edition:
    made = clone_edition(
        world.here.edition, slug="2028", title="Luminara Learns 2028",
        starts_on=world.here.edition.starts_on + timedelta(days=364), **ARGUMENTS,
    )  # fmt: skip
    db.session.commit()
    return made


# Personal links


@pytest.mark.both_databases
def test_a_late_link_lets_one_organization_in_and_nobody_else(world: World) -> None:
    call = closed(world)
    with pytest.raises(CallClosed):
        make_draft(world.here)
    db.session.rollback()
    link = links.make_late_link(
        call, organization=None, email=" Late@Example.org ", language="fr",
        expires_at=NOW + DAY, **ARGUMENTS,
    )  # fmt: skip
    token = make_token()
    link.token_hash = token_hash(token)  # the mail holds the secret, the database only its hash
    db.session.commit()
    assert link.email == "late@example.org"
    arguments: dict[str, Any] = {"token": token, "language": "fr", **ARGUMENTS}
    with pytest.raises(FieldRefused):
        links.open_link(link, **arguments)
    row = links.open_link(link, organization_name="Latecomers", **arguments)
    again = links.open_link(link, organization_name="Somebody else", **arguments)
    db.session.commit()
    assert again.id == row.id
    assert (row.organization.name, row.late_until) == ("Latecomers", NOW + DAY)
    assert find_by_key(world.here.edition, key=token) is row
    assert find_by_key(world.there.edition, key=token) is None
    fill(row)
    submit(row, version=row.version, now=NOW)
    take_back(row, now=NOW)
    with pytest.raises(CallClosed):
        submit(row, version=row.version, now=NOW + DAY)


def test_a_late_link_opens_the_draft_that_is_there(world: World) -> None:
    row, first = make_draft(world.here)
    fill(row)
    call = closed(world)
    link = links.make_late_link(
        call, organization=row.organization, email="", language="en", expires_at=NOW + DAY,
        **ARGUMENTS,
    )  # fmt: skip
    assert link.email == "nour@paper.example"
    token = make_token()
    link.token_hash = token_hash(token)
    found = links.open_link(link, token=token, language="en", **ARGUMENTS)
    assert found is row
    edition = world.here.edition
    assert find_by_key(edition, key=first) is row is find_by_key(edition, key=token)
    submit(row, version=row.version, now=NOW)
    other = links.make_late_link(
        call, organization=row.organization, email="", language="en", expires_at=NOW + 2 * DAY,
        **ARGUMENTS,
    )  # fmt: skip
    links.open_link(other, token=make_token(), language="en", **ARGUMENTS)
    assert row.late_until == NOW + DAY, "what was handed in needs no more time"


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"email": "a@b.example, c@d.example"}, "email"), ({"expires_at": None}, "until"),
     ({"expires_at": NOW}, "until")],
)  # fmt: skip
def test_a_late_link_is_refused_beside_its_field(
    world: World, changes: dict[str, Any], field: str
) -> None:
    arguments = {
        "organization": None, "email": "a@b.example", "language": "en",
        "expires_at": NOW + DAY, **ARGUMENTS,
    }  # fmt: skip
    with pytest.raises(FieldRefused) as refused:
        links.make_late_link(world.here.call, **(arguments | changes))
    assert refused.value.field == field
    assert db.session.scalar(select(func.count(CallLink.id))) == 0


def test_a_link_that_was_taken_back_or_is_over_opens_nothing(world: World) -> None:
    arguments: dict[str, Any] = {"organization": None, "email": "a@b.example", "language": "en"}
    link = links.make_late_link(world.here.call, expires_at=NOW + DAY, **arguments, **ARGUMENTS)
    with pytest.raises(RuleBroken):
        links.refuse_if_over(link, now=NOW + DAY)
    links.revoke_link(link, **ARGUMENTS)
    links.revoke_link(link, now=NOW + DAY, actor=SYSTEM)
    assert link.revoked_at == NOW
    with pytest.raises(NotFound):
        links.open_link(link, token="x", organization_name="A", language="en", **ARGUMENTS)


# Exhibitors of earlier editions


@pytest.mark.both_databases
def test_earlier_exhibitors_are_invited_once_and_nothing_is_copied_before_their_click(
    world: World,
) -> None:
    old, _ = make_application(world.here, state=ApplicationState.ACCEPTED, language="ar")
    make_application(world.here, name="Declined", email="d@example.org",
                     state=ApplicationState.DECLINED)  # fmt: skip
    make_application(world.there, name="Stranger", state=ApplicationState.ACCEPTED)
    edition = next_edition(world)
    assert [each.organization.name for each in earlier_exhibitors(edition)] == ["Paper Workshop"]
    call = find_call(edition)
    assert call is not None
    call.opens_at = NOW
    nobody = Organization(
        festival_id=edition.festival_id, code="nobody", name="No address", languages=[],
        created_at=NOW,
    )  # fmt: skip
    db.session.add(nobody)
    db.session.flush()
    made = links.invite_again(call, [old.organization, nobody], **ARGUMENTS)
    again = links.invite_again(call, [old.organization], **ARGUMENTS)
    db.session.commit()
    assert ([each.purpose for each in made], again) == ([LinkPurpose.INVITED], [])
    mail = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "call_invited")
    ).one()
    assert (mail.recipient, mail.locale) == ("nour@paper.example", "ar")
    here = select(func.count(Application.id)).where(Application.edition_id == edition.id)
    assert db.session.scalar(here) == 0, "an invitation copies nothing"

    token = make_token()
    made[0].token_hash = token_hash(token)
    row = links.open_link(made[0], token=token, language="ar", **ARGUMENTS)
    db.session.commit()
    assert [each.title for each in row.exhibits] == [each.title for each in old.exhibits]
    assert (row.late_until, row.state) == (None, ApplicationState.DRAFT)
    assert links.invite_again(call, [old.organization], **ARGUMENTS) == []
    assert earlier_exhibitors(edition) == []


def test_nobody_is_invited_to_a_closed_call(world: World) -> None:
    call = closed(world)
    with pytest.raises(RuleBroken):
        links.invite_again(call, [world.here.organization], **ARGUMENTS)


def test_a_call_without_an_end_invites_until_the_festival_is_over(world: World) -> None:
    world.here.call.closes_at = None
    made = links.invite_again(world.here.call, [world.here.organization], **ARGUMENTS)
    assert made[0].expires_at == datetime(2027, 5, 16, 22, tzinfo=UTC)
    assert made[0].language == "en", "nothing is known of it: the first language of the edition"


def test_a_link_of_an_organization_that_was_merged_opens_for_the_one_that_stays(
    world: World,
) -> None:
    gone = Organization(
        festival_id=world.here.festival.id, code="gone", name="Makers again", languages=[],
        contact_email="again@example.org", created_at=NOW,
    )  # fmt: skip
    db.session.add(gone)
    db.session.flush()
    link = links.make_late_link(
        world.here.call, organization=gone, email="", language="en", expires_at=NOW + DAY,
        **ARGUMENTS,
    )  # fmt: skip
    link.organization_id, gone.merged_into_id = gone.id, world.here.organization.id
    row = links.open_link(link, token=make_token(), language="en", **ARGUMENTS)
    assert row.organization is world.here.organization


def test_more_than_one_secret_opens_an_application(world: World) -> None:
    row, first = make_draft(world.here)
    second = add_resume_link(row, now=NOW)
    assert add_resume_link(row, now=NOW, token=second) == second
    for key in (first, second):
        assert find_by_key(world.here.edition, key=key) is row
    assert find_by_key(world.there.edition, key=second) is None


def test_no_address_and_no_secret_stands_in_the_journal(world: World) -> None:
    links.make_late_link(
        world.here.call, organization=None, email="secret@example.org", language="en",
        expires_at=NOW + DAY, **ARGUMENTS,
    )  # fmt: skip
    db.session.flush()
    for line in db.session.scalars(select(JournalEntry)):
        assert "secret@example.org" not in f"{line.before} {line.after} {line.entity_key}"
