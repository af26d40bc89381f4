"""Every form that takes an address refuses what is not exactly one, beside the field."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from festival.extensions import db
from festival.mail.models import OutboxMessage
from festival.shared.forms import is_email, normalised_email
from tests.factories.everything import Everything, fill
from tests.factories.world import World
from tests.house.signed import FoundForm, forms_of
from tests.house.test_hostile_inputs import form_pages

BAD = (
    "a@b.example\r\nBcc: v@city.example", "a@b.example\nc@d.example", "a@b.example,c@d.example",
    "a@b.example;c@d.example", "a\x00@b.example", "a@b.example\x00", "a@b", "@b.example",
    "a@b.example c@d.example", '"a@b.example, c"@d.example', "Nour <a@b.example>",
    "a@b@c.example", "a" * 300 + "@b.example", "a@b.example\u2028Bcc: c@d.example",
)  # fmt: skip
EMAIL = re.compile(r'<input[^>]*type="email"[^>]*>')
NAME = re.compile(r'name="([^"]+)"')


@pytest.fixture
def made(world: World) -> Everything:
    return fill(world.here, canary="Nearby")


def forms_with_addresses(
    browser: FlaskClient, pages: list[str]
) -> dict[str, tuple[str, FoundForm]]:
    """Address field by action and name -> its name and form."""
    found = {}
    for page in pages:
        answer = browser.get(page)
        if answer.status_code != 200 or "html" not in answer.content_type:
            continue
        names = {NAME.search(each)[1] for each in EMAIL.findall(answer.text)}  # type: ignore[index]
        for form in forms_of(answer.get_data(), page=page):
            if form.action.endswith("/sign-in"):  # it says nothing about the address it was given
                continue
            for name in names & set(form.texts):
                found[f"{form.action} {name}"] = (name, form)
    return found


def test_no_form_takes_more_or_less_than_one_address(world: World, made: Everything) -> None:
    pages = form_pages(world, made)
    before = db.session.scalar(select(func.count(OutboxMessage.id)))
    tried = set()
    for browser in (world.browser(), world.browser(world.administrator)):
        for place, (name, form) in forms_with_addresses(browser, pages).items():
            for address in BAD:
                values = form.values.copy()
                values[name] = address
                answer = browser.post(form.action, data=values)
                if answer.status_code == 429:  # signing in again and again
                    break
                told = f"{place} answered {answer.status_code} to {address[:40]!r}"
                assert 400 <= answer.status_code < 500, told
                assert re.search(rf'id="{name}(?:-\d+)?-error"', answer.text), told
            tried.add(place)
    db.session.rollback()
    assert db.session.scalar(select(func.count(OutboxMessage.id))) == before
    assert len(tried) >= 14


@pytest.mark.parametrize("address", BAD)
def test_the_rule_itself_refuses_them(address: str) -> None:
    assert not is_email(normalised_email(address)) or normalised_email(address) == "a@b.example"
