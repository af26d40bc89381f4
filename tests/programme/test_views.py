"""The organizer's pages, as a browser uses them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from festival.accounts.states import Role
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.programme.actions import publish_programme
from festival.programme.models import Presenter, ProgrammeSession, Strand
from festival.programme.queries import published_programme, values_of
from festival.programme.states import SessionState
from festival.shared.journal import SYSTEM
from festival.shared.translations import translate
from tests.factories.programme import (
    TEN_O_CLOCK,
    make_presenter,
    make_programme,
    make_session,
    make_strand,
)
from tests.factories.world import NOW, World
from tests.forms import submit
from tests.programme.test_actions import make_offer
from tests.queries import count_queries


def publish(world: World) -> None:
    publish_programme(world.here.edition, actor=SYSTEM, now=NOW)
    db.session.commit()


def token(browser: FlaskClient, page: str) -> str:
    text = browser.get(page).text
    return text.split('name="csrf_token" value="')[1].split('"')[0]


def test_an_empty_programme_says_how_to_begin(organizer: FlaskClient, desk: str) -> None:
    assert "The programme is still empty" in organizer.get(desk).text
    for page, words in {
        "offers": "No offer is waiting",
        "clashes": "Nothing clashes",
        "strands": "No strands yet",
        "people": "Nobody here yet",
        "publish": "Nothing has changed",
        "versions": "Nothing was published yet",
    }.items():
        assert words in organizer.get(f"{desk}/{page}").text


def test_from_an_empty_form_to_a_published_session(
    world: World, organizer: FlaskClient, desk: str
) -> None:
    answer = submit(organizer, f"{desk}/new", {
        "title": "Solar ovens", "kind": "activity", "languages": ["en", "ar"], "language": "en",
        "new_presenter": "Nour Haddad", "tags": ["relaxed"], "age_min": "8",
        "links": "https://example.org/ovens How to build one", "text_ar_title": "أفران شمسية",
    })  # fmt: skip
    assert answer.status_code == 303
    session = db.session.scalars(select(ProgrammeSession)).one()
    page = f"{desk}/sessions/{session.code}"
    answer = submit(organizer, page, form="new-time", values={
        "new-day": "2027-05-14", "new-at": "10:00", "new-minutes": "90", "new-space": "hall",
        "new-is_bookable": "y", "new-capacity": "12",
    })  # fmt: skip
    assert answer.status_code == 303
    csrf = {"csrf_token": token(organizer, page)}
    assert organizer.post(f"{page}/state", data=csrf | {"to": "ready"}).status_code == 303
    assert submit(organizer, f"{desk}/publish", {"note": "At last"}).status_code == 303

    (found,) = published_programme(world.here.edition).sessions
    assert (found.title, found.text("title", "ar")) == ("Solar ovens", "أفران شمسية")
    assert [each.name for each in found.presenters] == ["Nour Haddad"]
    assert found.links == (("https://example.org/ovens", "How to build one"),)
    (held,) = found.occurrences
    assert (held.starts_at, held.minutes, held.capacity) == (TEN_O_CLOCK, 90, 12)
    assert "At last" in organizer.get(f"{desk}/versions").text
    assert "new in the programme" in organizer.get(f"{desk}/versions/1").text
    assert organizer.get(f"{desk}/versions/2").status_code == 404


def test_a_wrong_form_keeps_what_was_typed(organizer: FlaskClient, desk: str) -> None:
    answer = submit(
        organizer,
        f"{desk}/new",
        {"title": "", "abstract": "Do not lose me", "age_min": "9", "links": "not an address"},
    )
    assert answer.status_code == 422
    assert "Do not lose me" in answer.text
    assert "Each line begins with https:// or http://." in answer.text
    answer = submit(organizer, f"{desk}/new", {"title": "T", "age_min": "9", "age_max": "3",
                                               "new_presenter": "Somebody"})  # fmt: skip
    assert answer.status_code == 422
    assert "The oldest age is below the youngest." in answer.text
    assert db.session.scalars(select(Presenter)).all() == []
    assert db.session.scalars(select(ProgrammeSession)).all() == []


def test_the_second_editor_sees_both_and_nothing_is_lost(
    world: World, organizer: FlaskClient, desk: str
) -> None:
    session = make_session(world.here.edition, title="At first")
    db.session.commit()
    page = f"{desk}/sessions/{session.code}"
    other = world.browser(world.administrator)
    late = {"title": "Slower words", "version": "1"}

    assert submit_texts(other, page, {"title": "Faster words"}).status_code == 303
    answer = submit_texts(organizer, page, late)

    assert answer.status_code == 409
    assert "Slower words" in answer.text and "Faster words" in answer.text
    db.session.expire_all()
    assert session.title == "Faster words"
    csrf = answer.text.split('name="csrf_token" value="')[1].split('"')[0]
    again = organizer.post(
        page,
        data={"csrf_token": csrf, "version": "2", "title": "Slower words", "kind": "activity",
              "attendance_mode": "on_site", "language": "en", "strand": "", "organization": "",
              "city": ""},
    )  # fmt: skip
    assert again.status_code == 303
    db.session.expire_all()
    assert session.title == "Slower words"


def submit_texts(browser: FlaskClient, page: str, values: dict[str, Any]) -> Any:
    """Send the form of the texts, the last one of a session's page."""
    return submit(browser, page, values, form=-1)


def test_texts_that_the_form_does_not_show_are_kept(
    world: World, organizer: FlaskClient, desk: str
) -> None:
    session = make_session(
        world.here.edition,
        presenters=(make_presenter(world.here.edition),),
        organization=world.here.organization,  # that applied last year, not this year
    )
    translate("programme_session", session.id, field="description", locale="fr", text="Longue")
    translate("programme_session", session.id, field="title", locale="ko", text="태양")
    db.session.commit()

    answer = submit_texts(
        organizer,
        f"{desk}/sessions/{session.code}",
        {"text_fr_title": "Fours solaires", "text_en_title": "Ignored: it is the language itself"},
    )

    assert answer.status_code == 303
    db.session.expire_all()
    found = values_of(session)
    assert found.translations == {
        "fr": {"description": "Longue", "title": "Fours solaires"},
        "ko": {"title": "태양"},
    }
    assert len(found.presenters) == 1
    assert found.organization == world.here.organization.code


def test_missing_languages_are_seen(world: World, organizer: FlaskClient, desk: str) -> None:
    session = make_session(world.here.edition)
    for locale in ("ar", "fr"):
        translate("programme_session", session.id, field="title", locale=locale, text="T")
    translate("programme_session", session.id, field="abstract", locale="fr", text="T")
    db.session.commit()

    page = organizer.get(f"{desk}/sessions/{session.code}").text

    assert page.count("<bdi>missing</bdi>") == 1
    assert page.count("<bdi>complete</bdi>") == 1


def test_states(world: World, organizer: FlaskClient, desk: str) -> None:
    session = make_session(world.here.edition)
    db.session.commit()
    page = f"{desk}/sessions/{session.code}"
    csrf = {"csrf_token": token(organizer, page)}

    assert organizer.post(f"{page}/state", data=csrf | {"to": "withdrawn"}).status_code == 303
    assert organizer.post(f"{page}/state", data=csrf | {"to": "ready"}).status_code == 409
    assert organizer.post(f"{page}/state", data=csrf | {"to": "nonsense"}).status_code == 400
    db.session.expire_all()
    assert session.state == SessionState.WITHDRAWN


def test_the_list_finds_and_warns(world: World, organizer: FlaskClient, desk: str) -> None:
    here = world.here
    make_session(here.edition, title="First in the hall", space=here.space)
    make_session(here.edition, title="Second in the hall", space=here.space)
    make_session(here.edition, title="Alone", state=SessionState.DRAFT, starts_at=None)
    db.session.commit()

    page = organizer.get(desk).text
    assert "1 clash" in page and "2 sessions clash" in page
    assert "Alone" not in organizer.get(f"{desk}?show=clashes").text
    assert "First in the hall" not in organizer.get(f"{desk}?show=open").text
    drafts = organizer.get(f"{desk}?show=draft").text
    assert "Alone" in drafts and "Second in the hall" not in drafts
    assert "No such session" in organizer.get(f"{desk}?q=nothing").text
    clashes = organizer.get(f"{desk}/clashes").text
    assert "Reading Hall is taken twice at the same time." in clashes
    page = organizer.get(f"{desk}/publish").text
    assert "Reading Hall is taken twice" in page and "You can publish all the same." in page


def test_strands_and_people(world: World, organizer: FlaskClient, desk: str) -> None:
    edition = world.here.edition
    answer = submit(organizer, f"{desk}/strands", {"name": "Nature", "accent": "mint"})
    assert answer.status_code == 303
    assert submit(organizer, f"{desk}/strands", {"name": ""}, form=-1).status_code == 422
    answer = submit(organizer, f"{desk}/strands/nature", {"name": "Outdoors", "position": "3"})
    assert answer.status_code == 303
    assert submit(organizer, f"{desk}/strands/nature", {"name": ""}).status_code == 422
    db.session.expire_all()
    strand = db.session.scalars(select(Strand)).one()
    assert (strand.slug, strand.name, strand.position) == ("nature", "Outdoors", 3)

    assert submit(organizer, f"{desk}/people", {"name": "Nour"}).status_code == 303
    assert submit(organizer, f"{desk}/people", {"name": ""}, form=-1).status_code == 422
    person = db.session.scalars(select(Presenter)).one()
    address = f"{desk}/people/{person.code}"
    assert submit(organizer, address, {"name": "Nour Haddad"}).status_code == 303
    assert submit(organizer, address, {"name": ""}).status_code == 422
    db.session.expire_all()
    assert person.name == "Nour Haddad"

    csrf = {"csrf_token": token(organizer, f"{desk}/people")}
    assert organizer.post(f"{address}/remove", data=csrf).status_code == 303
    assert organizer.post(f"{desk}/strands/nature/remove", data=csrf).status_code == 303
    assert db.session.scalars(select(Presenter)).all() == []
    assert db.session.scalars(select(Strand)).all() == []
    assert edition.programme_version == 0


def test_the_neighbour_can_neither_see_nor_change_anything(world: World, desk: str) -> None:
    edition = world.here.edition
    strand, person = make_strand(edition), make_presenter(edition)
    session = make_session(edition, strand=strand, presenters=(person,))
    offer = make_offer(world.here, state=ApplicationState.ACCEPTED)
    publish(world)
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    theirs = f"{world.there.path}/organize/programme"
    csrf = {"csrf_token": token(neighbour, f"{theirs}/new")}
    uid = session.occurrences[0].uid
    before = values_of(session), session.state, session.occurrences[0].state

    for base in (desk, theirs):
        for path in (
            f"/sessions/{session.code}",
            f"/strands/{strand.slug}",
            f"/people/{person.code}",
            f"/times/{uid}/cancel",
        ):
            assert neighbour.get(base + path).status_code == 404
        for path in (
            f"/sessions/{session.code}", f"/sessions/{session.code}/state",
            f"/sessions/{session.code}/times", f"/times/{uid}", f"/times/{uid}/cancel",
            f"/times/{uid}/restore", f"/times/{uid}/remove", f"/offers/{offer.id}",
            f"/strands/{strand.slug}/remove", f"/people/{person.code}/remove",
        ):  # fmt: skip
            data = csrf | {"to": "withdrawn", "title": "Hijacked"}
            assert neighbour.post(base + path, data=data).status_code == 404

    db.session.expire_all()
    assert (values_of(session), session.state, session.occurrences[0].state) == before


def test_pages_cost_the_same_queries_with_few_and_with_many_sessions(world: World) -> None:
    counts: dict[str, list[int]] = {}
    for corner, size in ((world.here, 2), (world.there, 40)):
        make_programme(corner.edition, venue=corner.venue, sessions=size)
        db.session.commit()
        browser = world.browser_as(Role.ORGANIZER, at=corner)
        for page in ("", "/clashes", "/publish", "/strands", "/people", "/versions", "/offers"):
            with count_queries() as seen:
                assert browser.get(f"{corner.path}/organize/programme{page}").status_code == 200
            counts.setdefault(page, []).append(seen.count)
    assert [page for page, (few, many) in counts.items() if few != many] == []


def test_a_wrong_text_or_age_on_the_page_of_a_session(
    world: World, organizer: FlaskClient, desk: str
) -> None:
    session = make_session(world.here.edition)
    db.session.commit()
    page = f"{desk}/sessions/{session.code}"
    links = "\n".join(f"https://example.org/{number}" for number in range(21))

    assert "At most 20 links." in submit_texts(organizer, page, {"links": links}).text
    answer = submit_texts(organizer, page, {"age_min": "9", "age_max": "3", "cost": "7 €"})

    assert answer.status_code == 422
    assert "The oldest age is below the youngest." in answer.text and "7 €" in answer.text
    db.session.expire_all()
    assert (session.age_min, session.version) == (None, 1)


def test_a_difference_is_told_in_words(world: World, organizer: FlaskClient, desk: str) -> None:
    here = world.here
    session = make_session(here.edition, space=here.space)
    publish(world)
    occurrence = session.occurrences[0]
    occurrence.starts_at += timedelta(minutes=90)
    occurrence.minutes = 90
    occurrence.space = None
    db.session.commit()

    page = organizer.get(f"{desk}/publish").text

    assert "Friday 14 May, 10:00" in page and "Friday 14 May, 11:30" in page
    assert "60 minutes" in page and "90 minutes" in page
    assert "Reading Hall, Luminara Library" in page
