"""Pages of messages to many: as an organizer uses them, and as the neighbour does not get in."""

from __future__ import annotations

import json
from pathlib import Path

import html5lib
import pytest

from festival.extensions import db
from festival.mail.actions import Letter, queue_letters
from festival.mail.batches import letters
from festival.mail.batches.models import MailBatch
from festival.mail.batches.states import BatchState
from festival.mail.delivery import compose
from festival.mail.models import OutboxMessage
from festival.mail.rendering import render_message
from festival.mail.states import MessageState
from festival.shared.access import Role
from festival.shared.running import run_task
from festival.shared.tasks import Task
from tests.factories.batches import make_batch, make_households, make_pile
from tests.factories.world import NOW, World
from tests.forms import submit
from tests.queries import count_queries


def path(world: World, rest: str = "") -> str:
    return f"{world.here.path}/organize/mail/messages{rest}"


def batches() -> list[MailBatch]:
    db.session.expire_all()
    return list(db.session.scalars(db.select(MailBatch).order_by(MailBatch.id)))


def run_all() -> None:
    for code in db.session.scalars(db.select(Task.code)).all():
        run_task(code)
    db.session.expire_all()


def press(browser, address: str, action: str):  # type: ignore[no-untyped-def]
    """Press the button of the page that posts to ``…/<action>``."""
    page = browser.get(address)
    root = html5lib.parse(page.get_data(), treebuilder="etree", namespaceHTMLElements=False)
    for form in root.iter("form"):
        if form.get("action", "").endswith(f"/{action}"):
            data = {each.get("name"): each.get("value") for each in form.iter("input")}
            return browser.post(form.get("action"), data=data, follow_redirects=True)
    raise AssertionError(f"{address} has no button {action}")


def test_from_the_empty_list_to_letters_in_the_outbox(world: World) -> None:
    make_households(world.here, 2)
    browser = world.browser_as(Role.ORGANIZER)
    assert "No message has been written yet" in browser.get(path(world)).text
    refused = submit(browser, path(world, "/new"))
    assert refused.status_code == 422
    begun = submit(browser, path(world, "/new"), {"to": "registered:"})
    assert begun.status_code == 303
    code = batches()[0].code
    written = submit(
        browser,
        begun.location,
        {
            "title": "Doors", "subject_en": "Doors open, {name}", "body_en": "See {link}\n\n{name}",
            "subject_ar": "مرحبا", "body_ar": "أهلا {name}",
        },
        follow=True,
    )  # fmt: skip
    assert written.status_code == 200
    assert "2 people get this message" in written.text
    assert "Français" in written.text  # not written: shown
    preview = browser.get(path(world, f"/{code}/preview?to=2"))
    assert "Doors open, Household 1" in preview.text
    assert "/en/luminara/2027/programme" in preview.text
    assert 'rel="prev"' in preview.text
    assert 'rel="next"' not in preview.text
    told = press(browser, path(world, f"/{code}"), "hold")
    assert "The message is held" in told.text
    told = press(browser, path(world, f"/{code}"), "release")
    assert "The letters are being written" in told.text
    run_all()
    page = browser.get(path(world, f"/{code}"))
    assert "Household 1" in page.text
    assert db.session.scalar(db.select(db.func.count(OutboxMessage.id))) == 2
    assert "Doors" in browser.get(path(world)).text


def test_an_unknown_placeholder_is_told_beside_its_field_and_nothing_is_lost(world: World) -> None:
    batch = make_batch(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    answer = submit(
        browser,
        path(world, f"/{batch.code}/edit"),
        {"body_en": "{{name}} {nom} kept", "subject_fr": "{prenom}"},
    )
    assert answer.status_code == 422
    assert "There is no placeholder {nom} here. You can use: {name}" in answer.text
    assert "There is no placeholder {prenom} here." in answer.text
    assert "{{name}} {nom} kept" in answer.text
    assert batches()[0].texts["en"]["body"].startswith("Hello")


def test_two_organizers_save_the_second_reads_why_not(world: World) -> None:
    batch = make_batch(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    address = path(world, f"/{batch.code}/edit")
    answer = submit(browser, address, {"title": "mine", "version": "1"})
    assert answer.status_code == 422
    assert "Somebody else changed this message meanwhile." in answer.text
    for nonsense in ("x", "", "9" * 40, "²"):
        assert submit(browser, address, {"title": "mine", "version": nonsense}).status_code == 422
    assert batches()[0].title == ""


def test_no_get_sends_or_changes_anything(world: World) -> None:
    make_households(world.here, 1)
    batch = make_batch(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    for action in ("test", "hold", "draft", "release", "stop", "discard", "copy", "try-again"):
        assert browser.get(path(world, f"/{batch.code}/{action}")).status_code in (404, 405)
    for page in ("", "/edit", "/preview", "/preview?html=1", "/recipients"):
        assert browser.get(path(world, f"/{batch.code}{page}")).status_code == 200
    assert batches()[0].state == BatchState.DRAFT
    assert db.session.scalars(db.select(OutboxMessage)).all() == []


def test_a_test_reaches_the_organizer_alone(world: World) -> None:
    make_households(world.here, 1)
    batch = make_batch(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    answer = press(browser, path(world, f"/{batch.code}"), "test")
    assert "1 test is on its way to organizer@luminara.example." in answer.text
    row = db.session.scalars(db.select(OutboxMessage)).one()
    assert row.recipient == "organizer@luminara.example"


def test_released_then_stopped_then_the_rest_thrown_away(world: World) -> None:
    make_households(world.here, 2)
    batch = make_batch(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    address = path(world, f"/{batch.code}")
    press(browser, address, "release")
    run_all()
    first, second = db.session.scalars(db.select(OutboxMessage).order_by(OutboxMessage.id))
    first.state, first.error = MessageState.DEAD, "550 100% full %(x)s"
    db.session.commit()
    page = browser.get(address)
    assert "One letter was given up" in page.text
    assert "550 100% full" in page.text
    assert "1 letter is in the queue again." in press(browser, address, "try-again").text
    assert "2 letters had not left yet" in press(browser, address, "stop").text
    second.state = MessageState.QUEUED  # a try that failed after the stop
    db.session.commit()
    assert "Stop these as well" in browser.get(address).text
    assert "Nobody receives it any more" in press(browser, address, "discard").text
    assert "Copy it into a new message" in browser.get(address).text
    copied = press(browser, address, "copy")
    assert "Here is the copy" in copied.text
    assert [each.state for each in batches()] == ["discarded", "draft"]
    assert browser.get(f"{address}?state=cancelled&page=2").status_code == 200


def test_a_pile_is_introduced_and_released(world: World) -> None:
    pile = make_pile(world.here)
    facts = {"subject": "It moved", "paragraphs": [[{"text": "To ten."}]]}
    queue_letters(
        letters.KIND, [Letter("n:1", recipient="a@b.example", locale="fr", facts=facts)],
        edition_id=world.here.edition.id, batch_id=pile.id, held=True, now=NOW,
    )  # fmt: skip
    db.session.commit()
    browser = world.browser_as(Role.ORGANIZER)
    address = path(world, f"/{pile.code}")
    assert "One letter waits here" in browser.get(address).text
    answer = submit(browser, f"{address}/introduction", {"note_fr": "Chers tous"}, follow=True)
    assert "Chers tous" in answer.text
    stale = submit(browser, f"{address}/introduction", {"version": "1", "note_fr": "Non"})
    assert stale.status_code == 422
    row = db.session.scalars(db.select(OutboxMessage)).one()
    assert "Chers tous" in browser.get(f"{world.here.path}/organize/mail/{row.id}").text
    for page in ("/preview", "/recipients"):
        assert browser.get(f"{address}{page}").status_code == 404
    press(browser, address, "release")
    assert db.session.scalars(db.select(OutboxMessage.state)).one() == MessageState.QUEUED
    late = submit(browser, f"{address}/introduction", {"note_fr": "Trop tard"})
    assert late.status_code == 422
    ours = make_batch(world.here)
    assert browser.get(path(world, f"/{ours.code}/introduction")).status_code == 404


def test_the_neighbour_finds_nothing_and_changes_nothing(world: World) -> None:
    make_households(world.here, 1)
    batch = make_batch(world.here)
    browser = world.browser(world.there.people["organizer"])
    own = f"{world.there.path}/organize/mail/messages"
    token = None
    for root in (path(world), own):
        for page in ("", "/edit", "/preview", "/recipients", "/introduction"):
            assert browser.get(f"{root}/{batch.code}{page}").status_code == 404
    page = browser.get(f"{own}/new")
    root = html5lib.parse(page.get_data(), treebuilder="etree", namespaceHTMLElements=False)
    token = root.find(".//input[@name='csrf_token']").get("value")  # type: ignore[union-attr]
    for action in ("test", "hold", "draft", "release", "stop", "discard", "copy", "try-again"):
        for root_path in (path(world), own):
            address = f"{root_path}/{batch.code}/{action}"
            assert browser.post(address, data={"csrf_token": token}).status_code == 404
    assert [each.state for each in batches()] == [BatchState.DRAFT]
    assert db.session.scalars(db.select(OutboxMessage)).all() == []


@pytest.mark.parametrize(
    "corpus", ["blns/blns.json", "made/tmpl/ssti.json", "made/hdr/injection.json"]
)
def test_hostile_names_and_words_stay_words(world: World, shared: Path, corpus: str) -> None:
    """Whatever a visitor is called and an organizer writes: no header, no tag, no script."""
    loaded = json.loads((shared / "data" / "corpora" / corpus).read_text())
    texts = [each for each in loaded if isinstance(each, str)][:150]
    assert len(texts) >= 10
    edition = world.here.edition
    for number, text in enumerate(texts):
        name = text[:200].replace("\x00", "")
        batch = MailBatch(
            code=f"x{number}", edition=edition, edition_id=edition.id, segment="registered",
            texts={"en": {"subject": f"A {text[:100]} {{name}}", "body": f"{text}\n\n{{name}}"}},
            note={},
        )  # fmt: skip
        facts = letters.letter_facts(
            batch, letters.Recipient("a@b.example", name, "en", {"link": "https://x.example/"})
        )
        row = OutboxMessage(
            key=f"k{number}", kind=letters.KIND, recipient="a@b.example", recipient_name="",
            reply_to="", locale="en", facts=facts, edition=edition, attachments=[],
            created_at=NOW, topic="", batch_id=None,
        )  # fmt: skip
        made = render_message(row)
        page = html5lib.parse(made.html, treebuilder="etree", namespaceHTMLElements=False)
        assert page.find(".//script") is None
        assert page.find(".//img") is None
        assert all(
            each.get("href", "").startswith(("https://", "http://")) for each in page.iter("a")
        )
        row.facts, row.subject = None, made.subject
        row.body_text, row.body_html = made.text, made.html
        sent = compose(row, settings=world.app.config["SETTINGS"]).as_bytes()
        assert b"\nBcc:" not in sent.split(b"\r\n\r\n")[0]
    db.session.rollback()


def test_lists_ask_as_often_for_many_as_for_few(world: World) -> None:
    make_households(world.here, 3)
    batch = make_batch(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    pages = [path(world), path(world, f"/{batch.code}"), path(world, f"/{batch.code}/recipients")]
    asked = []
    for address in pages:
        browser.get(address)
        with count_queries() as seen:
            assert browser.get(address).status_code == 200
        asked.append(seen.count)
    make_households(world.here, 60, first=3)
    for _number in range(30):
        make_batch(world.here)
    for address, count in zip(pages, asked, strict=True):
        with count_queries() as seen:
            assert browser.get(address).status_code == 200
        assert seen.count == count, address
    assert "page=2" in browser.get(pages[2]).text
    assert 'aria-current="page"' in browser.get(f"{pages[2]}?page=99").text


def test_what_is_held_stands_in_the_outbox_of_its_edition_alone(world: World) -> None:
    pile = make_pile(world.here, title="News of version 3")
    here = world.browser_as(Role.ORGANIZER).get(f"{world.here.path}/organize/mail")
    assert f"/organize/mail/messages/{pile.code}" in here.text
    assert "News of version 3" in here.text
    there = world.browser(world.there.people["organizer"])
    assert "News of version 3" not in there.get(f"{world.there.path}/organize/mail").text
    assert world.browser(world.administrator).get("/en/mail").status_code == 200


def test_what_is_held_waits_at_the_organizers_desk(world: World) -> None:
    sentence = "message to many is held and waits for its release"
    browser = world.browser_as(Role.ORGANIZER)
    assert sentence not in browser.get(f"{world.here.path}/organize/").text
    make_pile(world.here)
    assert sentence in browser.get(f"{world.here.path}/organize/").text
    neighbour = world.browser(world.there.people["organizer"])
    assert sentence not in neighbour.get(f"{world.there.path}/organize/").text


def test_released_from_an_old_page_it_does_not_go(world: World) -> None:
    make_households(world.here, 1)
    batch = make_batch(world.here)
    browser = world.browser_as(Role.ORGANIZER)
    address = path(world, f"/{batch.code}")
    token = html5lib.parse(
        browser.get(address).get_data(), treebuilder="etree", namespaceHTMLElements=False
    ).find(".//input[@name='csrf_token']")
    for version in ("1", "", "x"):
        answer = browser.post(
            f"{address}/release",
            data={"csrf_token": token.get("value"), "version": version},  # type: ignore[union-attr]
        )
        assert answer.status_code == 409
        assert "Nobody was sent anything." in answer.text
    assert batches()[0].state == BatchState.DRAFT
