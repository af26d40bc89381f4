"""Many letters at once: one statement, rendered when they go, once per key."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from festival.extensions import db
from festival.mail import actions
from festival.mail.actions import Letter, queue_letters
from festival.mail.facts import packed, unpacked
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from tests.factories.world import NOW, World
from tests.queries import count_queries

KIND = "account_password_changed"


def letters(count: int, **changes: Any) -> list[Letter]:
    made = []
    for number in range(count):
        values: dict[str, Any] = {
            "key": f"letter:{number}",
            "recipient": f"reader{number}@city.example",
            "recipient_name": f"Reader {number}",
            "locale": "en",
            "facts": {"person_name": f"Reader {number}", "changed_at": NOW},
        }
        made.append(Letter(**(values | changes)))
    return made


@pytest.mark.both_databases
def test_many_letters_are_one_statement_and_each_key_is_one_message(world: World) -> None:
    with count_queries() as seen:
        assert queue_letters(KIND, letters(30), edition_id=world.here.edition.id, now=NOW) == 30
    assert seen.count <= 2
    assert queue_letters(KIND, letters(31), edition_id=world.here.edition.id, now=NOW) == 1
    db.session.commit()
    assert db.session.scalar(select(func.count(OutboxMessage.id))) == 31


def test_no_letters_are_no_statement(world: World) -> None:
    with count_queries() as seen:
        assert queue_letters(KIND, [], edition_id=None, now=NOW) == 0
    assert seen.count == 0


def test_letters_disappear_with_the_transaction(world: World) -> None:
    queue_letters(KIND, letters(3), edition_id=None, now=NOW)
    db.session.rollback()
    assert db.session.scalar(select(func.count(OutboxMessage.id))) == 0


def test_what_is_no_address_is_seen_as_given_up(world: World) -> None:
    assert (
        queue_letters(
            KIND, letters(1, recipient="a@b.example, c@d.example"), edition_id=None, now=NOW
        )
        == 1
    )
    message = db.session.scalars(select(OutboxMessage)).one()
    assert message.state == MessageState.DEAD
    assert message.error == actions.NO_ADDRESS


@pytest.mark.parametrize(
    "fact",
    [
        "text", "", 3, 2.5, True, None, NOW, date(2027, 3, 28), [], {},
        {"$moment": "not one"}, {"$facts": {"$day": 1}, "b": [NOW]}, ["a", [date(2027, 1, 1)]],
        {"a": {"b": {"c": NOW + timedelta(microseconds=1)}}},
    ],
)  # fmt: skip
def test_facts_survive_the_round_trip(fact: Any) -> None:
    back = unpacked(packed({"fact": fact}))["fact"]
    assert back == fact
    assert type(back) is type(fact)


@pytest.mark.parametrize("fact", [object(), NOW.replace(tzinfo=None), {1: "a"}, {"a": {"b"}}])
def test_facts_that_are_not_plain_are_refused(fact: Any) -> None:
    with pytest.raises(ValueError, match=r"letter|zone|names"):
        packed({"fact": fact})
