"""What the tests of the organizer's pages share."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from festival.accounts.states import Role
from tests.factories.world import World


@pytest.fixture
def organizer(world: World) -> FlaskClient:
    return world.browser_as(Role.ORGANIZER)


@pytest.fixture
def desk(world: World) -> str:
    """Address of the organizer's list."""
    return f"{world.here.path}/organize/programme"
