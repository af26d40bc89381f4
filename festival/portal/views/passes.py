"""The exhibitor's team passes: naming, showing, mailing, renewing, taking back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from festival.badges.codes import spoken
from festival.badges.qr import qr_path
from festival.exhibitors.models import Application
from festival.portal.passes import actions, queries
from festival.portal.passes.forms import PassForm, PressOnly
from festival.portal.passes.models import TeamPass
from festival.portal.states import Chore
from festival.portal.views.room import blueprint, own_exhibitor_or_404
from festival.shared.access import Who, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.work import unit_of_work


@blueprint.route("/exhibitor/<code>/passes", methods=["GET", "POST"])
@open_to(Who.SIGNED_IN)
@unit_of_work
def passes(code: str) -> ResponseReturnValue:
    """Everybody of the team, and a form for the next one."""
    application = own_exhibitor_or_404(code)
    form = _form(application)
    if form.validate_on_submit():
        try:
            row = actions.name_pass(
                application, **_person(form), actor=current_actor(), now=utc_now()
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_told(_("The badge is made."), row), "success")
            return redirect(url_for("portal.passes", code=code), 303)
    page = render_template(
        "portal/passes/passes.html",
        application=application,
        quota=queries.quota_of(application),
        terms=queries.terms_of(g.edition),
        passes=queries.passes_of(application.id),
        form=form,
        qr_path=qr_path,
        spoken=spoken,
    )
    return page, 422 if form.errors else 200


@blueprint.route("/exhibitor/<code>/passes/<pass_code>", methods=["GET", "POST"])
@open_to(Who.SIGNED_IN)
@unit_of_work
def edit_pass(code: str, pass_code: str) -> ResponseReturnValue:
    """Another spelling or address of one person; the other things that can be done with a pass."""
    application = own_exhibitor_or_404(code)
    row = _pass_or_404(application, pass_code)
    form = _form(application, row)
    if form.validate_on_submit():
        try:
            actions.change_pass(row, **_person(form), actor=current_actor(), now=utc_now())
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("portal.passes", code=code), 303)
    page = render_template(
        "portal/passes/edit.html",
        application=application,
        row=row,
        form=form,
        path=qr_path(row.badge.code),
        spoken=spoken,
    )
    return page, 422 if form.errors else 200


@blueprint.post("/exhibitor/<code>/passes/<pass_code>/mail")
@open_to(Who.SIGNED_IN)
@unit_of_work
def mail_pass(code: str, pass_code: str) -> ResponseReturnValue:
    """Send the badge once more."""
    row = _pressed(code, pass_code)
    actions.mail_pass(row, now=utc_now())
    flash(_("The badge is on its way to %(address)s.", address=row.email), "success")
    return redirect(url_for("portal.passes", code=code), 303)


@blueprint.post("/exhibitor/<code>/passes/<pass_code>/renew")
@open_to(Who.SIGNED_IN)
@unit_of_work
def renew_pass(code: str, pass_code: str) -> ResponseReturnValue:
    """A lost badge: a new code."""
    row = _pressed(code, pass_code)
    actions.renew_pass(row, actor=current_actor(), now=utc_now())
    flash(_told(_("Here is the new badge. The lost one opens no door now."), row), "success")
    return redirect(url_for("portal.passes", code=code), 303)


@blueprint.post("/exhibitor/<code>/passes/<pass_code>/take-back")
@open_to(Who.SIGNED_IN)
@unit_of_work
def take_pass_back(code: str, pass_code: str) -> ResponseReturnValue:
    """Somebody does not come; the pass is free for somebody else."""
    row = _pressed(code, pass_code)
    actions.take_pass_back(row, actor=current_actor(), now=utc_now())
    flash(
        _("The pass is taken back. Its badge opens no door; you can name somebody else."), "success"
    )
    return redirect(url_for("portal.passes", code=code), 303)


def chores(application: Application, *, now: datetime) -> list[Chore]:
    """Naming the team, where passes are granted and names are missing."""
    quota = queries.quota_of(application)
    if not quota.granted and not quota.used:
        return []
    by = queries.terms_of(application.edition).name_by
    return [
        Chore(
            key="passes",
            title=_("Name your team"),
            href=url_for("portal.passes", code=application.code),
            due=_end_of(by, zone=application.edition.time_zone) if by else None,
            done=quota.left == 0,
            detail=ngettext(
                "%(used)s of %(num)s pass is named.",
                "%(used)s of %(num)s passes are named.",
                quota.granted,
                used=quota.used,
            ),
        )
    ]


def _end_of(day: date, *, zone: str) -> datetime:
    """The instant at which the day is over on the city's clocks."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(zone))


def _form(application: Application, row: TeamPass | None = None) -> PassForm:
    languages = application.edition.languages
    preferred = application.language if application.language in languages else languages[0]
    if row is None:
        return PassForm(languages=languages, language=preferred)
    return PassForm(languages=languages, obj=row)


def _person(form: PassForm) -> dict[str, str]:
    return {
        "name": form.name.data or "",
        "email": form.email.data or "",
        "language": form.language.data or "",
    }


def _pressed(code: str, pass_code: str) -> TeamPass:
    """The pass whose button was pressed, after the token of the form was looked at."""
    row = _pass_or_404(own_exhibitor_or_404(code), pass_code)
    if not PressOnly().validate_on_submit():
        abort(422)
    return row


def _pass_or_404(application: Application, pass_code: str) -> TeamPass:
    row = queries.find_pass(application.id, pass_code)
    if row is None or row.ended_at is not None:
        abort(404)
    return row


def _told(text: str, row: TeamPass) -> str:
    return f"{text} {_('It is on its way by mail.')}" if row.email else text
