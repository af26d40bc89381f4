"""The first load of a public page is small: for a phone on a poor network."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Browser, Response
from sqlalchemy import select

from festival.extensions import db
from festival.festivals.models import Edition
from tests.journeys.conftest import Site

MOST_BYTES = 60 * 1024
MOST_REQUESTS = 15
PACKED = ("image/png", "image/jpeg", "image/webp", "application/wasm")


def size_on_the_wire(response: Response) -> int:
    """Bytes of the body as a compressing proxy sends it."""
    body = response.body()
    kind = response.headers.get("content-type", "").split(";")[0]
    return len(body) if kind in PACKED else len(gzip.compress(body, 6))


@pytest.mark.parametrize("locale", ["en", "ar"])
@pytest.mark.parametrize("path", ["", "programme", "places", "exhibitors", "register", "press"])
def test_the_first_load_of_a_public_page_is_small(
    browser: Browser, site: Site, path: str, locale: str
) -> None:
    with site.app.app_context():
        edition = db.session.scalars(
            select(Edition).order_by(Edition.programme_version.desc())
        ).first()
        assert edition is not None
        edition_path = f"/{locale}/{edition.festival.slug}/{edition.slug}"
    context = browser.new_context(base_url=site.address)
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))

    page.goto(f"{edition_path}/{path}", wait_until="networkidle")

    sizes = {answer.url.replace(site.address, ""): size_on_the_wire(answer) for answer in answers}
    context.close()
    assert len(sizes) <= MOST_REQUESTS, sorted(sizes)
    assert sum(sizes.values()) <= MOST_BYTES, sizes
