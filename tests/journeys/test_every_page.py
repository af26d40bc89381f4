"""Every page as people meet it: English and Arabic, light and dark, phone and laptop.

axe finds nothing, nothing scrolls sideways, nothing is written to the console, and the security
policy blocks nothing.
"""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from festival.accounts.models import Person
from tests.journeys.conftest import Site, watch
from tests.links import administrator_browser, browser_of, crawl

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
LOOK = "rules => axe.run(document, rules).then(result => result.violations)"
LOOKS = ((360, 780, "light"), (1280, 900, "dark"))
"""Each size and each scheme once: colours do not change with the width, nor widths with colours."""


LEAST_PAGES = {"stranger": 10, "administrator": 30, "exhibitor": 10}
EXHIBITOR = "exhibitor@luminara.example"
OWN = "/en/luminara/2026/exhibitor"


def client_of(app: Flask, who: str) -> FlaskClient:
    if who == "stranger":
        return app.test_client()
    if who == "exhibitor":
        return browser_of(app, Person.email == EXHIBITOR)
    return administrator_browser(app)


def addresses(client: FlaskClient, who: str) -> list[str]:
    """One address of every page that answers HTML, found by following links."""
    start, within = (OWN, OWN) if who == "exhibitor" else ("/en/", "/en/")
    answers = crawl(client, start=[start], most_per_endpoint=1)
    return [
        each.address
        for each in answers
        if each.status == 200 and each.is_html and not each.is_sandboxed
        and each.address.startswith(within)
    ]  # fmt: skip


def faults_of(page: Page, complaints: list[str]) -> list[str]:
    """What is wrong with the page that is open, on a phone by day and a laptop by night."""
    found = []
    page.evaluate(Axe().axe_script)
    for width, height, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            found.append(f"{width}px: scrolls sideways by {wide}px")
        violations: list[dict[str, Any]] = page.evaluate(LOOK, RULES)
        found += [
            f"{width}px {scheme}: {fault['id']} at {fault['nodes'][0]['target']}"
            for fault in violations
        ]
    found += [f"console: {text}" for text in complaints]
    complaints.clear()
    return found


@pytest.mark.parametrize(
    "locale",
    [
        pytest.param("en", marks=pytest.mark.xdist_group("pages in English")),
        pytest.param("ar", marks=pytest.mark.xdist_group("pages in Arabic")),
    ],
)
@pytest.mark.parametrize("who", list(LEAST_PAGES))
def test_every_page_is_fit_for_everybody(
    browser: Browser, site: Site, locale: str, who: str
) -> None:
    context = browser.new_context(base_url=site.address, reduced_motion="reduce")
    client = client_of(site.app, who)
    cookie = client.get_cookie(site.app.config["SESSION_COOKIE_NAME"])
    if cookie is not None:
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.address}])
    page, complaints = context.new_page(), list[str]()
    watch(page, complaints)
    faults = {}
    seen = addresses(client, who)
    for address in seen:
        there = address.replace("/en/", f"/{locale}/", 1)
        page.goto(there)
        problems = faults_of(page, complaints)
        if problems:
            faults[there] = problems
    context.close()

    assert not faults, "\n".join(f"{there}: {faults[there]}" for there in faults)
    assert len(seen) > LEAST_PAGES[who]


def test_the_check_would_see_a_fault(page: Page, complaints: list[str]) -> None:
    page.goto("/en/")
    page.evaluate(
        "() => { const image = document.createElement('img');"
        " image.src = '/static/icons/favicon.svg';"
        " const wide = document.createElement('div'); wide.style.width = '3000px';"
        " wide.style.height = '10px'; wide.append(image);"
        " document.querySelector('main').append(wide); }"
    )

    problems = faults_of(page, complaints)

    assert any("image-alt" in each for each in problems)
    assert any("sideways" in each for each in problems)
