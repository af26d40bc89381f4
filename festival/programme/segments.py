"""Whom of the programme's people an organizer can write to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from festival.extensions import db
from festival.festivals.models import Edition
from festival.mail.batches.segments import FactsIn, Recipient, segment
from festival.mail.rendering import link_maker
from festival.programme.models import Presenter, ProgrammeSession, SessionPresenter
from festival.programme.snapshot import ENTITY
from festival.programme.states import SessionState
from festival.shared.sentences import mark
from festival.shared.translations import Texts, translations_of

PLACEHOLDERS = {
    "sessions": mark("The titles of the sessions that the person leads"),
    "link": mark("The address of the programme"),
}


@segment("presenters", name=mark("People who lead sessions"), placeholders=PLACEHOLDERS)
def presenters(edition: Edition, *, choice: str, now: datetime) -> Iterable[Recipient]:
    """Who leads a session that was not withdrawn and left an address."""
    rows = db.session.execute(
        select(Presenter, ProgrammeSession)
        .join(SessionPresenter, SessionPresenter.presenter_id == Presenter.id)
        .join(ProgrammeSession, ProgrammeSession.id == SessionPresenter.session_id)
        .where(
            Presenter.edition_id == edition.id,
            Presenter.email != "",
            ProgrammeSession.state != SessionState.WITHDRAWN,
        )
        .order_by(Presenter.name, Presenter.id, ProgrammeSession.title, ProgrammeSession.id)
    )
    led: dict[Presenter, list[ProgrammeSession]] = {}
    for person, session in rows:
        led.setdefault(person, []).append(session)
    texts = translations_of(ENTITY, ids={each.id for every in led.values() for each in every})
    for person, sessions in led.items():
        facts = _facts_of(sessions, texts, edition=edition)
        yield Recipient(person.email, person.name, person.locale, facts)


def _facts_of(sessions: list[ProgrammeSession], texts: Texts, *, edition: Edition) -> FactsIn:
    def facts(locale: str) -> dict[str, str]:
        link = link_maker(locale=locale, edition=edition)
        titles = (
            texts.get(each.id, {}).get(locale, {}).get("title") or each.title for each in sessions
        )
        return {"sessions": "; ".join(titles), "link": link("programme.public_programme")}

    return facts
