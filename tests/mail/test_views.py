"""The outbox page: of an edition for its organizers, of everything for administrators."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from festival.extensions import db
from festival.mail import line
from festival.mail.actions import Letter, queue_letters, queue_mail
from festival.mail.models import OutboxMessage
from festival.mail.occasions import OCCASIONS
from festival.mail.states import MessageState
from festival.shared.access import Role
from festival.shared.clock import utc_now
from tests.factories.accounts import read
from tests.factories.mail import waiting_message
from tests.factories.world import NOW, World
from tests.forms import submit
from tests.queries import count_queries


def outbox(world: World) -> str:
    return f"{world.here.path}/organize/mail"


def message_of(world: World, number: int = 1, **changes: object) -> OutboxMessage:
    message = waiting_message(number, edition_id=world.here.edition.id)
    for name, value in changes.items():
        setattr(message, name, value)
    db.session.commit()
    return message


def test_an_empty_outbox_says_what_will_be_there_and_what_is_missing(world: World) -> None:
    page = read(world.browser_as(Role.ORGANIZER), outbox(world))
    assert "No messages here" in page
    assert "No mail server is set up" in page


def test_messages_are_listed_by_state(world: World) -> None:
    message_of(world, 1, state=MessageState.SENT)
    message_of(world, 2, state=MessageState.DEAD, error="550 no such user", attempts=10)
    browser = world.browser_as(Role.ORGANIZER)
    everything = read(browser, outbox(world))
    assert "reader1@city.example" in everything
    assert "550 no such user" in everything
    assert "One message was given up" in everything
    dead = read(browser, f"{outbox(world)}?state=dead")
    assert "reader2@city.example" in dead
    assert "reader1@city.example" not in dead
    assert browser.get(f"{outbox(world)}?state=nonsense&page=-3").status_code == 200


def test_a_given_up_message_is_tried_again(world: World) -> None:
    message = message_of(world, state=MessageState.DEAD, attempts=10)
    browser = world.browser_as(Role.ORGANIZER)
    assert submit(browser, f"{outbox(world)}/{message.id}").status_code == 303
    db.session.expire_all()
    assert (message.state, message.attempts) == (MessageState.QUEUED, 0)


def test_the_outbox_is_searched_by_recipient_and_kind(world: World) -> None:
    message_of(world, 1)
    message_of(world, 2, recipient_name="100% Åsa_")
    browser = world.browser_as(Role.ORGANIZER)
    for search, found in (
        ("reader1", "reader1@"), ("READER2@CITY", "reader2@"), ("0% Å", "reader2@"),
        ("sa_", "reader2@"), ("_", "reader2@"), ("%", "reader2@"),
    ):  # fmt: skip
        page = read(browser, f"{outbox(world)}?{urlencode({'q': search})}")
        assert found in page, search
        assert page.count("@city.example") == 1, search
    assert "Nothing found" in read(browser, f"{outbox(world)}?q=nobody")
    kind = "account_password_changed"
    assert "reader1@" in read(browser, f"{outbox(world)}?kind={kind}")
    assert "reader1@" in read(browser, f"{outbox(world)}?kind=nonsense")
    assert "reader1@" not in read(browser, f"{outbox(world)}?kind=booking_confirmed")
    both = read(browser, f"{outbox(world)}?kind={kind}&state=sent&q=reader")
    assert "Nothing found" in both


def test_all_that_was_given_up_is_tried_again_at_once(world: World) -> None:
    dead = {"state": MessageState.DEAD, "attempts": 10}
    given_up = [message_of(world, number, **dead) for number in range(3)]
    back = message_of(world, 5, state=MessageState.BOUNCED)
    theirs = waiting_message(6, edition_id=world.there.edition.id)
    theirs.state = MessageState.DEAD
    db.session.commit()
    browser = world.browser_as(Role.ORGANIZER)
    assert submit(browser, outbox(world)).status_code == 303
    db.session.expire_all()
    assert {each.state for each in given_up} == {MessageState.QUEUED}
    assert {each.attempts for each in given_up} == {0}
    assert back.state == MessageState.BOUNCED
    assert theirs.state == MessageState.DEAD
    assert submit(world.browser(world.administrator), "/en/mail").status_code == 303
    db.session.expire_all()
    assert theirs.state == MessageState.QUEUED


def test_the_page_says_how_the_mail_server_does_and_how_long_mail_waits(world: World) -> None:
    message_of(world, 1)
    given = world.app.config["SETTINGS"]
    world.app.config["SETTINGS"] = given.model_copy(update={"smtp_host": "mail.example"})
    try:
        line.write_down("ConnectionRefusedError: nobody there", now=utc_now())
        page = read(world.browser_as(Role.ORGANIZER), outbox(world))
        assert "The mail server does not answer" in page
        assert "nobody there" in page
        assert "the oldest since" in page
        line.write_up(now=utc_now())
        page = read(world.browser_as(Role.ORGANIZER), outbox(world))
        assert "The mail server does not answer" not in page
    finally:
        world.app.config["SETTINGS"] = given


def test_a_letter_that_waits_is_shown_as_it_will_be(world: World) -> None:
    facts = {"person_name": "Nour", "changed_at": utc_now()}
    letter = Letter(key="waits", recipient="nour@city.example", locale="fr", facts=facts)
    queue_letters(
        "account_password_changed", [letter], edition_id=world.here.edition.id, now=utc_now()
    )
    db.session.commit()
    browser = world.browser_as(Role.ORGANIZER)
    assert "Votre mot de passe" in read(browser, outbox(world))
    page = read(browser, f"{outbox(world)}/1")
    assert "Votre mot de passe" in page and "Nour" in page
    db.session.expire_all()
    assert db.session.get_one(OutboxMessage, 1).subject == ""  # looking has changed nothing


def test_mail_whose_words_were_put_away_is_called_by_its_kind(world: World) -> None:
    message = message_of(
        world, kind="interest_given", subject="", recipient="", facts=None, state=MessageState.SENT
    )
    browser = world.browser_as(Role.ORGANIZER)
    name = OCCASIONS["interest_given"].name
    assert f'/{message.id}">{name}</a>' in read(browser, outbox(world))
    assert name in read(browser, f"{outbox(world)}/{message.id}")


def test_the_neighbour_sees_and_changes_nothing(world: World) -> None:
    message = message_of(world, state=MessageState.DEAD)
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    theirs = f"{world.there.path}/organize/mail"
    page = read(neighbour, theirs)
    assert "reader1@city.example" not in page
    assert neighbour.get(f"{theirs}/{message.id}").status_code == 404
    token = read(neighbour, "/en/account").split('token" value="')[1]
    sent = {"csrf_token": token.split('"')[0]}
    for address in (outbox(world), theirs):
        assert neighbour.post(f"{address}/{message.id}/try-again", data=sent).status_code == 404
    db.session.expire_all()
    assert message.state == MessageState.DEAD


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.DOOR_LEAD, Role.EXHIBITOR])
def test_the_outbox_is_the_organizers(world: World, role: Role) -> None:
    assert world.browser_as(role).get(outbox(world)).status_code == 404


def test_a_message_is_shown_without_the_links_into_an_account(world: World) -> None:
    queue_mail(
        "account_invitation", key="i", recipient="nia@city.example", recipient_name="<b>Nia",
        locale="en", edition_id=world.here.edition.id, now=NOW,
        context={
            "person_name": "<script>x", "inviter": "Olga", "place": "Luminara",
            "token": "secretsecretsecretsecret", "expires_at": NOW,
        },
    )  # fmt: skip
    db.session.commit()
    page = read(world.browser_as(Role.ORGANIZER), f"{outbox(world)}/1")
    assert "/en/password/•••" in page
    assert "secretsecret" not in page
    assert "<script>x" not in page


def test_the_administrator_sees_mail_of_no_edition_too(world: World) -> None:
    message = waiting_message(7)
    browser = world.browser(world.administrator)
    assert "reader7@city.example" in read(browser, "/en/mail")
    assert browser.get(f"/en/mail/{message.id}").status_code == 200
    assert browser.get("/en/mail/9999").status_code == 404
    message.state = MessageState.DEAD
    db.session.commit()
    assert submit(browser, f"/en/mail/{message.id}").status_code == 303
    organizer = world.browser_as(Role.ORGANIZER)
    assert "reader7@city.example" not in read(organizer, outbox(world))
    assert organizer.get("/en/mail").status_code == 404


def test_the_list_asks_as_often_for_thirty_messages_as_for_one(world: World) -> None:
    browser = world.browser_as(Role.ORGANIZER)
    message_of(world, 0)
    address, found = outbox(world), []
    for numbers in (range(0), range(1, 30)):
        for number in numbers:
            message_of(world, number)
        db.session.expire_all()
        with count_queries() as seen:
            assert browser.get(address).status_code == 200
        found.append(seen.count)
    assert found[0] == found[1]
