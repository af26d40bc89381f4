"""The publication page: who will be told, and how."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from festival.extensions import db
from festival.festivals.states import EditionState
from festival.mail.batches.models import MailBatch
from festival.mail.models import OutboxMessage
from festival.mail.states import MessageState
from festival.programme.models import Occurrence
from festival.programme.states import OccurrenceState
from festival.shared.access import Role
from festival.visitors.actions import book
from tests.factories.visitors import make_bookable, make_household, publish
from tests.factories.world import NOW, World
from tests.forms import submit


@pytest.fixture
def moved(world: World) -> Occurrence:
    """Two households have booked three places of something that has moved in the draft."""
    occurrence, other = make_bookable(world.here), make_bookable(world.here, title="Other")
    publish(world.here)
    for number, people in enumerate((1, 2)):
        row, _ = make_household(world.here, people=2, email=f"n{number}@example.org")
        book(row, occurrence_id=occurrence.id, people=people, now=NOW)
    occurrence.starts_at += timedelta(hours=1)
    other.state = OccurrenceState.CANCELLED
    db.session.commit()
    return occurrence


TIME_FORM = 2
"""Position of the form of the first time among those of a session's page."""


def letters() -> list[OutboxMessage]:
    rows = select(OutboxMessage).where(OutboxMessage.kind == "programme_changed")
    return list(db.session.scalars(rows))


def test_the_page_says_beforehand_who_will_be_told_what(
    moved: Occurrence, organizer: FlaskClient, desk: str
) -> None:
    page = organizer.get(f"{desk}/publish").text
    assert "3 people, in 2 mails." in page
    assert "1 moved" in page and "1 cancelled" in page
    assert letters() == []


def test_they_are_told_unless_the_organizer_says_otherwise(
    moved: Occurrence, organizer: FlaskClient, desk: str
) -> None:
    answer = submit(organizer, f"{desk}/publish", follow=True)
    assert "2 mails tell the people concerned." in answer.text
    assert [each.state for each in letters()] == [MessageState.QUEUED] * 2


def test_the_mails_can_be_held(moved: Occurrence, organizer: FlaskClient, desk: str) -> None:
    answer = submit(organizer, f"{desk}/publish", {"telling": "held"}, follow=True)
    assert "2 mails were held for you to read first." in answer.text
    assert [each.state for each in letters()] == [MessageState.HELD] * 2


def test_mails_that_are_still_held_are_pointed_out_before_the_next_publication(
    world: World, moved: Occurrence, organizer: FlaskClient, desk: str
) -> None:
    warning = "Mails of an earlier publication are still held"
    assert warning not in organizer.get(f"{desk}/publish").text
    submit(organizer, f"{desk}/publish", {"telling": "held"})
    moved.starts_at += timedelta(hours=1)
    db.session.commit()

    page = organizer.get(f"{desk}/publish").text

    batch = db.session.scalars(select(MailBatch)).one()
    assert warning in page and f"/organize/mail/messages/{batch.code}" in page


def test_nobody_is_told_with_a_reason_only(
    world: World, moved: Occurrence, organizer: FlaskClient, desk: str
) -> None:
    answer = submit(organizer, f"{desk}/publish", {"telling": "nobody", "note": "Kept"})
    assert answer.status_code == 422
    assert "Say why nobody needs to be told" in answer.text and "Kept" in answer.text
    assert world.here.edition.programme_version == 1

    reason = {"telling": "nobody", "reason": "The minutes were mistyped."}
    answer = submit(organizer, f"{desk}/publish", reason, follow=True)

    assert "Nobody was told." in answer.text and "The minutes were mistyped." in answer.text
    assert letters() == []


def test_an_unknown_wish_is_refused(
    world: World, moved: Occurrence, organizer: FlaskClient, desk: str
) -> None:
    answer = submit(organizer, f"{desk}/publish", {"telling": "everybody"})
    assert answer.status_code == 422
    assert world.here.edition.programme_version == 1


def test_where_nobody_is_concerned_nothing_is_asked(
    world: World, organizer: FlaskClient, desk: str
) -> None:
    make_bookable(world.here)
    page = organizer.get(f"{desk}/publish").text
    assert "no exhibitor and no partner city is concerned" in page and "Tell nobody" not in page
    answer = submit(organizer, f"{desk}/publish", follow=True)
    assert "There was nobody to tell." in answer.text


def test_while_the_edition_is_not_public_nobody_is_told(
    world: World, moved: Occurrence, organizer: FlaskClient, desk: str
) -> None:
    world.here.edition.state = EditionState.DRAFT
    db.session.commit()
    assert "the edition is not public yet" in organizer.get(f"{desk}/publish").text
    submit(organizer, f"{desk}/publish")
    assert letters() == []


def test_the_neighbour_can_neither_look_nor_publish(world: World, moved: Occurrence) -> None:
    neighbour = world.browser_as(Role.ORGANIZER, at=world.there)
    address = f"{world.here.path}/organize/programme/publish"
    assert neighbour.get(address).status_code in (403, 404)
    assert neighbour.post(address, data={"telling": "now"}).status_code in (400, 403, 404)
    assert world.here.edition.programme_version == 1


def test_cancelling_in_one_step_says_beforehand_and_afterwards_how_many_are_told(
    moved: Occurrence, organizer: FlaskClient, desk: str
) -> None:
    question = f"{desk}/times/{moved.uid}/cancel"
    page = organizer.get(question).text
    assert "3 people are concerned, in 2 mails." in page

    answer = submit(organizer, question, follow=True)

    assert "2 mails tell the people concerned." in answer.text
    assert [each.state for each in letters()] == [MessageState.QUEUED] * 2


def test_a_move_published_at_once_says_that_nobody_had_to_be_told(
    world: World, organizer: FlaskClient, desk: str
) -> None:
    occurrence = make_bookable(world.here)
    publish(world.here)
    page = f"{desk}/sessions/{occurrence.session.code}"
    prefix = f"time{occurrence.id}"
    values = {f"{prefix}-minutes": "90", "publish": "1"}

    answer = submit(organizer, page, values, form=TIME_FORM, follow=True)

    assert "Moved and published. There was nobody to tell." in answer.text
    assert world.here.edition.programme_version == 2
