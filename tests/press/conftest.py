"""Each test begins with empty shelves: no kit and no picture file of the test before."""

from __future__ import annotations

import shutil

import pytest

from tests.factories.world import World


@pytest.fixture(autouse=True)
def empty_shelves(request: pytest.FixtureRequest) -> None:
    if "world" in request.fixturenames:
        world: World = request.getfixturevalue("world")
        for name in ("kits", "press-pictures"):
            folder = world.app.config["SETTINGS"].instance_path / name
            shutil.rmtree(folder, ignore_errors=True)
