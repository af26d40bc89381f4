"""A real server with the sample festival, and a real browser that complains about everything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from festival import create_app
from tests.browser import FLAGS, find_chromium
from tests.conftest import settings_for_tests
from tests.journeys.served import Served
from tests.sample import build_sample


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys share one server and one browser in a test process; the longest say their own."""
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.journey)
            if item.get_closest_marker("xdist_group") is None:
                item.add_marker(pytest.mark.xdist_group("browser"))


@dataclass
class Site:
    """The served sample festival."""

    address: str
    app: Flask


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("journeys")
    shutil.copytree(build_sample(tmp_path_factory), folder, dirs_exist_ok=True)
    settings = settings_for_tests(folder, f"sqlite:///{folder / 'festival.db'}")
    app = create_app(settings)
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    with Served(app) as origin:
        settings.base_url = origin
        yield Site(origin, app)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium on this machine: the journeys did not run")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=site.address, viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def complaints() -> list[str]:
    """Console errors, uncaught exceptions and blocked resources that the page reported."""
    return []


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Page:
    opened = context.new_page()
    watch(opened, complaints)
    return opened


def watch(page: Page, complaints: list[str]) -> None:
    """Collect what the page complains about."""
    page.on(
        "console",
        lambda message: complaints.append(message.text) if message.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
