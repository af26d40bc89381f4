"""The organizer's list of sessions, and the page on which one is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.extensions import db
from festival.programme.actions import (
    add_presenter,
    change_state,
    create_session,
    edit_session,
)
from festival.programme.forms import (
    TRANSLATED,
    SessionForm,
    TimeForm,
    TimeValues,
    local_values,
    session_form,
    time_form,
)
from festival.programme.models import Occurrence, ProgrammeSession
from festival.programme.published import PublishedProgramme, PublishedSession
from festival.programme.queries import (
    offers_waiting,
    opening_hours_of,
    published_programme,
    states_of_sessions,
    values_of,
)
from festival.programme.rules import (
    SessionValues,
    Wanted,
    clashes_between,
    differing_fields,
    sessions_as_wanted,
)
from festival.programme.snapshot import draft_programme
from festival.programme.states import MOVES, SessionState
from festival.programme.views.asked import MOST_WORDS
from festival.programme.views.cards import Clock, language_names
from festival.programme.views.door import blueprint
from festival.programme.views.organize import (
    clashes_on_page,
    session_choices,
    session_or_404,
    space_choices,
    tabs,
)
from festival.shared.access import Role, current_actor, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, StaleVersion
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work

PER_PAGE = 50
LEAST_PEOPLE = 2
"""How many people can be chosen at least; there are always two more than are saved."""
MOST_PEOPLE = 40
ALIVE = (SessionState.DRAFT, SessionState.READY)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    session: PublishedSession
    state: SessionState
    clashes: int
    warnings: int
    is_published: bool
    missing: tuple[str, ...]
    """Languages of the edition in which it has no title."""


@blueprint.get("/organize/programme")
@open_to(Role.ORGANIZER)
def sessions() -> ResponseReturnValue:
    """All sessions of the draft: search, state, clashes."""
    draft = draft_programme(g.edition, states=tuple(SessionState))
    states = states_of_sessions(g.edition)
    rows = _rows(draft.sessions, states=states)
    words = request.args.get("q", "").strip()[:MOST_WORDS]
    found = {each.code for each in sessions_as_wanted(draft, Wanted(words=words))}
    show = request.args.get("show", "")
    shown = [row for row in rows if row.session.code in found and _is_shown(row, show)]
    last = max(1, -(-len(shown) // PER_PAGE))
    number = min(page_asked_for(), last)
    return render_template(
        "programme/organize/sessions.html",
        tabs=tabs("sessions"),
        rows=shown[(number - 1) * PER_PAGE : number * PER_PAGE],
        found=len(shown),
        total=len(rows),
        counts=Counter(row.state.value for row in rows),
        clashing=sum(row.clashes > 0 for row in rows),
        words=words,
        show=show,
        number=number,
        last=last,
        page_href=url_for("programme.sessions", q=words or None, show=show or None, page="{page}")
        .replace("%7B", "{")
        .replace("%7D", "}"),
        clock=Clock(draft, locale=g.locale),
        offers=len(offers_waiting(g.edition)),
        version=g.edition.programme_version,
    )


def _rows(sessions: tuple[PublishedSession, ...], *, states: dict[str, SessionState]) -> list[Row]:
    counts = _clash_counts()
    public = published_programme(g.edition).by_code
    rows = []
    for each in sessions:
        serious, warnings = counts[each.code]
        missing = tuple(
            locale
            for locale in g.edition.languages
            if locale != each.language and not each.translations.get(locale, {}).get("title")
        )
        state = states[each.code]
        rows.append(Row(each, state, serious, warnings, each.code in public, missing))
    return rows


def _clash_counts() -> dict[str, tuple[int, int]]:
    """Code → (clashes, warnings) of sessions that are alive."""
    clashes = clashes_between(
        draft_programme(g.edition, states=ALIVE), hours=opening_hours_of(g.edition)
    )
    counts: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for clash in clashes:
        for code in clash.codes:
            serious, warnings = counts[code]
            counts[code] = (serious + clash.is_serious, warnings + (not clash.is_serious))
    return counts


def _is_shown(row: Row, show: str) -> bool:
    if show == "clashes":
        return row.clashes > 0
    if show == "open":
        return not row.session.occurrences and row.state != SessionState.WITHDRAWN
    return show in ("", row.state.value)


@blueprint.route("/organize/programme/new", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def new_session() -> ResponseReturnValue:
    """Write a new session; times are given on its page."""
    form = session_form(session_choices(), saved=None, version=0, people=_people(None))
    if form.validate_on_submit():
        now, actor = utc_now(), current_actor()
        try:
            values = form.values(saved=None, locales=g.edition.languages)
            values = _with_new_person(values, form)
            session = create_session(g.edition, values, actor=actor, now=now)
        except FieldRefused as refusal:
            db.session.rollback()
            show_refusal(form, refusal)
        else:
            flash(_("Saved as a draft. Now say when and where."), "success")
            return redirect(_times_href(session), 303)
    status = 422 if form.is_submitted() else 200
    page = render_template(
        "programme/organize/new_session.html", form=form, locales=_locales(form, None)
    )
    return page, status


@blueprint.route("/organize/programme/sessions/<code>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def edit_session_page(code: str) -> ResponseReturnValue:
    """Texts, connections and times of one session."""
    session = session_or_404(code)
    if request.method == "GET":
        return session_page(session)
    saved = values_of(session)
    form = session_form(
        session_choices(session), saved=None, version=session.version, people=_people(None)
    )
    if not form.validate():
        return session_page(session, form=form), 422
    try:
        values = _with_new_person(form.values(saved=saved, locales=g.edition.languages), form)
        edit_session(
            session,
            values,
            version=_number(form.version.data),
            actor=current_actor(),
            now=utc_now(),
        )
    except FieldRefused as refusal:
        db.session.rollback()
        show_refusal(form, refusal)
        return session_page(session, form=form), 422
    except StaleVersion:
        db.session.rollback()
        return _stale_page(session, form), 409
    flash(_("Saved."), "success")
    return redirect(url_for("programme.edit_session_page", code=code), 303)


def _stale_page(session: ProgrammeSession, form: SessionForm) -> str:
    """Both versions side by side; saving once more replaces the other deliberately."""
    saved = values_of(session)
    typed = form.values(saved=saved, locales=g.edition.languages)
    form.version.data = str(session.version)
    return session_page(session, form=form, stale=differing_fields(saved, typed))


def _with_new_person(values: SessionValues, form: SessionForm) -> SessionValues:
    """The values with the person who was typed in and is now in the list."""
    if not form.new_presenter.data:
        return values
    person = add_presenter(
        g.edition, name=form.new_presenter.data, actor=current_actor(), now=utc_now()
    )
    return replace(values, presenters=(*values.presenters, person.code))


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


def _people(saved: SessionValues | None) -> int:
    """How many people can be chosen: what is saved or was sent, and always two more."""
    sent = sum(name.startswith("presenter_") for name in request.form)
    return min(MOST_PEOPLE, max(sent, (len(saved.presenters) if saved else 0) + LEAST_PEOPLE))


@dataclass(frozen=True, slots=True)
class LocaleTexts:
    """Fields of one language, and whether some of them are still missing."""

    name: str
    fields: list[object]
    is_missing: bool
    is_own: bool


def _locales(form: SessionForm, saved: SessionValues | None) -> list[LocaleTexts]:
    names = language_names(g.locale)
    texts = saved.translations if saved else {}
    return [
        LocaleTexts(
            name=names.get(locale, locale),
            fields=[form.translation_field(locale, name) for name in TRANSLATED],
            is_missing=any(not texts.get(locale, {}).get(name) for name in TRANSLATED),
            is_own=form.language.data == locale,
        )
        for locale in g.edition.languages
    ]


def session_page(
    session: ProgrammeSession,
    *,
    form: SessionForm | None = None,
    time_forms: dict[str, TimeForm] | None = None,
    new_time: TimeForm | None = None,
    stale: list[tuple[str, object, object]] | None = None,
) -> str:
    """The page of one session; forms that hold a message or typed values replace the fresh ones."""
    saved = values_of(session)
    if form is None:
        form = session_form(
            session_choices(session), saved=saved, version=session.version, people=_people(saved)
        )
    draft = draft_programme(g.edition, states=ALIVE)
    clashes = clashes_between(draft, hours=opening_hours_of(g.edition))
    places = space_choices()
    shown = {each.uid: time_form_of(each, choices=places) for each in session.occurrences}
    public = published_programme(g.edition)
    return render_template(
        "programme/organize/session.html",
        tabs=tabs("sessions"),
        session=session,
        form=form,
        locales=_locales(form, saved),
        stale=stale or [],
        time_forms=shown | (time_forms or {}),
        new_time=new_time or time_form(_first_time(session, choices=places), prefix="new"),
        partner_times=_partner_times(draft, session.code),
        clashes=clashes_on_page(each for each in clashes if session.code in each.codes),
        clock=Clock(draft, locale=g.locale),
        moves=[state for state in SessionState if state in MOVES[session.state]],
        published=public.by_code.get(session.code),
        seen={occ.uid for _session, occ in public.held},
    )


def _partner_times(draft: PublishedProgramme, code: str) -> dict[str, str]:
    """UID → the time on the twin city's clock; empty where none takes part."""
    found = draft.by_code.get(code)
    if found is None:
        return {}
    clock = Clock(draft, locale=g.locale)
    return {occ.uid: clock.partner(found, occ) for occ in found.occurrences}


def time_form_of(occurrence: Occurrence, *, choices: list[tuple[str, str]]) -> TimeForm:
    """The small form of one time."""
    values = local_values(
        occurrence.starts_at,
        zone=ZoneInfo(g.edition.time_zone),
        minutes=occurrence.minutes,
        space=occurrence.space.slug if occurrence.space else "",
        is_bookable=occurrence.is_bookable,
        capacity=occurrence.capacity,
        choices=choices,
    )
    return time_form(values, prefix=f"time{occurrence.id}")


def _first_time(session: ProgrammeSession, *, choices: list[tuple[str, str]]) -> TimeValues:
    """What an empty form of a time proposes: the offer's length and places, the first day."""
    offer = session.offer
    return TimeValues(
        day=g.edition.starts_on,
        minutes=offer.minutes if offer else 60,
        is_bookable=offer.is_bookable if offer else False,
        capacity=offer.capacity if offer else None,
        choices=choices,
    )


def _times_href(session: ProgrammeSession) -> str:
    return url_for("programme.edit_session_page", code=session.code, _anchor="times")


@blueprint.post("/organize/programme/sessions/<code>/state")
@open_to(Role.ORGANIZER)
@unit_of_work
def set_state(code: str) -> ResponseReturnValue:
    """Make it ready, a draft again, or withdraw it."""
    session = session_or_404(code)
    wanted = request.form.get("to", "")
    if wanted not in tuple(SessionState):
        abort(400)
    change_state(session, to=SessionState(wanted), actor=current_actor(), now=utc_now())
    flash(
        {
            SessionState.READY: _("It goes out with the next publication."),
            SessionState.DRAFT: _("It is a draft again."),
            SessionState.WITHDRAWN: _("It leaves the programme with the next publication."),
        }[session.state],
        "success",
    )
    return redirect(url_for("programme.edit_session_page", code=code), 303)
