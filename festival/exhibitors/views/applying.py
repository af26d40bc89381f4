"""Beginning an application, coming back to it, handing it in, taking it back."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.exhibitors import actions
from festival.exhibitors.calls.queries import calls_of, find_call, state_of, windows_of
from festival.exhibitors.calls.rules import closing, next_opening
from festival.exhibitors.forms import StartForm, VersionForm
from festival.exhibitors.rules import may_move, refusal_for_submission
from festival.exhibitors.states import ApplicationState, CallState, Step
from festival.exhibitors.values import call_of, facts_of
from festival.exhibitors.views.pages import answers_of
from festival.exhibitors.views.room import (
    address_if_known,
    applicant,
    application_or_404,
    asked_kind,
    blueprint,
    is_link,
    may_apply_now,
    spoken_missing,
    tabs_of,
    version_of,
)
from festival.shared.access import Who, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused, StaleVersion
from festival.shared.forms import show_refusal
from festival.shared.headers import keeps_secret
from festival.shared.tokens import is_token, make_token
from festival.shared.work import unit_of_work


@blueprint.route("/exhibitors/apply", methods=["GET", "POST"])
@open_to(Who.EVERYBODY)
@unit_of_work
def apply() -> ResponseReturnValue:
    """Two fields make a draft; the link to come back is shown and mailed."""
    form = StartForm()
    kind = asked_kind()
    call = find_call(g.edition, kind=kind)
    state = state_of(call, now=utc_now())
    if state is CallState.OPEN and form.validate_on_submit():
        try:
            actions.start_application(
                g.edition,
                organization_name=form.organization_name.data,
                email=form.email.data,
                language=g.locale,
                key=form.key.data,
                now=utc_now(),
                actor=applicant(),
                kind=kind,
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("Your draft is saved. We have mailed you the link to come back."), "success")
            return redirect(url_for("exhibitors.application", handle=form.key.data), 303)
    if not is_token(form.key.data or ""):
        form.key.data = make_token()
    page = render_template(
        "exhibitors/apply.html",
        form=form,
        call=call,
        state=state,
        kind=kind,
        opens_at=next_opening(utc_now(), windows_of(call)),
        closes_at=closing(utc_now(), windows_of(call)),
        others=[each for each in calls_of(g.edition) if each.kind is not kind],
        call_states={each.kind: state_of(each, now=utc_now()) for each in calls_of(g.edition)},
    )
    return page, 422 if form.errors else 200


@blueprint.get("/exhibitors/application/<handle>")
@open_to(Who.LINK_HOLDER)
@keeps_secret
def application(handle: str) -> ResponseReturnValue:
    """How the application stands, what happens next, and the way to each of its pages."""
    row = application_or_404(handle)
    public_url = current_app.config["SETTINGS"].public_url
    own = url_for("exhibitors.application", handle=handle)
    return render_template(
        "exhibitors/application.html",
        application=row,
        handle=handle,
        organization=row.organization,
        steps=tabs_of(row, handle=handle),
        link=public_url + own if is_link(row, handle) else "",
        closes_at=row.late_until or closing(utc_now(), windows_of(call_of(row))),
        is_open=may_apply_now(row),
        answers=answers_of(row),
        may_withdraw=may_move(row.state, to=ApplicationState.WITHDRAWN),
        may_take_back=may_move(row.state, to=ApplicationState.DRAFT) and may_apply_now(row),
        catalogue_href=url_for("exhibitors.exhibitor", code=row.organization.code),
        form=VersionForm(),
        guide_href=address_if_known("exhibitors.catalogue"),
    )


@blueprint.route("/exhibitors/application/<handle>/check", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def check(handle: str) -> ResponseReturnValue:
    """Everything on one page, what is missing, and the button to hand it in."""
    row = application_or_404(handle)
    form = VersionForm()
    status, stale = 200, ""
    missing = refusal_for_submission(facts_of(row))
    if form.validate_on_submit():
        try:
            actions.submit(
                row,
                version=version_of(form),
                now=utc_now(),
                token=handle if is_link(row, handle) else "",
                actor=applicant(),
            )
        except StaleVersion as broken:
            status, stale = 409, broken.spoken(_)
        except actions.Incomplete as broken:
            status, missing = 422, broken.missing
        else:
            flash(_("Your application is handed in. Thank you!"), "success")
            return redirect(url_for("exhibitors.application", handle=handle), 303)
    form.version.data = str(row.version)
    page = render_template(
        "exhibitors/check.html",
        form=form,
        application=row,
        handle=handle,
        organization=row.organization,
        steps=tabs_of(row, handle=handle, current=Step.CHECK),
        missing=spoken_missing(missing),
        stale=stale,
        is_open=may_apply_now(row),
        answers=answers_of(row),
        profile_is_bare=not row.organization.logo_id and not row.organization.website,
    )
    return page, status


@blueprint.post("/exhibitors/application/<handle>/take-back")
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def take_back(handle: str) -> ResponseReturnValue:
    """What was handed in becomes a draft again."""
    row = application_or_404(handle)
    actions.take_back(row, now=utc_now(), actor=applicant())
    flash(_("You can change the application now. Hand it in again when it is ready."), "info")
    return redirect(url_for("exhibitors.application", handle=handle), 303)


@blueprint.route("/exhibitors/application/<handle>/withdraw", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def withdraw(handle: str) -> ResponseReturnValue:
    """Not taking part after all: asks once."""
    row = application_or_404(handle)
    form = VersionForm()
    if form.validate_on_submit():
        actions.withdraw(row, now=utc_now(), actor=applicant())
        flash(_("The application is withdrawn."), "success")
        return redirect(url_for("exhibitors.application", handle=handle), 303)
    return render_template(
        "exhibitors/withdraw.html",
        form=form,
        application=row,
        handle=handle,
        organization=row.organization,
    )
