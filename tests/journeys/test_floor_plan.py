"""The drawing board in a real browser: pointer, keys, undo, saved by the same form as without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import select

from festival.exhibitors.stands.models import FloorPlan, Stand
from festival.extensions import db
from festival.site.demo.people import PASSWORD
from tests.journeys.conftest import Site


@pytest.fixture
def addresses(site: Site) -> tuple[str, str]:
    """The plan of the sample festival, and the code of its stand C9."""
    with site.app.app_context():
        plan = db.session.scalars(select(FloorPlan)).one()
        stand = db.session.scalars(select(Stand).where(Stand.number == "C9")).one()
        festival = plan.edition.festival.slug
        return f"/en/{festival}/{plan.edition.slug}/organize/stands/plans/{plan.code}", stand.code


def sign_in(page: Page) -> None:
    page.goto("/en/sign-in")
    page.locator("main input[name=email]").fill("organizer@luminara.example")
    page.locator("main input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("sign-in"))


def field(page: Page, code: str, name: str) -> Locator:
    return page.locator(f'[name="{code}-{name}"]')


def test_stands_are_moved_by_pointer_and_keys(
    page: Page, complaints: list[str], addresses: tuple[str, str]
) -> None:
    address, code = addresses
    sign_in(page)
    page.goto(f"{address}/draw")
    stand = page.locator(f'[data-stand="{code}"]')
    x, y = (float(field(page, code, name).input_value()) for name in ("x", "y"))

    stand.focus()
    page.keyboard.press("ArrowLeft")
    expect(field(page, code, "x")).to_have_value(re.compile(rf"{x - 0.5:g}"))
    page.keyboard.press("Shift+ArrowDown")
    expect(field(page, code, "y")).to_have_value(f"{y + 0.1:g}")
    page.keyboard.press("+")
    expect(field(page, code, "width")).to_have_value("4.1")
    page.keyboard.press("Control+z")
    expect(field(page, code, "width")).to_have_value("3.6")
    page.keyboard.press("r")
    expect(field(page, code, "turned")).to_be_checked()
    page.keyboard.press("r")

    stand.scroll_into_view_if_needed()
    box = stand.locator("rect").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] - 60, box["y"] + 5, steps=5)
    page.mouse.up()
    dragged = field(page, code, "x").input_value()
    assert float(dragged) < x - 1
    assert float(dragged) * 2 == int(float(dragged) * 2), "snapped to half a metre"
    moved = stand.locator("rect").first.bounding_box()
    assert moved is not None
    assert abs(moved["x"] - (box["x"] - 65)) < 20, "the drawing follows the numbers"

    field(page, code, "y").fill("13")
    expect(stand.locator("rect").first).to_have_attribute("y", "1300")
    page.get_by_role("button", name="Save where they lie").first.click()
    expect(page).to_have_url(re.compile(r"/plans/[a-z0-9]+$"))
    page.goto(f"{address}/draw")
    expect(field(page, code, "x")).to_have_value(dragged)
    expect(field(page, code, "y")).to_have_value("13")
    assert complaints == []


def test_a_phone_sees_the_whole_plan_and_zooms(
    context: BrowserContext, complaints: list[str], addresses: tuple[str, str]
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 740})
    address = addresses[0].replace("/organize/stands/plans/", "/stands/")
    for language in ("en", "ar"):
        page.goto(address.replace("/en/", f"/{language}/", 1))
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert page.evaluate(wide) is False
        whole = page.locator(".floor-plan__drawing").bounding_box()
        page.locator(".floor-plan__zoom a").nth(2).click()
        large = page.locator(".floor-plan__drawing").bounding_box()
        assert whole is not None and large is not None
        assert large["width"] > whole["width"] * 2.9
        assert page.evaluate(wide) is False, "the plan scrolls within its frame"
    page.locator("a.floor-plan__stand").first.click()
    expect(page).to_have_url(re.compile("/exhibitors/"))
    assert complaints == []
