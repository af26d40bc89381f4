"""The Big List of Naughty Strings through every text field of an exhibitor, page by page.

Typed into the real forms, then looked for where they are shown: the applicant's own pages, the
office, the stands, the public catalogue, the tables, the mails and the printed pack.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import html5lib
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from festival.accounts.models import RoleGrant
from festival.exhibitors.actions import accept_application
from festival.exhibitors.models import Application
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.portal.pack.documents import pack_pdf
from festival.portal.pack.jobs import order_of
from festival.portal.pack.queries import exhibitors_with_contacts, facts_of
from festival.shared.access import Role
from festival.shared.forms import clean_line, clean_text
from festival.shared.journal import SYSTEM
from festival.shared.tables import defused
from tests.exhibitors.reading import address_of, press
from tests.factories.calls import make_question
from tests.factories.exhibitors import make_draft
from tests.factories.world import NOW, World
from tests.forms import XHTML, submit
from tests.house.test_naughty_strings import ALWAYS, check

pytestmark = pytest.mark.usefixtures("open_call")

FIELDS = 14
EVERY = 7
"""One of so many of the list is enough here; all 515, with 670 pages, take a minute."""


@pytest.fixture
def batches(shared: Path) -> list[list[str]]:
    listed = json.loads((shared / "data/corpora/blns/blns.json").read_text(encoding="utf-8"))
    words = [
        each[:180]
        for each in (*ALWAYS, *listed[::EVERY])
        if clean_line(each) and "\0" not in each and clean_line(each)[:180] == clean_line(each)
    ]
    whole = len(words) // FIELDS * FIELDS
    assert whole >= 6 * FIELDS
    return [words[start : start + FIELDS] for start in range(0, whole, FIELDS)]


def write(world: World, token: str, words: Iterator[str], question: str) -> dict[str, str]:
    """Every page through its form; answers field → what has to be kept of it."""
    browser, kept = world.browser(), {}

    def send(
        page: str, *, lines: tuple[str, ...], texts: tuple[str, ...] = (), **fixed: str
    ) -> None:
        typed = {name: next(words) for name in (*lines, *texts)}
        answer = submit(browser, address_of(world, token, page), typed | fixed)
        assert answer.status_code == 303, (page, typed)
        kept.update({name: clean_line(typed[name]) for name in lines})
        kept.update({name: clean_text(typed[name]) for name in texts})

    send("/organization", lines=("contact_name",), texts=("about",), sector="ngo")
    browser.post(
        address_of(world, token, "/plan"),
        data=_with_token(browser, address_of(world, token, "/plan"))
        | {"brings": ["exhibits", "activities"], "space": "more"},
    )
    send("/exhibits", lines=("exhibits-0-title",), texts=("exhibits-0-description",))
    send("/activities", lines=("offers-0-title", "offers-0-bring"), texts=("offers-0-description",))
    send("/needs", lines=("vehicle", "near", "not_beside"), texts=("remarks",))
    send("/questions", lines=(question,))
    kept["question"] = kept.pop(question)
    send("/profile", lines=("name", "district"))
    return kept


def _with_token(browser: FlaskClient, page: str) -> dict[str, str]:
    body = browser.get(page).text
    found = {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', body)
        for name in ("csrf_token", "version")
    }
    return {name: each[1] for name, each in found.items() if each}


def flat(text: str) -> str:
    return " ".join(text.split())


def shown(body: bytes) -> str:
    """All words of a page, with those within fields."""
    parts = []
    for each in html5lib.parse(body, treebuilder="etree").iter():
        if each.tag not in (f"{XHTML}script", f"{XHTML}style"):
            parts += [each.text or "", each.get("value", "")]
        parts.append(each.tail or "")
    return flat(" ".join(parts))


def places_of(world: World, row: Application) -> list[tuple[str, bool]]:
    """Every page that takes an application's or an organization's code, and if it is public."""
    frame = {"lang": "en", "festival_slug": "luminara", "edition_slug": "2027"}
    adapter = world.app.url_map.bind("localhost")
    found = []
    for rule in world.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.arguments - {"code"} - set(frame):
            continue
        about_code = "code" in rule.arguments and re.search("/exhibitors?/<code>", rule.rule)
        about_all = "code" not in rule.arguments and re.search(
            "exhibitor|organize/(stands|calls|organizations)|courses|/map$", rule.rule
        )
        if not (about_code or about_all) or rule.rule.endswith((".pdf", ".zip")):
            continue
        values = {name: frame[name] for name in rule.arguments if name in frame}
        for code in (row.code, row.organization.code) if about_code else ("",):
            more = {"code": code} if code else {}
            found.append(
                (adapter.build(rule.endpoint, values | more), "/organize" not in rule.rule)
            )
    return found


def look_everywhere(world: World, row: Application, readers: list[FlaskClient]) -> int:
    """Every place for every reader; answers how many pages were really there."""
    seen = 0
    for place, _is_public in places_of(world, row):
        for reader in readers:
            answer = reader.get(place)
            assert answer.status_code < 500, place
            if answer.status_code == 200:
                seen += 1
                check(answer, place)
            answer.close()
    return seen


def check_tables(organizer: FlaskClient, world: World, kept: dict[str, str]) -> None:
    """The two tables hold each word whole, and none of them as a formula."""
    base = f"{world.here.path}/organize"
    cells: set[str] = set()
    for table in ("exhibitors/applications.csv", "calls/exhibitors/answers.csv"):
        body = organizer.get(f"{base}/{table}").get_data().decode("utf-8-sig")
        for line in csv.reader(io.StringIO(body, newline="")):
            assert not [cell for cell in line if cell[:1] in "=@\t\r" and cell]
            cells |= {flat(cell) for cell in line}
    wanted = ("name", "district", "contact_name", "vehicle", "near", "not_beside", "remarks",
              "exhibits-0-title", "offers-0-title", "question")  # fmt: skip
    for name in wanted:
        assert flat(str(defused(kept[name]))) in cells, (name, kept[name])


def check_mails(row: Application) -> None:
    for mail in db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.edition_id == row.edition_id)
    ):
        assert "\n" not in mail.subject and "\r" not in mail.subject
        tree = html5lib.parse(mail.body_html or "", treebuilder="etree")
        tags = {str(each.tag).removeprefix(XHTML) for each in tree.iter()}
        assert not tags & {"script", "svg", "iframe", "form"}, mail.kind


def check_pack(row: Application) -> None:
    """The pack can be set, whatever the words are."""
    rows = exhibitors_with_contacts(row.edition_id, codes=[row.code])
    (facts,) = facts_of(row.edition, rows).values()
    order = order_of(facts, edition=row.edition, now=NOW)
    assert pack_pdf(order.sheet, background="", stamp=order.stamp).startswith(b"%PDF-")


def test_every_text_field_of_an_exhibitor_survives(world: World, batches: list[list[str]]) -> None:
    world.here.call.most_applications = None
    question = make_question(world.here, "Anything else?").code
    organizer, stranger = world.browser_as(Role.ORGANIZER), world.browser()
    pages = 0
    for number, batch in enumerate(batches):
        row, token = make_draft(world.here, name=f"Club {number}", email=f"a@n{number}.example")
        kept = write(world, token, iter(batch), question)
        own = stranger.get(address_of(world, token, "/check"))
        check(own, "check")
        text = shown(own.get_data())
        for name, value in kept.items():
            assert flat(value) in text, (name, value)
        check_page = address_of(world, token, "/check")
        handed = press(stranger, check_page, of=check_page,
                       **_with_token(stranger, check_page))  # fmt: skip
        assert handed.status_code == 303, handed.text
        db.session.expire_all()
        assert row.organization.name == kept["name"]
        office = organizer.get(f"{world.here.path}/organize/exhibitors/{row.code}")
        text = shown(office.get_data())
        assert all(flat(value) in text for value in kept.values())
        check_tables(organizer, world, kept)
        accept_application(row, now=NOW, actor=SYSTEM)
        db.session.commit()
        if number % 4 == 0:
            pages += look_everywhere(world, row, [organizer, stranger, member(world, row)])
            check_pack(row)
        check_mails(row)
    assert pages >= 60


def member(world: World, row: Application) -> FlaskClient:
    """Somebody who speaks for the organization, besides what the person did before."""
    person = world.here.people["exhibitor"]
    grant = RoleGrant(person_id=person.id, role=Role.EXHIBITOR, granted_at=NOW,
                      organization_id=row.organization_id)  # fmt: skip
    db.session.add(grant)
    db.session.commit()
    return world.browser(person)
