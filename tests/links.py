"""Follows links as a curious administrator would, a few of each kind."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import ColumnElement, select
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from festival.accounts.actions import start_sign_in
from festival.accounts.models import Person
from festival.extensions import db
from festival.shared.clock import utc_now
from tests import page_reader

LINK = re.compile(rb"""<a\b[^>]*?\shref="([^"]+)\"""")

EXAMPLES = frozenset({"mail.kind_as_html", "all_mail.kind_as_html_of_all"})
"""Previews of mails: their links are examples, and lead nowhere."""


@dataclass(frozen=True)
class Answer:
    address: str
    endpoint: str
    status: int
    is_html: bool = True
    is_sandboxed: bool = False
    """Shown in a frame without scripts, such as a mail; a browser's tools cannot look into it."""


def administrator_browser(app: Flask) -> FlaskClient:
    """A browser signed in as the first administrator of the database."""
    return browser_of(app, Person.is_administrator)


def browser_of(app: Flask, who: ColumnElement[bool]) -> FlaskClient:
    """A browser signed in as the first such person."""
    with app.app_context():
        person = db.session.scalars(select(Person).where(who)).first()
        assert person is not None
        now = utc_now()
        token = start_sign_in(person, now=now, expires_at=now + timedelta(days=1))
        db.session.commit()
        db.session.remove()
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = token
    return browser


def crawl(browser: FlaskClient, *, start: list[str], most_per_endpoint: int) -> list[Answer]:
    """Open ``start`` and what is linked from there; each endpoint a few times only."""
    app = browser.application
    waiting, seen = list(start), set(start)
    visits: Counter[str] = Counter()
    answers = []
    while waiting:
        address = waiting.pop(0)
        endpoint = _endpoint(app, address)
        if endpoint in (None, "static") or visits[str(endpoint)] >= most_per_endpoint:
            continue
        visits[str(endpoint)] += 1
        response = browser.get(address)
        page_reader.read(response)
        is_html = response.mimetype == "text/html"
        is_sandboxed = "sandbox" in response.headers.get("Content-Security-Policy", "")
        answers.append(Answer(address, str(endpoint), response.status_code, is_html, is_sandboxed))
        if str(endpoint) in EXAMPLES:
            response.close()
            continue
        found = [response.location] if response.location else _links(response.get_data())
        for link in found:
            target = urlsplit(urljoin(f"http://localhost{address}", link))
            path = target.path + (f"?{target.query}" if target.query else "")
            if target.hostname in ("localhost", "127.0.0.1") and path not in seen:
                seen.add(path)
                waiting.append(path)
        response.close()
    return answers


def _links(body: bytes) -> list[str]:
    links = [unescape(found.decode()) for found in LINK.findall(body)]
    return [
        each for each in links if not each.startswith(("#", "mailto:", "tel:", "geo:", "webcal:"))
    ]


def _endpoint(app: Flask, address: str) -> str | None:
    try:
        return app.url_map.bind("localhost").match(urlsplit(address).path, method="GET")[0]
    except RequestRedirect as redirect:
        return _endpoint(app, redirect.new_url) if redirect.new_url != address else None
    except HTTPException:
        return None
