"""Writing mail into the outbox: once per key, in the right language, safe against hostile words."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import html5lib
import jinja2
import pytest
from sqlalchemy import select

from festival.extensions import db
from festival.mail.actions import Attachment, queue_mail, try_again
from festival.mail.delivery import compose, message_id
from festival.mail.models import OutboxMessage
from festival.mail.rendering import link_maker, render_mail
from festival.mail.states import MessageState
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.journal import Actor, JournalEntry
from festival.shared.languages import LANGUAGES
from tests.factories.mail import waiting_message
from tests.factories.world import NOW, World

ACTOR = Actor(label="Olga Organizer")
LETTER: dict[str, Any] = {
    "person_name": "Ana",
    "inviter": "Olga",
    "place": "Luminara Learns",
    "token": "a" * 32,
    "expires_at": NOW,
}


@pytest.mark.both_databases
def test_the_same_key_is_the_same_message(world: World) -> None:
    first, second = waiting_message(1), waiting_message(1, recipient="other@city.example")
    assert first.id == second.id
    assert second.recipient == "reader1@city.example"


def test_a_message_disappears_with_the_transaction_that_wanted_it(world: World) -> None:
    queue_mail(
        "account_reset", key="k", recipient="a@b.example", locale="en", now=NOW, context=LETTER
    )
    db.session.rollback()
    assert db.session.scalars(select(OutboxMessage)).all() == []


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize(
    "kind", ["account_invitation", "account_reset", "account_password_changed", "account_role"]
)
def test_each_mail_of_accounts_is_whole_in_each_language(
    world: World, kind: str, locale: str
) -> None:
    context = LETTER | {"changed_at": NOW, "role_name": "Reviewer"}
    mail = render_mail(kind, locale=locale, context=context)
    assert mail.subject
    assert f"http://localhost/{locale}/" in mail.text
    root = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(mail.html)
    assert root.get("dir") == LANGUAGES[locale].direction
    assert root.get("lang") == LANGUAGES[locale].tag


def test_an_unknown_language_becomes_english(world: World) -> None:
    assert "Hello" in render_mail("account_reset", locale="xx", context=LETTER).text


def test_an_unknown_kind_or_a_missing_word_is_a_fault_of_ours(world: World) -> None:
    with pytest.raises(jinja2.TemplateNotFound):
        render_mail("no_such_kind", locale="en", context={})
    with pytest.raises(jinja2.UndefinedError):
        render_mail("account_reset", locale="en", context={})


def test_links_know_the_edition_and_nothing_of_the_request(world: World) -> None:
    edition = world.here.edition
    with world.app.test_request_context(headers={"Host": "localhost:9"}):
        link = link_maker(locale="ar", edition=edition)
        assert link("site.desk") == "http://localhost/ar/luminara/2027/organize/"
        assert link("accounts.sign_in") == "http://localhost/ar/sign-in"


def test_the_frame_names_the_edition_and_whom_to_ask(world: World) -> None:
    html = render_mail(
        "account_invitation", locale="en", context=LETTER | {"edition": world.here.edition}
    ).html
    assert "Luminara Learns 2027" in html
    assert "hello@luminara.example" in html


def tags(html: str) -> list[str]:
    root = html5lib.parse(html, namespaceHTMLElements=False)
    return [str(each.tag) for each in root.iter()]


def test_hostile_words_stay_words(world: World, shared: Path) -> None:
    made = shared / "data/corpora/made"
    hostile = json.loads((made / "tmpl/ssti.json").read_text())
    hostile += json.loads((made / "hdr/injection.json").read_text())
    plain = tags(render_mail("account_invitation", locale="en", context=LETTER).html)
    for words in hostile:
        context = LETTER | {"person_name": words, "place": words, "inviter": words}
        mail = render_mail("account_invitation", locale="en", context=context)
        assert tags(mail.html) == plain, words
        assert "49" not in mail.subject
        assert len(mail.subject.splitlines()) == 1


def test_no_header_can_be_smuggled_in(world: World, shared: Path) -> None:
    hostile = json.loads((shared / "data/corpora/made/hdr/injection.json").read_text())
    settings = world.app.config["SETTINGS"]
    for number, words in enumerate(hostile):
        with pytest.raises(FieldRefused):
            waiting_message(1000 + number, recipient=words)
        message = waiting_message(
            number, recipient_name=words, reply_to=words,
            attachments=[Attachment(words, "text/calendar", b"BEGIN:VCALENDAR")],
        )  # fmt: skip
        message.subject = words
        raw = compose(message, settings=settings).as_bytes()
        sent = message_from_bytes(raw, policy=default)
        expected = {
            "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language",
            "MIME-Version", "Content-Type", "X-Festival-Mail",
        }  # fmt: skip
        assert set(sent.keys()) == expected, words
        assert len(sent.get_all("To")) == 1
        assert [each.addr_spec for each in sent["To"].addresses] == [f"reader{number}@city.example"]


def test_the_message_says_what_it_is(world: World) -> None:
    settings = world.app.config["SETTINGS"]
    message = waiting_message(
        1, reply_to="hello@luminara.example", recipient="åsa@bücher.example",
        recipient_name="Åsa “Ås” Sørensen",
        attachments=[Attachment("session.ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR")],
    )  # fmt: skip
    mail = compose(message, settings=settings)
    assert mail["To"].addresses[0].addr_spec == "åsa@xn--bcher-kva.example"
    assert mail["Reply-To"].addresses[0].addr_spec == "hello@luminara.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"] == message_id("test:1", settings=settings)
    assert mail["Message-ID"].endswith("@localhost>")
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip


def test_large_attachments_are_a_fault_of_ours(world: World) -> None:
    with pytest.raises(ValueError, match="small"):
        waiting_message(1, attachments=[Attachment("x.pdf", "application/pdf", b"x" * 300_000)])


def test_a_given_up_message_is_tried_again(world: World) -> None:
    message = waiting_message(1, edition_id=world.here.edition.id)
    here = {"edition_id": world.here.edition.id, "actor": ACTOR, "now": NOW}
    with pytest.raises(RuleBroken, match="given up"):
        try_again(message.id, **here)
    message.state, message.attempts = MessageState.DEAD, 10
    db.session.flush()
    with pytest.raises(NotFound):
        try_again(message.id, **(here | {"edition_id": world.there.edition.id}))
    with pytest.raises(NotFound):
        try_again(9999, **here)
    try_again(message.id, **here)
    db.session.expire_all()
    assert (message.state, message.attempts) == (MessageState.QUEUED, 0)
    assert db.session.scalars(select(JournalEntry.action)).all() == ["mail_tried_again"]
