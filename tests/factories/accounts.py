"""People with passwords."""

from __future__ import annotations

import functools

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from festival.accounts.models import Person
from festival.accounts.passwords import hash_password
from festival.extensions import db
from tests.factories.world import make_person
from tests.forms import submit

PASSWORD = "four unrelated words here"


@functools.cache
def _kept() -> str:
    return hash_password(PASSWORD)


def person_with_password(email: str = "ana@luminara.example", name: str = "Ana Sol") -> Person:
    """Somebody who has taken the invitation; the password is ``PASSWORD``."""
    person = make_person(email, name=name)
    person.password_hash = _kept()
    db.session.commit()
    return person


def sign_in(
    browser: FlaskClient, email: str, password: str = PASSWORD, *, address: str = "/en/sign-in"
) -> TestResponse:
    """Open the page, fill in the form, send it."""
    return submit(browser, address, {"email": email, "password": password})


def read(browser: FlaskClient, address: str) -> str:
    """The page's HTML without the places where a long word may break."""
    answer = browser.get(address)
    assert answer.status_code == 200, f"{address} answered {answer.status_code}"
    return answer.get_data(as_text=True).replace("<wbr>", "")
