"""Words that break other systems, written into every form, and then every page, feed and mail."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import html5lib
import icalendar
import pytest
from werkzeug.test import TestResponse

from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.programme.actions import publish_programme
from festival.programme.models import ProgrammeSession
from festival.shared.forms import clean_line, clean_text
from festival.shared.journal import SYSTEM
from tests.factories.everything import Everything, fill
from tests.factories.world import NOW, World
from tests.forms import XHTML
from tests.house.signed import forms_of
from tests.house.test_hostile_inputs import faults_of, form_pages
from tests.house.test_leaks import all_places

ALWAYS = (
    '<script>window.__xss=1</script>', '"><img src=x onerror=alert(1)>', "'-alert(1)-'",
    "</script><script>alert(1)</script>", "<!--", "]]>", "{{7*7}}", "${7*7}", "%(name)s", "%s %d",
    "{0.__class__}", "</title><svg onload=alert(1)>", "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)", "BEGIN:VEVENT\\nX-EVIL:1", "x;ATTENDEE:y", "=1+1",
    "=HYPERLINK(\"http://127.0.0.1/\")", "@SUM(A1)", "-2+3", "#read(\"/etc/passwd\")",
    "\u202eevil", "\u2028\u2029", "ﷺ" * 20, "Z\u0335\u0321" * 20, "👩‍👩‍👧‍👦", "\ufeff", "\u200b",
    "‮txet", "İıSS", "ÅÅ", "\\", "'; DROP TABLE person; --", "\x1b[31m", "\x7f", "𝕳𝖊𝖑𝖑𝖔",
)  # fmt: skip


@pytest.fixture
def words(shared: Path) -> Iterator[str]:
    """Hostile strings without end: ours, then a sample of the corpora."""
    corpora = shared / "data" / "corpora"
    listed = json.loads((corpora / "blns/blns.json").read_text(encoding="utf-8"))[::17]
    for name in ("tmpl/ssti", "csv/formulas", "hdr/injection"):
        listed += json.loads((corpora / f"made/{name}.json").read_text(encoding="utf-8"))
    kept = [each for each in (*ALWAYS, *listed) if each.strip() and "\0" not in each]
    assert len(kept) > 80
    return cycle(kept)


def write_everywhere(world: World, made: Everything, words: Iterator[str]) -> int:
    """Fill every field of every form with words; say how many forms were taken."""
    browser = world.browser(world.administrator)
    answers, taken = [], 0
    for page in form_pages(world, made):
        if "/edition" in page or "/people" in page or page.count("/") < 4:
            continue
        for form in forms_of(browser.get(page).get_data(), page=page):
            texts = [name for name in form.texts if may_hold_words(name)]
            if form.action != page or not texts:
                continue
            for name in texts:
                form.values[name] = next(words)[:200]
            answers.append((page, browser.post(page, data=form.values)))
            taken += answers[-1][1].status_code == 303
    assert faults_of(answers) == []
    return taken


def may_hold_words(name: str) -> bool:
    """Free text: not what only takes a number, a day, an address or a code of ours."""
    last = name.rpartition("-")[2]
    fixed = ("csrf_token", "version", "key", "digest", "email", "contact_email", "website", "slug",
             "capacity", "count", "people", "position", "languages", "links",
             "stream_url")  # fmt: skip
    return last not in fixed and not any(
        part in last for part in ("_at", "_on", "year", "since", "age", "minutes", "zone", "tude",
                                  "number", "m2", "tables", "chairs", "power", "start", "day",
                                  "_cm", "circuits", "watts", "load", "prefix", "first")
    )  # fmt: skip


def put_into_rows(made: Everything, words: Iterator[str]) -> None:
    """And into what the programme shows, cleaned as each form and each import cleans it."""
    for session in db.session.scalars(db.select(ProgrammeSession)):
        for name in ("title", "subtitle", "abstract", "description", "bring", "cost"):
            setattr(session, name, clean_text(next(words))[:200] or "x")
    for row in (made.presenter, made.strand, made.corner.venue, made.corner.space):
        row.name = clean_line(next(words))[:100] or "x"
    publish_programme(made.corner.edition, actor=SYSTEM, now=NOW)
    db.session.commit()


def check(answer: TestResponse, place: str) -> None:
    """No element that the words made; formats that machines read stay readable."""
    body = answer.get_data()
    if answer.mimetype == "text/html" and answer.status_code == 200:
        for each in html5lib.parse(body, treebuilder="etree").iter():
            if each.tag == f"{XHTML}script":
                own = each.get("src", "").startswith("/static/")
                assert own or each.get("type") == "application/ld+json", place
            assert not any(str(name).startswith("on") for name in each.attrib), place
            for name in ("href", "src", "action"):
                assert not each.get(name, "").lower().strip().startswith("javascript:"), place
            assert "evil.example" not in each.get("src", ""), place
    elif answer.mimetype == "text/calendar":
        calendar = icalendar.Calendar.from_ical(body)
        assert calendar.walk("VEVENT") or "badge" in place
        assert b"\nX-EVIL" not in body and b"\nATTENDEE" not in body, place
    elif answer.mimetype == "application/json":
        json.loads(body)
    elif answer.mimetype == "text/csv":
        for row in csv.reader(io.StringIO(body.decode("utf-8-sig"))):
            assert not [cell for cell in row if cell[:1] in "=@\t\r" and cell], place


def test_hostile_words_are_words_everywhere(world: World, words: Iterator[str]) -> None:
    made = fill(world.here, canary="Nearby")
    assert write_everywhere(world, made, words) >= 12
    put_into_rows(made, words)
    browser, stranger = world.browser(world.administrator), world.browser()
    answers = []
    for door, place in all_places(world, made):
        if "GET" in door.methods:
            for reader in (browser, stranger) if door.who & {"everybody"} else (browser,):
                answer = reader.get(place)
                answers.append((place, answer))
                check(answer, place)
                answer.close()

    assert faults_of(answers) == []
    assert sum(each.status_code == 200 for _place, each in answers) > 90


def test_hostile_words_add_nothing_to_a_mail(world: World, words: Iterator[str]) -> None:
    made = fill(world.here, canary="Nearby")
    write_everywhere(world, made, words)
    for mail in db.session.scalars(db.select(OutboxMessage)):
        assert "\n" not in mail.subject and "\r" not in mail.subject
        tree = html5lib.parse(mail.body_html, treebuilder="etree")
        tags = {str(each.tag).removeprefix(XHTML) for each in tree.iter()}
        assert not tags & {"script", "img", "svg", "iframe", "form"}, mail.kind
        links = [each.get("href", "") for each in tree.iter(f"{XHTML}a")]
        assert all(link.startswith(("http://localhost/", "mailto:")) for link in links), links
