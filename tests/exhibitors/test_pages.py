"""Questions on the applicant's pages, what is saved while one writes, what a lapse keeps."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from festival.exhibitors import actions
from festival.exhibitors.actions import save_step
from festival.exhibitors.models import Application
from festival.exhibitors.states import ApplicationState, Step
from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared.access import Role
from festival.shared.errors import FieldRefused
from tests.exhibitors.reading import address_of, text_of
from tests.factories.calls import make_question, make_stand_class
from tests.factories.exhibitors import fill, make_application, make_draft
from tests.factories.papers import PDF
from tests.factories.world import NOW, World
from tests.forms import submit

pytestmark = pytest.mark.usefixtures("open_call")
FUTURE = datetime(2099, 1, 1, tzinfo=UTC)
NAUGHTY = '<script>alert(1)</script>\u202e"\'&{{7*7}}=HYPERLINK("x")'


# Applicants


def test_questions_follow_without_the_page_s_module(world: World) -> None:
    classes = make_question(world.here, kind="choice", options=["Yes", "No"])
    yes = str(classes.options[0]["value"])
    pupils = make_question(
        world.here, "How many pupils?", kind="number", required=True,
        shown_if_question=classes.code, shown_if_answer=yes,
    )  # fmt: skip
    row, token = make_draft(world.here)
    browser, address = world.browser(), address_of(world, token, "/questions")
    page = text_of(browser, address)
    assert re.search(rf'data-shown-if="{classes.code}"[^>]*hidden', page)
    answer = submit(browser, address, {classes.code: yes})
    assert answer.location == address, "one more question follows"
    page = text_of(browser, address)
    assert "One more question follows" in page
    assert not re.search(rf'data-shown-if="{classes.code}"[^>]*hidden', page)
    assert "need an answer" in text_of(browser, address_of(world, token, "/check"))
    wrong = submit(browser, address, {pupils.code: "many"})
    assert wrong.status_code == 422
    answer = submit(browser, address, {pupils.code: "25"})
    assert answer.location == address_of(world, token, "/check")
    page = text_of(browser, address_of(world, token, "/check"))
    assert "need an answer" not in page
    assert re.search(r"How many pupils\?.*25", page, re.DOTALL)
    submit(browser, address, {classes.code: str(classes.options[1]["value"]), pupils.code: "99"})
    db.session.expire_all()
    assert row.answers[pupils.code] == 25, "an answer to what is not asked is not taken"
    assert "How many pupils" not in text_of(browser, address_of(world, token, "/check"))


def test_every_kind_of_question_is_kept_and_shown(world: World) -> None:
    made = {
        kind: make_question(world.here, f"A {kind}?", kind=kind, options=["Red", "Blue"])
        for kind in ("text", "long_text", "number", "choice", "several", "date", "consent", "file")
    }
    several = [str(each["value"]) for each in made["several"].options]
    values: dict[str, Any] = {
        made["text"].code: NAUGHTY, made["long_text"].code: f"one\ntwo {NAUGHTY}",
        made["number"].code: "-7", made["choice"].code: str(made["choice"].options[1]["value"]),
        made["several"].code: several, made["date"].code: "2027-05-14",
        made["consent"].code: "y", made["file"].code: (io.BytesIO(PDF), "plan.pdf"), "seen": "1",
    }  # fmt: skip
    row, token = make_draft(world.here)
    browser, address = world.browser(), address_of(world, token, "/questions")
    assert submit(browser, address, values).status_code == 303
    db.session.expire_all()
    assert row.answers[made["number"].code] == -7
    assert row.answers[made["several"].code] == several
    assert row.answers[made["date"].code] == "2027-05-14"
    assert row.answers[made["consent"].code] is True
    page = text_of(browser, address_of(world, token, "/check"))
    for words in ("Blue", "Red, Blue", "2027-05-14", "plan.pdf", "&lt;script&gt;alert(1)"):
        assert words in page
    assert "<script>alert(1)" not in page
    assert 'value="2027-05-14"' in text_of(browser, address)
    fake = {made["file"].code: (io.BytesIO(b"MZ"), "plan.pdf")}
    refused = submit(browser, address, fake)
    assert refused.status_code == 422
    assert "Only PDF" in refused.text


def test_the_simplest_application_shows_at_most_twelve_fields(world: World) -> None:
    """Counted as a person counts: every field with a label, each choice once."""
    browser = world.browser()
    fields = 0

    def look(address: str) -> str:
        nonlocal fields
        main = text_of(browser, address).split("<main")[1]
        fields += len(re.findall(r'<(?:div|fieldset) class="field[ "]', main))
        return address

    apply = look(f"{world.here.path}/exhibitors/apply")
    start = {"organization_name": "Knots", "email": "knots@example.org"}
    own = submit(browser, apply, start).location
    answer = submit(
        browser, look(f"{own}/organization"), {"about": "We tie.", "contact_name": "Kai"}
    )
    answer = submit(browser, look(answer.location), {"brings": ["exhibits"]})
    answer = submit(browser, look(answer.location), {"exhibits-0-title": "Knots for beginners"})
    assert answer.location == f"{own}/check"
    assert submit(browser, look(answer.location)).status_code == 303
    row = db.session.scalars(select(Application)).one()
    assert row.state is ApplicationState.SUBMITTED
    assert (row.needs["area_m2"], row.team_passes_wanted) == (6, 2)
    print(f"fields shown for the simplest application: {fields}")
    assert fields <= 12


def test_only_the_pages_that_are_needed_appear(world: World) -> None:
    make_stand_class(world.here)
    row, token = make_draft(world.here)
    browser, own = world.browser(), address_of(world, token)
    page = text_of(browser, f"{own}/organization")
    assert "What you bring" in page
    for label in ("What you show", "What you need", "Hands-on activities", "Papers"):
        assert label not in page
    plan = {"brings": ["activities"], "space": "more"}
    assert submit(browser, f"{own}/plan", plan).location == f"{own}/activities"
    page = text_of(browser, f"{own}/organization")
    assert "What you need" in page
    assert "What you show" not in page
    assert submit(browser, f"{own}/plan", {"space": "none"}).status_code == 303
    assert "What you need" not in text_of(browser, f"{own}/organization")
    db.session.expire_all()
    assert row.needs["space"] == "none"


def test_a_draft_is_saved_while_it_is_written(world: World) -> None:
    row, token = make_draft(world.here)
    browser, address = world.browser(), address_of(world, token, "/organization")
    page = text_of(browser, address)
    assert "js/draft.js" in page
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert csrf is not None
    headers = {"X-Autosave": "1", "Accept": "application/json"}

    def save(page_address: str = address, **values: str) -> Any:
        return browser.post(page_address, data={"csrf_token": csrf[1], **values}, headers=headers)

    first = save(version="1", sector="library", about="Half a sen", contact_name="")
    assert (first.status_code, first.json) == (200, {"version": "2"})
    db.session.expire_all()
    assert row.organization.about == "Half a sen"
    stale = save(version="1", sector="library", about="Another", contact_name="")
    assert (stale.status_code, stale.json["stale"]) == (409, True)
    wrong = save(address_of(world, token, "/needs"), version="2", tables="-1", noise="none")
    assert (wrong.status_code, wrong.json["fields"]) == (422, ["tables"])


# Nothing typed is lost


def test_a_lapsed_cookie_gives_back_what_was_typed(world: World) -> None:
    row, token = make_draft(world.here)
    address = address_of(world, token, "/organization")
    browser = world.browser()
    typed = {"version": "1", "sector": "library", "about": NAUGHTY, "contact_name": "Kai"}
    answer = browser.post(address, data=typed | {"csrf_token": "of yesterday"})
    assert answer.status_code == 400
    assert "nothing is lost" in answer.text
    assert "<script>alert(1)" not in answer.text
    again = hidden_fields(answer.text)
    assert {name: again[name] for name in typed} == typed
    assert browser.post(address, data=again).status_code == 303
    db.session.expire_all()
    assert row.organization.contact_name == "Kai"
    with_file = {**typed, "logo": (io.BytesIO(b"x"), "x.png"), "csrf_token": "no"}
    answer = browser.post(
        address_of(world, token, "/profile"), data=with_file, content_type="multipart/form-data"
    )
    assert "Files have to be chosen again" in answer.text


def hidden_fields(page: str) -> dict[str, str]:
    root = html5lib.parse(page, treebuilder="etree")
    space = "{http://www.w3.org/1999/xhtml}"
    form = next(
        each
        for each in root.iter(f"{space}form")
        if each.get("data-once") is not None and "sign-out" not in each.get("action", "")
    )
    return {each.get("name"): each.get("value", "") for each in form.iter(f"{space}input")}


def test_who_was_signed_out_meanwhile_gets_everything_back(world: World) -> None:
    row, _ = make_draft(world.here)
    row.organization_id = world.here.organization.id
    db.session.commit()
    address = address_of(world, row.code, "/organization")
    browser = world.browser_as(Role.EXHIBITOR)
    page = text_of(browser, address)
    csrf = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert csrf is not None
    with browser.session_transaction() as cookie:
        del cookie["_user_id"]
    typed = {"csrf_token": csrf[1], "version": "1", "sector": "ngo", "about": "Long words"}
    answer = browser.post(address, data=typed)
    assert answer.status_code == 401
    assert hidden_fields(answer.text)["about"] == "Long words"
    stranger: FlaskClient = world.browser()
    assert stranger.get(address).status_code == 404


def test_the_catalogue_calls_everybody_by_the_name_in_its_language(world: World) -> None:
    row, _ = make_application(world.here, state=ApplicationState.ACCEPTED)
    row.organization.names = {"ar": "ورشة الورق"}
    db.session.commit()
    arabic = world.here.path.replace("/en/", "/ar/")
    for page in ("/exhibitors", f"/exhibitors/{row.organization.code}"):
        assert "ورشة الورق" in text_of(world.browser(), f"{arabic}{page}")
        assert "Paper Workshop" in text_of(world.browser(), f"{world.here.path}{page}")
    assert "Paper Workshop" in text_of(world.browser(), f"{world.here.path}/exhibitors?q=الورق")


def test_a_made_up_answer_is_refused_by_the_action(world: World) -> None:
    question = make_question(world.here, kind="choice", options=["Yes", "No"])
    row, _ = make_draft(world.here)
    with pytest.raises(FieldRefused) as refused:
        save_step(row, step=Step.QUESTIONS, values={question.code: "x"}, version=1, now=NOW)
    assert refused.value.field == question.code
    save_step(row, step=Step.QUESTIONS, values={"of-before": "x"}, version=1, now=NOW)
    assert row.answers == {"of-before": "x"}


def test_the_language_of_the_applicant_is_theirs_to_choose(world: World) -> None:
    row, token = make_draft(world.here)
    browser = world.browser()
    assert "You write in the language of this page, English" in text_of(
        browser, f"{world.here.path}/exhibitors/apply"
    )
    page = address_of(world, token, "/profile")
    assert submit(browser, page, {"language": "ar"}).status_code == 303
    db.session.expire_all()
    assert row.language == "ar"
    assert submit(browser, page, {"language": "tlh"}).status_code == 422
    db.session.expire_all()
    assert row.language == "ar"
    fill(row)
    actions.submit(row, version=row.version, now=NOW)
    db.session.commit()
    told = select(OutboxMessage).where(OutboxMessage.kind == "application_received")
    assert db.session.scalars(told).one().locale == "ar"
