"""What an organization holds in the published programme, for pages of rooms below."""

from __future__ import annotations

from collections.abc import Iterator

from flask import g
from sqlalchemy import select

from festival.extensions import db
from festival.programme.models import ProgrammeSession
from festival.programme.queries import full_occurrences, published_programme
from festival.programme.views.cards import Clock, Group, by_day, open_tickets, tickets_of


def sessions_held_by(organization_id: int) -> Iterator[Group]:
    """Template function: cards of an organization's published sessions under their days.

    Sessions whose time is not fixed stand at the end under no day.
    """
    codes = set(
        db.session.scalars(
            select(ProgrammeSession.code).where(
                ProgrammeSession.edition_id == g.edition.id,
                ProgrammeSession.organization_id == organization_id,
            )
        )
    )
    programme = published_programme(g.edition)
    held = [pair for pair in programme.held if pair[0].code in codes]
    clock = Clock(programme, locale=g.locale)
    full = full_occurrences(g.edition) if held else frozenset()
    yield from by_day(tickets_of(held, clock=clock, full=full), clock=clock)
    loose = [each for each in programme.sessions if each.code in codes and not each.occurrences]
    if loose:
        yield Group(key="open", heading="", tickets=open_tickets(loose))
