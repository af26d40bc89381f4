"""Papers of an application: its own people add them, the organizers check them.

A file is found only through the application that it belongs to, so whoever may not read the
application may not read the file either.
"""

from __future__ import annotations

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from festival.exhibitors.models import Application, Paper
from festival.exhibitors.papers.actions import (
    OVER,
    add_paper,
    check_paper,
    get_paper,
    remove_paper,
)
from festival.exhibitors.papers.forms import CheckForm, PaperForm
from festival.exhibitors.papers.rules import PaperFacts, is_covered, lapses_too_early
from festival.exhibitors.papers.states import PaperKind, PaperState
from festival.exhibitors.reviewing.views.room import open_application
from festival.exhibitors.rules import may_edit
from festival.exhibitors.states import Step
from festival.exhibitors.values import call_of
from festival.exhibitors.views.room import (
    applicant,
    application_or_404,
    blueprint,
    tabs_of,
)
from festival.shared.access import Role, Who, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.errors import FieldRefused
from festival.shared.files import private_answer
from festival.shared.forms import show_refusal
from festival.shared.headers import keeps_secret
from festival.shared.work import unit_of_work


@blueprint.route("/exhibitors/application/<handle>/papers", methods=["GET", "POST"])
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def edit_papers(handle: str) -> ResponseReturnValue:
    """What was handed in, until when it holds, what is still wanted; one more can be added."""
    row = application_or_404(handle)
    form = PaperForm()
    status = 200
    if form.validate_on_submit():
        try:
            _add(row, form)
        except FieldRefused as refusal:
            show_refusal(form, refusal)
        else:
            flash(_("The paper is kept. Only you and the organizers can read it."), "success")
            return redirect(url_for("exhibitors.edit_papers", handle=handle), 303)
    if form.errors:
        status = 422
    wanted = wanted_papers(row)
    if not form.is_submitted() and wanted:
        form.kind.data = wanted[0]
    page = render_template(
        "exhibitors/step_papers.html",
        form=form,
        application=row,
        organization=row.organization,
        handle=handle,
        steps=tabs_of(row, handle=handle, current=Step.PAPERS) if may_edit(row.state) else [],
        papers=papers_on_page(row),
        wanted=wanted,
        is_over=row.state in OVER,
        may_go_on=may_edit(row.state),
    )
    return page, status


@blueprint.post("/exhibitors/application/<handle>/papers/<code>/remove")
@open_to(Who.LINK_HOLDER)
@keeps_secret
@unit_of_work
def remove_own_paper(handle: str, code: str) -> ResponseReturnValue:
    """Take a paper away that the organizers have not checked yet."""
    row = application_or_404(handle)
    remove_paper(get_paper(row, code=code), now=utc_now(), actor=applicant())
    flash(_("The paper is removed."), "success")
    return redirect(url_for("exhibitors.edit_papers", handle=handle), 303)


@blueprint.get("/exhibitors/application/<handle>/papers/<code>")
@open_to(Who.LINK_HOLDER)
@keeps_secret
def own_paper(handle: str, code: str) -> ResponseReturnValue:
    """The file, for the organization's own people and the holder of the link."""
    row = application_or_404(handle)
    return private_answer(
        get_paper(row, code=code).file, folder=current_app.config["SETTINGS"].files_folder
    )


@blueprint.get("/organize/exhibitors/<code>/papers/<file_code>")
@open_to(Role.ORGANIZER, Role.REVIEWER)
def paper(code: str, file_code: str) -> ResponseReturnValue:
    """The file, for organizers and reviewers of this edition."""
    row = open_application(code)
    return private_answer(
        get_paper(row, code=file_code).file, folder=current_app.config["SETTINGS"].files_folder
    )


@blueprint.route("/organize/exhibitors/<code>/papers", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def papers(code: str) -> ResponseReturnValue:
    """All papers of one application, each accepted or not."""
    row = open_application(code)
    form = CheckForm()
    status = 200
    if form.validate_on_submit() and ("accept" in request.form or "refuse" in request.form):
        found = get_paper(row, code=request.form.get("paper", ""))
        to = PaperState.CHECKED if "accept" in request.form else PaperState.REFUSED
        try:
            check_paper(
                found, to=to, note=form.note.data or "", now=utc_now(), actor=current_actor()
            )
        except FieldRefused as refusal:
            show_refusal(form, refusal)
            status = 422
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("exhibitors.papers", code=code), 303)
    page = render_template(
        "exhibitors/papers.html",
        application=row,
        organization=row.organization,
        form=form,
        asked=request.form.get("paper", ""),
        papers=papers_on_page(row),
        wanted=wanted_papers(row),
    )
    return page, status


def papers_on_page(row: Application) -> list[tuple[Paper, bool]]:
    """(paper, whether it lapses before the festival ends), the newest first."""
    last_day = g.edition.ends_on
    return [
        (each, lapses_too_early(_facts(each), last_day=last_day)) for each in reversed(row.papers)
    ]


def wanted_papers(row: Application) -> list[str]:
    """Kinds that the call asks for and that no paper covers until the festival ends."""
    call = call_of(row)
    given = [_facts(each) for each in row.papers]
    return [
        kind
        for kind in (call.papers_wanted if call else [])
        if not is_covered(PaperKind(kind), given, last_day=g.edition.ends_on)
    ]


def _facts(row: Paper) -> PaperFacts:
    return PaperFacts(row.kind, row.state, row.expires_on)


def _add(row: Application, form: PaperForm) -> None:
    now = utc_now()
    upload = form.file.data
    add_paper(
        row,
        kind=PaperKind(form.kind.data),
        data=upload.read(),
        original_name=upload.filename or "",
        folder=current_app.config["SETTINGS"].files_folder,
        now=now,
        today=now.date(),
        expires_on=form.expires_on.data,
        actor=applicant(),
    )
