"""Pages of stands: the office, the drawing board, giving with faults named, the public plan."""

from __future__ import annotations

import csv
import io

import html5lib
import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from festival.exhibitors.stands import actions
from festival.exhibitors.stands.models import FloorPlan, PlacementWish, StandProposal
from festival.exhibitors.stands.states import ProposalState, WishKind
from festival.exhibitors.states import ApplicationState
from festival.extensions import db
from festival.shared.access import Role
from festival.shared.journal import SYSTEM
from tests.exhibitors.reading import press, text_of
from tests.exhibitors.stands.reading import holders
from tests.factories.stands import give, make_exhibitor, make_plan, make_proposal, stand_called
from tests.factories.world import NOW, World
from tests.forms import XHTML, submit

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0L9 9"/><script>x</script></svg>'


@pytest.fixture
def browser(world: World) -> FlaskClient:
    return world.browser_as(Role.ORGANIZER)


@pytest.fixture
def office(world: World) -> str:
    return f"{world.here.path}/organize/stands"


def test_an_empty_office_says_what_to_do(browser: FlaskClient, office: str) -> None:
    page = text_of(browser, office)
    assert "No floor plan yet" in page
    assert "Work out a proposal" not in page


def test_from_nothing_to_a_given_stand_without_javascript(
    world: World, browser: FlaskClient, office: str
) -> None:
    who = make_exhibitor(world.here, "Makers", area_m2=9)
    answer = submit(
        browser, f"{office}/plans/new",
        {"name": "Town hall", "width_cm": "24,5", "depth_cm": "18",
         "circuits": "B4 3200\nB5: 16000 W",
         "place": f"{world.here.venue.id}/{world.here.space.id}",
         "background": (io.BytesIO(DRAWING), "hall.svg")},
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    plan = db.session.scalars(select(FloorPlan)).one()
    assert (plan.width_cm, plan.depth_cm) == (2450, 1800)
    assert (plan.venue_id, plan.space_id) == (world.here.venue.id, world.here.space.id)
    assert [(each.name, each.watts) for each in plan.circuits] == [("B4", 3200), ("B5", 16000)]
    assert "script" not in plan.drawing
    circuit = str(plan.circuits[0].id)
    answer = submit(
        browser, answer.location, {"prefix": "B", "count": "3", "circuit": circuit, "watts": "500"}
    )
    assert answer.status_code == 303
    stand = stand_called(plan, "B1")
    assert (stand.width_cm, stand.watts, stand.circuit_id) == (300, 500, int(circuit))
    page = f"{office}/stand/{stand.code}"
    answer = submit(browser, page, {"other": who.code})
    assert answer.status_code == 303
    assert holders() == {"B1": "Makers"}
    assert "Free the stand" in text_of(browser, page)
    assert "Everybody has one." in text_of(browser, office)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"width_cm": "wide"}, "Give metres"),
        ({"width_cm": "0.5"}, "between one metre and a kilometre"),
        ({"circuits": "B4"}, "One circuit a line"),
        ({"circuits": "B4 1\nB4 2"}, "One circuit a line"),
        ({"name": ""}, "Please fill this in."),
        ({"background": (io.BytesIO(b"MZ"), "x.png")}, "not a PNG, JPEG or WebP"),
        ({"background": (io.BytesIO(b"<svg><!DOCTYPE"), "x.svg")}, "not an SVG"),
    ],
)
def test_a_wrong_plan_says_so_beside_the_field(
    browser: FlaskClient, office: str, values: dict[str, object], sentence: str
) -> None:
    wanted = {"name": "Hall"} | values
    answer = submit(browser, f"{office}/plans/new", wanted)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.scalar(select(func.count(FloorPlan.id))) == 0


def test_a_picture_is_made_anew_and_taken_away(
    world: World, browser: FlaskClient, office: str
) -> None:
    plan = make_plan(world.here)
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(picture, "PNG")
    picture.seek(0)
    page = f"{office}/plans/{plan.code}/edit"
    assert submit(browser, page, {"background": (picture, "hall.png")}).status_code == 303
    db.session.expire_all()
    assert plan.picture is not None
    assert plan.picture.file_name.rpartition("/")[2] in text_of(
        browser, f"{office}/plans/{plan.code}"
    )
    assert submit(browser, page, {"drop_background": "y"}).status_code == 303
    db.session.expire_all()
    assert plan.picture is None


def test_a_drawing_is_served_as_a_picture_that_can_do_nothing(
    world: World, browser: FlaskClient
) -> None:
    plan = make_plan(world.here, is_public=False)
    address = f"{world.here.path}/stands/{plan.code}/background.svg"
    text_of(browser, address, status=404)
    plan.drawing = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
    db.session.commit()
    answer = browser.get(address)
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    text_of(world.browser(), address, status=404)
    plan.is_public = True
    db.session.commit()
    assert world.browser().get(address).status_code == 200


def test_stands_are_moved_by_numbers_and_the_second_sees_the_difference(
    world: World, browser: FlaskClient, office: str
) -> None:
    plan = make_plan(world.here)
    code = stand_called(plan, "A1").code
    page = f"{office}/plans/{plan.code}/draw"
    old = plan.version
    answer = submit(browser, page, {f"{code}-y": "9,5", f"{code}-turned": "on"})
    assert answer.status_code == 303
    db.session.expire_all()
    stand = stand_called(plan, "A1")
    assert (stand.y_cm, stand.rotation) == (950, 90)
    answer = submit(browser, page, {f"{code}-y": "12", "version": str(old)})
    assert answer.status_code == 409
    assert "Somebody was quicker" in answer.text
    assert "1 × 12" in answer.text
    db.session.expire_all()
    assert stand_called(plan, "A1").y_cm == 950
    answer = submit(browser, page, {f"{code}-y": "far"})
    assert answer.status_code == 422
    assert "Give metres" in answer.text
    answer = submit(browser, page, {f"{code}-y": "99"})
    assert answer.status_code == 422
    assert "stick out" in answer.text
    assert 'value="99"' in answer.text, "what was typed is still there"
    assert submit(browser, page).status_code == 303


def test_every_fault_is_named_before_it_is_done_all_the_same(
    world: World, browser: FlaskClient, office: str
) -> None:
    plan = make_plan(world.here)
    who = make_exhibitor(
        world.here, "Makers", area_m2=12, water=True, power_watts=3600, noise="loud"
    )
    quiet = make_exhibitor(world.here, "Readers", needs_quiet=True)
    give(stand_called(plan, "A3"), quiet)
    stand = stand_called(plan, "A1")
    page = f"{office}/stand/{stand.code}"
    answer = submit(browser, page, {"other": who.code})
    assert answer.status_code == 422
    for sentence in (
        "Too small: needs 12 m², has 9 m².",
        "Too little power: needs 3600 W, the socket gives 3000 W.",
        "Circuit C1 would carry 3600 of 3200 W.",
        "No water.",
        "Readers on A3 needs quiet and is 3 m away; 6 m are the rule.",
    ):
        assert sentence in answer.text
    assert holders() == {"A3": "Readers"}
    address = f"{page}/give"
    answer = press(browser, address, of=page, other=who.code, sure="size")
    assert answer.status_code == 422, "only part of it was read"
    answer = press(browser, address, of=page, other=who.code, sure="circuit noise power size water")
    assert answer.status_code == 303
    assert holders() == {"A1": "Makers", "A3": "Readers"}
    assert "Too small" in text_of(browser, office)
    assert "Too small" in text_of(browser, f"{office}/exhibitors/{who.code}")


def test_a_blocked_stand_is_not_forced(world: World, browser: FlaskClient, office: str) -> None:
    plan = make_plan(world.here)
    who = make_exhibitor(world.here, "Makers")
    stand = stand_called(plan, "A1")
    page = f"{office}/stand/{stand.code}"
    answer = press(browser, f"{page}/state/blocked", of=page, note="Emergency exit")
    assert answer.status_code == 303
    assert "Emergency exit" in text_of(browser, page)
    answer = press(browser, f"{page}/give", of=page, other=who.code, sure="blocked")
    assert answer.status_code == 422
    assert "Give it all the same" not in answer.text
    assert press(browser, f"{page}/state/nonsense", of=page).status_code == 404
    assert press(browser, f"{page}/state/free", of=page).status_code == 303
    assert press(browser, f"{page}/give", of=page, other="nobody").status_code == 422
    assert holders() == {}


def test_pins_freeing_and_removing_by_buttons(
    world: World, browser: FlaskClient, office: str
) -> None:
    plan = make_plan(world.here)
    who = make_exhibitor(world.here, "Makers")
    stand = stand_called(plan, "A1")
    give(stand, who)
    page = f"{office}/stand/{stand.code}"
    press(browser, f"{page}/pin", of=page)
    assert "Loosen it" in text_of(browser, page)
    press(browser, f"{page}/pin", of=page)
    assert "Pin it here" in text_of(browser, page)
    assert press(browser, f"{page}/remove", of=page).status_code == 409
    press(browser, f"{page}/free", of=page)
    assert holders() == {}
    answer = press(browser, f"{page}/remove", of=page)
    assert answer.location.endswith(plan.code)
    text_of(browser, page, status=404)
    empty = make_plan(world.here, name="Empty", stands=0)
    edit = f"{office}/plans/{empty.code}/edit"
    assert press(browser, f"{office}/plans/{empty.code}/remove", of=edit).status_code == 303
    assert db.session.scalar(select(func.count(FloorPlan.id))) == 1


def test_a_stand_is_changed_by_its_form(world: World, browser: FlaskClient, office: str) -> None:
    plan = make_plan(world.here)
    stand = stand_called(plan, "A1")
    page = f"{office}/stand/{stand.code}"
    forms = html5lib.parse(browser.get(page).get_data(), treebuilder="etree").iter(f"{XHTML}form")
    actions_of = [each.get("action") for each in forms if each.get("method") == "post"]
    number = [each for each in actions_of if "sign-out" not in each].index(page)
    values = {"number": "A1x", "has_water": "y", "noise_zone": "quiet", "width_cm": "4.25"}
    assert submit(browser, page, values, form=number).status_code == 303
    db.session.expire_all()
    assert (stand.number, stand.has_water, stand.width_cm) == ("A1x", True, 425)
    answer = submit(browser, page, {"number": "A2"}, form=number)
    assert answer.status_code == 422
    assert "There is a stand A2 already." in answer.text
    answer = submit(browser, page, {"version": "1", "number": "A9"}, form=number)
    assert answer.status_code == 409


def test_an_exhibitors_page_lists_the_best_stands_first(
    world: World, browser: FlaskClient, office: str
) -> None:
    plan = make_plan(world.here)
    who, other = make_exhibitor(world.here, "Makers", water=True), make_exhibitor(world.here, "Two")
    stand_called(plan, "A3").has_water = True
    db.session.commit()
    page = f"{office}/exhibitors/{who.code}"
    text = text_of(browser, page)
    assert text.index("Give A3") < text.index("Give A1")
    assert submit(browser, page, {"other": other.code, "kind": "apart"}).status_code == 303
    wish = db.session.scalars(select(PlacementWish)).one()
    assert wish.kind == WishKind.APART
    assert "far from each other" in text_of(browser, page)
    assert submit(browser, page, {"other": who.code}, form=1).status_code == 422
    foreign = f"{office}/exhibitors/{other.code}/wish/{wish.id + 1}/remove"
    assert press(browser, foreign, of=page).status_code == 404
    assert press(browser, f"{page}/wish/{wish.id}/remove", of=page).status_code == 303
    assert db.session.scalar(select(func.count(PlacementWish.id))) == 0
    waiting = make_exhibitor(world.here, "Waiting", state=ApplicationState.SUBMITTED)
    text_of(browser, f"{office}/exhibitors/{waiting.code}", status=404)


def test_a_proposal_is_asked_for_read_accepted_and_taken_back(
    world: World, browser: FlaskClient, office: str
) -> None:
    plan = make_plan(world.here)
    who = make_exhibitor(world.here, "Makers", area_m2=9)
    answer = submit(browser, office, {"effort": "quick"})
    assert answer.status_code == 303
    assert "/organize/tasks/" in answer.location
    asked = db.session.scalars(select(StandProposal)).one()
    page = f"{office}/proposals/{asked.code}"
    assert "being worked out" in text_of(browser, page)
    assert press(browser, f"{page}/discard", of=page).status_code == 303
    assert "Nothing was worked out." in text_of(browser, page)
    ready = make_proposal(world.here, {who.id: stand_called(plan, "A2").id})
    page = f"{office}/proposals/{ready.code}"
    text = text_of(browser, page)
    assert "Proven best" in text
    assert "9 m² for the 9 m² asked for." in text
    assert submit(browser, page).status_code == 303
    assert holders() == {"A2": "Makers"}
    text = text_of(browser, page)
    assert "Take it back" in text
    assert "Accept what is ticked" not in text
    assert press(browser, f"{page}/discard", of=page).status_code == 404
    assert press(browser, f"{page}/undo", of=page).status_code == 303
    assert holders() == {}


def test_a_stale_proposal_says_so(world: World, browser: FlaskClient, office: str) -> None:
    plan = make_plan(world.here)
    who, other = make_exhibitor(world.here, "Makers"), make_exhibitor(world.here, "Other")
    row = make_proposal(world.here, {who.id: stand_called(plan, "A2").id})
    page = f"{office}/proposals/{row.code}"
    assert "could be better" not in text_of(browser, page)
    row.result = {**row.result, "status": "feasible", "objective": 200, "bound": 150,
                  "by_the_clock": True}  # fmt: skip
    db.session.commit()
    assert "by 25 per cent at most" in text_of(browser, page)
    give(stand_called(plan, "A2"), other)
    text = text_of(browser, page)
    assert "It is out of date" in text
    assert "Accept what is ticked" not in text
    answer = press(browser, f"{page}/accept", of=page, exhibitor=str(who.id))
    assert answer.status_code == 409
    db.session.expire_all()
    assert row.state == ProposalState.READY
    actions.remove_stand(stand_called(plan, "A3"), actor=SYSTEM, now=NOW)
    actions.free(stand_called(plan, "A2"), actor=SYSTEM, now=NOW)
    db.session.commit()
    actions.remove_stand(stand_called(plan, "A2"), actor=SYSTEM, now=NOW)
    db.session.commit()
    assert "It is out of date" in text_of(browser, page), "though its stand is gone"


def test_the_table_for_a_spreadsheet(world: World, browser: FlaskClient, office: str) -> None:
    plan = make_plan(world.here)
    who = make_exhibitor(world.here, "=HYPERLINK(1)", area_m2=12)
    give(stand_called(plan, "A2"), who)
    answer = browser.get(f"{office}/allocation.csv")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [each["stand"] for each in rows] == ["A1", "A2", "A3", "A4"]
    assert rows[1]["organization"] == "'=HYPERLINK(1)"
    assert rows[1]["faults"] == "Too small: needs 12 m², has 9 m²."
    assert (rows[0]["organization"], rows[0]["faults"]) == ("", "")
