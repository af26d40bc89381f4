"""Requests as a script sends them that has a session, and the forms that a page offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import html5lib
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.conftest import forget_the_last_request
from tests.forms import XHTML, present_values

TYPED = ("text", "email", "url", "tel", "number", "search", "date", "time", "datetime-local",
         "password", "hidden")  # fmt: skip


def form_token(browser: FlaskClient) -> str:
    """A form token that belongs to this browser's session."""
    raw = "0123456789abcdef0123456789abcdef01234567"
    with browser.session_transaction() as cookie:
        cookie["csrf_token"] = raw
    app = browser.application
    with app.test_request_context() as context:
        forget_the_last_request()
        context.session["csrf_token"] = raw
        made = str(generate_csrf())
        forget_the_last_request()
        return made


def post(
    browser: FlaskClient, address: str, data: dict[str, Any] | None = None, *, token: str
) -> TestResponse:
    """Send fields with the session's token, so that nothing but the permission is asked about."""
    return browser.post(address, data={"csrf_token": token, **(data or {})})


@dataclass
class FoundForm:
    """A form of a page with method post: where it goes and what a browser would send."""

    action: str
    values: MultiDict[str, Any]
    texts: list[str]
    """Names of the fields into which a person types."""


def forms_of(body: bytes, *, page: str) -> list[FoundForm]:
    """All forms with method post, but the one that signs out."""
    found = []
    for each in html5lib.parse(body, treebuilder="etree").iter(f"{XHTML}form"):
        action = each.get("action") or urlsplit(page).path
        if each.get("method", "").lower() == "post" and not action.endswith("/sign-out"):
            texts = [
                field.get("name")
                for field in each.iter()
                if field.tag == f"{XHTML}textarea"
                or (field.tag == f"{XHTML}input" and field.get("type", "text") in TYPED)
            ]
            found.append(FoundForm(action, present_values(each), [name for name in texts if name]))
    return found
