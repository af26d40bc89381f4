"""How the tests of this room read pages and press buttons."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories.world import World


def text_of(browser: FlaskClient, address: str, *, status: int = 200) -> str:
    page = browser.get(address)
    assert page.status_code == status, f"{address} answered {page.status_code}"
    return page.get_data(as_text=True)


def address_of(world: World, handle: str, page: str = "") -> str:
    return f"{world.here.path}/exhibitors/application/{handle}{page}"


def press(browser: FlaskClient, address: str, *, of: str, **values: str) -> TestResponse:
    """Post with the token of the page ``of``; for buttons that no form of that page has."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(of).text)
    assert token is not None
    return browser.post(address, data={"csrf_token": token[1], **values})
