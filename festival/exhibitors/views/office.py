"""The organizers' office: all applications, one with everything, the decision, the table."""

from __future__ import annotations

from collections.abc import Iterator

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.exhibitors import actions, queries
from festival.exhibitors.contacts import end_contact, invite_contact, people_of
from festival.exhibitors.forms import DecisionForm
from festival.exhibitors.models import Application
from festival.exhibitors.rules import may_move
from festival.exhibitors.states import ApplicationState
from festival.exhibitors.values import NUMBERS, WISHES
from festival.exhibitors.views.catalogue import asked_sector
from festival.exhibitors.views.room import blueprint
from festival.shared.access import Role, current_actor, has_role, open_to
from festival.shared.addresses import page_asked_for
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.forms import clean_line, show_refusal
from festival.shared.tables import Cell, csv_response
from festival.shared.work import unit_of_work

PER_PAGE = 50
COLUMNS = (
    "code", "state", "organization", "sector", "district", "website", "languages",
    "contact_name", "contact_email", "contact_phone", "exhibits", "activities",
    *NUMBERS, *WISHES, "noise", "vehicle", "remarks", "submitted_at", "decided_at", "decision",
)  # fmt: skip


@blueprint.get("/organize/exhibitors")
@open_to(Role.ORGANIZER, Role.REVIEWER)
def applications() -> ResponseReturnValue:
    """All applications with counts for each state, filters and search."""
    state, search = _asked_state(), clean_line(request.args.get("q"))[:100]
    found = queries.applications_of(g.edition, state=state, sector=asked_sector(), search=search)
    number = page_asked_for()
    return render_template(
        "exhibitors/applications.html",
        rows=found[(number - 1) * PER_PAGE : number * PER_PAGE],
        found=len(found),
        counts=queries.counts_by_state(g.edition),
        state=state,
        sector=asked_sector(),
        search=search,
        number=number,
        last=max(1, -(-len(found) // PER_PAGE)),
        may_decide=has_role(Role.ORGANIZER),
    )


@blueprint.get("/organize/exhibitors/applications.csv")
@open_to(Role.ORGANIZER)
def table() -> ResponseReturnValue:
    """The same rows as a table for a spreadsheet."""
    found = queries.applications_of(
        g.edition,
        state=_asked_state(),
        sector=asked_sector(),
        search=clean_line(request.args.get("q"))[:100],
    )
    name = f"exhibitors-{g.edition.festival.slug}-{g.edition.slug}"
    return csv_response(name, columns=COLUMNS, rows=_cells(found))


@blueprint.get("/organize/exhibitors/<code>")
@open_to(Role.ORGANIZER, Role.REVIEWER)
def review(code: str) -> ResponseReturnValue:
    """One application with everything in it."""
    return _review_page(_application_or_404(code), DecisionForm())


@blueprint.post("/organize/exhibitors/<code>/accept")
@open_to(Role.ORGANIZER)
@unit_of_work
def accept(code: str) -> ResponseReturnValue:
    return _decide(code, to=ApplicationState.ACCEPTED)


@blueprint.post("/organize/exhibitors/<code>/decline")
@open_to(Role.ORGANIZER)
@unit_of_work
def decline(code: str) -> ResponseReturnValue:
    return _decide(code, to=ApplicationState.DECLINED)


@blueprint.post("/organize/exhibitors/<code>/invite")
@open_to(Role.ORGANIZER)
@unit_of_work
def invite(code: str) -> ResponseReturnValue:
    """The contact person may sign in for the organization."""
    row = _application_or_404(code)
    person = invite_contact(row, now=utc_now(), actor=current_actor())
    flash(_("%(name)s can sign in for the organization now.", name=person.name), "success")
    return redirect(url_for("exhibitors.review", code=row.code), 303)


@blueprint.post("/organize/exhibitors/<code>/end-contact")
@open_to(Role.ORGANIZER)
@unit_of_work
def end(code: str) -> ResponseReturnValue:
    """Somebody no longer speaks for the organization."""
    row = _application_or_404(code)
    known = {each.id for each in people_of(row.organization)}
    person_id = request.form.get("person", 0, type=int)
    if person_id not in known:
        abort(404)
    end_contact(row, person_id=person_id, now=utc_now(), actor=current_actor())
    flash(_("This person no longer speaks for the organization."), "success")
    return redirect(url_for("exhibitors.review", code=row.code), 303)


def _decide(code: str, *, to: ApplicationState) -> ResponseReturnValue:
    row = _application_or_404(code)
    form = DecisionForm()
    decide = (
        actions.accept_application
        if to is ApplicationState.ACCEPTED
        else actions.decline_application
    )
    if form.validate_on_submit():
        try:
            decide(row, text=form.text.data, now=utc_now(), actor=current_actor())
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_said(to), "success")
            return redirect(url_for("exhibitors.review", code=row.code), 303)
    return _review_page(row, form), 422


def _said(to: ApplicationState) -> str:
    if to is ApplicationState.ACCEPTED:
        return str(_("Accepted. The applicant is told by mail, and the catalogue shows it."))
    return str(_("Declined. The applicant reads your reason in the mail."))


def _review_page(row: Application, form: DecisionForm) -> str:
    may_decide = has_role(Role.ORGANIZER)
    return render_template(
        "exhibitors/review.html",
        application=row,
        organization=row.organization,
        form=form,
        people=people_of(row.organization),
        may_invite=may_decide and row.state == ApplicationState.ACCEPTED,
        may_accept=may_decide and may_move(row.state, to=ApplicationState.ACCEPTED),
        may_decline=may_decide and may_move(row.state, to=ApplicationState.DECLINED),
    )


def _application_or_404(code: str) -> Application:
    row = queries.find_application(g.edition, code=code)
    if row is None:
        abort(404)
    return row


def _asked_state() -> ApplicationState | None:
    asked = request.args.get("state", "")
    return next((each for each in ApplicationState if each.value == asked), None)


def _cells(rows: list[Application]) -> Iterator[list[Cell]]:
    for row in rows:
        who = row.organization
        needs = row.needs
        yield [
            row.code, row.state.value, who.name, who.sector.value, who.district, who.website,
            " ".join(who.languages), who.contact_name, who.contact_email, who.contact_phone,
            "; ".join(each.title for each in row.exhibits),
            "; ".join(each.title for each in row.offers),
            *(needs.get(name) for name in NUMBERS),
            *(int(bool(needs.get(name))) for name in WISHES),
            needs.get("noise", ""), needs.get("vehicle", ""), row.remarks,
            row.submitted_at.isoformat() if row.submitted_at else "",
            row.decided_at.isoformat() if row.decided_at else "", row.decision_text,
        ]  # fmt: skip
