"""Papers: kept, checked, read by those who may, reminded of before they lapse."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import current_app
from sqlalchemy import func, select

from festival.exhibitors.actions import withdraw
from festival.exhibitors.models import Application
from festival.exhibitors.papers import actions, rules
from festival.exhibitors.papers.jobs import papers_that_lapse
from festival.exhibitors.papers.reminding import remind_of_paper, reminders_between
from festival.exhibitors.papers.rules import PaperFacts
from festival.exhibitors.papers.states import MOVES, PaperKind, PaperState
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared import tasks
from festival.shared.access import Role
from festival.shared.errors import FieldRefused, NotFound, RuleBroken
from festival.shared.files import StoredFile, checked_file, missing_files
from festival.shared.journal import SYSTEM
from tests.exhibitors.reading import address_of, press, text_of
from tests.factories.exhibitors import make_application, make_draft
from tests.factories.papers import PDF, make_paper, picture
from tests.factories.world import NOW, World
from tests.forms import submit

DAY = timedelta(days=1)
LAST = date(2027, 5, 16)
K, P = PaperKind, PaperState


def fact(**changes: Any) -> PaperFacts:
    return PaperFacts(**({"kind": K.INSURANCE, "state": P.RECEIVED, "expires_on": LAST} | changes))


def mails(kind: str = "paper_lapses") -> int:
    query = select(func.count(OutboxMessage.id)).where(OutboxMessage.kind == kind)
    return db.session.scalar(query) or 0


# Rules


@pytest.mark.parametrize(
    ("paper", "covered"),
    [
        (fact(), True),
        (fact(expires_on=None), True),
        (fact(expires_on=LAST - DAY), False),
        (fact(state=P.REFUSED), False),
        (fact(kind=K.SAFEGUARDING), False),
    ],
)
def test_a_paper_covers_until_the_last_day(paper: PaperFacts, covered: bool) -> None:
    assert rules.is_covered(K.INSURANCE, [paper], last_day=LAST) is covered


def test_only_the_moves_of_the_table() -> None:
    allowed = {(a, b) for a, moves in MOVES.items() for b in moves}
    assert {(a, b) for a in P for b in P if rules.may_move(a, to=b)} == allowed


# What is taken and what is not


@pytest.mark.parametrize("data", [picture("PNG"), picture("JPEG"), picture("WEBP")])
def test_pictures_are_made_anew(data: bytes) -> None:
    made, media_type = checked_file(data + b"PK\x05\x06<script>alert(1)</script>")
    assert media_type in ("image/png", "image/jpeg")
    assert b"<script>" not in made


def test_a_pdf_is_kept_as_it_came() -> None:
    assert checked_file(PDF) == (PDF, "application/pdf")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7 cut off",
        b"%PDF-x.7" + PDF[8:],
        b"%PDF-",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<!doctype html><script>alert(1)</script>" + PDF,
        b"PK\x03\x04" + b"\0" * 100,
        b"GIF89a" + b"\0" * 40,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        b"MZ" + b"\0" * 200,
        PDF + b"\0" * (10 * 1024 * 1024),
    ],
)
def test_everything_else_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(FieldRefused) as refused:
        checked_file(data, field="file")
    assert refused.value.field == "file"
    assert refused.value.spoken()


def test_every_hostile_file_of_the_collection_is_refused_or_made_anew(shared: Path) -> None:
    folder = shared / "data" / "corpora"
    files = [each for part in ("made/img", "made/zip", "images") for each in
             sorted((folder / part).rglob("*")) if each.is_file()]  # fmt: skip
    assert len(files) > 10
    for each in files:
        data = each.read_bytes()
        try:
            made, media_type = checked_file(data)
        except FieldRefused:
            continue
        assert media_type in ("image/png", "image/jpeg", "application/pdf"), each.name
        assert made != data or media_type == "application/pdf", each.name


# Actions


@pytest.mark.both_databases
def test_a_paper_is_kept_under_its_hash_and_checked(world: World) -> None:
    row, _ = make_draft(world.here)
    paper = make_paper(row, expires_on=LAST)
    folder = current_app.config["SETTINGS"].files_folder
    path = folder / paper.file.file_name
    assert path.read_bytes() == PDF
    assert path.stat().st_mode & 0o077 == 0
    assert paper.file.original_name == "insurance.pdf"
    with pytest.raises(FieldRefused):
        actions.check_paper(paper, to=P.REFUSED, now=NOW, actor=SYSTEM)
    actions.check_paper(paper, to=P.CHECKED, now=NOW, actor=SYSTEM)
    actions.check_paper(paper, to=P.CHECKED, now=NOW + DAY, actor=SYSTEM)
    assert (paper.state, paper.checked_at) == (P.CHECKED, NOW)
    with pytest.raises(RuleBroken):
        actions.check_paper(paper, to=P.RECEIVED, now=NOW, actor=SYSTEM)
    with pytest.raises(RuleBroken):
        actions.remove_paper(paper, now=NOW)
    actions.check_paper(paper, to=P.REFUSED, note="Of last year", now=NOW, actor=SYSTEM)
    actions.remove_paper(paper, now=NOW)
    assert row.papers == []


def test_a_lapsed_paper_too_many_and_one_that_comes_too_late_are_refused(world: World) -> None:
    row, _ = make_draft(world.here)
    with pytest.raises(FieldRefused) as refused:
        make_paper(row, expires_on=NOW.date() - DAY)
    assert refused.value.field == "expires_on"
    for _each in range(rules.MOST_PAPERS):
        make_paper(row)
    with pytest.raises(FieldRefused):
        make_paper(row)
    withdraw(row, now=NOW)
    with pytest.raises(RuleBroken):
        make_paper(row)


def test_an_answer_takes_the_place_of_the_one_before(world: World) -> None:
    row, _ = make_draft(world.here)
    for data in (PDF, picture()):
        make_paper(row, kind=K.ANSWER, data=data, question_code="q1")
    assert [each.file.media_type for each in row.papers] == ["image/jpeg"]


def test_a_paper_is_found_only_with_its_application(world: World) -> None:
    row, _ = make_draft(world.here)
    other, _ = make_draft(world.here, name="Other", email="o@example.org")
    paper = make_paper(row)
    assert actions.get_paper(row, code=paper.file.code) is paper
    with pytest.raises(NotFound):
        actions.get_paper(other, code=paper.file.code)


def test_the_doctor_misses_a_file_that_is_gone(world: World) -> None:
    row, _ = make_draft(world.here)
    paper = make_paper(row, data=picture("WEBP"))
    folder = current_app.config["SETTINGS"].files_folder
    assert missing_files(folder=folder) == []
    (folder / paper.file.file_name).unlink()
    assert missing_files(folder=folder) == [paper.file.file_name]


# Reminders


def accepted_with_paper(world: World, *, expires_on: date) -> Application:
    row, _ = make_application(world.here, state=ApplicationState.ACCEPTED)
    make_paper(row, expires_on=expires_on)
    return row


@pytest.mark.both_databases
def test_who_has_a_paper_that_lapses_too_early_is_told_in_the_morning(world: World) -> None:
    lapses = date(2027, 5, 10)
    row = accepted_with_paper(world, expires_on=lapses)
    accepted_with_paper_elsewhere(world, expires_on=LAST)
    found = reminders_between(NOW, NOW + timedelta(days=80))
    assert [(each.days, each.at) for each in found] == [
        (30, datetime(2027, 4, 10, 7, tzinfo=UTC)),
        (7, datetime(2027, 5, 3, 7, tzinfo=UTC)),
    ]
    assert found[0].until == datetime(2027, 5, 10, 22, tzinfo=UTC)
    assert reminders_between(NOW, NOW + DAY) == []
    keys = [each.key for each in papers_that_lapse(now=found[0].at, horizon=DAY)]
    assert keys == [f"paper_lapses:{row.papers[0].id}:20270510:30"]

    told = {"expires_on": lapses, "days": 30, "now": found[0].at}
    assert remind_of_paper(row.papers[0].id, **told)
    assert not remind_of_paper(row.papers[0].id, **told), "once"
    db.session.commit()
    assert mails() == 1
    mail = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "paper_lapses")
    ).one()
    link = next(line for line in mail.body_text.splitlines() if "/papers" in line).strip()
    page = text_of(world.browser(), link.removeprefix("http://localhost"))
    assert "Lapses before the festival ends" in page


def accepted_with_paper_elsewhere(world: World, *, expires_on: date) -> None:
    row, _ = make_application(world.there, state=ApplicationState.ACCEPTED)
    make_paper(row, expires_on=expires_on)


def test_nobody_is_told_what_no_longer_holds(world: World) -> None:
    lapses = date(2027, 5, 10)
    row = accepted_with_paper(world, expires_on=lapses)
    number = row.papers[0].id
    told: dict[str, Any] = {"expires_on": lapses, "days": 7, "now": NOW}
    assert not remind_of_paper(number, **(told | {"expires_on": LAST})), "the date was changed"
    assert not remind_of_paper(10_000, **told)
    newer = make_paper(row, expires_on=LAST)
    assert not remind_of_paper(number, **told), "a newer one holds until the end"
    actions.remove_paper(newer, now=NOW)
    withdraw(row, now=NOW)
    db.session.commit()
    assert not remind_of_paper(number, **told)
    assert reminders_between(NOW, NOW + timedelta(days=80)) == []
    assert mails() == 0


def test_the_task_says_what_it_did(world: World) -> None:
    row = accepted_with_paper(world, expires_on=date(2027, 5, 10))
    work = tasks.FUNCTIONS["paper_lapses"]
    payload = {"paper": row.papers[0].id, "expires_on": "2027-05-10", "days": 7}
    run: Any = type("Run", (), {"payload": payload})()
    assert "reminded" in work(run)["text"]
    assert "nothing to tell" in work(run)["text"]


# Pages


def test_papers_are_added_and_read_by_those_who_may_and_by_nobody_else(world: World) -> None:
    world.here.call.papers_wanted = ["insurance"]
    row, token = make_draft(world.here)
    other, other_token = make_draft(world.here, name="Other", email="o@example.org")
    browser = world.browser()
    address = address_of(world, token, "/papers")
    assert "The organizers still need" in text_of(browser, address)
    upload = (io.BytesIO(PDF), "../../etc/pass wd  <b>.pdf")
    values = {"file": upload, "kind": "insurance", "expires_on": "2099-01-01"}
    assert submit(browser, address, values).status_code == 303
    db.session.expire_all()
    paper = row.papers[0]
    assert paper.file.original_name == "pass wd <b>.pdf"
    page = text_of(browser, address)
    assert "pass wd &lt;b&gt;.pdf" in page
    assert "The organizers still need" not in page

    own = f"{address}/{paper.file.code}"
    with browser.get(own) as answer:
        assert answer.data == PDF
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "no-store" in answer.headers["Cache-Control"]
    organizers = f"{world.here.path}/organize/exhibitors/{row.code}/papers/{paper.file.code}"
    for role, status in ((Role.ORGANIZER, 200), (Role.REVIEWER, 200), (Role.EVALUATOR, 404)):
        with world.browser_as(role).get(organizers) as answer:
            assert answer.status_code == status, role

    stranger = address_of(world, other_token, f"/papers/{paper.file.code}")
    wrong_edition = own.replace(world.here.path, world.there.path)
    elsewhere = organizers.replace(world.here.path, world.there.path)
    for client, wanted in (
        (browser, stranger), (browser, wrong_edition), (browser, own.replace(token, row.code)),
        (world.browser_as(Role.ORGANIZER, at=world.there), organizers),
        (world.browser_as(Role.ORGANIZER, at=world.there), elsewhere),
        (world.browser_as(Role.ORGANIZER), organizers.replace(row.code, other.code)),
    ):  # fmt: skip
        assert client.get(wanted).status_code == 404, wanted
    assert world.browser().get(organizers).status_code in (302, 401)


def test_a_wrong_file_is_refused_beside_its_field(world: World) -> None:
    row, token = make_draft(world.here)
    address = address_of(world, token, "/papers")
    for upload in ((io.BytesIO(b"MZ"), "a.pdf"), (io.BytesIO(b""), "a.pdf")):
        answer = submit(world.browser(), address, {"file": upload, "kind": "other"})
        assert answer.status_code == 422
    assert submit(world.browser(), address, {"kind": "other"}).status_code == 422
    assert db.session.scalar(select(func.count(StoredFile.id))) == 0
    assert row.papers == []


def test_organizers_accept_a_paper_or_say_why_not(world: World) -> None:
    row, token = make_draft(world.here)
    paper = make_paper(row)
    organizer = world.browser_as(Role.ORGANIZER)
    address = f"{world.here.path}/organize/exhibitors/{row.code}/papers"
    answer = submit(organizer, address, {"refuse": "1"})
    assert answer.status_code == 422
    assert "Say why" in answer.text
    assert submit(organizer, address, {"refuse": "1", "note": "Too old"}).status_code == 303
    own = address_of(world, token, "/papers")
    assert "Too old" in text_of(world.browser(), own)
    assert submit(organizer, address, {"accept": "1"}).status_code == 303
    db.session.expire_all()
    assert paper.state is P.CHECKED
    remove = f"{own}/{paper.file.code}/remove"
    assert press(world.browser(), remove, of=own).status_code == 409
    submit(organizer, address, {"refuse": "1", "note": "Too old"})
    assert press(world.browser(), remove, of=own).status_code == 303
    db.session.expire_all()
    assert row.papers == []
    assert "No papers yet" in text_of(organizer, address)
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    assert neighbour.get(address).status_code == 404
