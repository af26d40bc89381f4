"""Exhibitors as the catalogue shows them, with places, texts and cards."""

from __future__ import annotations

from typing import Any
from zlib import crc32

from festival.exhibitors.catalogue.actions import CardValues, PlaceValues, save_public_face
from festival.exhibitors.models import Application, Exhibit
from festival.exhibitors.states import ApplicationState, ExhibitKind
from festival.extensions import db
from festival.shared.journal import SYSTEM
from tests.factories.exhibitors import make_application
from tests.factories.world import NOW, Corner

MADRID = "40.4168, -3.7038"


def make_exhibitor(
    corner: Corner,
    name: str,
    *,
    state: ApplicationState = ApplicationState.ACCEPTED,
    names: dict[str, str] | None = None,
    **organization: Any,
) -> Application:
    """An accepted application; its organization has one course all year and one activity."""
    mail = f"contact{crc32(name.encode())}@catalogue.example"
    row, _token = make_application(corner, state=state, name=name, email=mail, **organization)
    row.organization.names = names or {}
    db.session.commit()
    return row


def add_course(row: Application, title: str, *, all_year: bool = True) -> Exhibit:
    course = Exhibit(
        application=row, position=len(row.exhibits), kind=ExhibitKind.COURSE, title=title,
        all_year=all_year,
    )  # fmt: skip
    db.session.add(course)
    db.session.commit()
    return course


def show(
    row: Application,
    *places: PlaceValues,
    card: CardValues | None = None,
    **abouts: str,
) -> None:
    """What the organization shows of itself, saved as its own page does."""
    save_public_face(
        row.organization, edition=row.edition, places=places, abouts=abouts,
        card=card or CardValues(), actor=SYSTEM, now=NOW,
    )  # fmt: skip
    db.session.commit()
