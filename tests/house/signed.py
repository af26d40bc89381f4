"""Requests as a script sends them that has a session: with a valid form token, without a form."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse


def form_token(browser: FlaskClient) -> str:
    """A form token that belongs to this browser's session."""
    raw = "0123456789abcdef0123456789abcdef01234567"
    with browser.session_transaction() as cookie:
        cookie["csrf_token"] = raw
    app = browser.application
    with app.test_request_context() as context:
        context.session["csrf_token"] = raw
        return str(generate_csrf())


def post(
    browser: FlaskClient, address: str, data: dict[str, Any] | None = None, *, token: str
) -> TestResponse:
    """Send fields with the session's token, so that nothing but the permission is asked about."""
    return browser.post(address, data={"csrf_token": token, **(data or {})})
