"""What the public may quote: the same figures, with the smaller limit on small cells."""

from __future__ import annotations

import pytest

from festival.evaluation.press_facts import attendance_facts
from festival.extensions import db
from festival.visitors.states import AgeBand
from tests.factories.evaluation import let_in, make_badge, make_gate, make_registration
from tests.factories.world import NOW, World


@pytest.fixture
def texts(world: World) -> dict[str, str]:
    make_registration(
        world.here,
        people=70,
        bands={AgeBand.UNDER_6: 2, AgeBand.FROM_6: 7, AgeBand.FROM_13: 9, AgeBand.FROM_30: 52},
    )
    let_in(make_badge(world.here, people=4), gate=make_gate(world.here))
    db.session.flush()
    with world.app.test_request_context("/en/"):
        return {fact.key: fact.value_text for fact in attendance_facts(world.here.edition, NOW)}


def test_children_below_five_are_not_told_and_not_to_be_worked_out(texts: dict[str, str]) -> None:
    assert texts["registered_under_6"] == "fewer than 5"
    assert texts["registered_6_to_12"] == "not shown"
    assert texts["registered_13_to_17"] == "9"
    assert "registered_18_to_29" not in texts


def test_figures_come_with_their_base_and_what_is_not_counted_says_so(
    texts: dict[str, str],
) -> None:
    assert texts["visits"] == texts["unique_visitors"] == "4"
    assert texts["share_of_inhabitants"] == "0.0043% of 92,000 inhabitants in 2026"
    assert texts["online"] == "not counted"
    assert texts["registered_people"] == "70"
