"""What an organizer does with a session of the draft."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select

from festival.cities.models import TwinCity
from festival.exhibitors.models import ActivityOffer, Organization
from festival.exhibitors.states import ApplicationState
from festival.extensions import Model, db
from festival.festivals.models import Edition
from festival.programme.models import (
    Presenter,
    ProgrammeSession,
    SessionPresenter,
    Strand,
)
from festival.programme.queries import values_of
from festival.programme.rules import (
    SessionValues,
    differing_fields,
    may_move,
    refusal_for_session,
)
from festival.programme.snapshot import ENTITY
from festival.programme.states import Kind, SessionState
from festival.shared.errors import FieldRefused, NotFound, RuleBroken, StaleVersion
from festival.shared.journal import Actor, write_journal
from festival.shared.sentences import mark
from festival.shared.tokens import make_code
from festival.shared.translations import translate

Row = TypeVar("Row", bound=Model)
PLAIN = (
    "title", "kind", "subtitle", "abstract", "description", "language", "type_label",
    "attendance_mode", "stream_url", "age_min", "age_max", "cost", "bring",
)  # fmt: skip
"""Values that stand in columns of the same name."""


def create_session(
    edition: Edition, values: SessionValues, *, actor: Actor, now: datetime
) -> ProgrammeSession:
    """Write a new draft."""
    references = _find_references(edition, values)
    session = ProgrammeSession(
        edition_id=edition.id,
        edition=edition,
        code=make_code(6),
        guid=str(uuid.uuid4()),
        kind=values.kind,
        title=values.title,
        state=SessionState.DRAFT,
        languages=[],
        tags=[],
        links=[],
        version=1,
        created_at=now,
        changed_at=now,
    )
    db.session.add(session)
    _fill(session, values, references)
    db.session.flush()
    _translate(session, before={}, after=values.translations)
    _note("session created", session, actor=actor, now=now, after={"title": session.title})
    return session


def edit_session(
    session: ProgrammeSession,
    values: SessionValues,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> ProgrammeSession:
    """Save what was typed over version ``version``; StaleVersion when somebody was faster."""
    expect_version(session, version=version)
    before = values_of(session)
    changed = differing_fields(before, values)
    if not changed:
        return session
    _fill(session, values, _find_references(session.edition, values))
    _translate(session, before=before.translations, after=values.translations)
    mark_changed(session, now=now)
    _note(
        "session edited",
        session,
        actor=actor,
        now=now,
        before={name: _plain(old) for name, old, _new in changed},
        after={name: _plain(new) for name, _old, new in changed},
    )
    return session


def expect_version(session: ProgrammeSession, *, version: int) -> None:
    """Lock the session and compare; nothing is changed when it is another version."""
    db.session.flush()  # what is not written yet would be lost by reading anew
    db.session.refresh(session, with_for_update={"of": ProgrammeSession})
    if session.version != version:
        raise StaleVersion(
            mark("Somebody else saved this session while you were writing."),
            kept=mark("What they saved is kept; what you wrote is still in the form."),
            next_step=mark("Compare the two and save once more."),
        )


def mark_changed(session: ProgrammeSession, *, now: datetime) -> None:
    """Raise the version, so that another open form notices."""
    session.version += 1
    session.changed_at = now


def change_state(
    session: ProgrammeSession, *, to: SessionState, actor: Actor, now: datetime
) -> None:
    """Make it ready, a draft again, or withdraw it; it shows with the next publication."""
    before = session.state
    if before == to:
        return
    if not may_move(before, to):
        raise RuleBroken(
            mark("A withdrawn session first becomes a draft again."),
        )
    session.state = to
    mark_changed(session, now=now)
    _note(
        "session state changed",
        session,
        actor=actor,
        now=now,
        before={"state": before.value},
        after={"state": to.value},
    )


def withdraw_session(session: ProgrammeSession, *, actor: Actor, now: datetime) -> None:
    """Take a session out; it leaves the programme with the next publication."""
    change_state(session, to=SessionState.WITHDRAWN, actor=actor, now=now)


def take_offer(
    offer: ActivityOffer, *, edition: Edition, actor: Actor, now: datetime
) -> ProgrammeSession:
    """Make a draft session of an accepted organization's activity; once per offer."""
    application = offer.application
    if application.edition_id != edition.id:
        raise NotFound(mark("There is no such offer."))
    if application.state != ApplicationState.ACCEPTED:
        raise RuleBroken(mark("Only activities of accepted organizations can enter the programme."))
    db.session.flush()  # what is not written yet would be lost by reading anew
    db.session.refresh(offer, with_for_update={"of": ActivityOffer})  # a second press waits here
    if db.session.scalar(select(ProgrammeSession.id).where(ProgrammeSession.offer_id == offer.id)):
        raise RuleBroken(mark("This activity is in the programme already."))
    session = create_session(
        edition,
        SessionValues(
            title=offer.title,
            kind=Kind.ACTIVITY,
            abstract=offer.description,
            language=application.language,
            languages=tuple(offer.languages),
            organization=application.organization.code,
            age_min=offer.age_min,
            age_max=offer.age_max,
            bring=offer.bring,
        ),
        actor=actor,
        now=now,
    )
    session.offer_id = offer.id
    return session


@dataclass(frozen=True, slots=True)
class _References:
    """Rows that a session refers to, found before anything is changed."""

    strand: Strand | None
    organization: Organization | None
    city: TwinCity | None
    presenters: tuple[int, ...]


def _find_references(edition: Edition, values: SessionValues) -> _References:
    """Refuses wrong values, and whatever does not belong to this edition and its festival."""
    refusal = refusal_for_session(values)
    if refusal:
        raise FieldRefused(*refusal)
    here = edition.festival_id
    return _References(
        strand=_chosen(
            Strand, "strand", values.strand,
            Strand.edition_id == edition.id, Strand.slug == values.strand,
        ),
        organization=_chosen(
            Organization, "organization", values.organization,
            Organization.festival_id == here, Organization.code == values.organization,
        ),
        city=_chosen(
            TwinCity, "city", values.city,
            TwinCity.festival_id == here, TwinCity.slug == values.city,
        ),
        presenters=_chosen_presenters(edition, values.presenters),
    )  # fmt: skip


def _chosen(
    model: type[Row], field: str, value: str, *conditions: ColumnElement[bool]
) -> Row | None:
    if not value:
        return None
    found = db.session.scalar(select(model).where(*conditions))
    if found is None:
        raise FieldRefused(field, mark("Choose one of the list."))
    return found


def _chosen_presenters(edition: Edition, codes: tuple[str, ...]) -> tuple[int, ...]:
    rows = db.session.execute(
        select(Presenter.code, Presenter.id).where(
            Presenter.edition_id == edition.id, Presenter.code.in_(codes)
        )
    )
    found = {code: number for code, number in rows}
    if len(found) < len(set(codes)):
        raise FieldRefused("presenters", mark("Choose people of the list."))
    return tuple(found[code] for code in dict.fromkeys(codes))


def _fill(session: ProgrammeSession, values: SessionValues, references: _References) -> None:
    for name in PLAIN:
        setattr(session, name, getattr(values, name))
    session.languages = list(values.languages)
    session.tags = list(values.tags)
    session.links = [{"url": url, "title": title} for url, title in values.links]
    session.strand = references.strand
    session.organization = references.organization
    session.twin_city = references.city
    kept = {each.presenter_id: each for each in session.presenter_links}
    links = []
    for position, number in enumerate(references.presenters):
        link = kept.get(number) or SessionPresenter(presenter_id=number)
        link.position = position
        links.append(link)
    session.presenter_links = links


def _translate(
    session: ProgrammeSession,
    *,
    before: Mapping[str, Mapping[str, str]],
    after: Mapping[str, Mapping[str, str]],
) -> None:
    for locale in {*before, *after}:
        old, new = before.get(locale, {}), after.get(locale, {})
        for name in {*old, *new}:
            if old.get(name, "") != new.get(name, ""):
                translate(ENTITY, session.id, field=name, locale=locale, text=new.get(name, ""))


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _note(
    action: str,
    session: ProgrammeSession,
    *,
    actor: Actor,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    write_journal(
        action,
        actor=actor,
        entity=ENTITY,
        key=session.code,
        now=now,
        edition_id=session.edition_id,
        before=before,
        after=after,
    )
