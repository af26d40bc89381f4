"""Fields that a form does not have change nothing, whatever they are called."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import inspect, select

from festival.accounts.models import Person, RoleGrant
from festival.accounts.states import Role
from festival.extensions import Model, db
from tests.factories.everything import Everything, fill
from tests.factories.world import World
from tests.house.signed import FoundForm, forms_of
from tests.house.test_hostile_inputs import faults_of, form_pages

Row = tuple[str, tuple[Any, ...]]


def extra_fields(world: World) -> dict[str, object]:
    """Columns that decide something, with values that somebody would like to have."""
    there = world.there
    return {
        "id": 9999, "edition_id": there.edition.id, "festival_id": there.festival.id,
        "organization_id": there.organization.id, "twin_city_id": there.city.id,
        "person_id": there.people["organizer"].id, "registration_id": 9999, "role": "organizer",
        "is_administrator": "y", "is_active": "", "password_hash": "x", "state": "archived",
        "places_taken": 0, "code": "stolen", "code_hash": "x", "token_hash": "x",
        "manage_hash": "x", "resume_hash": "x", "source": "walk_in", "sequence": 99, "guid": "x",
        "uid": "x", "programme_version": 99, "decision_text": "yes", "approved_at": "2020-01-01",
        "submitted_at": "2020-01-01", "decided_at": "2020-01-01", "created_at": "2020-01-01",
        "accepted_at": "2020-01-01", "revoked_at": "", "granted_by_id": 1, "logo_id": 1,
    }  # fmt: skip


def present_rows(names: set[str]) -> dict[Row, dict[str, Any]]:
    """(table, key) → its columns among ``names``."""
    db.session.rollback()
    found = {}
    for mapper in Model.registry.mappers:
        table: Any = mapper.local_table
        columns = [column for column in table.columns if column.name in names]
        keys = list(inspect(table).primary_key)
        for row in db.session.execute(select(*keys, *columns)):
            key = (table.name, tuple(row[: len(keys)]))
            found[key] = dict(zip((c.name for c in columns), row[len(keys) :], strict=True))
    return found


def edit_forms(browser: FlaskClient, pages: list[str]) -> list[tuple[str, FoundForm]]:
    """Forms that are sent to the page they stand on, as edits are; buttons lead elsewhere."""
    return [
        (page, form)
        for page in pages
        for form in forms_of(browser.get(page).get_data(), page=page)
        if form.action == page and set(form.texts) - {"csrf_token", "version", "key"}
    ]


@pytest.fixture
def made(world: World) -> Everything:
    fill(world.there, canary="Faraway")
    return fill(world.here, canary="Nearby")


@pytest.mark.parametrize("who", ["administrator", "partner"])
def test_other_columns_cannot_be_sent_along(world: World, made: Everything, who: str) -> None:
    people = {"administrator": world.administrator, "partner": made.corner.people["partner"]}
    browser = world.browser(people[who])
    extra = extra_fields(world)
    there_id = world.there.edition.id
    before = present_rows(set(extra))
    answers, saved = [], 0
    for page, form in edit_forms(browser, form_pages(world, made)):
        values = form.values.copy()
        for name in form.texts:
            if not values.get(name):
                values[name] = "Some words"
        for name, value in extra.items():
            if name not in values:
                values[name] = value
        answers.append((page, browser.post(page, data=values)))
        saved += answers[-1][1].status_code in (200, 303)
    after = present_rows(set(extra))

    assert faults_of(answers) == []
    assert saved > (8 if who == "administrator" else 0)
    changed = {
        (table, name, old[name], after[table, key][name])
        for (table, key), old in before.items()
        for name in old
        if (table, key) in after and old[name] != after[table, key][name]
    }
    assert changed == set()
    new = {key: row for key, row in after.items() if key not in before}
    assert not [key for key, row in new.items() if row.get("edition_id") == there_id]
    assert not [key for key in new if key[1] == (9999,)]


def test_nobody_makes_oneself_an_administrator(world: World, made: Everything) -> None:
    organizer = world.here.people[Role.ORGANIZER.value]
    browser = world.browser(organizer)
    place = "/en/account"
    form = next(f for f in forms_of(browser.get(place).get_data(), page=place) if "name" in f.texts)
    for name, value in {
        "is_administrator": "y",
        "email": "x@y.example",
        "role": "organizer",
    }.items():
        form.values[name] = value
    grants = db.session.query(RoleGrant).count()
    assert browser.post(place, data=form.values).status_code == 303
    db.session.rollback()

    person = db.session.get_one(Person, organizer.id)
    assert (person.is_administrator, person.email) == (False, "organizer@luminara.example")
    assert db.session.query(RoleGrant).count() == grants
