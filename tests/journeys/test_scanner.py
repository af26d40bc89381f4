"""The door's scanner in a real browser: camera, keys, photograph, no network, no script."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import func, select

from festival.badges.models import Badge
from festival.badges.qr import qr_png
from festival.checkin.models import Admission, DoorLink, Scan
from festival.checkin.states import Verdict
from festival.extensions import db
from festival.shared.clock import utc_now
from tests.browser import FLAGS, find_chromium
from tests.factories.badges import make_badge
from tests.factories.checkin import make_door, make_gate
from tests.factories.world import World
from tests.journeys.camera import CAMERA, film_of
from tests.journeys.conftest import watch
from tests.journeys.served import Served

PATIENCE = 15_000  # ms; two cores are shared with other tests


@dataclass
class Door:
    """A served door link, with two badges of people who come."""

    address: str
    here: Badge
    there: Badge


@pytest.fixture
def door(world: World) -> Iterator[Door]:
    edition = world.here.edition
    edition.starts_on = utc_now().date() - timedelta(days=1)
    edition.ends_on = utc_now().date() + timedelta(days=1)
    gate = make_gate(world.here, name="Main entrance")
    _, token = make_door(
        world.here, gate=gate, label="Gate B", last_day=edition.ends_on, now=utc_now()
    )
    badges = (make_badge(world.here, name="Familie Ünal", people=4), make_badge(world.there))
    with Served(world.app) as origin:
        yield Door(f"{origin}/door/{token}?lang=en", *badges)


@pytest.fixture
def open_page(browser: Browser, complaints: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens a phone's browser; ``film`` is what its camera sees."""
    opened: list[Browser] = []

    def open_page(
        address: str, *, film: Path | None = None, scripts: bool = True, init: str = ""
    ) -> Page:
        flags = [*FLAGS, *CAMERA] if film else FLAGS
        if film:
            flags.append(f"--use-file-for-fake-video-capture={film}")
        started = browser.browser_type.launch(executable_path=find_chromium(), args=flags)
        opened.append(started)
        context = started.new_context(
            viewport={"width": 390, "height": 844},
            permissions=["camera"] if film else [],
            java_script_enabled=scripts,
        )
        if init:
            context.add_init_script(init)
        page = context.new_page()
        watch(page, complaints)
        page.goto(address)
        return page

    yield open_page
    for each in opened:
        each.close()


def ready(page: Page, *, decoder: str = "wasm") -> None:
    expect(page.locator("[data-scan-url]")).to_have_attribute("data-scanner", "ready")
    expect(page.locator("[data-scan-url]")).to_have_attribute(
        "data-decoder-kind", decoder, timeout=PATIENCE
    )


def verdict(page: Page, word: str) -> None:
    expect(page.locator(".verdict")).to_have_attribute("data-verdict", word, timeout=PATIENCE)


def press_scanner(page: Page, code: str) -> None:
    """What a scanner on a cable does: it types fast and ends with Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def count(model: type[Scan] | type[Admission]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(model.id))) or 0


def test_the_camera_reads_a_badge_and_the_scan_can_be_undone(
    door: Door, open_page: Callable[..., Page], tmp_path: Path, complaints: list[str]
) -> None:
    page = open_page(door.address, film=film_of(door.here.code, tmp_path))

    verdict(page, "admitted")
    panel = page.locator(".verdict")
    expect(panel).to_contain_text("Welcome!")
    expect(panel).to_contain_text("Familie Ünal")
    expect(panel).to_contain_text("4 people")
    expect(page.locator("[data-part=inside]")).to_have_text("4")
    assert panel.get_attribute("role") == "alert"
    assert (count(Scan), count(Admission)) == (1, 1)  # held before the camera: one scan
    page.locator("[data-part=stop]").click()
    expect(page.locator("video")).to_be_hidden()
    page.locator("[data-part=undo]").click()

    verdict(page, "undone")
    expect(page.locator("[data-part=inside]")).to_have_text("0")
    assert (count(Scan), count(Admission)) == (1, 0)
    assert complaints == []


def test_a_scanner_on_a_cable_works_wherever_the_focus_is(
    door: Door, open_page: Callable[..., Page], complaints: list[str]
) -> None:
    page = open_page(door.address)
    ready(page)
    page.locator("[data-part=start]").focus()

    press_scanner(page, door.here.code)
    verdict(page, "admitted")
    expect(page.locator("[data-part=undo]")).to_be_hidden(timeout=12_000)
    press_scanner(page, door.here.code.lower())

    verdict(page, "already_in")
    expect(page.locator(".verdict")).to_contain_text("Gate B")
    press_scanner(page, door.there.code)
    verdict(page, "wrong_edition")
    expect(page.locator(".verdict")).not_to_contain_text(door.there.holder_name)
    press_scanner(page, "https://example.org/wifi")
    verdict(page, "unknown")
    expect(page.locator("[data-part=recent] li")).to_have_count(4)
    assert complaints == []


def test_the_same_code_within_three_seconds_is_one_scan(
    door: Door, open_page: Callable[..., Page]
) -> None:
    page = open_page(door.address)
    ready(page)

    page.evaluate(  # at once, however busy the machine of the test is
        """code => {
            for (const key of [1, 2, 3, 4].flatMap(() => [...code, "Enter"])) {
                document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
            }
        }""",
        door.here.code,
    )
    verdict(page, "admitted")

    expect(page.locator("[data-part=recent] li")).to_have_count(1)
    assert count(Scan) == 1


def test_a_photograph_is_read(
    door: Door, open_page: Callable[..., Page], complaints: list[str]
) -> None:
    page = open_page(door.address)
    ready(page)

    page.locator("[data-part=photo]").set_input_files(
        {"name": "b.png", "mimeType": "image/png", "buffer": qr_png(door.here.code, scale=12)}
    )

    verdict(page, "admitted")
    blank = io.BytesIO()
    Image.new("RGB", (300, 300), "white").save(blank, "PNG")
    page.locator("[data-part=photo]").set_input_files(
        {"name": "c.png", "mimeType": "image/png", "buffer": blank.getvalue()}
    )
    expect(page.locator(".verdict")).to_contain_text("No code found", timeout=PATIENCE)
    assert complaints == []


def test_without_network_no_scan_is_lost_and_it_is_sent_by_itself(
    door: Door, open_page: Callable[..., Page]
) -> None:
    page = open_page(door.address)
    ready(page)
    page.context.set_offline(True)

    page.locator("#code").fill(door.here.code)
    page.locator("#code").press("Enter")

    verdict(page, "waiting")
    expect(page.locator("[data-part=unsent]")).to_contain_text("1 scan not sent")
    assert count(Scan) == 0
    page.context.set_offline(False)
    verdict(page, "admitted")
    expect(page.locator("[data-part=unsent]")).to_be_hidden()
    assert (count(Scan), count(Admission)) == (1, 1)


def test_an_answer_that_got_lost_does_not_count_twice(
    door: Door, open_page: Callable[..., Page]
) -> None:
    page = open_page(door.address)
    ready(page)
    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.post_data or "")
        route.fetch()  # the server stores it …
        route.abort()  # … and the phone never hears

    page.route("**/scans**", lose_the_first_answer)
    press_scanner(page, door.here.code)

    verdict(page, "admitted")
    assert len(lost) == 1
    assert (count(Scan), count(Admission)) == (1, 1)


def test_scans_of_a_closed_page_are_sent_when_the_door_is_opened_again(
    door: Door, open_page: Callable[..., Page]
) -> None:
    page = open_page(door.address)
    ready(page)
    page.route("**/scans**", lambda route: route.abort())
    press_scanner(page, door.here.code)
    verdict(page, "waiting")
    context: BrowserContext = page.context
    page.close()

    again = context.new_page()
    again.goto(door.address)

    expect(again.locator("[data-part=recent]")).to_contain_text("sent late", timeout=PATIENCE)
    expect(again.locator("[data-part=recent]")).to_contain_text("Familie Ünal")
    assert (count(Scan), count(Admission)) == (1, 1)


def test_a_browser_with_its_own_detector_needs_no_wasm(
    door: Door, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    stub = (
        "globalThis.BarcodeDetector = class {"
        " static getSupportedFormats() { return Promise.resolve(['qr_code']); }"
        f" detect() {{ return Promise.resolve([{{ rawValue: '{door.here.code}' }}]); }} }};"
    )
    page = open_page(door.address, film=film_of(door.here.code, tmp_path), init=stub)

    ready(page, decoder="native")
    verdict(page, "admitted")


def test_without_scripts_a_typed_code_and_a_name_work(
    door: Door, open_page: Callable[..., Page]
) -> None:
    page = open_page(door.address, scripts=False)

    page.locator("#code").fill(door.here.code.removeprefix("LF1:").lower())
    page.get_by_role("button", name="Check").click()
    verdict(page, "admitted")
    page.get_by_role("button", name="Undo").click()
    verdict(page, "undone")
    page.get_by_role("link", name="Code lost?").click()
    page.locator("#name").fill("ünal")
    page.get_by_role("button", name="Find").click()
    page.get_by_role("button", name="Let in").click()

    verdict(page, "admitted")
    assert (count(Scan), count(Admission)) == (2, 1)
    verdicts = db.session.scalars(select(Scan.verdict).order_by(Scan.id)).all()
    assert verdicts == [Verdict.ADMITTED, Verdict.ADMITTED]


@pytest.mark.parametrize("code", ["revoked", "ended"])
def test_a_link_that_ended_says_so_and_keeps_the_scan(
    world: World, door: Door, open_page: Callable[..., Page], code: str
) -> None:
    page = open_page(door.address)
    ready(page)
    link = db.session.scalars(select(DoorLink)).one()
    if code == "revoked":
        link.revoked_at = utc_now()
    else:
        link.expires_at = utc_now()
    db.session.commit()

    press_scanner(page, door.here.code)

    expect(page.locator(".verdict")).to_contain_text(
        "This door link may have ended", timeout=PATIENCE
    )
    expect(page.locator("[data-part=unsent]")).to_contain_text("1 scan not sent")
    assert count(Scan) == 0
