"""The own account, the team of an edition, the journal, and all people."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from festival.accounts.models import Person, RoleGrant
from festival.accounts.states import Role
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared.journal import SYSTEM, JournalEntry, write_journal
from tests.factories.accounts import PASSWORD, person_with_password, read, sign_in
from tests.factories.world import NOW, World, make_person
from tests.forms import submit
from tests.queries import count_queries

NEW = "another four words here"


def test_name_and_language_are_changed(world: World) -> None:
    person = person_with_password()
    answer = submit(world.browser(person), "/en/account", {"name": "Ana S.", "locale": "ar"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert (person.name, person.locale) == ("Ana S.", "ar")


def test_columns_that_are_not_in_the_form_stay(world: World) -> None:
    person = person_with_password()
    page = world.browser(person)
    token = read(page, "/en/account").split('token" value="')[1].split('"')[0]
    sent = {"name": "Ana", "locale": "en", "csrf_token": token}
    more = {"email": "x@y.example", "is_administrator": "1", "is_active": "", "password_hash": "x"}
    assert page.post("/en/account", data=sent | more).status_code == 303
    db.session.expire_all()
    assert (person.email, person.is_administrator) == ("ana@luminara.example", False)
    assert person.password_hash != "x"


@pytest.mark.parametrize("wrong", [{"name": ""}, {"locale": "xx"}, {"name": "x" * 201}])
def test_a_refused_profile_changes_nothing(world: World, wrong: dict[str, str]) -> None:
    person = person_with_password()
    assert submit(world.browser(person), "/en/account", wrong).status_code == 422
    assert db.session.scalars(select(JournalEntry)).all() == []


def test_changing_the_password_signs_out_every_other_browser(world: World) -> None:
    person = person_with_password()
    here, elsewhere = world.browser(person), world.browser(person)
    given = {"present": PASSWORD, "password": NEW, "again": NEW}
    assert submit(here, "/en/account/password", given).status_code == 303
    assert here.get("/en/account").status_code == 200
    assert elsewhere.get("/en/account").status_code == 401
    assert sign_in(world.browser(), person.email, NEW).status_code == 303
    mail = db.session.scalars(select(OutboxMessage)).one()
    assert (mail.kind, mail.recipient) == ("account_password_changed", person.email)


@pytest.mark.parametrize(
    "wrong",
    [
        {"present": "not this one"},
        {"password": "short", "again": "short"},
        {"again": "something else"},
        {"password": "ana@luminara.example", "again": "ana@luminara.example"},
    ],
)
def test_a_refused_change_keeps_the_password(world: World, wrong: dict[str, str]) -> None:
    person = person_with_password()
    kept = person.password_hash
    given = {"present": PASSWORD, "password": NEW, "again": NEW, **wrong}
    assert submit(world.browser(person), "/en/account/password", given).status_code == 422
    db.session.expire_all()
    assert person.password_hash == kept


def test_guessing_the_present_password_is_limited(world: World) -> None:
    person = person_with_password()
    browser = world.browser(person)
    given = {"password": NEW, "again": NEW}
    for _ in range(5):
        submit(browser, "/en/account/password", {**given, "present": "not this one"})
    answer = submit(browser, "/en/account/password", {**given, "present": PASSWORD})
    assert answer.status_code == 422
    assert "Too many tries" in answer.get_data(as_text=True)


def test_one_browser_is_signed_out_and_all_others(world: World) -> None:
    person = person_with_password()
    here, second, third = (world.browser(person) for _ in range(3))
    assert submit(here, "/en/account", form=1).status_code == 303
    ended = [each.get("/en/account").status_code for each in (here, second, third)]
    assert sorted(ended) == [200, 200, 401]
    assert ended[0] == 200
    token = read(here, "/en/account").split('token" value="')[1].split('"')[0]
    sent = {"csrf_token": token}
    assert here.post("/en/account/sign-ins/end-others", data=sent).status_code == 303
    assert [each.get("/en/account").status_code for each in (here, second, third)] == [
        200,
        401,
        401,
    ]


def test_the_sign_in_of_another_person_is_not_found(world: World) -> None:
    mine, theirs = person_with_password(), world.here.people["reviewer"]
    browser, other = world.browser(mine), world.browser(theirs)
    other.get("/en/account")
    token = read(browser, "/en/account").split('token" value="')[1]
    sent = {"csrf_token": token.split('"')[0]}
    for number in range(1, 4):
        browser.post(f"/en/account/sign-ins/{number}/end", data=sent)
    assert other.get("/en/account").status_code == 200


def team(world: World) -> str:
    return f"{world.here.path}/organize/team"


def test_a_member_is_invited_with_roles(world: World) -> None:
    organizer = world.browser_as(Role.ORGANIZER)
    given = {"name": "Nia", "email": "nia@city.example", "locale": "fr", "roles": ["door_lead"]}
    assert submit(organizer, team(world), given, form=-1).status_code == 303
    person = db.session.scalars(select(Person).where(Person.email == "nia@city.example")).one()
    assert [(grant.role, grant.edition_id) for grant in person.grants] == [
        (Role.DOOR_LEAD, world.here.edition.id)
    ]
    page = read(organizer, team(world))
    assert "nia@city.example" in page
    assert "Send the invitation again" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "аdmin@example.org"},
        {"email": "a@b.example, c@d.example"},
        {"roles": None},
        {"roles": ["exhibitor"]},
        {"roles": ["administrator"]},
        {"name": ""},
    ],
)
def test_a_refused_invitation_adds_nobody(world: World, wrong: dict[str, object]) -> None:
    before = len(db.session.scalars(select(Person)).all())
    given = {"name": "Nia", "email": "nia@city.example", "roles": ["reviewer"], **wrong}
    answer = submit(world.browser_as(Role.ORGANIZER), team(world), given, form=-1)
    assert answer.status_code == 422
    db.session.rollback()
    assert len(db.session.scalars(select(Person)).all()) == before
    assert db.session.scalars(select(OutboxMessage)).all() == []


def test_the_invitation_is_sent_again_to_members_only(world: World) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    token = read(browser, team(world)).split('token" value="')[1].split('"')[0]
    reviewer, stranger = world.here.people["reviewer"], world.there.people["reviewer"]
    taken = person_with_password()
    db.session.add(
        RoleGrant(
            person_id=taken.id, role=Role.REVIEWER, edition_id=world.here.edition.id, granted_at=NOW
        )
    )
    db.session.commit()
    codes = [
        browser.post(
            f"{team(world)}/{person_id}/invite-again", data={"csrf_token": token}
        ).status_code
        for person_id in (reviewer.id, stranger.id, taken.id, 9999)
    ]
    assert codes == [303, 404, 409, 404]
    assert [mail.recipient for mail in db.session.scalars(select(OutboxMessage))] == [
        reviewer.email
    ]


def test_a_role_is_taken_back_here_but_not_there(world: World) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    token = read(browser, team(world)).split('token" value="')[1].split('"')[0]
    sent = {"csrf_token": token}
    here, there = world.here.people["reviewer"], world.there.people["reviewer"]
    organizer = world.here.people["organizer"]

    def remove(person: Person, role: str) -> int:
        return browser.post(f"{team(world)}/{person.id}/{role}/remove", data=sent).status_code

    assert remove(here, "reviewer") == 303
    assert remove(there, "reviewer") == 404
    assert remove(here, "exhibitor") == 404
    assert remove(organizer, "organizer") == 409
    db.session.expire_all()
    assert (here.grants, len(there.grants), len(organizer.grants)) == ([], 1, 1)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.EXHIBITOR, Role.PARTNER, Role.DOOR_LEAD])
def test_the_team_is_the_organizers(world: World, role: Role) -> None:
    assert world.browser_as(role).get(team(world)).status_code == 404


def test_the_neighbour_sees_neither_team_nor_journal(world: World) -> None:
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    assert neighbour.get(team(world)).status_code == 404
    assert neighbour.get(f"{world.here.path}/organize/journal").status_code == 404


def test_the_journal_shows_this_edition_only(world: World) -> None:
    for corner, word in ((world.here, "canary_here"), (world.there, "canary_there")):
        write_journal(
            "changed", actor=SYSTEM, entity=word, key=1, now=NOW, edition_id=corner.edition.id,
            before={"title": "old"}, after={"title": "<script>new"},
        )  # fmt: skip
    db.session.commit()
    browser = world.browser_as(Role.ORGANIZER)
    page = read(browser, f"{world.here.path}/organize/journal")
    assert "canary here" in page
    assert "canary there" not in page
    assert "<script>new" not in page
    chosen = browser.get(f"{world.here.path}/organize/journal?entity=other")
    assert "Nothing was changed yet" in chosen.get_data(as_text=True)


def test_lists_ask_as_often_for_thirty_rows_as_for_one(world: World) -> None:
    organizer = world.browser_as(Role.ORGANIZER)
    administrator = world.browser(world.administrator)
    pages = {
        team(world): organizer,
        f"{world.here.path}/organize/journal": organizer,
        "/en/people": administrator,
    }

    def counts() -> list[int]:
        found = []
        for address, browser in pages.items():
            db.session.remove()
            with count_queries() as seen:
                assert browser.get(address).status_code == 200
            found.append(seen.count)
        return found

    few = counts()
    for number in range(30):
        person = make_person(f"p{number}@city.example", name=f"Person {number}")
        db.session.add(
            RoleGrant(
                person_id=person.id, role=Role.REVIEWER, edition_id=world.here.edition.id,
                granted_at=NOW,
            )
        )  # fmt: skip
        write_journal(
            "x", actor=SYSTEM, entity="y", key=number, now=NOW, edition_id=world.here.edition.id
        )
    db.session.commit()
    assert counts() == few


def test_the_administrator_finds_and_deactivates(world: World) -> None:
    person = person_with_password()
    theirs = world.browser(person)
    browser = world.browser(world.administrator)
    found = read(browser, "/en/people?q=ANA@lumi")
    assert person.email in found
    assert "reviewer@luminara.example" not in found
    assert "Nobody found" in read(browser, "/en/people?q=100%25")
    token = found.split('token" value="')[1].split('"')[0]
    here = f"/en/people/{person.id}"
    for step, code in [("deactivate", 303), ("activate", 303), ("explode", 404)]:
        sent = {"csrf_token": token}
        assert browser.post(f"{here}/{step}", data=sent).status_code == code
    assert theirs.get("/en/account").status_code == 401
    assert browser.post(f"{here}/administrator/give", data=sent).status_code == 303
    assert browser.post(f"{here}/administrator/steal", data=sent).status_code == 404
    assert browser.post("/en/people/9999/activate", data=sent).status_code == 404
    db.session.expire_all()
    assert person.is_administrator


def test_people_are_the_administrators(world: World) -> None:
    for role in Role:
        assert world.browser_as(role).get("/en/people").status_code == 404
