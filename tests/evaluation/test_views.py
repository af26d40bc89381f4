"""The page of figures and its download."""

from __future__ import annotations

import csv
import io

import pytest

from festival.badges.states import BadgeKind
from festival.extensions import db
from festival.shared.access import Role
from festival.visitors.states import AgeBand
from tests.factories.evaluation import (
    let_in,
    make_badge,
    make_gate,
    make_occurrence,
    make_registration,
)
from tests.factories.world import Corner, World
from tests.queries import count_queries


def a_busy_day(corner: Corner, *, sessions: int = 1, title: str = "Pottery") -> None:
    gate = make_gate(corner)
    for number in range(sessions):
        badge = make_badge(corner, people=3)
        let_in(badge, gate=gate)
        let_in(badge, occurrence=make_occurrence(corner, title=f"{title} {number}"))
    let_in(make_badge(corner, kind=BadgeKind.CREW), gate=gate)
    make_registration(corner, people=14, bands={AgeBand.UNDER_6: 2, AgeBand.FROM_30: 12})
    db.session.commit()


def test_before_the_first_scan_the_page_says_what_to_do(world: World) -> None:
    page = world.browser_as(Role.EVALUATOR).get(f"{world.here.path}/organize/figures")

    assert page.status_code == 200
    assert "Nobody was scanned yet" in page.text
    assert "No scan has reached us yet" in page.text
    assert "so there is no number, not a zero" in page.text


def test_the_page_shows_each_figure_with_definition_and_method(world: World) -> None:
    a_busy_day(world.here)

    page = world.browser_as(Role.ORGANIZER).get(f"{world.here.path}/organize/figures").text

    assert "3 different people came. Together they made 3 visits." in page
    assert "Somebody who comes on two days makes two visits." in page
    assert "Counted by scanning badges at the doors" in page
    assert "of 92,000 inhabitants in 2026" in page
    assert "0.0033%" in page
    assert "Most: Luminara Library with 3 of 3." in page
    assert "too few to tell any band apart" in page
    assert "Under 6 years" not in page
    assert "Participations by strand" not in page


def test_bands_that_are_large_enough_are_shown_beside_those_that_are_not(world: World) -> None:
    bands = {AgeBand.UNDER_6: 2, AgeBand.FROM_18: 20, AgeBand.FROM_30: 38}
    make_registration(world.here, people=60, bands=bands)
    db.session.commit()

    page = world.browser_as(Role.EVALUATOR).get(f"{world.here.path}/organize/figures").text

    assert "fewer than 10" in page
    assert ">38<" in page
    assert ">20<" not in page


@pytest.mark.parametrize("language", ["ar", "zh", "fr", "ru", "es"])
def test_the_page_stands_in_every_language(world: World, language: str) -> None:
    a_busy_day(world.here)
    path = world.here.path.replace("/en/", f"/{language}/")

    assert world.browser_as(Role.EVALUATOR).get(f"{path}/organize/figures").status_code == 200


def test_the_download_holds_the_same_figures_and_no_formula(world: World) -> None:
    a_busy_day(world.here, title="=HYPERLINK(0)")

    answer = world.browser_as(Role.EVALUATOR).get(f"{world.here.path}/organize/figures.csv")

    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    totals = {row["measure"]: row["value"] for row in rows if not row["dimension"]}
    assert totals["Visits"] == totals["Unique visitors"] == totals["Participations"] == "3"
    assert totals["Contributors"] == "1"
    assert totals["Online views"] == ""
    (session,) = [row for row in rows if row["dimension"] == "Session"]
    assert session["label"].startswith("'=HYPERLINK(0)")
    ages = {row["label"]: row["value"] for row in rows if row["dimension"] == "Age"}
    assert ages["Under 6 years"] == ages["30 to 64 years"] == "not shown"


def test_a_neighbour_sees_no_figures(world: World) -> None:
    for address in ("figures", "figures.csv"):
        path = f"{world.here.path}/organize/{address}"
        assert world.browser_as(Role.ORGANIZER, at=world.there).get(path).status_code == 404
        assert world.browser_as(Role.PRESS_OFFICER).get(path).status_code == 404
        assert world.browser().get(path).status_code == 401


def test_thirty_sessions_cost_as_many_queries_as_one(world: World) -> None:
    counts = []
    for sessions, corner in ((1, world.here), (30, world.there)):
        a_busy_day(corner, sessions=sessions)
        browser = world.browser_as(Role.ORGANIZER, at=corner)
        browser.get(f"{corner.path}/organize/figures")
        with count_queries() as seen:
            assert browser.get(f"{corner.path}/organize/figures").status_code == 200
        counts.append(seen.count)

    assert counts[0] == counts[1] <= 14
