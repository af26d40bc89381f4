"""The next edition begins with the same halls."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from festival.exhibitors.calls.models import StandClass
from festival.exhibitors.stands import actions, queries
from festival.exhibitors.stands.states import StandState
from festival.extensions import db
from festival.festivals.actions import clone_edition
from festival.shared.journal import SYSTEM
from tests.factories.calls import make_stand_class
from tests.factories.stands import give, make_exhibitor, make_plan, stand_called
from tests.factories.world import FIRST_DAY, NOW, World


def test_a_cloned_edition_has_the_halls_but_nobody_in_them(world: World) -> None:
    here = world.here
    make_plan(world.there)
    plan = make_plan(here, venue_id=here.venue.id, space_id=here.space.id)
    klass = make_stand_class(here)
    give(stand_called(plan, "A1"), make_exhibitor(here, "Makers"))
    actions.set_state(
        stand_called(plan, "A2"), StandState.BLOCKED, note="A door", actor=SYSTEM, now=NOW
    )
    actions.set_state(
        stand_called(plan, "A3"), StandState.RESERVED, note="Guests", actor=SYSTEM, now=NOW
    )
    stand_called(plan, "A4").class_id = klass.id
    db.session.commit()

    copy = clone_edition(
        here.edition, slug="2028", starts_on=FIRST_DAY + timedelta(days=364), title="Next",
        actor=SYSTEM, now=NOW,
    )  # fmt: skip
    db.session.commit()

    (made,) = queries.plans_of(copy.id)
    assert made.code != plan.code
    assert (made.name, made.is_public) == ("Market hall", False)
    assert made.venue is not None
    assert (made.venue.slug, made.venue.edition_id) == (here.venue.slug, copy.id)
    assert [(each.number, each.state.value, each.note) for each in made.stands] == [
        ("A1", "free", ""), ("A2", "blocked", "A door"), ("A3", "free", ""), ("A4", "free", ""),
    ]  # fmt: skip
    assert made.stands[0].circuit is made.circuits[0]
    assert made.circuits[0].id != plan.circuits[0].id
    cloned = db.session.scalars(
        select(StandClass).where(StandClass.id == made.stands[3].class_id)
    ).one()
    assert cloned.id != klass.id
    assert cloned.code == klass.code
    assert stand_called(plan, "A1").assignment is not None
