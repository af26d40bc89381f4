"""The organizer's pages of imports: bring a file, see what it would change, take it in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from festival.feeds import actions, queries
from festival.feeds.forms import ApplyForm, PlainForm, UploadForm
from festival.feeds.imported import ImportRefused
from festival.feeds.models import ProgrammeImport
from festival.feeds.reading.limits import MAX_BYTES
from festival.feeds.report import problem_rows
from festival.feeds.views.room import blueprint
from festival.shared.access import Role, current_actor, open_to
from festival.shared.clock import utc_now
from festival.shared.forms import clean_line
from festival.shared.sentences import mark
from festival.shared.work import unit_of_work

FIELD_NAMES = {
    "title": mark("Title"),
    "subtitle": mark("Subtitle"),
    "abstract": mark("Short text"),
    "description": mark("Longer text"),
    "kind_label": mark("Type"),
    "strand": mark("Strand"),
    "language": mark("Language"),
    "presenters": mark("Presenters"),
    "links": mark("Links"),
    "age_min": mark("Youngest age"),
    "age_max": mark("Oldest age"),
    "equipment": mark("To bring"),
    "occurrences": mark("Time and place"),
}
STATE_NAMES = {
    "checked": mark("Checked"),
    "applying": mark("Is being imported"),
    "applied": mark("Imported"),
    "failed": mark("Failed"),
}
FORMAT_NAMES = {"frab_xml": "schedule.xml", "frab_json": "schedule.json", "ical": "iCalendar"}
LONGEST_NAME = 120


@blueprint.route("/organize/import", methods=["GET", "POST"])
@open_to(Role.ORGANIZER)
@unit_of_work
def imports() -> ResponseReturnValue:
    """Bring a file; a refused one is answered with every line and reason, and not kept."""
    form = UploadForm()
    problems: list[dict[str, Any]] = []
    name = ""
    if form.validate_on_submit():
        name = _file_name(form.file.data)
        try:
            row = actions.keep_import(
                g.edition,
                _content(form.file.data),
                file_name=name,
                actor=current_actor(),
                now=utc_now(),
            )
        except ImportRefused as refused:
            problems = spoken(problem_rows(refused.problems))
        else:
            return redirect(url_for("feeds.imported", code=row.code), 303)
    page = render_template(
        "feeds/imports.html",
        form=form,
        problems=problems,
        file_name=name,
        imports=queries.imports_of(g.edition),
        state_names=STATE_NAMES,
        format_names=FORMAT_NAMES,
    )
    return page, 422 if form.errors or problems else 200


@blueprint.get("/organize/import/<code>")
@open_to(Role.ORGANIZER)
def imported(code: str) -> ResponseReturnValue:
    """What the file holds and what it would change, or has changed."""
    row = _import_or_404(code)
    return render_template(
        "feeds/imported.html",
        row=row,
        report=row.report,
        warnings=spoken(row.report["warnings"]),
        notes=spoken(row.report["notes"]),
        form=ApplyForm(digest=row.report["digest"]),
        field_names=FIELD_NAMES,
        state_names=STATE_NAMES,
        format_names=FORMAT_NAMES,
        moment=datetime.fromisoformat,
    )


@blueprint.post("/organize/import/<code>/apply")
@open_to(Role.ORGANIZER)
@unit_of_work
def apply_import(code: str) -> ResponseReturnValue:
    """Hand it to the worker; a second press leads to the same piece of work."""
    row = _import_or_404(code)
    form = ApplyForm()
    if not form.validate_on_submit():
        abort(400)
    task = actions.start_applying(
        row,
        digest=form.digest.data or "",
        withdraw_missing=form.withdraw_missing.data,
        publish=form.publish.data,
        locale=g.locale,
        next_href=url_for("feeds.imported", code=row.code),
        actor=current_actor(),
        now=utc_now(),
    )
    return redirect(url_for("tasks.task", code=task.code), 303)


@blueprint.post("/organize/import/<code>/check")
@open_to(Role.ORGANIZER)
@unit_of_work
def check_again(code: str) -> ResponseReturnValue:
    """Compare it with the programme as it is now."""
    row = _import_or_404(code)
    if not PlainForm().validate_on_submit():
        abort(400)
    actions.check_again(row, edition=g.edition)
    flash(_("The file was checked again."), "success")
    return redirect(url_for("feeds.imported", code=row.code), 303)


def spoken(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a report with their sentences in the page's language."""
    return [{**row, "sentence": _(row["template"]) % row["values"]} for row in rows]


def _content(upload: FileStorage) -> bytes:
    """The whole file; one above the readers' limit is read just far enough to be refused."""
    with upload.stream as stream:
        content: bytes = stream.read(MAX_BYTES + 1)
    return content


def _file_name(upload: FileStorage) -> str:
    """The name as it may be shown, without folders."""
    name = clean_line((upload.filename or "").replace("\\", "/").rpartition("/")[2])
    return name[:LONGEST_NAME] or "?"


def _import_or_404(code: str) -> ProgrammeImport:
    row = queries.find_import(g.edition, code=code)
    if row is None:
        abort(404)
    return row
