"""Organizers: how many passes everybody has, and who has named how many."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.badges.codes import tail
from festival.badges.states import BadgeState
from festival.exhibitors.stands.queries import exhibitors_of, find_exhibitor, stands_of
from festival.portal.passes import actions, queries
from festival.portal.passes.forms import GrantForm, TermsForm
from festival.portal.views.room import blueprint
from festival.shared.access import Role, current_actor, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import show_refusal
from festival.shared.tables import csv_response
from festival.shared.work import unit_of_work

PER_PAGE = 50
COLUMNS = (
    "organization", "application", "stand", "name", "e-mail", "language", "state", "badge_ends_in",
    "named_at",
)  # fmt: skip


@blueprint.route("/organize/exhibitors/passes", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def pass_office() -> ResponseReturnValue:
    """Everybody with a promised place; and what holds for all."""
    terms = queries.terms_of(g.edition)
    form = TermsForm(obj=terms)
    if form.validate_on_submit():
        actions.settle_terms(
            g.edition,
            most_by_default=form.most_by_default.data,
            name_by=form.name_by.data,
            actor=current_actor(),
            now=utc_now(),
        )
        flash(_("Saved."), "success")
        return redirect(url_for("portal.pass_office"), 303)
    rows = exhibitors_of(g.edition.id)
    last = max(1, -(-len(rows) // PER_PAGE))
    number = min(page_asked_for(), last)
    quotas = queries.quotas_of(g.edition, rows)
    page = render_template(
        "portal/passes/office.html",
        form=form,
        rows=rows[(number - 1) * PER_PAGE : number * PER_PAGE],
        quotas=quotas,
        granted=sum(each.granted for each in quotas.values()),
        used=sum(each.used for each in quotas.values()),
        number=number,
        last=last,
    )
    return page, 422 if form.errors else 200


@blueprint.get("/organize/exhibitors/passes.csv")
@open_to(Role.ORGANIZER)
def pass_table() -> ResponseReturnValue:
    """Every pass; of the badge only the end of its code, because a whole code opens a door."""
    rows = queries.passes_in(g.edition.id)
    stands = stands_of({each.application_id for each in rows})
    return csv_response(
        "team-passes",
        columns=COLUMNS,
        rows=(
            (
                each.application.organization.name,
                each.application.code,
                stands[each.application_id].number if each.application_id in stands else "",
                each.name,
                each.email,
                each.language,
                "taken back" if each.ended_at else each.badge.state.value,
                tail(each.badge.code) if each.badge.state == BadgeState.ACTIVE else "",
                each.named_at.isoformat(timespec="seconds"),
            )
            for each in rows
        ),
    )


@blueprint.route("/organize/exhibitors/passes/<code>", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def grant(code: str) -> ResponseReturnValue:
    """One exhibitor's number, and who is named."""
    application = find_exhibitor(g.edition.id, code) or abort(404)
    quota = queries.quota_of(application)
    form = GrantForm(granted=quota.granted if quota.is_by_hand else None)
    if form.validate_on_submit():
        try:
            actions.grant_passes(
                application, granted=form.granted.data, actor=current_actor(), now=utc_now()
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("portal.pass_office"), 303)
    page = render_template(
        "portal/passes/grant.html",
        application=application,
        quota=quota,
        terms=queries.terms_of(g.edition),
        passes=queries.passes_of(application.id),
        form=form,
    )
    return page, 422 if form.errors else 200
