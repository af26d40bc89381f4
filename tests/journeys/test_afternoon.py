"""One person plays a whole festival in an afternoon, from an empty database to the figure.

Every step goes through pages, as a person would; only the first administrator comes from the
console.  The camera is Chromium's own, fed with the visitor's badge.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect

from festival import create_app
from festival.accounts.models import Person
from festival.accounts.passwords import hash_password
from festival.extensions import db
from festival.shared.clock import utc_now
from festival.site.working import Worker
from tests.browser import FLAGS, find_chromium
from tests.conftest import settings_for_tests
from tests.journeys.camera import CAMERA, film_of
from tests.journeys.served import Served

PASSWORD = "a lantern for the afternoon"
TODAY = datetime.now(UTC).date()
TOMORROW = TODAY + timedelta(days=1)
HOME = "/en/quayside/first"


@pytest.fixture(scope="module")
def empty_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("afternoon")
    app = create_app(settings_for_tests(folder, f"sqlite:///{folder / 'festival.db'}"))
    with app.app_context():
        flask_migrate.upgrade()
        db.session.add(
            Person(
                email="ada@quayside.example",
                name="Ada",
                is_administrator=True,
                created_at=utc_now(),
                password_hash=hash_password(PASSWORD),
            )
        )
        db.session.commit()
    return app


class Afternoon:
    """The steps, in the order of the day; ``staff`` sits at a laptop, ``phone`` walks about."""

    def __init__(self, staff: Page, phone: Page, origin: str) -> None:
        self.staff, self.phone, self.origin = staff, phone, origin

    def press(self, page: Page, words: str) -> None:
        """Press the button or link in the page's main part that says ``words``."""
        name = re.compile(words, re.IGNORECASE)
        main = page.get_by_role("main")
        button = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name))
        button.first.click()

    def fill(self, page: Page, **values: str) -> None:
        for name, value in values.items():
            field = page.locator(f"main [name='{name}']").first
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)

    def choose(self, page: Page, name: str, *values: str) -> None:
        for value in values:
            page.locator(f"main [name='{name}'][value='{value}']").check()

    def sign_in(self) -> None:
        self.staff.goto("/en/sign-in")
        self.fill(self.staff, email="ada@quayside.example", password=PASSWORD)
        self.press(self.staff, "sign in")
        expect(self.staff).not_to_have_url(re.compile("sign-in"))

    def make_festival_and_edition(self) -> None:
        page = self.staff
        page.goto("/en/administration/new")
        self.fill(page, name="Quayside Learns", city_name="Quayside", slug="quayside")
        self.fill(page, country="Ireland", time_zone="Europe/Dublin")
        self.press(page, "save|found|make")
        page.goto("/en/administration/quayside/editions/new")
        last = TODAY + timedelta(days=2)
        self.fill(page, title="Quayside Learns, first edition", slug="first")
        self.fill(page, starts_on=TODAY.isoformat(), ends_on=last.isoformat())
        self.fill(page, inhabitants="92000", inhabitants_year="2026")
        self.press(page, "save|make|open")
        page.goto(f"{HOME}/organize/edition")
        opened = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
        closes = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
        self.fill(page, registration_opens=opened, registration_closes=closes)
        self.press(page, "^save")
        self.press(page, "public|everybody")
        page.goto(f"{HOME}/organize/calls/exhibitors")
        self.fill(page, opens=opened, closes=closes, title_en="Show us your knots")
        self.press(page, "^save")

    def add_places(self) -> None:
        page = self.staff
        page.goto(f"{HOME}/organize/venues/new")
        self.fill(page, name="Harbour Hall", address="1 Quay Street")
        self.choose(page, "access_facts", "step_free")
        self.press(page, "^save")
        page.goto(f"{HOME}/organize/venues/harbour-hall/spaces/new")
        self.fill(page, name="Rope Room", capacity="20")
        self.press(page, "^save")

    def add_twin_city(self) -> None:
        page = self.staff
        page.goto(f"{HOME}/organize/cities/new")
        self.fill(page, name="Saebit", country="South Korea", time_zone="Asia/Seoul")
        self.press(page, "^save")

    def apply_as_exhibitor(self) -> None:
        page = self.phone
        page.goto(f"{HOME}/exhibitors/apply")
        self.fill(page, organization_name="Rope Makers' Guild", email="guild@quayside.example")
        self.press(page, "begin")
        self.application = page.url.split("?")[0].rsplit("/", 1)[0]
        self.press(page, "go on writing")
        self.fill(page, contact_name="Róisín Walsh", about="We have made rope since 1798.")
        self.press(page, "save and go on")
        self.choose(page, "brings", "exhibits", "activities")
        self.choose(page, "space", "more")
        self.press(page, "save and go on")
        self.fill(page, **{"exhibits-0-title": "A winter course in knots"})
        self.press(page, "save and go on")
        self.fill(
            page,
            **{
                "offers-0-title": "Tie a bowline",
                "offers-0-capacity": "2",
                "offers-0-minutes": "45",
            },
        )
        page.locator("main [name='offers-0-is_bookable']").check()
        self.press(page, "save and go on")
        self.fill(page, area_m2="9", tables="2", chairs="4", power_watts="0")
        self.press(page, "save and go on")
        self.press(page, "hand in the application")
        expect(page.get_by_role("main")).to_contain_text("handed in", ignore_case=True)

    def accept_the_exhibitor(self) -> None:
        page = self.staff
        page.goto(f"{HOME}/organize/exhibitors")
        self.press(page, "Rope Makers")
        self.choose(page, "to", "accepted")
        self.press(page, "^decide")

    def put_the_activity_into_the_programme(self) -> None:
        page = self.staff
        page.goto(f"{HOME}/organize/programme/offers")
        self.press(page, "take|put|into")
        self.add_time_and_declare_ready("10:00")

    def add_time_and_declare_ready(self, at: str) -> None:
        page = self.staff
        self.fill(
            page,
            **{
                "new-day": TOMORROW.isoformat(),
                "new-at": at,
                "new-minutes": "45",
                "new-space": "Rope Room, Harbour Hall (20)",
            },
        )
        self.press(page, "add this time")
        self.press(page, "it is ready")

    def put_a_conference_session_into_the_programme(self) -> None:
        page = self.staff
        page.goto(f"{HOME}/organize/programme/new")
        self.fill(page, title="Two ports, one school", new_presenter="Kim Min-ji", city="Saebit")
        self.choose(page, "kind", "conference")
        self.choose(page, "attendance_mode", "remote")
        self.fill(page, stream_url="https://stream.example.org/ports")
        self.press(page, "save the draft")
        self.add_time_and_declare_ready("09:00")

    def publish(self) -> None:
        self.staff.goto(f"{HOME}/organize/programme/publish")
        self.press(self.staff, "publish version")

    def register_a_visitor(self) -> None:
        page = self.phone
        page.goto(f"{HOME}/register")
        self.fill(page, people="2", name="Familie Ünal", email="unal@quayside.example")
        self.press(page, "register")
        self.household = page.url

    def book_a_place(self) -> None:
        page = self.phone
        page.goto(f"{HOME}/programme?day={TOMORROW.isoformat()}")
        page.get_by_role("link", name="Tie a bowline").first.click()
        self.press(page, "book")
        self.press(page, "book")

    def open_the_door(self) -> None:
        page = self.staff
        page.goto(f"{HOME}/organize/doors")
        page.locator("#new-gate [name=name]").fill("Main gate")
        page.locator("#new-gate button[type=submit]").click()
        page.locator("#new-link [name=door]").select_option(label="Main gate")
        page.locator("#new-link [name=label]").fill("Róisín's phone")
        page.locator("#new-link button[type=submit]").click()
        self.door = page.locator("main input[value*='/door/']").input_value()

    def show_the_badge(self) -> str:
        """The code that stands under the QR picture."""
        page = self.phone
        page.goto(self.household)
        self.press(page, "show the badge")
        text = page.get_by_role("main").inner_text()
        found = re.search(r"\b([0-9A-Z]{4}(?:-[0-9A-Z]{3,4}){4,5})\b", text)
        assert found, text
        return "LF1:" + found[1].replace("-", "")

    def check_in_by_camera(self, browser: Browser, *, code: str, folder: Path) -> None:
        film = film_of(code, folder)
        flags = [*FLAGS, *CAMERA, f"--use-file-for-fake-video-capture={film}"]
        started = browser.browser_type.launch(executable_path=find_chromium(), args=flags)
        page = started.new_context(permissions=["camera"]).new_page()
        page.goto(self.door)
        expect(page.locator(".verdict")).to_have_attribute(
            "data-verdict", "admitted", timeout=20_000
        )
        expect(page.locator(".verdict")).to_contain_text("Familie Ünal")
        started.close()

    def subscribe_to_the_calendar(self) -> None:
        page = self.phone
        answer = page.request.get("/feeds/quayside/first/programme.ics")
        calendar = Calendar.from_ical(answer.body())
        titles = {str(each["SUMMARY"]) for each in calendar.events}
        assert {"Tie a bowline", "Two ports, one school"} <= titles
        assert len(calendar.events) == 482 + 2
        page.goto(self.household)
        self.press(page, "my calendar")

    def write_a_release(self) -> None:
        page = self.staff
        page.goto(f"{HOME}/organize/press/contacts/new")
        self.fill(page, name="Aoife Byrne", email="press@quayside.example")
        self.press(page, "^save")
        page.goto(f"{HOME}/organize/press/releases/new")
        self.fill(page, headline="A city ties its own knots", lead="Everybody may come.")
        self.fill(page, body="The **first** edition begins today.")
        self.press(page, "save and look")
        self.press(page, "approve")

    def download_the_kit(self) -> list[str]:
        page = self.phone
        page.goto(f"{HOME}/press")
        expect(page.get_by_role("main")).to_contain_text("A city ties its own knots")
        answer = page.request.get(f"{HOME}/press/kit.zip", timeout=60_000)
        assert answer.status == 200
        with zipfile.ZipFile(io.BytesIO(answer.body())) as kit:
            return kit.namelist()

    def read_the_figure(self) -> None:
        page = self.staff
        page.goto(f"{HOME}/organize/figures")
        main = page.get_by_role("main")
        expect(main).to_contain_text("Visits")
        table = page.request.get(f"{HOME}/organize/figures.csv").text()
        self.figures = table

    def import_a_programme(self, file: Path) -> None:
        page = self.staff
        page.goto(f"{HOME}/organize/import")
        page.locator("main input[type=file]").set_input_files(file)
        self.press(page, "check the file")
        expect(page.get_by_role("main")).to_contain_text("482")
        self.press(page, "import now")
        expect(page.get_by_role("main")).to_contain_text(
            "482 sessions were written", timeout=60_000
        )


def test_a_whole_festival_in_an_afternoon(
    empty_app: Flask, browser: Browser, tmp_path: Path, shared: Path
) -> None:
    worker = Worker(empty_app)
    worker.start()
    with Served(empty_app) as origin:
        empty_app.config["SETTINGS"].base_url = origin
        laptop = browser.new_context(base_url=origin, viewport={"width": 1280, "height": 900})
        phone = browser.new_context(base_url=origin, viewport={"width": 390, "height": 844})
        day = Afternoon(laptop.new_page(), phone.new_page(), origin)
        day.sign_in()
        day.make_festival_and_edition()
        day.add_places()
        day.add_twin_city()
        day.import_a_programme(shared / "data/schedules/emf_2024.frab.xml")
        day.apply_as_exhibitor()
        day.accept_the_exhibitor()
        day.put_the_activity_into_the_programme()
        day.put_a_conference_session_into_the_programme()
        day.publish()
        day.register_a_visitor()
        day.book_a_place()
        day.open_the_door()
        day.check_in_by_camera(browser, code=day.show_the_badge(), folder=tmp_path)
        day.subscribe_to_the_calendar()
        day.write_a_release()
        kit = day.download_the_kit()
        day.read_the_figure()
        laptop.close()
        phone.close()
    worker.stop()

    assert {"manifest.json", "programme/programme.csv", "programme/programme.ics"} <= set(kit)
    assert any(name.endswith(".pdf") for name in kit)
