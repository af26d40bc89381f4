"""The call for exhibitors of the test world."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from festival.extensions import db
from tests.factories.world import World


@pytest.fixture
def open_call(world: World) -> None:
    """The call is open whenever the tests are run."""
    for corner in (world.here, world.there):
        corner.call.opens_at = datetime(2020, 1, 1, tzinfo=UTC)
    db.session.commit()
