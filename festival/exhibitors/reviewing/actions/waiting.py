"""The order of the waiting list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select

from festival.exhibitors.models import Application
from festival.exhibitors.reviewing.models import WaitingPlace
from festival.exhibitors.reviewing.queries import waiting_list
from festival.extensions import db
from festival.festivals.models import Edition
from festival.shared.errors import NotFound
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark


def put_last(application: Application) -> None:
    """Behind everybody who waits already."""
    db.session.execute(delete(WaitingPlace).where(WaitingPlace.application_id == application.id))
    last = db.session.scalar(
        select(func.max(WaitingPlace.position)).where(
            WaitingPlace.edition_id == application.edition_id
        )
    )
    db.session.add(
        WaitingPlace(
            edition_id=application.edition_id,
            application_id=application.id,
            position=(last or 0) + 1,
        )
    )
    db.session.flush()


def move_up(edition: Edition, *, code: str, by: int, now: datetime, actor: Actor) -> Application:
    """Move an application ``by`` places up (down if negative); at an end it stays there.

    Raises ``NotFound`` when it does not wait here.
    """
    db.session.refresh(edition, with_for_update={"of": Edition})
    rows = waiting_list(edition)
    place = next((number for number, row in enumerate(rows) if row.code == code), None)
    if place is None:
        raise NotFound(mark("This application is not on the waiting list."))
    row = rows.pop(place)
    wanted = max(0, min(len(rows), place - by))
    rows.insert(wanted, row)
    if wanted != place:
        _number(edition, rows)
        write_journal(
            "waiting_list_moved",
            actor=actor,
            entity="application",
            key=code,
            now=now,
            edition_id=edition.id,
            before={"place": place + 1},
            after={"place": wanted + 1},
        )
    return row


def _number(edition: Edition, rows: list[Application]) -> None:
    db.session.execute(delete(WaitingPlace).where(WaitingPlace.edition_id == edition.id))
    for position, row in enumerate(rows, start=1):
        db.session.add(
            WaitingPlace(edition_id=edition.id, application_id=row.id, position=position)
        )
    db.session.flush()
