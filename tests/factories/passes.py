"""Exhibitors with team passes, and somebody who speaks for them."""

from __future__ import annotations

from festival.accounts.models import Person, RoleGrant
from festival.accounts.states import Role
from festival.exhibitors.models import Application
from festival.extensions import db
from festival.portal.passes.actions import name_pass
from festival.portal.passes.models import TeamPass
from festival.shared.journal import SYSTEM
from tests.factories.stands import make_exhibitor
from tests.factories.world import NOW, Corner, make_person


def make_team(
    corner: Corner, name: str = "Paper Workshop", *, wanted: int = 2, **needs: object
) -> Application:
    """An accepted exhibitor that wished for so many passes; committed."""
    row = make_exhibitor(corner, name, **needs)
    row.team_passes_wanted = wanted
    db.session.commit()
    return row


def speaker_of(application: Application, email: str = "nour@paper.example") -> Person:
    """A person with an account who speaks for the organization; committed."""
    person = make_person(email, name="Nour Haddad")
    db.session.add(
        RoleGrant(
            person_id=person.id,
            role=Role.EXHIBITOR,
            organization_id=application.organization_id,
            granted_at=NOW,
        )
    )
    db.session.commit()
    return person


def make_pass(
    application: Application,
    name: str = "Amina Diallo",
    *,
    email: str = "",
    language: str = "en",
) -> TeamPass:
    """A named pass with its badge; committed."""
    row = name_pass(application, name=name, email=email, language=language, actor=SYSTEM, now=NOW)
    db.session.commit()
    return row
