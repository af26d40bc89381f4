"""A recipient chooses what to receive: by the link, in one click, for nobody else."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from festival.extensions import db
from festival.mail.actions import Letter, queue_letters
from festival.mail.jobs import NOT_WANTED, deliver_due
from festival.mail.models import MailRecipient, MailRefusal, OutboxMessage
from festival.mail.occasions import OCCASIONS
from festival.mail.queries import refused_topics, who_refuse
from festival.mail.rendering import render_message
from festival.mail.signs import bounce_code, choice_token, choosing_recipient
from festival.mail.states import MessageState, Topic
from festival.shared.access import Role
from festival.shared.clock import utc_now
from tests.factories.accounts import read
from tests.factories.world import Corner, World
from tests.forms import submit
from tests.mail.conftest import Post

NOUR = "nour@city.example"
TOPICAL = "reminder_day"


def remind(corner: Corner, number: int = 1, recipient: str = NOUR) -> int:
    """One letter of a topic, committed; answers how many were new."""
    facts = dict(OCCASIONS[TOPICAL].sample(corner.edition))
    facts.pop("edition")
    letter = Letter(key=f"remind:{number}", recipient=recipient, locale="en", facts=facts)
    new = queue_letters(TOPICAL, [letter], edition_id=corner.edition.id, now=utc_now())
    db.session.commit()
    return new


def the_recipient() -> MailRecipient:
    return db.session.scalars(select(MailRecipient).order_by(MailRecipient.id)).first()  # type: ignore[return-value]


def link_of(world: World, recipient: MailRecipient) -> str:
    secret = world.app.config["SETTINGS"].secret_key
    return f"/en/mail/choice/{choice_token(recipient.id, secret=secret)}"


def one_click(world: World, address: str) -> TestResponse:
    return world.browser().post(address, data={"List-Unsubscribe": "One-Click"})


def refused() -> set[Topic]:
    db.session.rollback()
    return set(db.session.scalars(select(MailRefusal.topic)))


@pytest.fixture
def link(world: World) -> str:
    assert remind(world.here) == 1
    return link_of(world, the_recipient())


def test_one_click_of_a_mail_program_needs_no_cookie(world: World, link: str) -> None:
    answer = one_click(world, f"{link}/reminders")
    assert answer.status_code == 303
    assert refused() == {Topic.REMINDERS}
    assert one_click(world, f"{link}/reminders").status_code == 303
    assert refused() == {Topic.REMINDERS}


def test_a_post_that_is_not_the_standards_is_refused(world: World, link: str) -> None:
    assert world.browser().post(f"{link}/reminders").status_code == 400
    assert world.browser().post(f"{link}/reminders", data={"x": "y"}).status_code == 400
    assert refused() == set()


def test_programs_that_only_look_change_nothing(world: World, link: str) -> None:
    page = read(world.browser(), f"{link}/reminders")
    assert "No more of this kind" in page
    assert NOUR in page
    assert refused() == set()


def test_the_page_of_the_link_has_one_button(world: World, link: str) -> None:
    answer = submit(world.browser(), f"{link}/reminders")
    assert answer.status_code == 303
    assert refused() == {Topic.REMINDERS}


def test_everything_can_be_chosen_and_chosen_again(world: World, link: str) -> None:
    browser = world.browser()
    page = read(browser, link)
    assert len(re.findall(r'type="checkbox"[^>]*checked|checked[^>]*type="checkbox"', page)) == 4
    assert submit(browser, link, {"topics": ["organizers"]}).status_code == 303
    assert refused() == set(Topic) - {Topic.ORGANIZERS}
    assert submit(browser, link, {"topics": ["organizers", "reminders"]}).status_code == 303
    assert refused() == {Topic.EXHIBITOR_NEWS, Topic.PROGRAMME_CHANGES}
    assert remind(world.here, 2) == 1


def test_who_refuses_gets_no_letter_and_the_others_do(world: World, link: str) -> None:
    one_click(world, f"{link}/reminders")
    assert who_refuse("reminders", edition_id=world.here.edition.id) == {NOUR}
    assert remind(world.here, 2) == 0
    assert remind(world.here, 3, "NOUR@city.example") == 0
    assert remind(world.here, 4, "other@city.example") == 1
    assert remind(world.there, 5) == 1  # another festival's mail is another choice


def test_what_waited_when_they_refused_is_not_sent(world: World, post: Post, link: str) -> None:
    one_click(world, f"{link}/reminders")
    assert deliver_due(post.settings, now=utc_now()) == 0
    message = db.session.scalars(select(OutboxMessage)).one()
    assert (message.state, message.error) == (MessageState.CANCELLED, NOT_WANTED)
    assert post.catcher.taken == []


@pytest.mark.parametrize("changed", ["first", "last", "other row", "other purpose", "empty"])
def test_nobody_chooses_for_another_by_guessing(world: World, link: str, changed: str) -> None:
    token = link.rpartition("/")[2]
    secret = world.app.config["SETTINGS"].secret_key
    remind(world.here, 2, "victim@city.example")
    guessed = {
        "first": f"2{token[1:]}",
        "last": token[:-1] + ("0" if token[-1] != "0" else "1"),
        "other row": f"2-{token.partition('-')[2]}",
        "other purpose": bounce_code(1, secret=secret),
        "empty": "1-",
    }[changed]
    assert choosing_recipient(guessed, secret=secret) is None
    for address in (f"/en/mail/choice/{guessed}", f"/en/mail/choice/{guessed}/reminders"):
        assert world.browser().get(address).status_code == 404
    assert one_click(world, f"/en/mail/choice/{guessed}/reminders").status_code == 404
    assert refused() == set()


def test_an_unknown_topic_is_not_found(world: World, link: str) -> None:
    assert world.browser().get(f"{link}/everything").status_code == 404
    assert one_click(world, f"{link}/everything").status_code == 404


def test_the_raw_message_carries_the_way_out(world: World, post: Post) -> None:
    remind(world.here)
    secure = post.settings.model_copy(update={"base_url": "https://festival.example"})
    world.app.config["SETTINGS"] = secure
    try:
        assert deliver_due(secure, now=utc_now()) == 1
    finally:
        world.app.config["SETTINGS"] = post.settings.model_copy(
            update={"smtp_host": "", "base_url": "http://localhost"}
        )
    mail = post.catcher.taken[0]
    token = link_of(world, the_recipient())
    address = f"https://festival.example{token}/reminders"
    assert mail["List-Unsubscribe"] == f"<{address}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Precedence"] == "bulk"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "en"
    assert mail["List-ID"]
    for kind in ("plain", "html"):
        assert address in mail.get_body((kind,)).get_content()  # type: ignore[union-attr]


def test_mail_that_answers_somebody_has_no_way_out(world: World, post: Post) -> None:
    letter = Letter(
        key="answer", recipient=NOUR, locale="ar",
        facts={"person_name": "Nour", "changed_at": utc_now()},
    )  # fmt: skip
    queue_letters("account_password_changed", [letter], edition_id=1, now=utc_now())
    db.session.commit()
    assert deliver_due(post.settings, now=utc_now()) == 1
    mail = post.catcher.taken[0]
    assert mail["List-Unsubscribe"] is None
    assert mail["Precedence"] is None
    assert mail["Content-Language"] == "ar"
    assert "mail/choice" not in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_an_organizer_who_looks_at_the_mail_does_not_hold_the_link(world: World) -> None:
    remind(world.here)
    message = db.session.scalars(select(OutboxMessage)).one()
    assert "mail/choice" not in render_message(message).text


def test_topics_of_nobody_are_none(world: World, link: str) -> None:
    assert refused_topics(the_recipient().id) == frozenset()


def test_the_own_account_leads_to_the_choice_and_to_nobody_elses(world: World) -> None:
    person = world.here.people[Role.EXHIBITOR.value]
    remind(world.here, 1, person.email)
    remind(world.here, 2, "other@city.example")
    mine, others = db.session.scalars(select(MailRecipient).order_by(MailRecipient.id))
    page = read(world.browser(person), "/en/account")
    assert link_of(world, mine) in page
    assert link_of(world, others) not in page
    assert "mail/choice" not in read(world.browser_as(Role.REVIEWER), "/en/account")
