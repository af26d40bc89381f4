"""Alive, ready, and what is missing."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from festival.extensions import db
from festival.site import health
from tests.factories.world import World
from tests.queries import count_queries


def test_a_living_process_asks_nobody(world: World) -> None:
    with count_queries() as seen:
        answer = world.browser().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"alive": True})
    assert seen.count == 0


@pytest.mark.both_databases
def test_ready_when_everything_is_there(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"ready": True, "missing": []})


def test_tables_of_another_version_are_named(world: World) -> None:
    db.session.execute(db.text("UPDATE alembic_version SET version_num = '0001'"))
    db.session.commit()
    answer = world.browser().get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False, "missing": ["migrations"]})


def test_what_cannot_be_reached_is_named_and_nothing_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> bool:
        raise ConnectionError("redis://user:secret@queue.example")

    monkeypatch.setitem(health.CHECKS, "queue", away)
    monkeypatch.setattr(health, "SPARE_BYTES", 1 << 62)
    answer = world.browser().get("/readyz")
    assert answer.json == {"ready": False, "missing": ["queue", "disk"]}
    assert "secret" not in answer.get_data(as_text=True)
