"""Times of a session: adding, moving, cancelling, removing."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from festival.extensions import db
from festival.programme.actions import (
    add_occurrence,
    cancel_occurrence,
    move_occurrence,
    remove_occurrence,
    restore_occurrence,
)
from festival.programme.events import who_would_be_told
from festival.programme.forms import TimeForm, TimeValues, time_form
from festival.programme.queries import find_told, published_programme
from festival.programme.rules import OccurrenceValues
from festival.programme.rules.news import cancellation_of
from festival.programme.views.cards import Clock
from festival.programme.views.door import blueprint
from festival.programme.views.organize import (
    occurrence_or_404,
    session_or_404,
    space_choices,
)
from festival.programme.views.sessions import session_page
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work


def _typed(form: TimeForm) -> OccurrenceValues | None:
    """Values of a form that is right; None when a message stands in it."""
    return form.values(zone=ZoneInfo(g.edition.time_zone)) if form.validate() else None


def _back(code: str) -> ResponseReturnValue:
    return redirect(url_for("programme.edit_session_page", code=code, _anchor="times"), 303)


@blueprint.post("/organize/programme/sessions/<code>/times")
@open_to(Role.ORGANIZER)
@unit_of_work
def new_time(code: str) -> ResponseReturnValue:
    """Hold the session at one more time."""
    session = session_or_404(code)
    form = time_form(TimeValues(choices=space_choices()), prefix="new")
    values = _typed(form)
    if values is None:
        return session_page(session, new_time=form), 422
    try:
        add_occurrence(session, values, actor=current_actor(), now=utc_now())
    except FieldRefused as refusal:
        db.session.rollback()
        show_refusal(form, refusal)
        return session_page(session, new_time=form), 422
    flash(_("The time is in the draft. It shows with the next publication."), "success")
    return _back(code)


@blueprint.post("/organize/programme/times/<uid>")
@open_to(Role.ORGANIZER)
@unit_of_work
def edit_time(uid: str) -> ResponseReturnValue:
    """Move it; the button ``publish`` tells the public in the same step."""
    occurrence = occurrence_or_404(uid)
    code = occurrence.session.code
    form = time_form(TimeValues(choices=space_choices()), prefix=f"time{occurrence.id}")
    values = _typed(form)
    if values is None:
        return session_page(occurrence.session, time_forms={uid: form}), 422
    publish = "publish" in request.form
    try:
        move_occurrence(occurrence, values, actor=current_actor(), now=utc_now(), publish=publish)
    except FieldRefused as refusal:
        db.session.rollback()
        show_refusal(form, refusal)
        return session_page(occurrence.session, time_forms={uid: form}), 422
    if publish:
        flash(f"{_('Moved and published.')} {_told_text()}", "success")
    else:
        flash(_("Saved. It shows with the next publication."), "success")
    return _back(code)


def _told_text() -> str:
    """How many mails the publication that was just made has caused."""
    told = find_told(g.edition, number=g.edition.programme_version)
    if told is None or not told.mails:
        return str(_("There was nobody to tell."))
    text = ngettext(
        "One mail tells the person concerned.",
        "%(num)s mails tell the people concerned.",
        told.mails,
    )
    return str(text)


@blueprint.get("/organize/programme/times/<uid>/cancel")
@open_to(Role.ORGANIZER)
def ask_cancel(uid: str) -> ResponseReturnValue:
    """The question, for readers without the dialog."""
    occurrence = occurrence_or_404(uid)
    return render_template(
        "programme/organize/cancel.html",
        occurrence=occurrence,
        session=occurrence.session,
        clock=Clock(published_programme(g.edition), locale=g.locale),
        audience=who_would_be_told(
            g.edition, cancellation_of(published_programme(g.edition), uid=uid)
        ),
    )


@blueprint.post("/organize/programme/times/<uid>/cancel")
@open_to(Role.ORGANIZER)
@unit_of_work
def cancel_time(uid: str) -> ResponseReturnValue:
    """Cancel and publish only that: site, feeds and bookings follow in one step."""
    occurrence = occurrence_or_404(uid)
    cancel_occurrence(occurrence, actor=current_actor(), now=utc_now())
    told = _told_text()
    flash(f"{_('Cancelled. The programme and the calendars say so now.')} {told}", "success")
    return _back(occurrence.session.code)


@blueprint.post("/organize/programme/times/<uid>/restore")
@open_to(Role.ORGANIZER)
@unit_of_work
def restore_time(uid: str) -> ResponseReturnValue:
    """Take a cancellation back in the draft."""
    occurrence = occurrence_or_404(uid)
    restore_occurrence(occurrence, actor=current_actor(), now=utc_now())
    flash(_("It is held after all. It shows with the next publication."), "success")
    return _back(occurrence.session.code)


@blueprint.post("/organize/programme/times/<uid>/remove")
@open_to(Role.ORGANIZER)
@unit_of_work
def remove_time(uid: str) -> ResponseReturnValue:
    """Remove a time that nobody has seen."""
    occurrence = occurrence_or_404(uid)
    code = occurrence.session.code
    remove_occurrence(occurrence, actor=current_actor(), now=utc_now())
    flash(_("Removed."), "success")
    return _back(code)
