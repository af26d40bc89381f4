"""People of an organization, and two that become one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from festival.accounts.models import RoleGrant
from festival.badges.actions import issue_badge
from festival.badges.models import Badge
from festival.badges.states import BadgeKind
from festival.exhibitors.models import Application, Organization, OrganizationContact
from festival.exhibitors.organizations import actions
from festival.exhibitors.organizations.queries import doubles_of, facts_of_merge
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.festivals.actions import clone_edition
from festival.shared.access import Role
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.journal import SYSTEM, JournalEntry
from tests.exhibitors.reading import press, text_of
from tests.factories.exhibitors import make_application, make_draft
from tests.factories.programme import make_session
from tests.factories.world import NOW, World, make_person
from tests.forms import submit
from tests.queries import count_queries

S = ApplicationState
ARGUMENTS: dict[str, Any] = {"now": NOW, "actor": SYSTEM}


def two(world: World) -> tuple[Application, Application]:
    """The same organization, registered a second time in another edition."""
    edition = world.here.edition
    first, _ = make_application(world.here, state=S.ACCEPTED)
    later = clone_edition(
        edition, slug="2028", title="Luminara Learns 2028",
        starts_on=edition.starts_on + timedelta(days=364), **ARGUMENTS,
    )  # fmt: skip
    second, _ = make_draft(world.here, name="The Paper Workshop", email="new@paper.example")
    second.edition_id = later.id
    db.session.commit()
    return first, second


# Merging


@pytest.mark.both_databases
def test_everything_follows_when_two_become_one(world: World) -> None:
    first, second = two(world)
    keep, gone = first.organization, second.organization
    keep.website, gone.website = "", "https://paper.example"
    gone.about, gone.names = "Never shown", {"ar": "ورشة الورق"}
    gone.languages = ["ar", "fr"]
    gone.contacts.append(OrganizationContact(name="Press person"))
    person = make_person("both@paper.example", name="Both")
    only = make_person("only@paper.example", name="Only")
    for who, where in ((person, keep), (person, gone), (only, gone)):
        grant = RoleGrant(person=who, role=Role.EXHIBITOR, granted_at=NOW)
        grant.organization_id = where.id
        db.session.add(grant)
    session = make_session(world.here.edition, title="Bind", starts_at=NOW, organization=gone)
    badge = issue_badge(
        world.here.edition.id, kind=BadgeKind.EXHIBITOR, name="Team", people=1,
        organization_id=gone.id, actor=SYSTEM, now=NOW,
    )  # fmt: skip
    db.session.commit()

    actions.merge_organizations(keep, gone=gone, edition=world.here.edition, **ARGUMENTS)
    db.session.commit()
    db.session.expire_all()

    assert gone.merged_into_id == keep.id
    assert {first.organization_id, second.organization_id} == {keep.id}
    assert session.organization_id == db.session.get_one(Badge, badge.id).organization_id == keep.id
    assert [each.name for each in keep.contacts] == ["Press person"]
    grants = db.session.scalars(
        select(RoleGrant.person_id).where(RoleGrant.organization_id == keep.id)
    ).all()
    assert sorted(grants).count(person.id) == 1
    assert only.id in grants
    assert (keep.website, keep.names) == ("https://paper.example", {"ar": "ورشة الورق"})
    assert keep.about != "Never shown"
    assert {"ar", "fr", "en"} >= set(keep.languages) >= {"ar", "fr"}
    line = db.session.scalars(
        select(JournalEntry).where(JournalEntry.action == "organizations_merged")
    ).one()
    assert line.after["moved"]["application"] == 1
    assert db.session.scalar(select(func.count()).where(Organization.name == "")) == 0
    with pytest.raises(RuleBroken):
        actions.merge_organizations(keep, gone=gone, edition=world.here.edition, **ARGUMENTS)


def test_two_that_take_part_in_one_edition_are_not_merged(world: World) -> None:
    first, _ = make_application(world.here, state=S.ACCEPTED)
    second, _ = make_application(world.here, name="Paper Workshop!", email="new@paper.example")
    arguments = {"edition": world.here.edition, **ARGUMENTS}
    with pytest.raises(actions.StandsInTheWay) as broken:
        actions.merge_organizations(first.organization, gone=second.organization, **arguments)
    assert "Luminara Learns 2027" in broken.value.spoken()
    assert second.organization.merged_into_id is None


@pytest.mark.both_databases
@pytest.mark.parametrize("kept_is_living", [True, False])
def test_an_unused_draft_stays_behind_withdrawn(world: World, kept_is_living: bool) -> None:
    living, _ = make_application(world.here, state=S.ACCEPTED)
    draft, _ = make_draft(world.here, name="Paper Workshop Ltd", email="new@paper.example")
    keep, gone = living.organization, draft.organization
    if not kept_is_living:
        keep, gone = gone, keep
    facts = facts_of_merge(keep, gone=gone)
    assert facts.staying == [draft]
    actions.merge_organizations(keep, gone=gone, edition=world.here.edition, **ARGUMENTS)
    db.session.commit()
    db.session.expire_all()
    assert (living.organization_id, living.state) == (keep.id, S.ACCEPTED)
    assert (draft.organization_id, draft.state) == (gone.id, S.WITHDRAWN)


def test_only_two_of_one_festival_are_merged(world: World) -> None:
    here, there = world.here.organization, world.there.organization
    for keep, gone in ((here, there), (here, here)):
        with pytest.raises(RuleBroken):
            actions.merge_organizations(keep, gone=gone, edition=world.here.edition, **ARGUMENTS)


def test_likely_doubles_are_shown_and_merged_from_the_page(world: World) -> None:
    first, second = two(world)
    world.there.organization.name = "Paper Workshop"
    db.session.commit()
    assert [each[2].first for each in doubles_of(world.here.edition)] == [first.organization_id]
    organizer = world.browser_as(Role.ORGANIZER)
    address = f"{world.here.path}/organize/organizations"
    page = text_of(organizer, address)
    assert "One likely double" in page
    keep, gone = first.organization.code, second.organization.code
    merge = f"{address}/{keep}/merge/{gone}"
    assert merge in page
    assert "Are these two one?" in text_of(organizer, merge)
    assert submit(organizer, merge).status_code == 303
    assert "One likely double" not in text_of(organizer, address)
    assert "The Paper Workshop" not in text_of(organizer, f"{address}?q=paper")
    assert organizer.get(merge).status_code == 404


def test_the_neighbour_neither_sees_nor_merges(world: World) -> None:
    first, second = two(world)
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    pair = f"{first.organization.code}/merge/{second.organization.code}"
    for path in (world.here.path, world.there.path):
        assert neighbour.get(f"{path}/organize/organizations/{pair}").status_code == 404
        of = f"{world.there.path}/organize/organizations"
        assert (
            press(neighbour, f"{path}/organize/organizations/{pair}", of=f"{of}").status_code == 404
        )
    assert second.organization.merged_into_id is None
    assert "Paper Workshop" not in text_of(neighbour, f"{world.there.path}/organize/organizations")


def test_what_stands_in_the_way_is_named_on_the_page(world: World) -> None:
    first, _ = make_application(world.here, state=S.ACCEPTED)
    second, _ = make_application(world.here, name="Paper Workshop!", email="new@paper.example")
    address = (
        f"{world.here.path}/organize/organizations/{first.organization.code}"
        f"/merge/{second.organization.code}"
    )
    page = text_of(world.browser_as(Role.ORGANIZER), address)
    assert "They cannot be merged now" in page
    assert "Merge them" not in page
    itself = address.replace(second.organization.code, first.organization.code)
    assert world.browser_as(Role.ORGANIZER).get(itself).status_code == 404


def test_a_list_of_thirty_costs_as_many_queries_as_one_of_one(world: World) -> None:
    organizer = world.browser_as(Role.ORGANIZER)
    address = f"{world.here.path}/organize/organizations"
    organizer.get(address)
    with count_queries() as one:
        organizer.get(address)
    for number in range(30):
        make_draft(world.here, name=f"Group {number}", email=f"g{number}@example.org")
    with count_queries() as thirty:
        organizer.get(address)
    assert thirty.count == one.count


# People


def test_the_own_people_invite_others_and_the_last_one_stays(world: World) -> None:
    organization = world.here.organization
    browser = world.browser_as(Role.EXHIBITOR)
    address = f"{world.here.path}/exhibitor/{organization.code}/people"
    assert "the last one stays" in text_of(browser, address)
    answer = submit(browser, address, {"name": "Second", "email": "second@example.org"})
    assert answer.status_code == 303
    assert "second@example.org" in text_of(browser, address)
    own = world.here.people["exhibitor"]
    assert press(browser, f"{address}/end", of=address, person="77").status_code == 404
    answer = press(browser, f"{address}/end", of=address, person=str(own.id))
    assert answer.location == f"{world.here.path}/exhibitor"
    assert browser.get(address).status_code == 404
    with pytest.raises(RuleBroken):
        actions.end_member(organization, edition=world.here.edition, person_id=own.id, **ARGUMENTS)


def test_whom_nobody_can_reach_is_not_invited(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = {"edition": world.here.edition, "name": "", "locale": "en", **ARGUMENTS}
    with pytest.raises(FieldRefused):
        actions.invite_member(
            world.here.organization, email="a@b.example, c@d.example", **arguments
        )
    person = actions.invite_member(world.here.organization, email="A@B.example", **arguments)
    assert (person.name, person.email) == ("a@b.example", "a@b.example")
    with pytest.raises(NotFound):
        actions.end_member(
            world.here.organization, edition=world.here.edition, person_id=10_000, **ARGUMENTS
        )
    monkeypatch.setattr(actions, "MOST_MEMBERS", 2)
    with pytest.raises(FieldRefused):
        actions.invite_member(world.here.organization, email="c@d.example", **arguments)


def test_another_organization_s_people_are_nobody_s_business(world: World) -> None:
    other, _ = make_application(world.here, state=S.ACCEPTED)
    address = f"{world.here.path}/exhibitor/{other.organization.code}/people"
    browser = world.browser_as(Role.EXHIBITOR)
    of = f"{world.here.path}/exhibitor/{world.here.organization.code}/people"
    assert browser.get(address).status_code == 404
    assert press(browser, address, of=of, name="A", email="a@b.example").status_code == 404
    assert press(browser, f"{address}/end", of=of, person="1").status_code == 404
    elsewhere = f"{world.there.path}/exhibitor/{world.here.organization.code}/people"
    assert browser.get(elsewhere).status_code == 404
    wrong = submit(browser, of, {"name": "", "email": "x"})
    assert wrong.status_code == 422
