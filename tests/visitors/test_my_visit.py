"""One link for everybody, which leads each browser to its own household."""

from __future__ import annotations

from tests.factories.world import World
from tests.forms import submit


def test_my_visit_leads_to_the_household_of_this_browser(world: World) -> None:
    browser = world.browser()
    address = f"{world.here.path}/my-visit"

    assert browser.get(address).location == f"{world.here.path}/register"
    registered = submit(browser, f"{world.here.path}/register", {"people": "2"})

    assert browser.get(address).location == registered.location
    assert world.browser().get(address).location == f"{world.here.path}/register"


def test_a_household_of_one_festival_is_unknown_in_another(world: World) -> None:
    browser = world.browser()
    submit(browser, f"{world.here.path}/register", {"people": "2"})

    there = browser.get(f"{world.there.path}/my-visit")

    assert there.location == f"{world.there.path}/register"
