"""What the tests of interest leads share."""

from __future__ import annotations

import pytest

from festival.exhibitors.models import Application
from festival.extensions import db
from festival.festivals.models import Edition
from festival.portal.leads.models import LeadPage
from tests.factories.leads import make_exhibitor, make_page
from tests.factories.world import NOW, World


@pytest.fixture
def page(world: World) -> LeadPage:
    return make_page(make_exhibitor(world.here))


def at(world: World, page: LeadPage) -> str:
    """The visitor's page."""
    return f"{world.here.path}/i/{page.code}"


def own(world: World, application: Application) -> str:
    """The exhibitor's page."""
    return f"{world.here.path}/exhibitor/{application.code}/leads"


def another_edition(world: World) -> Edition:
    first = world.here.edition
    row = Edition(
        festival=world.here.festival, slug="2028", title="Next", starts_on=first.starts_on,
        ends_on=first.ends_on, time_zone=first.time_zone, languages=["en"], state=first.state,
        created_at=NOW,
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row
