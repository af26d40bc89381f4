"""Pages of the press: public, office and newsrooms."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from festival.extensions import db
from festival.press import queries
from festival.press.models import PressContact, PressPicture, Release
from festival.press.states import Consent, ReleaseState
from festival.shared.access import Role
from tests.factories.evaluation import let_in, make_badge, make_gate
from tests.factories.press import (
    COMPLETE,
    make_contact,
    make_picture,
    make_release,
    picture_bytes,
)
from tests.factories.world import NOW, World
from tests.forms import submit
from tests.queries import count_queries

EMBARGO = datetime(2099, 7, 1, 8, 0, tzinfo=UTC)


def only_release() -> Release:
    db.session.expire_all()
    return db.session.scalars(select(Release)).one()


def test_the_empty_press_page_is_kind(world: World) -> None:
    page = world.browser().get(f"{world.here.path}/press")
    assert page.status_code == 200
    assert "No release yet" in page.text
    assert "The kit is being put together" in page.text
    assert world.here.edition.contact_email in page.text
    assert world.browser().get(f"{world.here.path}/press/kit.zip", buffered=True).status_code == 404


def test_a_release_is_written_looked_at_and_approved(world: World) -> None:
    browser, path = world.browser_as(Role.PRESS_OFFICER), world.here.path
    make_contact(world.here)
    written = submit(
        browser,
        f"{path}/organize/press/releases/new",
        {
            "headline": "A whole city learns", "lead": "All are *invited*.",
            "body": "## Why\n\nSo.",
            "quotes-0-text": "We learn.", "quotes-0-speaker": "Ana", "quotes-0-role": "Mayor",
        },
    )  # fmt: skip
    assert written.status_code == 303
    release = only_release()
    assert release.state == ReleaseState.DRAFT
    assert world.browser().get(f"{path}/press").text.count("A whole city learns") == 0

    preview = written.location
    assert "Ana, Mayor" in browser.get(preview).text
    approved = submit(browser, preview, {}, form=0)

    assert approved.status_code == 303
    assert only_release().state == ReleaseState.APPROVED
    page = world.browser().get(f"{path}/press/releases/{release.slug}/en").text
    assert "<em>invited</em>" in page
    assert '<h2 dir="auto">Why</h2>' in page


def test_a_withdrawn_release_is_gone(world: World) -> None:
    release = make_release(world.here)
    browser, path = world.browser_as(Role.ORGANIZER), world.here.path
    preview = f"{path}/organize/press/releases/{release.slug}/en/preview"

    moved = submit(browser, preview, {}, form=1)

    assert moved.status_code == 303
    assert only_release().state == ReleaseState.WITHDRAWN
    assert world.browser().get(f"{path}/press/releases/{release.slug}/en").status_code == 404


def test_an_embargo_is_entered_on_the_citys_clocks_and_shown_in_both(world: World) -> None:
    browser, path = world.browser_as(Role.PRESS_OFFICER), world.here.path
    answer = submit(
        browser,
        f"{path}/organize/press/releases/new",
        {"headline": "Later", "lead": "x", "embargo_on": "2099-07-01", "embargo_at": "10:00"},
    )
    assert only_release().embargo_until == EMBARGO
    preview = browser.get(answer.location).text
    assert "1 July 2099, 10:00 (Europe/Madrid)" in preview
    assert "1 July 2099, 08:00 UTC" in preview


@pytest.mark.parametrize(
    ("on", "at", "sentence"),
    [
        ("2026-03-29", "02:30", "this time does not exist"),
        ("2026-03-29", "", "Give the time too"),
        ("", "10:00", "Give the day too"),
    ],
)
def test_an_embargo_that_cannot_be_keeps_what_was_typed(
    world: World, on: str, at: str, sentence: str
) -> None:
    answer = submit(
        world.browser_as(Role.PRESS_OFFICER),
        f"{world.here.path}/organize/press/releases/new",
        {"headline": "Kept words", "lead": "x", "embargo_on": on, "embargo_at": at},
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Kept words" in answer.text
    assert db.session.scalars(select(Release)).all() == []


def test_two_officers_do_not_overwrite_each_other(world: World) -> None:
    release = make_release(world.here, state=ReleaseState.DRAFT)
    address = f"{world.here.path}/organize/press/releases/{release.slug}/en"
    browser = world.browser_as(Role.PRESS_OFFICER)
    first = submit(browser, address, {"headline": "First"})
    second = submit(browser, address, {"headline": "Second", "version": "1"})

    assert first.status_code == 303
    assert second.status_code == 422
    assert "Somebody else changed this release meanwhile" in second.text
    assert "Second" in second.text
    assert only_release().headline == "First"


def test_saving_for_more_quotes_comes_back_to_the_form(world: World) -> None:
    address = f"{world.here.path}/organize/press/releases/new"
    filled = {f"quotes-{number}-text": f"Quote {number}" for number in range(2)}
    browser = world.browser_as(Role.PRESS_OFFICER)
    answer = submit(browser, address, {"headline": "H", "lead": "L", "more": "1"} | filled)

    assert browser.get(answer.location).text.count("<legend>Quote ") == 4


def test_another_language_is_offered_once(world: World) -> None:
    release = make_release(world.here)
    browser = world.browser_as(Role.PRESS_OFFICER)
    address = f"{world.here.path}/organize/press/releases/new?of={release.slug}"
    answer = submit(browser, address, {"language": "ar", "headline": "مدينة", "lead": "نص"})

    assert answer.status_code == 303
    assert queries.languages_of(world.here.edition.id, slug=release.slug) == {"en", "ar"}
    assert 'value="ar"' not in browser.get(address).text
    assert browser.get(address.replace(release.slug, "unknown")).status_code == 404


def test_an_arabic_release_is_set_from_right_to_left(world: World) -> None:
    release = make_release(world.here, language="ar", headline="مدينة تتعلم", lead="نص")
    make_release(world.here, slug=release.slug, language="en")
    page = world.browser().get(f"{world.here.path}/press/releases/{release.slug}/ar").text
    assert '<article class="release narrow stack" lang="ar" dir="rtl">' in page
    assert f"/press/releases/{release.slug}/en" in page


def test_a_picture_is_added_with_its_papers(world: World) -> None:
    browser, path = world.browser_as(Role.PRESS_OFFICER), world.here.path
    answer = submit(
        browser,
        f"{path}/organize/press/pictures/new",
        {
            "picture": (io.BytesIO(picture_bytes()), "../../evil.php"), "caption": "A caption",
            "alt_text": "Alt", "creator": "Ana", "credit": "City", "licence": "CC BY 4.0",
            "consent": "not_needed", "in_kit": "y",
        },
    )  # fmt: skip
    assert answer.status_code == 303
    db.session.expire_all()
    picture = db.session.scalars(select(PressPicture)).one()
    assert queries.is_public(picture)
    page = world.browser().get(f"{path}/press").text
    assert "A caption" in page
    for size in ("small", "web", "print"):
        file = world.browser().get(f"{path}/press/pictures/{picture.code}/{size}")
        assert file.mimetype == "image/jpeg"
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        again = {"If-None-Match": file.headers["ETag"]}
        assert world.browser().get(file.request.path, headers=again).status_code == 304
    assert world.browser().get(f"{path}/press/pictures/{picture.code}/huge").status_code == 404


@pytest.mark.parametrize("upload", [None, (io.BytesIO(b"<svg/>"), "a.svg")])
def test_no_picture_or_a_broken_one_is_refused_beside_the_field(
    world: World, upload: object
) -> None:
    answer = submit(
        world.browser_as(Role.PRESS_OFFICER),
        f"{world.here.path}/organize/press/pictures/new",
        {"picture": upload or (io.BytesIO(b""), ""), "caption": "Typed words"},
    )
    assert answer.status_code == 422
    assert "Typed words" in answer.text
    assert 'id="picture-error"' in answer.text
    assert db.session.scalars(select(PressPicture)).all() == []


def test_a_picture_without_papers_blocks_the_kit_by_name(world: World) -> None:
    make_contact(world.here)
    picture = make_picture(world.here, papers=replace(COMPLETE, credit="", caption="Robots dance"))
    browser, path = world.browser_as(Role.PRESS_OFFICER), world.here.path

    for page in ("press", "press/kit"):
        text = browser.get(f"{path}/organize/{page}").text
        assert "Robots dance" in text
        assert "credit line" in text
    assert world.browser().get(f"{path}/press/kit.zip", buffered=True).status_code == 404
    assert "Robots dance" not in world.browser().get(f"{path}/press").text
    hidden = f"{path}/press/pictures/{picture.code}/web"
    assert world.browser().get(hidden).status_code == 404
    assert browser.get(f"{path}/organize/press/pictures/{picture.code}/file/web").status_code == 200

    edited = submit(
        browser, f"{path}/organize/press/pictures/{picture.code}", {"credit": "City of Luminara"}
    )
    assert edited.status_code == 303
    assert world.browser().get(f"{path}/press/kit.zip", buffered=True).status_code == 200


def test_a_child_without_consent_never_gets_out(world: World) -> None:
    make_contact(world.here)
    papers = replace(COMPLETE, shows_children=True, consent=Consent.NOT_NEEDED)
    picture = make_picture(world.here, papers=papers)
    for address in (f"pictures/{picture.code}/web", "kit.zip"):
        assert world.browser().get(f"{world.here.path}/press/{address}").status_code == 404


def test_a_picture_is_removed(world: World) -> None:
    picture = make_picture(world.here)
    address = f"{world.here.path}/organize/press/pictures/{picture.code}"
    assert submit(world.browser_as(Role.PRESS_OFFICER), address, {}, form=1).status_code == 303
    db.session.expire_all()
    assert db.session.scalars(select(PressPicture)).all() == []


def test_contacts_are_added_changed_and_removed(world: World) -> None:
    browser, path = world.browser_as(Role.PRESS_OFFICER), world.here.path
    new = f"{path}/organize/press/contacts/new"
    assert submit(browser, new, {"name": "Pilar"}).status_code == 422
    added = submit(
        browser,
        new,
        {"name": "Pilar", "phone": "+34 1", "languages": ["en", "ar"], "hours": "9-18"},
    )
    assert added.status_code == 303
    page = world.browser().get(f"{path}/press").text
    assert "Pilar" in page and "العربية" in page and "Europe/Madrid" in page
    contact = db.session.scalars(select(PressContact)).one()
    edit = f"{path}/organize/press/contacts/{contact.id}"
    assert submit(browser, edit, {"name": "Pilar P."}).status_code == 303
    assert "Pilar P." in world.browser().get(f"{path}/press").text
    assert submit(browser, edit, {}, form=1).status_code == 303
    assert db.session.scalars(select(PressContact)).all() == []


def test_rules_for_the_media_are_public(world: World) -> None:
    browser, path = world.browser_as(Role.PRESS_OFFICER), world.here.path
    answer = submit(browser, f"{path}/organize/press/rules", {"text": "No **flash**, please."})
    assert answer.status_code == 303
    assert "<strong>flash</strong>" in world.browser().get(f"{path}/press").text


def test_a_newsroom_reads_embargoed_texts_after_its_promise(world: World) -> None:
    make_contact(world.here)
    release = make_release(world.here, headline="Secret bridge", embargo_until=EMBARGO)
    officer, path = world.browser_as(Role.PRESS_OFFICER), world.here.path
    made = submit(officer, f"{path}/organize/press/newsrooms", {"outlet": "The Daily"})
    (address,) = re.findall(r'value="(http[^"]*/press/embargoed/[^"]+)"', made.text)
    address = address.split("localhost", 1)[1]
    reader = world.browser()
    pdf = f"{address}/{release.slug}/en/release.pdf"

    closed = reader.get(address)
    assert "The Daily" in closed.text
    assert "Secret bridge" not in closed.text
    assert closed.headers["Referrer-Policy"] == "no-referrer"
    assert reader.get(pdf).status_code == 404
    assert submit(reader, address, {"name": "Jo"}).status_code == 422

    assert submit(reader, address, {"name": "Jo", "agreed": "y"}).status_code == 303
    opened = reader.get(address).text
    assert "Secret bridge" in opened
    assert "1 July 2099, 10:00 (Europe/Madrid)" in opened
    assert "1 July 2099, 08:00 UTC" in opened
    assert reader.get(pdf).mimetype == "application/pdf"
    assert "Jo" in officer.get(f"{path}/organize/press/newsrooms").text

    with time_machine.travel(EMBARGO, tick=False):
        assert "Nothing is under embargo now" in world.browser().get(address).text
        assert world.browser().get(pdf).status_code == 404
    there = address.replace("/luminara/", "/harbour/")
    assert reader.get(there).status_code == 404
    assert submit(officer, f"{path}/organize/press/newsrooms", {}, form=1).status_code == 303
    assert reader.get(address).status_code == 404


def test_before_the_doors_open_no_zero_is_quoted_as_attendance(world: World) -> None:
    data = world.browser().get(f"{world.here.path}/press/facts.json").get_json()
    assert [fact["key"] for fact in data["facts"]] == ["registered_people"]


def test_the_fact_sheet_quotes_each_figure_with_definition_date_and_method(world: World) -> None:
    let_in(make_badge(world.here), gate=make_gate(world.here))
    db.session.commit()
    page = world.browser().get(f"{world.here.path}/press/facts").text
    assert "Unique visitors" in page
    assert "Counted by scanning badges at the doors" in page
    assert "As of" in page and "Europe/Madrid" in page
    table = world.browser().get(f"{world.here.path}/press/facts.csv").get_data().decode("utf-8-sig")
    assert {row["key"] for row in csv.DictReader(io.StringIO(table))} >= {"visits", "online"}
    data = world.browser().get(f"{world.here.path}/press/facts.json").get_json()
    online = next(fact for fact in data["facts"] if fact["key"] == "online")
    assert online["value"] is None and online["text"] == "not counted"


@pytest.mark.parametrize("language", ["ar", "zh", "fr", "ru", "es"])
def test_public_pages_stand_in_every_language(world: World, language: str) -> None:
    make_contact(world.here)
    make_picture(world.here)
    release = make_release(world.here)
    path = world.here.path.replace("/en/", f"/{language}/")
    for page in ("press", "press/facts", f"press/releases/{release.slug}/en"):
        assert world.browser().get(f"{path}/{page}").status_code == 200


def test_the_neighbour_reaches_and_changes_nothing(world: World) -> None:
    release, contact = make_release(world.here), make_contact(world.here)
    picture = make_picture(world.here)
    neighbour, path = world.browser_as(Role.ORGANIZER, at=world.there), world.there.path
    for address in (
        f"organize/press/releases/{release.slug}/en",
        f"organize/press/releases/{release.slug}/en/preview",
        f"organize/press/releases/{release.slug}/en/preview.pdf",
        f"organize/press/contacts/{contact.id}",
        f"organize/press/pictures/{picture.code}",
        f"organize/press/pictures/{picture.code}/file/web",
        f"press/releases/{release.slug}/en",
        f"press/pictures/{picture.code}/web",
    ):
        assert neighbour.get(f"{path}/{address}").status_code == 404
    token = re.search(
        r'name="csrf_token" value="([^"]+)"', neighbour.get(f"{path}/organize/press/rules").text
    )
    assert token
    for address in (
        f"organize/press/releases/{release.slug}/en/state",
        f"organize/press/contacts/{contact.id}/remove",
        f"organize/press/pictures/{picture.code}/remove",
    ):
        answer = neighbour.post(
            f"{path}/{address}", data={"to": "withdrawn", "csrf_token": token[1]}
        )
        assert answer.status_code == 404
    db.session.expire_all()
    assert only_release().state == ReleaseState.APPROVED
    assert db.session.scalars(select(PressContact)).all() == [contact]
    assert db.session.scalars(select(PressPicture)).all() == [picture]


def test_an_unknown_move_is_refused(world: World) -> None:
    release = make_release(world.here)
    browser = world.browser_as(Role.PRESS_OFFICER)
    preview = f"{world.here.path}/organize/press/releases/{release.slug}/en/preview"
    assert submit(browser, preview, {"to": "sold"}).status_code == 400
    assert only_release().state == ReleaseState.APPROVED


@pytest.mark.parametrize("address", ["press", "organize/press", "organize/press/pictures"])
def test_thirty_of_each_cost_as_many_queries_as_one(world: World, address: str) -> None:
    counts = []
    for many, corner in ((1, world.here), (30, world.there)):
        for number in range(many):
            make_release(corner, changed_at=NOW + timedelta(minutes=number))
            make_contact(corner)
            make_picture(corner)
        browser = world.browser_as(Role.PRESS_OFFICER, at=corner)
        browser.get(f"{corner.path}/{address}")
        with count_queries() as seen:
            assert browser.get(f"{corner.path}/{address}").status_code == 200
        counts.append(seen.count)
    assert counts[0] == counts[1]
